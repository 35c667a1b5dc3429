/* What the dictionary said of terms that were asked for before, whether it has them or not: words
 * recur from query to query. */
#ifndef OSLER_STORE_TERM_CACHE_H
#define OSLER_STORE_TERM_CACHE_H

#include <stddef.h>
#include <stdint.h>

/* A term of the dictionary. */
struct term {
    uint32_t id;
    uint32_t df; /* 0: the index does not have it */
    uint64_t cf;
    uint8_t impact;
};

/* Of 4,048 names that 252 questions ask for, 2,071 different ones, 45% are known from a question
 * before; with four times as many slots 48%. 15 are longer. */
enum {
    TERM_CACHE_SLOTS = 1 << 11, /* 96 KB */
    TERM_CACHE_MAX_BYTES = 23,  /* of a name */
};

/* Zero-initialised it keeps nothing. */
struct term_cache {
    struct term_cache_slot {
        char name[TERM_CACHE_MAX_BYTES];
        uint8_t n_bytes; /* of the name; 0: free */
        struct term term;
    } * slots; /* TERM_CACHE_SLOTS, by the hash of the name, of which the last one stays */
};

/* From here on it keeps terms; without memory it does not. */
void term_cache_open(struct term_cache *cache);
void term_cache_close(struct term_cache *cache); /* frees and zeroes */

/* NULL if it is not known. */
const struct term *term_cache_find(const struct term_cache *cache, const char *name,
                                   size_t n_bytes);
void term_cache_keep(struct term_cache *cache, const char *name, size_t n_bytes,
                     const struct term *term);

#endif
