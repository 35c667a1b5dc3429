/* See source_links.h. */
#include "indexer/sources/source_links.h"

static const char texts_sql[] =
    "WITH seen AS (SELECT c.retrieved, page.text_sha256 = ?2 AS is_same"
    "  FROM captures AS c JOIN captures AS page ON page.id = c.content"
    "  WHERE c.key = ?1 AND c.retrieved <> '')"
    " SELECT min(retrieved), (SELECT min(retrieved) FROM seen WHERE is_same"
    "  AND retrieved > (SELECT max(retrieved) FROM seen WHERE NOT is_same))"
    " FROM seen";

static const char set_sql[] =
    "UPDATE sources SET document = ?2, health = ?3, reason = ?4, checked = ?5,"
    " moved_to = ?6, first_retrieved = ?7, retrieved = ?8, changed = ?9"
    " WHERE id = ?1 AND (document, health, reason, checked, moved_to,"
    "  first_retrieved, retrieved, changed)"
    "  IS NOT (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

struct writing {
    struct index *index;
    struct source_keys *keys;
    sqlite3_stmt *texts, *set;
    struct error *error;
};

static const char *keep(struct writing *writing, sqlite3_stmt *row, int column) {
    return arena_string(&writing->keys->arena, (const char *)sqlite3_column_text(row, column));
}

/* When the page was first archived, and since when it has its text. Many keys may lead to it. */
static enum status read_dates(struct writing *writing, struct source_page *page) {
    sqlite3_stmt *texts = writing->texts;
    if (page->has_dates)
        return STATUS_OK;
    sqlite3_bind_text(texts, 1, page->key, -1, SQLITE_STATIC);
    sqlite3_bind_null(texts, 2);
    if (page->has_text)
        sqlite3_bind_blob(texts, 2, page->text_sha256, SHA256_BYTES, SQLITE_STATIC);
    enum status status =
        sqlite3_step(texts) == SQLITE_ROW ? STATUS_OK : index_error(writing->index, writing->error);
    if (status == STATUS_OK) {
        page->first_retrieved = keep(writing, texts, 0);
        page->changed = keep(writing, texts, 1);
        page->has_dates = true;
    }
    sqlite3_reset(texts);
    return writing->keys->arena.failed ? error_no_memory(writing->error) : status;
}

static enum status write_source(struct writing *writing, const struct source_cited *cited) {
    const struct source_followed *followed = &writing->keys->followed[cited->i_followed];
    const struct page_state *state = &followed->state;
    struct source_page *page =
        followed->i_page == SOURCE_NO_PAGE ? NULL : &writing->keys->pages[followed->i_page];
    enum status status = page ? read_dates(writing, page) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    const char *reason = state->reason ? state->reason : page ? page->unread : NULL;
    const char *texts[] = {reason,
                           state->checked,
                           state->moved_to,
                           page ? page->first_retrieved : NULL,
                           page ? page->retrieved : NULL,
                           page ? page->changed : NULL};
    sqlite3_stmt *set = writing->set;
    sqlite3_bind_int64(set, 1, cited->source);
    sqlite3_bind_null(set, 2);
    if (page && page->document > 0)
        sqlite3_bind_int64(set, 2, page->document);
    sqlite3_bind_int(set, 3, (int)state->health);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        sqlite3_bind_text(set, 4 + i, texts[i], -1, SQLITE_STATIC);
    return index_run(writing->index, set, writing->error);
}

enum status source_links_write(struct index *index, struct source_keys *keys, struct error *error) {
    struct writing writing = {.index = index, .keys = keys, .error = error};
    enum status status = index_prepare(index, texts_sql, &writing.texts, error);
    if (status == STATUS_OK)
        status = index_prepare(index, set_sql, &writing.set, error);
    for (size_t i = 0; i < keys->n_cited && status == STATUS_OK; i++)
        status = write_source(&writing, &keys->cited[i]);
    sqlite3_finalize(writing.texts);
    sqlite3_finalize(writing.set);
    return status;
}
