/* See postings.h. */
#include "store/postings.h"

#include <stdlib.h>
#include <string.h>

void posting_list_free(struct posting_list *list) {
    free(list->postings);
    *list = (struct posting_list){0};
}

enum status posting_list_reserve(struct posting_list *list, size_t n_more, struct error *error) {
    if (list->capacity - list->n_postings >= n_more)
        return STATUS_OK;
    size_t capacity = list->capacity + list->capacity / 2 + 16;
    if ((list->capacity == 0 && n_more > 1) || capacity < list->n_postings + n_more)
        capacity = list->n_postings + n_more;
    struct posting *postings = realloc(list->postings, capacity * sizeof *postings);
    if (!postings)
        return error_no_memory(error);
    list->postings = postings;
    list->capacity = capacity;
    return STATUS_OK;
}

enum status posting_list_add(struct posting_list *list, struct posting posting,
                             struct error *error) {
    enum status status = posting_list_reserve(list, 1, error);
    if (status == STATUS_OK)
        list->postings[list->n_postings++] = posting;
    return status;
}

static enum status damaged(struct error *error) {
    return error_set(error, STATUS_INDEX,
                     "the index is damaged: postings cannot be decoded; remake it with "
                     "osler-index --rebuild");
}

enum status posting_list_add_segment(struct posting_list *list, const void *bytes, size_t n_bytes,
                                     uint32_t first, struct error *error) {
    unsigned char padded[SEGMENT_MAX_BYTES + SEGMENT_PADDING];
    struct segment segment;
    struct segment_block block;
    uint16_t counts[POSTINGS_PER_BLOCK][N_COLUMNS];
    if (n_bytes > SEGMENT_MAX_BYTES)
        return damaged(error);
    if (n_bytes > 0)
        memcpy(padded, bytes, n_bytes);
    memset(padded + n_bytes, 0, SEGMENT_PADDING);
    if (!segment_open(&segment, padded, n_bytes, first))
        return damaged(error);
    enum status status = posting_list_reserve(list, segment.n_postings, error);
    for (size_t i = 0; i < segment.n_blocks && status == STATUS_OK; i++) {
        if (!segment_read_block(&segment, i, &block))
            return damaged(error);
        const uint32_t *passages = segment_passages(&block);
        segment_all_counts(&block, counts);
        for (size_t j = 0; j < block.n_postings; j++) {
            struct posting *posting = &list->postings[list->n_postings++];
            posting->passage = passages[j];
            posting->impact = segment.impact[i];
            memcpy(posting->counts, counts[j], sizeof counts[j]);
        }
    }
    return status;
}

enum status postings_reader_open(struct postings_reader *reader, struct index *index,
                                 struct error *error) {
    *reader = (struct postings_reader){.index = index};
    return index_prepare(index, "SELECT id, df, cf, impact FROM terms WHERE term = ?1",
                         &reader->find, error);
}

/* The statements that not every query needs are prepared when they are. */
static enum status prepare_once(struct postings_reader *reader, sqlite3_stmt **statement,
                                const char *sql, struct error *error) {
    return *statement ? STATUS_OK : index_prepare(reader->index, sql, statement, error);
}

static enum status prepare_all(struct postings_reader *reader, struct error *error) {
    return prepare_once(reader, &reader->all,
                        "SELECT key & 0xFFFFFFFF, segment FROM postings"
                        " WHERE key BETWEEN ?1 AND ?1 | 0xFFFFFFFF ORDER BY key",
                        error);
}

static enum status prepare_at(struct postings_reader *reader, struct error *error) {
    return prepare_once(reader, &reader->at,
                        "SELECT key, segment FROM postings WHERE key <= ?1 ORDER BY key DESC",
                        error);
}

static enum status prepare_after(struct postings_reader *reader, struct error *error) {
    return prepare_once(reader, &reader->after,
                        "SELECT key, segment FROM postings WHERE key >= ?1 ORDER BY key", error);
}

void postings_reader_close(struct postings_reader *reader) {
    sqlite3_finalize(reader->find);
    sqlite3_finalize(reader->all);
    sqlite3_finalize(reader->at);
    sqlite3_finalize(reader->after);
    unpacked_cache_free(&reader->cache);
    term_cache_close(&reader->terms);
    *reader = (struct postings_reader){0};
}

void postings_reader_refresh(struct postings_reader *reader, bool changed,
                             const struct collection *collection, struct lengths *lengths) {
    bool is_first = reader->collection == NULL;
    if (changed) {
        unpacked_cache_free(&reader->cache);
        term_cache_close(&reader->terms);
        reader->has_formula = false;
    }
    reader->collection = collection;
    reader->lengths = lengths;
    unpacked_cache_next_query(&reader->cache);
    if (!is_first)
        term_cache_open(&reader->terms);
}

enum status postings_find(struct postings_reader *reader, const char *term, size_t n_bytes,
                          struct term *found, struct error *error) {
    const struct term *known = term_cache_find(&reader->terms, term, n_bytes);
    *found = known ? *known : (struct term){0};
    if (known)
        return STATUS_OK;
    sqlite3_bind_text(reader->find, 1, term, (int)n_bytes, SQLITE_STATIC);
    int result = sqlite3_step(reader->find);
    if (result == SQLITE_ROW)
        *found = (struct term){(uint32_t)sqlite3_column_int64(reader->find, 0),
                               (uint32_t)sqlite3_column_int64(reader->find, 1),
                               (uint64_t)sqlite3_column_int64(reader->find, 2),
                               (uint8_t)sqlite3_column_int(reader->find, 3)};
    enum status status = result == SQLITE_ROW || result == SQLITE_DONE
                             ? STATUS_OK
                             : index_error(reader->index, error);
    sqlite3_reset(reader->find);
    if (status == STATUS_OK)
        term_cache_keep(&reader->terms, term, n_bytes, found);
    return status;
}

/* Takes in one segment, whose first passage is `first`. */
typedef enum status add_segment(void *target, const void *bytes, size_t n_bytes, uint32_t first,
                                struct error *error);

/* Gives each segment of the term to `add`. */
static enum status read_all(struct postings_reader *reader, const struct term *term,
                            add_segment *add, void *target, struct error *error) {
    enum status status = prepare_all(reader, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(reader->all, 1, (sqlite3_int64)term->id << 32);
    while (index_next(reader->index, reader->all, &status, error))
        status = add(target, sqlite3_column_blob(reader->all, 1),
                     (size_t)sqlite3_column_bytes(reader->all, 1),
                     (uint32_t)sqlite3_column_int64(reader->all, 0), error);
    sqlite3_reset(reader->all);
    return status;
}

static enum status add_to_list(void *list, const void *bytes, size_t n_bytes, uint32_t first,
                               struct error *error) {
    return posting_list_add_segment(list, bytes, n_bytes, first, error);
}

enum status postings_read(struct postings_reader *reader, const struct term *term,
                          struct posting_list *list, struct error *error) {
    /* A df above this is a lie of a damaged file; then the list grows as it is read. */
    enum { MAX_RESERVED = 1 << 24 };
    enum status status =
        posting_list_reserve(list, term->df < MAX_RESERVED ? term->df : MAX_RESERVED, error);
    return status == STATUS_OK ? read_all(reader, term, add_to_list, list, error) : status;
}

enum status posting_segments_init(struct posting_segments *segments,
                                  const struct posting_list *list, struct error *error) {
    enum status status = STATUS_OK;
    uint8_t impact;
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK;) {
        status = posting_segments_add(segments, list->postings[i].passage, error);
        i += segment_encode(list->postings + i, list->n_postings - i, &segments->bytes, &impact);
        if (segments->bytes.failed)
            return error_no_memory(error);
    }
    return status == STATUS_OK ? posting_segments_close(segments, error) : status;
}

/* ---- cursors ---- */

static enum status add_to_unpacked(void *unpacked, const void *bytes, size_t n_bytes,
                                   uint32_t first, struct error *error) {
    return unpacked_add_segment(unpacked, bytes, n_bytes, first, error);
}

/* The postings of the term, unpacked, if they are or can be cached. NULL for damaged ones too: who
 * needs these postings will say so. */
static const struct unpacked *find_unpacked(struct postings_reader *reader,
                                            const struct term *term) {
    bool has_room;
    const struct unpacked *found = unpacked_cache_find(&reader->cache, term->id, &has_room);
    if (found || !has_room)
        return found;
    struct unpacked unpacked;
    struct bm25f bm25f = collection_bm25f(reader->collection);
    if (!reader->has_formula)
        unpacked_formula_init(&reader->formula, &bm25f);
    reader->has_formula = true;
    if (unpacked_open(&unpacked, reader->collection->next_passage, term->df, NULL) == STATUS_OK &&
        read_all(reader, term, add_to_unpacked, &unpacked, NULL) == STATUS_OK &&
        unpacked_close(&unpacked, &reader->formula, reader->lengths, NULL) == STATUS_OK)
        found = unpacked_cache_add(&reader->cache, term->id, &unpacked);
    unpacked_free(&unpacked);
    return found;
}

enum status postings_cursor_open(struct postings_cursor **cursor, struct postings_reader *reader,
                                 const struct term *term, struct error *error) {
    struct postings_cursor *self = malloc(sizeof *self); /* its arrays need no zeros */
    *cursor = self;
    if (!self)
        return error_no_memory(error);
    self->reader = reader;
    self->unpacked = reader ? find_unpacked(reader, term) : NULL;
    self->i = 0;
    self->memory = (struct posting_segments){0};
    self->bytes = (struct buffer){0};
    self->key = term ? (sqlite3_int64)term->id << 32 : 0;
    self->passage = 0;
    self->from = 0;
    self->end = UINT64_MAX;
    self->is_loaded = false;
    self->is_decoded = false;
    return STATUS_OK;
}

enum status postings_cursor_open_list(struct postings_cursor **cursor,
                                      const struct posting_list *list, struct error *error) {
    enum status status = postings_cursor_open(cursor, NULL, NULL, error);
    if (status == STATUS_OK)
        status = posting_segments_init(&(*cursor)->memory, list, error);
    if (status != STATUS_OK) {
        postings_cursor_close(*cursor);
        *cursor = NULL;
    }
    return status;
}

void postings_cursor_close(struct postings_cursor *cursor) {
    if (!cursor)
        return;
    posting_segments_free(&cursor->memory);
    buffer_free(&cursor->bytes);
    free(cursor);
}

/* Uses the bytes, which stay and are padded, of a segment before which there are no postings from
 * `from` on. */
static enum status take_segment(struct postings_cursor *self, const unsigned char *bytes,
                                size_t n_bytes, uint32_t first, uint64_t from,
                                struct error *error) {
    self->is_decoded = false;
    self->is_loaded = segment_open(&self->segment, bytes, n_bytes, first);
    self->i_block = 0;
    self->from = from;
    return self->is_loaded ? STATUS_OK : damaged(error);
}

/* The same of a copy of the bytes, which the cursor keeps. */
static enum status take_copy(struct postings_cursor *self, const void *bytes, size_t n_bytes,
                             uint32_t first, uint64_t from, struct error *error) {
    static const char padding[SEGMENT_PADDING];
    if (n_bytes == 0 || n_bytes > SEGMENT_MAX_BYTES)
        return damaged(error);
    buffer_clear(&self->bytes);
    buffer_append(&self->bytes, bytes, n_bytes);
    buffer_append(&self->bytes, padding, sizeof padding);
    return self->bytes.failed ? error_no_memory(error)
                              : take_segment(self, (const unsigned char *)self->bytes.data, n_bytes,
                                             first, from, error);
}

static uint32_t last_of(const struct postings_cursor *self) {
    return self->segment.last[self->segment.n_blocks - 1];
}

/* Loads the first row of a statement, looking for `passage`, if it is of this term; else `*found`
 * is false. */
static enum status load_row(struct postings_cursor *self, sqlite3_stmt *select, uint32_t passage,
                            bool *found, struct error *error) {
    enum status status = STATUS_OK;
    sqlite3_bind_int64(select, 1, self->key | passage);
    int result = sqlite3_step(select);
    *found = result == SQLITE_ROW && sqlite3_column_int64(select, 0) >> 32 == self->key >> 32;
    if (*found) {
        uint32_t first = (uint32_t)sqlite3_column_int64(select, 0);
        const void *bytes = sqlite3_column_blob(select, 1);
        size_t n_bytes = (size_t)sqlite3_column_bytes(select, 1);
        status = take_copy(self, bytes, n_bytes, first, first < passage ? first : passage, error);
    } else if (result != SQLITE_ROW && result != SQLITE_DONE) {
        status = index_error(self->reader->index, error);
    }
    sqlite3_reset(select);
    return status;
}

/* Loads the last segment that begins at `passage` or before. */
static enum status load_at(struct postings_cursor *self, uint32_t passage, bool *found,
                           struct error *error) {
    enum status status = prepare_at(self->reader, error);
    return status == STATUS_OK ? load_row(self, self->reader->at, passage, found, error) : status;
}

/* Loads the first segment that begins at `passage` or later. */
static enum status load_after(struct postings_cursor *self, uint32_t passage, bool *found,
                              struct error *error) {
    enum status status = prepare_after(self->reader, error);
    return status == STATUS_OK ? load_row(self, self->reader->after, passage, found, error)
                               : status;
}

/* Loads the segment of the first posting from `passage` on, from memory. */
static enum status load_from_memory(struct postings_cursor *self, uint32_t passage, bool *found,
                                    struct error *error) {
    const struct posting_segments *memory = &self->memory;
    size_t low = 0; /* the first segment that begins after `passage` */
    size_t high = memory->n_segments;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memory->segments[middle].first <= passage)
            low = middle + 1;
        else
            high = middle;
    }
    enum status status = STATUS_OK;
    *found = false;
    for (size_t i = low > 0 ? low - 1 : 0; i < memory->n_segments && !*found && status == STATUS_OK;
         i++) {
        const struct posting_segment *segment = &memory->segments[i];
        size_t n_bytes;
        const unsigned char *bytes = posting_segments_bytes(memory, i, &n_bytes);
        status = take_segment(self, bytes, n_bytes, segment->first,
                              segment->first < passage ? segment->first : passage, error);
        *found = status == STATUS_OK && last_of(self) >= passage;
    }
    return status;
}

/* The same from the index. Mostly it is the term's first segment, or the one after that which is
 * loaded. */
static enum status load_from_index(struct postings_cursor *self, uint32_t passage, bool *found,
                                   struct error *error) {
    enum status status = STATUS_OK;
    bool is_near = self->is_loaded && passage > last_of(self) &&
                   passage - last_of(self) <= last_of(self) - self->segment.first;
    *found = false;
    if (is_near || !self->is_loaded) {
        status = load_after(self, is_near ? last_of(self) + 1 : 0, found, error);
        if (status != STATUS_OK || !*found || last_of(self) >= passage)
            return status;
    }
    status = load_at(self, passage, found, error);
    if (status != STATUS_OK || (*found && last_of(self) >= passage))
        return status;
    return load_after(self, passage, found, error);
}

enum status postings_cursor_seek_block(struct postings_cursor *cursor, uint32_t passage,
                                       bool *found, struct error *error) {
    bool is_here = cursor->is_loaded && passage >= cursor->from && passage <= last_of(cursor);
    *found = passage < cursor->end;
    if (!is_here && *found) {
        enum status status = cursor->reader ? load_from_index(cursor, passage, found, error)
                                            : load_from_memory(cursor, passage, found, error);
        if (status == STATUS_OK && !*found && passage < cursor->end)
            cursor->end = passage;
        if (status != STATUS_OK || !*found)
            return status;
    }
    if (!*found)
        return STATUS_OK;
    const struct segment *segment = &cursor->segment;
    size_t i = cursor->i_block;
    if (i > 0 && passage <= segment->last[i - 1])
        i = 0;
    while (segment->last[i] < passage)
        i++;
    cursor->is_decoded = cursor->is_decoded && i == cursor->i_block;
    cursor->i_block = i;
    return STATUS_OK;
}

enum status postings_cursor_read_block(struct postings_cursor *cursor, struct error *error) {
    if (cursor->is_decoded)
        return STATUS_OK;
    if (!segment_read_block(&cursor->segment, cursor->i_block, &cursor->block))
        return damaged(error);
    cursor->is_decoded = true;
    cursor->i = 0;
    return STATUS_OK;
}

enum status postings_cursor_seek(struct postings_cursor *cursor, uint32_t passage,
                                 struct error *error) {
    bool found;
    if (cursor->unpacked) {
        cursor->i = unpacked_find(cursor->unpacked, passage, cursor->i, &cursor->passage);
        return STATUS_OK;
    }
    enum status status = postings_cursor_seek_block(cursor, passage, &found, error);
    cursor->passage = POSTINGS_END;
    if (status == STATUS_OK && found)
        status = postings_cursor_read_block(cursor, error);
    if (status != STATUS_OK || !found)
        return status;
    cursor->i = segment_find(&cursor->block, passage, &cursor->passage);
    return STATUS_OK;
}

enum status postings_cursor_look_up(struct postings_cursor *cursor, uint32_t passage,
                                    uint16_t counts[N_COLUMNS], struct error *error) {
    enum status status = STATUS_OK;
    memset(counts, 0, N_COLUMNS * sizeof *counts);
    if (!cursor->unpacked) {
        status = postings_cursor_seek(cursor, passage, error);
        if (status == STATUS_OK && cursor->passage == passage)
            segment_counts(&cursor->block, cursor->i, counts);
    } else if (unpacked_has(cursor->unpacked, passage, &cursor->i)) {
        unpacked_counts(cursor->unpacked, cursor->i, passage, counts);
    }
    return status;
}
