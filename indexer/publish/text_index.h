/* What the index knows of the words of passages: FTS5, postings, lengths and totals, kept in step
 * with each other. */
#ifndef OSLER_INDEXER_PUBLISH_TEXT_INDEX_H
#define OSLER_INDEXER_PUBLISH_TEXT_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/postings/inversion.h"
#include "store/collection.h"
#include "store/error.h"
#include "store/index.h"

struct postings_writer;

struct text_index {
    struct index *index;
    struct collection collection;
    struct lengths lengths;
    struct postings_writer *postings;
    sqlite3_stmt *insert, *remove; /* of FTS5 */
};

/* A column of a passage as it is in the index. */
struct column_text {
    const char *bytes;
    size_t n_bytes;
};

/* `index`, in a transaction, must outlive it. */
enum status text_index_open(struct text_index *text_index, struct index *index,
                            struct error *error);
void text_index_close(struct text_index *text_index); /* safe on a zeroed one */

/* Takes in passage `number` of an inversion as `id`, which it is given there; or takes it out. Its
 * postings are to follow, with those of all passages of the inversion. FTS5 writes out its pending
 * terms, and merges, whenever ids do not rise, but for an addition after a removal of one id. */
enum status text_index_add(struct text_index *text_index, uint32_t id,
                           const struct inversion *inversion, size_t number,
                           const struct column_text columns[N_COLUMNS], struct error *error);
enum status text_index_remove(struct text_index *text_index, uint32_t id,
                              const struct inversion *inversion, size_t number,
                              const struct column_text columns[N_COLUMNS], struct error *error);

enum status text_index_add_postings(struct text_index *text_index,
                                    const struct inversion *inversion, struct error *error);
enum status text_index_remove_postings(struct text_index *text_index,
                                       const struct inversion *inversion, struct error *error);

/* Writes what is still in memory. */
enum status text_index_write(struct text_index *text_index, struct error *error);

#endif
