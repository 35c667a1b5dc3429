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
    int result = sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_pointer(statement, 1, api, "fts5_api_ptr", NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (*api)
        return STATUS_OK;
    return result == SQLITE_NOMEM ? error_no_memory(error)
                                  : error_set(error, STATUS_INDEX, "this SQLite has no FTS5");
}
