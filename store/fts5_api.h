/* What FTS5 lends to those who extend it. */
#ifndef OSLER_STORE_FTS5_API_H
#define OSLER_STORE_FTS5_API_H

#include <sqlite3.h>

#include "store/error.h"

/* FTS5's extension interface of `connection`. Errors: STATUS_INDEX, it has no FTS5. */
enum status fts5_api_of(sqlite3 *connection, fts5_api **api, struct error *error);

#endif
