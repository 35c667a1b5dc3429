/* See links.h. One row for each citation, those of one link after each other. */
#include "indexer/report/links.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/arena.h"
#include "store/health.h"
#include "store/index.h"
#include "store/json.h"
#include "store/stored_path.h"
#include "store/visible.h"

enum { LINKS_FORMAT = 1 };

static const char links_sql[] =
    "SELECT s.url, s.health, s.reason, s.checked, s.moved_to, s.first_retrieved, s.retrieved,"
    " s.changed, (SELECT coalesce(p.name, g.path) FROM documents AS p JOIN files AS g"
    "   ON g.id = p.file WHERE p.id = s.document),"
    " f.path, c.line, c.column, c.label,"
    " CASE WHEN c.claim_end > c.claim_start THEN"
    "   CAST(substr(CAST(t.text AS BLOB), c.claim_start + 1, c.claim_end - c.claim_start) AS TEXT)"
    "   END, s.id, coalesce(d.name, f.path)"
    " FROM sources AS s JOIN citations AS c ON c.source = s.id"
    " JOIN documents AS d ON d.id = c.document JOIN files AS f ON f.id = d.file"
    " LEFT JOIN passages AS t ON t.id = c.passage"
    " ORDER BY s.url, f.path, c.document, c.ordinal";

enum {
    URL,
    HEALTH,
    REASON,
    CHECKED,
    MOVED_TO,
    FIRST_RETRIEVED,
    RETRIEVED,
    CHANGED,
    DOCUMENT,
    PATH,
    LINE,
    COLUMN,
    LABEL,
    CLAIM,
    SOURCE,
    CITING,
};

struct printing {
    struct buffer *out;
    const char *folder;  /* real, of the index */
    const char *working; /* directory, or NULL */
    struct arena arena;
    bool as_json;
    struct json json; /* into `out` */
    int64_t source;   /* the link under way; 0: none */
};

static const char *text_of(sqlite3_stmt *row, int column) {
    return (const char *)sqlite3_column_text(row, column);
}

/* ---- text ---- */

/* On one line, and harmless to a terminal, whatever articles and servers say. */
static void append_visible(struct buffer *out, const char *text) {
    if (text)
        visible_append(out, text, strlen(text), false);
}

static void append_detail(struct buffer *out, bool *is_first, const char *what, const char *text) {
    if (!text)
        return;
    buffer_append_format(out, "%s%s", *is_first ? " (" : ", ", what);
    append_visible(out, text);
    *is_first = false;
}

static void print_line(struct printing *printing, sqlite3_stmt *row, const char *path) {
    struct buffer *out = printing->out;
    bool is_first = true;
    append_visible(out, path);
    buffer_append_format(out, ":%lld", (long long)sqlite3_column_int64(row, LINE));
    if (sqlite3_column_int64(row, COLUMN) > 0)
        buffer_append_format(out, ":%lld", (long long)sqlite3_column_int64(row, COLUMN));
    buffer_append_format(out, ": %s ", health_name(sqlite3_column_int(row, HEALTH)));
    append_visible(out, text_of(row, URL));
    append_detail(out, &is_first, "", text_of(row, REASON));
    append_detail(out, &is_first, "to ", text_of(row, MOVED_TO));
    append_detail(out, &is_first, "checked ", text_of(row, CHECKED));
    append_detail(out, &is_first, "archived ", text_of(row, RETRIEVED));
    append_detail(out, &is_first, "text changed ", text_of(row, CHANGED));
    buffer_append_string(out, is_first ? "\n" : ")\n");
}

/* ---- JSON ---- */

static void begin_link(struct json *json, sqlite3_stmt *row) {
    static const struct {
        const char *name;
        int column;
    } texts[] = {
        {"reason", REASON},       {"checked", CHECKED},
        {"moved_to", MOVED_TO},   {"first_retrieved", FIRST_RETRIEVED},
        {"retrieved", RETRIEVED}, {"changed", CHANGED},
        {"document", DOCUMENT},
    };
    json_begin_object(json, NULL);
    json_string(json, "url", text_of(row, URL));
    json_string(json, "health", health_name(sqlite3_column_int(row, HEALTH)));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_string(json, texts[i].name, text_of(row, texts[i].column));
    json_begin_array(json, "citations");
}

static void end_link(struct json *json) {
    json_end_array(json);
    json_end_object(json);
}

static void add_citation(struct json *json, sqlite3_stmt *row, const char *path) {
    json_begin_object(json, NULL);
    json_string(json, "document", text_of(row, CITING));
    json_string(json, "path", path);
    json_size_or_null(json, "line", (size_t)sqlite3_column_int64(row, LINE));
    json_size_or_null(json, "column", (size_t)sqlite3_column_int64(row, COLUMN));
    json_string(json, "label", text_of(row, LABEL));
    json_string(json, "claim", text_of(row, CLAIM));
    json_end_object(json);
}

/* Rows of a link stand together: the first of another one ends it. */
static void add_row(struct printing *printing, sqlite3_stmt *row, const char *path) {
    const int64_t source = sqlite3_column_int64(row, SOURCE);
    if (source != printing->source) {
        if (printing->source)
            end_link(&printing->json);
        begin_link(&printing->json, row);
        printing->source = source;
    }
    add_citation(&printing->json, row, path);
}

static enum status print_row(struct printing *printing, sqlite3_stmt *row, struct error *error) {
    const char *stored = text_of(row, PATH);
    const char *path =
        stored ? path_shown(&printing->arena, stored, printing->folder, printing->working) : NULL;
    if (!path)
        return error_no_memory(error);
    if (printing->as_json)
        add_row(printing, row, path);
    else
        print_line(printing, row, path);
    return STATUS_OK;
}

static enum status print_rows(struct printing *printing, struct index *index, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status = index_prepare(index, links_sql, &rows, error);
    while (index_next(index, rows, &status, error))
        status = print_row(printing, rows, error);
    sqlite3_finalize(rows);
    return status;
}

static enum status print_json(struct printing *printing, struct index *index,
                              const char *index_path, struct error *error) {
    struct json *json = &printing->json;
    json_begin_object(json, NULL);
    json_size(json, "format", LINKS_FORMAT);
    json_string(json, "index", index_path);
    json_begin_array(json, "links");
    enum status status = print_rows(printing, index, error);
    if (printing->source)
        end_link(json);
    json_end_array(json);
    json_end_object(json);
    buffer_append_char(printing->out, '\n');
    return status;
}

enum status links_print(const char *index_path, bool as_json, struct buffer *out,
                        struct error *error) {
    struct index index;
    char working[PATH_MAX];
    char real[PATH_MAX];
    struct printing printing = {.out = out,
                                .working = getcwd(working, sizeof working),
                                .as_json = as_json,
                                .json = {.out = out, .is_indented = true}};
    enum status status = index_open(&index, index_path, INDEX_READ, error);
    if (status != STATUS_OK)
        return status;
    if (!realpath(index_path, real))
        real[0] = '\0';
    char *slash = strrchr(real, '/');
    if (slash)
        slash[slash == real] = '\0';
    printing.folder = real;
    status = as_json ? print_json(&printing, &index, index_path, error)
                     : print_rows(&printing, &index, error);
    if (status == STATUS_OK && out->failed)
        status = error_no_memory(error);
    arena_free(&printing.arena);
    index_close(&index);
    return status;
}
