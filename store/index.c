/* See index.h. */
#include "store/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/schema.h"

/* A reader meets a writer only in the moment of its commit. */
enum { BUSY_WAIT_MS = 10000 };

enum status index_error(const struct index *index, struct error *error) {
    int code = sqlite3_errcode(index->connection);
    if (code == SQLITE_NOMEM)
        return error_no_memory(error);
    enum status status = code == SQLITE_BUSY ? STATUS_BUSY : STATUS_INDEX;
    return error_set(error, status, "%s: %s", index->path, sqlite3_errmsg(index->connection));
}

enum status index_prepare(struct index *index, const char *sql, sqlite3_stmt **statement,
                          struct error *error) {
    if (sqlite3_prepare_v3(index->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, statement,
                           NULL) == SQLITE_OK)
        return STATUS_OK;
    return index_error(index, error);
}

enum status index_execute(struct index *index, const char *sql, struct error *error) {
    if (sqlite3_exec(index->connection, sql, NULL, NULL, NULL) == SQLITE_OK)
        return STATUS_OK;
    return index_error(index, error);
}

enum status index_run(struct index *index, sqlite3_stmt *statement, struct error *error) {
    int result = sqlite3_step(statement);
    enum status status = result == SQLITE_DONE ? STATUS_OK : index_error(index, error);
    sqlite3_reset(statement);
    return status;
}

/* Tells a missing or unreadable file from a damaged one: SQLite opens lazily and says little. */
static enum status check_file(const char *path, struct error *error) {
    struct stat file;
    if (stat(path, &file) != 0 && errno == ENOENT)
        return error_set(error, STATUS_INDEX,
                         "%s: there is no index here; make one with osler-index -i %s PATH", path,
                         path);
    if (stat(path, &file) != 0)
        return error_set(error, STATUS_INDEX, "%s: %s", path, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return error_set(error, STATUS_INDEX, "%s: not an Osler index (not a regular file)", path);
    return STATUS_OK;
}

/* The pages of an index are read where the system keeps them, without copying. */
#define MAPPED "PRAGMA mmap_size = 1073741824;"
/* cache_spill off: a transaction reaches the file only when it commits, so that readers are kept
 * out for that moment only. */
#define WRITING "PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF;"
/* Pages of 16 KB: passages of 1 to 2 KB would leave a fifth of a 4 KB page empty.
 * A new index is made beside the old one and swapped in when it is whole: a journal would be waste.
 */
#define CREATING                                                                                   \
    "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"               \
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16000;"

static enum status set_up(struct index *index, enum index_mode mode, struct error *error) {
    enum status status = STATUS_OK;
    sqlite3_busy_timeout(index->connection, BUSY_WAIT_MS);
    if (mode == INDEX_CREATE)
        status = index_execute(index, CREATING, error);
    else
        status = schema_check(index->connection, index->path, error);
    if (status == STATUS_OK)
        status = fts5_register(index->connection, mode == INDEX_READ, &index->fts5, error);
    if (status == STATUS_OK && mode == INDEX_CREATE)
        status = schema_create(index->connection, error);
    if (status == STATUS_OK && mode == INDEX_READ)
        status = index_execute(index, MAPPED, error);
    if (status == STATUS_OK && mode == INDEX_WRITE)
        status = index_execute(index, WRITING, error);
    return status;
}

enum status index_open(struct index *index, const char *path, enum index_mode mode,
                       struct error *error) {
    *index = (struct index){0};
    enum status status = mode == INDEX_CREATE ? STATUS_OK : check_file(path, error);
    if (status != STATUS_OK)
        return status;
    index->path = strdup(path);
    if (!index->path)
        return error_no_memory(error);
    int flags = mode == INDEX_READ    ? SQLITE_OPEN_READONLY
                : mode == INDEX_WRITE ? SQLITE_OPEN_READWRITE
                                      : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    /* One connection is used by one thread at a time: SQLite need not lock itself. */
    if (sqlite3_open_v2(path, &index->connection, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = index_error(index, error);
    if (status == STATUS_OK)
        status = set_up(index, mode, error);
    if (status != STATUS_OK)
        index_close(index);
    return status;
}

void index_close(struct index *index) {
    sqlite3_close(index->connection);
    free(index->path);
    *index = (struct index){0};
}
