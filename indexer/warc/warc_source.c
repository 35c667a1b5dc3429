/* See warc_source.h. */
#include "indexer/warc/warc_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 16 };

/* What of a supposed member is looked at: its header, the code tables and the first words of a
 * record fit. It bounds the work for a file full of gzip magic. */
enum { PROBE_BYTES = 512 };

static const char gzip_magic[] = {0x1F, (char)0x8B, 8};
enum { MAGIC_BYTES = sizeof gzip_magic };

static const char record_mark[] = {'W', 'A', 'R', 'C', '/'};
enum { MARK_BYTES = sizeof record_mark };

/* pread(2) that goes on after a signal and fills `to` unless the file ends. */
static enum status read_at(const struct warc_source *self, uint64_t offset, void *to,
                           size_t n_bytes, size_t *n_read, struct error *error) {
    *n_read = 0;
    while (*n_read < n_bytes) {
        ssize_t result = pread(self->descriptor, (char *)to + *n_read, n_bytes - *n_read,
                               (off_t)(offset + *n_read));
        if (result == 0)
            break;
        if (result < 0 && errno != EINTR)
            return error_set(error, STATUS_INPUT, "%s", strerror(errno));
        if (result > 0)
            *n_read += (size_t)result;
    }
    return STATUS_OK;
}

static enum status open_file(struct warc_source *self, const char *path, struct error *error) {
    struct stat file;
    self->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->descriptor < 0 || fstat(self->descriptor, &file) != 0)
        return error_set(error, STATUS_INPUT, "%s", strerror(errno));
    if (!S_ISREG(file.st_mode))
        return error_set(error, STATUS_INPUT, "not a regular file");
    self->file_bytes = (uint64_t)file.st_size;
    return STATUS_OK;
}

/* What the file is, by its first bytes; if they are damaged, by its name. */
static enum status look_at_start(struct warc_source *self, const char *path, struct error *error) {
    char first[MARK_BYTES] = "";
    size_t n_read;
    size_t name_bytes = strlen(path);
    enum status status = read_at(self, 0, first, sizeof first, &n_read, error);
    self->is_gzip = memcmp(first, gzip_magic, MAGIC_BYTES) == 0 ||
                    (name_bytes > 3 && strcasecmp(path + name_bytes - 3, ".gz") == 0 &&
                     memcmp(first, record_mark, MARK_BYTES) != 0);
    return status;
}

enum status warc_source_open(struct warc_source *source, const char *path, struct error *error) {
    *source = (struct warc_source){.descriptor = -1};
    enum status status = open_file(source, path, error);
    if (status == STATUS_OK)
        status = look_at_start(source, path, error);
    if (status == STATUS_OK && source->is_gzip) {
        source->input = malloc(PIECE_BYTES);
        if (!source->input || inflateInit2(&source->stream, MAX_WBITS + 16) != Z_OK)
            status = error_no_memory(error);
    }
    if (status != STATUS_OK)
        warc_source_close(source);
    return status;
}

void warc_source_close(struct warc_source *source) {
    inflateEnd(&source->stream); /* of a zeroed stream: an error that changes nothing */
    free(source->input);
    buffer_free(&source->window);
    if (source->descriptor >= 0)
        close(source->descriptor);
    *source = (struct warc_source){.descriptor = -1};
}

const char *warc_source_bytes(const struct warc_source *source) {
    return buffer_string(&source->window) + source->window_start;
}

size_t warc_source_available(const struct warc_source *source) {
    return source->window.size - source->window_start;
}

void warc_source_use(struct warc_source *source, size_t n_bytes) {
    source->window_start += n_bytes;
    source->position += n_bytes;
}

bool warc_source_begins_member(const struct warc_source *source) {
    if (!source->is_gzip)
        return source->input_offset == warc_source_available(source);
    return source->position == source->member.start || source->position == source->before.start;
}

struct warc_place warc_source_place(const struct warc_source *source) {
    if (!source->is_gzip)
        return (struct warc_place){source->input_offset - warc_source_available(source), 0};
    const struct warc_member *member =
        source->position < source->member.start ? &source->before : &source->member;
    return (struct warc_place){member->offset, source->position - member->start};
}

/* ---- reading on ---- */

static void damage(struct warc_source *self, uint64_t offset, const char *text) {
    self->state = SOURCE_DAMAGED;
    self->damage_offset = offset;
    self->damage = text;
}

/* Room for one piece behind the bytes that are ready, which move to the front. */
static char *make_room(struct warc_source *self) {
    size_t ready = warc_source_available(self);
    if (self->window_start > 0 && ready > 0)
        memmove(self->window.data, self->window.data + self->window_start, ready);
    self->window.size = ready;
    self->window_start = 0;
    return buffer_reserve(&self->window, PIECE_BYTES);
}

static void produced(struct warc_source *self, size_t n_bytes) {
    self->window.size += n_bytes;
    self->n_produced += n_bytes;
}

static enum status read_plain(struct warc_source *self, struct error *error) {
    size_t n_read;
    char *to = make_room(self);
    if (!to)
        return error_no_memory(error);
    enum status status = read_at(self, self->input_offset, to, PIECE_BYTES, &n_read, error);
    if (status != STATUS_OK)
        return status;
    self->input_offset += n_read;
    produced(self, n_read);
    if (n_read == 0)
        self->state = SOURCE_END;
    return STATUS_OK;
}

/* Reads compressed bytes behind those that are left. */
static enum status read_input(struct warc_source *self, struct error *error) {
    size_t left = self->input_end - self->input_start;
    size_t n_read;
    memmove(self->input, self->input + self->input_start, left);
    self->input_start = 0;
    self->input_end = left;
    enum status status = read_at(self, self->input_offset + left, self->input + left,
                                 PIECE_BYTES - left, &n_read, error);
    self->input_end += n_read;
    return status;
}

static enum status begin_member(struct warc_source *self, struct error *error) {
    enum status status = STATUS_OK;
    if (self->input_end - self->input_start < MAGIC_BYTES)
        status = read_input(self, error);
    size_t left = self->input_end - self->input_start;
    if (status != STATUS_OK)
        return status;
    if (left == 0)
        self->state = SOURCE_END;
    else if (left < MAGIC_BYTES ||
             memcmp(self->input + self->input_start, gzip_magic, MAGIC_BYTES) != 0)
        damage(self, self->input_offset, "bytes that are no gzip data");
    if (self->state != SOURCE_OPEN)
        return STATUS_OK;
    inflateReset(&self->stream);
    self->in_member = true;
    self->before = self->member;
    self->member.offset = self->input_offset;
    self->member.start = self->position + warc_source_available(self);
    return STATUS_OK;
}

/* Decompresses some of the member. */
static enum status read_member(struct warc_source *self, struct error *error) {
    if (self->input_start == self->input_end) {
        enum status status = read_input(self, error);
        if (status != STATUS_OK)
            return status;
        if (self->input_end == 0) {
            damage(self, self->member.offset, "the gzip data end early");
            return STATUS_OK;
        }
    }
    char *to = make_room(self);
    if (!to)
        return error_no_memory(error);
    self->stream.next_in = self->input + self->input_start;
    self->stream.avail_in = (uInt)(self->input_end - self->input_start);
    self->stream.next_out = (unsigned char *)to;
    self->stream.avail_out = PIECE_BYTES;
    int code = inflate(&self->stream, Z_NO_FLUSH);
    size_t n_used = self->input_end - self->input_start - self->stream.avail_in;
    self->input_start += n_used;
    self->input_offset += n_used;
    produced(self, PIECE_BYTES - self->stream.avail_out);
    self->in_member = code != Z_STREAM_END;
    if (code == Z_MEM_ERROR)
        return error_no_memory(error);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        damage(self, self->member.offset, "broken gzip data");
    return STATUS_OK;
}

enum status warc_source_fill(struct warc_source *source, size_t n_bytes, struct error *error) {
    enum status status = STATUS_OK;
    while (status == STATUS_OK && source->state == SOURCE_OPEN &&
           warc_source_available(source) < n_bytes) {
        if (!source->is_gzip)
            status = read_plain(source, error);
        else if (!source->in_member)
            status = begin_member(source, error);
        else
            status = read_member(source, error);
    }
    return status;
}

/* ---- going elsewhere ---- */

/* As if the file began at `offset`, though the position goes on. */
static void restart(struct warc_source *self, uint64_t offset) {
    buffer_clear(&self->window);
    self->window_start = 0;
    self->state = SOURCE_OPEN;
    self->damage = NULL;
    self->in_member = false;
    self->input_start = self->input_end = 0;
    self->input_offset = offset;
    self->member = (struct warc_member){offset, self->position};
    self->before = self->member;
}

enum status warc_source_seek(struct warc_source *source, struct warc_place place,
                             struct error *error) {
    enum status status = STATUS_OK;
    restart(source, place.offset);
    while (status == STATUS_OK && place.skip > 0) {
        status = warc_source_fill(source, 1, error);
        size_t ready = warc_source_available(source);
        size_t used = ready < place.skip ? ready : (size_t)place.skip;
        if (used == 0)
            break;
        warc_source_use(source, used);
        place.skip -= used;
    }
    return status;
}

/* True if the gzip member at `offset` begins with a record. */
static enum status probe(struct warc_source *self, uint64_t offset, bool *found,
                         struct error *error) {
    unsigned char bytes[PROBE_BYTES];
    char text[MARK_BYTES] = {0};
    size_t n_read;
    enum status status = read_at(self, offset, bytes, sizeof bytes, &n_read, error);
    if (status != STATUS_OK)
        return status;
    inflateReset(&self->stream);
    self->stream.next_in = bytes;
    self->stream.avail_in = (uInt)n_read;
    self->stream.next_out = (unsigned char *)text;
    self->stream.avail_out = sizeof text;
    inflate(&self->stream, Z_NO_FLUSH);
    *found = self->stream.avail_out == 0 && memcmp(text, record_mark, sizeof text) == 0;
    return STATUS_OK;
}

enum status warc_source_resume(struct warc_source *source, uint64_t offset, struct error *error) {
    enum status status = STATUS_OK;
    bool found = false;
    size_t n_read = PIECE_BYTES;
    warc_source_use(source, warc_source_available(source));
    while (status == STATUS_OK && !found && n_read == PIECE_BYTES) {
        status = read_at(source, offset, source->input, PIECE_BYTES, &n_read, error);
        const unsigned char *at = source->input;
        const unsigned char *end = source->input + n_read;
        while (status == STATUS_OK && !found &&
               (at = memmem(at, (size_t)(end - at), gzip_magic, MAGIC_BYTES))) {
            status = probe(source, offset + (uint64_t)(at - source->input), &found, error);
            at++;
        }
        if (found)
            offset += (uint64_t)(at - source->input) - 1;
        else
            offset += n_read < PIECE_BYTES ? n_read : PIECE_BYTES - (MAGIC_BYTES - 1);
    }
    restart(source, offset);
    if (!found)
        source->state = SOURCE_END;
    return status;
}
