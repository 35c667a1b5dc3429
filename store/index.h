/* An open index file: the connection, its tokenizer, and how it is opened and read safely. */
#ifndef OSLER_STORE_INDEX_H
#define OSLER_STORE_INDEX_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/error.h"
#include "store/fts5.h"

struct index {
    sqlite3 *connection;
    struct fts5_module *fts5; /* belongs to the connection */
    char *path;               /* owned; as given */
};

enum index_mode {
    INDEX_QUERY,  /* to read little; MATCH strings are verbatim, see fts5.h; waits a while for a
                     writer's commit */
    INDEX_READ,   /* the same, to read much: see index_map */
    INDEX_WRITE,  /* an existing index, changed in one transaction */
    INDEX_CREATE, /* a new file that nobody reads yet: no journal */
};

/* Opens `path`, zeroing `index` first. Errors: STATUS_INDEX (absent, not an index, another format,
 * damaged: the text says which), STATUS_NO_MEMORY. On failure nothing is left open. */
enum status index_open(struct index *index, const char *path, enum index_mode mode,
                       struct error *error);
void index_close(struct index *index); /* safe on a zeroed index */

/* Has the pages of an index that is open to read little mapped from now on. To be called outside of
 * a transaction. */
enum status index_map(struct index *index, struct error *error);

/* STATUS_OK if nothing is lost when an index takes the place of `path`: it is absent, empty, or an
 * index itself, of whatever format and however damaged behind its header. Else STATUS_INDEX. */
enum status index_may_replace(const char *path, struct error *error);

/* Prepares `sql` into `*statement`. */
enum status index_prepare(struct index *index, const char *sql, sqlite3_stmt **statement,
                          struct error *error);

/* The same of `n_statements`, which are zeroed; after an error those before it are prepared. */
enum status index_prepare_all(struct index *index, const char *const *sql, size_t n_statements,
                              sqlite3_stmt **statements, struct error *error);

/* Runs statements that return no rows. */
enum status index_execute(struct index *index, const char *sql, struct error *error);

/* Steps a statement that returns rows: `while (index_next(index, row, &status, error))`. False, and
 * nothing is stepped, if `*status` is an error already; false behind the last row, and after an
 * error, which `*status` then is. To be reset by the caller. */
bool index_next(const struct index *index, sqlite3_stmt *statement, enum status *status,
                struct error *error);

/* Steps a statement that returns no row, and resets it. */
enum status index_run(struct index *index, sqlite3_stmt *statement, struct error *error);

/* What SQLite says went wrong last, with the file's name; a statement that came to its end had to
 * have another row: damage. STATUS_INDEX, STATUS_BUSY or STATUS_NO_MEMORY. */
enum status index_error(const struct index *index, struct error *error);

#endif
