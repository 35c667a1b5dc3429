/* The second stage of ranking: the passages that lead are scored anew, with the words as they were
 * typed, what else they are called, and how they stand together. The formula is in ranking.h. */
#ifndef OSLER_QUERY_RANK_RESCORE_H
#define OSLER_QUERY_RANK_RESCORE_H

#include "query/rank/evidence.h"
#include "query/score/scan.h"
#include "query/select/selection.h"

/* Two words of the query that follow each other there. */
struct rescorer_pair {
    size_t i_scan; /* of scan.pairs */
    size_t clauses[2];
    struct clause phrase; /* without postings */
    unsigned columns;     /* in which both count */
};

struct rescorer {
    struct searcher *searcher; /* borrowed, as is the selection */
    const struct selection *selection;
    bool by_document;
    struct bm25f bm25f, document_bm25f;
    struct expansion_list expansions;
    struct evidence evidence; /* of one passage, or of all that rescorer_best is given */
    struct scan scan;
    size_t *typed; /* owned; for each clause its word in the scan, or SIZE_MAX */
    struct rescorer_pair pairs[SCAN_MAX_WORDS];
    size_t n_pairs;
};

/* `arena` gets strings. Errors: STATUS_INDEX, STATUS_NO_MEMORY. */
enum status rescorer_open(struct rescorer *rescorer, struct searcher *searcher,
                          const struct selection *selection, bool by_document, struct arena *arena,
                          struct error *error);
void rescorer_close(struct rescorer *rescorer); /* safe on a zeroed one */

/* True if there is anything to look at that the first stage did not. */
bool rescorer_is_needed(const struct rescorer *rescorer);

/* A passage that is to be scored anew. */
struct rescored {
    uint32_t passage;
    fixed_score score;
};

/* Scores those of `items`, which are by rising passage, that can be among the best `n_wanted`; only
 * these are left in `items`, in any order. */
enum status rescorer_best(struct rescorer *rescorer, struct rescored *items, size_t *n_items,
                          size_t n_wanted, struct error *error);

/* The score of a passage, or of the document that it is the best of. Cheap by rising passage. If
 * `lines` is given, a line for each term of the sum is appended to it. */
enum status rescorer_score(struct rescorer *rescorer, uint32_t passage, fixed_score *score,
                           struct buffer *lines, struct error *error);

#endif
