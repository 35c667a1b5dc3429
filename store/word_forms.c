/* See word_forms.h. */
#include "store/word_forms.h"

#include <string.h>

#include "store/function_words.h"
#include "store/raw_words.h"

enum letter_case letter_case_of(const char *text, size_t start, size_t end) {
    size_t n_capitals = 0;
    while (start + n_capitals < end && text[start + n_capitals] >= 'A' &&
           text[start + n_capitals] <= 'Z')
        n_capitals++;
    if (n_capitals < 2)
        return CASE_OTHER;
    if (start + n_capitals == end)
        return CASE_CAPITALS;
    bool plural = start + n_capitals + 1 == end && text[end - 1] == 's';
    return plural ? CASE_CAPITALS_PLURAL : CASE_OTHER;
}

bool word_is_letters(const char *folded, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (folded[i] < 'a' || folded[i] > 'z')
            return false;
    return true;
}

/* Adds a term that is no stem. */
static enum status add_term(struct word_forms *self, uint32_t position, const char *term,
                            size_t n_bytes, uint32_t surface, uint16_t surface_bytes,
                            uint32_t start, uint32_t end) {
    if (self->list->strings.failed)
        return error_no_memory(self->error);
    const char *written = self->list->strings.data + surface;
    /* By the word as written: "Hims" is none though its stem is; an acronym in capitals is none. */
    bool is_acronym = term[0] >= 'A' && term[0] <= 'Z';
    const struct token_form form = {
        .term = term,
        .n_bytes = n_bytes,
        .surface = surface,
        .surface_bytes = surface_bytes,
        .is_surface = n_bytes == surface_bytes && memcmp(written, term, n_bytes) == 0,
        .is_function_word = !is_acronym && is_function_word(written, surface_bytes),
        .in_fts5 = !is_function_word(term, n_bytes),
        .start = start,
        .end = end,
    };
    return token_list_add(self->list, position, &form, self->error);
}

/* Emits the acronym `folded` in the form that is indexed: in capitals where its stem is another
 * word or the word is one of grammar, else in lower case. */
static enum status add_acronym(struct word_forms *self, uint32_t position,
                               const struct written_word *word, size_t n_bytes, uint32_t surface) {
    struct stem stem;
    enum status status = stemmer_stem(self->stemmer, word->folded, n_bytes, &stem, self->error);
    if (status != STATUS_OK)
        return status;
    char capitals[TOKEN_MAX_BYTES];
    bool damaged = stem.differs || stem.word_is_function_word;
    for (size_t i = 0; i < n_bytes; i++)
        capitals[i] = damaged && word->folded[i] >= 'a' && word->folded[i] <= 'z'
                          ? (char)(word->folded[i] - 'a' + 'A')
                          : word->folded[i];
    return add_term(self, position, capitals, n_bytes, surface, (uint16_t)word->n_bytes,
                    word->start, word->end);
}

/* Adds a word, whose surface it is, as its stem; `*stem` is that. */
static enum status add_stem(struct word_forms *self, uint32_t position,
                            const struct written_word *word, uint32_t surface, struct stem *stem) {
    enum status status =
        stemmer_stem(self->stemmer, word->folded, word->n_bytes, stem, self->error);
    if (status != STATUS_OK)
        return status;
    const struct token_form form = {
        .term = stem->bytes,
        .n_bytes = stem->n_bytes,
        .surface = surface,
        .surface_bytes = (uint16_t)word->n_bytes,
        .is_surface = !stem->differs,
        .is_function_word = stem->word_is_function_word,
        .in_fts5 = !stem->is_function_word,
        .start = word->start,
        .end = word->end,
    };
    return token_list_add(self->list, position, &form, self->error);
}

/* Longer ones are rare, and words in capitals for emphasis are not. */
enum { ACRONYM_MAX_BYTES = 6 };

enum status word_forms_add(struct word_forms *self, const struct written_word *word) {
    uint32_t position = self->list->n_positions++;
    if (!word_forms_want(self, word->folded, word->n_bytes))
        return STATUS_OK;
    uint32_t surface = token_list_keep(self->list, word->folded, word->n_bytes);
    struct stem stem;
    if (word->letters == CASE_CAPITALS && !word->shouting && word->n_bytes <= ACRONYM_MAX_BYTES)
        return add_acronym(self, position, word, word->n_bytes, surface);
    if (word->letters == CASE_CAPITALS_PLURAL) {
        enum status status = add_acronym(self, position, word, word->n_bytes - 1, surface);
        return status == STATUS_OK ? add_stem(self, position, word, surface, &stem) : status;
    }
    enum status status = add_stem(self, position, word, surface, &stem);
    /* A function word in a shouted line is just that; in a query it may be "who" for WHO. */
    bool may_be_acronym = false;
    if (status == STATUS_OK && self->use == TOKENS_OF_QUERY)
        may_be_acronym = (stem.differs || stem.word_is_function_word) &&
                         word_is_letters(word->folded, word->n_bytes);
    else if (status == STATUS_OK && word->letters == CASE_CAPITALS)
        may_be_acronym = !stem.word_is_function_word;
    if (may_be_acronym)
        status = add_acronym(self, position, word, word->n_bytes, surface);
    return status;
}

enum status word_forms_add_joined(struct word_forms *self, uint32_t position,
                                  const struct written_word *joined) {
    if (!word_forms_want(self, joined->folded, joined->n_bytes))
        return STATUS_OK;
    uint32_t surface = token_list_keep(self->list, joined->folded, joined->n_bytes);
    struct stem stem;
    if (word_is_letters(joined->folded, joined->n_bytes))
        return add_stem(self, position, joined, surface, &stem);
    return add_term(self, position, joined->folded, joined->n_bytes, surface,
                    (uint16_t)joined->n_bytes, joined->start, joined->end);
}
