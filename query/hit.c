/* See hit.h. */
#include "query/hit.h"

#include <stdio.h>
#include <string.h>

#include "query/highlight.h"
#include "query/link.h"
#include "store/health.h"
#include "store/line_starts.h"

static const char passage_sql[] =
    "SELECT p.text, p.headings, p.start, p.end, p.first_line, p.last_line,"
    " coalesce(d.name, f.path), d.kind, d.title, f.path, d.url, d.site, d.author, d.published,"
    " d.retrieved, d.language, lower(hex(coalesce(d.sha256, f.sha256))), d.id, p.repeat,"
    " p.line_starts, d.capture, p.page"
    " FROM passages AS p JOIN documents AS d ON d.id = p.document JOIN files AS f ON f.id = d.file"
    " WHERE p.id = ?1";

/* Columns of passage_sql. */
enum {
    TEXT,
    HEADINGS,
    START,
    END,
    FIRST_LINE,
    LAST_LINE,
    NAME,
    KIND,
    TITLE,
    PATH,
    URL,
    SITE,
    AUTHOR,
    PUBLISHED,
    RETRIEVED,
    LANGUAGE,
    SHA256,
    DOCUMENT,
    REPEAT,
    LINE_STARTS,
    CAPTURE,
    PAGE,
};

static const char citations_sql[] =
    "SELECT c.label, s.url, CASE WHEN c.claim_end > c.claim_start THEN"
    " CAST(substr(CAST(p.text AS BLOB), c.claim_start + 1, c.claim_end - c.claim_start) AS TEXT)"
    " END, (SELECT coalesce(d.name, f.path) FROM documents AS d JOIN files AS f ON f.id = d.file"
    "   WHERE d.id = s.document), s.health"
    " FROM citations AS c JOIN sources AS s ON s.id = c.source"
    " LEFT JOIN passages AS p ON p.id = c.passage"
    " WHERE c.document = ?1 AND c.passage = ?2 ORDER BY c.ordinal";

/* Where else a source's text stands: one URL of each page. */
static const char also_at_sql[] =
    "SELECT min(c.url) FROM captures AS own JOIN captures AS c ON c.text_sha256 = own.text_sha256"
    " WHERE own.id = ?1 AND c.key <> own.key GROUP BY c.key ORDER BY 1";

static const char cited_by_sql[] =
    "SELECT coalesce(d.name, f.path), d.title, f.path, c.line,"
    " CASE WHEN c.claim_end > c.claim_start THEN"
    " CAST(substr(CAST(p.text AS BLOB), c.claim_start + 1, c.claim_end - c.claim_start) AS TEXT)"
    " END"
    " FROM sources AS s JOIN citations AS c ON c.source = s.id"
    " JOIN documents AS d ON d.id = c.document JOIN files AS f ON f.id = d.file"
    " LEFT JOIN passages AS p ON p.id = c.passage"
    " WHERE (s.document = ?1 OR s.url = ?2) AND d.id <> ?1 ORDER BY 1, c.ordinal";

/* Prepares a statement that not every answer needs, when it is first needed. */
static enum status prepare_once(struct hit_reader *reader, const char *sql, sqlite3_stmt **row,
                                struct error *error) {
    return *row ? STATUS_OK : index_prepare(&reader->searcher->index, sql, row, error);
}

void hit_statements_close(struct hit_statements *statements) {
    sqlite3_finalize(statements->passage);
    sqlite3_finalize(statements->citations);
    sqlite3_finalize(statements->cited_by);
    sqlite3_finalize(statements->also_at);
    *statements = (struct hit_statements){0};
}

/* A copy of a column in the answer's arena; NULL for SQL's NULL. */
static const char *text_of(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    return arena_string(reader->arena, (const char *)sqlite3_column_text(row, column));
}

/* A stored path as the working directory sees it. */
static const char *shown_path(const struct hit_reader *reader, const char *stored) {
    struct buffer path = {0};
    if (stored[0] != '/') {
        buffer_append_string(&path, reader->searcher->folder);
        if (strcmp(reader->searcher->folder, "/") != 0)
            buffer_append_char(&path, '/');
    }
    buffer_append_string(&path, stored);
    const char *shown = buffer_string(&path);
    size_t length = reader->searcher->working ? strlen(reader->searcher->working) : 0;
    if (length > 1 && strncmp(shown, reader->searcher->working, length) == 0 &&
        shown[length] == '/')
        shown += length + 1;
    const char *copy = path.failed ? NULL : arena_string(reader->arena, shown);
    buffer_free(&path);
    return copy;
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
    hit->passage.text = text_of(reader, row, TEXT);
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

/* ---- the document and its citations ---- */

static enum status read_document(struct hit_reader *reader, struct hit *hit, struct error *error) {
    sqlite3_stmt *row = reader->searcher->hits.passage;
    bool is_source = sqlite3_column_int(row, KIND) == DOCUMENT_SOURCE;
    hit->document.kind = is_source ? "source" : "article";
    hit->document.id = text_of(reader, row, NAME);
    hit->document.title = text_of(reader, row, TITLE);
    hit->document.url = text_of(reader, row, URL);
    hit->document.site = text_of(reader, row, SITE);
    hit->document.author = text_of(reader, row, AUTHOR);
    hit->document.published = text_of(reader, row, PUBLISHED);
    hit->document.retrieved = text_of(reader, row, RETRIEVED);
    hit->document.language = text_of(reader, row, LANGUAGE);
    hit->document.sha256 = text_of(reader, row, SHA256);
    const char *path = (const char *)sqlite3_column_text(row, PATH);
    if (!is_source && path)
        hit->document.path = shown_path(reader, path);
    bool whole = hit->document.id && hit->document.title && hit->document.sha256 &&
                 (is_source || hit->document.path);
    return whole ? STATUS_OK : error_no_memory(error);
}

/* Grows `*items`, an array in the arena that has `n_items` items, when a power of two is reached.
 */
static bool make_room(struct hit_reader *reader, void **items, size_t n_items, size_t item_bytes) {
    if (n_items & (n_items - 1))
        return true;
    void *bigger = arena_allocate(reader->arena, (n_items ? n_items * 2 : 1) * item_bytes);
    if (bigger && n_items > 0)
        memcpy(bigger, *items, n_items * item_bytes);
    *items = bigger;
    return bigger != NULL;
}

static enum status read_also_at(struct hit_reader *reader, struct hit *hit, struct error *error) {
    if (sqlite3_column_type(reader->searcher->hits.passage, CAPTURE) == SQLITE_NULL)
        return STATUS_OK;
    enum status status = prepare_once(reader, also_at_sql, &reader->searcher->hits.also_at, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.also_at;
    sqlite3_bind_int64(row, 1, sqlite3_column_int64(reader->searcher->hits.passage, CAPTURE));
    while (status == STATUS_OK && sqlite3_step(row) == SQLITE_ROW) {
        void *items = hit->document.also_at;
        if (make_room(reader, &items, hit->document.n_also_at, sizeof *hit->document.also_at)) {
            hit->document.also_at = items;
            hit->document.also_at[hit->document.n_also_at] = text_of(reader, row, 0);
        }
        if (!items || !hit->document.also_at[hit->document.n_also_at++])
            status = error_no_memory(error);
    }
    sqlite3_reset(row);
    return status;
}

static enum status read_citations(struct hit_reader *reader, uint32_t passage, struct hit *hit,
                                  struct error *error) {
    enum status status =
        prepare_once(reader, citations_sql, &reader->searcher->hits.citations, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.citations;
    sqlite3_bind_int64(row, 1, sqlite3_column_int64(reader->searcher->hits.passage, DOCUMENT));
    sqlite3_bind_int64(row, 2, passage);
    while (status == STATUS_OK && sqlite3_step(row) == SQLITE_ROW) {
        void *items = hit->citations;
        if (!make_room(reader, &items, hit->n_citations, sizeof *hit->citations))
            status = error_no_memory(error);
        hit->citations = items;
        if (status != STATUS_OK)
            break;
        struct hit_citation *citation = &hit->citations[hit->n_citations++];
        citation->label = text_of(reader, row, 0);
        citation->url = text_of(reader, row, 1);
        citation->claim = text_of(reader, row, 2);
        citation->document = text_of(reader, row, 3);
        citation->health = health_name(sqlite3_column_int(row, 4));
        if (!citation->label || !citation->url)
            status = error_no_memory(error);
    }
    sqlite3_reset(row);
    return status;
}

static enum status read_cited_by(struct hit_reader *reader, struct hit *hit, struct error *error) {
    if (!hit->document.url)
        return STATUS_OK;
    enum status status =
        prepare_once(reader, cited_by_sql, &reader->searcher->hits.cited_by, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.cited_by;
    sqlite3_bind_int64(row, 1, sqlite3_column_int64(reader->searcher->hits.passage, DOCUMENT));
    sqlite3_bind_text(row, 2, hit->document.url, -1, SQLITE_STATIC);
    while (status == STATUS_OK && sqlite3_step(row) == SQLITE_ROW) {
        void *items = hit->cited_by;
        if (!make_room(reader, &items, hit->n_cited_by, sizeof *hit->cited_by))
            status = error_no_memory(error);
        hit->cited_by = items;
        if (status != STATUS_OK)
            break;
        const char *path = (const char *)sqlite3_column_text(row, 2);
        struct hit_citing *citing = &hit->cited_by[hit->n_cited_by++];
        citing->document = text_of(reader, row, 0);
        citing->title = text_of(reader, row, 1);
        citing->path = path ? shown_path(reader, path) : NULL;
        citing->first_line = citing->last_line = (size_t)sqlite3_column_int64(row, 3);
        citing->claim = text_of(reader, row, 4);
        if (!citing->document || !citing->title || !citing->path)
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
    const uint16_t *tokens = lengths_of(&reader->searcher->lengths, ranked->passage, error);
    if (status == STATUS_OK && !tokens)
        status = error->status;
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
static enum status read_parts(struct hit_reader *reader, const struct ranked *ranked, bool explain,
                              struct hit *hit, struct error *error) {
    enum status status = read_passage(reader, hit, error);
    if (status == STATUS_OK)
        status = read_citations(reader, ranked->passage, hit, error);
    if (status == STATUS_OK)
        status = read_also_at(reader, hit, error);
    if (status == STATUS_OK)
        status = read_cited_by(reader, hit, error);
    if (status == STATUS_OK && hit->document.url) {
        hit->link = hit->passage.page > 0
                        ? link_to_page(reader->arena, hit->document.url, hit->passage.page)
                        : link_to_passage(reader->arena, hit->document.url, hit->passage.text);
        status = hit->link ? STATUS_OK : error_no_memory(error);
    }
    return status == STATUS_OK && explain ? explain_hit(reader, ranked, hit, error) : status;
}

enum status hit_read(struct hit_reader *reader, const struct ranked *ranked,
                     const struct search *search, struct hit *hit, struct error *error) {
    enum status status = prepare_once(reader, passage_sql, &reader->searcher->hits.passage, error);
    if (status != STATUS_OK)
        return status;
    hit->score = ranked->score;
    sqlite3_bind_int64(reader->searcher->hits.passage, 1, ranked->passage);
    if (sqlite3_step(reader->searcher->hits.passage) != SQLITE_ROW) {
        status = index_error(&reader->searcher->index, error);
    } else if (search->ids_only) {
        hit->document.id = text_of(reader, reader->searcher->hits.passage, NAME);
        status = hit->document.id ? STATUS_OK : error_no_memory(error);
    } else {
        status = read_document(reader, hit, error);
        if (status == STATUS_OK)
            status = read_parts(reader, ranked, search->explain, hit, error);
    }
    sqlite3_reset(reader->searcher->hits.passage);
    return status;
}
