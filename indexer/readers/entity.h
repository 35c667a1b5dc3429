/* Character references of HTML and Markdown: &amp; &#8217; &#x2019; */
#ifndef OSLER_INDEXER_READERS_ENTITY_H
#define OSLER_INDEXER_READERS_ENTITY_H

#include <stddef.h>

#include "store/buffer.h"

enum { ENTITY_MAX_BYTES = 50 }; /* as CommonMark's: & and ; around at most 48 characters */

/* Decodes the reference at the start of `text` ("&name;" with its semicolon) to UTF-8 in `out`.
 * Returns the number of bytes of the reference, and of `out` in `n_out`; 0 if it is none or
 * unknown. What is no character (0, a surrogate, above U+10FFFF) becomes U+FFFD. */
size_t entity_decode(const char *text, size_t n_bytes, char out[4], size_t *n_out);

/* Appends `text` with its references decoded. */
void entity_append_decoded(struct buffer *out, const char *text, size_t n_bytes);

#endif
