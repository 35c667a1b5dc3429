/* What else the words of a query are called: variants of their stems and abbreviations with what
 * they stand for, in this collection, and synonyms. The numbers are in ranking.h. */
#ifndef OSLER_QUERY_RANK_EXPANSION_H
#define OSLER_QUERY_RANK_EXPANSION_H

#include "query/select/selection.h"

enum expansion_kind {
    EXPANSION_VARIANT,
    EXPANSION_LONG_FORM,
    EXPANSION_SHORT_FORM,
    EXPANSION_SYNONYM
};

enum {
    EXPANSION_MAX_TERMS = 8, /* of a long form; longer ones are not kept in the index */
    EXPANSION_MAX = 256,     /* of a query: more cost time and say little */
};

/* Other terms that count for a clause: all of them together, as often as the rarest. */
struct expansion {
    size_t clause; /* index into selection->clauses */
    enum expansion_kind kind;
    double weight;
    const char *label; /* the terms, separated by spaces */
    struct term terms[EXPANSION_MAX_TERMS];
    size_t n_terms;
};

struct expansion_list {
    struct expansion *expansions; /* owned; their labels are of the arena */
    size_t n_expansions, capacity;
};

/* Fills a zeroed `list` for the words of `selection`, in an order that depends on nothing else. A
 * term that the query has itself is none. */
enum status expansions_of(struct searcher *searcher, const struct selection *selection,
                          struct arena *arena, struct expansion_list *list, struct error *error);
void expansion_list_free(struct expansion_list *list); /* frees and zeroes */

#endif
