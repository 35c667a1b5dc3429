/* The tokenizer as a loadable extension, so that the sqlite3 shell, Datasette and sqlite-utils can
 * search an Osler index:  .load build/osler_tokenizer */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include "store/fts5.h"

/* SQLite finds it by this name, made of the file's. */
__attribute__((visibility("default"))) int
sqlite3_oslertokenizer_init(sqlite3 *connection, char **message, const sqlite3_api_routines *api);

int sqlite3_oslertokenizer_init(sqlite3 *connection, char **message,
                                const sqlite3_api_routines *api) {
    SQLITE_EXTENSION_INIT2(api);
    struct error error;
    if (fts5_register(connection, false, NULL, &error) == STATUS_OK)
        return SQLITE_OK;
    *message = sqlite3_mprintf("%s", error.text);
    return SQLITE_ERROR;
}
