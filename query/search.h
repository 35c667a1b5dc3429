/* The search: an index is opened once and asked many times. What libosler offers. */
#ifndef OSLER_QUERY_SEARCH_H
#define OSLER_QUERY_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "query/hits/answer.h"
#include "store/error.h"

struct searcher; /* not for two threads at once */

struct search {
    const char *query;
    size_t limit, offset;
    bool by_document; /* the best passage of each document, not every passage */
    bool explain;
    bool count_only; /* answer.total alone */
    bool no_total;   /* answer.total need only be at least so many: counting takes its time */
    bool ids_only;   /* of each hit only rank, score and document.id, for long runs */
};

/* Errors: STATUS_INDEX (absent, not an index, another format, damaged), STATUS_NO_MEMORY. */
enum status searcher_open(const char *index_path, struct searcher **searcher, struct error *error);
void searcher_close(struct searcher *searcher); /* NULL is fine */

/* Fills a zeroed `answer` (answer_free). Sees the index as of one moment. */
enum status searcher_run(struct searcher *searcher, const struct search *search,
                         struct answer *answer, struct error *error);

void answer_free(struct answer *answer); /* frees and zeroes */

#endif
