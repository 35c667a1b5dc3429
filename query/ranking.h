/* Every number that ranking depends on, with where it comes from.
 *
 * BM25F (Robertson, Zaragoza, Taylor: Simple BM25 extension to multiple weighted fields, CIKM
 * 2004):
 *
 *   score = sum over terms of idf * (k1 + 1) * x / (x + k1)
 *   x     = sum over columns of weight * tf / (1 - b + b * length / average length)
 *   idf   = ln(1 + (N - df + 0.5) / (df + 0.5))
 *
 * N passages, df of them with the term in any column; lengths in tokens. */
#ifndef OSLER_QUERY_RANKING_H
#define OSLER_QUERY_RANKING_H

/* The usual values (Robertson and Zaragoza: The Probabilistic Relevance Framework, 2009, 3.5); flat
 * around them on scifact-train. */
#define RANKING_K1 1.2
#define RANKING_B 0.75

/* Weight of a word in each column. Title 2: best of 1, 2, 3 on scifact-train and liveqa-odd.
 * Headings 1: the judged collections have none, so they count as text. */
#define RANKING_BODY_WEIGHT 1.0
#define RANKING_HEADINGS_WEIGHT 1.0
#define RANKING_TITLE_WEIGHT 2.0

#endif
