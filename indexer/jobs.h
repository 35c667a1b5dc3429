/* The jobs of some items of a plan, one after another: a file each, or some small ones, and for a
 * file of lines first one that begins it and then a run of its lines each. */
#ifndef OSLER_INDEXER_JOBS_H
#define OSLER_INDEXER_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/plan.h"
#include "indexer/publish/pipeline.h"
#include "store/error.h"

struct jobs {
    const struct plan *plan; /* borrowed */
    size_t *items;           /* of it that are to be read, in this order; freed by jobs_close */
    size_t n_items, next_item;
    struct line_reader *reader; /* of the file of lines that is under way */
};

/* Makes the next job, which the caller frees; NULL after the last item. A file that cannot be
 * read gives a job that says so. Errors: STATUS_NO_MEMORY, when there may be a job too. */
enum status jobs_next(struct jobs *jobs, struct job **job, struct error *error);
void jobs_close(struct jobs *jobs); /* safe on a zeroed one */

#endif
