/* See postings_writer.h. */
#include "indexer/postings/postings_writer.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/postings/posting_changes.h"
#include "indexer/postings/segment_writer.h"

struct postings_writer {
    struct index *index;
    struct collection *collection;
    struct lengths *lengths;
    struct postings_reader reader;
    bool has_terms; /* the index has some: in none a new one need not be looked for */
    sqlite3_stmt *insert_term, *update_term, *delete_term;
    struct segment_writer segments;
    struct posting_changes changes;
    struct posting_list removed, added; /* for the moment, of one term */
};

/* Fixes what impacts are made with. */
static void set_reference(struct postings_writer *self) {
    collection_set_reference(self->collection);
    self->segments.impacts = impacts_of_reference(self->collection->reference);
}

enum status postings_writer_open(struct postings_writer **writer, struct index *index,
                                 struct collection *collection, struct lengths *lengths,
                                 struct error *error) {
    struct postings_writer *self = calloc(1, sizeof *self);
    *writer = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    self->collection = collection;
    self->lengths = lengths;
    self->has_terms = collection->next_term > 1;
    enum status status = STATUS_OK;
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } statements[] = {
        {"INSERT INTO terms(term, id, df, cf, impact) VALUES(?1, ?2, ?3, ?4, ?5)",
         &self->insert_term},
        {"UPDATE terms SET df = ?3, cf = ?4, impact = ?5 WHERE term = ?1", &self->update_term},
        {"DELETE FROM terms WHERE term = ?1", &self->delete_term},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements && status == STATUS_OK; i++)
        status = index_prepare(index, statements[i].sql, statements[i].statement, error);
    if (status == STATUS_OK)
        status = segment_writer_open(&self->segments, index, lengths, error);
    if (status == STATUS_OK)
        status = postings_reader_open(&self->reader, index, error);
    if (self->has_terms)
        set_reference(self);
    if (status != STATUS_OK) {
        postings_writer_close(self);
        *writer = NULL;
    }
    return status;
}

void postings_writer_close(struct postings_writer *writer) {
    if (!writer)
        return;
    postings_reader_close(&writer->reader);
    sqlite3_finalize(writer->insert_term);
    sqlite3_finalize(writer->update_term);
    sqlite3_finalize(writer->delete_term);
    posting_changes_free(&writer->changes);
    segment_writer_close(&writer->segments);
    posting_list_free(&writer->removed);
    posting_list_free(&writer->added);
    free(writer);
}

/* ---- writing ---- */

static enum status write_term(struct postings_writer *self, size_t number, const struct term *term,
                              bool is_new, struct error *error) {
    sqlite3_stmt *statement = term->df == 0 ? self->delete_term
                              : is_new      ? self->insert_term
                                            : self->update_term;
    sqlite3_bind_text(statement, 1, lexicon_term(&self->changes.lexicon, number),
                      self->changes.lexicon.terms[number].n_bytes, SQLITE_STATIC);
    if (is_new)
        sqlite3_bind_int64(statement, 2, term->id);
    if (term->df > 0) {
        sqlite3_bind_int64(statement, 3, term->df);
        sqlite3_bind_int64(statement, 4, (sqlite3_int64)term->cf);
        sqlite3_bind_int(statement, 5, term->impact);
    }
    return index_run(self->index, statement, error);
}

static enum status write_change(struct postings_writer *self, size_t number, struct error *error) {
    const char *name = lexicon_term(&self->changes.lexicon, number);
    size_t name_bytes = self->changes.lexicon.terms[number].n_bytes;
    struct term term = {0};
    self->removed.n_postings = self->added.n_postings = 0;
    enum status status = posting_changes_of(&self->changes, number, &self->segments.impacts,
                                            self->lengths, &self->removed, &self->added, error);
    if (status != STATUS_OK || self->removed.n_postings + self->added.n_postings == 0)
        return status;
    if (self->has_terms)
        status = postings_find(&self->reader, name, name_bytes, &term, error);
    bool is_new = term.id == 0;
    if (is_new)
        term.id = self->collection->next_term++;
    if (status == STATUS_OK && !self->has_terms)
        status = segment_writer_add(&self->segments, &term, &self->added, error);
    else if (status == STATUS_OK)
        status = segment_writer_change(&self->segments, &term, name, &self->removed, &self->added,
                                       error);
    return status == STATUS_OK ? write_term(self, number, &term, is_new, error) : status;
}

enum status postings_writer_flush(struct postings_writer *writer, struct error *error) {
    struct sorted_term *sorted = posting_changes_sort(&writer->changes);
    enum status status = sorted ? STATUS_OK : error_no_memory(error);
    if (!writer->has_terms)
        set_reference(writer);
    for (size_t i = 0; i < writer->changes.lexicon.n_terms && status == STATUS_OK; i++)
        status = write_change(writer, sorted[i].number, error);
    writer->has_terms = writer->collection->next_term > 1;
    free(sorted);
    posting_changes_clear(&writer->changes);
    return status;
}

static enum status flush_if_many(struct postings_writer *self, struct error *error) {
    return self->changes.n_bytes > POSTINGS_WRITER_BYTES ? postings_writer_flush(self, error)
                                                         : STATUS_OK;
}

enum status postings_writer_add(struct postings_writer *writer, const struct inversion *inversion,
                                struct error *error) {
    enum status status = posting_changes_add(&writer->changes, inversion, error);
    return status == STATUS_OK ? flush_if_many(writer, error) : status;
}

enum status postings_writer_remove(struct postings_writer *writer,
                                   const struct inversion *inversion, struct error *error) {
    enum status status =
        posting_changes_remove(&writer->changes, inversion, &writer->segments.impacts, error);
    return status == STATUS_OK ? flush_if_many(writer, error) : status;
}
