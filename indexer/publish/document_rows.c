/* See document_rows.h. */
#include "indexer/publish/document_rows.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/array.h"
#include "store/fts5.h"

enum statement {
    INSERT_DOCUMENT,
    DELETE_DOCUMENT,
    INSERT_PASSAGE,
    DELETE_PASSAGES,
    INSERT_CITATION,
    DELETE_CITATIONS,
    SELECT_SOURCE,
    INSERT_SOURCE,
    FORGET_SOURCE,
    COUNT_DEFINITION,
    FORGET_DEFINITIONS,
    SET_LANGUAGES,
    N_STATEMENTS,
};

static const char *const sql_of[N_STATEMENTS] = {
    [INSERT_DOCUMENT] = "INSERT INTO documents(file, name, kind, title, url, site, author,"
                        " published, language, sha256, first_passage, n_passages, capture,"
                        " retrieved, mark) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
                        " ?12, ?13, ?14, ?15)",
    [DELETE_DOCUMENT] = "DELETE FROM documents WHERE id = ?1",
    [INSERT_PASSAGE] = "INSERT INTO passages(id, document, headings, repeat, start, end,"
                       " first_line, last_line, text, line_starts, page)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [DELETE_PASSAGES] = "DELETE FROM passages WHERE id >= ?1 AND id < ?1 + ?2",
    [INSERT_CITATION] = "INSERT INTO citations VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [DELETE_CITATIONS] = "DELETE FROM citations WHERE document = ?1 RETURNING source",
    [SELECT_SOURCE] = "SELECT id FROM sources WHERE url = ?1",
    [INSERT_SOURCE] = "INSERT INTO sources(url, own_key, reason) VALUES(?1, ?2, ?3)",
    [FORGET_SOURCE] = "DELETE FROM sources WHERE id = ?1"
                      " AND NOT EXISTS (SELECT 1 FROM citations WHERE source = ?1)",
    [COUNT_DEFINITION] = "INSERT INTO abbreviations VALUES(?1, ?2, ?3)"
                         " ON CONFLICT DO UPDATE SET n = n + ?3",
    [FORGET_DEFINITIONS] = "DELETE FROM abbreviations WHERE n = 0",
    [SET_LANGUAGES] = "UPDATE collection SET value = (SELECT coalesce(group_concat(code, ' '), '')"
                      " FROM (SELECT DISTINCT lower(substr(language, 1, 2)) AS code FROM documents"
                      "  WHERE language GLOB '[A-Za-z][A-Za-z]*' AND language NOT LIKE 'en%'"
                      "  ORDER BY 1)) WHERE name = 'languages'",
};

struct document_rows {
    struct index *index;
    sqlite3_stmt *statements[N_STATEMENTS];
    int64_t *uncited; /* sources that have lost a citation */
    size_t n_uncited, uncited_capacity;
    bool definitions_removed, languages_changed;
};

enum status document_rows_open(struct document_rows **rows, struct index *index,
                               struct error *error) {
    struct document_rows *self = calloc(1, sizeof *self);
    *rows = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    enum status status = index_prepare_all(index, sql_of, N_STATEMENTS, self->statements, error);
    return status;
}

void document_rows_close(struct document_rows *rows) {
    if (!rows)
        return;
    for (size_t i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(rows->statements[i]);
    free(rows->uncited);
    free(rows);
}

static enum status run(struct document_rows *self, enum statement statement, struct error *error) {
    return index_run(self->index, self->statements[statement], error);
}

/* The languages of the collection are those of all documents that are not English. */
static void note_language(struct document_rows *self, const char *language) {
    self->languages_changed =
        self->languages_changed || (language && strncasecmp(language, "en", 2) != 0);
}

enum status document_rows_forget_sources(struct document_rows *rows, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < rows->n_uncited && status == STATUS_OK; i++) {
        sqlite3_bind_int64(rows->statements[FORGET_SOURCE], 1, rows->uncited[i]);
        status = run(rows, FORGET_SOURCE, error);
    }
    rows->n_uncited = 0;
    return status;
}

enum status document_rows_finish(struct document_rows *rows, struct error *error) {
    enum status status = document_rows_forget_sources(rows, error);
    if (status == STATUS_OK && rows->definitions_removed)
        status = run(rows, FORGET_DEFINITIONS, error);
    return status == STATUS_OK && rows->languages_changed ? run(rows, SET_LANGUAGES, error)
                                                          : status;
}

/* Counts each definition of `list` as `n` more. */
static enum status count_definitions(struct document_rows *self, const struct definition_list *list,
                                     int n, struct error *error) {
    sqlite3_stmt *count = self->statements[COUNT_DEFINITION];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < list->n_definitions && status == STATUS_OK; i++) {
        const struct definition *definition = &list->definitions[i];
        sqlite3_bind_text(count, 1, list->strings.data + definition->short_form, -1, SQLITE_STATIC);
        sqlite3_bind_text(count, 2, list->strings.data + definition->long_form, -1, SQLITE_STATIC);
        sqlite3_bind_int(count, 3, n);
        status = run(self, COUNT_DEFINITION, error);
    }
    return status;
}

/* ---- removing ---- */

/* Removes the citations of a document, and notes their sources. */
static enum status remove_citations(struct document_rows *self, int64_t document,
                                    struct error *error) {
    sqlite3_stmt *remove = self->statements[DELETE_CITATIONS];
    enum status status = STATUS_OK;
    sqlite3_bind_int64(remove, 1, document);
    while (index_next(self->index, remove, &status, error)) {
        int64_t *uncited =
            array_grow(self->uncited, self->n_uncited, &self->uncited_capacity, sizeof *uncited);
        if (uncited) {
            self->uncited = uncited;
            self->uncited[self->n_uncited++] = sqlite3_column_int64(remove, 0);
        } else {
            status = error_no_memory(error);
        }
    }
    sqlite3_reset(remove);
    return status;
}

enum status document_rows_remove(struct document_rows *rows, const struct earlier *earlier,
                                 struct error *error) {
    sqlite3_stmt *passages = rows->statements[DELETE_PASSAGES];
    sqlite3_bind_int64(passages, 1, earlier->first_passage);
    sqlite3_bind_int64(passages, 2, (sqlite3_int64)earlier->n_passages);
    enum status status = run(rows, DELETE_PASSAGES, error);
    note_language(rows, earlier->language);
    rows->definitions_removed = rows->definitions_removed || earlier->definitions.n_definitions > 0;
    if (status == STATUS_OK)
        status = count_definitions(rows, &earlier->definitions, -1, error);
    if (status == STATUS_OK)
        status = remove_citations(rows, earlier->document, error);
    sqlite3_bind_int64(rows->statements[DELETE_DOCUMENT], 1, earlier->document);
    return status == STATUS_OK ? run(rows, DELETE_DOCUMENT, error) : status;
}

/* ---- adding ---- */

/* True if a text of the document begins as a mark does: only behind one it is plain text. */
static bool has_mark(const struct prepared *prepared) {
    bool has = fts5_is_marked(prepared->document.title);
    for (size_t i = 0; i < prepared->passages.n_passages && !has; i++) {
        const struct passage *passage = &prepared->passages.passages[i];
        has = fts5_is_marked(prepared->document.text.data + passage->start) ||
              fts5_is_marked(prepared->passages.sections[passage->section].headings);
    }
    return has;
}

static enum status add_document(struct document_rows *self, const struct document_row *row,
                                const struct prepared *prepared, uint32_t first_passage,
                                int64_t *id, struct error *error) {
    const struct document *document = &prepared->document;
    sqlite3_stmt *insert = self->statements[INSERT_DOCUMENT];
    const char *texts[] = {document->title,  document->url,       document->site,
                           document->author, document->published, document->language};
    sqlite3_bind_int64(insert, 1, row->file);
    sqlite3_bind_text(insert, 2, row->name, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 3, (int)row->kind);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        sqlite3_bind_text(insert, 4 + i, texts[i], -1, SQLITE_STATIC);
    if (row->name)
        sqlite3_bind_blob(insert, 10, prepared->sha256, SHA256_BYTES, SQLITE_STATIC);
    else
        sqlite3_bind_null(insert, 10);
    sqlite3_bind_int64(insert, 11, first_passage);
    sqlite3_bind_int64(insert, 12, (sqlite3_int64)prepared->passages.n_passages);
    sqlite3_bind_null(insert, 13);
    if (row->capture > 0)
        sqlite3_bind_int64(insert, 13, row->capture);
    sqlite3_bind_text(insert, 14, row->retrieved, -1, SQLITE_STATIC);
    char mark[FTS5_MARK_BYTES + 1];
    fts5_mark(document->language, has_mark(prepared), mark);
    sqlite3_bind_text(insert, 15, mark, -1, SQLITE_STATIC);
    int result = sqlite3_step(insert);
    enum status status =
        result == SQLITE_DONE ? STATUS_OK
        : result == SQLITE_CONSTRAINT
            ? error_set(error, STATUS_INPUT, "a second document with id \"%s\"", row->name)
            : index_error(self->index, error);
    sqlite3_reset(insert);
    *id = sqlite3_last_insert_rowid(self->index->connection);
    note_language(self, document->language);
    return status;
}

static enum status add_passage(struct document_rows *self, int64_t document, uint32_t id,
                               const struct prepared *prepared, size_t i, struct error *error) {
    const struct passage *passage = &prepared->passages.passages[i];
    const struct place *place = &prepared->passage_places[i];
    sqlite3_stmt *insert = self->statements[INSERT_PASSAGE];
    sqlite3_bind_int64(insert, 1, id);
    sqlite3_bind_int64(insert, 2, document);
    sqlite3_bind_text(insert, 3, prepared->passages.sections[passage->section].headings, -1,
                      SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, (sqlite3_int64)prepared->passage_repeats[i]);
    sqlite3_bind_int64(insert, 5, (sqlite3_int64)place->start);
    sqlite3_bind_int64(insert, 6, (sqlite3_int64)place->end);
    sqlite3_bind_int64(insert, 7, (sqlite3_int64)place->first_line);
    sqlite3_bind_int64(insert, 8, (sqlite3_int64)place->last_line);
    sqlite3_bind_text(insert, 9, prepared->document.text.data + passage->start,
                      (int)(passage->end - passage->start), SQLITE_STATIC);
    size_t lines = i > 0 ? prepared->passage_line_starts[i - 1] : 0;
    sqlite3_bind_blob(insert, 10, buffer_string(&prepared->line_starts) + lines,
                      (int)(prepared->passage_line_starts[i] - lines), SQLITE_STATIC);
    sqlite3_bind_int64(insert, 11,
                       (sqlite3_int64)document_page(&prepared->document, passage->start));
    return run(self, INSERT_PASSAGE, error);
}

static enum status add_source(struct document_rows *self, const struct citation *citation,
                              int64_t *id, struct error *error) {
    sqlite3_stmt *insert = self->statements[INSERT_SOURCE];
    const char *own_key = citation->key ? citation->key : "";
    const char *rest = strstr(citation->url, "//");
    if (rest && strcmp(rest, own_key) == 0)
        own_key = NULL;
    sqlite3_bind_text(insert, 1, citation->url, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, own_key, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, citation->no_key, -1, SQLITE_STATIC);
    enum status status = run(self, INSERT_SOURCE, error);
    *id = sqlite3_last_insert_rowid(self->index->connection);
    return status;
}

static enum status source_of(struct document_rows *self, const struct citation *citation,
                             int64_t *id, struct error *error) {
    sqlite3_stmt *select = self->statements[SELECT_SOURCE];
    sqlite3_bind_text(select, 1, citation->url, -1, SQLITE_STATIC);
    int result = sqlite3_step(select);
    *id = result == SQLITE_ROW ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_reset(select);
    if (result == SQLITE_ROW)
        return STATUS_OK;
    if (result != SQLITE_DONE)
        return index_error(self->index, error);
    return add_source(self, citation, id, error);
}

/* The part of a claim that stands in the passage, as bytes of the passage's text. */
static void claim_in_passage(const struct citation *citation, const struct passage *passage,
                             size_t *start, size_t *end) {
    *start = citation->claim_start > passage->start ? citation->claim_start : passage->start;
    *end = citation->claim_end < passage->end ? citation->claim_end : passage->end;
    if (*start > *end)
        *start = *end;
    *start -= passage->start;
    *end -= passage->start;
}

static enum status add_citation(struct document_rows *self, int64_t document,
                                uint32_t first_passage, const struct prepared *prepared, size_t i,
                                struct error *error) {
    const struct citation *citation = &prepared->citations.citations[i];
    const struct place *place = &prepared->citation_places[i];
    sqlite3_stmt *insert = self->statements[INSERT_CITATION];
    size_t claim_start = 0;
    size_t claim_end = 0;
    int64_t source;
    enum status status = source_of(self, citation, &source, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(insert, 1, document);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)i);
    sqlite3_bind_int64(insert, 3, source);
    sqlite3_bind_null(insert, 4);
    if (citation->passage != NO_PASSAGE) {
        sqlite3_bind_int64(insert, 4, (sqlite3_int64)(first_passage + citation->passage));
        claim_in_passage(citation, &prepared->passages.passages[citation->passage], &claim_start,
                         &claim_end);
    }
    sqlite3_bind_text(insert, 5, citation->label, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, (sqlite3_int64)claim_start);
    sqlite3_bind_int64(insert, 7, (sqlite3_int64)claim_end);
    sqlite3_bind_int64(insert, 8, (sqlite3_int64)place->start);
    sqlite3_bind_int64(insert, 9, (sqlite3_int64)place->first_line);
    sqlite3_bind_int64(insert, 10, (sqlite3_int64)place->column);
    return run(self, INSERT_CITATION, error);
}

enum status document_rows_add(struct document_rows *rows, const struct document_row *row,
                              const struct prepared *prepared, uint32_t first_passage,
                              int64_t *document, struct error *error) {
    enum status status = add_document(rows, row, prepared, first_passage, document, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < prepared->passages.n_passages && status == STATUS_OK; i++)
        status = add_passage(rows, *document, first_passage + (uint32_t)i, prepared, i, error);
    for (size_t i = 0; i < prepared->citations.n_citations && status == STATUS_OK; i++)
        status = add_citation(rows, *document, first_passage, prepared, i, error);
    return status == STATUS_OK ? count_definitions(rows, &prepared->definitions, 1, error) : status;
}
