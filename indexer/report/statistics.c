/* See statistics.h. Each number is one SELECT, so that the list says what each is. */
#include "indexer/report/statistics.h"

#include "store/index.h"
#include "store/json.h"

static const struct {
    const char *name; /* of the JSON field */
    const char *label;
    const char *sql;
} numbers[] = {
    {"format", "index format", "PRAGMA user_version"},
    {"bytes", "index bytes",
     "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"},
    {"files", "files", "SELECT count(*) FROM files WHERE NOT in_archive"},
    {"documents", "documents", "SELECT value FROM collection WHERE name = 'n_documents'"},
    {"articles", "  articles", "SELECT count(*) FROM documents WHERE kind = 0"},
    {"sources_indexed", "  sources", "SELECT count(*) FROM documents WHERE kind = 1"},
    {"passages", "passages", "SELECT value FROM collection WHERE name = 'n_passages'"},
    {"text_bytes", "text bytes",
     "SELECT coalesce(sum(octet_length), 0) FROM"
     " (SELECT length(CAST(text AS BLOB)) AS octet_length FROM passages)"},
    {"tokens", "tokens", "SELECT sum(value) FROM collection WHERE name LIKE '%_tokens'"},
    {"terms", "terms", "SELECT count(*) FROM terms"},
    {"postings", "postings", "SELECT coalesce(sum(df), 0) FROM terms"},
    {"posting_bytes", "posting bytes", "SELECT coalesce(sum(length(segment)), 0) FROM postings"},
    {"citations", "citations", "SELECT count(*) FROM citations"},
    {"sources", "cited sources", "SELECT count(*) FROM sources"},
    {"unfetched", "  not fetched", "SELECT count(*) FROM sources WHERE document IS NULL"},
    {"problems", "problems", "SELECT count(*) FROM problems"},
};

static const struct {
    const char *name, *label, *sql;
} dates[] = {
    {"published_first", "first published", "SELECT min(published) FROM documents"},
    {"published_last", "last published", "SELECT max(published) FROM documents"},
};

/* Steps to the one row of `sql`. */
static enum status select_row(struct index *index, const char *sql, sqlite3_stmt **row,
                              struct error *error) {
    enum status status = index_prepare(index, sql, row, error);
    if (status == STATUS_OK && sqlite3_step(*row) != SQLITE_ROW)
        status = index_error(index, error);
    return status;
}

/* Each of these prints into `json` unless that is NULL, else as text into `out`. */
static enum status print_numbers(struct index *index, struct json *json, struct buffer *out,
                                 struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == STATUS_OK; i++) {
        sqlite3_stmt *row = NULL;
        status = select_row(index, numbers[i].sql, &row, error);
        const sqlite3_int64 value = status == STATUS_OK ? sqlite3_column_int64(row, 0) : 0;
        if (json)
            json_size(json, numbers[i].name, (size_t)value);
        else
            buffer_append_format(out, "%-16s %12lld\n", numbers[i].label, (long long)value);
        sqlite3_finalize(row);
    }
    return status;
}

static enum status print_dates(struct index *index, struct json *json, struct buffer *out,
                               struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof dates / sizeof *dates && status == STATUS_OK; i++) {
        sqlite3_stmt *row = NULL;
        status = select_row(index, dates[i].sql, &row, error);
        const char *date = status == STATUS_OK ? (const char *)sqlite3_column_text(row, 0) : NULL;
        if (json)
            json_string(json, dates[i].name, date);
        else if (date)
            buffer_append_format(out, "%-16s %12s\n", dates[i].label, date);
        sqlite3_finalize(row);
    }
    return status;
}

enum status statistics_print(const char *path, bool as_json, struct buffer *out,
                             struct error *error) {
    struct index index;
    struct json writer = {.out = out, .is_indented = true};
    struct json *json = as_json ? &writer : NULL;
    enum status status = index_open(&index, path, INDEX_READ, error);
    if (status != STATUS_OK)
        return status;
    if (json)
        json_begin_object(json, NULL);
    status = print_numbers(&index, json, out, error);
    if (status == STATUS_OK)
        status = print_dates(&index, json, out, error);
    if (json) {
        json_end_object(json);
        buffer_append_char(out, '\n');
    }
    if (status == STATUS_OK && out->failed)
        status = error_no_memory(error);
    index_close(&index);
    return status;
}
