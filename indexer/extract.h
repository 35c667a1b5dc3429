/* The text that would be indexed of one page or article: --extract. */
#ifndef OSLER_INDEXER_EXTRACT_H
#define OSLER_INDEXER_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/report/report.h"
#include "store/buffer.h"
#include "store/error.h"

/* Reads the file at `path` (NULL: standard input, as HTML) and appends its text, or with `json` an
 * object with its metadata, headings and links too. Problems go to `report`. Errors: STATUS_INPUT
 * (unreadable, or of no kind that is read), STATUS_NO_MEMORY. */
enum status extract_print(const char *path, bool json, struct report *report, struct buffer *out,
                          struct error *error);

#endif
