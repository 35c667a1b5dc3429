/* Cuts a document into passages: the unit that is ranked and shown.
 *
 * A passage has 100 to 300 words, never crosses a heading, and is cut at the ends of sentences,
 * list items and rows; a section of up to 300 words stays whole, a longer one is cut into parts of
 * even length, at paragraph ends where one is near. A sentence without an end is cut between its
 * words, at a comma or a dash if there is one. Words are runs of non-white bytes; a run of more
 * than 24 bytes counts as one word for each 12 of them, so that a passage of CJK or base64 stays
 * short. */
#ifndef OSLER_INDEXER_PASSAGES_PASSAGE_H
#define OSLER_INDEXER_PASSAGES_PASSAGE_H

#include <stddef.h>

#include "indexer/document/document.h"
#include "store/error.h"

struct passage {
    size_t start, end; /* in document.text; no white space at either end */
    size_t section;    /* index into passage_list.sections */
    /* The bytes of the source from its first to its last character that the source holds as it is;
     * equal if it holds none. */
    size_t source_start, source_end;
};

/* The part of a document under one heading, up to the next. */
struct section {
    /* The headings above it, outermost first, joined by '\n'; "" before the first heading. A first
     * level-1 heading that only repeats the document's title is left out. Owned by the document. */
    const char *headings;
    size_t first_block, end_block; /* blocks [first, end), headings not included */
    bool is_sources;               /* a list of sources: no passages come from it */
};

struct passage_list {
    struct passage *passages;
    size_t n_passages, passages_capacity;
    struct section *sections;
    size_t n_sections, sections_capacity;
};

/* Fills a zeroed `list` from `document`, whose title may be NULL. The passages rise by place; a
 * document or section without text has none. Errors: STATUS_NO_MEMORY. */
enum status passages_of(struct document *document, struct passage_list *list, struct error *error);

/* For a document of which passages_of has found no passage: makes passages of its headings, so that
 * one that is nothing else, a title or a list of questions, is found all the same. Errors:
 * STATUS_NO_MEMORY. */
enum status passages_of_headings(const struct document *document, struct passage_list *list,
                                 struct error *error);
void passage_list_free(struct passage_list *list); /* frees and zeroes */

#endif
