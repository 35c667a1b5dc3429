/* See notice.h. */
#include "query/language/notice.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "store/utf8.h"

enum {
    MOST_NOTICES = 8,       /* a person reads them */
    NOTICE_BYTES = 200,     /* of one notice */
    NOTICE_WORD_BYTES = 40, /* of the query quoted in it */
};

void notice_add(struct notices *notices, const char *format, ...) {
    struct query_tree *tree = notices->tree;
    if (!tree->notices)
        tree->notices = arena_allocate(notices->arena, MOST_NOTICES * sizeof *tree->notices);
    if (!tree->notices) {
        notices->failed = true;
        return;
    }
    if (tree->n_notices == MOST_NOTICES)
        return;
    char text[NOTICE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < tree->n_notices; i++)
        if (strcmp(tree->notices[i], text) == 0)
            return;
    char *copy = arena_string(notices->arena, text);
    if (copy)
        tree->notices[tree->n_notices++] = copy;
    else
        notices->failed = true;
}

void notice_about(struct notices *notices, const char *text, size_t n_bytes, const char *what) {
    char quoted[NOTICE_WORD_BYTES + 1];
    size_t n = 0;
    size_t i = 0;
    while (i < n_bytes) {
        size_t length;
        const bool unsafe = utf8_is_unsafe(utf8_decode(text + i, n_bytes - i, &length));
        if (n + length > NOTICE_WORD_BYTES)
            break;
        for (size_t k = 0; k < length && !unsafe; k++)
            quoted[n++] = text[i + k];
        if (unsafe)
            quoted[n++] = '?';
        i += length;
    }
    quoted[n] = '\0';
    notice_add(notices, "\"%s%s\" %s", quoted, i < n_bytes ? "..." : "", what);
}
