/* See source_recall.h. */
#include "indexer/sources/source_recall.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/warc/warc_date.h"
#include "indexer/warc/warc_reader.h"
#include "store/array.h"
#include "store/stored_path.h"

struct source_recall {
    struct index *index;
    const char *folder;
    sqlite3_stmt *newest;
};

/* The newest capture of a URL, and where the page is that it says has not changed. A capture of the
 * other scheme has the same key, but it is not what this server said. */
static const char newest_sql[] =
    "SELECT c.retrieved, f.path, page.offset, page.skip, page.status FROM captures AS c"
    " JOIN captures AS page ON page.id = iif(c.status = 304, c.content, c.id) AND page.url = ?2"
    " JOIN files AS f ON f.id = page.file"
    " WHERE c.id = (SELECT id FROM captures WHERE key = ?1 AND url = ?2"
    "  ORDER BY retrieved DESC, offset DESC, skip DESC LIMIT 1)"
    " AND f.in_archive AND page.status > 0 AND (?3 OR page.status IN (301, 308))";

enum { RETRIEVED, PATH, OFFSET, SKIP };

enum status source_recall_open(struct source_recall **recall, struct index *index,
                               const char *folder, struct error *error) {
    struct source_recall *self = calloc(1, sizeof *self);
    *recall = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    self->folder = folder;
    enum status status = index_prepare(index, newest_sql, &self->newest, error);
    if (status != STATUS_OK) {
        source_recall_close(self);
        *recall = NULL;
    }
    return status;
}

void source_recall_close(struct source_recall *recall) {
    if (!recall)
        return;
    sqlite3_finalize(recall->newest);
    free(recall);
}

/* Reads the record of the row. */
static enum status read_record(const struct source_recall *self, struct fetch_answer *answer,
                               struct error *error) {
    struct arena arena = {0};
    struct warc_record record = {0};
    struct error reason;
    const struct warc_place place = {(uint64_t)sqlite3_column_int64(self->newest, OFFSET),
                                     (uint64_t)sqlite3_column_int64(self->newest, SKIP)};
    const char *stored = (const char *)sqlite3_column_text(self->newest, PATH);
    const char *path = stored ? path_from_stored(&arena, stored, self->folder) : NULL;
    enum status status = path ? warc_read_at(path, place, &record, &reason) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && record.type == WARC_RESPONSE) {
        const char *retrieved = (const char *)sqlite3_column_text(self->newest, RETRIEVED);
        if (!retrieved || !warc_date_read(retrieved, &answer->retrieved))
            answer->retrieved = 0; /* too long ago to hold */
        answer->block = record.block;
        record.block = (struct buffer){0};
    }
    warc_record_free(&record);
    arena_free(&arena);
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

enum status source_recall_answer(struct source_recall *recall, const struct url *url,
                                 bool is_robots, struct fetch_answer *answer, struct error *error) {
    sqlite3_stmt *newest = recall->newest;
    enum status status = STATUS_OK;
    sqlite3_bind_text(newest, 1, url->key, -1, SQLITE_STATIC);
    sqlite3_bind_text(newest, 2, url->fetch, -1, SQLITE_STATIC);
    sqlite3_bind_int(newest, 3, is_robots);
    int result = sqlite3_step(newest);
    if (result == SQLITE_ROW)
        status = read_record(recall, answer, error);
    else if (result != SQLITE_DONE)
        status = index_error(recall->index, error);
    sqlite3_reset(newest);
    return status;
}

/* ---- hosts that are not to be asked ---- */

/* Keys are "//authority/path". */
static const char pauses_sql[] =
    "SELECT substr(key, 3, instr(substr(key, 3), '/') - 1) AS authority, max(retry_after)"
    " FROM captures WHERE retry_after > ?1 GROUP BY authority ORDER BY authority";

enum status source_pauses_read(struct index *index, const char *now, struct arena *arena,
                               struct source_pauses *pauses, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status = index_prepare(index, pauses_sql, &rows, error);
    if (status == STATUS_OK)
        sqlite3_bind_text(rows, 1, now, -1, SQLITE_STATIC);
    while (index_next(index, rows, &status, error)) {
        void *items =
            array_grow(pauses->pauses, pauses->n_pauses, &pauses->capacity, sizeof *pauses->pauses);
        if (!items) {
            status = error_no_memory(error);
            break;
        }
        pauses->pauses = items;
        struct source_pause *pause = &pauses->pauses[pauses->n_pauses++];
        pause->authority = arena_string(arena, (const char *)sqlite3_column_text(rows, 0));
        pause->until = arena_string(arena, (const char *)sqlite3_column_text(rows, 1));
        if (!pause->authority || !pause->until)
            status = error_no_memory(error);
    }
    sqlite3_finalize(rows);
    return status;
}

static int by_authority(const void *key, const void *item) {
    const char *authority = (const char *)key + 2;
    const struct source_pause *pause = item;
    size_t n_bytes = strcspn(authority, "/");
    int order = strncmp(authority, pause->authority, n_bytes);
    return order == 0 && pause->authority[n_bytes] ? -1 : order;
}

const struct source_pause *source_pauses_find(const struct source_pauses *pauses, const char *key) {
    return pauses->n_pauses > 0 ? bsearch(key, pauses->pauses, pauses->n_pauses,
                                          sizeof *pauses->pauses, by_authority)
                                : NULL;
}

void source_pauses_free(struct source_pauses *pauses) {
    free(pauses->pauses);
    *pauses = (struct source_pauses){0};
}
