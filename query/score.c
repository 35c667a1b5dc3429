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

enum status scorer_open(struct scorer *scorer, const struct clause_list *list,
                        const struct collection *collection, struct lengths *lengths,
                        struct error *error) {
    *scorer = (struct scorer){.list = list, .lengths = lengths};
    for (size_t column = 0; column < N_COLUMNS; column++)
        if (collection->tokens[column] > 0)
            scorer->norm_per_token[column] =
                RANKING_B * (double)collection->n_passages / (double)collection->tokens[column];
    scorer->next = calloc(list->n_clauses + 1, sizeof *scorer->next);
    return scorer->next ? STATUS_OK : error_no_memory(error);
}

void scorer_close(struct scorer *scorer) {
    free(scorer->next);
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

enum status scorer_score(struct scorer *scorer, uint32_t passage, double *score,
                         struct error *error) {
    const uint16_t *tokens = NULL;
    *score = 0;
    for (size_t i = 0; i < scorer->list->n_clauses; i++) {
        const struct clause *clause = &scorer->list->clauses[i];
        const struct posting_list *list = &clause->postings;
        size_t *next = &scorer->next[i];
        while (*next < list->n_postings && list->postings[*next].passage < passage)
            ++*next;
        if (*next == list->n_postings || list->postings[*next].passage != passage ||
            (clause->only && !passage_set_has(clause->only, passage)))
            continue;
        if (!tokens)
            tokens = lengths_of(scorer->lengths, passage, error);
        if (!tokens)
            return error->status;
        *score += clause_score(scorer, clause, &list->postings[*next], tokens);
    }
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
