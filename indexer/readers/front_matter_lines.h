/* Front matter read line by line: TOML, and YAML that is none ("title: Pumps: a guide"). */
#ifndef OSLER_INDEXER_READERS_FRONT_MATTER_LINES_H
#define OSLER_INDEXER_READERS_FRONT_MATTER_LINES_H

#include <stddef.h>

#include "indexer/readers/front_matter_fields.h"

/* Reads `key: value`, or with `separator` '=' `key = value`, at the beginning of lines: a value is
 * in quotes, a list in brackets, or the rest of the line. A list may go on on the next lines.
 * Nested values are left out: of TOML all from the first table on. */
void front_matter_read_lines(struct front_matter_fields *fields, char separator, const char *text,
                             size_t n_bytes);

#endif
