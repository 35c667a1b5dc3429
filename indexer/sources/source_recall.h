/* What the archive has that need not be asked for again: permanent redirects and robots.txt; and
 * which hosts are not to be asked yet. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_RECALL_H
#define OSLER_INDEXER_SOURCES_SOURCE_RECALL_H

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/url.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

struct source_recall;

/* `index` must outlive it. `folder` is the index's, to which paths in it are relative. */
enum status source_recall_open(struct source_recall **recall, struct index *index,
                               const char *folder, struct error *error);
void source_recall_close(struct source_recall *recall); /* NULL is fine */

/* As fetch_recall says. What the archive has lost is not known. */
enum status source_recall_answer(struct source_recall *recall, const struct url *url,
                                 bool is_robots, struct fetch_answer *answer, struct error *error);

/* A host that has asked to be left alone. */
struct source_pause {
    const char *authority;
    const char *until; /* "YYYY-MM-DDThh:mm:ssZ" */
};

struct source_pauses {
    struct source_pause *pauses; /* by authority */
    size_t n_pauses, capacity;
};

/* Those that are not to be asked before a date after `now`; strings in `arena`. */
enum status source_pauses_read(struct index *index, const char *now, struct arena *arena,
                               struct source_pauses *pauses, struct error *error);
/* The pause of the host of a page's key, or NULL. */
const struct source_pause *source_pauses_find(const struct source_pauses *pauses, const char *key);
void source_pauses_free(struct source_pauses *pauses);

#endif
