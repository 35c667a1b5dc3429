/* Fills in what an answer shows of a ranked passage: its text and place, its document, what it
 * cites, who cites it. */
#ifndef OSLER_QUERY_HITS_HIT_H
#define OSLER_QUERY_HITS_HIT_H

#include <stdbool.h>

#include "query/hits/answer.h"
#include "query/rank/rank.h"
#include "query/select/searcher.h"
#include "query/select/select.h"

/* What hits are read for; borrowed. */
struct hit_reader {
    struct searcher *searcher;
    struct arena *arena; /* of the answer */
    const struct selection *selection;
    struct rescorer *rescorer; /* of the ranking, for `explain` */
    bool ids_only, explain;    /* as asked, see search.h */
};

/* Fills a zeroed `hit`. */
enum status hit_read(struct hit_reader *reader, const struct ranked *ranked, struct hit *hit,
                     struct error *error);

#endif
