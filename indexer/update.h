/* One run of osler-index: brings an index up to date with the files under some paths. */
#ifndef OSLER_INDEXER_UPDATE_H
#define OSLER_INDEXER_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/report/progress.h"
#include "indexer/report/report.h"
#include "indexer/sources/source_fetch.h"
#include "store/error.h"

struct update {
    const char *index_path;
    const char *const *paths;
    size_t n_paths;
    size_t n_jobs;       /* worker threads */
    const char *archive; /* folder of the sources' archive, or NULL: beside the index */
    struct source_fetch_options fetch;
    bool rebuild;              /* build from nothing beside the old index, then swap */
    bool dry_run;              /* change nothing */
    struct progress *progress; /* started when the work is known; borrowed */
    FILE *progress_stream;
    enum progress_when progress_when;
};

/* Runs and fills a zeroed `report`, also on failure. What is wrong with an input is in the report;
 * errors are what kept the run from publishing: STATUS_INDEX, STATUS_BUSY, STATUS_NO_MEMORY. Then
 * the index is as it was. */
enum status update_run(const struct update *update, struct report *report, struct error *error);

/* Fills in what the report says of the whole index, with `list_unfetched` the URLs too. */
enum status update_count(const char *index_path, bool list_unfetched, struct report *report,
                         struct error *error);

#endif
