/* A better spelling of a query: "did you mean". */
#ifndef OSLER_QUERY_SUGGESTION_H
#define OSLER_QUERY_SUGGESTION_H

#include "query/language/parse.h"
#include "query/select/searcher.h"

/* If a word of `query` (of a part of it that is to match) is not in the index in any form, and one
 * that is looks much like it (one letter too many, too few, another, or two exchanged; in a long
 * word two of these), sets `*suggestion` to the query with that word, as documents write it, in
 * its place; else to NULL. In the arena. `tree` is the query's. Its work is bounded. */
enum status suggestion_find(struct searcher *searcher, const char *query,
                            const struct query_tree *tree, struct arena *arena,
                            const char **suggestion, struct error *error);

#endif
