/* Text to tokens: FTS5's `unicode61` folds case and diacritics and finds the words; this wrapper
 * adds what health-tech writing needs and stems with libstemmer. The same code serves FTS5, the
 * statistics, the query and the highlighter, so that they agree on every token.
 *
 *   written          tokens, alternatives of one position in ( )
 *   operations       oper
 *   haemoglobin      hemoglobin              British words as Americans spell them (spelling.h)
 *   HIPAA's          hipaa                   a possessive 's is not a token
 *   AIDS, WHO        AIDS, WHO               an acronym that stemming would damage, or that spells
 *                                            a function word, stays in capitals
 *   OPERATION        (oper OPERATION)        a long word, or a line, in capitals may be either
 *   GPs              (gp gps)
 *   U.S.             US
 *   X-ray            (x xray) ray            a compound also as one word
 *   COVID-19         (covid covid19) 19
 *   COVID19          (covid covid19) 19      letters and digits are split
 *   5mg              (5 5mg) mg
 *   β-blocker        (beta betablock) blocker   a single Greek letter is spelled out
 *   心脏病           (心脏 心) (脏病 脏 病)  Chinese, Japanese, Korean: pairs of characters; in a
 *                                            query they alone, or a character that stands alone
 *
 * In a query a lower-case word also stands for its acronym: aids gives (aid AIDS). */
#ifndef OSLER_STORE_TOKENIZER_H
#define OSLER_STORE_TOKENIZER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/error.h"
#include "store/token_limit.h"
#include "store/token_list.h"

/* 0 leaves compounds out, of an index and of what it is asked: `make eval` does that. */
#ifndef TOKENIZER_COMPOUNDS
#define TOKENIZER_COMPOUNDS 1
#endif

struct tokenizer; /* not for two threads at once */

/* `connection` lends its FTS5; it must outlive the tokenizer. */
enum status tokenizer_open(sqlite3 *connection, struct tokenizer **tokenizer, struct error *error);
void tokenizer_close(struct tokenizer *tokenizer); /* NULL is fine */

/* Tokenizes `text` (UTF-8, not NUL-terminated, under 4 GB) into `list`, replacing what it held.
 * `language` is an ISO 639-1 code ("en", "de-AT") or NULL for English; a language without a stemmer
 * is folded only. Errors: STATUS_NO_MEMORY, STATUS_INDEX (an SQLite without FTS5). */
enum status tokenizer_run(struct tokenizer *tokenizer, const char *text, size_t n_bytes,
                          const char *language, enum token_use use, struct token_list *list,
                          struct error *error);

/* From now on the lists get only what `limit` (borrowed; NULL: everything) lets through. */
void tokenizer_limit(struct tokenizer *tokenizer, const struct token_limit *limit);

#endif
