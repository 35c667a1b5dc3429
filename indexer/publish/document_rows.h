/* The rows of documents, their passages, citations and definitions, and of the sources that are
 * cited: all that the index has of a document but its words (text_index.h). */
#ifndef OSLER_INDEXER_PUBLISH_DOCUMENT_ROWS_H
#define OSLER_INDEXER_PUBLISH_DOCUMENT_ROWS_H

#include <stdint.h>

#include "indexer/publish/earlier.h"
#include "indexer/publish/prepare.h"
#include "store/error.h"
#include "store/index.h"
#include "store/schema.h"

struct document_rows;

/* What a document is in the index beside what was prepared. */
struct document_row {
    int64_t file;
    const char *name; /* its id; NULL: it is the file itself */
    enum document_kind kind;
    int64_t capture;       /* of a source */
    const char *retrieved; /* of a source */
};

/* `index` must outlive them. After an error, too, they are to be closed. */
enum status document_rows_open(struct document_rows **rows, struct index *index,
                               struct error *error);
void document_rows_close(struct document_rows *rows); /* NULL is fine */

/* Adds a document, whose passages have ids from `first_passage` on, and sets its id. STATUS_INPUT:
 * the file has one of that name already; nothing was added. */
enum status document_rows_add(struct document_rows *rows, const struct document_row *row,
                              const struct prepared *prepared, uint32_t first_passage,
                              int64_t *document, struct error *error);

/* Removes a document; its definitions are known. */
enum status document_rows_remove(struct document_rows *rows, const struct earlier *earlier,
                                 struct error *error);

/* Forgets the sources that no document cites any more. */
enum status document_rows_forget_sources(struct document_rows *rows, struct error *error);

/* Brings the tables that are about all documents up to date, at the end. */
enum status document_rows_finish(struct document_rows *rows, struct error *error);

#endif
