/* See inversion.h. */
#include "indexer/postings/inversion.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/postings/coded_posting.h"
#include "store/array.h"
#include "store/hash.h"

enum { COLUMN_BITS = 2 }; /* of an occurrence: passage << COLUMN_BITS | column */

void inversion_clear(struct inversion *inversion) {
    lexicon_clear(&inversion->lexicon);
    buffer_clear(&inversion->coded);
    free(inversion->terms);
    inversion->terms = NULL;
    inversion->n_words = 0;
    inversion->n_passages = 0;
}

void inversion_free(struct inversion *inversion) {
    lexicon_free(&inversion->lexicon);
    buffer_free(&inversion->coded);
    free(inversion->words);
    free(inversion->passages);
    free(inversion->terms);
    *inversion = (struct inversion){0};
}

static int add_word(struct inversion *self, const char *term, size_t n_bytes, uint32_t flags) {
    uint32_t number = lexicon_add(&self->lexicon, term, n_bytes, hash_of(term, n_bytes));
    if (number == LEXICON_FAILED)
        return SQLITE_NOMEM;
    self->words[self->n_words++] = number << FTS5_WORD_BITS | flags;
    return SQLITE_OK;
}

static int add_fts5_word(void *context, int flags, const char *term, int n_bytes, int start,
                         int end) {
    (void)start;
    (void)end;
    return add_word(context, term, (size_t)n_bytes,
                    FTS5_WORD | (flags & FTS5_TOKEN_COLOCATED ? FTS5_WORD_COLOCATED : 0));
}

enum status inversion_add_text(struct inversion *inversion, const struct token_list *tokens,
                               struct inverted_text *text, struct error *error) {
    size_t n_most = inversion->n_words + tokens->n_tokens;
    if (n_most > inversion->words_capacity) {
        size_t capacity = n_most + n_most / 2;
        uint32_t *words = realloc(inversion->words, capacity * sizeof *words);
        if (!words)
            return error_no_memory(error);
        inversion->words = words;
        inversion->words_capacity = capacity;
    }
    *text = (struct inverted_text){.first_word = (uint32_t)inversion->n_words,
                                   .n_positions = tokens->n_positions,
                                   .n_bytes = (uint32_t)tokens->text_bytes};
    int result = fts5_emit(tokens, inversion, add_fts5_word);
    for (size_t i = 0; i < tokens->n_tokens && result == SQLITE_OK; i++)
        if (!tokens->tokens[i].in_fts5)
            result = add_word(inversion, token_term(tokens, &tokens->tokens[i]),
                              tokens->tokens[i].term_bytes, 0);
    text->n_words = (uint32_t)inversion->n_words - text->first_word;
    return result == SQLITE_OK ? STATUS_OK : error_no_memory(error);
}

enum status inversion_add_passage(struct inversion *inversion,
                                  const struct inverted_text *const columns[N_COLUMNS],
                                  struct error *error) {
    struct inverted_passage *passages = array_grow(inversion->passages, inversion->n_passages,
                                                   &inversion->passages_capacity, sizeof *passages);
    if (!passages)
        return error_no_memory(error);
    inversion->passages = passages;
    struct inverted_passage *passage = &passages[inversion->n_passages++];
    passage->id = 0;
    for (size_t column = 0; column < N_COLUMNS; column++)
        passage->columns[column] = *columns[column];
    return STATUS_OK;
}

void inversion_fts5_words(const struct inversion *inversion, size_t passage,
                          struct fts5_words words[N_COLUMNS]) {
    for (size_t column = 0; column < N_COLUMNS; column++) {
        const struct inverted_text *text = &inversion->passages[passage].columns[column];
        words[column] = (struct fts5_words){.lexicon = &inversion->lexicon,
                                            .words = inversion->words + text->first_word,
                                            .n_words = text->n_words,
                                            .text_bytes = text->n_bytes};
    }
}

/* ---- coding ---- */

/* Sets ends[t] to the number of occurrences of all terms before t, and returns that of all. */
static size_t count_occurrences(const struct inversion *self, uint32_t *ends) {
    size_t n_all = 0;
    for (size_t i = 0; i < self->n_passages; i++)
        for (size_t column = 0; column < N_COLUMNS; column++) {
            const struct inverted_text *text = &self->passages[i].columns[column];
            for (size_t j = 0; j < text->n_words; j++)
                ends[self->words[text->first_word + j] >> FTS5_WORD_BITS]++;
        }
    for (size_t term = 0; term < self->lexicon.n_terms; term++) {
        uint32_t n = ends[term];
        ends[term] = (uint32_t)n_all;
        n_all += n;
    }
    return n_all;
}

/* Puts the occurrences of each term together, by rising passage; ends[t] grows to their end. */
static void sort_occurrences(const struct inversion *self, uint32_t *ends, uint32_t *occurrences) {
    for (size_t i = 0; i < self->n_passages; i++)
        for (size_t column = 0; column < N_COLUMNS; column++) {
            const struct inverted_text *text = &self->passages[i].columns[column];
            for (size_t j = 0; j < text->n_words; j++) {
                uint32_t term = self->words[text->first_word + j] >> FTS5_WORD_BITS;
                occurrences[ends[term]++] = (uint32_t)(i << COLUMN_BITS | column);
            }
        }
}

/* Codes one term, which occurs `n` times; returns where it ends. */
static unsigned char *code_term(const uint32_t *occurrences, size_t n, struct inverted_term *term,
                                unsigned char *at) {
    *term = (struct inverted_term){.start = term->start};
    for (size_t i = 0; i < n;) {
        uint32_t passage = occurrences[i] >> COLUMN_BITS;
        uint16_t counts[N_COLUMNS] = {0};
        for (; i < n && occurrences[i] >> COLUMN_BITS == passage; i++) {
            uint16_t *count = &counts[occurrences[i] & ((1U << COLUMN_BITS) - 1)];
            *count = (uint16_t)(*count + (*count < UINT16_MAX));
        }
        for (size_t column = 0; column < N_COLUMNS; column++)
            term->cf += counts[column];
        bool is_plain = coded_posting_is_plain(counts);
        if (term->n_postings++ > 0) {
            at = coded_posting_write_head(at, passage - term->last, is_plain);
        } else {
            term->first = passage;
            term->first_is_plain = is_plain;
        }
        at = coded_posting_write_counts(at, counts);
        term->last = passage;
    }
    return at;
}

enum status inversion_close(struct inversion *inversion, struct error *error) {
    size_t n_terms = inversion->lexicon.n_terms;
    struct inverted_term *terms = malloc((n_terms + 1) * sizeof *terms);
    uint32_t *ends = calloc(n_terms + 1, sizeof *ends);
    uint32_t *occurrences = NULL;
    enum status status = STATUS_OK;
    size_t n_occurrences = terms && ends ? count_occurrences(inversion, ends) : 0;
    if (terms && ends)
        occurrences = malloc((n_occurrences + 1) * sizeof *occurrences);
    if (!occurrences) {
        free(terms);
        free(ends);
        return error_no_memory(error);
    }
    sort_occurrences(inversion, ends, occurrences);
    free(inversion->terms);
    inversion->terms = terms;
    buffer_clear(&inversion->coded);
    for (size_t i = 0, start = 0; i < n_terms && status == STATUS_OK; start = ends[i++]) {
        size_t n = ends[i] - start;
        unsigned char *at =
            (unsigned char *)buffer_reserve(&inversion->coded, n * CODED_POSTING_MAX_BYTES);
        if (!at) {
            status = error_no_memory(error);
            break;
        }
        terms[i].start = inversion->coded.size;
        inversion->coded.size += (size_t)(code_term(occurrences + start, n, &terms[i], at) - at);
    }
    free(occurrences);
    free(ends);
    return status;
}

bool inversion_is_contiguous(const struct inversion *inversion) {
    const struct inverted_passage *passages = inversion->passages;
    bool is_contiguous = true;
    for (size_t i = 0; i < inversion->n_passages && is_contiguous; i++)
        is_contiguous = passages[i].id > 0 && passages[i].id == passages[0].id + i;
    return is_contiguous;
}

void inverted_passage_lengths(const struct inverted_passage *passage, uint16_t tokens[N_COLUMNS]) {
    for (size_t column = 0; column < N_COLUMNS; column++) {
        uint32_t n = passage->columns[column].n_positions;
        tokens[column] = n < UINT16_MAX ? (uint16_t)n : UINT16_MAX;
    }
}

enum status inversion_postings(const struct inversion *inversion, size_t term,
                               struct posting_list *list, struct error *error) {
    const struct inverted_term *inverted = &inversion->terms[term];
    const unsigned char *at = (const unsigned char *)inversion->coded.data + inverted->start;
    uint32_t passage = inverted->first;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < inverted->n_postings && status == STATUS_OK; i++) {
        struct posting posting = {0};
        if (i == 0) {
            coded_posting_read_counts(&at, inverted->first_is_plain, posting.counts);
        } else {
            posting = coded_posting_read(&at);
            passage += posting.passage;
        }
        posting.passage = inversion->passages[passage].id;
        if (posting.passage > 0)
            status = posting_list_add(list, posting, error);
    }
    return status;
}
