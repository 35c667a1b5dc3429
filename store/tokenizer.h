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
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"
#include "store/raw_words.h"

/* 0 leaves compounds out, of an index and of what it is asked: `make eval` does that. */
#ifndef TOKENIZER_COMPOUNDS
#define TOKENIZER_COMPOUNDS 1
#endif

struct tokenizer; /* not for two threads at once */

enum token_use { TOKENS_OF_TEXT, TOKENS_OF_QUERY };

struct token {
    uint32_t term, surface; /* offsets in token_list.strings, NUL-terminated there */
    uint16_t term_bytes, surface_bytes;
    uint32_t position;     /* from 0; alternatives share one and follow each other */
    bool is_function_word; /* as written: not "Hims", whose stem is one, nor "WHO" */
    bool in_fts5;          /* the term is none: FTS5 has it */
    uint32_t start, end;   /* bytes of the text that was given */
};

/* Zero-initialised it is empty and ready. */
struct token_list {
    struct token *tokens; /* by rising position; the first of each position is its main form */
    size_t n_tokens, capacity;
    uint32_t n_positions;
    size_t text_bytes; /* of the text that was tokenized */
    struct buffer strings;
};

/* What is indexed: a stem or a protected form. Valid until the list changes. */
static inline const char *token_term(const struct token_list *list, const struct token *token) {
    return list->strings.data + token->term;
}

/* The word as folded but not stemmed. */
static inline const char *token_surface(const struct token_list *list, const struct token *token) {
    return list->strings.data + token->surface;
}

/* `connection` lends its FTS5; it must outlive the tokenizer. */
enum status tokenizer_open(sqlite3 *connection, struct tokenizer **tokenizer, struct error *error);
void tokenizer_close(struct tokenizer *tokenizer); /* NULL is fine */

/* Tokenizes `text` (UTF-8, not NUL-terminated, under 4 GB) into `list`, replacing what it held.
 * `language` is an ISO 639-1 code ("en", "de-AT") or NULL for English; a language without a stemmer
 * is folded only. Errors: STATUS_NO_MEMORY. */
enum status tokenizer_run(struct tokenizer *tokenizer, const char *text, size_t n_bytes,
                          const char *language, enum token_use use, struct token_list *list,
                          struct error *error);

/* How a few terms that are looked for in a text begin, which saves stemming most of its words.
 * Zero-initialised it lets no word through. */
struct token_limit {
    bool initials[256];
    uint32_t seconds[26]; /* for each letter that is an initial a bit for each letter after it */
    uint32_t thirds[26];  /* likewise for the letter after that, of long words */
};

/* Lets through the words that have `term`, or are written so, in either case. Stemmers keep a
 * word's first letter, in English always, in other languages almost always; in English they keep
 * the second too, but for a few ("dying"), and of long words the third; British spelling
 * (spelling.h) is provided for. */
void token_limit_add(struct token_limit *limit, const char *term, size_t n_bytes);

/* From now on the lists get only what `limit` (borrowed; NULL: everything) lets through. */
void tokenizer_limit(struct tokenizer *tokenizer, const struct token_limit *limit);

/* Gives each position of `list` the main form that it has in `other`, the same text tokenized in
 * another language, as an alternative. Errors: STATUS_NO_MEMORY. */
enum status token_list_merge(struct token_list *list, const struct token_list *other,
                             struct error *error);

void token_list_free(struct token_list *list); /* frees and zeroes */

#endif
