/* See hit_row.h. */
#include "query/hits/hit_row.h"

#include <string.h>

#include "store/stored_path.h"

enum status hit_row_prepare(struct hit_reader *reader, const char *sql, sqlite3_stmt **row,
                            struct error *error) {
    return *row ? STATUS_OK : index_prepare(&reader->searcher->index, sql, row, error);
}

const char *hit_row_text(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    return arena_string(reader->arena, (const char *)sqlite3_column_text(row, column));
}

const char *hit_row_hex(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = sqlite3_column_blob(row, column);
    const size_t n_bytes = (size_t)sqlite3_column_bytes(row, column);
    char *hex = bytes ? arena_allocate(reader->arena, 2 * n_bytes + 1) : NULL;
    for (size_t i = 0; hex && i < n_bytes; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    return hex;
}

const char *hit_row_path(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    const struct searcher *searcher = reader->searcher;
    const char *stored = (const char *)sqlite3_column_text(row, column);
    return stored ? path_shown(reader->arena, stored, searcher->folder, searcher->working) : NULL;
}

enum status hit_row_look_up(struct hit_reader *reader, sqlite3_stmt *row, int64_t id,
                            struct error *error) {
    sqlite3_bind_int64(row, 1, id);
    if (sqlite3_step(row) == SQLITE_ROW)
        return STATUS_OK;
    enum status status = index_error(&reader->searcher->index, error);
    sqlite3_reset(row);
    return status;
}

bool hit_row_make_room(struct hit_reader *reader, void **items, size_t n_items, size_t item_bytes) {
    if (n_items & (n_items - 1))
        return true;
    void *bigger = arena_allocate(reader->arena, (n_items ? n_items * 2 : 1) * item_bytes);
    if (bigger && n_items > 0)
        memcpy(bigger, *items, n_items * item_bytes);
    *items = bigger;
    return bigger != NULL;
}
