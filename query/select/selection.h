/* What a query selects, and the state of selecting: shared by the files that do it (select, word,
 * phrase, prefix). */
#ifndef OSLER_QUERY_SELECT_SELECTION_H
#define OSLER_QUERY_SELECT_SELECTION_H

#include "query/language/parse.h"
#include "query/score/passage_set.h"
#include "query/score/scan.h"
#include "query/score/score.h"
#include "query/select/searcher.h"

/* A word of the query that is one run (scan.h) as typed, and scores wherever it stands. */
struct selection_word {
    size_t clause;     /* index into clauses */
    const char *term;  /* its main form; the strings are of the arena */
    const char *typed; /* in lower case */
    size_t typed_bytes;
    uint32_t run; /* its number in the query */
};

struct selection {
    bool by_clauses;             /* selected are passages that a clause scores, */
    bool is_restricted;          /* but only those of `passages` */
    bool lacks_word;             /* a word that was asked for has no form that the index has */
    struct passage_set passages; /* not by clauses: these */
    struct selection_word words[SCAN_MAX_WORDS]; /* the first of the query, in its order */
    size_t n_words;
    struct clause_list clauses;
    /* The terms that matched, for highlighting, sorted; owned by the arena given. */
    const char **terms;
    size_t n_terms, terms_capacity;
    struct token_list *phrases; /* likewise, tokenized as text; owned */
    size_t n_phrases, phrases_capacity;
    struct token_limit limit; /* the words that may have such a term, or be of such a phrase */
    struct passage_set *sets; /* the clauses' `only`; owned */
    size_t n_sets, sets_capacity;
};

/* Makes a selection by clauses one of `passages`, with ids below `end`; does nothing to others. */
enum status selection_collect(struct selection *selection, uint32_t end, struct error *error);

/* Sorts the terms and sets the limit, when all that is looked for is known. */
void selection_finish(struct selection *selection);

void selection_free(struct selection *selection); /* frees and zeroes */

/* One selection under way; all but the numbers is borrowed. */
struct selecting {
    struct searcher *searcher;
    struct arena *arena;
    struct selection *selection;
    struct error *error;
    bool has_content;   /* the query has a word that is no function word */
    bool in_phrase;     /* no terms are kept: the phrase is highlighted as a whole */
    uint32_t end;       /* of every set */
    uint32_t n_runs;    /* of the words so far */
    const char *joined; /* what the last word is with the next one; NULL: not one word */
    size_t i_clause;    /* of the word that was used last; SIZE_MAX: none */
};

/* How a node is asked. */
struct ask {
    bool scores; /* its words add to the score */
    bool any;    /* a word of several tokens matches by any of them, else by all in their order */
};

/* The columns that a node asks, as bits. */
unsigned selecting_columns(const struct query_node *node);

/* An empty set. */
enum status selecting_new_set(struct selecting *run, struct passage_set *set);

/* Tokenizes `text`; in a query each word stands for its stems in all languages of the index. */
enum status selecting_tokenize(struct selecting *run, const char *text, enum token_use use,
                               struct token_list *list);

/* Keeps a copy of `set` for as long as the selection; NULL when memory is out. */
const struct passage_set *selecting_keep_set(struct selecting *run, const struct passage_set *set);

/* Keeps a copy of a term, to be highlighted; with in_phrase none, and `*kept` is NULL. */
enum status selecting_keep_term(struct selecting *run, const char *term, size_t n_bytes,
                                const char **kept);

/* Keeps `phrase`, which is emptied, to be highlighted. */
enum status selecting_keep_phrase(struct selecting *run, struct token_list *phrase);

#endif
