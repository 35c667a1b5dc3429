/* The words of English grammar: too common to rank by, dropped from a query that has other words.
 */
#ifndef OSLER_STORE_FUNCTION_WORDS_H
#define OSLER_STORE_FUNCTION_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* `word` is folded to lower case and need not be NUL-terminated. */
bool is_function_word(const char *word, size_t n_bytes);

#endif
