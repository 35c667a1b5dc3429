/* Where a word of letters, digits and Greek letters falls apart: "COVID19" is "covid" and "19". */
#ifndef OSLER_STORE_WORD_PARTS_H
#define OSLER_STORE_WORD_PARTS_H

#include <stddef.h>

/* The length of the part of `word`, as folded, that begins at `from`: a run of digits, one Greek
 * letter that stands alone, or a run of other characters. `*name` is what the Greek letter is
 * called, else NULL. */
size_t word_part_length(const char *word, size_t n_bytes, size_t from, const char **name);

/* Writes `word` to `out` with lone Greek letters spelled out, and returns its bytes; more than
 * `capacity` if it has no room. */
size_t word_parts_spell(const char *word, size_t n_bytes, char *out, size_t capacity);

#endif
