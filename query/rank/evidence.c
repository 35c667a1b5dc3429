/* See evidence.h. */
#include "query/rank/evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum status open_cursors(struct evidence *self, struct error *error) {
    enum status status = STATUS_OK;
    size_t n_terms = 0;
    for (size_t i = 0; i < self->expansions->n_expansions; i++)
        n_terms += self->expansions->expansions[i].n_terms;
    self->cursors = calloc(n_terms + 1, sizeof *self->cursors);
    if (!self->cursors)
        return error_no_memory(error);
    for (size_t i = 0; i < self->expansions->n_expansions; i++) {
        const struct expansion *expansion = &self->expansions->expansions[i];
        for (size_t j = 0; j < expansion->n_terms && status == STATUS_OK; j++)
            status = postings_cursor_open(&self->cursors[self->n_cursors++],
                                          &self->searcher->postings, &expansion->terms[j], error);
    }
    return status;
}

enum status evidence_open(struct evidence *evidence, struct searcher *searcher,
                          const struct selection *selection,
                          const struct expansion_list *expansions, struct error *error) {
    *evidence = (struct evidence){.searcher = searcher,
                                  .selection = selection,
                                  .expansions = expansions,
                                  .bm25f = collection_bm25f(&searcher->collection)};
    return open_cursors(evidence, error);
}

void evidence_close(struct evidence *evidence) {
    for (size_t i = 0; i < evidence->n_cursors; i++)
        postings_cursor_close(evidence->cursors[i]);
    free(evidence->cursors);
    free(evidence->tokens);
    free(evidence->counts);
    free(evidence->expansion_xs);
    *evidence = (struct evidence){0};
}

static enum status make_room(struct evidence *self, size_t n, struct error *error) {
    size_t n_counts = n * self->selection->clauses.n_clauses + 1;
    size_t n_xs = n * self->expansions->n_expansions + 1;
    free(self->tokens);
    free(self->counts);
    free(self->expansion_xs);
    self->tokens = calloc(n + 1, sizeof *self->tokens);
    self->counts = calloc(n_counts, sizeof *self->counts);
    self->expansion_xs = calloc(n_xs, sizeof *self->expansion_xs);
    return self->tokens && self->counts && self->expansion_xs ? STATUS_OK : error_no_memory(error);
}

static enum status read_lengths(struct evidence *self, const uint32_t *passages, size_t n,
                                struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        const uint16_t *tokens;
        status = lengths_of(&self->searcher->lengths, passages[i], &tokens, error);
        if (status == STATUS_OK)
            memcpy(self->tokens[i], tokens, sizeof self->tokens[i]);
    }
    return status;
}

/* x of a term in passage `passage`, number `i`, in the columns that count. */
static enum status term_x(const struct evidence *self, struct postings_cursor *cursor,
                          unsigned columns, uint32_t passage, size_t i, double *x,
                          struct error *error) {
    uint16_t counts[N_COLUMNS];
    unsigned any = 0;
    enum status status = postings_cursor_look_up(cursor, passage, counts, error);
    for (size_t column = 0; column < N_COLUMNS; column++) {
        counts[column] = columns >> column & 1 ? counts[column] : 0;
        any |= counts[column];
    }
    *x = any ? bm25f_x(&self->bm25f, counts, self->tokens[i]) : 0; /* mostly there is none */
    return status;
}

static enum status read_expansion(struct evidence *self, size_t number,
                                  struct postings_cursor **cursors, const uint32_t *passages,
                                  size_t n, struct error *error) {
    const struct expansion *expansion = &self->expansions->expansions[number];
    unsigned columns = self->selection->clauses.clauses[expansion->clause].columns;
    enum status status = STATUS_OK;
    for (size_t j = 0; j < expansion->n_terms; j++)
        for (size_t i = 0; i < n && status == STATUS_OK; i++) {
            double *least = &self->expansion_xs[i * self->expansions->n_expansions + number];
            double x = 0;
            if (j == 0 || *least > 0)
                status = term_x(self, cursors[j], columns, passages[i], i, &x, error);
            *least = j == 0 ? x : fmin(x, *least);
        }
    return status;
}

/* Word by word, not passage by passage: what is near in memory is asked for together. */
enum status evidence_read(struct evidence *evidence, const uint32_t *passages, size_t n,
                          struct error *error) {
    const struct clause_list *list = &evidence->selection->clauses;
    struct postings_cursor **cursors = evidence->cursors;
    enum status status = make_room(evidence, n, error);
    if (status == STATUS_OK)
        status = read_lengths(evidence, passages, n, error);
    for (size_t i = 0; i < evidence->expansions->n_expansions && status == STATUS_OK; i++) {
        status = read_expansion(evidence, i, cursors, passages, n, error);
        cursors += evidence->expansions->expansions[i].n_terms;
    }
    for (size_t i = 0; i < list->n_clauses; i++)
        for (size_t j = 0; j < n && status == STATUS_OK; j++)
            status = clause_counts(&list->clauses[i], passages[j],
                                   evidence->counts[j * list->n_clauses + i], error);
    return status;
}
