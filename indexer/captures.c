/* See captures.h. */
#include "indexer/captures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch.h"
#include "indexer/url.h"
#include "indexer/warc_reader.h"

/* As many as fetch.h follows, and browsers do. */
enum { MAX_REDIRECTS = 10 };

enum statement { INSERT, FIND_DATED, FIND_SAME, SELECT_CHECKED, SELECT_OF_KEY, N_STATEMENTS };

static const char *const sql_of[N_STATEMENTS] = {
    [INSERT] = "INSERT OR IGNORE INTO captures(id, file, offset, skip, key, url, retrieved, "
               "status, outcome,"
               " location, media_type, etag, last_modified, record, digest, content)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    [FIND_DATED] = "SELECT content FROM captures WHERE key = ?1 AND retrieved = ?2"
                   " AND content IS NOT NULL",
    [FIND_SAME] = "SELECT page.id, page.record, page.url, page.retrieved"
                  " FROM captures AS seen JOIN captures AS page ON page.id = seen.content"
                  " WHERE seen.key = ?1 AND (?2 IS NULL OR page.digest = ?2)"
                  " ORDER BY seen.retrieved DESC, seen.id DESC LIMIT 1",
    [SELECT_CHECKED] = "SELECT max(retrieved) FROM captures AS c JOIN files AS f ON f.id = c.file"
                       " WHERE c.key = ?1 AND f.in_archive",
    [SELECT_OF_KEY] = "SELECT seen.url, seen.retrieved, seen.status, seen.outcome, seen.location,"
                      " page.id, coalesce(seen.etag, page.etag),"
                      " coalesce(seen.last_modified, page.last_modified), f.in_archive"
                      " FROM captures AS seen JOIN files AS f ON f.id = seen.file"
                      " LEFT JOIN captures AS page ON page.id = seen.content"
                      " WHERE seen.key = ?1 ORDER BY seen.retrieved DESC, seen.id DESC",
};

/* Columns of SELECT_OF_KEY. */
enum { URL, RETRIEVED, STATUS, OUTCOME, LOCATION, CONTENT, ETAG, LAST_MODIFIED, IN_ARCHIVE };

struct captures {
    struct index *index;
    sqlite3_stmt *statements[N_STATEMENTS];
    int64_t next_id;
};

static enum status read_next_id(struct captures *self, struct error *error) {
    sqlite3_stmt *last = NULL;
    enum status status =
        index_prepare(self->index, "SELECT coalesce(max(id), 0) + 1 FROM captures", &last, error);
    if (status == STATUS_OK && sqlite3_step(last) != SQLITE_ROW)
        status = index_error(self->index, error);
    if (status == STATUS_OK)
        self->next_id = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
    return status;
}

enum status captures_open(struct captures **captures, struct index *index, struct error *error) {
    struct captures *self = calloc(1, sizeof *self);
    *captures = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    enum status status = read_next_id(self, error);
    for (size_t i = 0; i < N_STATEMENTS && status == STATUS_OK; i++)
        status = index_prepare(index, sql_of[i], &self->statements[i], error);
    if (status != STATUS_OK) {
        captures_close(self);
        *captures = NULL;
    }
    return status;
}

void captures_close(struct captures *captures) {
    if (!captures)
        return;
    for (size_t i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(captures->statements[i]);
    free(captures);
}

static void bind_text(sqlite3_stmt *statement, int i, const char *text) {
    sqlite3_bind_text(statement, i, text, -1, SQLITE_STATIC);
}

/* ---- adding ---- */

/* The first number of the first row; 0 if there is none. */
static enum status first_number(struct captures *self, enum statement which, int64_t *number,
                                struct error *error) {
    sqlite3_stmt *statement = self->statements[which];
    int result = sqlite3_step(statement);
    *number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE ? STATUS_OK
                                                         : index_error(self->index, error);
}

/* Which page a revisit means: the one it names, else the last of the same payload, else the last.
 */
static enum status find_content(struct captures *self, const struct capture *capture,
                                int64_t *content, struct error *error) {
    const char *digests[] = {capture->digest, NULL};
    sqlite3_stmt *dated = self->statements[FIND_DATED];
    sqlite3_stmt *same = self->statements[FIND_SAME];
    bind_text(dated, 1, capture->refers_to_key ? capture->refers_to_key : capture->key);
    bind_text(dated, 2, capture->refers_to_date);
    enum status status = first_number(self, FIND_DATED, content, error);
    for (size_t i = 0; i < 2 && status == STATUS_OK && *content == 0; i++) {
        bind_text(same, 1, capture->key);
        bind_text(same, 2, digests[i]);
        status = first_number(self, FIND_SAME, content, error);
    }
    return status;
}

enum status captures_add(struct captures *captures, int64_t file, const struct capture *capture,
                         struct error *error) {
    int64_t content = capture->has_content ? captures->next_id : 0;
    enum status status = STATUS_OK;
    if (capture->status == 304)
        status = find_content(captures, capture, &content, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *insert = captures->statements[INSERT];
    const char *texts[] = {capture->outcome, capture->location,      capture->media_type,
                           capture->etag,    capture->last_modified, capture->record,
                           capture->digest};
    sqlite3_bind_int64(insert, 1, captures->next_id++);
    sqlite3_bind_int64(insert, 2, file);
    sqlite3_bind_int64(insert, 3, (sqlite3_int64)capture->place.offset);
    sqlite3_bind_int64(insert, 4, (sqlite3_int64)capture->place.skip);
    bind_text(insert, 5, capture->key);
    bind_text(insert, 6, capture->url);
    bind_text(insert, 7, capture->retrieved);
    sqlite3_bind_int(insert, 8, capture->status);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        bind_text(insert, 9 + i, texts[i]);
    if (content > 0)
        sqlite3_bind_int64(insert, 16, content);
    else
        sqlite3_bind_null(insert, 16);
    return index_run(captures->index, insert, error);
}

/* Adds what `record` says of a page, if anything. */
static enum status add_record(struct captures *self, int64_t file, const struct warc_record *record,
                              struct error *error) {
    struct arena arena = {0};
    struct capture capture;
    bool is_capture = false;
    enum status status = capture_of(record, &arena, &capture, &is_capture, error);
    if (status == STATUS_OK && is_capture)
        status = captures_add(self, file, &capture, error);
    arena_free(&arena);
    return status;
}

enum status captures_scan(struct captures *captures, const char *path, uint64_t from, int64_t file,
                          captures_problem *problem, void *context, uint64_t *end,
                          struct error *error) {
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    bool more = true;
    *end = from;
    enum status status = warc_reader_open(path, &reader, error);
    if (status == STATUS_OK)
        status = warc_reader_start(reader, from, error);
    while (status == STATUS_OK &&
           (status = warc_reader_next(reader, &record, &more, error)) == STATUS_OK && more) {
        struct error damage;
        *end = record.problem ? record.place.offset : UINT64_MAX;
        if (!record.problem) {
            status = add_record(captures, file, &record, error);
            continue;
        }
        error_set(&damage, STATUS_INPUT, "at byte %llu: %s",
                  (unsigned long long)record.place.offset, record.problem);
        status = problem(context, damage.text, error);
    }
    if (status == STATUS_OK && *end == UINT64_MAX)
        *end = warc_reader_file_bytes(reader);
    warc_record_free(&record);
    warc_reader_close(reader);
    return status;
}

/* ---- finding ---- */

enum status captures_find_same(struct captures *captures, const char *key, const char *digest,
                               struct arena *arena, struct capture *found, int64_t *capture,
                               struct error *error) {
    sqlite3_stmt *same = captures->statements[FIND_SAME];
    bind_text(same, 1, key);
    bind_text(same, 2, digest);
    int result = sqlite3_step(same);
    *capture = result == SQLITE_ROW ? sqlite3_column_int64(same, 0) : 0;
    *found = (struct capture){0};
    if (result == SQLITE_ROW) {
        found->record = arena_string(arena, (const char *)sqlite3_column_text(same, 1));
        found->url = arena_string(arena, (const char *)sqlite3_column_text(same, 2));
        found->retrieved = arena_string(arena, (const char *)sqlite3_column_text(same, 3));
    }
    sqlite3_reset(same);
    return result == SQLITE_ROW || result == SQLITE_DONE ? STATUS_OK
                                                         : index_error(captures->index, error);
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

/* The health that the newest capture of the last page of a chain says. */
static enum status read_health(sqlite3_stmt *row, struct arena *arena, struct page_state *state,
                               struct error *error) {
    int status = sqlite3_column_int(row, STATUS);
    const char *outcome = (const char *)sqlite3_column_text(row, OUTCOME);
    state->health = outcome ? health_of_outcome(outcome) : health_of_status(status);
    if (state->health == HEALTH_LIVE) {
        state->health = !sqlite3_column_int(row, IN_ARCHIVE) ? HEALTH_ARCHIVED
                        : state->moved_to                    ? HEALTH_MOVED
                                                             : HEALTH_LIVE;
        return STATUS_OK;
    }
    char number[16];
    snprintf(number, sizeof number, "%d", status);
    state->reason = arena_string(arena, outcome ? outcome : number);
    return state->reason ? STATUS_OK : error_no_memory(error);
}

static enum status read_content(sqlite3_stmt *row, const char *key, struct arena *arena,
                                struct page_state *state, struct error *error) {
    state->content = sqlite3_column_int64(row, CONTENT);
    state->content_key = arena_string(arena, key);
    state->content_url = arena_string(arena, (const char *)sqlite3_column_text(row, URL));
    state->retrieved = arena_string(arena, (const char *)sqlite3_column_text(row, RETRIEVED));
    state->etag = arena_string(arena, (const char *)sqlite3_column_text(row, ETAG));
    state->last_modified =
        arena_string(arena, (const char *)sqlite3_column_text(row, LAST_MODIFIED));
    return state->content_key && state->content_url && state->retrieved ? STATUS_OK
                                                                        : error_no_memory(error);
}

/* The page that a redirect leads to; no key if it leads to no other. */
static enum status target_of(sqlite3_stmt *row, const char *key, struct arena *arena,
                             struct url *target, struct error *error) {
    const char *location = (const char *)sqlite3_column_text(row, LOCATION);
    struct error reason;
    enum status status =
        location ? url_parse(arena, NULL, location, target, &reason) : (enum status)STATUS_INPUT;
    if (status == STATUS_NO_MEMORY)
        return error_no_memory(error);
    if (status != STATUS_OK || strcmp(target->key, key) == 0)
        *target = (struct url){0};
    return STATUS_OK;
}

/* The reading of a chain of redirects. */
struct chain {
    const char *key;      /* of the page that is read now */
    const char *next_key; /* of the one after it; NULL: the chain ends here */
    bool finds_health;    /* the newest captures of all pages before were redirects */
    bool is_permanent;    /* and permanent ones */
};

/* Reads the newest capture of a page: the health of the chain's first page, unless it leads on. */
static enum status read_newest(sqlite3_stmt *row, const struct url *target, struct chain *chain,
                               struct arena *arena, struct page_state *state, struct error *error) {
    if (!chain->finds_health)
        return STATUS_OK;
    chain->finds_health = target->key != NULL;
    if (!target->key)
        return read_health(row, arena, state, error);
    chain->is_permanent = chain->is_permanent && is_permanent(sqlite3_column_int(row, STATUS));
    if (chain->is_permanent)
        state->moved_to = target->fetch;
    return STATUS_OK;
}

/* Reads the captures of the chain's page, the newest first, up to one that has it or leads on. */
static enum status read_page(struct captures *self, struct chain *chain, struct arena *arena,
                             struct page_state *state, struct error *error) {
    sqlite3_stmt *row = self->statements[SELECT_OF_KEY];
    enum status status = STATUS_OK;
    bool is_newest = true;
    int result = SQLITE_DONE;
    chain->next_key = NULL;
    bind_text(row, 1, chain->key);
    while (status == STATUS_OK && state->content == 0 && !chain->next_key &&
           (result = sqlite3_step(row)) == SQLITE_ROW) {
        struct url target = {0};
        status = target_of(row, chain->key, arena, &target, error);
        if (status == STATUS_OK && is_newest)
            status = read_newest(row, &target, chain, arena, state, error);
        is_newest = false;
        chain->next_key = target.key;
        if (status == STATUS_OK && sqlite3_column_type(row, CONTENT) != SQLITE_NULL)
            status = read_content(row, chain->key, arena, state, error);
    }
    if (status == STATUS_OK && result != SQLITE_ROW && result != SQLITE_DONE)
        status = index_error(self->index, error);
    sqlite3_reset(row);
    return status;
}

/* When `key` was last asked for. */
static enum status read_checked(struct captures *self, const char *key, struct arena *arena,
                                struct page_state *state, struct error *error) {
    sqlite3_stmt *checked = self->statements[SELECT_CHECKED];
    bind_text(checked, 1, key);
    enum status status =
        sqlite3_step(checked) == SQLITE_ROW ? STATUS_OK : index_error(self->index, error);
    if (status == STATUS_OK)
        state->checked = arena_string(arena, (const char *)sqlite3_column_text(checked, 0));
    sqlite3_reset(checked);
    return status;
}

enum status captures_follow(struct captures *captures, const char *key, struct arena *arena,
                            struct page_state *state, struct error *error) {
    struct chain chain = {.key = key, .finds_health = true, .is_permanent = true};
    *state = (struct page_state){0};
    enum status status = read_checked(captures, key, arena, state, error);
    for (unsigned n_steps = 0; n_steps <= MAX_REDIRECTS && chain.key && status == STATUS_OK;
         n_steps++) {
        status = read_page(captures, &chain, arena, state, error);
        chain.key = state->content > 0 ? NULL : chain.next_key;
    }
    if (status == STATUS_OK && state->health == HEALTH_UNFETCHED && state->moved_to) {
        state->health = HEALTH_UNREACHABLE;
        state->reason = "its redirect leads nowhere";
    }
    return status;
}
