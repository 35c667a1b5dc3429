/* See score.h. */
#include "query/score/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/score/ranking.h"

void clause_free(struct clause *clause) {
    for (size_t i = 0; i < clause->n_forms; i++)
        postings_cursor_close(clause->forms[i].cursor);
    free(clause->forms);
    *clause = (struct clause){0};
}

enum status clause_add_form(struct clause *clause, struct postings_cursor *cursor,
                            const struct term *term, struct error *error) {
    struct clause_form *forms =
        realloc(clause->forms, (clause->n_forms + 1) * sizeof *clause->forms);
    if (!forms) {
        postings_cursor_close(cursor);
        return error_no_memory(error);
    }
    clause->forms = forms;
    clause->forms[clause->n_forms++] = (struct clause_form){cursor, term->impact};
    clause->df = term->df > UINT32_MAX - clause->df ? UINT32_MAX : clause->df + term->df;
    clause->cf = term->cf > UINT64_MAX - clause->cf ? UINT64_MAX : clause->cf + term->cf;
    return STATUS_OK;
}

void clause_list_free(struct clause_list *list) {
    for (size_t i = 0; i < list->n_clauses; i++)
        clause_free(&list->clauses[i]);
    free(list->clauses);
    *list = (struct clause_list){0};
}

static double weight_of(const struct clause *clause, const struct collection *collection) {
    double n_passages = (double)collection->n_passages;
    double df = fmin(clause->df, n_passages);
    double idf = log(1 + (n_passages - df + 0.5) / (df + 0.5));
    double recurrence = fmax((double)clause->cf / clause->df, 1);
    return idf + RANKING_RECURRENCE * log(recurrence);
}

enum status clause_list_add(struct clause_list *list, struct clause clause,
                            const struct collection *collection, struct error *error) {
    if (list->n_clauses == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        struct clause *clauses = realloc(list->clauses, capacity * sizeof *clauses);
        if (!clauses) {
            clause_free(&clause);
            return error_no_memory(error);
        }
        list->clauses = clauses;
        list->capacity = capacity;
    }
    clause.weight = weight_of(&clause, collection);
    if (clause.df > collection->n_passages)
        clause.df = (uint32_t)collection->n_passages;
    list->clauses[list->n_clauses++] = clause;
    return STATUS_OK;
}

static uint16_t add_saturating(uint16_t a, uint16_t b) {
    return (uint16_t)(a > UINT16_MAX - b ? UINT16_MAX : a + b);
}

enum status clause_counts(const struct clause *clause, uint32_t passage, uint16_t counts[N_COLUMNS],
                          struct error *error) {
    enum status status = STATUS_OK;
    memset(counts, 0, N_COLUMNS * sizeof *counts);
    if (clause->only && !passage_set_has(clause->only, passage))
        return STATUS_OK;
    for (size_t i = 0; i < clause->n_forms && status == STATUS_OK; i++) {
        uint16_t found[N_COLUMNS];
        status = postings_cursor_look_up(clause->forms[i].cursor, passage, found, error);
        for (size_t column = 0; column < N_COLUMNS; column++)
            if (clause->columns >> column & 1)
                counts[column] = add_saturating(counts[column], found[column]);
    }
    return status;
}

enum status clause_has(const struct clause *clause, uint32_t passage, bool *has,
                       struct error *error) {
    enum status status = STATUS_OK;
    *has = false;
    if (clause->only && !passage_set_has(clause->only, passage))
        return STATUS_OK;
    for (size_t i = 0; i < clause->n_forms && !*has && status == STATUS_OK; i++) {
        status = postings_cursor_seek(clause->forms[i].cursor, passage, error);
        *has = status == STATUS_OK && clause->forms[i].cursor->passage == passage;
    }
    return status;
}

/* Adds the passages of a block that are in `only` (NULL: all). */
static enum status add_block(struct passage_set *set, struct postings_cursor *cursor,
                             const struct passage_set *only, struct error *error) {
    struct segment_bits bits;
    segment_read_bits(&cursor->segment, cursor->i_block, &bits);
    if (bits.n_words > 0 && !only) {
        passage_set_add_words(set, bits.first, bits.words, bits.n_words);
        return STATUS_OK;
    }
    enum status status = postings_cursor_read_block(cursor, error);
    if (status != STATUS_OK)
        return status;
    const uint32_t *passages = segment_passages(&cursor->block);
    if (!only)
        passage_set_add_rising(set, passages, cursor->block.n_postings);
    for (size_t i = 0; i < cursor->block.n_postings && only; i++)
        if (passage_set_has(only, passages[i]))
            passage_set_add(set, passages[i]);
    return STATUS_OK;
}

/* The same of postings that are unpacked. */
static void add_unpacked(struct passage_set *set, const struct unpacked *unpacked,
                         const struct passage_set *only) {
    const struct passage_set dense = {unpacked->bits, unpacked->end};
    if (unpacked_is_dense(unpacked) && only)
        passage_set_or_common(set, &dense, only);
    else if (unpacked_is_dense(unpacked))
        passage_set_or(set, &dense);
    else if (!only)
        passage_set_add_rising(set, unpacked->passages, unpacked->n_postings);
    else
        for (size_t i = 0; i < unpacked->n_postings; i++)
            if (passage_set_has(only, unpacked->passages[i]))
                passage_set_add(set, unpacked->passages[i]);
}

enum status clause_select(const struct clause *clause, struct passage_set *set,
                          struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < clause->n_forms && status == STATUS_OK; i++) {
        struct postings_cursor *cursor = clause->forms[i].cursor;
        bool found = !cursor->unpacked;
        if (cursor->unpacked)
            add_unpacked(set, cursor->unpacked, clause->only);
        for (uint32_t passage = 0; status == STATUS_OK && found && passage < set->end;) {
            status = postings_cursor_seek_block(cursor, passage, &found, error);
            if (status == STATUS_OK && found)
                status = add_block(set, cursor, clause->only, error);
            if (status != STATUS_OK || !found)
                break;
            passage = cursor->segment.last[cursor->i_block] + 1;
            found = passage > 0; /* not around the end of the ids */
        }
    }
    return status;
}
