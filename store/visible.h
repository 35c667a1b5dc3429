/* Text for a terminal, which acts on what it does not show. */
#ifndef OSLER_STORE_VISIBLE_H
#define OSLER_STORE_VISIBLE_H

#include "store/buffer.h"

/* Appends `text` with control characters (C0 and C1, so that no escape sequence is left),
 * bidirectional overrides and invalid bytes as U+FFFD. Line ends and tabs stay, or become spaces
 * unless `keeps_lines`. */
void visible_append(struct buffer *out, const char *text, size_t n_bytes, bool keeps_lines);

#endif
