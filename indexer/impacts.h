/* The impacts (bm25f.h) of postings, by the reference lengths of a collection. */
#ifndef OSLER_INDEXER_IMPACTS_H
#define OSLER_INDEXER_IMPACTS_H

#include <stdint.h>

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
uint8_t impacts_find(const struct impacts *impacts, const uint16_t counts[N_COLUMNS],
                     const uint16_t tokens[N_COLUMNS]);

#endif
