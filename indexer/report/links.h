/* --links: what is known of every cited link, and where it is cited. */
#ifndef OSLER_INDEXER_REPORT_LINKS_H
#define OSLER_INDEXER_REPORT_LINKS_H

#include <stdbool.h>

#include "store/buffer.h"
#include "store/error.h"

/* Appends the list, as lines "FILE:LINE:COLUMN: HEALTH URL (...)" for each citation or as JSON, the
 * links in the order of their URLs. Errors: STATUS_INDEX, STATUS_NO_MEMORY; `out` then holds a part
 * of it. */
enum status links_print(const char *index_path, bool as_json, struct buffer *out,
                        struct error *error);

#endif
