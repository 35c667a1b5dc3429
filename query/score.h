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

/* Scores passages by rising id. */
struct scorer {
    const struct clause_list *list;
    struct lengths *lengths;
    double norm_per_token[N_COLUMNS]; /* b / average length; 0 for a column that is always empty */
    size_t *next;                     /* owned; for each clause, the first posting not passed yet */
    size_t *order;                    /* owned; the clauses by rising bound */
    const struct posting **found;     /* owned; for each clause, the passage's posting or NULL */
};

/* All arguments are borrowed. Errors: STATUS_NO_MEMORY. */
enum status scorer_open(struct scorer *scorer, const struct clause_list *list,
                        const struct collection *collection, struct lengths *lengths,
                        struct error *error);
void scorer_close(struct scorer *scorer); /* safe on a zeroed one */

/* The score of `passage`, which must be greater than the one asked before. A score that is below
 * `least` may be given as -1: most passages cannot reach the best ten, which costs less to see than
 * their score. */
enum status scorer_score(struct scorer *scorer, uint32_t passage, double least, double *score,
                         struct error *error);

/* The first passage from `from` on that may score `least` (Turtle and Flood: MaxScore, 1995): the
 * clauses that cannot give so much even together are not looked for. UINT32_MAX if there is none.
 */
uint32_t scorer_next(struct scorer *scorer, uint32_t from, double least);

/* What a clause gives a posting's passage, whose lengths are `tokens`. */
double clause_score(const struct scorer *scorer, const struct clause *clause,
                    const struct posting *posting, const uint16_t tokens[N_COLUMNS]);

/* The posting of `passage` in the clause, or NULL if it has none or does not score there. */
const struct posting *clause_find(const struct clause *clause, uint32_t passage);

#endif
