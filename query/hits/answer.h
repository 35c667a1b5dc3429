/* What a search found, ready to print: plain data, owned by one arena. */
#ifndef OSLER_QUERY_HITS_ANSWER_H
#define OSLER_QUERY_HITS_ANSWER_H

#include <stddef.h>

#include "query/score/span.h"
#include "store/arena.h"

/* A line of the file begins at a byte of a passage's text. */
struct line_start {
    size_t byte, line;
};

struct hit_citation {
    const char *label;
    const char *url;
    const char *claim;    /* the sentence it supports; NULL if it cites for the whole document */
    const char *document; /* id of the source's own document, NULL while it is not in the index */
    const char *health;   /* as health.h names it */
};

struct hit_citing {
    const char *document, *title, *path; /* the article that cites this source */
    size_t first_line, last_line;
    const char *claim; /* NULL as above */
};

struct hit {
    size_t rank; /* from 1 over the whole answer: the first hit of --offset 10 has rank 11 */
    double score;
    struct {
        const char *id;
        const char *text;        /* valid UTF-8 */
        struct span *highlights; /* matched words in text, rising, not overlapping */
        size_t n_highlights;
        const char **headings; /* outermost first */
        size_t n_headings;
        struct span bytes;              /* in the file (article) or extracted text (source) */
        size_t first_line, last_line;   /* likewise, from 1 */
        struct line_start *line_starts; /* of those after the first that have text, rising */
        size_t n_line_starts;
        size_t page; /* of a PDF, from 1; 0: none */
    } passage;
    struct {
        const char *id;
        const char *kind;  /* "article" or "source" */
        const char *title; /* never NULL */
        const char *path;  /* from the working directory; NULL for a fetched source */
        const char *url, *site, *author, *published, *retrieved; /* NULL where unknown */
        const char **also_at; /* other pages of the same text, by URL */
        size_t n_also_at;
        const char *language;
        const char *sha256; /* 64 hex digits, of the file or extracted text */
    } document;
    struct hit_citation *citations;
    size_t n_citations;
    struct hit_citing *cited_by;
    size_t n_cited_by;
    const char *link;        /* opens the page at the passage; NULL without a url */
    const char *explanation; /* for --explain, lines separated by '\n'; else NULL */
};

struct answer {
    struct arena arena;   /* owns all below */
    const char *query_id; /* of a batch, else NULL */
    const char *query;
    const char *suggestion; /* a better spelling, or NULL */
    size_t total;           /* passages (or documents) that match, whatever the limit */
    double took_ms;
    struct hit *hits;
    size_t n_hits;
    const char **notices;
    size_t n_notices;
};

#endif
