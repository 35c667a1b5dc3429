/* See captures.h. */
#include "indexer/sources/captures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/warc/warc_reader.h"

/* How many captures of a page are looked at for one of the same payload, and of the same second: an
 * archive that has millions of one page must not cost their square. */
#define MAX_SAME "100"

/* The newest capture comes first. Files come in any order, so that the place decides before the
 * path does: in one file it is the order of time. */
#define NEWEST_FIRST " ORDER BY c.retrieved DESC, c.offset DESC, c.skip DESC, f.path DESC"

enum statement { INSERT, SETTLE, FIND_NAMED, FIND_SAME, N_STATEMENTS };

static const char *const sql_of[N_STATEMENTS] = {
    [INSERT] = "INSERT OR IGNORE INTO captures(id, file, offset, skip, key, url, retrieved, "
               "status, outcome, location, media_type, etag, last_modified, record, digest,"
               " refers_key, refers_date, retry_after, content) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
               " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    [SETTLE] = "UPDATE captures SET content = ?2 WHERE id = ?1",
    [FIND_NAMED] = "SELECT id FROM (SELECT c.id, c.content, c.digest FROM captures AS c"
                   "  JOIN files AS f ON f.id = c.file"
                   "  WHERE c.key = ?1 AND c.retrieved = ?2 AND c.content IS NOT NULL"
                   "  ORDER BY c.offset, c.skip, f.path LIMIT " MAX_SAME ")"
                   " WHERE content = id ORDER BY digest IS ?3 DESC LIMIT 1",
    [FIND_SAME] = "SELECT page.id, page.record, page.url, page.retrieved FROM"
                  " (SELECT c.content FROM captures AS c JOIN files AS f ON f.id = c.file"
                  "  WHERE c.key = ?1 AND c.retrieved <= ?2 AND c.content IS NOT NULL" NEWEST_FIRST
                  "  LIMIT " MAX_SAME ") AS seen"
                  " CROSS JOIN captures AS page ON page.id = seen.content"
                  " WHERE ?3 IS NULL OR page.digest = ?3 LIMIT 1",
};

/* The captures that say that a page has not changed, of pages about which there is anything new. A
 * page depends on its own captures, and on those that they name. ?1 is 1 for all. */
static const char unchanged_sql[] =
    "WITH new(key) AS (SELECT key FROM captures WHERE id >= ?1)"
    " SELECT c.id, c.key, c.retrieved, c.digest, c.refers_key, c.refers_date FROM captures AS c"
    " JOIN files AS f ON f.id = c.file WHERE c.status = 304 AND (?1 = 1 OR c.key IN new"
    "  OR c.key IN (SELECT key FROM captures WHERE status = 304 AND refers_key IN new))"
    " ORDER BY c.retrieved, c.offset, c.skip, f.path";

enum { ID, KEY, DATE, DIGEST, REFERS_KEY, REFERS_DATE };

/* Later than any date. */
static const char any_date[] = "~";

struct captures {
    struct index *index;
    sqlite3_stmt *statements[N_STATEMENTS];
    int64_t next_id;
    int64_t first_new; /* those from here on are not settled */
};

static enum status read_next_id(struct captures *self, struct error *error) {
    sqlite3_stmt *last = NULL;
    enum status status =
        index_prepare(self->index, "SELECT coalesce(max(id), 0) + 1 FROM captures", &last, error);
    if (status == STATUS_OK && sqlite3_step(last) != SQLITE_ROW)
        status = index_error(self->index, error);
    if (status == STATUS_OK)
        self->next_id = sqlite3_column_int64(last, 0);
    self->first_new = self->next_id;
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
    if (status == STATUS_OK)
        status = index_prepare_all(index, sql_of, N_STATEMENTS, self->statements, error);
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

enum status captures_add(struct captures *captures, int64_t file, const struct capture *capture,
                         struct error *error) {
    sqlite3_stmt *insert = captures->statements[INSERT];
    const char *texts[] = {capture->outcome,    capture->location,      capture->media_type,
                           capture->etag,       capture->last_modified, capture->record,
                           capture->digest,     capture->refers_to_key, capture->refers_to_date,
                           capture->retry_after};
    int64_t id = captures->next_id++;
    sqlite3_bind_int64(insert, 1, id);
    sqlite3_bind_int64(insert, 2, file);
    sqlite3_bind_int64(insert, 3, (sqlite3_int64)capture->place.offset);
    sqlite3_bind_int64(insert, 4, (sqlite3_int64)capture->place.skip);
    bind_text(insert, 5, capture->key);
    bind_text(insert, 6, capture->url);
    bind_text(insert, 7, capture->retrieved);
    sqlite3_bind_int(insert, 8, capture->status);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        bind_text(insert, 9 + i, texts[i]);
    sqlite3_bind_null(insert, 19);
    if (capture->has_content)
        sqlite3_bind_int64(insert, 19, id);
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
    bool failed = false;
    bind_text(same, 1, key);
    bind_text(same, 2, any_date);
    bind_text(same, 3, digest);
    int result = sqlite3_step(same);
    *capture = result == SQLITE_ROW ? sqlite3_column_int64(same, 0) : 0;
    *found = (struct capture){0};
    if (result == SQLITE_ROW) {
        const char *record = (const char *)sqlite3_column_text(same, 1);
        found->record = arena_string(arena, record);
        found->url = arena_string(arena, (const char *)sqlite3_column_text(same, 2));
        found->retrieved = arena_string(arena, (const char *)sqlite3_column_text(same, 3));
        failed = (record && !found->record) || !found->url || !found->retrieved;
    }
    sqlite3_reset(same);
    if (failed)
        return error_no_memory(error);
    return result == SQLITE_ROW || result == SQLITE_DONE ? STATUS_OK
                                                         : index_error(captures->index, error);
}

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

/* Finds the page that the capture in `row` (of unchanged_sql) means: the one it names, else the
 * last before it of the same payload, or if it has none to compare the last. */
static enum status settle_one(struct captures *self, sqlite3_stmt *row, struct error *error) {
    sqlite3_stmt *named = self->statements[FIND_NAMED];
    sqlite3_stmt *same = self->statements[FIND_SAME];
    sqlite3_stmt *settle = self->statements[SETTLE];
    const char *date = (const char *)sqlite3_column_text(row, DATE);
    int key = sqlite3_column_type(row, REFERS_KEY) == SQLITE_NULL ? KEY : REFERS_KEY;
    int64_t content = 0;
    sqlite3_bind_value(named, 1, sqlite3_column_value(row, key));
    sqlite3_bind_value(named, 2, sqlite3_column_value(row, REFERS_DATE));
    sqlite3_bind_value(named, 3, sqlite3_column_value(row, DIGEST));
    enum status status = first_number(self, FIND_NAMED, &content, error);
    if (status == STATUS_OK && content == 0) {
        sqlite3_bind_value(same, 1, sqlite3_column_value(row, KEY));
        bind_text(same, 2, date && *date ? date : any_date);
        sqlite3_bind_value(same, 3, sqlite3_column_value(row, DIGEST));
        status = first_number(self, FIND_SAME, &content, error);
    }
    if (status != STATUS_OK || content == 0)
        return status;
    sqlite3_bind_int64(settle, 1, sqlite3_column_int64(row, ID));
    sqlite3_bind_int64(settle, 2, content);
    return index_run(self->index, settle, error);
}

/* Runs over the captures of unchanged_sql, and takes their pages from them, or finds new ones. */
static enum status settle_all(struct captures *self, bool finds, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status = index_prepare(self->index, unchanged_sql, &rows, error);
    if (status == STATUS_OK)
        sqlite3_bind_int64(rows, 1, self->first_new);
    while (index_next(self->index, rows, &status, error)) {
        if (finds) {
            status = settle_one(self, rows, error);
            continue;
        }
        sqlite3_bind_int64(self->statements[SETTLE], 1, sqlite3_column_int64(rows, ID));
        sqlite3_bind_null(self->statements[SETTLE], 2);
        status = index_run(self->index, self->statements[SETTLE], error);
    }
    sqlite3_finalize(rows);
    return status;
}

enum status captures_settle(struct captures *captures, bool removed, bool *changed,
                            struct error *error) {
    if (!removed && captures->first_new == captures->next_id)
        return STATUS_OK;
    *changed = true;
    if (removed)
        captures->first_new = 1;
    enum status status = settle_all(captures, false, error);
    if (status == STATUS_OK)
        status = settle_all(captures, true, error);
    captures->first_new = captures->next_id;
    return status;
}
