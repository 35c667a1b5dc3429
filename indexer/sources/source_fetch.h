/* Fetching the cited sources that are due into the archive. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_FETCH_H
#define OSLER_INDEXER_SOURCES_SOURCE_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "indexer/report/progress.h"
#include "indexer/report/report.h"
#include "indexer/sources/archive.h"
#include "indexer/sources/captures.h"
#include "store/error.h"
#include "store/index.h"

/* What the user says about fetching. */
struct source_fetch_options {
    bool offline;
    bool allow_private;
    int64_t max_age_s;     /* a page is asked for again when it was last asked so long ago */
    int64_t host_delay_ms; /* between two requests to one host */
    const char *contact;   /* for the User-Agent, or NULL */
    const volatile sig_atomic_t *stop;
};

/* The default of --max-age: 30 days. */
enum { SOURCE_MAX_AGE_S = 30 * 24 * 60 * 60 };

/* The default of --host-delay: what polite crawlers do. */
enum { SOURCE_HOST_DELAY_MS = 1000 };

/* Finds out from the index alone how many pages are due. */
enum status source_fetch_count_due(struct index *index, const struct source_fetch_options *options,
                                   size_t *n_due, struct error *error);

/* Fetches every source that is due. `report` counts them and names each that failed, with the place
 * where it is cited first. Errors: STATUS_INDEX (the archive cannot be written), STATUS_NO_MEMORY.
 */
enum status source_fetch_run(struct index *index, struct archive *archive,
                             struct captures *captures, const struct source_fetch_options *options,
                             struct progress *progress, struct report *report, struct error *error);

#endif
