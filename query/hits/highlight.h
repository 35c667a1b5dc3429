/* The parts of a passage's text that a query asked for. */
#ifndef OSLER_QUERY_HITS_HIGHLIGHT_H
#define OSLER_QUERY_HITS_HIGHLIGHT_H

#include "query/hits/answer.h"
#include "query/select/searcher.h"
#include "query/select/selection.h"

/* Finds in `text`, of that language, the words that matched, and the phrases, each as one span from
 * its first word to its last: `*spans` in the arena, rising, not overlapping. */
enum status highlight_text(struct searcher *searcher, const struct selection *selection,
                           const char *text, const char *language, struct arena *arena,
                           struct span **spans, size_t *n_spans, struct error *error);

#endif
