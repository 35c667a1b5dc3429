/* The best passages of a selection, in order. */
#ifndef OSLER_QUERY_RANK_RANK_H
#define OSLER_QUERY_RANK_RANK_H

#include <stdbool.h>
#include <stddef.h>

#include "query/rank/rescore.h"
#include "query/select/searcher.h"
#include "query/select/select.h"

struct ranked {
    uint32_t passage;
    double score;
};

struct ranking {
    struct ranked *ranked; /* owned; the best first */
    size_t n_ranked;
    size_t total; /* passages, or documents, of the selection; at least so many if they are not
                     counted */
};

/* What is asked for. */
struct rank_page {
    size_t offset, limit;
    bool by_document; /* only the best passage of each document */
    bool count;       /* ranking.total is needed */
};

/* Fills a zeroed `ranking` with the best `limit` after the best `offset` of the selection, which
 * `rescorer` is open for. Equal
 * scores are ordered by the document's id and the place in it, so that the order does not depend on
 * how the index came to be. */
enum status rank_passages(struct searcher *searcher, struct selection *selection,
                          const struct rank_page *page, struct rescorer *rescorer,
                          struct ranking *ranking, struct error *error);
void ranking_free(struct ranking *ranking); /* frees and zeroes */

#endif
