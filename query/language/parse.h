/* The query language: text to a tree. Pure syntax: it opens no index and never fails on what a
 * person can type; what cannot be meant as an operator is a word, and a notice says so.
 *
 *   diabetes insulin pump      any of the words                   group: should should should
 *   +insulin -"type 2" pump    must, must not                     group: must, not, should
 *   insulin pump AND children  AND, OR and NOT bind less than juxtaposition; AND and NOT more than
 * OR: (insulin pump) AND (children)      group: must(group), must(group) pump NOT insulin with,
 * without                      group: must, not "exact phrase"             these words in this
 * order, unstemmed diabet*                    words that begin so asthma NEAR/5 child        at
 * most 5 words apart, either order; NEAR alone is NEAR/10; chains title:"heart failure"
 * heading:dose title:(a b)    only in that field author:osler site:who.int kind:source lang:en
 * before:2025-08 after:2025 cites:who.int cited-by:articles/ai.md    filters: on the document,
 * never scored
 *
 * AND, OR, NOT and NEAR are operators only in capitals and with an operand on each side. A quote
 * without its partner runs to the end. An unknown field ("5:30", "http://...", "foo:bar") is a
 * word. A date filter is YYYY, YYYY-MM or YYYY-MM-DD, else a word. `-` and `+` are operators only
 * before a word
 * ("covid-19" and "a - b" have none). */
#ifndef OSLER_QUERY_LANGUAGE_PARSE_H
#define OSLER_QUERY_LANGUAGE_PARSE_H

#include <stddef.h>

#include "store/arena.h"
#include "store/error.h"

enum query_kind {
    QUERY_GROUP,
    QUERY_WORD,   /* text: as typed, may be a compound or hold punctuation ("COVID-19", "&") */
    QUERY_PHRASE, /* text: what stood between the quotes */
    QUERY_PREFIX, /* text: without the star */
    QUERY_NEAR,   /* children: QUERY_WORD, QUERY_PHRASE or QUERY_PREFIX; distance */
    QUERY_FILTER, /* filter, text */
};

/* How a node takes part in the group that holds it. A passage matches a group when all of its MUST
 * and FILTER children match, none of its MUST_NOT children does and, if the group has SHOULD but no
 * MUST children, at least one SHOULD child does. Only MUST and SHOULD children score. */
enum query_occur { OCCUR_SHOULD, OCCUR_MUST, OCCUR_MUST_NOT, OCCUR_FILTER };

enum query_field { FIELD_ANY, FIELD_TITLE, FIELD_HEADING };

enum query_filter {
    FILTER_AUTHOR,
    FILTER_SITE,
    FILTER_KIND, /* text is "article" or "source" */
    FILTER_LANG,
    FILTER_BEFORE, /* text is YYYY, YYYY-MM or YYYY-MM-DD */
    FILTER_AFTER,
    FILTER_CITES,
    FILTER_CITED_BY,
};

struct query_node {
    enum query_kind kind;
    enum query_occur occur;
    enum query_field
        field; /* of words, phrases, prefixes, NEAR; a field before ( ) is handed down */
    enum query_filter filter;   /* QUERY_FILTER */
    const char *text;           /* NUL-terminated, owned by the arena; NULL for groups and NEAR */
    const char *before, *after; /* QUERY_WORD: the words that stand beside it alike, or NULL */
    size_t distance;            /* QUERY_NEAR: words between */
    struct query_node **children;
    size_t n_children;
};

struct query_tree {
    struct query_node *root; /* always a QUERY_GROUP; without children for an empty query */
    const char **notices;    /* one line each, for stderr */
    size_t n_notices;
};

/* Nesting of ( ) deeper than this is read as if the inner ones were not there: bounds recursion. */
enum { QUERY_MAX_DEPTH = 64 };
/* Words, phrases and filters beyond this are dropped with a notice: bounds the work of one query.
 */
enum { QUERY_MAX_NODES = 1024 };
/* So with what takes more than to look up a word: phrases, prefixes and filters. */
enum { QUERY_MAX_PHRASES = 64 };

/* Parses `query` (NUL-terminated, any bytes) into `tree`, allocating from `arena`.
 * Errors: STATUS_NO_MEMORY. */
enum status query_parse(const char *query, struct arena *arena, struct query_tree *tree,
                        struct error *error);

/* A one-line form of the tree for tests and --explain, e.g. `(+diabetes -"type 2" title:pump)`:
 * + must, - must not, # filter, nothing should; phrases quoted; prefix*; NEAR/5(a b). From `arena`;
 * NULL when memory is out. */
char *query_describe(const struct query_tree *tree, struct arena *arena);

#endif
