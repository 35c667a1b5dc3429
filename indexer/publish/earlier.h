/* A document as the index has it, which is to be removed, or which the same file read anew takes
 * the place of. Passages with the words of before then stay as they are: an edit costs what was
 * edited. */
#ifndef OSLER_INDEXER_PUBLISH_EARLIER_H
#define OSLER_INDEXER_PUBLISH_EARLIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document/document.h"
#include "indexer/passages/definition.h"
#include "indexer/passages/passage.h"
#include "indexer/postings/inversion.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

struct earlier_passage {
    const char *text, *headings;
    size_t text_bytes;
    bool stays;
};

/* Zero-initialised there is none. */
struct earlier {
    struct arena arena; /* owns the strings */
    int64_t document;   /* id; 0: there is none */
    const char *title, *language;
    uint32_t first_passage;
    struct earlier_passage *passages;
    size_t n_passages, capacity;
    bool in_place; /* the new document gets the ids of its passages */
    /* Of the passages that leave: the number of the first in the inversion, and what they define.
     */
    size_t first_inverted;
    struct definition_list definitions;
};

/* The statements that read them. */
struct earlier_reader {
    struct index *index;
    sqlite3_stmt *document, *document_of_file, *passages;
};

enum status earlier_reader_open(struct earlier_reader *reader, struct index *index,
                                struct error *error);
void earlier_reader_close(struct earlier_reader *reader); /* safe on a zeroed one */

/* Fills a zeroed `earlier` with a document, or with the first one of a file if that has one. */
enum status earlier_read(struct earlier_reader *reader, int64_t document, struct earlier *earlier,
                         struct error *error);
enum status earlier_read_file(struct earlier_reader *reader, int64_t file, struct earlier *earlier,
                              struct error *error);
void earlier_free(struct earlier *earlier); /* frees and zeroes */

/* Decides which passages stay: those with the text and headings that the new document has at the
 * same place, if it has the same title and language and no more passages. */
void earlier_compare(struct earlier *earlier, const struct document *document,
                     const struct passage_list *passages);

/* Whether passage `i` of the document that takes the place is as before. */
bool earlier_keeps(const struct earlier *earlier, size_t i);

/* Adds the passages that leave to `inversion`, and what they define to earlier->definitions.
 * Errors: STATUS_NO_MEMORY. */
enum status earlier_invert(struct earlier *earlier, struct tokenizer *tokenizer,
                           struct inversion *inversion, struct error *error);

#endif
