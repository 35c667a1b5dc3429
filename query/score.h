/* The score of a passage: the sum of its clauses' BM25F (the formula is in ranking.h). */
#ifndef OSLER_QUERY_SCORE_H
#define OSLER_QUERY_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "query/passage_set.h"
#include "store/collection.h"
#include "store/postings.h"

enum { ALL_COLUMNS = (1 << N_COLUMNS) - 1 };

/* One thing that a passage can score for: a term with its alternatives, counted together. */
struct clause {
    const char *label;              /* the term, for --explain; borrowed */
    struct posting_list postings;   /* owned; of all alternatives, merged */
    unsigned columns;               /* bit c: column c counts */
    const struct passage_set *only; /* where it scores; borrowed; NULL: everywhere */
    double idf;
};

struct clause_list {
    struct clause *clauses;
    size_t n_clauses, capacity;
};

void clause_list_free(struct clause_list *list); /* frees and zeroes */

/* Takes over the postings of `clause` and sets its idf from their number. Errors: STATUS_NO_MEMORY
 * (the postings are freed). */
enum status clause_list_add(struct clause_list *list, struct clause clause,
                            const struct collection *collection, struct error *error);

/* What a clause gives a posting's passage. `tokens` are the passage's lengths. */
double clause_score(const struct clause *clause, const struct collection *collection,
                    const struct posting *posting, const uint16_t tokens[N_COLUMNS]);

/* The posting of `passage` in the clause, or NULL if it has none or does not score there. */
const struct posting *clause_find(const struct clause *clause, uint32_t passage);

/* Adds the scores of all clauses to `scores` (one for each passage id, zeroed by the caller) for
 * the passages of `selected`. */
enum status score_all(const struct clause_list *list, const struct collection *collection,
                      struct lengths *lengths, const struct passage_set *selected, double *scores,
                      struct error *error);

#endif
