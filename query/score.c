/* See score.h. */
#include "query/score.h"

#include <math.h>
#include <stdlib.h>

#include "query/ranking.h"

static const double weights[N_COLUMNS] = {
    [COLUMN_BODY] = RANKING_BODY_WEIGHT,
    [COLUMN_HEADINGS] = RANKING_HEADINGS_WEIGHT,
    [COLUMN_TITLE] = RANKING_TITLE_WEIGHT,
};

void clause_list_free(struct clause_list *list) {
    for (size_t i = 0; i < list->n_clauses; i++)
        posting_list_free(&list->clauses[i].postings);
    free(list->clauses);
    *list = (struct clause_list){0};
}

enum status clause_list_add(struct clause_list *list, struct clause clause,
                            const struct collection *collection, struct error *error) {
    if (list->n_clauses == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        struct clause *clauses = realloc(list->clauses, capacity * sizeof *clauses);
        if (!clauses) {
            posting_list_free(&clause.postings);
            return error_no_memory(error);
        }
        list->clauses = clauses;
        list->capacity = capacity;
    }
    double n_passages = (double)collection->n_passages;
    double df = (double)clause.postings.n_postings;
    clause.idf = log(1 + (n_passages - df + 0.5) / (df + 0.5));
    list->clauses[list->n_clauses++] = clause;
    return STATUS_OK;
}

/* What a clause can give at most, however often its term occurs. */
static double bound_of(const struct clause *clause) {
    return clause->idf * (RANKING_K1 + 1);
}

/* Insertion sort: a query has few clauses. */
static void order_by_bound(struct scorer *scorer) {
    const struct clause *clauses = scorer->list->clauses;
    for (size_t i = 0; i < scorer->list->n_clauses; i++) {
        size_t place = i;
        for (; place > 0 && bound_of(&clauses[scorer->order[place - 1]]) > bound_of(&clauses[i]);
             place--)
            scorer->order[place] = scorer->order[place - 1];
        scorer->order[place] = i;
    }
}

enum status scorer_open(struct scorer *scorer, const struct clause_list *list,
                        const struct collection *collection, struct lengths *lengths,
                        struct error *error) {
    *scorer = (struct scorer){.list = list, .lengths = lengths};
    for (size_t column = 0; column < N_COLUMNS; column++)
        if (collection->tokens[column] > 0)
            scorer->norm_per_token[column] =
                RANKING_B * (double)collection->n_passages / (double)collection->tokens[column];
    scorer->next = calloc(list->n_clauses + 1, sizeof *scorer->next);
    scorer->found = calloc(list->n_clauses + 1, sizeof(*scorer->found));
    scorer->order = calloc(list->n_clauses + 1, sizeof *scorer->order);
    if (!scorer->next || !scorer->found || !scorer->order) {
        scorer_close(scorer);
        return error_no_memory(error);
    }
    order_by_bound(scorer);
    return STATUS_OK;
}

void scorer_close(struct scorer *scorer) {
    free(scorer->next);
    free(scorer->found);
    free(scorer->order);
    *scorer = (struct scorer){0};
}

double clause_score(const struct scorer *scorer, const struct clause *clause,
                    const struct posting *posting, const uint16_t tokens[N_COLUMNS]) {
    double x = 0;
    for (size_t column = 0; column < N_COLUMNS; column++)
        if (posting->counts[column] > 0 && (clause->columns >> column & 1))
            x += weights[column] * posting->counts[column] /
                 (1 - RANKING_B + scorer->norm_per_token[column] * tokens[column]);
    return clause->idf * (RANKING_K1 + 1) * x / (x + RANKING_K1);
}

/* Moves clause `i` to its first posting from `passage` on: in growing steps, then by halves. */
static const struct posting *advance(struct scorer *scorer, size_t i, uint32_t passage) {
    const struct posting_list *list = &scorer->list->clauses[i].postings;
    size_t low = scorer->next[i]; /* the posting is in [low, high] */
    size_t high = low;
    for (size_t step = 1; high < list->n_postings && list->postings[high].passage < passage;
         step *= 2) {
        low = high + 1;
        high += step;
    }
    if (high > list->n_postings)
        high = list->n_postings;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->postings[middle].passage < passage)
            low = middle + 1;
        else
            high = middle;
    }
    scorer->next[i] = low;
    return low < list->n_postings ? &list->postings[low] : NULL;
}

uint32_t scorer_next(struct scorer *scorer, uint32_t from, double least) {
    uint32_t next = UINT32_MAX;
    double bound = 0;
    if (least <= 0)
        return from;
    for (size_t i = 0; i < scorer->list->n_clauses; i++) {
        size_t i_clause = scorer->order[i];
        bound += bound_of(&scorer->list->clauses[i_clause]);
        if (bound < least)
            continue;
        const struct posting *posting = advance(scorer, i_clause, from);
        if (posting && posting->passage < next)
            next = posting->passage;
    }
    return next;
}

/* Fills scorer->found, and returns what `passage` can score at most. */
static double find_postings(struct scorer *scorer, uint32_t passage) {
    double bound = 0;
    for (size_t i = 0; i < scorer->list->n_clauses; i++) {
        const struct clause *clause = &scorer->list->clauses[i];
        const struct posting *posting = advance(scorer, i, passage);
        bool found = posting && posting->passage == passage &&
                     (!clause->only || passage_set_has(clause->only, passage));
        scorer->found[i] = found ? posting : NULL;
        if (found)
            bound += bound_of(clause);
    }
    return bound;
}

enum status scorer_score(struct scorer *scorer, uint32_t passage, double least, double *score,
                         struct error *error) {
    *score = -1;
    if (find_postings(scorer, passage) < least)
        return STATUS_OK;
    const uint16_t *tokens = lengths_of(scorer->lengths, passage, error);
    if (!tokens)
        return error->status;
    *score = 0;
    for (size_t i = 0; i < scorer->list->n_clauses; i++)
        if (scorer->found[i])
            *score += clause_score(scorer, &scorer->list->clauses[i], scorer->found[i], tokens);
    return STATUS_OK;
}

const struct posting *clause_find(const struct clause *clause, uint32_t passage) {
    if (clause->only && !passage_set_has(clause->only, passage))
        return NULL;
    size_t low = 0;
    size_t high = clause->postings.n_postings;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (clause->postings.postings[middle].passage < passage)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < clause->postings.n_postings && clause->postings.postings[low].passage == passage;
    return found ? &clause->postings.postings[low] : NULL;
}
