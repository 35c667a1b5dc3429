/* Archives of small pages, by day of August 2025, and an index that reads them. */
#ifndef OSLER_TESTS_UNIT_CAPTURED_WEB_H
#define OSLER_TESTS_UNIT_CAPTURED_WEB_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "indexer/sources/captures.h"
#include "indexer/sources/page_state.h"
#include "store/buffer.h"
#include "store/index.h"
#include "tests/unit/temporary_index.h"

/* ---- records ---- */

static inline void add_warc_record(struct buffer *warc, const char *type, const char *url, int day,
                                   const char *fields, const char *block) {
    buffer_append_format(warc,
                         "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\n"
                         "WARC-Record-ID: <urn:uuid:%zu>\r\nWARC-Date: 2025-08-%02dT00:00:00Z\r\n"
                         "%sContent-Length: %zu\r\n\r\n%s\r\n\r\n",
                         type, url, warc->size, day, fields, strlen(block), block);
}

/* A page of HTML, whose digest is its text. */
static inline void add_page(struct buffer *warc, const char *url, int day, const char *text) {
    struct buffer block = {0};
    struct buffer digest = {0};
    buffer_append_format(&digest, "WARC-Payload-Digest: sha1:%s\r\n", text);
    buffer_append_format(
        &block,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"%s %d\"\r\n\r\n"
        "<title>%s</title><p>%s is what this page says, in a sentence that is long enough.",
        text, day, text, text);
    add_warc_record(warc, "response", url, day, buffer_string(&digest), buffer_string(&block));
    buffer_free(&block);
    buffer_free(&digest);
}

/* An answer without a page; `more` are lines of its head. */
static inline void add_answer(struct buffer *warc, const char *url, int day, int status,
                              const char *more) {
    struct buffer block = {0};
    buffer_append_format(&block, "HTTP/1.1 %d Answer\r\n%s\r\n", status, more);
    add_warc_record(warc, "response", url, day, "", buffer_string(&block));
    buffer_free(&block);
}

static inline void add_redirect(struct buffer *warc, const char *url, int day, int status,
                                const char *to) {
    struct buffer location = {0};
    buffer_append_format(&location, "Location: %s\r\n", to);
    add_answer(warc, url, day, status, buffer_string(&location));
    buffer_free(&location);
}

static inline void add_outcome(struct buffer *warc, const char *url, int day, const char *outcome) {
    struct buffer block = {0};
    buffer_append_format(&block, "osler-outcome: %s\r\n", outcome);
    add_warc_record(warc, "metadata", url, day, "", buffer_string(&block));
    buffer_free(&block);
}

static inline void add_not_modified(struct buffer *warc, const char *url, int day) {
    add_warc_record(warc, "revisit", url, day, "", "HTTP/1.1 304 Not Modified\r\n\r\n");
}

/* A page that came with the same payload as another time; `fields` may name that. */
static inline void add_identical(struct buffer *warc, const char *url, int day, const char *text,
                                 const char *fields) {
    struct buffer all = {0};
    buffer_append_format(&all, "WARC-Profile: %s\r\nWARC-Payload-Digest: sha1:%s\r\n%s",
                         WARC_IDENTICAL_PAYLOAD, text, fields);
    add_warc_record(warc, "revisit", url, day, buffer_string(&all), "HTTP/1.1 200 OK\r\n\r\n");
    buffer_free(&all);
}

/* Writes the archive to a file and frees it. */
static inline void write_warc(const char *path, struct buffer *warc) {
    write_bytes(path, buffer_string(warc), warc->size);
    buffer_free(warc);
}

/* ---- the index ---- */

struct captured {
    struct index index;
    struct captures *captures;
    struct page_states *states;
    struct arena arena;
    struct page_state state; /* of the page that was followed last */
    struct buffer damage;    /* "what;" for each damaged record */
    uint64_t end;            /* of what was scanned last */
};

static inline void captured_open(struct captured *captured) {
    struct error error;
    *captured = (struct captured){0};
    if (index_open(&captured->index, "captured.db", INDEX_CREATE, &error) != STATUS_OK ||
        captures_open(&captured->captures, &captured->index, &error) != STATUS_OK ||
        page_states_open(&captured->states, &captured->index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static inline void captured_close(struct captured *captured) {
    page_states_close(captured->states);
    captures_close(captured->captures);
    index_close(&captured->index);
    arena_free(&captured->arena);
    buffer_free(&captured->damage);
    unlink("captured.db");
}

static inline int64_t captured_number(struct captured *captured, const char *sql) {
    sqlite3_stmt *row = NULL;
    struct error error;
    if (index_prepare(&captured->index, sql, &row, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return number;
}

/* The row of an archive file; one of ours, or below PATH. */
static inline int64_t captured_file(struct captured *captured, const char *path, bool in_archive) {
    struct buffer sql = {0};
    struct error error;
    buffer_append_format(&sql,
                         "INSERT OR IGNORE INTO files VALUES(NULL, '%s', 0, 0, 0, 0, x'', %d, 0)",
                         path, in_archive);
    if (index_execute(&captured->index, buffer_string(&sql), &error) != STATUS_OK)
        fail_msg("%s", error.text);
    buffer_clear(&sql);
    buffer_append_format(&sql, "SELECT id FROM files WHERE path = '%s'", path);
    int64_t file = captured_number(captured, buffer_string(&sql));
    buffer_free(&sql);
    return file;
}

static inline enum status captured_damage(void *context, const char *text, struct error *error) {
    struct captured *captured = context;
    (void)error;
    buffer_append_format(&captured->damage, "%s;", text);
    return STATUS_OK;
}

/* Scans a file from a byte on without settling. */
static inline void captured_scan(struct captured *captured, const char *path, bool in_archive,
                                 uint64_t from) {
    struct error error = {0};
    int64_t file = captured_file(captured, path, in_archive);
    if (captures_scan(captured->captures, path, from, file, captured_damage, captured,
                      &captured->end, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static inline bool captured_settle(struct captured *captured, bool removed) {
    bool changed = false;
    struct error error;
    if (captures_settle(captured->captures, removed, &changed, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return changed;
}

/* Writes the archive to a file, frees it, and reads it into the index. */
static inline void captured_read(struct captured *captured, const char *path, bool in_archive,
                                 struct buffer *warc) {
    write_warc(path, warc);
    captured_scan(captured, path, in_archive, 0);
    captured_settle(captured, false);
}

static inline const struct page_state *captured_follow(struct captured *captured, const char *key) {
    struct error error;
    if (page_state_read(captured->states, key, &captured->arena, &captured->state, &error) !=
        STATUS_OK)
        fail_msg("%s", error.text);
    return &captured->state;
}

/* The digest of the page that was followed last, without "sha1:"; "" if there is none. */
static inline const char *captured_text(struct captured *captured) {
    static char text[100];
    sqlite3_stmt *row = NULL;
    text[0] = '\0';
    assert_int_equal(index_prepare(&captured->index,
                                   "SELECT substr(digest, 6) FROM captures WHERE id = ?1", &row,
                                   NULL),
                     STATUS_OK);
    sqlite3_bind_int64(row, 1, captured->state.content);
    if (sqlite3_step(row) == SQLITE_ROW)
        snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    return text;
}

#endif
