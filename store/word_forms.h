/* The forms under which a word is found: its stem, or the acronym that stemming would damage. */
#ifndef OSLER_STORE_WORD_FORMS_H
#define OSLER_STORE_WORD_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/error.h"
#include "store/stemmer.h"
#include "store/token_limit.h"
#include "store/token_list.h"

/* Where the forms come from and go to; all borrowed. */
struct word_forms {
    struct stemmer *stemmer;
    const struct token_limit *limit; /* NULL: every word is wanted */
    bool is_english;
    enum token_use use;
    struct token_list *list;
    struct error *error;
};

/* Capitals carry meaning that folding loses. */
enum letter_case { CASE_OTHER, CASE_CAPITALS, CASE_CAPITALS_PLURAL /* "GPs" */ };

/* How text[start, end) writes a word that folds to letters. */
enum letter_case letter_case_of(const char *text, size_t start, size_t end);

struct written_word {
    const char *folded; /* n_bytes of it */
    size_t n_bytes;
    uint32_t start, end; /* bytes of the text */
    enum letter_case letters;
    bool shouting; /* among other words in capitals: it need not be an acronym */
};

bool word_is_letters(const char *folded, size_t n_bytes);

/* False for a word that the limit does not let through. */
static inline bool word_forms_want(const struct word_forms *self, const char *folded,
                                   size_t n_bytes) {
    return !self->limit || token_limit_lets(self->limit, folded, n_bytes, self->is_english);
}

/* Adds a word and its alternatives at a new position. Errors, here and below: STATUS_NO_MEMORY. */
enum status word_forms_add(struct word_forms *self, const struct written_word *word);

/* Adds what is no word of the text by itself, a compound or characters, at `position`: its stem if
 * it is letters only, else itself. Its case does not matter. */
enum status word_forms_add_joined(struct word_forms *self, uint32_t position,
                                  const struct written_word *joined);

#endif
