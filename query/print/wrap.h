/* Words in lines of a terminal, indented, with some of them marked. */
#ifndef OSLER_QUERY_PRINT_WRAP_H
#define OSLER_QUERY_PRINT_WRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "query/hits/answer.h"
#include "store/buffer.h"

struct wrap {
    struct buffer *out;
    size_t indent; /* columns before each line but the first, which the caller begins */
    size_t width;  /* columns of a line, the indentation included */
    size_t column; /* where the line in progress ends */
    const char *mark_on, *mark_off;
    size_t mark_columns; /* of both together: 0 for escape sequences */
    bool has_word;       /* the line in progress holds a word */
    bool joined;         /* set by the caller: the next word follows without a space */
};

/* Writes the words of text[span) and begins a new line for each row (after '\n') and where one is
 * full; a word wider than a line stands alone on one. `highlights` are marked, line by line. What
 * is unsafe on a terminal is replaced as by print_clean. Called again it goes on in the line. */
void wrap_text(struct wrap *wrap, const char *text, struct span span, const struct span *highlights,
               size_t n_highlights);

/* wrap_text for a whole string without highlights. */
void wrap_string(struct wrap *wrap, const char *text);

#endif
