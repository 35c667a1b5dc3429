/* The bytes of a web page to UTF-8.
 *
 * What the bytes are is asked of, in this order: a byte order mark; the bytes themselves, if they
 * are valid UTF-8; the HTTP header; a <meta charset> near the start; else windows-1252. */
#ifndef OSLER_INDEXER_HTML_HTML_CHARSET_H
#define OSLER_INDEXER_HTML_HTML_CHARSET_H

#include <stddef.h>

#include "indexer/document/document.h"
#include "store/buffer.h"

struct html_source {
    const char *text; /* valid UTF-8 without NULs; the caller's own bytes where these are so */
    size_t n_bytes;
    struct buffer converted; /* owns `text` otherwise */
};

/* Fills a zeroed `source`; `bytes` must live as long as it. `charset` is what the HTTP header says,
 * or NULL. Bytes that mean nothing in the page's encoding become U+FFFD, in broken UTF-8 their
 * windows-1252 characters, and a problem of `document`. `source->converted.failed`: no memory. */
void html_source_read(const char *bytes, size_t n_bytes, const char *charset,
                      struct document *document, struct html_source *source);
void html_source_free(struct html_source *source); /* frees and zeroes */

#endif
