/* See page_state.h. */
#include "indexer/sources/page_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/url.h"

/* As many as fetch.h follows, and browsers do. */
enum { MAX_REDIRECTS = 10 };

/* The newest capture of key ?1 for which `condition` holds, of several files that of the last path:
 * ORDER BY would set up a sorter for each key. The path is NULL if there is none. */
#define PLACE " max(f.path), c.retrieved, c.offset, c.skip"
#define NEWEST_OF(condition)                                                                       \
    " c.key = ?1 AND (c.retrieved, c.offset, c.skip) = (SELECT retrieved, offset, skip"            \
    " FROM captures WHERE key = ?1 AND " condition                                                 \
    " ORDER BY retrieved DESC, offset DESC, skip DESC LIMIT 1) AND c." condition

enum statement { SELECT_CHECKED, SELECT_NEWEST, SELECT_CONTENT, SELECT_REDIRECT, N_STATEMENTS };

static const char *const sql_of[N_STATEMENTS] = {
    [SELECT_CHECKED] = "SELECT max(retrieved) FROM captures AS c JOIN files AS f ON f.id = c.file"
                       " WHERE c.key = ?1 AND f.in_archive",
    [SELECT_NEWEST] =
        "SELECT" PLACE ", c.status, c.outcome, c.location, c.retry_after FROM captures AS c"
        " JOIN files AS f ON f.id = c.file WHERE" NEWEST_OF("key = ?1"),
    /* Validators are of one URL: those of a page elsewhere with the same payload are not. */
    [SELECT_CONTENT] = "SELECT" PLACE ", c.url, page.id,"
                       " coalesce(c.etag, iif(page.key = c.key, page.etag, NULL)),"
                       " coalesce(c.last_modified, iif(page.key = c.key, page.last_modified, NULL))"
                       " FROM captures AS c JOIN files AS f ON f.id = c.file"
                       " JOIN captures AS page ON page.id = c.content"
                       " WHERE" NEWEST_OF("content IS NOT NULL"),
    [SELECT_REDIRECT] = "SELECT" PLACE ", c.location FROM captures AS c"
                        " JOIN files AS f ON f.id = c.file"
                        " WHERE" NEWEST_OF("location IS NOT NULL"),
};

/* Columns of these: first those of PLACE, then its own. */
enum { PATH, RETRIEVED, OFFSET, SKIP, N_PLACE };
enum { NEWEST_STATUS = N_PLACE, NEWEST_OUTCOME, NEWEST_LOCATION, NEWEST_RETRY };
enum { CONTENT_URL = N_PLACE, CONTENT, ETAG, LAST_MODIFIED };
enum { REDIRECT_LOCATION = N_PLACE };

struct page_states {
    struct index *index;
    sqlite3_stmt *statements[N_STATEMENTS];
};

enum status page_states_open(struct page_states **states, struct index *index,
                             struct error *error) {
    struct page_states *self = calloc(1, sizeof *self);
    *states = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    enum status status = index_prepare_all(index, sql_of, N_STATEMENTS, self->statements, error);
    if (status != STATUS_OK) {
        page_states_close(self);
        *states = NULL;
    }
    return status;
}

void page_states_close(struct page_states *states) {
    if (!states)
        return;
    for (size_t i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(states->statements[i]);
    free(states);
}

static bool is_permanent(int status) {
    return status == 301 || status == 308;
}

static enum link_health health_of_status(int status) {
    if ((status >= 200 && status < 300) || status == 304)
        return HEALTH_LIVE;
    if (status == 401 || status == 403 || status == 429 || status == 451)
        return HEALTH_BLOCKED;
    return status == 404 || status == 410 ? HEALTH_DEAD : HEALTH_UNREACHABLE;
}

static enum link_health health_of_outcome(const char *outcome) {
    if (strcmp(outcome, fetch_outcome_name(FETCH_NO_SUCH_HOST)) == 0)
        return HEALTH_DEAD;
    bool by_robots = strcmp(outcome, fetch_outcome_name(FETCH_BLOCKED_BY_ROBOTS)) == 0;
    return by_robots ? HEALTH_BLOCKED : HEALTH_UNREACHABLE;
}

static const char *column_of(sqlite3_stmt *row, int column, struct arena *arena) {
    return arena_string(arena, (const char *)sqlite3_column_text(row, column));
}

/* The reading of a chain of redirects. */
struct chain {
    const char *key;      /* of the page that is read now */
    const char *next_key; /* of the one after it; NULL: the chain ends here */
    bool finds_health;    /* the newest captures of all pages before were redirects */
    bool is_permanent;    /* and permanent ones */
};

/* The health that the newest capture of the last page of a chain says. */
static enum status read_health(sqlite3_stmt *row, struct arena *arena, struct page_state *state,
                               struct error *error) {
    int status = sqlite3_column_int(row, NEWEST_STATUS);
    const char *outcome = (const char *)sqlite3_column_text(row, NEWEST_OUTCOME);
    state->health = outcome ? health_of_outcome(outcome) : health_of_status(status);
    if (state->health == HEALTH_LIVE) {
        state->health = !state->checked   ? HEALTH_ARCHIVED
                        : state->moved_to ? HEALTH_MOVED
                                          : HEALTH_LIVE;
        return STATUS_OK;
    }
    char number[16];
    snprintf(number, sizeof number, "%d", status);
    state->reason = arena_string(arena, outcome ? outcome : number);
    state->retry_after = column_of(row, NEWEST_RETRY, arena);
    return arena->failed ? error_no_memory(error) : STATUS_OK;
}

/* The page at `location`; no key if that is no URL. */
static enum status parse_location(sqlite3_stmt *row, int column, struct arena *arena,
                                  struct url *target, struct error *error) {
    const char *location = (const char *)sqlite3_column_text(row, column);
    struct error reason;
    *target = (struct url){0};
    enum status status =
        location ? url_parse(arena, NULL, location, target, &reason) : (enum status)STATUS_INPUT;
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

/* Steps a statement of one row for `key`. */
static enum status step_for(struct page_states *self, enum statement which, const char *key,
                            struct error *error) {
    sqlite3_stmt *row = self->statements[which];
    sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
    return sqlite3_step(row) == SQLITE_ROW ? STATUS_OK : index_error(self->index, error);
}

/* Reads the newest capture of a page: the health of the chain's first page, unless it leads on. */
static enum status read_newest(struct page_states *self, struct chain *chain, struct arena *arena,
                               struct page_state *state, struct error *error) {
    sqlite3_stmt *row = self->statements[SELECT_NEWEST];
    struct url target = {0};
    enum status status = step_for(self, SELECT_NEWEST, chain->key, error);
    bool has_one = status == STATUS_OK && sqlite3_column_type(row, PATH) != SQLITE_NULL;
    if (has_one)
        status = parse_location(row, NEWEST_LOCATION, arena, &target, error);
    chain->finds_health = target.key != NULL;
    chain->is_permanent =
        chain->is_permanent && target.key && is_permanent(sqlite3_column_int(row, NEWEST_STATUS));
    if (chain->is_permanent)
        state->moved_to = target.fetch;
    if (status == STATUS_OK && has_one && !target.key)
        status = read_health(row, arena, state, error);
    sqlite3_reset(row);
    return status;
}

static enum status read_content(sqlite3_stmt *row, const char *key, struct arena *arena,
                                struct page_state *state, struct error *error) {
    state->content = sqlite3_column_int64(row, CONTENT);
    state->content_key = arena_string(arena, key);
    state->content_url = column_of(row, CONTENT_URL, arena);
    state->retrieved = column_of(row, RETRIEVED, arena);
    state->etag = column_of(row, ETAG, arena);
    state->last_modified = column_of(row, LAST_MODIFIED, arena);
    return arena->failed || !state->content_url || !state->retrieved ? error_no_memory(error)
                                                                     : STATUS_OK;
}

static int compare_numbers(sqlite3_stmt *row, sqlite3_stmt *other, int column) {
    sqlite3_int64 left = sqlite3_column_int64(row, column);
    sqlite3_int64 right = sqlite3_column_int64(other, column);
    return (left > right) - (left < right);
}

static int compare_texts(sqlite3_stmt *row, sqlite3_stmt *other, int column) {
    const char *left = (const char *)sqlite3_column_text(row, column);
    const char *right = (const char *)sqlite3_column_text(other, column);
    return strcmp(left ? left : "", right ? right : "");
}

/* True if the capture in the row is newer than that in `other`, either of which may be none. */
static bool is_newer(sqlite3_stmt *row, sqlite3_stmt *other) {
    if (sqlite3_column_type(row, PATH) == SQLITE_NULL)
        return false;
    if (sqlite3_column_type(other, PATH) == SQLITE_NULL)
        return true;
    int order = compare_texts(row, other, RETRIEVED);
    if (order == 0)
        order = compare_numbers(row, other, OFFSET);
    if (order == 0)
        order = compare_numbers(row, other, SKIP);
    return order == 0 ? compare_texts(row, other, PATH) > 0 : order > 0;
}

/* Reads the newest capture of the chain's page that has it or leads on. */
static enum status read_page(struct page_states *self, struct chain *chain, struct arena *arena,
                             struct page_state *state, struct error *error) {
    sqlite3_stmt *content = self->statements[SELECT_CONTENT];
    sqlite3_stmt *redirect = self->statements[SELECT_REDIRECT];
    struct url target = {0};
    enum status status = step_for(self, SELECT_CONTENT, chain->key, error);
    if (status == STATUS_OK)
        status = step_for(self, SELECT_REDIRECT, chain->key, error);
    if (status == STATUS_OK && is_newer(redirect, content))
        status = parse_location(redirect, REDIRECT_LOCATION, arena, &target, error);
    else if (status == STATUS_OK && sqlite3_column_type(content, PATH) != SQLITE_NULL)
        status = read_content(content, chain->key, arena, state, error);
    chain->next_key = target.key;
    sqlite3_reset(content);
    sqlite3_reset(redirect);
    return status;
}

/* When `key` was last asked for, if that is news. */
static enum status read_checked(struct page_states *self, const char *key, struct arena *arena,
                                struct page_state *state, struct error *error) {
    sqlite3_stmt *row = self->statements[SELECT_CHECKED];
    enum status status = step_for(self, SELECT_CHECKED, key, error);
    const char *checked = status == STATUS_OK ? (const char *)sqlite3_column_text(row, 0) : NULL;
    if (checked && (!state->checked || strcmp(checked, state->checked) > 0)) {
        state->checked = arena_string(arena, checked);
        status = state->checked ? STATUS_OK : error_no_memory(error);
    }
    sqlite3_reset(row);
    return status;
}

/* What has moved for good is not asked for, but where it is now. */
static bool is_asked_there(const struct chain *chain, const struct page_state *state) {
    return chain->next_key && chain->finds_health && chain->is_permanent && state->checked;
}

enum status page_state_read(struct page_states *states, const char *key, struct arena *arena,
                            struct page_state *state, struct error *error) {
    struct chain chain = {.key = key, .finds_health = true, .is_permanent = true};
    *state = (struct page_state){0};
    enum status status = read_checked(states, key, arena, state, error);
    for (unsigned n_steps = 0; n_steps <= MAX_REDIRECTS && chain.key && status == STATUS_OK;
         n_steps++) {
        if (chain.finds_health)
            status = read_newest(states, &chain, arena, state, error);
        if (status == STATUS_OK)
            status = read_page(states, &chain, arena, state, error);
        if (status == STATUS_OK && is_asked_there(&chain, state))
            status = read_checked(states, chain.next_key, arena, state, error);
        chain.key = state->content > 0 ? NULL : chain.next_key;
    }
    if (status == STATUS_OK && state->health == HEALTH_UNFETCHED && state->checked) {
        state->health = HEALTH_UNREACHABLE;
        state->reason = "its redirect leads nowhere";
    }
    return status;
}
