/* See impacts.h. */
#include "indexer/postings/impacts.h"

struct impacts impacts_of_reference(const double reference[N_COLUMNS]) {
    static const uint16_t plain[N_COLUMNS] = {[COLUMN_BODY] = 1};
    struct impacts impacts = {.reference = bm25f_of(reference)};
    for (uint16_t n = 0; n < N_PLAIN_IMPACTS; n++) {
        const uint16_t tokens[N_COLUMNS] = {[COLUMN_BODY] = n};
        impacts.plain[n] = bm25f_impact(bm25f_x(&impacts.reference, plain, tokens));
    }
    return impacts;
}
