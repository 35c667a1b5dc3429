/* See bm25f.h. */
#include "store/bm25f.h"

#include <math.h>

struct bm25f bm25f_of(const double average_lengths[N_COLUMNS]) {
    struct bm25f bm25f = {0};
    for (int column = 0; column < N_COLUMNS; column++)
        if (average_lengths[column] > 0)
            bm25f.norm_per_token[column] = RANKING_B / average_lengths[column];
    return bm25f;
}

double bm25f_bound(uint8_t impact, double growth) {
    double saturated = (double)impact / IMPACT_MAX;
    if (impact == IMPACT_MAX || !isfinite(growth))
        return 1;
    return bm25f_saturate(growth * RANKING_K1 * saturated / (1 - saturated));
}
