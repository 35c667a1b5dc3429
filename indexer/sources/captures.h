/* The index's table of captures: what archives have of which page, and when. See schema.h. */
#ifndef OSLER_INDEXER_SOURCES_CAPTURES_H
#define OSLER_INDEXER_SOURCES_CAPTURES_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/warc/capture.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

struct captures;

/* `index` must outlive it. */
enum status captures_open(struct captures **captures, struct index *index, struct error *error);
void captures_close(struct captures *captures); /* NULL is fine */

/* Adds a capture, unless there is one of the same place already. */
enum status captures_add(struct captures *captures, int64_t file, const struct capture *capture,
                         struct error *error);

/* Reads the records of the archive file at `path` from byte `from` on into the table, as of row
 * `file`. `problem` is called for each that is damaged. `*end` is where to read on another time:
 * the end of the file, or of its last whole record when what follows is damaged. Errors:
 * STATUS_INPUT (the file cannot be read; the text does not name it), and what `problem` returns. */
typedef enum status captures_problem(void *context, const char *text, struct error *error);
enum status captures_scan(struct captures *captures, const char *path, uint64_t from, int64_t file,
                          captures_problem *problem, void *context, uint64_t *end,
                          struct error *error);

/* Finds the page of each capture that says that a page has not changed: to be called when captures
 * were added, and with `removed` when some were removed. What it finds depends on which captures
 * there are, not on the order in which they came. `*changed` is set if there were any news. */
enum status captures_settle(struct captures *captures, bool removed, bool *changed,
                            struct error *error);

/* The capture that has the page that `key` had last, or last with a payload of `digest` (NULL:
 * any); 0 if none. Fills in its record, url and date, in the arena. */
enum status captures_find_same(struct captures *captures, const char *key, const char *digest,
                               struct arena *arena, struct capture *found, int64_t *capture,
                               struct error *error);

#endif
