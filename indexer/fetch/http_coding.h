/* The codings that HTTP puts around a body: chunks, gzip, deflate (RFC 9110 8.4, RFC 9112 7). */
#ifndef OSLER_INDEXER_FETCH_HTTP_CODING_H
#define OSLER_INDEXER_FETCH_HTTP_CODING_H

#include <stddef.h>

#include "store/buffer.h"

/* A body that decompresses to more is not read, as DOCUMENT_MAX_BYTES says of files. */
enum { HTTP_BODY_MAX_BYTES = 16 << 20 };

/* Deflate can reach 1:1032, which no page does: repetitive tables reach 1:60. Applied beyond
 * HTTP_RATIO_FREE_BYTES, for a small page of spaces harms nobody. */
enum { HTTP_MAX_RATIO = 250, HTTP_RATIO_FREE_BYTES = 1 << 20 };

enum coding_result {
    CODING_WHOLE,     /* all of it was decoded */
    CODING_CUT,       /* it ends early or is broken; what came before that was decoded */
    CODING_ABSENT,    /* the bytes are not coded so, though a header says it: nothing was decoded */
    CODING_TOO_LARGE, /* a limit above was passed */
    CODING_NO_MEMORY,
};

/* Append the decoded bytes[0, n_bytes) to `out`. Archives hold bodies whose coding was removed
 * while the header that names it was kept: these are CODING_ABSENT. */
enum coding_result http_dechunk(const char *bytes, size_t n_bytes, struct buffer *out);
enum coding_result http_gunzip(const char *bytes, size_t n_bytes, struct buffer *out);

/* "deflate" is zlib's format, and the bare one that some servers send instead. */
enum coding_result http_inflate(const char *bytes, size_t n_bytes, struct buffer *out);

#endif
