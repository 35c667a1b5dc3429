/* British and American spellings of one English word: both are stemmed as the American one. */
#ifndef OSLER_STORE_SPELLING_H
#define OSLER_STORE_SPELLING_H

#include <stddef.h>

/* Words of more bytes are left as they are; none of the changes makes a word longer by more than
 * SPELLING_GROWTH. */
enum { SPELLING_MAX_BYTES = 40, SPELLING_GROWTH = 2 };

/* Writes the folded English `word` ("haemoglobin", "tumours", "randomised", "litre") as it is
 * spelled in America to `spelled` and returns its bytes; 0 if it is spelled so already. */
size_t spelling_american(const char *word, size_t n_bytes,
                         char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH]);

#endif
