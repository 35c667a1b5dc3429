/* Osler's tokenizer as FTS5's tokenizer "osler", and the small things that FTS5 is asked for.
 *
 * FTS5 tokenizes at three moments, and each has its own need:
 *   insert, delete  osler-index has already tokenized the columns, on another thread: it hands the
 *                   words over with fts5_replay
 *   MATCH           osler-query has already stemmed the words: in a verbatim connection the words
 *                   of a MATCH string are taken as they are; "aid|AIDS" are alternatives of one
 *                   position
 *   all others      the sqlite3 shell, Datasette, rebuild, integrity-check: the text is tokenized
 *                   here
 *
 * A text that begins with a mark, which is U+E000, two letters and U+E001, is in that language. */
#ifndef OSLER_STORE_FTS5_H
#define OSLER_STORE_FTS5_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/error.h"
#include "store/lexicon.h"
#include "store/schema.h"
#include "store/token_list.h"

struct fts5_module; /* belongs to its connection and closes with it */

/* Registers "osler" on `connection`; `verbatim` as above. `module` may be NULL. */
enum status fts5_register(sqlite3 *connection, bool verbatim, struct fts5_module **module,
                          struct error *error);

enum { FTS5_MARK_BYTES = 8 };

/* The mark of a text in `language` (as in stemmer.h); none of an English one unless `is_explicit`.
 */
void fts5_mark(const char *language, bool is_explicit, char mark[FTS5_MARK_BYTES + 1]);

/* True if `text` begins as a mark does. */
bool fts5_is_marked(const char *text);

typedef int fts5_callback(void *context, int flags, const char *term, int n_bytes, int start,
                          int end);

/* Hands FTS5, or whoever is there in its place, the tokens that it gets, in its order. Returns what
 * `emit` does, or SQLITE_OK. */
int fts5_emit(const struct token_list *list, void *context, fts5_callback *emit);

/* What that was, kept. A word is the number of a term, shifted by FTS5_WORD_BITS, with flags. */
enum {
    FTS5_WORD = 1, /* FTS5 gets it */
    FTS5_WORD_COLOCATED = 2,
    FTS5_WORD_BITS = 2,
};

struct fts5_words {
    const struct lexicon *lexicon;
    const uint32_t *words;
    size_t n_words;
    size_t text_bytes; /* of the text that was tokenized */
};

/* The words of the columns of the next row that FTS5 inserts or deletes. What they point to must
 * stay valid until that statement has run. */
void fts5_replay(struct fts5_module *module, const struct fts5_words columns[N_COLUMNS]);

#endif
