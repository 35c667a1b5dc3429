/* Is the index sound: --check. */
#ifndef OSLER_INDEXER_REPORT_CHECK_H
#define OSLER_INDEXER_REPORT_CHECK_H

#include "indexer/report/report.h"
#include "store/error.h"

/* Verifies the database (SQLite's own check), FTS5 against the text, and terms, postings, lengths
 * and totals against FTS5. Each fault becomes a problem of `report`. Errors: STATUS_INDEX if the
 * index cannot be opened at all, STATUS_NO_MEMORY. */
enum status check_index(const char *path, struct report *report, struct error *error);

#endif
