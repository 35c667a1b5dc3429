/* See postings_writer.h. A hash table of the terms that change, each with its coded additions. */
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
    struct buffer added;    /* coded, first passage `first` */
    uint32_t first, last;
    uint32_t n_added;
    uint64_t cf_added;
    struct posting_list removed;
};

struct postings_writer {
    struct index *index;
    struct collection *collection;
    struct postings_reader reader;
    sqlite3_stmt *last_block, *block_of, *write_block, *delete_block, *write_term, *delete_term;
    struct change *changes;
    size_t n_changes, capacity;
    uint32_t *slots; /* index in changes plus one; a power of two of them */
    size_t n_slots;
    struct buffer strings;
    size_t coded_bytes;
};

enum { FIRST_SLOTS = 1 << 12 };

enum status postings_writer_open(struct postings_writer **writer, struct index *index,
                                 struct collection *collection, struct error *error) {
    struct postings_writer *self = calloc(1, sizeof *self);
    *writer = self;
    if (!self)
        return error_no_memory(error);
    self->index = index;
    self->collection = collection;
    self->n_slots = FIRST_SLOTS;
    self->slots = calloc(self->n_slots, sizeof *self->slots);
    enum status status = self->slots ? STATUS_OK : error_no_memory(error);
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } statements[] = {
        {"SELECT key, block FROM postings WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | 0xFFFFFFFF"
         " ORDER BY key DESC LIMIT 1",
         &self->last_block},
        {"SELECT key, block FROM postings WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | ?2"
         " ORDER BY key DESC LIMIT 1",
         &self->block_of},
        {"INSERT OR REPLACE INTO postings VALUES(?1, ?2)", &self->write_block},
        {"DELETE FROM postings WHERE key = ?1", &self->delete_block},
        {"INSERT OR REPLACE INTO terms(term, id, df, cf) VALUES(?1, ?2, ?3, ?4)",
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
    sqlite3_finalize(writer->last_block);
    sqlite3_finalize(writer->block_of);
    sqlite3_finalize(writer->write_block);
    sqlite3_finalize(writer->delete_block);
    sqlite3_finalize(writer->write_term);
    sqlite3_finalize(writer->delete_term);
    free(writer->changes);
    free(writer->slots);
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

/* Codes the passage that was being counted. */
static void close_current(struct postings_writer *self, struct change *change) {
    if (!change->has_current)
        return;
    change->has_current = false;
    size_t before = change->added.size;
    if (change->n_added == 0)
        change->first = change->last = change->current.passage;
    posting_encode(change->last, &change->current, &change->added);
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

static enum status write_block(struct postings_writer *self, uint32_t term,
                               const struct posting *postings, size_t n_postings,
                               struct error *error) {
    struct buffer block = {0};
    buffer_reserve(&block, n_postings * 2);
    for (size_t i = 0; i < n_postings; i++)
        posting_encode(postings[i > 0 ? i - 1 : 0].passage, &postings[i], &block);
    enum status status = block.failed ? error_no_memory(error) : STATUS_OK;
    if (status == STATUS_OK) {
        sqlite3_bind_int64(self->write_block, 1, (sqlite3_int64)term << 32 | postings[0].passage);
        sqlite3_bind_blob(self->write_block, 2, block.data, (int)block.size, SQLITE_STATIC);
        status = index_run(self->index, self->write_block, error);
    }
    buffer_free(&block);
    return status;
}

static enum status delete_block(struct postings_writer *self, sqlite3_int64 key,
                                struct error *error) {
    sqlite3_bind_int64(self->delete_block, 1, key);
    return index_run(self->index, self->delete_block, error);
}

/* Decodes the row that `select` finds into `list` and sets `key`; an empty list if there is none.
 */
static enum status read_block(struct postings_writer *self, sqlite3_stmt *select,
                              sqlite3_int64 *key, struct posting_list *list, struct error *error) {
    enum status status = STATUS_OK;
    list->n_postings = 0;
    int result = sqlite3_step(select);
    if (result == SQLITE_ROW) {
        *key = sqlite3_column_int64(select, 0);
        status =
            postings_decode(sqlite3_column_blob(select, 1), (size_t)sqlite3_column_bytes(select, 1),
                            (uint32_t)(*key & 0xFFFFFFFF), list, error);
    } else if (result != SQLITE_DONE) {
        status = index_error(self->index, error);
    }
    sqlite3_reset(select);
    return status;
}

/* Takes the removed passages, sorted, out of their blocks; `term` loses their counts. */
static enum status write_removed(struct postings_writer *self, struct change *change,
                                 struct term *term, struct error *error) {
    struct posting_list *removed = &change->removed;
    struct posting_list block = {0};
    enum status status = STATUS_OK;
    qsort(removed->postings, removed->n_postings, sizeof *removed->postings, by_passage);
    for (size_t i = 0; i < removed->n_postings && status == STATUS_OK;) {
        sqlite3_int64 key = 0;
        sqlite3_bind_int64(self->block_of, 1, term->id);
        sqlite3_bind_int64(self->block_of, 2, removed->postings[i].passage);
        status = read_block(self, self->block_of, &key, &block, error);
        size_t n_kept = 0;
        size_t i_before = i;
        for (size_t j = 0; j < block.n_postings && status == STATUS_OK; j++) {
            if (i < removed->n_postings &&
                removed->postings[i].passage == block.postings[j].passage) {
                term->df--;
                for (size_t column = 0; column < N_COLUMNS; column++)
                    term->cf -= block.postings[j].counts[column];
                i++;
            } else {
                block.postings[n_kept++] = block.postings[j];
            }
        }
        if (status == STATUS_OK && i == i_before)
            status =
                error_set(error, STATUS_INDEX,
                          "%s: the index is damaged: a posting of \"%s\" is missing; remake it "
                          "with osler-index --rebuild",
                          self->index->path, self->strings.data + change->term);
        bool same_key = n_kept > 0 && block.postings[0].passage == (key & 0xFFFFFFFF);
        if (status == STATUS_OK && !same_key)
            status = delete_block(self, key, error);
        if (status == STATUS_OK && n_kept > 0)
            status = write_block(self, term->id, block.postings, n_kept, error);
    }
    posting_list_free(&block);
    return status;
}

/* Puts the added postings behind the term's last block, filling that up first. */
static enum status write_added(struct postings_writer *self, struct change *change,
                               struct term *term, struct error *error) {
    struct posting_list list = {0};
    enum status status = STATUS_OK;
    sqlite3_int64 key = 0;
    if (term->df > 0) {
        sqlite3_bind_int64(self->last_block, 1, term->id);
        status = read_block(self, self->last_block, &key, &list, error);
        if (list.n_postings >= POSTINGS_PER_BLOCK)
            list.n_postings = 0;
    }
    if (status == STATUS_OK)
        status = postings_decode((const unsigned char *)change->added.data, change->added.size,
                                 change->first, &list, error);
    for (size_t i = 0; i < list.n_postings && status == STATUS_OK; i += POSTINGS_PER_BLOCK) {
        size_t left = list.n_postings - i;
        status = write_block(self, term->id, list.postings + i,
                             left < POSTINGS_PER_BLOCK ? left : POSTINGS_PER_BLOCK, error);
    }
    term->df += change->n_added;
    term->cf += change->cf_added;
    posting_list_free(&list);
    return status;
}

static enum status write_change(struct postings_writer *self, struct change *change,
                                struct error *error) {
    const char *name = self->strings.data + change->term;
    struct term term;
    close_current(self, change);
    if (change->added.failed)
        return error_no_memory(error);
    enum status status = postings_find(&self->reader, name, change->term_bytes, &term, error);
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
    }
    return index_run(self->index, statement, error);
}

static int by_term(const void *a, const void *b, void *strings) {
    const char *left = (const char *)strings + ((const struct change *)a)->term;
    const char *right = (const char *)strings + ((const struct change *)b)->term;
    return strcmp(left, right);
}

enum status postings_writer_flush(struct postings_writer *writer, struct error *error) {
    enum status status = STATUS_OK;
    if (writer->n_changes > 0)
        qsort_r(writer->changes, writer->n_changes, sizeof *writer->changes, by_term,
                writer->strings.data);
    for (size_t i = 0; i < writer->n_changes && status == STATUS_OK; i++)
        status = write_change(writer, &writer->changes[i], error);
    clear(writer);
    return status;
}
