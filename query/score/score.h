/* The score of a passage: the sum of its clauses' BM25F (the formula is in store/bm25f.h, that of a
 * clause's weight in ranking.h).
 *
 * Scores are added as whole numbers of 2^-SCORE_BITS: a sum is then the same in whatever order its
 * terms were found, and ties are ties. */
#ifndef OSLER_QUERY_SCORE_SCORE_H
#define OSLER_QUERY_SCORE_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "query/score/passage_set.h"
#include "store/collection.h"
#include "store/postings.h"

enum { ALL_COLUMNS = (1 << N_COLUMNS) - 1 };

enum { SCORE_BITS = 40 };

/* The last bits of a score may be rounded otherwise than those of its bound. */
enum { SCORE_SLACK = 1 << 8 };

typedef int64_t fixed_score;

static inline double score_to_double(fixed_score score) {
    return (double)score / (double)((fixed_score)1 << SCORE_BITS);
}

/* One form of the word of a clause. */
struct clause_form {
    struct postings_cursor *cursor; /* owned */
    uint8_t impact;                 /* the largest of its postings */
};

/* One thing that a passage can score for: a word in its forms, counted together. */
struct clause {
    const char *label;         /* the forms, for --explain; borrowed */
    struct clause_form *forms; /* owned */
    size_t n_forms;
    uint32_t df;                    /* passages that hold it: the sum over its forms, at most all */
    uint64_t cf;                    /* how often they do, all together */
    unsigned columns;               /* bit c: column c counts */
    const struct passage_set *only; /* where it scores; borrowed; NULL: everywhere */
    double weight;                  /* see ranking.h */
};

void clause_free(struct clause *clause); /* frees what it owns, and zeroes */

/* Adds a form with its postings, of which `term` has the numbers; takes over the cursor, also on
 * failure. */
enum status clause_add_form(struct clause *clause, struct postings_cursor *cursor,
                            const struct term *term, struct error *error);

struct clause_list {
    struct clause *clauses;
    size_t n_clauses, capacity;
};

void clause_list_free(struct clause_list *list); /* frees and zeroes */

/* Takes over `clause`, also on failure, and sets its weight. Errors: STATUS_NO_MEMORY. */
enum status clause_list_add(struct clause_list *list, struct clause clause,
                            const struct collection *collection, struct error *error);

/* What a clause gives a passage where the saturated x of the formula is so much. */
static inline fixed_score clause_score_of_saturated(const struct clause *clause, double saturated) {
    return (fixed_score)(clause->weight * (RANKING_K1 + 1) * saturated *
                         (double)((fixed_score)1 << SCORE_BITS));
}

/* The same where it is saturated from this x. */
static inline fixed_score clause_score(const struct clause *clause, double x) {
    return clause_score_of_saturated(clause, bm25f_saturate(x));
}

/* The most that a clause can give where the saturated x is at most so much (bm25f_bound). */
static inline fixed_score clause_bound(const struct clause *clause, double saturated) {
    return clause_score_of_saturated(clause, saturated) + SCORE_SLACK;
}

/* Fills in how often the clause's word is in the columns of `passage`: zeros where it does not
 * score. Moves its cursors: cheap by rising passage. */
enum status clause_counts(const struct clause *clause, uint32_t passage, uint16_t counts[N_COLUMNS],
                          struct error *error);

/* Sets `*has` if the clause scores `passage`. Moves its cursors. */
enum status clause_has(const struct clause *clause, uint32_t passage, bool *has,
                       struct error *error);

/* Adds the passages that the clause scores to `set`. */
enum status clause_select(const struct clause *clause, struct passage_set *set,
                          struct error *error);

#endif
