/* See lines.h. */
#include "indexer/input/lines.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum status lines_of(const char *text, size_t n_bytes, struct lines *lines, struct error *error) {
    size_t n_lines = 1;
    const char *end = text + n_bytes;
    for (const char *at = text; n_bytes > 0 && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        n_lines++;
    *lines = (struct lines){.text = text, .n_bytes = n_bytes};
    lines->starts = malloc(n_lines * sizeof *lines->starts);
    if (!lines->starts)
        return error_no_memory(error);
    lines->starts[lines->n_lines++] = 0;
    for (const char *at = text; n_bytes > 0 && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines->starts[lines->n_lines++] = (size_t)(at - text) + 1;
    return STATUS_OK;
}

void lines_free(struct lines *lines) {
    free(lines->starts);
    *lines = (struct lines){0};
}

size_t lines_line(const struct lines *lines, size_t offset) {
    size_t low = 0;
    size_t high = lines->n_lines; /* the line is in [low, high) */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (lines->starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

size_t lines_column(struct lines *lines, size_t offset) {
    size_t start = lines->starts[lines_line(lines, offset) - 1];
    bool goes_on = lines->last_offset >= start && lines->last_offset <= offset;
    size_t column = goes_on && lines->last_column > 0 ? lines->last_column : 1;
    for (size_t i = column > 1 ? lines->last_offset : start; i < offset && i < lines->n_bytes; i++)
        column += ((unsigned char)lines->text[i] & 0xC0) != 0x80;
    lines->last_offset = offset;
    lines->last_column = column;
    return column;
}
