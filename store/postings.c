/* See postings.h. */
#include "store/postings.h"

#include <stdlib.h>

enum { ESCAPE = 0xFF, MAX_BODY = 15, MAX_OTHER = 3 };

void posting_list_free(struct posting_list *list) {
    free(list->postings);
    *list = (struct posting_list){0};
}

static enum status reserve(struct posting_list *list, size_t n_more, struct error *error) {
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
    enum status status = reserve(list, 1, error);
    if (status == STATUS_OK)
        list->postings[list->n_postings++] = posting;
    return status;
}

/* Reads a varint at `*at`; false if the block ends inside it or it exceeds 32 bits. */
static bool read_varint(const unsigned char **at, const unsigned char *end, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; *at < end && shift <= 35; shift += 7) {
        unsigned char byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool read_counts(const unsigned char **at, const unsigned char *end,
                        uint16_t counts[N_COLUMNS]) {
    if (*at == end)
        return false;
    unsigned char packed = *(*at)++;
    counts[COLUMN_BODY] = packed & MAX_BODY;
    counts[COLUMN_HEADINGS] = (packed >> 4) & MAX_OTHER;
    counts[COLUMN_TITLE] = packed >> 6;
    if (packed != ESCAPE)
        return true;
    for (size_t column = 0; column < N_COLUMNS; column++) {
        uint64_t value;
        if (!read_varint(at, end, &value))
            return false;
        counts[column] = value < UINT16_MAX ? (uint16_t)value : UINT16_MAX;
    }
    return true;
}

enum status postings_decode(const unsigned char *block, size_t n_bytes, uint32_t first,
                            struct posting_list *list, struct error *error) {
    const unsigned char *at = block;
    const unsigned char *end = block + n_bytes;
    uint64_t passage = first;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && at < end) {
        struct posting posting = {.counts = {[COLUMN_BODY] = 1}};
        uint64_t head;
        bool whole = read_varint(&at, end, &head);
        passage += head >> 1;
        if (whole && !(head & 1))
            whole = read_counts(&at, end, posting.counts);
        if (!whole || passage > UINT32_MAX)
            return error_set(error, STATUS_INDEX,
                             "the index is damaged: a block of postings "
                             "ends early; remake it with osler-index --rebuild");
        posting.passage = (uint32_t)passage;
        if (list->n_postings == list->capacity)
            status = reserve(list, POSTINGS_PER_BLOCK, error);
        if (status == STATUS_OK)
            list->postings[list->n_postings++] = posting;
    }
    return status;
}

static unsigned char *write_varint(unsigned char *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (unsigned char)((value & 0x7F) | 0x80);
    *at++ = (unsigned char)value;
    return at;
}

void posting_encode(uint32_t before, const struct posting *posting, struct buffer *out) {
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

enum status postings_reader_open(struct postings_reader *reader, struct index *index,
                                 struct error *error) {
    *reader = (struct postings_reader){.index = index};
    enum status status =
        index_prepare(index, "SELECT id, df, cf FROM terms WHERE term = ?1", &reader->find, error);
    if (status == STATUS_OK)
        status = index_prepare(index,
                               "SELECT key & 0xFFFFFFFF, block FROM postings"
                               " WHERE key BETWEEN ?1 << 32 AND ?1 << 32 | 0xFFFFFFFF ORDER BY key",
                               &reader->blocks, error);
    return status;
}

void postings_reader_close(struct postings_reader *reader) {
    sqlite3_finalize(reader->find);
    sqlite3_finalize(reader->blocks);
    *reader = (struct postings_reader){0};
}

enum status postings_find(struct postings_reader *reader, const char *term, size_t n_bytes,
                          struct term *found, struct error *error) {
    *found = (struct term){0};
    sqlite3_bind_text(reader->find, 1, term, (int)n_bytes, SQLITE_STATIC);
    int result = sqlite3_step(reader->find);
    if (result == SQLITE_ROW)
        *found = (struct term){(uint32_t)sqlite3_column_int64(reader->find, 0),
                               (uint32_t)sqlite3_column_int64(reader->find, 1),
                               (uint64_t)sqlite3_column_int64(reader->find, 2)};
    enum status status = result == SQLITE_ROW || result == SQLITE_DONE
                             ? STATUS_OK
                             : index_error(reader->index, error);
    sqlite3_reset(reader->find);
    return status;
}

enum status postings_read(struct postings_reader *reader, const struct term *term,
                          struct posting_list *list, struct error *error) {
    /* A df above this is a lie of a damaged file; then the list grows as it is read. */
    enum { MAX_RESERVED = 1 << 24 };
    enum status status = reserve(list, term->df < MAX_RESERVED ? term->df : MAX_RESERVED, error);
    int result = SQLITE_DONE;
    sqlite3_bind_int64(reader->blocks, 1, term->id);
    while (status == STATUS_OK && (result = sqlite3_step(reader->blocks)) == SQLITE_ROW)
        status = postings_decode(sqlite3_column_blob(reader->blocks, 1),
                                 (size_t)sqlite3_column_bytes(reader->blocks, 1),
                                 (uint32_t)sqlite3_column_int64(reader->blocks, 0), list, error);
    if (status == STATUS_OK && result != SQLITE_DONE)
        status = index_error(reader->index, error);
    sqlite3_reset(reader->blocks);
    return status;
}
