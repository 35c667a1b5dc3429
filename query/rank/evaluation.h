/* Finds the passages that score best: MaxScore (Turtle and Flood, 1995) with the bounds of blocks
 * (Ding and Suel, 2011), a window of passages at a time.
 *
 * The forms of the clauses are ordered by the most that they can give. Those that together cannot
 * reach the least score that is still of interest are not essential: a passage that has nothing but
 * them is not looked at. In each window the essential forms' postings are added up, passage by
 * passage, and the others are looked for only in passages that may yet get there.
 *
 * Where postings are unpacked it is known at once what enough passages score for one word alone,
 * and the windows that may have most come first, so that the least score rises early. */
#ifndef OSLER_QUERY_RANK_EVALUATION_H
#define OSLER_QUERY_RANK_EVALUATION_H

#include "query/score/score.h"

/* Who takes the passages. */
struct collector {
    fixed_score least; /* lower scores are of no interest; it may rise with each offer */
    size_t n_wanted;   /* what is not among the best so many, or their equal, is of no interest */
    bool in_order;     /* passages must come by rising id, and more than n_wanted may count */
    enum status (*offer)(struct collector *collector, uint32_t passage, fixed_score score,
                         struct error *error);
};

/* What is evaluated; borrowed. */
struct evaluation {
    const struct clause_list *clauses;
    const struct passage_set *set; /* NULL: all passages that a clause scores */
    const struct collection *collection;
    struct lengths *lengths;
};

/* Offers every passage of the set whose score is collector->least or more, and maybe others with
 * less. Errors: STATUS_INDEX, STATUS_NO_MEMORY, the collector's. */
enum status evaluation_run(const struct evaluation *evaluation, struct collector *collector,
                           struct error *error);

#endif
