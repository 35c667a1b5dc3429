/* What the query language tells a person about a query: the notices of a query_tree. */
#ifndef OSLER_QUERY_LANGUAGE_NOTICE_H
#define OSLER_QUERY_LANGUAGE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>

#include "query/language/parse.h"
#include "store/arena.h"

struct notices {
    struct arena *arena;
    struct query_tree *tree;
    bool failed; /* memory ran out */
};

/* Adds one line, unless it is there already; those beyond the first few are dropped. */
void notice_add(struct notices *notices, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a line that begins with a part of the query in quotes, cut short and cleaned for a terminal.
 */
void notice_about(struct notices *notices, const char *text, size_t n_bytes, const char *what);

#endif
