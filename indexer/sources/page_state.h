/* What the captures of a page say of it together: whether it is there, and what it was last. */
#ifndef OSLER_INDEXER_SOURCES_PAGE_STATE_H
#define OSLER_INDEXER_SOURCES_PAGE_STATE_H

#include <stdint.h>

#include "store/arena.h"
#include "store/error.h"
#include "store/health.h"
#include "store/index.h"

/* What is known of a page, following redirects from its key. Strings live in the arena given. */
struct page_state {
    enum link_health health;
    const char *reason;  /* NULL for a live page */
    const char *checked; /* when it, or where it has moved to, was last asked for; NULL: never */
    const char *retry_after; /* not to be asked before; NULL: nobody says so */
    const char *moved_to;    /* where permanent redirects lead, or NULL */
    int64_t content;         /* the capture that has the page as it was last seen; 0: none */
    const char *content_key, *content_url;
    const char *retrieved; /* when it was last seen so */
    /* Validators for asking for it again; NULL if there are none. */
    const char *etag, *last_modified;
};

struct page_states;

/* `index` must outlive it. Its captures must be settled, see captures.h, whenever one is read. */
enum status page_states_open(struct page_states **states, struct index *index, struct error *error);
void page_states_close(struct page_states *states); /* NULL is fine */

/* Fills `state`. */
enum status page_state_read(struct page_states *states, const char *key, struct arena *arena,
                            struct page_state *state, struct error *error);

#endif
