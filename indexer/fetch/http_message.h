/* A stored HTTP response: status, headers, and the body without the codings around it.
 *
 *   block    status line, headers, blank line, payload with its transfer coding
 *   payload  without the transfer coding: what WARC-Payload-Digest is over
 *   body     without the content coding too: the page
 *
 * What a broken server or crawler may have stored is read as far as it goes: a body shorter than
 * Content-Length or longer, broken chunks, a cut gzip stream, headers that name a coding which was
 * already removed. Damage is named in `problems`. */
#ifndef OSLER_INDEXER_FETCH_HTTP_MESSAGE_H
#define OSLER_INDEXER_FETCH_HTTP_MESSAGE_H

#include <stddef.h>

#include "indexer/fetch/header_fields.h"
#include "store/arena.h"
#include "store/buffer.h"
#include "store/error.h"

/* Servers stack two codings at most; each may cost HTTP_BODY_MAX_BYTES of work. */
enum { HTTP_MAX_CODINGS = 4, HTTP_MAX_PROBLEMS = 4 };

/* Zero-initialised it is empty. */
struct http_message {
    struct arena arena; /* owns the strings below */
    int status;         /* 100 to 999 */
    const char *reason; /* after the status; "" if none */
    struct header_fields headers;
    const char *media_type; /* "text/html", in lower case; NULL: not said */
    const char *charset;    /* in lower case; NULL: not said */
    size_t head_bytes;      /* of the block, up to the payload; interim responses included */
    const char *payload;    /* in the block, or `dechunked` */
    size_t payload_bytes;
    const char *body; /* after http_message_decode: the payload or `decoded` */
    size_t body_bytes;
    const char *problems[HTTP_MAX_PROBLEMS]; /* one line each, not owned */
    size_t n_problems;
    struct buffer dechunked;
    struct buffer decoded;
};

/* Fills all of a zeroed `message` but the body. `block` must live as long as it. Interim responses
 * (1xx) before the final one are passed over. Errors: STATUS_INPUT for what is no HTTP response,
 * STATUS_NO_MEMORY. */
enum status http_message_read(const char *block, size_t n_bytes, struct http_message *message,
                              struct error *error);

/* Fills in the body. Errors: STATUS_INPUT, the text says why: a coding that is not supported (all
 * but gzip and deflate), too many of them, a body that decompresses beyond the limits of
 * http_coding.h; STATUS_NO_MEMORY. */
enum status http_message_decode(struct http_message *message, struct error *error);

void http_message_free(struct http_message *message); /* frees and zeroes; safe on a zeroed one */

#endif
