/* Abbreviations that a text defines: "polycystic ovary syndrome (PCOS)".
 *
 * After Schwartz and Hearst: A simple algorithm for identifying abbreviation definitions in
 * biomedical text, PSB 2003. A short form of 2 to 10 characters in parentheses is matched from its
 * end with the letters of at most min(n + 5, 2 n) words before it, its first letter with the first
 * of a word. */
#ifndef OSLER_INDEXER_PASSAGES_DEFINITION_H
#define OSLER_INDEXER_PASSAGES_DEFINITION_H

#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"
#include "store/tokenizer.h"

/* Offsets in definition_list.strings, where both are NUL-terminated. */
struct definition {
    size_t short_form; /* a term: "pcos" */
    size_t long_form;  /* terms, separated by spaces, without function words */
};

struct definition_list {
    struct definition *definitions; /* by rising place */
    size_t n_definitions, capacity;
    struct buffer strings;
};

enum { DEFINITION_MAX_TERMS = 8 }; /* of a long form */

/* Appends the definitions in a text with these tokens. Linear in the text. Errors:
 * STATUS_NO_MEMORY. */
enum status definitions_of(const char *text, size_t n_bytes, const struct token_list *tokens,
                           struct definition_list *list, struct error *error);
void definition_list_free(struct definition_list *list); /* frees and zeroes */

#endif
