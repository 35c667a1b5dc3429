/* "Masks help [1]." with "1. WHO. Masks. https://..." in the list of sources: the mark cites what
 * the entry of that number links to. */
#ifndef OSLER_INDEXER_PASSAGES_NUMBERED_SOURCES_H
#define OSLER_INDEXER_PASSAGES_NUMBERED_SOURCES_H

#include "indexer/document/document.h"
#include "indexer/passages/passage.h"
#include "store/error.h"

/* Makes marks such as "[1]", "[2, 5]" and "[3-6]", which are no links yet, links to their sources.
 * Entries are the items of a numbered list, or begin with "[1]", "1." or "1)". Errors:
 * STATUS_NO_MEMORY. */
enum status numbered_sources_link(struct document *document, const struct passage_list *passages,
                                  struct error *error);

#endif
