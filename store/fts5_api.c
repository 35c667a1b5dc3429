/* See fts5_api.h. */
#ifdef OSLER_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
#endif
#include "store/fts5_api.h"

#include <stddef.h>

enum status fts5_api_of(sqlite3 *connection, fts5_api **api, struct error *error) {
    sqlite3_stmt *statement = NULL;
    *api = NULL;
    if (sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return *api ? STATUS_OK : error_set(error, STATUS_INDEX, "this SQLite has no FTS5");
}
