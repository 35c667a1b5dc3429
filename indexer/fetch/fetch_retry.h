/* Whether a try that failed is worth another, and when. */
#ifndef OSLER_INDEXER_FETCH_FETCH_RETRY_H
#define OSLER_INDEXER_FETCH_FETCH_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/fetch/fetch_transfer.h"

/* If the job of a finished transfer is worth another try, puts it back into its host's queue and
 * sets `*pause_ms`, how long to wait before it. A host that asks for a longer pause than a run
 * waits is given up. */
bool fetch_retry(struct fetch_transfer *transfer, int64_t *pause_ms);

#endif
