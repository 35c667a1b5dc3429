/* See publication.h. */
#include "indexer/publication.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/postings_writer.h"
#include "store/array.h"
#include "store/collection.h"

/* Memory for FTS5's pending terms: the more, the fewer segments it has to merge. */
#define FTS5_PENDING_BYTES "50331648"

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
    SELECT_DOCUMENT,
    DELETE_DOCUMENT,
    INSERT_PASSAGE,
    SELECT_PASSAGES,
    DELETE_PASSAGES,
    INSERT_TEXT,
    DELETE_TEXT,
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
    [SELECT_DOCUMENT] = "SELECT title, language, first_passage, n_passages FROM documents"
                        " WHERE id = ?1",
    [DELETE_DOCUMENT] = "DELETE FROM documents WHERE id = ?1",
    [INSERT_PASSAGE] = "INSERT INTO passages(id, document, headings, repeat, start, end,"
                       " first_line, last_line, text, line_starts, page)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [SELECT_PASSAGES] = "SELECT id, text, headings FROM passages WHERE id >= ?1 AND id < ?1 + ?2",
    [DELETE_PASSAGES] = "DELETE FROM passages WHERE id >= ?1 AND id < ?1 + ?2",
    [INSERT_TEXT] = "INSERT INTO passages_fts(rowid, body, headings, title)"
                    " VALUES(?1, ?2, ?3, ?4)",
    [DELETE_TEXT] = "INSERT INTO passages_fts(passages_fts, rowid, body, headings, title)"
                    " VALUES('delete', ?1, ?2, ?3, ?4)",
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
    struct collection collection;
    struct lengths lengths;
    struct postings_writer *postings;
    struct tokenizer *tokenizer;      /* for what is removed */
    struct token_list removed_tokens; /* for the moment */
    struct inversion removed;         /* passages of one document */
    struct definition_list removed_definitions;
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
    /* The setting is kept in the file: outside the transaction it would be a write of its own. */
    enum status status = index_execute(index, "BEGIN IMMEDIATE", error);
    self->in_transaction = status == STATUS_OK;
    if (status == STATUS_OK)
        status = index_execute(index,
                               "INSERT INTO passages_fts(passages_fts, rank)"
                               " VALUES('hashsize', " FTS5_PENDING_BYTES ")",
                               error);
    if (status == STATUS_OK)
        status = collection_read(index, &self->collection, error);
    if (status == STATUS_OK)
        status = lengths_open(&self->lengths, index, error);
    if (status == STATUS_OK)
        status =
            postings_writer_open(&self->postings, index, &self->collection, &self->lengths, error);
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
    token_list_free(&publication->removed_tokens);
    inversion_free(&publication->removed);
    definition_list_free(&publication->removed_definitions);
    free(publication->uncited);
    tokenizer_close(publication->tokenizer);
    postings_writer_close(publication->postings);
    lengths_close(&publication->lengths);
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
    enum status status = postings_writer_flush(publication->postings, error);
    if (status == STATUS_OK)
        status = lengths_write(&publication->lengths, error);
    if (status == STATUS_OK)
        status = collection_write(publication->index, &publication->collection, error);
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

/* Forgets the definitions in a text whose tokens are self->removed_tokens. */
static enum status remove_definitions(struct publication *self, const char *text,
                                      struct error *error) {
    struct definition_list *list = &self->removed_definitions;
    list->n_definitions = 0;
    buffer_clear(&list->strings);
    enum status status = definitions_of(text, strlen(text), &self->removed_tokens, list, error);
    self->definitions_removed = self->definitions_removed || list->n_definitions > 0;
    return status == STATUS_OK ? count_definitions(self, list, -1, error) : status;
}

/* Tokenizes the columns of a passage that is removed. */
static enum status invert_removed(struct publication *self, const char *const texts[N_COLUMNS],
                                  const char *language, struct error *error) {
    struct inverted_text inverted[N_COLUMNS];
    const struct inverted_text *columns[N_COLUMNS];
    enum status status = STATUS_OK;
    for (size_t column = N_COLUMNS; column-- > 0 && status == STATUS_OK;) { /* the body last */
        columns[column] = &inverted[column];
        status = tokenizer_run(self->tokenizer, texts[column], strlen(texts[column]), language,
                               TOKENS_OF_TEXT, &self->removed_tokens, error);
        if (status == STATUS_OK)
            status =
                inversion_add_text(&self->removed, &self->removed_tokens, &inverted[column], error);
        if (status == STATUS_OK)
            self->collection.tokens[column] -= inverted[column].n_positions;
    }
    if (status == STATUS_OK)
        status = inversion_add_passage(&self->removed, columns, error);
    return status == STATUS_OK ? remove_definitions(self, texts[COLUMN_BODY], error) : status;
}

/* Takes one passage out of FTS5 and lengths, and takes it in for the postings. */
static enum status remove_passage(struct publication *self, const char *title, const char *language,
                                  struct error *error) {
    sqlite3_stmt *passage = self->statements[SELECT_PASSAGES];
    sqlite3_stmt *delete_text = self->statements[DELETE_TEXT];
    uint32_t id = (uint32_t)sqlite3_column_int64(passage, 0);
    const char *texts[N_COLUMNS] = {
        [COLUMN_BODY] = (const char *)sqlite3_column_text(passage, 1),
        [COLUMN_HEADINGS] = (const char *)sqlite3_column_text(passage, 2),
        [COLUMN_TITLE] = title,
    };
    struct fts5_words words[N_COLUMNS];
    static const uint16_t none[N_COLUMNS];
    for (int column = 0; column < N_COLUMNS; column++) {
        if (!texts[column])
            return error_no_memory(error);
        sqlite3_bind_text(delete_text, column + 2, texts[column], -1, SQLITE_STATIC);
    }
    enum status status = invert_removed(self, texts, language, error);
    if (status != STATUS_OK)
        return status;
    size_t number = self->removed.n_passages - 1;
    self->removed.passages[number].id = id;
    inversion_fts5_words(&self->removed, number, words);
    fts5_replay(self->index->fts5, words);
    sqlite3_bind_int64(delete_text, 1, id);
    status = run(self, DELETE_TEXT, error);
    if (status == STATUS_OK)
        status = lengths_set(&self->lengths, id, none, error);
    self->collection.n_passages--;
    return status;
}

static enum status remove_passages(struct publication *self, int64_t first, int64_t n_passages,
                                   const char *title, const char *language, struct error *error) {
    sqlite3_stmt *select = self->statements[SELECT_PASSAGES];
    enum status status = STATUS_OK;
    int result = SQLITE_DONE;
    sqlite3_bind_int64(select, 1, first);
    sqlite3_bind_int64(select, 2, n_passages);
    inversion_clear(&self->removed);
    while (status == STATUS_OK && (result = sqlite3_step(select)) == SQLITE_ROW)
        status = remove_passage(self, title, language, error);
    if (status == STATUS_OK && result != SQLITE_DONE)
        status = index_error(self->index, error);
    sqlite3_reset(select);
    if (status == STATUS_OK)
        status = inversion_close(&self->removed, error);
    if (status == STATUS_OK)
        status = postings_writer_remove(self->postings, &self->removed, error);
    if (status == STATUS_OK) {
        sqlite3_bind_int64(self->statements[DELETE_PASSAGES], 1, first);
        sqlite3_bind_int64(self->statements[DELETE_PASSAGES], 2, n_passages);
        status = run(self, DELETE_PASSAGES, error);
    }
    return status;
}

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

enum status publication_remove_document(struct publication *publication, int64_t document,
                                        struct error *error) {
    sqlite3_stmt *row = publication->statements[SELECT_DOCUMENT];
    sqlite3_bind_int64(row, 1, document);
    enum status status =
        sqlite3_step(row) == SQLITE_ROW ? STATUS_OK : index_error(publication->index, error);
    if (status == STATUS_OK)
        status =
            remove_passages(publication, sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3),
                            (const char *)sqlite3_column_text(row, 0),
                            (const char *)sqlite3_column_text(row, 1), error);
    if (status == STATUS_OK)
        note_language(publication, (const char *)sqlite3_column_text(row, 1));
    sqlite3_reset(row);
    if (status == STATUS_OK)
        status = remove_citations(publication, document, error);
    sqlite3_bind_int64(publication->statements[DELETE_DOCUMENT], 1, document);
    if (status == STATUS_OK)
        status = run(publication, DELETE_DOCUMENT, error);
    publication->collection.n_documents--;
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
                                const struct prepared *prepared, int64_t *id, struct error *error) {
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
    sqlite3_bind_int64(insert, 11, self->collection.next_passage);
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

/* Adds passage `i` to FTS5 and lengths under `id`. */
static enum status add_tokens(struct publication *self, uint32_t id,
                              const struct prepared *prepared, size_t i, struct error *error) {
    const struct passage *passage = &prepared->passages.passages[i];
    const struct section *section = &prepared->passages.sections[passage->section];
    const struct document *document = &prepared->document;
    size_t number = prepared->first_inverted + i;
    struct inverted_passage *inverted = &prepared->inversion->passages[number];
    struct fts5_words words[N_COLUMNS];
    sqlite3_stmt *insert = self->statements[INSERT_TEXT];
    sqlite3_bind_int64(insert, 1, id);
    sqlite3_bind_text(insert, 2, document->text.data + passage->start,
                      (int)(passage->end - passage->start), SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, section->headings, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, document->title, -1, SQLITE_STATIC);
    inversion_fts5_words(prepared->inversion, number, words);
    fts5_replay(self->index->fts5, words);
    enum status status = run(self, INSERT_TEXT, error);
    uint16_t tokens[N_COLUMNS];
    inverted_passage_lengths(inverted, tokens);
    for (size_t column = 0; column < N_COLUMNS; column++)
        self->collection.tokens[column] += inverted->columns[column].n_positions;
    if (status == STATUS_OK)
        status = lengths_set(&self->lengths, id, tokens, error);
    inverted->id = id;
    self->collection.n_passages++;
    return status;
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

enum status publication_add(struct publication *publication, const struct document_row *row,
                            const struct prepared *prepared, int64_t *document,
                            struct error *error) {
    uint32_t first_passage = publication->collection.next_passage;
    size_t n_passages = prepared->passages.n_passages;
    if (n_passages > UINT32_MAX - first_passage)
        return error_set(error, STATUS_INDEX,
                         "%s: no passage ids are left; remake the index with osler-index --rebuild",
                         publication->index->path);
    enum status status = add_document(publication, row, prepared, document, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < n_passages && status == STATUS_OK; i++) {
        uint32_t id = publication->collection.next_passage++;
        status = add_passage(publication, *document, id, prepared, i, error);
        if (status == STATUS_OK)
            status = add_tokens(publication, id, prepared, i, error);
    }
    for (size_t i = 0; i < prepared->citations.n_citations && status == STATUS_OK; i++)
        status = add_citation(publication, *document, first_passage, prepared, i, error);
    publication->collection.n_documents++;
    if (status == STATUS_OK)
        status = count_definitions(publication, &prepared->definitions, 1, error);
    for (size_t i = 0; i < prepared->document.n_problems && status == STATUS_OK; i++)
        if (row->kind == DOCUMENT_ARTICLE)
            status =
                publication_add_problem(publication, row->file, prepared->document.problems[i].line,
                                        prepared->document.problems[i].text, error);
    return status;
}

enum status publication_add_postings(struct publication *publication,
                                     const struct inversion *inversion, struct error *error) {
    return postings_writer_add(publication->postings, inversion, error);
}

enum status publication_add_problem(struct publication *publication, int64_t file, size_t line,
                                    const char *text, struct error *error) {
    sqlite3_stmt *insert = publication->statements[INSERT_PROBLEM];
    sqlite3_bind_int64(insert, 1, file);
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)line);
    sqlite3_bind_text(insert, 3, text, -1, SQLITE_STATIC);
    return run(publication, INSERT_PROBLEM, error);
}
