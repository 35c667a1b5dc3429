/* Words that a full stop may follow in the middle of a sentence, and words that open one, in
 * English, German, French and Spanish. */
#ifndef OSLER_INDEXER_PASSAGES_ABBREVIATION_H
#define OSLER_INDEXER_PASSAGES_ABBREVIATION_H

#include <stdbool.h>
#include <stddef.h>

/* What the full stop after a word means. */
enum abbreviation {
    NO_ABBREVIATION, /* it ends the sentence */
    BEFORE_ANYTHING, /* "Dr. Smith", "e.g. The Times": it ends nothing */
    BEFORE_NAME,     /* "U.S. Food and Drug ...": an end only before a word that opens sentences */
    BEFORE_LOWER_CASE, /* "etc. and", "5 mg. 3": an end before a capital */
    BEFORE_NUMBER,     /* "No. 5", "pp. 3-9", "Vol. II": no end there; else an ordinary word */
};

/* Longer words are never abbreviations, in bytes; "U.S.S.R" fits. */
enum { ABBREVIATION_BYTES = 12 };

struct abbreviations; /* those of one language */

/* `language` is an ISO 639-1 code, maybe with a region; NULL or another: English. Never NULL. */
const struct abbreviations *abbreviations_of(const char *language);

/* What `word`, given without its full stop, may be followed by. Words with stops inside ("U.S",
 * "p.m", "J.R") count as known. English ones count in every language. */
enum abbreviation abbreviation_of(const struct abbreviations *known, const char *word,
                                  size_t n_bytes);

/* True for a capitalised word that commonly opens a sentence and seldom goes on with a name. */
bool abbreviation_opener(const struct abbreviations *known, const char *word, size_t n_bytes);

/* True if a number with a full stop is an ordinal: "am 3. Mai". */
bool abbreviation_numbers(const struct abbreviations *known);

/* True for a word after which a single capital is a kind of thing and not somebody's initial:
 * "hepatitis B", "vitamin D". */
bool abbreviation_lettered(const char *word, size_t n_bytes);

#endif
