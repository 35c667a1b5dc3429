/* Bytes of a text file to valid UTF-8 that remembers where each byte came from. */
#ifndef OSLER_INDEXER_DOCUMENT_DECODE_H
#define OSLER_INDEXER_DOCUMENT_DECODE_H

#include <stddef.h>

#include "indexer/document/document.h"
#include "store/buffer.h"
#include "store/error.h"

/* Source byte offset of each place where decoding changed the number of bytes. */
struct decoded {
    struct buffer text; /* valid UTF-8 without NUL bytes; line ends as in the source */
    size_t *shifts;     /* owned; pairs (offset in text, source offset) by rising offset */
    size_t n_shifts, capacity;
    const char *source; /* what was decoded; borrowed */
    size_t source_bytes;
};

/* Drops a UTF-8 byte order mark, reads UTF-16 that has one, replaces each NUL by U+FFFD and each
 * invalid byte by its windows-1252 character. The first of each kind of damage becomes a problem of
 * `document` with its line and the number of such bytes. Fills a zeroed `decoded`; `bytes` must
 * outlive it. Errors: STATUS_NO_MEMORY. */
enum status decode_text(const char *bytes, size_t n_bytes, struct document *document,
                        struct decoded *decoded, struct error *error);
/* Puts a space, which the source does not have, before each of the bytes at `places`, which rise.
 * When memory is out, decoded->text.failed is set. */
void decoded_insert_spaces(struct decoded *decoded, const size_t *places, size_t n_places);

void decoded_free(struct decoded *decoded); /* frees and zeroes */

/* The source byte of byte `offset` of decoded.text. */
size_t decoded_source_offset(const struct decoded *decoded, size_t offset);

/* The source byte of a pointer into decoded.text (or its end); NO_SOURCE for any other pointer. */
size_t decoded_source_of(const struct decoded *decoded, const char *pointer);

/* document_append of `text`, with the source of those characters of it that lie in decoded.text and
 * have the same bytes in the source. */
void decoded_append(const struct decoded *decoded, const char *text, size_t n_bytes,
                    struct document *document);

#endif
