/* The tokens of a text. */
#ifndef OSLER_STORE_TOKEN_LIST_H
#define OSLER_STORE_TOKEN_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"

/* What tokens are made for. */
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

/* Empties the list for a text of `text_bytes`, with room for what it will most likely give. Errors:
 * STATUS_NO_MEMORY. */
enum status token_list_start(struct token_list *list, size_t text_bytes, size_t n_tokens,
                             size_t string_bytes, struct error *error);

/* A form of a word before it is a token. */
struct token_form {
    const char *term;
    size_t n_bytes;
    uint32_t surface; /* offset in the strings */
    uint16_t surface_bytes;
    bool is_surface; /* the term is the surface */
    bool is_function_word, in_fts5;
    uint32_t start, end;
};

/* Keeps a surface and returns its offset in the strings. */
uint32_t token_list_keep(struct token_list *list, const char *surface, size_t n_bytes);

/* Adds a token at `position`, the last one or one after it; a term that the position already has is
 * not added again. Errors: STATUS_NO_MEMORY, also of a token_list_keep before it. */
enum status token_list_add(struct token_list *list, uint32_t position,
                           const struct token_form *form, struct error *error);

/* Gives each position of `list` the main form that it has in `other`, the same text tokenized in
 * another language, as an alternative. Errors: STATUS_NO_MEMORY. */
enum status token_list_merge(struct token_list *list, const struct token_list *other,
                             struct error *error);

void token_list_free(struct token_list *list); /* frees and zeroes */

#endif
