/* Units: the smallest parts of a document that passages are put together from.
 *
 * Units are sentences with their citations, lines of code, and pieces of very long sentences; each
 * knows what it costs to cut after it. passage.c chooses the cuts. */
#ifndef OSLER_INDEXER_PASSAGES_UNIT_H
#define OSLER_INDEXER_PASSAGES_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document/document.h"

struct unit {
    size_t start, end; /* in document.text */
    uint32_t n_words;  /* at most 120: a piece of a sentence and a run without white space */
    /* The cost of a cut after it: 0 is a paragraph's end, .15 a sentence's end, which is worth two
     * passages that are 27% longer and shorter than they should be. */
    float cut;
};

/* Zero-initialised it is empty and ready; n_units = 0 empties it and keeps the memory. */
struct units {
    struct unit *units;
    size_t n_units, capacity;
    bool failed; /* memory ran out; the rest is missing */
};

/* Adds the units of `block`, after which the section goes on up to the block before `end`. */
void units_add(struct units *units, const struct document *document, const struct block *block,
               const struct block *end);

void units_free(struct units *units); /* frees and zeroes */

/* The words in text[start, end): runs of non-white bytes, and one for each 12 bytes of a run of
 * more than 24. */
size_t units_count_words(const char *text, size_t start, size_t end);

#endif
