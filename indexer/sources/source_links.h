/* What is known of each cited URL, written to the table sources: its page, health and dates. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_LINKS_H
#define OSLER_INDEXER_SOURCES_SOURCE_LINKS_H

#include "indexer/sources/source_keys.h"
#include "store/error.h"
#include "store/index.h"

/* Writes the rows that have changed. The pages of `keys` have their documents and texts. Errors:
 * STATUS_INDEX, STATUS_NO_MEMORY. */
enum status source_links_write(struct index *index, struct source_keys *keys, struct error *error);

#endif
