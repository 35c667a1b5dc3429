/* See source_keys.h. */
#include "indexer/sources/source_keys.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/url.h"
#include "store/array.h"

void source_keys_free(struct source_keys *keys) {
    free(keys->pages);
    free(keys->cited);
    free(keys->followed);
    arena_free(&keys->arena);
    *keys = (struct source_keys){0};
}

static enum status follow(struct source_keys *keys, struct page_states *states, const char *key,
                          struct error *error) {
    void *items = array_grow(keys->followed, keys->n_followed, &keys->followed_capacity,
                             sizeof *keys->followed);
    if (!items)
        return error_no_memory(error);
    keys->followed = items;
    struct source_followed *followed = &keys->followed[keys->n_followed++];
    *followed =
        (struct source_followed){.key = arena_string(&keys->arena, key), .i_page = SOURCE_NO_PAGE};
    if (!followed->key)
        return error_no_memory(error);
    return page_state_read(states, followed->key, &keys->arena, &followed->state, error);
}

static enum status cite(struct source_keys *keys, int64_t source, struct error *error) {
    void *items =
        array_grow(keys->cited, keys->n_cited, &keys->cited_capacity, sizeof *keys->cited);
    if (!items)
        return error_no_memory(error);
    keys->cited = items;
    struct source_followed *followed = &keys->followed[keys->n_followed - 1];
    keys->cited[keys->n_cited++] =
        (struct source_cited){.source = source, .i_followed = keys->n_followed - 1};
    if (followed->source == 0)
        followed->source = source;
    return STATUS_OK;
}

static enum status follow_all(struct source_keys *keys, struct index *index,
                              struct page_states *states, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status = index_prepare(
        index,
        "SELECT key, id FROM sources WHERE key IS NOT NULL UNION ALL SELECT DISTINCT c.key, 0"
        " FROM captures AS c JOIN files AS f ON f.id = c.file WHERE NOT f.in_archive"
        " AND c.content IS NOT NULL"
        /* of crawlers; it is no page for people */
        " AND substr(c.key, instr(substr(c.key, 3), '/') + 2) <> '/robots.txt' ORDER BY 1, 2",
        &rows, error);
    while (index_next(index, rows, &status, error)) {
        const char *key = (const char *)sqlite3_column_text(rows, 0);
        int64_t source = sqlite3_column_int64(rows, 1);
        if (!key)
            status = error_no_memory(error);
        else if (keys->n_followed == 0 ||
                 strcmp(keys->followed[keys->n_followed - 1].key, key) != 0)
            status = follow(keys, states, key, error);
        if (status == STATUS_OK && source > 0)
            status = cite(keys, source, error);
    }
    sqlite3_finalize(rows);
    return status;
}

/* By the key of their page; those of one page as they came. */
static int by_content_key(const void *a, const void *b) {
    const struct source_followed *left = *(const struct source_followed *const *)a;
    const struct source_followed *right = *(const struct source_followed *const *)b;
    int order = strcmp(left->state.content_key, right->state.content_key);
    return order ? order : (left > right) - (left < right);
}

static enum status add_page(struct source_keys *keys, const struct source_followed *followed,
                            struct error *error) {
    const struct page_state *state = &followed->state;
    struct url url;
    enum status status = url_parse(&keys->arena, NULL, state->content_url, &url, error);
    keys->pages[keys->n_pages++] =
        (struct source_page){.key = state->content_key,
                             .url = url.normalized,
                             .retrieved = *state->retrieved ? state->retrieved : NULL,
                             .capture = state->content,
                             .i_followed = (size_t)(followed - keys->followed)};
    return status;
}

/* Makes the pages, by rising key, of what the keys lead to. */
static enum status make_pages(struct source_keys *keys, struct error *error) {
    struct source_followed **with_content = calloc(keys->n_followed + 1, sizeof *with_content);
    keys->pages = calloc(keys->n_followed + 1, sizeof *keys->pages);
    size_t n_with_content = 0;
    if (!with_content || !keys->pages) {
        free(with_content);
        return error_no_memory(error);
    }
    for (size_t i = 0; i < keys->n_followed; i++)
        if (keys->followed[i].state.content > 0)
            with_content[n_with_content++] = &keys->followed[i];
    qsort(with_content, n_with_content, sizeof *with_content, by_content_key);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n_with_content && status == STATUS_OK; i++) {
        if (i == 0 ||
            strcmp(with_content[i - 1]->state.content_key, with_content[i]->state.content_key) != 0)
            status = add_page(keys, with_content[i], error);
        with_content[i]->i_page = keys->n_pages - 1;
    }
    free(with_content);
    return status;
}

enum status source_keys_read(struct source_keys *keys, struct index *index, struct error *error) {
    struct page_states *states = NULL;
    enum status status = page_states_open(&states, index, error);
    if (status == STATUS_OK)
        status = follow_all(keys, index, states, error);
    page_states_close(states);
    return status == STATUS_OK ? make_pages(keys, error) : status;
}
