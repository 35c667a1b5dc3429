/* See warc_reader.h. */
#include "indexer/warc/warc_reader.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/warc/warc_source.h"

/* Bytes that may be read again before any is read for the first time: for small files. */
enum { FREE_BYTES = 1 << 20 };

static const char too_large[] = "the block is larger than 64 MB";
_Static_assert(WARC_BLOCK_MAX_BYTES == 64 << 20, "too_large says so");

/* "WARC/" and a digit. */
enum { MARK_BYTES = 6 };

struct warc_reader {
    struct warc_source source;
    uint64_t n_again; /* bytes that were read again */
};

/* How the reading of a record ended, and so where the next one is looked for. */
enum outcome {
    RECORD_WHOLE,
    RECORD_CUT,     /* the next gzip member came first: there */
    RECORD_DAMAGED, /* the gzip data are damaged: at the next member that is whole */
    RECORD_WRONG,   /* its header is not to be believed: behind its mark */
    RECORD_NONE,    /* it has no mark: at the next one */
    FILE_ENDED,
};

enum status warc_reader_open(const char *path, struct warc_reader **reader, struct error *error) {
    *reader = calloc(1, sizeof **reader);
    if (!*reader)
        return error_no_memory(error);
    enum status status = warc_source_open(&(*reader)->source, path, error);
    if (status != STATUS_OK) {
        free(*reader);
        *reader = NULL;
    }
    return status;
}

void warc_reader_close(struct warc_reader *reader) {
    if (!reader)
        return;
    warc_source_close(&reader->source);
    free(reader);
}

enum status warc_reader_start(struct warc_reader *reader, uint64_t offset, struct error *error) {
    return offset == 0
               ? STATUS_OK
               : warc_source_seek(&reader->source, (struct warc_place){.offset = offset}, error);
}

uint64_t warc_reader_file_bytes(const struct warc_reader *reader) {
    return reader->source.file_bytes;
}

/* ---- finding the next record ---- */

static bool has_mark(const struct warc_source *source) {
    const char *bytes = warc_source_bytes(source);
    return warc_source_available(source) >= MARK_BYTES && memcmp(bytes, "WARC/", 5) == 0 &&
           bytes[5] >= '0' && bytes[5] <= '9';
}

/* Uses up what is ready up to the end of a line, of a gzip member, or all. True after a line. */
static bool use_line(struct warc_source *source) {
    size_t n_bytes = warc_source_available(source);
    if (source->member.start > source->position &&
        source->member.start - source->position < n_bytes)
        n_bytes = (size_t)(source->member.start - source->position);
    const char *bytes = warc_source_bytes(source);
    const char *newline = n_bytes > 0 ? memchr(bytes, '\n', n_bytes) : NULL;
    warc_source_use(source, newline ? (size_t)(newline - bytes) + 1 : n_bytes);
    return newline;
}

/* Goes to the next line or gzip member that begins with a mark, or to the end or damage. */
static enum status find_mark(struct warc_source *source, bool at_line, struct error *error) {
    enum status status;
    while ((status = warc_source_fill(source, MARK_BYTES, error)) == STATUS_OK) {
        if (has_mark(source) && (at_line || warc_source_begins_member(source)))
            break;
        if (warc_source_available(source) == 0)
            break;
        at_line = use_line(source);
    }
    return status;
}

/* Uses up line ends, at most `*n_lines` of them if it is not NULL, and counts them in it. */
static enum status use_line_ends(struct warc_source *source, size_t *n_lines, struct error *error) {
    enum status status;
    size_t n_used = 0;
    while ((status = warc_source_fill(source, 1, error)) == STATUS_OK &&
           warc_source_available(source) > 0 && (!n_lines || n_used < *n_lines)) {
        char byte = *warc_source_bytes(source);
        if (byte != '\n' && byte != '\r')
            break;
        warc_source_use(source, 1);
        n_used += byte == '\n';
    }
    if (n_lines)
        *n_lines = n_used;
    return status;
}

/* ---- a record ---- */

/* The end of the blank line in bytes, looked for from `from` on; 0 if there is none. */
static size_t header_end(const char *bytes, size_t n_bytes, size_t from) {
    while (from < n_bytes) {
        const char *newline = memchr(bytes + from, '\n', n_bytes - from);
        if (!newline)
            return 0;
        from = (size_t)(newline - bytes) + 1;
        if (from < n_bytes && bytes[from] == '\n')
            return from + 1;
        if (from + 1 < n_bytes && bytes[from] == '\r' && bytes[from + 1] == '\n')
            return from + 2;
    }
    return 0;
}

static enum outcome end_early(const struct warc_source *source, struct warc_record *record) {
    if (source->state == SOURCE_DAMAGED) {
        record->problem = source->damage;
        return RECORD_DAMAGED;
    }
    record->problem = "the file ends within this record";
    return RECORD_WRONG;
}

/* Reads the header and uses it up. */
static enum status read_header(struct warc_source *source, struct warc_record *record,
                               enum outcome *outcome, struct error *error) {
    size_t n_bytes = 0;
    size_t searched = 0;
    uint64_t start = source->position;
    *outcome = RECORD_WHOLE;
    while (*outcome == RECORD_WHOLE && n_bytes == 0) {
        size_t ready = warc_source_available(source);
        if (source->member.start > start) {
            warc_source_use(source, (size_t)(source->member.start - start));
            record->problem = "the header is cut off";
            *outcome = RECORD_CUT;
        } else if ((n_bytes = header_end(warc_source_bytes(source), ready, searched)) > 0) {
            break;
        } else if (ready > WARC_HEADER_MAX_BYTES) {
            record->problem = "the header is too long";
            *outcome = RECORD_WRONG;
        } else if (source->state != SOURCE_OPEN) {
            *outcome = end_early(source, record);
        } else {
            enum status status = warc_source_fill(source, ready + 1, error);
            if (status != STATUS_OK)
                return status;
        }
        searched = ready > 2 ? ready - 2 : 0;
    }
    if (*outcome != RECORD_WHOLE)
        return STATUS_OK;
    struct error wrong;
    enum status status = warc_record_parse(record, warc_source_bytes(source), n_bytes, &wrong);
    if (status == STATUS_NO_MEMORY)
        return error_no_memory(error);
    if (status != STATUS_OK) {
        *outcome = RECORD_WRONG;
        record->problem = arena_string(&record->arena, wrong.text);
        return record->problem ? STATUS_OK : error_no_memory(error);
    }
    warc_source_use(source, n_bytes);
    return STATUS_OK;
}

/* Reads the block, of which no more is kept than may be. */
static enum status read_block(struct warc_source *source, struct warc_record *record,
                              enum outcome *outcome, struct error *error) {
    uint64_t left = record->content_length;
    if (!source->is_gzip && left > source->file_bytes - warc_source_place(source).offset) {
        *outcome = end_early(source, record);
        return STATUS_OK;
    }
    while (left > 0) {
        enum status status = warc_source_fill(source, MARK_BYTES, error);
        size_t ready = warc_source_available(source);
        if (status != STATUS_OK)
            return status;
        if (ready == 0) {
            *outcome = end_early(source, record);
            return STATUS_OK;
        }
        if (warc_source_begins_member(source) && has_mark(source)) {
            record->problem = "the record is shorter than its Content-Length";
            *outcome = RECORD_CUT;
            return STATUS_OK;
        }
        /* Up to the next member, so that its beginning is looked at. */
        if (source->member.start > source->position &&
            source->member.start - source->position < ready)
            ready = (size_t)(source->member.start - source->position);
        size_t used = ready < left ? ready : (size_t)left;
        if (record->content_length <= WARC_BLOCK_MAX_BYTES)
            buffer_append(&record->block, warc_source_bytes(source), used);
        if (record->block.failed)
            return error_no_memory(error);
        warc_source_use(source, used);
        left -= used;
    }
    return STATUS_OK;
}

/* A block is followed by two line ends. Where they are missing but the next record is in its place,
 * or nothing at all, the writer was careless; else the length is wrong. */
static enum status read_end(struct warc_source *source, struct warc_record *record,
                            enum outcome *outcome, struct error *error) {
    size_t n_lines = 2;
    enum status status = use_line_ends(source, &n_lines, error);
    if (status == STATUS_OK)
        status = warc_source_fill(source, MARK_BYTES, error);
    if (status != STATUS_OK)
        return status;
    bool nothing_left = warc_source_available(source) == 0;
    /* The checksum of a gzip member comes after its text, so that of what was read before the
     * damage the last record is not to be trusted. */
    if (!has_mark(source) && source->state == SOURCE_DAMAGED &&
        !warc_source_begins_member(source) && source->damage_offset == source->member.offset) {
        *outcome = end_early(source, record);
    } else if (n_lines < 2 && !nothing_left && !has_mark(source) &&
               !warc_source_begins_member(source)) {
        record->problem = "the record does not end where its Content-Length says";
        *outcome = RECORD_WRONG;
    }
    return STATUS_OK;
}

/* Reads one record, or what is wrong. */
static enum status read_record(struct warc_source *source, struct warc_record *record,
                               enum outcome *outcome, struct error *error) {
    enum status status = warc_source_fill(source, MARK_BYTES, error);
    record->place = warc_source_place(source);
    if (status != STATUS_OK)
        return status;
    if (warc_source_available(source) < MARK_BYTES && source->state == SOURCE_DAMAGED) {
        *outcome = RECORD_DAMAGED;
        record->problem = source->damage;
        record->place = (struct warc_place){source->damage_offset, 0};
        return STATUS_OK;
    }
    if (warc_source_available(source) == 0) {
        *outcome = FILE_ENDED;
        return STATUS_OK;
    }
    if (!has_mark(source)) {
        record->problem = "bytes that begin no record";
        *outcome = RECORD_NONE;
        return STATUS_OK;
    }
    status = read_header(source, record, outcome, error);
    if (status == STATUS_OK && *outcome == RECORD_WHOLE)
        status = read_block(source, record, outcome, error);
    if (status == STATUS_OK && *outcome == RECORD_WHOLE)
        status = read_end(source, record, outcome, error);
    if (status == STATUS_OK && *outcome == RECORD_WHOLE &&
        record->content_length > WARC_BLOCK_MAX_BYTES)
        record->problem = too_large;
    return status;
}

/* ---- all of them ---- */

/* Keeps the bytes that are read again in proportion to all: at most as many as are read once. */
static bool may_read_again(struct warc_reader *self, uint64_t n_bytes) {
    if (self->n_again + n_bytes > self->source.n_produced / 2 + FREE_BYTES)
        return false;
    self->n_again += n_bytes;
    return true;
}

/* Goes from a record that began at `start` and is wrong to the next one. */
static enum status look_inside(struct warc_reader *self, struct warc_place place, uint64_t start,
                               struct error *error) {
    struct warc_source *source = &self->source;
    enum status status = STATUS_OK;
    uint64_t n_again = source->position - start + place.skip;
    if (source->position == start) {
        warc_source_use(source, MARK_BYTES);
    } else if (may_read_again(self, n_again)) {
        if (source->is_gzip)
            place.skip += MARK_BYTES;
        else
            place.offset += MARK_BYTES;
        status = warc_source_seek(source, place, error);
    }
    return status == STATUS_OK ? find_mark(source, false, error) : status;
}

static enum status find_next(struct warc_reader *self, enum outcome outcome,
                             const struct warc_record *record, uint64_t start,
                             struct error *error) {
    struct warc_source *source = &self->source;
    switch (outcome) {
    case RECORD_WRONG:
        return look_inside(self, record->place, start, error);
    case RECORD_NONE:
        return find_mark(source, false, error);
    case RECORD_DAMAGED:
        if (may_read_again(self, source->input_offset - source->damage_offset))
            return warc_source_resume(source, source->damage_offset + 1, error);
        return warc_source_resume(source, source->input_offset, error);
    default:
        return STATUS_OK;
    }
}

enum status warc_reader_next(struct warc_reader *reader, struct warc_record *record, bool *more,
                             struct error *error) {
    struct warc_source *source = &reader->source;
    enum outcome outcome;
    warc_record_clear(record);
    enum status status = use_line_ends(source, NULL, error);
    uint64_t start = source->position;
    if (status == STATUS_OK)
        status = read_record(source, record, &outcome, error);
    if (status == STATUS_OK)
        status = find_next(reader, outcome, record, start, error);
    if (status != STATUS_OK)
        return status;
    if (record->problem)
        buffer_clear(&record->block);
    *more = outcome != FILE_ENDED;
    return STATUS_OK;
}

enum status warc_read_at(const char *path, struct warc_place place, struct warc_record *record,
                         struct error *error) {
    struct warc_source source;
    enum outcome outcome;
    warc_record_clear(record);
    enum status status = warc_source_open(&source, path, error);
    if (status != STATUS_OK)
        return status;
    status = warc_source_seek(&source, place, error);
    if (status == STATUS_OK)
        status = read_record(&source, record, &outcome, error);
    if (status == STATUS_OK && (outcome != RECORD_WHOLE || record->problem))
        status = error_set(error, STATUS_INPUT, "no record at byte %llu: %s",
                           (unsigned long long)place.offset,
                           record->problem ? record->problem : "the file ends before");
    warc_source_close(&source);
    return status;
}
