/* Postings: for each term the passages that hold it, and how often in which column.
 *
 * Table `postings` holds them in blocks of at most POSTINGS_PER_BLOCK, by rising passage id:
 *
 *   key    term id << 32 | id of the block's first passage
 *   block  for each posting  varint(delta << 1 | plain), then unless plain one byte of counts
 *            delta   passage id less the one before; 0 for the first, whose id the key holds
 *            plain   once in the body, not elsewhere: the commonest case, about two of three
 *            counts  body | headings << 4 | title << 6, or 0xFF and a varint for each when one of
 *                    them does not fit
 *   varint   7 bits a byte, low ones first, the high bit set on all but the last
 *
 * Ids only grow, so new postings go behind the last block; a deletion rewrites one block. */
#ifndef OSLER_STORE_POSTINGS_H
#define OSLER_STORE_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "store/error.h"
#include "store/index.h"
#include "store/schema.h"

enum { POSTINGS_PER_BLOCK = 128 };

struct posting {
    uint32_t passage;
    uint16_t counts[N_COLUMNS]; /* tf of each column, saturating */
};

struct posting_list {
    struct posting *postings; /* by rising passage */
    size_t n_postings, capacity;
};

void posting_list_free(struct posting_list *list); /* frees and zeroes */

/* Appends `posting`. Errors: STATUS_NO_MEMORY. */
enum status posting_list_add(struct posting_list *list, struct posting posting,
                             struct error *error);

/* Appends the postings of a block whose first passage is `first`. Errors: STATUS_INDEX for a
 * damaged block, STATUS_NO_MEMORY. */
enum status postings_decode(const unsigned char *block, size_t n_bytes, uint32_t first,
                            struct posting_list *list, struct error *error);

/* Appends one posting to a block whose posting before is of passage `before`; for the first of a
 * block that is its own passage. */
void posting_encode(uint32_t before, const struct posting *posting, struct buffer *out);

/* A term of the dictionary. */
struct term {
    uint32_t id;
    uint32_t df; /* passages that hold it */
    uint64_t cf; /* occurrences in all of them */
};

/* Reads the dictionary and postings; made once for an open index. */
struct postings_reader {
    struct index *index;
    sqlite3_stmt *find, *blocks;
};

enum status postings_reader_open(struct postings_reader *reader, struct index *index,
                                 struct error *error);
void postings_reader_close(struct postings_reader *reader); /* safe on a zeroed reader */

/* Fills `found`; a term that the index does not have gets a df of 0. */
enum status postings_find(struct postings_reader *reader, const char *term, size_t n_bytes,
                          struct term *found, struct error *error);

/* Appends all postings of `term` to `list`. */
enum status postings_read(struct postings_reader *reader, const struct term *term,
                          struct posting_list *list, struct error *error);

#endif
