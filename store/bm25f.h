/* BM25F (Robertson, Zaragoza, Taylor: Simple BM25 extension to multiple weighted fields, CIKM
 * 2004), the formula of ranking, and the impacts that the index keeps of it:
 *
 *   score  = sum over terms of weight * (k1 + 1) * x / (x + k1)
 *   x      = sum over columns of weight * tf / (1 - b + b * length / average length)
 *   weight = idf and more: query/score/ranking.h
 *   idf    = ln(1 + (N - df + 0.5) / (df + 0.5))
 *
 *   impact = x / (x + k1) in 255ths, rounded up: what bounds the score of a block of postings
 *
 * N passages, df of them with the term in any column; lengths in tokens. The numbers stand here
 * because impacts are made of them: to change one is to change the format of the index. */
#ifndef OSLER_STORE_BM25F_H
#define OSLER_STORE_BM25F_H

#include <stdint.h>

#include "store/schema.h"

/* The usual values (Robertson and Zaragoza: The Probabilistic Relevance Framework, 2009, 3.5); flat
 * around them on scifact-train. */
#define RANKING_K1 1.2
#define RANKING_B 0.75

/* Weight of a word in each column. Title 2: best of 1, 2, 3 on scifact-train and liveqa-odd.
 * Headings 1: the judged collections have none, so they count as text. */
#define RANKING_BODY_WEIGHT 1.0
#define RANKING_HEADINGS_WEIGHT 1.0
#define RANKING_TITLE_WEIGHT 2.0

/* b / average length of each column; 0 for a column that is always empty. */
struct bm25f {
    double norm_per_token[N_COLUMNS];
};

struct bm25f bm25f_of(const double average_lengths[N_COLUMNS]);

/* x of the formula for `counts` in a passage of `tokens`. */
static inline double bm25f_x(const struct bm25f *bm25f, const uint16_t counts[N_COLUMNS],
                             const uint16_t tokens[N_COLUMNS]) {
    static const double weights[N_COLUMNS] = {
        [COLUMN_BODY] = RANKING_BODY_WEIGHT,
        [COLUMN_HEADINGS] = RANKING_HEADINGS_WEIGHT,
        [COLUMN_TITLE] = RANKING_TITLE_WEIGHT,
    };
    double x = 0;
    /* Without a branch: which columns have the term cannot be foreseen, and divisions overlap. */
    for (int column = 0; column < N_COLUMNS; column++)
        x += weights[column] * counts[column] /
             (1 - RANKING_B + bm25f->norm_per_token[column] * tokens[column]);
    return x;
}

/* x / (x + k1): from 0 to 1. */
static inline double bm25f_saturate(double x) {
    return x / (x + RANKING_K1);
}

enum { IMPACT_MAX = 255 };

static inline uint8_t bm25f_impact(double x) {
    double impact = bm25f_saturate(x) * IMPACT_MAX;
    unsigned below = (unsigned)impact; /* ceil() is a call on the first x86-64 */
    return (uint8_t)(impact > below ? below + 1 : below);
}

/* The most that a posting of this impact can have as bm25f_saturate(x) where every x is up to
 * `growth` times (1 or more) what it was when the impact was made. */
double bm25f_bound(uint8_t impact, double growth);

#endif
