/* How a few terms that are looked for in a text begin, which saves stemming most of its words. */
#ifndef OSLER_STORE_TOKEN_LIMIT_H
#define OSLER_STORE_TOKEN_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised it lets no word through. */
struct token_limit {
    bool initials[256];
    uint32_t seconds[26]; /* for each letter that is an initial a bit for each letter after it */
    uint32_t thirds[26];  /* likewise for the letter after that, of long words */
};

/* Lets through the words that have `term`, or are written so, in either case. Stemmers keep a
 * word's first letter, in English always, in other languages almost always; in English they keep
 * the second too, but for a few ("dying"), and of long words the third; British spelling
 * (spelling.h) is provided for. */
void token_limit_add(struct token_limit *limit, const char *term, size_t n_bytes);

/* True for a word, as folded and not empty, that may have one of the terms. */
bool token_limit_lets(const struct token_limit *limit, const char *folded, size_t n_bytes,
                      bool is_english);

#endif
