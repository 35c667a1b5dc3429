/* The abbreviations and openers of other languages than English; what abbreviation.c looks through.
 */
#ifndef OSLER_INDEXER_PASSAGES_ABBREVIATION_WORDS_H
#define OSLER_INDEXER_PASSAGES_ABBREVIATION_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/passages/abbreviation.h"

struct abbreviation_entry {
    const char *word;
    enum abbreviation kind;
};

struct abbreviations {
    const char *language;                     /* its ISO 639-1 code */
    const struct abbreviation_entry *entries; /* besides the English ones, in no order */
    size_t n_entries;
    const char *const *openers; /* in no order; NULL: the English ones */
    size_t n_openers;
    bool has_ordinals;
};

/* Ends with one whose language is NULL. */
extern const struct abbreviations abbreviation_languages[];

#endif
