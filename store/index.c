/* See index.h. */
#include "store/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/schema.h"

/* A reader meets a writer only in the moment of its commit. */
enum { BUSY_WAIT_MS = 10000 };

enum status index_error(const struct index *index, struct error *error) {
    int code = sqlite3_errcode(index->connection);
    if (code == SQLITE_NOMEM)
        return error_no_memory(error);
    if (sqlite3_extended_errcode(index->connection) == SQLITE_READONLY_ROLLBACK)
        return error_set(error, STATUS_INDEX,
                         "%s: an update was interrupted; run osler-index again with permission to "
                         "write here",
                         index->path);
    if (code == SQLITE_DONE || code == SQLITE_CORRUPT)
        return error_set(
            error, STATUS_INDEX,
            "%s: the index is damaged: %s; remake it with osler-index --rebuild", index->path,
            code == SQLITE_DONE ? "a row is missing" : sqlite3_errmsg(index->connection));
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

enum status index_prepare_all(struct index *index, const char *const *sql, size_t n_statements,
                              sqlite3_stmt **statements, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n_statements && status == STATUS_OK; i++)
        status = index_prepare(index, sql[i], &statements[i], error);
    return status;
}

enum status index_execute(struct index *index, const char *sql, struct error *error) {
    if (sqlite3_exec(index->connection, sql, NULL, NULL, NULL) == SQLITE_OK)
        return STATUS_OK;
    return index_error(index, error);
}

bool index_next(const struct index *index, sqlite3_stmt *statement, enum status *status,
                struct error *error) {
    int result = *status == STATUS_OK ? sqlite3_step(statement) : SQLITE_DONE;
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        *status = index_error(index, error);
    return result == SQLITE_ROW;
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
    bool is_there = stat(path, &file) == 0;
    if (!is_there && errno == ENOENT)
        return error_set(error, STATUS_INDEX,
                         "%s: there is no index here; make one with osler-index -i %s PATH", path,
                         path);
    if (!is_there)
        return error_set(error, STATUS_INDEX, "%s: %s", path, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return error_set(error, STATUS_INDEX, "%s: not an Osler index (not a regular file)", path);
    if (file.st_size == 0)
        return error_set(error, STATUS_INDEX, "%s: not an Osler index (the file is empty)", path);
    return STATUS_OK;
}

enum status index_may_replace(const char *path, struct error *error) {
    unsigned char header[SCHEMA_HEADER_BYTES];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
        return STATUS_OK;
    ssize_t n_bytes = descriptor < 0 ? -1 : read(descriptor, header, sizeof header);
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (n_bytes < 0)
        return error_set(error, STATUS_INDEX, "%s: %s", path, strerror(reason));
    bool is_index = n_bytes == sizeof header && schema_is_of_index(header);
    return is_index || n_bytes == 0
               ? STATUS_OK
               : error_set(error, STATUS_INDEX, "%s: not an Osler index; name another file", path);
}

/* A reader asks for a connection that may write, for one end: to undo what a run that was killed in
 * its commit has left half done. */
#define READING "PRAGMA query_only = ON;"
/* A query reads a hundred pages: copying them into few that are used again takes less time than the
 * system takes to map them, and their neighbours, and to unmap them. */
#define READING_LITTLE "PRAGMA cache_size = 16;"
/* The pages are read where the system keeps them, without copying. */
#define READING_MUCH "PRAGMA mmap_size = 1073741824;"
/* cache_spill off: a transaction reaches the file only when it commits, so that readers are kept
 * out for that moment only. */
#define WRITING "PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; PRAGMA cache_size = -64000;"
/* Pages of 16 KB: passages of 1 to 2 KB would leave a fifth of a 4 KB page empty.
 * A new index is made beside the old one and swapped in when it is whole: a journal would be waste.
 */
#define CREATING                                                                                   \
    "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"               \
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16000;"

/* By SQLite's own descriptor: closing another one of the file would give up the process's locks. */
static enum status check_header(const struct index *index, struct error *error) {
    unsigned char header[SCHEMA_HEADER_BYTES];
    sqlite3_file *file = NULL;
    sqlite3_file_control(index->connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    int result = file->pMethods->xRead(file, header, sizeof header, 0);
    if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) /* which leaves zeros */
        return error_set(error, STATUS_INDEX, "%s: cannot be read", index->path);
    return schema_check(header, index->path, error);
}

static enum status set_up(struct index *index, enum index_mode mode, struct error *error) {
    const bool reads = mode == INDEX_READ || mode == INDEX_QUERY;
    enum status status = STATUS_OK;
    sqlite3_busy_timeout(index->connection, BUSY_WAIT_MS);
    if (mode == INDEX_CREATE)
        status = index_execute(index, CREATING, error);
    else
        status = check_header(index, error);
    if (status == STATUS_OK)
        status = fts5_register(index->connection, reads, &index->fts5, error);
    if (status == STATUS_OK && mode == INDEX_CREATE)
        status = schema_create(index->connection, error);
    if (status == STATUS_OK && reads)
        status = index_execute(
            index, mode == INDEX_READ ? READING READING_MUCH : READING READING_LITTLE, error);
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
    int flags = SQLITE_OPEN_READWRITE | (mode == INDEX_CREATE ? SQLITE_OPEN_CREATE : 0);
    /* One connection is used by one thread at a time: SQLite need not lock itself. */
    if (sqlite3_open_v2(path, &index->connection, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = index_error(index, error);
    if (status == STATUS_OK)
        status = set_up(index, mode, error);
    if (status != STATUS_OK)
        index_close(index);
    return status;
}

enum status index_map(struct index *index, struct error *error) {
    return index_execute(index, READING_MUCH, error);
}

void index_close(struct index *index) {
    sqlite3_close(index->connection);
    free(index->path);
    *index = (struct index){0};
}
