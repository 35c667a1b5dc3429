/* What ranking needs to know of the collection: how many passages there are, how long they are.
 *
 * Table `lengths` holds the lengths in chunks: chunk c has passages [c << 10, (c + 1) << 10), for
 * each three unsigned 16-bit little-endian numbers of tokens (body, headings, title), saturating;
 * zeros where no passage is; a last chunk may be short. A token is a position: alternatives count
 * once.
 *
 * Table `collection`, a row for each number: how many documents and passages there are, the ids to
 * give next, the tokens in each column of all passages, and for each column its reference: the
 * average length (1 at least) with which impacts (bm25f.h) are made, that of the first run; 0
 * before. Averages move with every update, impacts need not. Its last row has the ISO 639-1 codes
 * of documents that are not English, separated by spaces: a query's words are stemmed in each of
 * them too. */
#ifndef OSLER_STORE_COLLECTION_H
#define OSLER_STORE_COLLECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bm25f.h"
#include "store/error.h"
#include "store/index.h"
#include "store/schema.h"

enum { LENGTHS_SHIFT = 10, LENGTHS_PER_CHUNK = 1 << LENGTHS_SHIFT };

/* An index rarely has more languages besides English. */
enum { COLLECTION_MAX_LANGUAGES = 8 };

struct collection {
    int64_t n_documents, n_passages;
    uint32_t next_passage, next_term; /* the next ids to give */
    int64_t tokens[N_COLUMNS];        /* of all passages */
    double reference[N_COLUMNS];      /* average lengths */
    char languages[COLLECTION_MAX_LANGUAGES][3];
    size_t n_languages;
};

enum status collection_read(struct index *index, struct collection *collection,
                            struct error *error);

/* Writes all but the languages. */
enum status collection_write(struct index *index, const struct collection *collection,
                             struct error *error);

/* The formula with the average lengths of now. */
struct bm25f collection_bm25f(const struct collection *collection);

/* Sets the reference from the averages of now, unless it is set. */
void collection_set_reference(struct collection *collection);

/* How many times larger x may be now than it was by the reference: 1 or more. */
double collection_growth(const struct collection *collection);

/* The lengths of passages, a chunk read when it is first asked for and written when it was changed.
 */
struct lengths {
    struct index *index;
    sqlite3_stmt *read, *write;
    struct length_chunk *
        *chunks; /* by number, if few are kept modulo LENGTHS_FEW; NULL: not here */
    size_t n_chunks;
    bool keeps_few; /* set it before anything is asked for, and change nothing then */
};

/* So many chunks in a row stay valid together if few are kept. */
enum { LENGTHS_FEW = 4 };

enum status lengths_open(struct lengths *lengths, struct index *index, struct error *error);
void lengths_close(struct lengths *lengths); /* safe on a zeroed one; drops unwritten changes */

/* Points `*tokens` to the tokens in each column of a passage, valid until lengths_close, or if few
 * are kept until a chunk is asked for that is LENGTHS_FEW away. Errors: STATUS_INDEX,
 * STATUS_NO_MEMORY. */
enum status lengths_of(struct lengths *lengths, uint32_t passage, const uint16_t **tokens,
                       struct error *error);

/* The same for all passages [number << LENGTHS_SHIFT, (number + 1) << LENGTHS_SHIFT). */
enum status lengths_chunk(struct lengths *lengths, size_t number,
                          const uint16_t (**tokens)[N_COLUMNS], struct error *error);

enum status lengths_set(struct lengths *lengths, uint32_t passage, const uint16_t tokens[N_COLUMNS],
                        struct error *error);

/* Writes what lengths_set changed. */
enum status lengths_write(struct lengths *lengths, struct error *error);

#endif
