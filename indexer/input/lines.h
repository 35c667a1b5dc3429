/* Line and column numbers of byte offsets. */
#ifndef OSLER_INDEXER_INPUT_LINES_H
#define OSLER_INDEXER_INPUT_LINES_H

#include <stddef.h>

#include "store/error.h"

struct lines {
    const char *text; /* borrowed */
    size_t n_bytes;
    size_t *starts; /* owned: the byte where each line begins */
    size_t n_lines;
    /* Of which a column was asked last. */
    size_t last_offset, last_column;
};

/* Finds the lines of `text`, which must outlive `lines`. "\n" ends a line. */
enum status lines_of(const char *text, size_t n_bytes, struct lines *lines, struct error *error);
void lines_free(struct lines *lines); /* frees and zeroes */

/* The line of byte `offset`, from 1. */
size_t lines_line(const struct lines *lines, size_t offset);

/* The column of byte `offset` in its line, in characters (UTF-8 code points), from 1. Asked of
 * rising offsets it is linear in the text, however long its lines. */
size_t lines_column(struct lines *lines, size_t offset);

#endif
