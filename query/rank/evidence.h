/* What the index knows of a few passages without their texts: how long they are, how often they
 * have the words of the query, and how much they have of other words for these. */
#ifndef OSLER_QUERY_RANK_EVIDENCE_H
#define OSLER_QUERY_RANK_EVIDENCE_H

#include "query/rank/expansion.h"
#include "query/select/selection.h"

struct evidence {
    struct searcher *searcher; /* borrowed, as are: */
    const struct selection *selection;
    const struct expansion_list *expansions;
    struct bm25f bm25f;
    struct postings_cursor **cursors; /* owned; of all terms of all expansions, in their order */
    size_t n_cursors;
    /* Of the passages that were read last, one after another. Owned. */
    uint16_t (*tokens)[N_COLUMNS]; /* the length of each column */
    uint16_t (*counts)[N_COLUMNS]; /* of each clause, in the columns that count */
    double *expansion_xs;          /* x of each expansion: that of the rarest of its terms */
};

/* Errors: STATUS_INDEX, STATUS_NO_MEMORY. */
enum status evidence_open(struct evidence *evidence, struct searcher *searcher,
                          const struct selection *selection,
                          const struct expansion_list *expansions, struct error *error);
void evidence_close(struct evidence *evidence); /* safe on a zeroed one */

/* Reads what there is of `n` passages; cheap if they rise. Errors: STATUS_INDEX, STATUS_NO_MEMORY.
 */
enum status evidence_read(struct evidence *evidence, const uint32_t *passages, size_t n,
                          struct error *error);

/* What was read of passage number `i` of those. */
static inline const uint16_t (*evidence_counts(const struct evidence *evidence,
                                               size_t i))[N_COLUMNS] {
    return (const uint16_t(*)[N_COLUMNS])evidence->counts +
           i * evidence->selection->clauses.n_clauses;
}

static inline const double *evidence_expansion_xs(const struct evidence *evidence, size_t i) {
    return evidence->expansion_xs + i * evidence->expansions->n_expansions;
}

#endif
