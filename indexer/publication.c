/* See publication.h. */
#include "indexer/publication.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/earlier.h"
#include "indexer/text_index.h"
#include "store/array.h"

enum statement {
    INSERT_FILE,
    UPDATE_FILE,
    FORGET_FILE,
    DELETE_FILE,
    FIRST_PASSAGE,
    INSERT_PROBLEM,
    DELETE_PROBLEMS,
    DELETE_CAPTURES,
    INSERT_DOCUMENT,
    SELECT_DOCUMENTS,
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
    FORGET_LANGUAGES,
    INSERT_LANGUAGES,
    N_STATEMENTS,
};

static const char *const sql_of[N_STATEMENTS] = {
    [INSERT_FILE] = "INSERT INTO files(path, size, modified_ns, changed_ns, inode, sha256)"
                    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [UPDATE_FILE] = "UPDATE files SET size = ?2, modified_ns = ?3, changed_ns = ?4, inode = ?5,"
                    " sha256 = ?6 WHERE path = ?1",
    [FORGET_FILE] = "UPDATE files SET size = -1, sha256 = zeroblob(32) WHERE id = ?1",
    [FIRST_PASSAGE] = "SELECT coalesce(min(first_passage), 0) FROM documents WHERE file = ?1",
    [DELETE_FILE] = "DELETE FROM files WHERE id = ?1",
    [INSERT_PROBLEM] = "INSERT INTO problems VALUES(?1, ?2, ?3)",
    [DELETE_PROBLEMS] = "DELETE FROM problems WHERE file = ?1",
    [DELETE_CAPTURES] = "DELETE FROM captures WHERE file = ?1",
    [INSERT_DOCUMENT] = "INSERT INTO documents(file, name, kind, title, url, site, author,"
                        " published, language, sha256, first_passage, n_passages, capture,"
                        " retrieved)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    [SELECT_DOCUMENTS] = "SELECT id FROM documents WHERE file = ?1",
    [DELETE_DOCUMENT] = "DELETE FROM documents WHERE id = ?1",
    [INSERT_PASSAGE] = "INSERT INTO passages(id, document, headings, repeat, start, end,"
                       " first_line, last_line, text, line_starts, page)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [DELETE_PASSAGES] = "DELETE FROM passages WHERE id >= ?1 AND id < ?1 + ?2",
    [INSERT_CITATION] = "INSERT INTO citations VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [DELETE_CITATIONS] = "DELETE FROM citations WHERE document = ?1 RETURNING source",
    [SELECT_SOURCE] = "SELECT id FROM sources WHERE url = ?1",
    [INSERT_SOURCE] = "INSERT INTO sources(url, own_key, reason) VALUES(?1, ?2, ?3)",
    [COUNT_DEFINITION] = "INSERT INTO abbreviations VALUES(?1, ?2, ?3)"
                         " ON CONFLICT DO UPDATE SET n = n + ?3",
    [FORGET_DEFINITIONS] = "DELETE FROM abbreviations WHERE n = 0",
    [FORGET_LANGUAGES] = "DELETE FROM languages",
    [INSERT_LANGUAGES] = "INSERT INTO languages SELECT DISTINCT lower(substr(language, 1, 2))"
                         " FROM documents WHERE language NOT LIKE 'en%' AND length(language) >= 2",
    [FORGET_SOURCE] = "DELETE FROM sources WHERE id = ?1"
                      " AND NOT EXISTS (SELECT 1 FROM citations WHERE source = ?1)",
};

struct publication {
    struct index *index;
    struct text_index text_index;
    struct earlier_reader earlier;
    struct tokenizer *tokenizer; /* for what is removed */
    sqlite3_stmt *statements[N_STATEMENTS];
    int64_t *uncited; /* sources that have lost a citation */
    size_t n_uncited, uncited_capacity;
    bool captures_removed, definitions_removed, languages_changed;
    bool in_transaction;
};

static enum status prepare_statements(struct publication *self, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < N_STATEMENTS && status == STATUS_OK; i++)
        status = index_prepare(self->index, sql_of[i], &self->statements[i], error);
    return status;
}

enum status publication_open(struct publication **publication, struct index *index,
                             struct error *error) {
    struct publication *self = calloc(1, sizeof *self);
    *publication = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    enum status status = index_execute(index, "BEGIN IMMEDIATE", error);
    self->in_transaction = status == STATUS_OK;
    if (status == STATUS_OK)
        status = text_index_open(&self->text_index, index, error);
    if (status == STATUS_OK)
        status = earlier_reader_open(&self->earlier, index, error);
    if (status == STATUS_OK)
        status = tokenizer_open(index->connection, &self->tokenizer, error);
    if (status == STATUS_OK)
        status = prepare_statements(self, error);
    if (status != STATUS_OK) {
        publication_close(self);
        *publication = NULL;
    }
    return status;
}

void publication_close(struct publication *publication) {
    if (!publication)
        return;
    for (size_t i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(publication->statements[i]);
    free(publication->uncited);
    tokenizer_close(publication->tokenizer);
    earlier_reader_close(&publication->earlier);
    text_index_close(&publication->text_index);
    if (publication->in_transaction)
        index_execute(publication->index, "ROLLBACK", NULL);
    free(publication);
}

static enum status run(struct publication *self, enum statement statement, struct error *error) {
    return index_run(self->index, self->statements[statement], error);
}

enum status publication_forget_sources(struct publication *publication, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < publication->n_uncited && status == STATUS_OK; i++) {
        sqlite3_bind_int64(publication->statements[FORGET_SOURCE], 1, publication->uncited[i]);
        status = run(publication, FORGET_SOURCE, error);
    }
    publication->n_uncited = 0;
    return status;
}

static enum status write_languages(struct publication *self, struct error *error) {
    enum status status = run(self, FORGET_LANGUAGES, error);
    return status == STATUS_OK ? run(self, INSERT_LANGUAGES, error) : status;
}

enum status publication_commit(struct publication *publication, struct error *error) {
    enum status status = text_index_write(&publication->text_index, error);
    if (status == STATUS_OK)
        status = publication_forget_sources(publication, error);
    if (status == STATUS_OK && publication->definitions_removed)
        status = run(publication, FORGET_DEFINITIONS, error);
    if (status == STATUS_OK && publication->languages_changed)
        status = write_languages(publication, error);
    if (status == STATUS_OK)
        status = index_execute(publication->index, "COMMIT", error);
    if (status == STATUS_OK)
        publication->in_transaction = false;
    return status;
}

enum status publication_set_file(struct publication *publication, const struct file_state *state,
                                 int64_t *file, struct error *error) {
    enum statement which = *file == 0 ? INSERT_FILE : UPDATE_FILE;
    sqlite3_stmt *statement = publication->statements[which];
    sqlite3_bind_text(statement, 1, state->path, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, state->size);
    sqlite3_bind_int64(statement, 3, state->modified_ns);
    sqlite3_bind_int64(statement, 4, state->changed_ns);
    sqlite3_bind_int64(statement, 5, state->inode);
    sqlite3_bind_blob(statement, 6, state->sha256, SHA256_BYTES, SQLITE_STATIC);
    enum status status = run(publication, which, error);
    if (status == STATUS_OK && which == INSERT_FILE)
        *file = sqlite3_last_insert_rowid(publication->index->connection);
    return status;
}

/* Counts each definition of `list` as `n` more. */
static enum status count_definitions(struct publication *self, const struct definition_list *list,
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

enum status publication_first_passage(struct publication *publication, int64_t file,
                                      int64_t *first_passage, struct error *error) {
    sqlite3_stmt *select = publication->statements[FIRST_PASSAGE];
    sqlite3_bind_int64(select, 1, file);
    enum status status =
        sqlite3_step(select) == SQLITE_ROW ? STATUS_OK : index_error(publication->index, error);
    *first_passage = status == STATUS_OK ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_reset(select);
    return status;
}

/* Removes the citations of a document, and notes their sources. */
static enum status remove_citations(struct publication *self, int64_t document,
                                    struct error *error) {
    sqlite3_stmt *remove = self->statements[DELETE_CITATIONS];
    enum status status = STATUS_OK;
    int result = SQLITE_DONE;
    sqlite3_bind_int64(remove, 1, document);
    while (status == STATUS_OK && (result = sqlite3_step(remove)) == SQLITE_ROW) {
        int64_t *uncited =
            array_grow(self->uncited, self->n_uncited, &self->uncited_capacity, sizeof *uncited);
        if (uncited) {
            self->uncited = uncited;
            self->uncited[self->n_uncited++] = sqlite3_column_int64(remove, 0);
        } else {
            status = error_no_memory(error);
        }
    }
    if (status == STATUS_OK && result != SQLITE_DONE)
        status = index_error(self->index, error);
    sqlite3_reset(remove);
    return status;
}

/* Table `languages` is made of all documents that are not English. */
static void note_language(struct publication *self, const char *language) {
    self->languages_changed =
        self->languages_changed || (language && strncasecmp(language, "en", 2) != 0);
}

/* Takes one passage that leaves out of the text index; `number` is that of the inversion. */
static enum status remove_passage(struct publication *self, const struct earlier *earlier, size_t i,
                                  const struct inversion *leaving, size_t number,
                                  struct error *error) {
    const struct earlier_passage *passage = &earlier->passages[i];
    const struct column_text columns[N_COLUMNS] = {
        [COLUMN_BODY] = {passage->text, passage->text_bytes},
        [COLUMN_HEADINGS] = {passage->headings, strlen(passage->headings)},
        [COLUMN_TITLE] = {earlier->title, strlen(earlier->title)},
    };
    return text_index_remove(&self->text_index, earlier->first_passage + (uint32_t)i, leaving,
                             number, columns, error);
}

/* Removes all but what is in the text index. */
static enum status remove_rows(struct publication *self, const struct earlier *earlier,
                               struct error *error) {
    sqlite3_stmt *passages = self->statements[DELETE_PASSAGES];
    sqlite3_bind_int64(passages, 1, earlier->first_passage);
    sqlite3_bind_int64(passages, 2, (sqlite3_int64)earlier->n_passages);
    enum status status = run(self, DELETE_PASSAGES, error);
    note_language(self, earlier->language);
    self->definitions_removed = self->definitions_removed || earlier->definitions.n_definitions > 0;
    if (status == STATUS_OK)
        status = count_definitions(self, &earlier->definitions, -1, error);
    if (status == STATUS_OK)
        status = remove_citations(self, earlier->document, error);
    sqlite3_bind_int64(self->statements[DELETE_DOCUMENT], 1, earlier->document);
    self->text_index.collection.n_documents--;
    return status == STATUS_OK ? run(self, DELETE_DOCUMENT, error) : status;
}

enum status publication_remove(struct publication *publication, const struct earlier *earlier,
                               const struct inversion *leaving, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < earlier->n_passages && status == STATUS_OK; i++)
        status =
            remove_passage(publication, earlier, i, leaving, earlier->first_inverted + i, error);
    return status == STATUS_OK ? remove_rows(publication, earlier, error) : status;
}

enum status publication_find_earlier(struct publication *publication, int64_t file,
                                     struct earlier *earlier, struct error *error) {
    return earlier_read_file(&publication->earlier, file, earlier, error);
}

enum status publication_remove_document(struct publication *publication, int64_t document,
                                        struct error *error) {
    struct earlier earlier = {0};
    struct inversion leaving = {0};
    enum status status = earlier_read(&publication->earlier, document, &earlier, error);
    if (status == STATUS_OK)
        status = earlier_invert(&earlier, publication->tokenizer, &leaving, error);
    if (status == STATUS_OK)
        status = inversion_close(&leaving, error);
    if (status == STATUS_OK)
        status = publication_remove(publication, &earlier, &leaving, error);
    if (status == STATUS_OK)
        status = text_index_remove_postings(&publication->text_index, &leaving, error);
    inversion_free(&leaving);
    earlier_free(&earlier);
    return status;
}

enum status publication_clear_file(struct publication *publication, int64_t file,
                                   struct error *error) {
    static const enum statement clearing[] = {DELETE_PROBLEMS, DELETE_CAPTURES, FORGET_FILE};
    sqlite3_stmt *documents = publication->statements[SELECT_DOCUMENTS];
    enum status status = STATUS_OK;
    int result = SQLITE_DONE;
    sqlite3_bind_int64(documents, 1, file);
    while (status == STATUS_OK && (result = sqlite3_step(documents)) == SQLITE_ROW)
        status =
            publication_remove_document(publication, sqlite3_column_int64(documents, 0), error);
    if (status == STATUS_OK && result != SQLITE_DONE)
        status = index_error(publication->index, error);
    sqlite3_reset(documents);
    for (size_t i = 0; i < sizeof clearing / sizeof *clearing && status == STATUS_OK; i++) {
        sqlite3_bind_int64(publication->statements[clearing[i]], 1, file);
        status = run(publication, clearing[i], error);
        if (clearing[i] == DELETE_CAPTURES && sqlite3_changes(publication->index->connection) > 0)
            publication->captures_removed = true;
    }
    return status;
}

bool publication_removed_captures(struct publication *publication) {
    bool removed = publication->captures_removed;
    publication->captures_removed = false;
    return removed;
}

enum status publication_remove_file(struct publication *publication, int64_t file,
                                    struct error *error) {
    enum status status = publication_clear_file(publication, file, error);
    sqlite3_bind_int64(publication->statements[DELETE_FILE], 1, file);
    return status == STATUS_OK ? run(publication, DELETE_FILE, error) : status;
}

/* ---- adding ---- */

static enum status add_document(struct publication *self, const struct document_row *row,
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

/* Takes passage `i` into the text index; `number` is that of the inversion. */
static enum status add_words(struct publication *self, uint32_t id, const struct prepared *prepared,
                             size_t i, size_t number, struct error *error) {
    const struct passage *passage = &prepared->passages.passages[i];
    const char *headings = prepared->passages.sections[passage->section].headings;
    const struct document *document = &prepared->document;
    const struct column_text columns[N_COLUMNS] = {
        [COLUMN_BODY] = {document->text.data + passage->start, passage->end - passage->start},
        [COLUMN_HEADINGS] = {headings, strlen(headings)},
        [COLUMN_TITLE] = {document->title, strlen(document->title)},
    };
    return text_index_add(&self->text_index, id, prepared->inversion, number, columns, error);
}

static enum status add_passage(struct publication *self, int64_t document, uint32_t id,
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

static enum status add_source(struct publication *self, const struct citation *citation,
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

static enum status source_of(struct publication *self, const struct citation *citation, int64_t *id,
                             struct error *error) {
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

static enum status add_citation(struct publication *self, int64_t document, uint32_t first_passage,
                                const struct prepared *prepared, size_t i, struct error *error) {
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

/* Adds all but what is in the text index. */
static enum status add_rows(struct publication *self, const struct document_row *row,
                            const struct prepared *prepared, uint32_t first_passage,
                            int64_t *document, struct error *error) {
    enum status status = add_document(self, row, prepared, first_passage, document, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < prepared->passages.n_passages && status == STATUS_OK; i++)
        status = add_passage(self, *document, first_passage + (uint32_t)i, prepared, i, error);
    for (size_t i = 0; i < prepared->citations.n_citations && status == STATUS_OK; i++)
        status = add_citation(self, *document, first_passage, prepared, i, error);
    self->text_index.collection.n_documents++;
    if (status == STATUS_OK)
        status = count_definitions(self, &prepared->definitions, 1, error);
    for (size_t i = 0; i < prepared->document.n_problems && status == STATUS_OK; i++)
        if (row->kind == DOCUMENT_ARTICLE)
            status = publication_add_problem(self, row->file, prepared->document.problems[i].line,
                                             prepared->document.problems[i].text, error);
    return status;
}

enum status publication_add(struct publication *publication, const struct document_row *row,
                            const struct prepared *prepared, int64_t *document,
                            struct error *error) {
    uint32_t first_passage = publication->text_index.collection.next_passage;
    size_t n_passages = prepared->passages.n_passages;
    if (n_passages > UINT32_MAX - first_passage)
        return error_set(error, STATUS_INDEX,
                         "%s: no passage ids are left; remake the index with osler-index --rebuild",
                         publication->index->path);
    enum status status = add_rows(publication, row, prepared, first_passage, document, error);
    for (size_t i = 0; i < n_passages && status == STATUS_OK; i++)
        status = add_words(publication, first_passage + (uint32_t)i, prepared, i,
                           prepared->first_inverted + i, error);
    if (status == STATUS_OK)
        publication->text_index.collection.next_passage += (uint32_t)n_passages;
    return status;
}

enum status publication_replace(struct publication *publication, const struct document_row *row,
                                const struct prepared *prepared, const struct earlier *earlier,
                                const struct inversion *leaving, struct error *error) {
    size_t n_left = earlier->first_inverted;
    size_t n_added = prepared->first_inverted;
    int64_t document;
    enum status status = remove_rows(publication, earlier, error);
    for (size_t i = 0; i < earlier->n_passages && status == STATUS_OK; i++) {
        if (earlier_keeps(earlier, i))
            continue;
        status = remove_passage(publication, earlier, i, leaving, n_left++, error);
        if (status == STATUS_OK && i < prepared->passages.n_passages)
            status = add_words(publication, earlier->first_passage + (uint32_t)i, prepared, i,
                               n_added++, error);
    }
    return status == STATUS_OK
               ? add_rows(publication, row, prepared, earlier->first_passage, &document, error)
               : status;
}

enum status publication_add_postings(struct publication *publication,
                                     const struct inversion *inversion, struct error *error) {
    return text_index_add_postings(&publication->text_index, inversion, error);
}

enum status publication_remove_postings(struct publication *publication,
                                        const struct inversion *inversion, struct error *error) {
    return text_index_remove_postings(&publication->text_index, inversion, error);
}

enum status publication_clear_problems(struct publication *publication, int64_t file,
                                       struct error *error) {
    sqlite3_bind_int64(publication->statements[DELETE_PROBLEMS], 1, file);
    return run(publication, DELETE_PROBLEMS, error);
}

enum status publication_add_problem(struct publication *publication, int64_t file, size_t line,
                                    const char *text, struct error *error) {
    sqlite3_stmt *insert = publication->statements[INSERT_PROBLEM];
    sqlite3_bind_int64(insert, 1, file);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)line);
    sqlite3_bind_text(insert, 3, text, -1, SQLITE_STATIC);
    return run(publication, INSERT_PROBLEM, error);
}
