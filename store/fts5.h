/* Osler's tokenizer as FTS5's tokenizer "osler", and the small things that FTS5 is asked for.
 *
 * FTS5 tokenizes at three moments, and each has its own need:
 *   insert, delete  osler-index has already tokenized the columns, on another thread: it hands the
 *                   tokens over with fts5_replay
 *   MATCH           osler-query has already stemmed the words: in a verbatim connection the words
 *                   of a MATCH string are taken as they are; "aid|AIDS" are alternatives of one
 *                   position
 *   all others      the sqlite3 shell, Datasette, rebuild, integrity-check: the text is tokenized
 *                   here
 *
 * A text that begins with U+E000, two letters, U+E001 is in that language: see passages_text in
 * schema.h. */
#ifndef OSLER_STORE_FTS5_H
#define OSLER_STORE_FTS5_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/error.h"
#include "store/schema.h"
#include "store/tokenizer.h"

struct fts5_module; /* belongs to its connection and closes with it */

/* FTS5's extension interface of `connection`. */
enum status fts5_api_of(sqlite3 *connection, fts5_api **api, struct error *error);

/* Registers "osler" on `connection`; `verbatim` as above. `module` may be NULL. */
enum status fts5_register(sqlite3 *connection, bool verbatim, struct fts5_module **module,
                          struct error *error);

/* The tokens of the next row that FTS5 inserts or deletes, a list for each column. They must stay
 * valid until that statement has run. */
void fts5_replay(struct fts5_module *module, const struct token_list *columns[N_COLUMNS]);

#endif
