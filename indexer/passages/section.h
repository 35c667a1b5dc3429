/* Divides a document at its headings and finds the lists of sources. */
#ifndef OSLER_INDEXER_PASSAGES_SECTION_H
#define OSLER_INDEXER_PASSAGES_SECTION_H

#include "indexer/document/document.h"
#include "indexer/passages/passage.h"
#include "store/error.h"

/* Fills list->sections of a zeroed `list`, one for each heading and one for what stands before the
 * first. The closing list of sources begins with its heading, or with a last paragraph "Sources:",
 * which then opens a section of its own. A list of links under a heading like "References" is one
 * also if the document goes on after it. Errors: STATUS_NO_MEMORY. */
enum status sections_of(struct document *document, struct passage_list *list, struct error *error);

#endif
