/* Postings of a term, unpacked for queries: whether a passage has it, and the most that this can
 * give, are found at once. And a cache of them, for what asks more than one query: the first does
 * not pay for it.
 *
 * Common terms are dense: a bit for each passage, in one of 64 of which or more there is a posting.
 * Others are a sorted list. */
#ifndef OSLER_STORE_UNPACKED_H
#define OSLER_STORE_UNPACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/collection.h"
#include "store/error.h"
#include "store/segment.h"

enum {
    UNPACKED_WINDOW_SHIFT = LENGTHS_SHIFT + 1,
    UNPACKED_WINDOW = 1 << UNPACKED_WINDOW_SHIFT, /* passages */
};

struct unpacked {
    uint32_t end;      /* ids of passages are below */
    uint32_t next;     /* what can be added has this passage or a later one */
    size_t n_postings; /* so far */
    size_t capacity;
    uint32_t *passages; /* by rising passage, then UINT32_MAX once closed; NULL: dense */
    uint64_t *bits;     /* dense: bit i of word w is passage 64 w + i */
    uint32_t *n_before; /* dense: the postings before each word */
    uint8_t *packed;    /* counts of each posting: see segment.h */
    uint8_t *impacts;   /* of each posting, by the average lengths given; then a zero once closed */
    uint8_t *most;      /* the largest impact in each window of passages; 0: it has none */
    size_t n_windows;
    struct posting *escapes; /* those whose counts are not packed; of these passage and counts */
    size_t n_escapes, escapes_capacity;
};

/* Makes room for `n_postings` of passages below `end`. Errors: STATUS_INDEX if these cannot be so
 * many, STATUS_NO_MEMORY. */
enum status unpacked_open(struct unpacked *unpacked, uint32_t end, size_t n_postings,
                          struct error *error);
void unpacked_free(struct unpacked *unpacked); /* frees and zeroes */

/* Appends the postings of a segment. Errors: STATUS_INDEX if it is damaged, or not behind those
 * before it and below unpacked->end, or there are more than was said; STATUS_NO_MEMORY. */
enum status unpacked_add_segment(struct unpacked *unpacked, const void *bytes, size_t n_bytes,
                                 uint32_t first, struct error *error);

enum {
    UNPACKED_FEW = 4,     /* times in the body and nowhere else: more are rare */
    UNPACKED_USUAL = 512, /* tokens of the body that few passages exceed */
};

/* With which average lengths impacts are made, and those of nearly all postings. */
struct unpacked_formula {
    struct bm25f bm25f;
    uint8_t usual[UNPACKED_FEW][UNPACKED_USUAL];
};

void unpacked_formula_init(struct unpacked_formula *formula, const struct bm25f *bm25f);

/* To be called once all are there. Errors: those of lengths_chunk. */
enum status unpacked_close(struct unpacked *unpacked, const struct unpacked_formula *formula,
                           struct lengths *lengths, struct error *error);

static inline bool unpacked_is_dense(const struct unpacked *unpacked) {
    return unpacked->bits != NULL;
}

/* True if the dense postings have `passage`, which is below their end: then `*i` is which; else it
 * is the next one, or n_postings. */
static inline bool unpacked_find_dense(const struct unpacked *unpacked, uint32_t passage,
                                       size_t *i) {
    uint64_t word = unpacked->bits[passage / 64];
    uint64_t bit = (uint64_t)1 << passage % 64;
    *i = unpacked->n_before[passage / 64] + bits_count(word & (bit - 1));
    return word & bit;
}

/* The first of the postings that are not dense, of `passage` or a later one; quick if it is near
 * `from`. */
size_t unpacked_find_sparse(const struct unpacked *unpacked, uint32_t passage, size_t from);

/* True if there is a posting of `passage`: then `*i` is which. Quick for later passages than that
 * of posting `*i`. */
static inline bool unpacked_has(const struct unpacked *unpacked, uint32_t passage, size_t *i) {
    if (passage >= unpacked->end || unpacked->most[passage >> UNPACKED_WINDOW_SHIFT] == 0)
        return false;
    if (unpacked_is_dense(unpacked))
        return unpacked_find_dense(unpacked, passage, i);
    *i = unpacked_find_sparse(unpacked, passage, *i);
    return unpacked->passages[*i] == passage;
}

/* The first posting of `passage` or a later one; n_postings if there is none. `*found` is its
 * passage. */
size_t unpacked_find(const struct unpacked *unpacked, uint32_t passage, size_t from,
                     uint32_t *found);

/* The counts of posting `i`, which is of `passage`. */
void unpacked_counts(const struct unpacked *unpacked, size_t i, uint32_t passage,
                     uint16_t counts[N_COLUMNS]);

enum {
    UNPACKED_CACHE_WAYS = 4,             /* a term can be in so many slots, next to each other */
    UNPACKED_CACHE_SLOTS = 1 << 14,      /* terms */
    UNPACKED_CACHE_MAX_BYTES = 64 << 20, /* at 500,000 passages 250 questions have 40 MB */
    UNPACKED_CACHE_QUERIES = 16,         /* of the last so many if that is reached */
};

struct unpacked_cache {
    struct unpacked_slot {
        uint32_t term;             /* its id */
        uint32_t used;             /* by the query of this number */
        struct unpacked *unpacked; /* owned; NULL: free */
    } * slots;                     /* UNPACKED_CACHE_SLOTS; NULL until there is a second query */
    uint32_t n_queries;
    size_t n_bytes;
};

/* The postings of the term, if they are cached; they stay where they are until the next query. Else
 * NULL, and `*has_room` tells whether they are to be added. */
const struct unpacked *unpacked_cache_find(struct unpacked_cache *cache, uint32_t term,
                                           bool *has_room);

/* Takes over what `unpacked` has. NULL: no memory. */
const struct unpacked *unpacked_cache_add(struct unpacked_cache *cache, uint32_t term,
                                          struct unpacked *unpacked);

/* A new query begins: forgets what was not used lately, if there is much. */
void unpacked_cache_next_query(struct unpacked_cache *cache);
void unpacked_cache_free(struct unpacked_cache *cache); /* frees and zeroes */

#endif
