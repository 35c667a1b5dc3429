/* The state of looking for expansions: shared by the files that do it (expansion, variant). */
#ifndef OSLER_QUERY_RANK_EXPANDING_H
#define OSLER_QUERY_RANK_EXPANDING_H

#include "query/rank/expansion.h"

struct expanding {
    struct searcher *searcher; /* borrowed, like all others */
    const struct selection *selection;
    struct arena *arena;
    struct expansion_list *list;
    struct error *error;
};

/* True if the query has the term itself, or the clause has the expansion already. */
bool expanding_knows(const struct expanding *run, const struct expansion *expansion);

/* Adds a copy, unless it is known or there are EXPANSION_MAX. */
enum status expanding_add(struct expanding *run, const struct expansion *expansion);

/* Prepares `*statement`, which is NULL the first time, of the searcher. */
enum status expanding_prepare(struct expanding *run, const char *sql, sqlite3_stmt **statement);

#endif
