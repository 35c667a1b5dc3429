/* Running heads and page numbers of a PDF: lines at the edge of pages, or up their sides, that say
 * the same on others. */
#ifndef OSLER_INDEXER_READERS_PDF_MARGINS_H
#define OSLER_INDEXER_READERS_PDF_MARGINS_H

#include <stdbool.h>

#include "indexer/readers/pdf_layout.h"
#include "store/error.h"

/* Sets is_margin[i], zeroed for each line of the layout, for those that are no part of the text.
 * Errors: STATUS_NO_MEMORY. */
enum status pdf_margins_find(const struct pdf_layout *layout, bool *is_margin, struct error *error);

#endif
