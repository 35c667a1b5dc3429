/* See postings_writer.h. A hash table of the terms that change, each with its coded additions:
 *
 *   for each posting  varint(passage less the one before << 1 | plain), then unless plain one byte
 *                     of counts; as in segment.h, but a posting at a time */
#include "indexer/postings_writer.h"

#include <stdlib.h>
#include <string.h>

/* What happens to one term. */
struct change {
    uint32_t hash;
    uint32_t term; /* offset in postings_writer.strings, NUL-terminated there */
    uint16_t term_bytes;
    bool has_current;
    struct posting current; /* the passage that is being counted */
    struct buffer added;    /* coded */
    uint32_t last;          /* passage of them */
    uint32_t n_added;
    uint64_t cf_added;
    struct posting_list removed;
};

struct postings_writer {
    struct index *index;
    struct collection *collection;
    struct lengths *lengths;
    struct bm25f reference; /* what impacts are made with */
    struct postings_reader reader;
    bool has_terms; /* the index has some: in none a new one need not be looked for */
    sqlite3_stmt *at, *write_segment, *delete_segment, *write_term, *delete_term;
    struct posting_list list; /* for the moment */
    struct buffer segment;    /* likewise */
    struct change *changes;
    size_t n_changes, capacity;
    uint32_t *slots; /* index in changes plus one; a power of two of them */
    size_t n_slots;
    struct buffer strings;
    size_t coded_bytes;
};

enum { FIRST_SLOTS = 1 << 12 };

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
    self->n_slots = FIRST_SLOTS;
    self->slots = calloc(self->n_slots, sizeof *self->slots);
    enum status status = self->slots ? STATUS_OK : error_no_memory(error);
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } statements[] = {
        {"SELECT key, segment FROM postings WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | ?2"
         " ORDER BY key DESC LIMIT 1",
         &self->at},
        {"INSERT OR REPLACE INTO postings VALUES(?1, ?2)", &self->write_segment},
        {"DELETE FROM postings WHERE key = ?1", &self->delete_segment},
        {"INSERT OR REPLACE INTO terms(term, id, df, cf, impact) VALUES(?1, ?2, ?3, ?4, ?5)",
         &self->write_term},
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

/* Forgets all changes, keeping the memory of the tables. */
static void clear(struct postings_writer *self) {
    for (size_t i = 0; i < self->n_changes; i++) {
        buffer_free(&self->changes[i].added);
        posting_list_free(&self->changes[i].removed);
    }
    self->n_changes = 0;
    self->coded_bytes = 0;
    buffer_clear(&self->strings);
    if (self->slots)
        memset(self->slots, 0, self->n_slots * sizeof *self->slots);
}

void postings_writer_close(struct postings_writer *writer) {
    if (!writer)
        return;
    clear(writer);
    postings_reader_close(&writer->reader);
    sqlite3_finalize(writer->at);
    sqlite3_finalize(writer->write_segment);
    sqlite3_finalize(writer->delete_segment);
    sqlite3_finalize(writer->write_term);
    sqlite3_finalize(writer->delete_term);
    free(writer->changes);
    free(writer->slots);
    posting_list_free(&writer->list);
    buffer_free(&writer->segment);
    buffer_free(&writer->strings);
    free(writer);
}

/* FNV-1a (Fowler, Noll, Vo), 32 bits. */
static uint32_t hash_of(const char *term, size_t n_bytes) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (unsigned char)term[i]) * 16777619U;
    return hash;
}

static bool grow_slots(struct postings_writer *self) {
    size_t n_slots = self->n_slots * 2;
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < self->n_changes; i++) {
        size_t slot = self->changes[i].hash & (n_slots - 1);
        while (slots[slot])
            slot = (slot + 1) & (n_slots - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(self->slots);
    self->slots = slots;
    self->n_slots = n_slots;
    return true;
}

static bool grow_changes(struct postings_writer *self) {
    if (self->n_changes < self->capacity)
        return true;
    size_t capacity = self->capacity ? self->capacity * 2 : FIRST_SLOTS / 2;
    struct change *changes = realloc(self->changes, capacity * sizeof *changes);
    if (!changes)
        return false;
    self->changes = changes;
    self->capacity = capacity;
    return true;
}

/* The change of `term`, made if there is none yet; NULL when memory is out. */
static struct change *change_of(struct postings_writer *self, const char *term, size_t n_bytes) {
    uint32_t hash = hash_of(term, n_bytes);
    size_t slot = hash & (self->n_slots - 1);
    for (; self->slots[slot]; slot = (slot + 1) & (self->n_slots - 1)) {
        struct change *change = &self->changes[self->slots[slot] - 1];
        if (change->hash == hash && change->term_bytes == n_bytes &&
            memcmp(self->strings.data + change->term, term, n_bytes) == 0)
            return change;
    }
    if (!grow_changes(self))
        return NULL;
    struct change *change = &self->changes[self->n_changes++];
    *change = (struct change){
        .hash = hash, .term = (uint32_t)self->strings.size, .term_bytes = (uint16_t)n_bytes};
    buffer_append(&self->strings, term, n_bytes);
    buffer_append_char(&self->strings, '\0');
    self->slots[slot] = (uint32_t)self->n_changes;
    if (self->strings.failed || (self->n_changes * 2 > self->n_slots && !grow_slots(self)))
        return NULL;
    return change;
}

/* ---- postings in memory ---- */

enum { ESCAPE = 0xFF, MAX_BODY = 15, MAX_OTHER = 3 };

static unsigned char *write_varint(unsigned char *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (unsigned char)((value & 0x7F) | 0x80);
    *at++ = (unsigned char)value;
    return at;
}

static uint64_t read_varint(const unsigned char **at) {
    uint64_t value = 0;
    unsigned shift = 0;
    do
        value |= (uint64_t)(**at & 0x7F) << shift;
    while (shift += 7, *(*at)++ >= 0x80);
    return value;
}

/* Appends one posting; `before` is the passage of the one before. */
static void code_posting(uint32_t before, const struct posting *posting, struct buffer *out) {
    enum { MAX_BYTES = 5 + 1 + N_COLUMNS * 3 }; /* delta, escape, counts */
    unsigned char *start = (unsigned char *)buffer_reserve(out, MAX_BYTES);
    if (!start)
        return;
    unsigned body = posting->counts[COLUMN_BODY];
    unsigned headings = posting->counts[COLUMN_HEADINGS];
    unsigned title = posting->counts[COLUMN_TITLE];
    bool plain = body == 1 && headings == 0 && title == 0;
    uint64_t delta = posting->passage - before;
    unsigned char *at = write_varint(start, delta << 1 | (plain ? 1 : 0));
    unsigned packed = body | headings << 4 | title << 6;
    bool fits = body <= MAX_BODY && headings <= MAX_OTHER && title <= MAX_OTHER;
    if (!plain && fits && packed != ESCAPE) {
        *at++ = (unsigned char)packed;
    } else if (!plain) {
        *at++ = ESCAPE;
        for (size_t column = 0; column < N_COLUMNS; column++)
            at = write_varint(at, posting->counts[column]);
    }
    out->size += (size_t)(at - start);
}

/* Reads the posting at `at`, after one of passage `before`. */
static struct posting read_posting(const unsigned char **at, uint32_t before) {
    uint64_t head = read_varint(at);
    struct posting posting = {.passage = before + (uint32_t)(head >> 1), .counts = {1}};
    unsigned packed = head & 1 ? 1 : *(*at)++;
    if (packed != ESCAPE) {
        posting.counts[COLUMN_BODY] = packed & MAX_BODY;
        posting.counts[COLUMN_HEADINGS] = (packed >> 4) & MAX_OTHER;
        posting.counts[COLUMN_TITLE] = (uint16_t)(packed >> 6);
        return posting;
    }
    for (size_t column = 0; column < N_COLUMNS; column++)
        posting.counts[column] = (uint16_t)read_varint(at);
    return posting;
}

/* Codes the passage that was being counted. */
static void close_current(struct postings_writer *self, struct change *change) {
    if (!change->has_current)
        return;
    change->has_current = false;
    size_t before = change->added.size;
    code_posting(change->last, &change->current, &change->added);
    change->last = change->current.passage;
    change->n_added++;
    for (size_t column = 0; column < N_COLUMNS; column++)
        change->cf_added += change->current.counts[column];
    self->coded_bytes += change->added.size - before;
}

static void count(uint16_t *n) {
    if (*n < UINT16_MAX)
        (*n)++;
}

enum status postings_writer_add(struct postings_writer *writer, uint32_t passage,
                                const struct token_list *columns[N_COLUMNS], struct error *error) {
    for (size_t column = 0; column < N_COLUMNS; column++) {
        const struct token_list *list = columns[column];
        for (size_t i = 0; i < list->n_tokens; i++) {
            const struct token *token = &list->tokens[i];
            struct change *change = change_of(writer, token_term(list, token), token->term_bytes);
            if (!change)
                return error_no_memory(error);
            if (!change->has_current || change->current.passage != passage) {
                close_current(writer, change);
                change->current = (struct posting){.passage = passage};
                change->has_current = true;
            }
            count(&change->current.counts[column]);
        }
    }
    return writer->coded_bytes > POSTINGS_WRITER_BYTES ? postings_writer_flush(writer, error)
                                                       : STATUS_OK;
}

enum status postings_writer_remove(struct postings_writer *writer, uint32_t passage,
                                   const struct token_list *columns[N_COLUMNS],
                                   struct error *error) {
    enum status status = STATUS_OK;
    for (size_t column = 0; column < N_COLUMNS; column++) {
        const struct token_list *list = columns[column];
        for (size_t i = 0; i < list->n_tokens && status == STATUS_OK; i++) {
            const struct token *token = &list->tokens[i];
            struct change *change = change_of(writer, token_term(list, token), token->term_bytes);
            if (!change)
                return error_no_memory(error);
            struct posting_list *removed = &change->removed;
            bool is_new = removed->n_postings == 0 ||
                          removed->postings[removed->n_postings - 1].passage != passage;
            if (is_new)
                status = posting_list_add(removed, (struct posting){.passage = passage}, error);
            if (status == STATUS_OK)
                count(&removed->postings[removed->n_postings - 1].counts[column]);
        }
    }
    return status;
}

/* ---- writing ---- */

static int by_passage(const void *a, const void *b) {
    uint32_t left = ((const struct posting *)a)->passage;
    uint32_t right = ((const struct posting *)b)->passage;
    return (left > right) - (left < right);
}

/* Writes the postings of self->list as segments; `*impact` grows to their largest. */
static enum status write_segments(struct postings_writer *self, uint32_t term, uint8_t *impact,
                                  struct error *error) {
    struct posting_list *list = &self->list;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK; i++) {
        struct posting *posting = &list->postings[i];
        const uint16_t *tokens = lengths_of(self->lengths, posting->passage, error);
        if (tokens)
            posting->impact = bm25f_impact(bm25f_x(&self->reference, posting->counts, tokens));
        else
            status = error->status;
    }
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK;) {
        uint8_t largest;
        sqlite3_bind_int64(self->write_segment, 1,
                           (sqlite3_int64)term << 32 | list->postings[i].passage);
        buffer_clear(&self->segment);
        i += segment_encode(list->postings + i, list->n_postings - i, &self->segment, &largest);
        *impact = largest > *impact ? largest : *impact;
        sqlite3_bind_blob(self->write_segment, 2, self->segment.data, (int)self->segment.size,
                          SQLITE_STATIC);
        status = self->segment.failed ? error_no_memory(error)
                                      : index_run(self->index, self->write_segment, error);
    }
    return status;
}

static enum status delete_segment(struct postings_writer *self, sqlite3_int64 key,
                                  struct error *error) {
    sqlite3_bind_int64(self->delete_segment, 1, key);
    return index_run(self->index, self->delete_segment, error);
}

/* Reads the last segment that begins at or before `passage` into self->list and sets `key`; an
 * empty list if there is none, or it has more than `most` bytes. */
static enum status read_segment(struct postings_writer *self, uint32_t term, uint32_t passage,
                                size_t most, sqlite3_int64 *key, struct error *error) {
    enum status status = STATUS_OK;
    self->list.n_postings = 0;
    sqlite3_bind_int64(self->at, 1, term);
    sqlite3_bind_int64(self->at, 2, passage);
    int result = sqlite3_step(self->at);
    if (result == SQLITE_ROW) {
        size_t n_bytes = (size_t)sqlite3_column_bytes(self->at, 1);
        *key = sqlite3_column_int64(self->at, 0);
        if (n_bytes <= most)
            status = posting_list_add_segment(&self->list, sqlite3_column_blob(self->at, 1),
                                              n_bytes, (uint32_t)(*key & 0xFFFFFFFF), error);
    } else if (result != SQLITE_DONE) {
        status = index_error(self->index, error);
    }
    sqlite3_reset(self->at);
    return status;
}

/* Takes removed[*i] and those after it that are in self->list out of it; `term` loses their counts.
 */
static void remove_postings(struct posting_list *list, const struct posting_list *removed,
                            size_t *i, struct term *term) {
    size_t n_kept = 0;
    for (size_t j = 0; j < list->n_postings; j++) {
        if (*i < removed->n_postings &&
            removed->postings[*i].passage == list->postings[j].passage) {
            term->df--;
            for (size_t column = 0; column < N_COLUMNS; column++)
                term->cf -= list->postings[j].counts[column];
            ++*i;
        } else {
            list->postings[n_kept++] = list->postings[j];
        }
    }
    list->n_postings = n_kept;
}

/* Takes the removed passages, sorted, out of their segments. */
static enum status write_removed(struct postings_writer *self, struct change *change,
                                 struct term *term, struct error *error) {
    struct posting_list *removed = &change->removed;
    enum status status = STATUS_OK;
    qsort(removed->postings, removed->n_postings, sizeof *removed->postings, by_passage);
    for (size_t i = 0; i < removed->n_postings && status == STATUS_OK;) {
        sqlite3_int64 key = 0;
        size_t i_before = i;
        status = read_segment(self, term->id, removed->postings[i].passage, SIZE_MAX, &key, error);
        if (status != STATUS_OK)
            break;
        remove_postings(&self->list, removed, &i, term);
        if (i == i_before)
            return error_set(error, STATUS_INDEX,
                             "%s: the index is damaged: a posting of \"%s\" is missing; remake it "
                             "with osler-index --rebuild",
                             self->index->path, self->strings.data + change->term);
        bool same_key = self->list.n_postings > 0 &&
                        self->list.postings[0].passage == (uint32_t)(key & 0xFFFFFFFF);
        if (!same_key)
            status = delete_segment(self, key, error);
        if (status == STATUS_OK)
            status = write_segments(self, term->id, &term->impact, error);
    }
    return status;
}

/* Puts the added postings behind the term's last segment: into it if that is short beside them, for
 * else an update would write all of it again for a few; then they are a segment of their own. */
static enum status write_added(struct postings_writer *self, struct change *change,
                               struct term *term, struct error *error) {
    enum { TIMES = 4, MIN_BYTES = 192 };
    size_t most = change->added.size * TIMES > MIN_BYTES ? change->added.size * TIMES : MIN_BYTES;
    enum status status = STATUS_OK;
    sqlite3_int64 key = 0;
    self->list.n_postings = 0;
    if (term->df > 0)
        status =
            read_segment(self, term->id, UINT32_MAX,
                         most < SEGMENT_MAX_BYTES / 2 ? most : SEGMENT_MAX_BYTES / 2, &key, error);
    uint32_t passage = 0;
    const unsigned char *at = (const unsigned char *)change->added.data;
    for (size_t i = 0; i < change->n_added && status == STATUS_OK; i++) {
        struct posting posting = read_posting(&at, passage);
        passage = posting.passage;
        status = posting_list_add(&self->list, posting, error);
    }
    if (status == STATUS_OK)
        status = write_segments(self, term->id, &term->impact, error);
    term->df += change->n_added;
    term->cf += change->cf_added;
    return status;
}

static enum status write_change(struct postings_writer *self, struct change *change,
                                struct error *error) {
    const char *name = self->strings.data + change->term;
    struct term term = {0};
    close_current(self, change);
    if (change->added.failed)
        return error_no_memory(error);
    enum status status = STATUS_OK;
    if (self->has_terms)
        status = postings_find(&self->reader, name, change->term_bytes, &term, error);
    if (status == STATUS_OK && change->removed.n_postings > 0)
        status = write_removed(self, change, &term, error);
    if (status == STATUS_OK && term.id == 0)
        term.id = self->collection->next_term++;
    if (status == STATUS_OK && change->n_added > 0)
        status = write_added(self, change, &term, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_stmt *statement = term.df > 0 ? self->write_term : self->delete_term;
    sqlite3_bind_text(statement, 1, name, change->term_bytes, SQLITE_STATIC);
    if (term.df > 0) {
        sqlite3_bind_int64(statement, 2, term.id);
        sqlite3_bind_int64(statement, 3, term.df);
        sqlite3_bind_int64(statement, 4, (sqlite3_int64)term.cf);
        sqlite3_bind_int(statement, 5, term.impact);
    }
    return index_run(self->index, statement, error);
}

static int by_term(const void *a, const void *b, void *strings) {
    const char *left = (const char *)strings + (*(const struct change *const *)a)->term;
    const char *right = (const char *)strings + (*(const struct change *const *)b)->term;
    return strcmp(left, right);
}

/* The changes by rising term, which is the order of table `terms`. */
static struct change **sort_changes(struct postings_writer *self) {
    struct change **sorted = malloc((self->n_changes + 1) * sizeof(*sorted));
    for (size_t i = 0; sorted && i < self->n_changes; i++)
        sorted[i] = &self->changes[i];
    if (sorted && self->n_changes > 0)
        qsort_r(sorted, self->n_changes, sizeof *sorted, by_term, self->strings.data);
    return sorted;
}

enum status postings_writer_flush(struct postings_writer *writer, struct error *error) {
    struct change **sorted = sort_changes(writer);
    enum status status = sorted ? STATUS_OK : error_no_memory(error);
    collection_set_reference(writer->collection);
    writer->reference = bm25f_of(writer->collection->reference);
    for (size_t i = 0; i < writer->n_changes && status == STATUS_OK; i++)
        status = write_change(writer, sorted[i], error);
    writer->has_terms = writer->collection->next_term > 1;
    free(sorted);
    clear(writer);
    return status;
}
