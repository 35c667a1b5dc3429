/* A query tree to the set of passages that match it and the clauses that score them.
 *
 * Every node becomes a set: a word from its postings, a phrase from FTS5 and then its exact words,
 * NEAR from FTS5, a prefix from the dictionary, a filter from the documents; a group combines its
 * children's sets. So a filter and a boolean hold inside the search, never after its best ten. */
#ifndef OSLER_QUERY_SELECT_SELECT_H
#define OSLER_QUERY_SELECT_SELECT_H

#include "query/language/parse.h"
#include "query/select/searcher.h"
#include "query/select/selection.h"

/* Fills a zeroed `selection` for `tree`. Errors: STATUS_INDEX, STATUS_NO_MEMORY. */
enum status select_passages(struct searcher *searcher, const struct query_tree *tree,
                            struct arena *arena, struct selection *selection, struct error *error);

#endif
