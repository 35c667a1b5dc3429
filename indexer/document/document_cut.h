/* Takes parts out of a document that has been read. */
#ifndef OSLER_INDEXER_DOCUMENT_DOCUMENT_CUT_H
#define OSLER_INDEXER_DOCUMENT_DOCUMENT_CUT_H

#include "indexer/document/document.h"

/* Bytes [start, end) of the text, inside one block. */
struct cut {
    size_t start, end;
};

/* Removes `cuts`, which rise and do not overlap, with the links that begin in them and the blocks
 * of which they leave nothing. Failure is document->failed. */
void document_cut(struct document *document, const struct cut *cuts, size_t n_cuts);

#endif
