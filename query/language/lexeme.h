/* A query as a flat list of words, phrases, filters, operators and parentheses: what parse.c builds
 * its tree from. All doubt is settled here: in the list every parenthesis has its partner and
 * something inside, and every operator has its operands; what did not became a word, and a notice
 * says so. */
#ifndef OSLER_QUERY_LANGUAGE_LEXEME_H
#define OSLER_QUERY_LANGUAGE_LEXEME_H

#include <stddef.h>

#include "query/language/parse.h"
#include "store/arena.h"
#include "store/error.h"

enum lexeme_kind {
    LEXEME_WORD,
    LEXEME_PREFIX,
    LEXEME_PHRASE,
    LEXEME_FILTER,
    LEXEME_OPEN,
    LEXEME_CLOSE,
    LEXEME_AND,
    LEXEME_OR,
    LEXEME_NOT,
    LEXEME_NEAR,
};

struct lexeme {
    enum lexeme_kind kind;
    char sign;                /* '+', '-' or '\0': before an operand or LEXEME_OPEN */
    enum query_field field;   /* likewise; FIELD_ANY if none was given */
    enum query_filter filter; /* LEXEME_FILTER */
    size_t distance;          /* LEXEME_NEAR */
    const char *text;         /* in the query, not NUL-terminated: operands without their syntax */
    size_t n_bytes;
};

struct lexeme_list {
    struct lexeme *lexemes; /* owned */
    size_t n_lexemes, capacity;
};

/* Reads `query` (NUL-terminated, any bytes) into a zeroed `list`, which points into `query`. The
 * notices of `tree` are filled in, from `arena`. Errors: STATUS_NO_MEMORY. */
enum status lexemes_of(const char *query, struct arena *arena, struct lexeme_list *list,
                       struct query_tree *tree, struct error *error);
void lexeme_list_free(struct lexeme_list *list); /* frees and zeroes */

#endif
