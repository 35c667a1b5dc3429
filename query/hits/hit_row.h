/* How hits are read from the index: statements that are prepared once, and copies of columns in the
 * answer's arena. */
#ifndef OSLER_QUERY_HITS_HIT_ROW_H
#define OSLER_QUERY_HITS_HIT_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/hits/hit.h"

/* Prepares a statement that not every answer needs, when it is first needed. */
enum status hit_row_prepare(struct hit_reader *reader, const char *sql, sqlite3_stmt **row,
                            struct error *error);

/* Steps `row`, which looks up what must be there, to the row with that id. */
enum status hit_row_look_up(struct hit_reader *reader, sqlite3_stmt *row, int64_t id,
                            struct error *error);

/* NULL for SQL's NULL, and when memory is out. */
const char *hit_row_text(struct hit_reader *reader, sqlite3_stmt *row, int column);

/* A column of bytes as lower-case hexadecimal digits; NULL likewise. */
const char *hit_row_hex(struct hit_reader *reader, sqlite3_stmt *row, int column);

/* A stored path as the working directory sees it; NULL likewise. */
const char *hit_row_path(struct hit_reader *reader, sqlite3_stmt *row, int column);

/* Grows `*items`, an array in the arena that has `n_items` items, when a power of two is reached.
 * False when memory is out. */
bool hit_row_make_room(struct hit_reader *reader, void **items, size_t n_items, size_t item_bytes);

#endif
