/* Builds documents for tests from a few marks, without a reader:
 *
 *   # Heading          a line each: heading of level 1 to 6, list item, table row, paragraph;
 *   - item             a link is [label](url) or [label](url|title); "    code" lines, joined, are
 * one | row | cells      block of code. Blank lines are skipped. Text of [a
 * link](https://example.org).
 */
#ifndef OSLER_TESTS_UNIT_DOCUMENT_NOTATION_H
#define OSLER_TESTS_UNIT_DOCUMENT_NOTATION_H

#include <stdio.h>
#include <string.h>

#include "indexer/document/document.h"

static inline void notation_link(struct document *document, const char *notation, const char *label,
                                 const char *middle, const char *end) {
    char url[400];
    char *title = NULL;
    snprintf(url, sizeof url, "%.*s", (int)(end - middle - 2), middle + 2);
    if ((title = strchr(url, '|')))
        *title++ = '\0';
    size_t link = document_open_link(document, url, title, (size_t)(label - notation));
    document_append(document, label + 1, (size_t)(middle - label - 1),
                    (size_t)(label + 1 - notation));
    document_close_link(document, link);
}

/* Appends text[0, n_bytes), which lies in `notation`, with its links. */
static inline void notation_text(struct document *document, const char *notation, const char *text,
                                 size_t n_bytes) {
    const char *end = text + n_bytes;
    const char *plain = text;
    for (const char *at = text; at < end; at++) {
        const char *middle = *at == '[' ? memmem(at, (size_t)(end - at), "](http", 6) : NULL;
        const char *close = middle ? memchr(middle, ')', (size_t)(end - middle)) : NULL;
        const char *inner = middle ? memchr(at + 1, '[', (size_t)(middle - at - 1)) : NULL;
        if (!close || inner)
            continue;
        document_append(document, plain, (size_t)(at - plain), (size_t)(plain - notation));
        notation_link(document, notation, at, middle, close);
        plain = close + 1;
        at = close;
    }
    document_append(document, plain, (size_t)(end - plain), (size_t)(plain - notation));
}

static inline void notation_line(struct document *document, const char *notation, const char *line,
                                 size_t n_bytes) {
    size_t level = strspn(line, "#");
    size_t n_marks = level > 0 ? level + 1 : strncmp(line, "- ", 2) == 0 ? 2 : 0;
    enum block_kind kind = level > 0      ? BLOCK_HEADING
                           : n_marks > 0  ? BLOCK_ITEM
                           : *line == '|' ? BLOCK_ROW
                                          : BLOCK_PARAGRAPH;
    n_marks += kind == BLOCK_ROW ? 2 : 0;
    document_open_block(document, kind, (int)level);
    notation_text(document, notation, line + n_marks, n_bytes - n_marks);
    document_close_block(document);
}

/* Fills a zeroed `document`; its sources are the bytes of `notation`. */
static inline void notation_read(struct document *document, const char *notation) {
    for (const char *line = notation; *line; line += *line == '\n') {
        size_t n_bytes = strcspn(line, "\n");
        bool is_code = strncmp(line, "    ", 4) == 0;
        bool is_more = is_code && document->in_block;
        if (!is_code)
            document_close_block(document);
        else if (!is_more)
            document_open_block(document, BLOCK_CODE, 0);
        if (is_code) {
            if (is_more)
                document_append(document, "\n", 1, NO_SOURCE);
            document_append(document, line + 4, n_bytes - 4, (size_t)(line + 4 - notation));
        } else if (n_bytes > 0) {
            notation_line(document, notation, line, n_bytes);
        }
        line += n_bytes;
    }
    document_close_block(document);
}

#endif
