/* A sentence of a document together with the citations that trail it.
 *
 *   "... outcomes.[1][2] Next ..."    "... outcomes. ([WHO](https://...)) Next ..."
 *    |---said---|                      |---said---|
 *    |--------------|                  |----------------|
 *    start        end                  start          end
 *
 * sentence.h sees only text, where a link's label looks like any other word; this knows the links.
 */
#ifndef OSLER_INDEXER_PASSAGES_CITED_SENTENCE_H
#define OSLER_INDEXER_PASSAGES_CITED_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/document/document.h"

struct cited_sentence {
    size_t start, end;           /* in document.text, with the citations after the stop */
    size_t said_start, said_end; /* what is said: without them, and without a bullet before it */
};

/* Reads the sentence that begins at or after `start`, before `end`, which is the end of a block.
 * False if there is none. */
bool cited_sentence_next(const struct document *document, size_t start, size_t end,
                         struct cited_sentence *sentence);

/* True if [start, end) says something that a citation could support: any word that is not part of a
 * link's label and not one of "see", "source", "via" and the like. A label that is itself a
 * sentence, stop included, says something; with `is_row` a number does, too. */
bool cited_sentence_says(const struct document *document, size_t start, size_t end, bool is_row);

/* The first link of the document whose label ends after `offset` or is empty there. */
size_t cited_sentence_link(const struct document *document, size_t offset);

#endif
