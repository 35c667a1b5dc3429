/* See segment_writer.h. A segment that both loses and gains postings is read and written once. */
#include "indexer/postings/segment_writer.h"

#include <stdlib.h>
#include <string.h>

#include "store/array.h"

enum status segment_writer_open(struct segment_writer *writer, struct index *index,
                                struct lengths *lengths, struct error *error) {
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } statements[] = {
        /* The segment that a passage belongs to, which is the last that begins at or before it, and
         * the one after. */
        {"SELECT key, segment FROM postings"
         " WHERE key >= coalesce((SELECT max(key) FROM postings"
         "  WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | ?2), ?1 << 32)"
         " AND key <= ?1 << 32 | 0xFFFFFFFF ORDER BY key LIMIT 2",
         &writer->around},
        {"INSERT INTO postings VALUES(?1, ?2)", &writer->insert},
        {"INSERT OR REPLACE INTO postings VALUES(?1, ?2)", &writer->write},
        {"DELETE FROM postings WHERE key = ?1", &writer->delete},
    };
    *writer = (struct segment_writer){.index = index, .lengths = lengths};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof statements / sizeof *statements && status == STATUS_OK; i++)
        status = index_prepare(index, statements[i].sql, statements[i].statement, error);
    return status;
}

void segment_writer_close(struct segment_writer *writer) {
    sqlite3_finalize(writer->around);
    sqlite3_finalize(writer->insert);
    sqlite3_finalize(writer->write);
    sqlite3_finalize(writer->delete);
    posting_list_free(&writer->list);
    posting_list_free(&writer->merged);
    buffer_free(&writer->bytes);
    buffer_free(&writer->remade);
    free(writer->passages);
    *writer = (struct segment_writer){0};
}

/* ---- writing ---- */

/* Gives postings their impacts. */
static enum status set_impacts(struct segment_writer *self, struct posting *postings,
                               size_t n_postings, struct error *error) {
    const uint16_t(*lengths)[N_COLUMNS] = NULL;
    uint32_t chunk = 0; /* that `lengths` is of */
    for (size_t i = 0; i < n_postings; i++) {
        uint32_t passage = postings[i].passage;
        if (!lengths || passage >> LENGTHS_SHIFT != chunk) {
            chunk = passage >> LENGTHS_SHIFT;
            enum status status = lengths_chunk(self->lengths, chunk, &lengths, error);
            if (status != STATUS_OK)
                return status;
        }
        postings[i].impact = impacts_find(&self->impacts, postings[i].counts,
                                          lengths[passage & (LENGTHS_PER_CHUNK - 1)]);
    }
    return STATUS_OK;
}

static enum status delete_segment(struct segment_writer *self, sqlite3_int64 key,
                                  struct error *error) {
    sqlite3_bind_int64(self->delete, 1, key);
    return index_run(self->index, self->delete, error);
}

/* Writes postings as segments, with `statement`. */
static enum status write_postings(struct segment_writer *self, struct term *term,
                                  struct posting_list *list, sqlite3_stmt *statement,
                                  struct error *error) {
    enum status status = set_impacts(self, list->postings, list->n_postings, error);
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK;) {
        uint8_t largest;
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)term->id << 32 | list->postings[i].passage);
        buffer_clear(&self->bytes);
        i += segment_encode(list->postings + i, list->n_postings - i, &self->bytes, &largest);
        term->impact = largest > term->impact ? largest : term->impact;
        sqlite3_bind_blob(statement, 2, self->bytes.data, (int)self->bytes.size, SQLITE_STATIC);
        status =
            self->bytes.failed ? error_no_memory(error) : index_run(self->index, statement, error);
    }
    return status;
}

static void count_in(struct term *term, const struct posting *postings, size_t n_postings) {
    term->df += (uint32_t)n_postings;
    for (size_t i = 0; i < n_postings; i++)
        for (size_t column = 0; column < N_COLUMNS; column++)
            term->cf += postings[i].counts[column];
}

static void count_out(struct term *term, const struct posting *postings, size_t n_postings) {
    term->df -= (uint32_t)n_postings;
    for (size_t i = 0; i < n_postings; i++)
        for (size_t column = 0; column < N_COLUMNS; column++)
            term->cf -= postings[i].counts[column];
}

enum status segment_writer_add(struct segment_writer *writer, struct term *term,
                               struct posting_list *added, struct error *error) {
    count_in(term, added->postings, added->n_postings);
    return write_postings(writer, term, added, writer->insert, error);
}

/* ---- changing ---- */

/* What happens to one segment. */
struct segment_edit {
    struct term *term;
    const char *name;
    sqlite3_int64 key;
    bool exists, is_last;
    const struct posting *removed, *added;
    size_t n_removed, n_added;
};

static enum status damaged(const struct segment_writer *self, const char *name,
                           struct error *error) {
    return error_set(error, STATUS_INDEX,
                     "%s: the index is damaged: a posting of \"%s\" is missing; remake it with "
                     "osler-index --rebuild",
                     self->index->path, name);
}

/* Reads the segment that `passage` belongs to, if there is one, into self->bytes; `*end` is the
 * first passage of the one after. */
static enum status read_segment(struct segment_writer *self, uint32_t passage,
                                struct segment_edit *edit, uint64_t *end, struct error *error) {
    int result;
    buffer_clear(&self->bytes);
    edit->exists = false;
    edit->is_last = true;
    *end = (uint64_t)UINT32_MAX + 1;
    sqlite3_bind_int64(self->around, 1, edit->term->id);
    sqlite3_bind_int64(self->around, 2, passage);
    while ((result = sqlite3_step(self->around)) == SQLITE_ROW) {
        sqlite3_int64 key = sqlite3_column_int64(self->around, 0);
        if ((uint32_t)key > passage) {
            *end = (uint32_t)key;
            edit->is_last = false;
            break;
        }
        edit->exists = true;
        edit->key = key;
        buffer_append(&self->bytes, sqlite3_column_blob(self->around, 1),
                      (size_t)sqlite3_column_bytes(self->around, 1));
    }
    sqlite3_reset(self->around);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return index_error(self->index, error);
    return self->bytes.failed ? error_no_memory(error) : STATUS_OK;
}

/* Puts what is left of self->list, the segment's postings, and what is added in the place of the
 * segment. */
static enum status rewrite(struct segment_writer *self, const struct segment_edit *edit,
                           struct error *error) {
    const struct posting_list *list = &self->list;
    struct posting_list *merged = &self->merged;
    enum status status = STATUS_OK;
    size_t n_found = 0;
    size_t j = 0;
    merged->n_postings = 0;
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK; i++) {
        uint32_t passage = list->postings[i].passage;
        if (n_found < edit->n_removed && edit->removed[n_found].passage == passage) {
            n_found++;
            continue;
        }
        while (j < edit->n_added && edit->added[j].passage < passage && status == STATUS_OK)
            status = posting_list_add(merged, edit->added[j++], error);
        if (status == STATUS_OK)
            status = posting_list_add(merged, list->postings[i], error);
    }
    while (j < edit->n_added && status == STATUS_OK)
        status = posting_list_add(merged, edit->added[j++], error);
    if (status == STATUS_OK && n_found < edit->n_removed)
        status = damaged(self, edit->name, error);
    bool keeps_key = merged->n_postings > 0 && merged->postings[0].passage == (uint32_t)edit->key;
    if (status == STATUS_OK && edit->exists && !keeps_key)
        status = delete_segment(self, edit->key, error);
    return status == STATUS_OK ? write_postings(self, edit->term, merged, self->write, error)
                               : status;
}

/* Decodes self->bytes into self->list. */
static enum status decode(struct segment_writer *self, const struct segment_edit *edit,
                          struct error *error) {
    self->list.n_postings = 0;
    return edit->exists ? posting_list_add_segment(&self->list, self->bytes.data, self->bytes.size,
                                                   (uint32_t)(edit->key & 0xFFFFFFFF), error)
                        : STATUS_OK;
}

/* Puts self->remade in the place of the segment. */
static enum status replace(struct segment_writer *self, const struct segment_edit *edit,
                           uint32_t first, struct error *error) {
    enum status status = STATUS_OK;
    sqlite3_int64 key = (edit->key & ~(sqlite3_int64)0xFFFFFFFF) | first;
    if (key != edit->key)
        status = delete_segment(self, edit->key, error);
    if (self->remade.failed)
        status = error_no_memory(error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(self->write, 1, key);
    sqlite3_bind_blob(self->write, 2, self->remade.data, (int)self->remade.size, SQLITE_STATIC);
    return index_run(self->index, self->write, error);
}

/* Lists the passages of what is removed in self->passages. */
static enum status list_passages(struct segment_writer *self, const struct segment_edit *edit,
                                 struct error *error) {
    for (size_t i = 0; i < edit->n_removed; i++) {
        uint32_t *passages =
            array_grow(self->passages, i, &self->passages_capacity, sizeof *passages);
        if (!passages)
            return error_no_memory(error);
        self->passages = passages;
        self->passages[i] = edit->removed[i].passage;
    }
    return STATUS_OK;
}

/* Takes postings out of the segment in self->bytes: as a rule only blocks that lose some are
 * encoded anew. */
static enum status take_out(struct segment_writer *self, const struct segment_edit *edit,
                            struct error *error) {
    struct segment segment;
    struct segment_removal removal;
    size_t n_bytes = self->bytes.size;
    char *padding = buffer_reserve(&self->bytes, SEGMENT_PADDING);
    enum status status = padding ? list_passages(self, edit, error) : error_no_memory(error);
    if (status != STATUS_OK)
        return status;
    memset(padding, 0, SEGMENT_PADDING);
    if (n_bytes > SEGMENT_MAX_BYTES || !segment_open(&segment, (unsigned char *)self->bytes.data,
                                                     n_bytes, (uint32_t)(edit->key & 0xFFFFFFFF)))
        return damaged(self, edit->name, error);
    buffer_clear(&self->remade);
    enum segment_change change =
        segment_remove(&segment, self->passages, edit->n_removed, &self->remade, &removal);
    if (change == SEGMENT_TO_REMAKE) {
        status = decode(self, edit, error);
        return status == STATUS_OK ? rewrite(self, edit, error) : status;
    }
    if (change == SEGMENT_DAMAGED || removal.n_removed < edit->n_removed)
        return damaged(self, edit->name, error);
    return change == SEGMENT_EMPTIED ? delete_segment(self, edit->key, error)
                                     : replace(self, edit, removal.first, error);
}

/* Whether what is added should be segments of its own behind this one, which is the term's last:
 * what is long beside them would all be written again for a few. */
static bool is_long_beside(const struct segment_writer *self, const struct segment_edit *edit) {
    enum { TIMES = 12, MIN_BYTES = 192 }; /* bytes to a posting that is added */
    size_t most = edit->n_added * TIMES > MIN_BYTES ? edit->n_added * TIMES : MIN_BYTES;
    return self->bytes.size > most || self->bytes.size > SEGMENT_MAX_BYTES / 2;
}

/* The last passage of the segment in self->bytes. */
static uint32_t last_passage(const struct segment_writer *self, const struct segment_edit *edit) {
    struct segment segment;
    bool is_segment = segment_open(&segment, (const unsigned char *)self->bytes.data,
                                   self->bytes.size, (uint32_t)(edit->key & 0xFFFFFFFF));
    return is_segment ? segment.last[segment.n_blocks - 1] : UINT32_MAX;
}

/* Puts what is added to a term in segments of its own. */
static enum status put_apart(struct segment_writer *self, const struct segment_edit *edit,
                             struct error *error) {
    const struct segment_edit apart = {
        .term = edit->term, .added = edit->added, .n_added = edit->n_added};
    self->list.n_postings = 0;
    return rewrite(self, &apart, error);
}

static enum status edit_segment(struct segment_writer *self, const struct segment_edit *edit,
                                struct error *error) {
    bool is_apart =
        edit->n_added > 0 && (!edit->exists || (edit->is_last && is_long_beside(self, edit) &&
                                                edit->added[0].passage > last_passage(self, edit)));
    struct segment_edit removal = *edit;
    enum status status = STATUS_OK;
    if (edit->n_added > 0 && !is_apart) {
        status = decode(self, edit, error);
        return status == STATUS_OK ? rewrite(self, edit, error) : status;
    }
    removal.n_added = 0;
    if (edit->n_removed > 0)
        status = edit->exists ? take_out(self, &removal, error) : damaged(self, edit->name, error);
    return status == STATUS_OK && edit->n_added > 0 ? put_apart(self, edit, error) : status;
}

/* How many of postings[0, n_postings) are before passage `end`. */
static size_t count_before(const struct posting *postings, size_t n_postings, uint64_t end) {
    size_t n = 0;
    while (n < n_postings && postings[n].passage < end)
        n++;
    return n;
}

enum status segment_writer_change(struct segment_writer *writer, struct term *term,
                                  const char *name, const struct posting_list *removed,
                                  const struct posting_list *added, struct error *error) {
    enum status status = STATUS_OK;
    bool has_segments = term->df > 0;
    for (size_t i = 0, j = 0;
         (i < removed->n_postings || j < added->n_postings) && status == STATUS_OK;) {
        struct segment_edit edit = {.term = term,
                                    .name = name,
                                    .removed = removed->postings + i,
                                    .added = added->postings + j};
        uint32_t passage = i < removed->n_postings ? edit.removed->passage : UINT32_MAX;
        if (j < added->n_postings && edit.added->passage < passage)
            passage = edit.added->passage;
        uint64_t end = (uint64_t)UINT32_MAX + 1;
        buffer_clear(&writer->bytes);
        if (has_segments)
            status = read_segment(writer, passage, &edit, &end, error);
        edit.n_removed = count_before(edit.removed, removed->n_postings - i, end);
        edit.n_added = count_before(edit.added, added->n_postings - j, end);
        i += edit.n_removed;
        j += edit.n_added;
        if (status == STATUS_OK)
            status = edit_segment(writer, &edit, error);
    }
    count_out(term, removed->postings, removed->n_postings);
    count_in(term, added->postings, added->n_postings);
    return status;
}
