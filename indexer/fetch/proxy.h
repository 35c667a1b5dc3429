/* The proxies that the environment names: http_proxy, https_proxy, all_proxy and no_proxy, as curl
 * reads them.
 *
 * libcurl would read them itself, but would not say whether a connection goes to a proxy: the
 * proxy may stand at a private address, a page may not. */
#ifndef OSLER_INDEXER_FETCH_PROXY_H
#define OSLER_INDEXER_FETCH_PROXY_H

#include <stdbool.h>

/* Strings of the environment; any may be NULL. */
struct proxies {
    const char *http, *https;
    const char *exceptions; /* names separated by commas or blanks: "localhost,.example.org" */
};

void proxies_from_environment(struct proxies *proxies);

/* The proxy for a host (of a URL, IPv6 in [ ]), NULL for none. An exception holds for a name, all
 * names below it, or an address; "*" for everything. */
const char *proxy_for(const struct proxies *proxies, const char *host, bool is_https);

#endif
