/* See hit_citations.h. */
#include "query/hits/hit_citations.h"

#include <string.h>

#include "query/hits/hit_row.h"
#include "store/health.h"

static const char citations_sql[] = "SELECT label, claim_start, claim_end, source FROM citations"
                                    " WHERE document = ?1 AND passage = ?2 ORDER BY ordinal";
static const char source_sql[] = "SELECT url, health, document FROM sources WHERE id = ?1";

static const char cited_sql[] =
    "SELECT coalesce(name, (SELECT path FROM files WHERE id = file)) FROM documents WHERE id = ?1";

/* Columns of citations_sql. */
enum { LABEL, CLAIM_START, CLAIM_END, SOURCE };

/* Columns of source_sql. */
enum { SOURCE_URL, HEALTH, SOURCE_DOCUMENT };

static const char cited_by_sql[] =
    "SELECT coalesce(d.name, f.path), d.title, f.path, c.line,"
    " CASE WHEN c.claim_end > c.claim_start THEN"
    " CAST(substr(CAST(p.text AS BLOB), c.claim_start + 1, c.claim_end - c.claim_start) AS TEXT)"
    " END"
    " FROM sources AS s JOIN citations AS c ON c.source = s.id"
    " JOIN documents AS d ON d.id = c.document JOIN files AS f ON f.id = d.file"
    " LEFT JOIN passages AS p ON p.id = c.passage"
    " WHERE (s.document = ?1 OR s.url = ?2) AND d.id <> ?1 ORDER BY 1, c.ordinal";

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
static enum status read_cited_document(struct hit_reader *reader, int64_t document,
                                       struct hit_citation *citation, struct error *error) {
    sqlite3_stmt **ids = &reader->searcher->hits.cited;
    enum status status = hit_row_prepare(reader, cited_sql, ids, error);
    if (status == STATUS_OK)
        status = hit_row_look_up(reader, *ids, document, error);
    if (status != STATUS_OK)
        return status;
    citation->document = hit_row_text(reader, *ids, 0);
    sqlite3_reset(*ids);
    return citation->document ? STATUS_OK : error_no_memory(error);
}

static enum status read_source(struct hit_reader *reader, int64_t source,
                               struct hit_citation *citation, struct error *error) {
    sqlite3_stmt **row = &reader->searcher->hits.source;
    enum status status = hit_row_prepare(reader, source_sql, row, error);
    if (status == STATUS_OK)
        status = hit_row_look_up(reader, *row, source, error);
    if (status != STATUS_OK)
        return status;
    citation->url = hit_row_text(reader, *row, SOURCE_URL);
    citation->health = health_name(sqlite3_column_int(*row, HEALTH));
    if (!citation->url)
        status = error_no_memory(error);
    else if (sqlite3_column_type(*row, SOURCE_DOCUMENT) != SQLITE_NULL)
        status = read_cited_document(reader, sqlite3_column_int64(*row, SOURCE_DOCUMENT), citation,
                                     error);
    sqlite3_reset(*row);
    return status;
}

static enum status read_citation(struct hit_reader *reader, sqlite3_stmt *row, struct hit *hit,
                                 struct error *error) {
    void *items = hit->citations;
    if (!hit_row_make_room(reader, &items, hit->n_citations, sizeof *hit->citations))
        return error_no_memory(error);
    hit->citations = items;
    struct hit_citation *citation = &hit->citations[hit->n_citations++];
    *citation = (struct hit_citation){.label = hit_row_text(reader, row, LABEL)};
    if (!citation->label)
        return error_no_memory(error);
    enum status status = read_claim(reader, row, hit, citation, error);
    return status == STATUS_OK
               ? read_source(reader, sqlite3_column_int64(row, SOURCE), citation, error)
               : status;
}

enum status hit_read_citations(struct hit_reader *reader, int64_t document, uint32_t passage,
                               struct hit *hit, struct error *error) {
    struct hit_statements *rows = &reader->searcher->hits;
    enum status status = hit_row_prepare(reader, citations_sql, &rows->citations, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(rows->citations, 1, document);
    sqlite3_bind_int64(rows->citations, 2, passage);
    while (index_next(&reader->searcher->index, rows->citations, &status, error))
        status = read_citation(reader, rows->citations, hit, error);
    sqlite3_reset(rows->citations);
    return status;
}

enum status hit_read_cited_by(struct hit_reader *reader, int64_t document, struct hit *hit,
                              struct error *error) {
    if (!hit->document.url)
        return STATUS_OK;
    enum status status =
        hit_row_prepare(reader, cited_by_sql, &reader->searcher->hits.cited_by, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *row = reader->searcher->hits.cited_by;
    sqlite3_bind_int64(row, 1, document);
    sqlite3_bind_text(row, 2, hit->document.url, -1, SQLITE_STATIC);
    while (index_next(&reader->searcher->index, row, &status, error)) {
        void *items = hit->cited_by;
        if (!hit_row_make_room(reader, &items, hit->n_cited_by, sizeof *hit->cited_by))
            status = error_no_memory(error);
        hit->cited_by = items;
        if (status != STATUS_OK)
            break;
        struct hit_citing *citing = &hit->cited_by[hit->n_cited_by++];
        citing->document = hit_row_text(reader, row, 0);
        citing->title = hit_row_text(reader, row, 1);
        citing->path = hit_row_path(reader, row, 2);
        citing->first_line = citing->last_line = (size_t)sqlite3_column_int64(row, 3);
        citing->claim = hit_row_text(reader, row, 4);
        if (!citing->document || !citing->title || !citing->path)
            status = error_no_memory(error);
    }
    sqlite3_reset(row);
    return status;
}
