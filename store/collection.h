/* What ranking needs to know of the collection: how many passages there are, how long they are.
 *
 * Table `lengths` holds the lengths in chunks: chunk c has passages [c << 10, (c + 1) << 10), for
 * each three unsigned 16-bit little-endian numbers of tokens (body, headings, title), saturating;
 * zeros where no passage is; a last chunk may be short. A token is a position: alternatives count
 * once. */
#ifndef OSLER_STORE_COLLECTION_H
#define OSLER_STORE_COLLECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/error.h"
#include "store/index.h"
#include "store/schema.h"

enum { LENGTHS_SHIFT = 10, LENGTHS_PER_CHUNK = 1 << LENGTHS_SHIFT };

struct collection {
    int64_t n_documents, n_passages;
    uint32_t next_passage, next_term; /* the next ids to give */
    int64_t tokens[N_COLUMNS];        /* of all passages */
};

enum status collection_read(struct index *index, struct collection *collection,
                            struct error *error);
enum status collection_write(struct index *index, const struct collection *collection,
                             struct error *error);

/* The lengths of passages, a chunk read when it is first asked for and written when it was changed.
 */
struct lengths {
    struct index *index;
    sqlite3_stmt *read, *write;
    struct length_chunk **chunks; /* by number; NULL: not read yet */
    size_t n_chunks;
};

enum status lengths_open(struct lengths *lengths, struct index *index, struct error *error);
void lengths_close(struct lengths *lengths); /* safe on a zeroed one; drops unwritten changes */

/* The tokens in each column of a passage, valid until lengths_close; NULL on failure. */
const uint16_t *lengths_of(struct lengths *lengths, uint32_t passage, struct error *error);

enum status lengths_set(struct lengths *lengths, uint32_t passage, const uint16_t tokens[N_COLUMNS],
                        struct error *error);

/* Writes what lengths_set changed. */
enum status lengths_write(struct lengths *lengths, struct error *error);

#endif
