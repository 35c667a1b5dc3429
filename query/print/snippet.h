/* The part of a passage that shows best why it was found. */
#ifndef OSLER_QUERY_PRINT_SNIPPET_H
#define OSLER_QUERY_PRINT_SNIPPET_H

#include <stdbool.h>
#include <stddef.h>

#include "query/hits/answer.h"

/* About so many rows of a list or table fit into a snippet, however short they are. */
enum { SNIPPET_MAX_ROWS = 6 };

/* Chooses the `span` of `text` (NUL-terminated UTF-8) of at most `max_bytes` bytes that holds the
 * most distinct highlights, then the most highlights, then comes first; a row of a list or table
 * costs at least a SNIPPET_MAX_ROWS-th of `max_bytes`. Around them it takes in what fits, and is
 * cut where a sentence or row begins or ends, else at white space, else between characters. Without
 * highlights it is the beginning of the text. `highlights` are as in struct hit. */
void snippet_of(const char *text, const struct span *highlights, size_t n_highlights,
                size_t max_bytes, struct span *span);

/* True if a sentence or row begins at byte `at` of `text`, or ends there. */
bool snippet_sentence_begins(const char *text, size_t at);
bool snippet_sentence_ends(const char *text, size_t at);

#endif
