/* The digests of records, as crawlers write them: "sha1:" and 32 characters of base32. */
#ifndef OSLER_INDEXER_WARC_WARC_DIGEST_H
#define OSLER_INDEXER_WARC_WARC_DIGEST_H

#include <stddef.h>

#include "store/error.h"

enum { WARC_DIGEST_BYTES = 5 + 32 + 1 }; /* with the closing NUL */

/* Writes the digest of `bytes`, NUL-terminated. */
void warc_digest(const char *bytes, size_t n_bytes, char digest[WARC_DIGEST_BYTES]);

/* Writes the digest of the payload of an HTTP response: the body with its content coding, without
 * its transfer coding, which is what WARC/1.1 6.3.2 says and the discussion of it at
 * github.com/iipc/warc-specifications/issues/22, so that one page has one digest however a server
 * cuts it into chunks. wget 1.21 and warcio leave the chunks in; for a body that is stored without
 * them, as libcurl hands it over, all agree. Empty ("") if the block is no HTTP response. Errors:
 * STATUS_NO_MEMORY. */
enum status warc_payload_digest(const char *block, size_t n_bytes, char digest[WARC_DIGEST_BYTES],
                                struct error *error);

#endif
