/* The lines of a PDF's pages to the headings, paragraphs and items of a document. */
#ifndef OSLER_INDEXER_READERS_PDF_PARAGRAPHS_H
#define OSLER_INDEXER_READERS_PDF_PARAGRAPHS_H

#include "indexer/document/document.h"
#include "indexer/readers/pdf_layout.h"
#include "store/error.h"

/* Appends the text of `layout` with its pages to `document`. Running heads are left out, words that
 * a line end hyphenates are joined, and a paragraph goes on over columns and pages. Errors:
 * STATUS_NO_MEMORY. */
enum status pdf_paragraphs_append(const struct pdf_layout *layout, struct document *document,
                                  struct error *error);

#endif
