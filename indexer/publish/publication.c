/* See publication.h. */
#include "indexer/publish/publication.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/publish/earlier.h"
#include "indexer/publish/text_index.h"

enum statement {
    INSERT_FILE,
    UPDATE_FILE,
    FORGET_FILE,
    DELETE_FILE,
    FIRST_PASSAGE,
    INSERT_PROBLEM,
    DELETE_PROBLEMS,
    DELETE_CAPTURES,
    SELECT_DOCUMENTS,
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
    [SELECT_DOCUMENTS] = "SELECT id FROM documents WHERE file = ?1",
};

struct publication {
    struct index *index;
    struct document_rows *rows;
    struct text_index text_index;
    struct earlier_reader earlier;
    struct tokenizer *tokenizer; /* for what is removed */
    sqlite3_stmt *statements[N_STATEMENTS];
    bool captures_removed;
    bool in_transaction;
};

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
        status = document_rows_open(&self->rows, index, error);
    if (status == STATUS_OK)
        status = text_index_open(&self->text_index, index, error);
    if (status == STATUS_OK)
        status = earlier_reader_open(&self->earlier, index, error);
    if (status == STATUS_OK)
        status = tokenizer_open(index->connection, &self->tokenizer, error);
    if (status == STATUS_OK)
        status = index_prepare_all(index, sql_of, N_STATEMENTS, self->statements, error);
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
    tokenizer_close(publication->tokenizer);
    earlier_reader_close(&publication->earlier);
    text_index_close(&publication->text_index);
    document_rows_close(publication->rows);
    if (publication->in_transaction)
        index_execute(publication->index, "ROLLBACK", NULL);
    free(publication);
}

static enum status run(struct publication *self, enum statement statement, struct error *error) {
    return index_run(self->index, self->statements[statement], error);
}

enum status publication_forget_sources(struct publication *publication, struct error *error) {
    return document_rows_forget_sources(publication->rows, error);
}

enum status publication_commit(struct publication *publication, struct error *error) {
    enum status status = text_index_write(&publication->text_index, error);
    if (status == STATUS_OK)
        status = document_rows_finish(publication->rows, error);
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
    self->text_index.collection.n_documents--;
    return document_rows_remove(self->rows, earlier, error);
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
    sqlite3_bind_int64(documents, 1, file);
    while (index_next(publication->index, documents, &status, error))
        status =
            publication_remove_document(publication, sqlite3_column_int64(documents, 0), error);
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

/* Adds all but what is in the text index. */
static enum status add_rows(struct publication *self, const struct document_row *row,
                            const struct prepared *prepared, uint32_t first_passage,
                            int64_t *document, struct error *error) {
    const struct document *read = &prepared->document;
    enum status status =
        document_rows_add(self->rows, row, prepared, first_passage, document, error);
    self->text_index.collection.n_documents += status == STATUS_OK;
    bool has_problems = row->kind == DOCUMENT_ARTICLE; /* those of a source are its page's */
    for (size_t i = 0; i < read->n_problems && has_problems && status == STATUS_OK; i++)
        status = publication_add_problem(self, row->file, read->problems[i].line,
                                         read->problems[i].text, error);
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
