/* A better spelling of a query: "did you mean". */
#ifndef OSLER_QUERY_SUGGESTION_H
#define OSLER_QUERY_SUGGESTION_H

#include <stdbool.h>

#include "query/language/parse.h"
#include "query/select/searcher.h"

/* A query in a better spelling. Both are of the arena, and NULL if there is none. */
struct suggestion {
    const char *text;
    const char *surely; /* the same with those words alone that cannot be meant otherwise */
};

/* If a word of `query` (of a part of it that is to match) is not in the index in any form, and one
 * that is looks much like it (one letter too many, too few, another, or two exchanged; in a long
 * word two of these), suggests the query with that word, as documents write it, in its place. Of a
 * long word that may match and has no capital inside, one slip behind its beginning is surely one.
 * `tree` is the query's. `only_surely`: no other is looked for. Its work is bounded. */
enum status suggestion_find(struct searcher *searcher, const char *query,
                            const struct query_tree *tree, bool only_surely, struct arena *arena,
                            struct suggestion *suggestion, struct error *error);

#endif
