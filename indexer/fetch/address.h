/* Which addresses belong to the public internet. A page that an article cites must not make us ask
 * the machines around us: IANA's registries of special-purpose addresses say which those are. */
#ifndef OSLER_INDEXER_FETCH_ADDRESS_H
#define OSLER_INDEXER_FETCH_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Room for any address as text, with its NUL. */
enum { ADDRESS_TEXT_BYTES = 46 };

/* True only for IPv4 and IPv6 unicast addresses that are reachable globally; an IPv6 address that
 * carries an IPv4 address is what that one is. */
bool address_is_public(const struct sockaddr *address, size_t n_bytes);

/* Writes the address, without its port; "?" for what is neither IPv4 nor IPv6. */
void address_text(const struct sockaddr *address, size_t n_bytes, char text[ADDRESS_TEXT_BYTES]);

/* True if `host` (of a URL, IPv6 in [ ]) is an address that is not public, or names this machine
 * (RFC 6761 section 6.3): what can be known of a host without asking for its address. */
bool host_is_private(const char *host);

#endif
