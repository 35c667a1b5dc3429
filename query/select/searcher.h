/* An open index with what every search needs at hand, and the state of the search that is under
 * way. */
#ifndef OSLER_QUERY_SELECT_SEARCHER_H
#define OSLER_QUERY_SELECT_SEARCHER_H

#include <stdbool.h>
#include <stddef.h>

#include "query/language/parse.h"
#include "query/score/passage_set.h"
#include "query/score/score.h"
#include "store/arena.h"
#include "store/collection.h"
#include "store/index.h"
#include "store/postings.h"
#include "store/tokenizer.h"

/* The statements that hits are read with, each prepared when it is first needed. */
struct hit_statements {
    sqlite3_stmt *passage, *document, *file, *citations, *source, *cited, *cited_by, *also_at;
};

void hit_statements_close(struct hit_statements *statements); /* safe on zeroed ones */

/* What a filter lets through, kept because the next query often has it again: finding it means
 * looking at every document. */
struct filter_set {
    enum query_filter filter;
    char *text; /* owned; NULL: free */
    struct passage_set passages;
};

enum { SEARCHER_MAX_FILTERS = 8 }; /* each takes a bit for every passage */

/* What FTS5 answered, likewise: that words follow each other, which it is slow to find out, is
 * often asked of the same words ("x-linked", and of "changes" whether they stand as "c hanges"). */
struct match_set {
    char *match;        /* owned; NULL: free */
    uint32_t *passages; /* owned; by rising id */
    size_t n_passages, capacity;
};

enum {
    SEARCHER_MAX_MATCHES = 64,
    SEARCHER_MAX_MATCHED = 1 << 16, /* of more passages the answer is not kept */
};

struct searcher {
    struct index index;
    char *folder;  /* owned; the index's real folder: stored paths are relative to it */
    char *working; /* owned; the working directory, or NULL: shown paths are relative to it */
    struct collection collection;
    struct lengths lengths;
    struct postings_reader postings;
    struct hit_statements hits;
    struct filter_set filters[SEARCHER_MAX_FILTERS];
    size_t next_filter; /* to be replaced */
    struct match_set matches[SEARCHER_MAX_MATCHES];
    size_t next_match;
    /* Prepared when they are first needed: see expansion.c, rescore.c, rank.c and search.c. */
    sqlite3_stmt *select_variants, *select_long_forms, *select_short_forms;
    sqlite3_stmt *select_text, *select_title, *select_place, *select_version;
    struct tokenizer *tokenizer;
    struct token_list tokens;           /* for the moment */
    struct passage_set document_starts; /* the first passage of each document; empty until needed */
    size_t n_asked;                     /* how often */
    int64_t data_version;               /* of the index when all this was read */
};

#endif
