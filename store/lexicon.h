/* Terms and their numbers, from 0 in the order in which they come. */
#ifndef OSLER_STORE_LEXICON_H
#define OSLER_STORE_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"

struct lexicon_term {
    uint32_t hash; /* hash.h */
    uint32_t place;
    uint16_t n_bytes;
};

/* Zero-initialised it is empty and ready. */
struct lexicon {
    struct lexicon_term *terms;
    size_t n_terms, capacity;
    uint32_t *slots; /* number plus one; 0: free */
    size_t n_slots;  /* a power of two, or 0 */
    struct buffer strings;
};

enum { LEXICON_FAILED = UINT32_MAX };

/* The number of a term; a new one is added. LEXICON_FAILED: memory is out. */
uint32_t lexicon_add(struct lexicon *lexicon, const char *term, size_t n_bytes, uint32_t hash);

/* NUL-terminated; valid until the lexicon changes. */
static inline const char *lexicon_term(const struct lexicon *lexicon, size_t number) {
    return lexicon->strings.data + lexicon->terms[number].place;
}

void lexicon_clear(struct lexicon *lexicon); /* keeps the memory */
void lexicon_free(struct lexicon *lexicon);  /* frees and zeroes */

#endif
