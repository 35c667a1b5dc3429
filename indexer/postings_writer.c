/* See postings_writer.h. */
#include "indexer/postings_writer.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/coded_posting.h"
#include "indexer/posting_changes.h"

/* The impact of a word that is once in the body, as most are, depends on the body's length alone.
 */
enum { N_PLAIN_IMPACTS = 1024 };

struct postings_writer {
    struct index *index;
    struct collection *collection;
    struct lengths *lengths;
    struct bm25f reference; /* what impacts are made with */
    uint8_t plain_impacts[N_PLAIN_IMPACTS];
    struct postings_reader reader;
    bool has_terms; /* the index has some: in none a new one need not be looked for */
    sqlite3_stmt *at, *insert_segment, *write_segment, *delete_segment, *insert_term, *update_term,
        *delete_term;
    struct posting_list list; /* for the moment */
    struct buffer segment;    /* likewise; one that is read or written */
    struct buffer remade;     /* what is left of it */
    struct posting_changes changes;
};

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
        {"SELECT key, segment FROM postings WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | ?2"
         " ORDER BY key DESC LIMIT 1",
         &self->at},
        {"INSERT INTO postings VALUES(?1, ?2)", &self->insert_segment},
        {"INSERT OR REPLACE INTO postings VALUES(?1, ?2)", &self->write_segment},
        {"DELETE FROM postings WHERE key = ?1", &self->delete_segment},
        {"INSERT INTO terms(term, id, df, cf, impact) VALUES(?1, ?2, ?3, ?4, ?5)",
         &self->insert_term},
        {"UPDATE terms SET df = ?3, cf = ?4, impact = ?5 WHERE term = ?1", &self->update_term},
        {"DELETE FROM terms WHERE term = ?1", &self->delete_term},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements && status == STATUS_OK; i++)
        status = index_prepare(index, statements[i].sql, statements[i].statement, error);
    if (status == STATUS_OK)
        status = postings_reader_open(&self->reader, index, error);
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
    sqlite3_finalize(writer->at);
    sqlite3_finalize(writer->insert_segment);
    sqlite3_finalize(writer->write_segment);
    sqlite3_finalize(writer->delete_segment);
    sqlite3_finalize(writer->insert_term);
    sqlite3_finalize(writer->update_term);
    sqlite3_finalize(writer->delete_term);
    posting_changes_free(&writer->changes);
    posting_list_free(&writer->list);
    buffer_free(&writer->segment);
    buffer_free(&writer->remade);
    free(writer);
}

/* ---- writing ---- */

static uint8_t impact_of(const struct postings_writer *self, const uint16_t counts[N_COLUMNS],
                         const uint16_t tokens[N_COLUMNS]) {
    return coded_posting_is_plain(counts) && tokens[COLUMN_BODY] < N_PLAIN_IMPACTS
               ? self->plain_impacts[tokens[COLUMN_BODY]]
               : bm25f_impact(bm25f_x(&self->reference, counts, tokens));
}

/* Gives the postings of self->list their impacts. */
static enum status set_impacts(struct postings_writer *self, struct error *error) {
    struct posting_list *list = &self->list;
    const uint16_t(*lengths)[N_COLUMNS] = NULL;
    uint32_t chunk = 0; /* that `lengths` is of */
    for (size_t i = 0; i < list->n_postings; i++) {
        uint32_t passage = list->postings[i].passage;
        if (!lengths || passage >> LENGTHS_SHIFT != chunk) {
            chunk = passage >> LENGTHS_SHIFT;
            lengths = lengths_chunk(self->lengths, chunk, error);
            if (!lengths)
                return error->status;
        }
        list->postings[i].impact =
            impact_of(self, list->postings[i].counts, lengths[passage & (LENGTHS_PER_CHUNK - 1)]);
    }
    return STATUS_OK;
}

/* Fixes what impacts are made with. */
static void set_reference(struct postings_writer *self) {
    static const uint16_t plain[N_COLUMNS] = {[COLUMN_BODY] = 1};
    collection_set_reference(self->collection);
    self->reference = bm25f_of(self->collection->reference);
    for (uint16_t n = 0; n < N_PLAIN_IMPACTS; n++) {
        const uint16_t tokens[N_COLUMNS] = {[COLUMN_BODY] = n};
        self->plain_impacts[n] = bm25f_impact(bm25f_x(&self->reference, plain, tokens));
    }
}

/* Writes the postings of self->list as segments; `*impact` grows to their largest. */
static enum status write_segments(struct postings_writer *self, uint32_t term, uint8_t *impact,
                                  struct error *error) {
    struct posting_list *list = &self->list;
    sqlite3_stmt *write = self->has_terms ? self->write_segment : self->insert_segment;
    enum status status = set_impacts(self, error);
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK;) {
        uint8_t largest;
        sqlite3_bind_int64(write, 1, (sqlite3_int64)term << 32 | list->postings[i].passage);
        buffer_clear(&self->segment);
        i += segment_encode(list->postings + i, list->n_postings - i, &self->segment, &largest);
        *impact = largest > *impact ? largest : *impact;
        sqlite3_bind_blob(write, 2, self->segment.data, (int)self->segment.size, SQLITE_STATIC);
        status =
            self->segment.failed ? error_no_memory(error) : index_run(self->index, write, error);
    }
    return status;
}

static enum status delete_segment(struct postings_writer *self, sqlite3_int64 key,
                                  struct error *error) {
    sqlite3_bind_int64(self->delete_segment, 1, key);
    return index_run(self->index, self->delete_segment, error);
}

static enum status damaged(const struct postings_writer *self, const char *name,
                           struct error *error) {
    return error_set(error, STATUS_INDEX,
                     "%s: the index is damaged: a posting of \"%s\" is missing; remake it with "
                     "osler-index --rebuild",
                     self->index->path, name);
}

/* Reads the last segment that begins at or before `passage` into self->segment and sets `key`; no
 * bytes if there is none. */
static enum status read_segment(struct postings_writer *self, uint32_t term, uint32_t passage,
                                sqlite3_int64 *key, struct error *error) {
    enum status status = STATUS_OK;
    buffer_clear(&self->segment);
    sqlite3_bind_int64(self->at, 1, term);
    sqlite3_bind_int64(self->at, 2, passage);
    int result = sqlite3_step(self->at);
    if (result == SQLITE_ROW) {
        size_t n_bytes = (size_t)sqlite3_column_bytes(self->at, 1);
        *key = sqlite3_column_int64(self->at, 0);
        if (n_bytes > 0)
            buffer_append(&self->segment, sqlite3_column_blob(self->at, 1), n_bytes);
        if (self->segment.failed)
            status = error_no_memory(error);
    } else if (result != SQLITE_DONE) {
        status = index_error(self->index, error);
    }
    sqlite3_reset(self->at);
    return status;
}

/* Decodes self->segment into self->list. */
static enum status decode_segment(struct postings_writer *self, sqlite3_int64 key,
                                  struct error *error) {
    self->list.n_postings = 0;
    return posting_list_add_segment(&self->list, self->segment.data, self->segment.size,
                                    (uint32_t)(key & 0xFFFFFFFF), error);
}

/* Takes passages[0, n) out of self->segment, of which too little is left or which grows too large:
 * what is left is written like what is new. */
static enum status remake_segment(struct postings_writer *self, sqlite3_int64 key,
                                  const uint32_t *passages, size_t n, struct term *term,
                                  struct error *error) {
    struct posting_list *list = &self->list;
    enum status status = decode_segment(self, key, error);
    size_t n_kept = 0;
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0, j = 0; i < list->n_postings; i++) {
        while (j < n && passages[j] < list->postings[i].passage)
            j++;
        if (j == n || passages[j] != list->postings[i].passage) {
            list->postings[n_kept++] = list->postings[i];
            continue;
        }
        for (size_t column = 0; column < N_COLUMNS; column++)
            term->cf -= list->postings[i].counts[column];
    }
    term->df -= (uint32_t)(list->n_postings - n_kept);
    list->n_postings = n_kept;
    status = delete_segment(self, key, error);
    return status == STATUS_OK ? write_segments(self, term->id, &term->impact, error) : status;
}

/* Puts self->remade in the place of the segment at `key`. */
static enum status replace_segment(struct postings_writer *self, sqlite3_int64 key,
                                   const struct segment_removal *removal, struct error *error) {
    enum status status = STATUS_OK;
    sqlite3_int64 new_key = (key & ~(sqlite3_int64)0xFFFFFFFF) | removal->first;
    if (new_key != key)
        status = delete_segment(self, key, error);
    if (self->remade.failed)
        status = error_no_memory(error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(self->write_segment, 1, new_key);
    sqlite3_bind_blob(self->write_segment, 2, self->remade.data, (int)self->remade.size,
                      SQLITE_STATIC);
    return index_run(self->index, self->write_segment, error);
}

/* Takes those of passages[0, n_passages) that are in self->segment out of it; `*n_done` is how many
 * these are. */
static enum status remove_from_segment(struct postings_writer *self, sqlite3_int64 key,
                                       const uint32_t *passages, size_t n_passages, size_t *n_done,
                                       const char *name, struct term *term, struct error *error) {
    struct segment segment;
    struct segment_removal removal;
    uint32_t df = term->df;
    size_t n = 0;
    size_t n_bytes = self->segment.size;
    char *padding = buffer_reserve(&self->segment, SEGMENT_PADDING);
    if (!padding)
        return error_no_memory(error);
    memset(padding, 0, SEGMENT_PADDING);
    if (n_bytes > SEGMENT_MAX_BYTES || !segment_open(&segment, (unsigned char *)self->segment.data,
                                                     n_bytes, (uint32_t)(key & 0xFFFFFFFF)))
        return damaged(self, name, error);
    while (n < n_passages && passages[n] <= segment.last[segment.n_blocks - 1])
        n++;
    buffer_clear(&self->remade);
    enum status status = STATUS_OK;
    enum segment_change change = segment_remove(&segment, passages, n, &self->remade, &removal);
    if (change == SEGMENT_DAMAGED)
        return damaged(self, name, error);
    if (change == SEGMENT_TO_REMAKE) {
        status = remake_segment(self, key, passages, n, term, error);
    } else {
        term->df -= removal.n_removed;
        term->cf -= removal.cf;
        status = change == SEGMENT_EMPTIED ? delete_segment(self, key, error)
                                           : replace_segment(self, key, &removal, error);
    }
    *n_done = n;
    return status == STATUS_OK && (n == 0 || df - term->df != n) ? damaged(self, name, error)
                                                                 : status;
}

static int by_number(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Takes the removed passages out of their segments. */
static enum status write_removed(struct postings_writer *self, struct posting_change *change,
                                 const char *name, struct term *term, struct error *error) {
    enum status status = STATUS_OK;
    qsort(change->removed, change->n_removed, sizeof *change->removed, by_number);
    for (size_t i = 0, n = 0; i < change->n_removed && status == STATUS_OK; i += n) {
        sqlite3_int64 key = 0;
        status = read_segment(self, term->id, change->removed[i], &key, error);
        if (status == STATUS_OK && self->segment.size == 0)
            status = damaged(self, name, error);
        if (status == STATUS_OK)
            status = remove_from_segment(self, key, change->removed + i, change->n_removed - i, &n,
                                         name, term, error);
    }
    return status;
}

/* Puts the added postings behind the term's last segment: into it if that is short beside them, for
 * else an update would write all of it again for a few; then they are a segment of their own. */
static enum status write_added(struct postings_writer *self, struct posting_change *change,
                               struct term *term, struct error *error) {
    enum { TIMES = 4, MIN_BYTES = 192 };
    size_t most = change->added.size * TIMES > MIN_BYTES ? change->added.size * TIMES : MIN_BYTES;
    enum status status = STATUS_OK;
    sqlite3_int64 key = 0;
    buffer_clear(&self->segment);
    self->list.n_postings = 0;
    if (term->df > 0)
        status = read_segment(self, term->id, UINT32_MAX, &key, error);
    if (status == STATUS_OK && self->segment.size > 0 && self->segment.size <= most &&
        self->segment.size <= SEGMENT_MAX_BYTES / 2)
        status = decode_segment(self, key, error);
    uint32_t passage = 0;
    const unsigned char *at = (const unsigned char *)change->added.data;
    for (size_t i = 0; i < change->n_added && status == STATUS_OK; i++) {
        struct posting posting = coded_posting_read(&at);
        posting.passage = passage += posting.passage;
        status = posting_list_add(&self->list, posting, error);
    }
    if (status == STATUS_OK)
        status = write_segments(self, term->id, &term->impact, error);
    term->df += change->n_added;
    term->cf += change->cf_added;
    return status;
}

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
    struct posting_change *change = &self->changes.changes[number];
    const char *name = lexicon_term(&self->changes.lexicon, number);
    size_t name_bytes = self->changes.lexicon.terms[number].n_bytes;
    struct term term = {0};
    if (change->added.failed)
        return error_no_memory(error);
    enum status status = STATUS_OK;
    if (self->has_terms)
        status = postings_find(&self->reader, name, name_bytes, &term, error);
    if (status == STATUS_OK && change->n_removed > 0)
        status = write_removed(self, change, name, &term, error);
    bool is_new = term.id == 0;
    if (status == STATUS_OK && is_new)
        term.id = self->collection->next_term++;
    if (status == STATUS_OK && change->n_added > 0)
        status = write_added(self, change, &term, error);
    return status == STATUS_OK ? write_term(self, number, &term, is_new, error) : status;
}

enum status postings_writer_flush(struct postings_writer *writer, struct error *error) {
    struct sorted_term *sorted = posting_changes_sort(&writer->changes);
    enum status status = sorted ? STATUS_OK : error_no_memory(error);
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
    enum status status = posting_changes_remove(&writer->changes, inversion, error);
    return status == STATUS_OK ? flush_if_many(writer, error) : status;
}
