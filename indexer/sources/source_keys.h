/* What cited URLs, and archives under PATH, lead to: from each key over redirects to the page that
 * has its newest capture. Many keys may lead to one page. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_KEYS_H
#define OSLER_INDEXER_SOURCES_SOURCE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/publish/prepare.h"
#include "indexer/sources/page_state.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

#define SOURCE_NO_PAGE SIZE_MAX

/* A key and what it leads to. */
struct source_followed {
    const char *key;
    struct page_state state;
    size_t i_page;  /* SOURCE_NO_PAGE: it leads to none */
    int64_t source; /* the first cited URL of it; 0: none */
};

/* A cited URL. */
struct source_cited {
    int64_t source; /* its row */
    size_t i_followed;
};

/* A page: the newest capture that has it. */
struct source_page {
    const char *key, *url, *retrieved; /* the URL normalized: it is the document's id */
    int64_t capture, document;         /* 0: none */
    bool has_text;
    unsigned char text_sha256[SHA256_BYTES];
    const char *unread; /* why it is no document, or NULL */
    size_t i_followed;  /* the first key that leads to it */
    bool has_dates;
    const char *first_retrieved, *changed;
};

/* Zero-initialised it is empty. */
struct source_keys {
    struct arena arena;               /* owns the strings */
    struct source_followed *followed; /* by rising key */
    size_t n_followed, followed_capacity;
    struct source_cited *cited; /* by rising key, then row */
    size_t n_cited, cited_capacity;
    struct source_page *pages; /* by rising key; of a new one only the first line, `capture` and
                                  `i_followed` are filled in */
    size_t n_pages;
};

/* Fills zeroed `keys` from the tables sources and captures. Errors: STATUS_INDEX,
 * STATUS_NO_MEMORY. */
enum status source_keys_read(struct source_keys *keys, struct index *index, struct error *error);
void source_keys_free(struct source_keys *keys); /* frees and zeroes; safe on a zeroed one */

#endif
