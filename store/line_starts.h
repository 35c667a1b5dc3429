/* Where the lines of the file begin in a passage's text, so that a word in it can be named by its
 * line: for each line after the first that has text, in varints, the bytes since the one before
 * (since the text's beginning) and by how many lines it is farther down.
 *
 *   file    7 "Asthma **attacks** peak"     text   "Asthma attacks peak in autumn.\n\nSee below."
 *           8 "in autumn."                  starts (20, 1) (12, 2)
 *           9 ""
 *          10 "See below." */
#ifndef OSLER_STORE_LINE_STARTS_H
#define OSLER_STORE_LINE_STARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/buffer.h"

/* Appends a line that begins `n_bytes` of text and `n_lines` lines after the one before. */
void line_starts_append(struct buffer *starts, size_t n_bytes, size_t n_lines);

/* Reads the entry at `*at` and moves beyond it; false at the end, or where the bytes are damaged.
 */
bool line_starts_next(const unsigned char **at, const unsigned char *end, size_t *n_bytes,
                      size_t *n_lines);

#endif
