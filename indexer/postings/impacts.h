/* The impacts (bm25f.h) of postings, by the reference lengths of a collection. */
#ifndef OSLER_INDEXER_POSTINGS_IMPACTS_H
#define OSLER_INDEXER_POSTINGS_IMPACTS_H

#include <stdint.h>

#include "indexer/postings/coded_posting.h"
#include "store/bm25f.h"
#include "store/schema.h"

/* The impact of a word that is once in the body, as most are, depends on the body's length alone.
 */
enum { N_PLAIN_IMPACTS = 1024 };

struct impacts {
    struct bm25f reference;
    uint8_t plain[N_PLAIN_IMPACTS];
};

struct impacts impacts_of_reference(const double reference[N_COLUMNS]);

/* That of a posting in a passage of `tokens`. */
static inline uint8_t impacts_find(const struct impacts *impacts, const uint16_t counts[N_COLUMNS],
                                   const uint16_t tokens[N_COLUMNS]) {
    return coded_posting_is_plain(counts) && tokens[COLUMN_BODY] < N_PLAIN_IMPACTS
               ? impacts->plain[tokens[COLUMN_BODY]]
               : bm25f_impact(bm25f_x(&impacts->reference, counts, tokens));
}

#endif
