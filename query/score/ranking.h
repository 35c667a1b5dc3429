/* Every number that ranking depends on, with where it comes from. Those of the first stage are in
 * store/bm25f.h, because the index is made with them.
 *
 * In both stages a word weighs more than its idf if it recurs where it stands, as what a text is
 * about does: cf is how often it stands in its df passages.
 *
 *   weight = idf + RECURRENCE * ln(cf / df)
 *
 * The second stage looks closer at the passages that lead after the first, and puts a group in the
 * place of each word's x, with the weight of the word itself, so that no other word outranks it:
 *
 *   score = sum over words of weight * (k1 + 1) * X / (X + k1)
 *         + PHRASE * sum over pairs of the larger weight * (k1 + 1) * y / (y + k1)
 *   X     = (1 - EXACT) * x + EXACT * x of the word as typed + sum of weight * x of other words
 *   y     = x of the pair: two words of the query as far apart as there, or in any order within
 *           SCAN_NEAR runs (scan.h), both as typed; it counts no more often in a column than either
 *
 * and where documents are ranked, by their best passage, in place of X / (X + k1)
 *
 *   (1 - DOCUMENT) * X / (X + k1) + DOCUMENT * Z / (Z + k1)
 *   Z     = x of the document + sum of weight * x of other words
 *
 * The document's x is of the counts and lengths of its passages, summed up, the title once.
 *
 * A number in an #ifndef turns its part off where it is 0: `make eval` does that.
 *
 * Values were chosen on scifact-train (809 claims) and liveqa-odd (48 questions, condensed, of the
 * best 1,000). nDCG@10 by document of the first stage alone is .7153 and .7754, of both .7254
 * (p = .001) and .8020 (p = .008); without one part of the second it changes by what is given
 * below: of these no single one is significant. */
#ifndef OSLER_QUERY_SCORE_RANKING_H
#define OSLER_QUERY_SCORE_RANKING_H

#include "store/bm25f.h"

/* So many passages are looked at again, or twice, four times ... as many if more are asked for, so
 * that pages follow each other. 80 or 200: the same and +.003; 20: -.001 and -.014. At
 * 500,000 passages it takes .3 ms to find 40 rather than 10, and .2 ms to look at them. */
#define RANKING_CANDIDATES 40

/* 1: in both stages a word has forms by the words beside it: "type II", "chicken pox"
 * (neighbour.h). 0: +.001 (two claims), the same, -.001 on MedQuAD (see PHRASE), -.004 on the 406
 * other names of diseases that titles of liveqa-odd give, asked of MedQuAD; none significant: such
 * words are rare, but then without it what is meant is not found. */
#ifndef RANKING_NEIGHBOURS
#define RANKING_NEIGHBOURS 1
#endif

/* After Kwok (A New Method of Weighting Query Terms, SIGIR 1996), who weights by cf / df, and
 * Church and Gale (Poisson Mixtures, 1995): idf alone takes a name for as telling as a verb as
 * rare. 0:
 * -.001 and -.001, and -.005 on MedQuAD (p = .001, see PHRASE), -.002 on Cranfield. More of it
 * gains on those and scifact-train, and loses up to .01 on liveqa-odd. */
#ifndef RANKING_RECURRENCE
#define RANKING_RECURRENCE 0.25
#endif

/* .2 to .5 differ by less than .002. Without: -.001 and -.003. */
#ifndef RANKING_EXACT
#define RANKING_EXACT 0.3
#endif

/* Against .1: +.000 and +.001, and +.007 (p = .001) on 800 questions of MedQuAD, answers without
 * their titles; .3: the same within .002. Two words far apart say little: scan.h has the limits.
 * That near words are a pair in any order too: +.002 and +.006. */
#ifndef RANKING_PHRASE
#define RANKING_PHRASE 0.2
#endif

/* Words that the stemmer leaves apart ("infertil", "infert"): stems of MIN_LETTERS that share all
 * but the last TAIL_LETTERS, and by Dice's coefficient of their trigrams, MIN_DICE of all; weight
 * times that coefficient. Shorter stems and beginnings find strangers. The MAX most alike; a stem
 * of fewer than MIN_DF passages is most often a misspelling. Without variants: -.002 and -.009. */
#ifndef RANKING_VARIANT_WEIGHT
#define RANKING_VARIANT_WEIGHT 0.2
#endif
#define RANKING_VARIANT_MIN_DICE 0.6
#define RANKING_VARIANT_MIN_LETTERS 6
#define RANKING_VARIANT_TAIL_LETTERS 2
#define RANKING_VARIANT_MIN_DF 2
#define RANKING_VARIANT_MAX 3

/* Abbreviations that the collection defines (Schwartz and Hearst, 2003), both ways. A reading of a
 * short form must be that of MIN_SHARE of its definitions; and what is defined more seldom than
 * once in MAX_DF_RATIO passages that have it ("no", once "nitric oxide") is no abbreviation in the
 * others. Without: -.004 and -.012. */
#ifndef RANKING_ABBREVIATION_WEIGHT
#define RANKING_ABBREVIATION_WEIGHT 0.6
#endif
#define RANKING_ABBREVIATION_MIN_SHARE 0.5
#define RANKING_ABBREVIATION_MAX_DF_RATIO 25

/* Words that mean the same (synonym.h). .2: the same and -.002. Without: -.003 (p = .05) and -.003,
 * -.011 on MedQuAD (p < .001). */
#ifndef RANKING_SYNONYM_WEIGHT
#define RANKING_SYNONYM_WEIGHT 0.3
#endif

/* With passages of up to 110 words, so that documents have two and a half on average: +.003 on
 * scifact-train and +.004 on liveqa-odd; with those of 300, of which few documents have two: -.001
 * and +.002. .3: +.009 and -.000; -.001 and -.000. So many passages before and after the best one
 * count: a book is not read for one hit. */
#ifndef RANKING_DOCUMENT
#define RANKING_DOCUMENT 0.2
#endif
#define RANKING_DOCUMENT_REACH 8

#endif
