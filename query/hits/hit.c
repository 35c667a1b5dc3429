/* See hit.h. */
#include "query/hits/hit.h"

#include <stdio.h>
#include <string.h>

#include "query/hits/highlight.h"
#include "query/hits/hit_citations.h"
#include "query/hits/hit_row.h"
#include "query/hits/link.h"
#include "store/line_starts.h"

/* Rows of one table each: SQLite takes longer to plan a join than to look up all hits. */
static const char passage_sql[] =
    "SELECT document, text, headings, start, end, first_line, last_line, repeat, line_starts, page"
    " FROM passages WHERE id = ?1";
static const char document_sql[] =
    "SELECT file, name, kind, title, url, site, author, published, retrieved, language,"
    " sha256, capture FROM documents WHERE id = ?1";
static const char file_sql[] = "SELECT path, sha256 FROM files WHERE id = ?1";

/* Columns of passage_sql. */
enum { DOCUMENT, TEXT, HEADINGS, START, END, FIRST_LINE, LAST_LINE, REPEAT, LINE_STARTS, PAGE };

/* Columns of document_sql. */
enum {
    FILE_ID,
    NAME,
    KIND,
    TITLE,
    URL,
    SITE,
    AUTHOR,
    PUBLISHED,
    RETRIEVED,
    LANGUAGE,
    SHA256,
    CAPTURE,
};

/* Columns of file_sql. */
enum { PATH, FILE_SHA256 };

/* Where else a source's text stands: one URL of each page. */
static const char also_at_sql[] =
    "SELECT min(c.url) FROM captures AS own JOIN captures AS c ON c.text_sha256 = own.text_sha256"
    " WHERE own.id = ?1 AND c.key <> own.key GROUP BY c.key ORDER BY 1";

void hit_statements_close(struct hit_statements *statements) {
    sqlite3_finalize(statements->passage);
    sqlite3_finalize(statements->document);
    sqlite3_finalize(statements->file);
    sqlite3_finalize(statements->citations);
    sqlite3_finalize(statements->source);
    sqlite3_finalize(statements->cited);
    sqlite3_finalize(statements->cited_by);
    sqlite3_finalize(statements->also_at);
    *statements = (struct hit_statements){0};
}

/* ---- the passage ---- */

/* FNV-1a (Fowler, Noll, Vo), 64 bits, of a string and its closing NUL. */
static uint64_t hash_string(uint64_t hash, const char *string) {
    do
        hash = (hash ^ (unsigned char)*string) * 1099511628211ULL;
    while (*string++);
    return hash;
}

/* The id of a passage: of its document and text, so that it outlives reindexing; the second passage
 * of the same text in a document gets "-2". */
static enum status read_id(struct hit_reader *reader, struct hit *hit, struct error *error) {
    uint64_t hash =
        hash_string(hash_string(14695981039346656037ULL, hit->document.id), hit->passage.text);
    int repeat = sqlite3_column_int(reader->searcher->hits.passage, REPEAT);
    char id[48];
    int length = snprintf(id, sizeof id, "%016llx", (unsigned long long)hash);
    if (repeat > 0)
        snprintf(id + length, sizeof id - (size_t)length, "-%d", repeat + 1);
    hit->passage.id = arena_string(reader->arena, id);
    return hit->passage.id ? STATUS_OK : error_no_memory(error);
}

static enum status read_headings(struct hit_reader *reader, sqlite3_stmt *row, struct hit *hit,
                                 struct error *error) {
    char *headings = arena_string(reader->arena, (const char *)sqlite3_column_text(row, HEADINGS));
    if (!headings)
        return error_no_memory(error);
    size_t n_headings = headings[0] != '\0';
    for (const char *c = headings; *c; c++)
        n_headings += *c == '\n';
    hit->passage.headings =
        arena_allocate(reader->arena, (n_headings + 1) * sizeof *hit->passage.headings);
    if (!hit->passage.headings)
        return error_no_memory(error);
    for (char *rest = headings; hit->passage.n_headings < n_headings;)
        hit->passage.headings[hit->passage.n_headings++] = strsep(&rest, "\n");
    return STATUS_OK;
}

static enum status read_line_starts(struct hit_reader *reader, struct hit *hit,
                                    struct error *error) {
    const unsigned char *at = sqlite3_column_blob(reader->searcher->hits.passage, LINE_STARTS);
    size_t n_bytes = (size_t)sqlite3_column_bytes(reader->searcher->hits.passage, LINE_STARTS);
    struct line_start last = {0, hit->passage.first_line};
    size_t n_more_bytes;
    size_t n_lines;
    hit->passage.line_starts =
        arena_allocate(reader->arena, (n_bytes / 2 + 1) * sizeof *hit->passage.line_starts);
    if (!hit->passage.line_starts)
        return error_no_memory(error);
    for (const unsigned char *end = at + n_bytes;
         at && line_starts_next(&at, end, &n_more_bytes, &n_lines);) {
        last.byte += n_more_bytes;
        last.line += n_lines;
        hit->passage.line_starts[hit->passage.n_line_starts++] = last;
    }
    return STATUS_OK;
}

static enum status read_passage(struct hit_reader *reader, struct hit *hit, struct error *error) {
    sqlite3_stmt *row = reader->searcher->hits.passage;
    hit->passage.text = hit_row_text(reader, row, TEXT);
    hit->passage.bytes = (struct span){(size_t)sqlite3_column_int64(row, START),
                                       (size_t)sqlite3_column_int64(row, END)};
    hit->passage.first_line = (size_t)sqlite3_column_int64(row, FIRST_LINE);
    hit->passage.last_line = (size_t)sqlite3_column_int64(row, LAST_LINE);
    hit->passage.page = (size_t)sqlite3_column_int64(row, PAGE);
    if (!hit->passage.text)
        return error_no_memory(error);
    enum status status = read_id(reader, hit, error);
    if (status == STATUS_OK)
        status = read_line_starts(reader, hit, error);
    if (status == STATUS_OK)
        status = read_headings(reader, row, hit, error);
    if (status == STATUS_OK)
        status = highlight_text(reader->searcher, reader->selection, hit->passage.text,
                                hit->document.language, reader->arena, &hit->passage.highlights,
                                &hit->passage.n_highlights, error);
    return status;
}

/* ---- the document ---- */

/* What the file of a document says where the document itself says nothing. */
static enum status read_file(struct hit_reader *reader, struct hit *hit, struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = hit_row_prepare(reader, file_sql, &rows->file, error);
    if (status == STATUS_OK)
        status = hit_row_look_up(reader, rows->file, sqlite3_column_int64(rows->document, FILE_ID),
                                 error);
    if (status != STATUS_OK)
        return status;
    if (!hit->document.id)
        hit->document.id = hit_row_text(reader, rows->file, PATH);
    if (!reader->ids_only && !hit->document.sha256)
        hit->document.sha256 = hit_row_hex(reader, rows->file, FILE_SHA256);
    if (!reader->ids_only && strcmp(hit->document.kind, "source") != 0) {
        hit->document.path = hit_row_path(reader, rows->file, PATH);
        status = hit->document.path ? STATUS_OK : error_no_memory(error);
    }
    sqlite3_reset(rows->file);
    return status;
}

static enum status read_document(struct hit_reader *reader, struct hit *hit, struct error *error) {
    sqlite3_stmt *row = reader->searcher->hits.document;
    bool is_source = sqlite3_column_int(row, KIND) == DOCUMENT_SOURCE;
    enum status status = STATUS_OK;
    hit->document.kind = is_source ? "source" : "article";
    hit->document.id = hit_row_text(reader, row, NAME);
    if (!reader->ids_only) {
        hit->document.title = hit_row_text(reader, row, TITLE);
        hit->document.url = hit_row_text(reader, row, URL);
        hit->document.site = hit_row_text(reader, row, SITE);
        hit->document.author = hit_row_text(reader, row, AUTHOR);
        hit->document.published = hit_row_text(reader, row, PUBLISHED);
        hit->document.retrieved = hit_row_text(reader, row, RETRIEVED);
        hit->document.language = hit_row_text(reader, row, LANGUAGE);
        hit->document.sha256 = hit_row_hex(reader, row, SHA256);
    }
    bool asks_file =
        !hit->document.id || (!reader->ids_only && (!is_source || !hit->document.sha256));
    if (asks_file)
        status = read_file(reader, hit, error);
    bool is_whole =
        hit->document.id && (reader->ids_only || (hit->document.title && hit->document.sha256));
    return status == STATUS_OK && !is_whole ? error_no_memory(error) : status;
}

static enum status read_also_at(struct hit_reader *reader, struct hit *hit, struct error *error) {
    if (sqlite3_column_type(reader->searcher->hits.document, CAPTURE) == SQLITE_NULL)
        return STATUS_OK;
    enum status status =
        hit_row_prepare(reader, also_at_sql, &reader->searcher->hits.also_at, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.also_at;
    sqlite3_bind_int64(row, 1, sqlite3_column_int64(reader->searcher->hits.document, CAPTURE));
    while (index_next(&reader->searcher->index, row, &status, error)) {
        void *items = hit->document.also_at;
        if (hit_row_make_room(reader, &items, hit->document.n_also_at,
                              sizeof *hit->document.also_at)) {
            hit->document.also_at = items;
            hit->document.also_at[hit->document.n_also_at] = hit_row_text(reader, row, 0);
        }
        if (!items || !hit->document.also_at[hit->document.n_also_at++])
            status = error_no_memory(error);
    }
    sqlite3_reset(row);
    return status;
}

/* ---- explanation ---- */

static enum status explain_hit(struct hit_reader *reader, const struct ranked *ranked,
                               struct hit *hit, struct error *error) {
    struct buffer lines = {0};
    fixed_score score;
    enum status status = rescorer_score(reader->rescorer, ranked->passage, &score, &lines, error);
    const uint16_t *tokens;
    if (status == STATUS_OK)
        status = lengths_of(&reader->searcher->lengths, ranked->passage, &tokens, error);
    if (status == STATUS_OK)
        buffer_append_format(&lines, "%s%9.4f  sum; tokens: body %u headings %u title %u",
                             lines.size ? "\n" : "", ranked->score, tokens[COLUMN_BODY],
                             tokens[COLUMN_HEADINGS], tokens[COLUMN_TITLE]);
    hit->explanation = arena_string(reader->arena, buffer_string(&lines));
    if (status == STATUS_OK && (lines.failed || !hit->explanation))
        status = error_no_memory(error);
    buffer_free(&lines);
    return status;
}

/* The parts of a hit beside its document. */
static enum status read_parts(struct hit_reader *reader, const struct ranked *ranked,
                              struct hit *hit, struct error *error) {
    const int64_t document = sqlite3_column_int64(reader->searcher->hits.passage, DOCUMENT);
    enum status status = read_passage(reader, hit, error);
    if (status == STATUS_OK)
        status = hit_read_citations(reader, document, ranked->passage, hit, error);
    if (status == STATUS_OK)
        status = read_also_at(reader, hit, error);
    if (status == STATUS_OK)
        status = hit_read_cited_by(reader, document, hit, error);
    if (status == STATUS_OK && hit->document.url) {
        hit->link = hit->passage.page > 0
                        ? link_to_page(reader->arena, hit->document.url, hit->passage.page)
                        : link_to_passage(reader->arena, hit->document.url, hit->passage.text);
        status = hit->link ? STATUS_OK : error_no_memory(error);
    }
    return status == STATUS_OK && reader->explain ? explain_hit(reader, ranked, hit, error)
                                                  : status;
}

static enum status prepare(struct hit_reader *reader, struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = hit_row_prepare(reader, passage_sql, &rows->passage, error);
    return status == STATUS_OK ? hit_row_prepare(reader, document_sql, &rows->document, error)
                               : status;
}

enum status hit_read(struct hit_reader *reader, const struct ranked *ranked, struct hit *hit,
                     struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = prepare(reader, error);
    if (status == STATUS_OK)
        status = hit_row_look_up(reader, rows->passage, ranked->passage, error);
    if (status != STATUS_OK)
        return status;
    hit->score = ranked->score;
    status = hit_row_look_up(reader, rows->document, sqlite3_column_int64(rows->passage, DOCUMENT),
                             error);
    if (status == STATUS_OK)
        status = read_document(reader, hit, error);
    if (status == STATUS_OK && !reader->ids_only)
        status = read_parts(reader, ranked, hit, error);
    sqlite3_reset(rows->document);
    sqlite3_reset(rows->passage);
    return status;
}
