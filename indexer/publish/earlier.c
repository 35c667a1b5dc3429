/* See earlier.h. */
#include "indexer/publish/earlier.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/postings/passage_inverter.h"
#include "store/array.h"

#define DOCUMENT_COLUMNS "SELECT id, title, language, first_passage, n_passages FROM documents"

enum status earlier_reader_open(struct earlier_reader *reader, struct index *index,
                                struct error *error) {
    *reader = (struct earlier_reader){.index = index};
    enum status status =
        index_prepare(index, DOCUMENT_COLUMNS " WHERE id = ?1", &reader->document, error);
    if (status == STATUS_OK)
        status = index_prepare(index, DOCUMENT_COLUMNS " WHERE file = ?1 LIMIT 1",
                               &reader->document_of_file, error);
    if (status == STATUS_OK)
        status = index_prepare(index,
                               "SELECT text, headings FROM passages"
                               " WHERE id >= ?1 AND id < ?1 + ?2 ORDER BY id",
                               &reader->passages, error);
    return status;
}

void earlier_reader_close(struct earlier_reader *reader) {
    sqlite3_finalize(reader->document);
    sqlite3_finalize(reader->document_of_file);
    sqlite3_finalize(reader->passages);
    *reader = (struct earlier_reader){0};
}

void earlier_free(struct earlier *earlier) {
    arena_free(&earlier->arena);
    free(earlier->passages);
    definition_list_free(&earlier->definitions);
    *earlier = (struct earlier){0};
}

/* ---- reading ---- */

static enum status add_passage(struct earlier *self, sqlite3_stmt *row, struct error *error) {
    struct earlier_passage *passages =
        array_grow(self->passages, self->n_passages, &self->capacity, sizeof *passages);
    if (!passages)
        return error_no_memory(error);
    self->passages = passages;
    struct earlier_passage *passage = &passages[self->n_passages++];
    const char *text = (const char *)sqlite3_column_text(row, 0);
    *passage = (struct earlier_passage){.text_bytes = (size_t)sqlite3_column_bytes(row, 0)};
    passage->text = text ? arena_copy(&self->arena, text, passage->text_bytes) : NULL;
    passage->headings = arena_string(&self->arena, (const char *)sqlite3_column_text(row, 1));
    return passage->text && passage->headings ? STATUS_OK : error_no_memory(error);
}

static enum status read_passages(struct earlier_reader *reader, struct earlier *earlier,
                                 int64_t n_passages, struct error *error) {
    enum status status = STATUS_OK;
    sqlite3_bind_int64(reader->passages, 1, earlier->first_passage);
    sqlite3_bind_int64(reader->passages, 2, n_passages);
    while (index_next(reader->index, reader->passages, &status, error))
        status = add_passage(earlier, reader->passages, error);
    sqlite3_reset(reader->passages);
    return status;
}

/* Reads the document that `row`, bound, selects. */
static enum status read_document(struct earlier_reader *reader, sqlite3_stmt *row,
                                 struct earlier *earlier, struct error *error) {
    int result = sqlite3_step(row);
    int64_t n_passages = 0;
    enum status status = STATUS_OK;
    if (result == SQLITE_ROW) {
        const char *language = (const char *)sqlite3_column_text(row, 2);
        earlier->document = sqlite3_column_int64(row, 0);
        earlier->title = arena_string(&earlier->arena, (const char *)sqlite3_column_text(row, 1));
        earlier->language = arena_string(&earlier->arena, language);
        earlier->first_passage = (uint32_t)sqlite3_column_int64(row, 3);
        n_passages = sqlite3_column_int64(row, 4);
        if (!earlier->title || (language && !earlier->language))
            status = error_no_memory(error);
    } else if (result != SQLITE_DONE) {
        status = index_error(reader->index, error);
    }
    sqlite3_reset(row);
    return status == STATUS_OK && n_passages > 0 ? read_passages(reader, earlier, n_passages, error)
                                                 : status;
}

enum status earlier_read(struct earlier_reader *reader, int64_t document, struct earlier *earlier,
                         struct error *error) {
    sqlite3_bind_int64(reader->document, 1, document);
    return read_document(reader, reader->document, earlier, error);
}

enum status earlier_read_file(struct earlier_reader *reader, int64_t file, struct earlier *earlier,
                              struct error *error) {
    sqlite3_bind_int64(reader->document_of_file, 1, file);
    return read_document(reader, reader->document_of_file, earlier, error);
}

/* ---- comparing ---- */

static bool are_equal(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void earlier_compare(struct earlier *earlier, const struct document *document,
                     const struct passage_list *passages) {
    earlier->in_place = earlier->document > 0 && passages->n_passages <= earlier->n_passages &&
                        are_equal(earlier->title, document->title) &&
                        are_equal(earlier->language, document->language);
    for (size_t i = 0; i < passages->n_passages && earlier->in_place; i++) {
        const struct passage *passage = &passages->passages[i];
        struct earlier_passage *before = &earlier->passages[i];
        before->stays =
            before->text_bytes == passage->end - passage->start &&
            memcmp(before->text, document->text.data + passage->start, before->text_bytes) == 0 &&
            strcmp(before->headings, passages->sections[passage->section].headings) == 0;
    }
}

bool earlier_keeps(const struct earlier *earlier, size_t i) {
    return earlier->in_place && earlier->passages[i].stays;
}

enum status earlier_invert(struct earlier *earlier, struct tokenizer *tokenizer,
                           struct inversion *inversion, struct error *error) {
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = inversion,
                                        .definitions = &earlier->definitions,
                                        .title = earlier->title,
                                        .language = earlier->language};
    enum status status = STATUS_OK;
    earlier->first_inverted = inversion->n_passages;
    for (size_t i = 0; i < earlier->n_passages && status == STATUS_OK; i++) {
        const struct earlier_passage *passage = &earlier->passages[i];
        if (!earlier_keeps(earlier, i))
            status = passage_inverter_add(&inverter, passage->text, passage->text_bytes,
                                          passage->headings, error);
    }
    passage_inverter_free(&inverter);
    return status;
}
