/* See hit.h. */
#include "query/hit.h"

#include <stdio.h>
#include <string.h>

#include "query/highlight.h"
#include "query/link.h"
#include "store/health.h"
#include "store/line_starts.h"
#include "store/stored_path.h"

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

static const char citations_sql[] =
    "SELECT c.label, c.claim_start, c.claim_end, s.url, s.health, s.document"
    " FROM citations AS c JOIN sources AS s ON s.id = c.source"
    " WHERE c.document = ?1 AND c.passage = ?2 ORDER BY c.ordinal";

static const char cited_sql[] =
    "SELECT coalesce(name, (SELECT path FROM files WHERE id = file)) FROM documents WHERE id = ?1";

/* Columns of citations_sql. */
enum { LABEL, CLAIM_START, CLAIM_END, SOURCE_URL, HEALTH, SOURCE_DOCUMENT };

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
    sqlite3_finalize(statements->document);
    sqlite3_finalize(statements->file);
    sqlite3_finalize(statements->citations);
    sqlite3_finalize(statements->cited);
    sqlite3_finalize(statements->cited_by);
    sqlite3_finalize(statements->also_at);
    *statements = (struct hit_statements){0};
}

/* A copy of a column in the answer's arena; NULL for SQL's NULL. */
static const char *text_of(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    return arena_string(reader->arena, (const char *)sqlite3_column_text(row, column));
}

/* A column of bytes as lower-case hexadecimal digits; NULL for SQL's NULL. */
static const char *hex_of(struct hit_reader *reader, sqlite3_stmt *row, int column) {
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

static const char *shown_path(struct hit_reader *reader, sqlite3_stmt *row, int column) {
    const struct searcher *searcher = reader->searcher;
    const char *stored = (const char *)sqlite3_column_text(row, column);
    return stored ? path_shown(reader->arena, stored, searcher->folder, searcher->working) : NULL;
}

/* Steps `row`, which looks up what must be there, to the row with that id. */
static enum status look_up(struct hit_reader *reader, sqlite3_stmt *row, int64_t id,
                           struct error *error) {
    sqlite3_bind_int64(row, 1, id);
    if (sqlite3_step(row) == SQLITE_ROW)
        return STATUS_OK;
    enum status status = index_error(&reader->searcher->index, error);
    sqlite3_reset(row);
    return status;
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

/* What the file of a document says where the document itself says nothing. */
static enum status read_file(struct hit_reader *reader, bool ids_only, struct hit *hit,
                             struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = prepare_once(reader, file_sql, &rows->file, error);
    if (status == STATUS_OK)
        status = look_up(reader, rows->file, sqlite3_column_int64(rows->document, FILE_ID), error);
    if (status != STATUS_OK)
        return status;
    if (!hit->document.id)
        hit->document.id = text_of(reader, rows->file, PATH);
    if (!ids_only && !hit->document.sha256)
        hit->document.sha256 = hex_of(reader, rows->file, FILE_SHA256);
    if (!ids_only && strcmp(hit->document.kind, "source") != 0) {
        hit->document.path = shown_path(reader, rows->file, PATH);
        status = hit->document.path ? STATUS_OK : error_no_memory(error);
    }
    sqlite3_reset(rows->file);
    return status;
}

static enum status read_document(struct hit_reader *reader, bool ids_only, struct hit *hit,
                                 struct error *error) {
    sqlite3_stmt *row = reader->searcher->hits.document;
    bool is_source = sqlite3_column_int(row, KIND) == DOCUMENT_SOURCE;
    enum status status = STATUS_OK;
    hit->document.kind = is_source ? "source" : "article";
    hit->document.id = text_of(reader, row, NAME);
    if (!ids_only) {
        hit->document.title = text_of(reader, row, TITLE);
        hit->document.url = text_of(reader, row, URL);
        hit->document.site = text_of(reader, row, SITE);
        hit->document.author = text_of(reader, row, AUTHOR);
        hit->document.published = text_of(reader, row, PUBLISHED);
        hit->document.retrieved = text_of(reader, row, RETRIEVED);
        hit->document.language = text_of(reader, row, LANGUAGE);
        hit->document.sha256 = hex_of(reader, row, SHA256);
    }
    bool asks_file = !hit->document.id || (!ids_only && (!is_source || !hit->document.sha256));
    if (asks_file)
        status = read_file(reader, ids_only, hit, error);
    bool is_whole = hit->document.id && (ids_only || (hit->document.title && hit->document.sha256));
    return status == STATUS_OK && !is_whole ? error_no_memory(error) : status;
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
    if (sqlite3_column_type(reader->searcher->hits.document, CAPTURE) == SQLITE_NULL)
        return STATUS_OK;
    enum status status = prepare_once(reader, also_at_sql, &reader->searcher->hits.also_at, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.also_at;
    sqlite3_bind_int64(row, 1, sqlite3_column_int64(reader->searcher->hits.document, CAPTURE));
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

/* The sentence of the hit's passage that a citation stands for; NULL if there is none. */
static enum status read_claim(struct hit_reader *reader, sqlite3_stmt *row, const struct hit *hit,
                              struct hit_citation *citation, struct error *error) {
    const int64_t start = sqlite3_column_int64(row, CLAIM_START);
    const int64_t end = sqlite3_column_int64(row, CLAIM_END);
    if (start < 0 || end <= start || (uint64_t)end > strlen(hit->passage.text))
        return STATUS_OK;
    citation->claim = arena_copy(reader->arena, hit->passage.text + start, (size_t)(end - start));
    return citation->claim ? STATUS_OK : error_no_memory(error);
}

/* The id of the document that a cited page is in the index, if it is. */
static enum status read_cited_document(struct hit_reader *reader, sqlite3_stmt *row,
                                       struct hit_citation *citation, struct error *error) {
    sqlite3_stmt **ids = &reader->searcher->hits.cited;
    if (sqlite3_column_type(row, SOURCE_DOCUMENT) == SQLITE_NULL)
        return STATUS_OK;
    enum status status = prepare_once(reader, cited_sql, ids, error);
    if (status == STATUS_OK)
        status = look_up(reader, *ids, sqlite3_column_int64(row, SOURCE_DOCUMENT), error);
    if (status != STATUS_OK)
        return status;
    citation->document = text_of(reader, *ids, 0);
    sqlite3_reset(*ids);
    return citation->document ? STATUS_OK : error_no_memory(error);
}

static enum status read_citation(struct hit_reader *reader, sqlite3_stmt *row, struct hit *hit,
                                 struct error *error) {
    void *items = hit->citations;
    if (!make_room(reader, &items, hit->n_citations, sizeof *hit->citations))
        return error_no_memory(error);
    hit->citations = items;
    struct hit_citation *citation = &hit->citations[hit->n_citations++];
    *citation = (struct hit_citation){.label = text_of(reader, row, LABEL),
                                      .url = text_of(reader, row, SOURCE_URL),
                                      .health = health_name(sqlite3_column_int(row, HEALTH))};
    if (!citation->label || !citation->url)
        return error_no_memory(error);
    enum status status = read_claim(reader, row, hit, citation, error);
    return status == STATUS_OK ? read_cited_document(reader, row, citation, error) : status;
}

static enum status read_citations(struct hit_reader *reader, uint32_t passage, struct hit *hit,
                                  struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = prepare_once(reader, citations_sql, &rows->citations, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(rows->citations, 1, sqlite3_column_int64(rows->passage, DOCUMENT));
    sqlite3_bind_int64(rows->citations, 2, passage);
    while (status == STATUS_OK && sqlite3_step(rows->citations) == SQLITE_ROW)
        status = read_citation(reader, rows->citations, hit, error);
    sqlite3_reset(rows->citations);
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
        struct hit_citing *citing = &hit->cited_by[hit->n_cited_by++];
        citing->document = text_of(reader, row, 0);
        citing->title = text_of(reader, row, 1);
        citing->path = shown_path(reader, row, 2);
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

static enum status prepare(struct hit_reader *reader, struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = prepare_once(reader, passage_sql, &rows->passage, error);
    return status == STATUS_OK ? prepare_once(reader, document_sql, &rows->document, error)
                               : status;
}

enum status hit_read(struct hit_reader *reader, const struct ranked *ranked,
                     const struct search *search, struct hit *hit, struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = prepare(reader, error);
    if (status == STATUS_OK)
        status = look_up(reader, rows->passage, ranked->passage, error);
    if (status != STATUS_OK)
        return status;
    hit->score = ranked->score;
    status = look_up(reader, rows->document, sqlite3_column_int64(rows->passage, DOCUMENT), error);
    if (status == STATUS_OK)
        status = read_document(reader, search->ids_only, hit, error);
    if (status == STATUS_OK && !search->ids_only)
        status = read_parts(reader, ranked, search->explain, hit, error);
    sqlite3_reset(rows->document);
    sqlite3_reset(rows->passage);
    return status;
}
