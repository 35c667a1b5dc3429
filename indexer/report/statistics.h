/* What is in an index: --stats. */
#ifndef OSLER_INDEXER_REPORT_STATISTICS_H
#define OSLER_INDEXER_REPORT_STATISTICS_H

#include <stdbool.h>

#include "store/buffer.h"
#include "store/error.h"

/* Appends the statistics of the index at `path`, as text or as a JSON object.
 * Errors: STATUS_INDEX, STATUS_NO_MEMORY; `out` then holds a part of it. */
enum status statistics_print(const char *path, bool as_json, struct buffer *out,
                             struct error *error);

#endif
