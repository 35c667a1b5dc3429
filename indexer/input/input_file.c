/* See input_file.h. */
#include "indexer/input/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { READ_BYTES = 1 << 17, CHUNK_BYTES = 1 << 18 };

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* A file that changed so shortly ago may change again without a new time stamp: its recorded time
 * is made to differ, so that the next run looks at its bytes. */
enum { SETTLED_NS = 100000000 };

static enum status open_regular(const char *path, int *descriptor, struct file_state *state,
                                struct error *error) {
    struct stat file;
    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*descriptor < 0 || fstat(*descriptor, &file) != 0)
        return error_set(error, STATUS_INPUT, "%s", strerror(errno));
    if (!S_ISREG(file.st_mode))
        return error_set(error, STATUS_INPUT, "not a regular file");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    state->size = file.st_size;
    state->modified_ns = nanoseconds(file.st_mtim);
    state->changed_ns = nanoseconds(file.st_ctim);
    state->inode = (int64_t)file.st_ino;
    if (nanoseconds(now) - state->changed_ns < SETTLED_NS)
        state->changed_ns = 0;
    return STATUS_OK;
}

/* read(2) that goes on after a signal; STATUS_INPUT on failure. */
static enum status read_some(int descriptor, void *to, size_t n_bytes, size_t *n_read,
                             struct error *error) {
    ssize_t result;
    do
        result = read(descriptor, to, n_bytes);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return error_set(error, STATUS_INPUT, "%s", strerror(errno));
    *n_read = (size_t)result;
    return STATUS_OK;
}

enum status input_file_read(const char *path, struct buffer *bytes, struct file_state *state,
                            struct error *error) {
    int descriptor = -1;
    size_t n_read = 1;
    buffer_clear(bytes);
    enum status status = open_regular(path, &descriptor, state, error);
    /* One byte more than the file says tells its end without a second look. */
    size_t wanted = state->size < READ_BYTES ? (size_t)state->size + 1 : READ_BYTES;
    while (status == STATUS_OK && n_read > 0 && bytes->size <= DOCUMENT_MAX_BYTES) {
        char *end = buffer_reserve(bytes, wanted);
        status = end ? read_some(descriptor, end, wanted, &n_read, error) : error_no_memory(error);
        if (status == STATUS_OK) {
            bytes->size += n_read;
            bytes->data[bytes->size] = '\0';
        }
        if (status == STATUS_OK && bytes->size == (size_t)state->size && n_read < wanted)
            break;
    }
    if (status == STATUS_OK && bytes->size > DOCUMENT_MAX_BYTES)
        status = error_set(error, STATUS_INPUT, "larger than %d MB: not indexed",
                           DOCUMENT_MAX_BYTES >> 20);
    if (descriptor >= 0)
        close(descriptor);
    if (status == STATUS_OK)
        sha256_of(buffer_string(bytes), bytes->size, state->sha256);
    return status;
}

enum status input_file_probe(const char *path, struct error *error) {
    struct file_state state;
    int descriptor = -1;
    enum status status = open_regular(path, &descriptor, &state, error);
    if (descriptor >= 0)
        close(descriptor);
    return status;
}

enum status input_file_hash(const char *path, struct file_state *state, struct error *error) {
    int descriptor = -1;
    char *bytes = malloc(READ_BYTES);
    enum status status =
        bytes ? open_regular(path, &descriptor, state, error) : error_no_memory(error);
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t n_read = 1; status == STATUS_OK && n_read > 0;) {
        status = read_some(descriptor, bytes, READ_BYTES, &n_read, error);
        if (status == STATUS_OK)
            sha256_update(&context, n_read, (const uint8_t *)bytes);
    }
    sha256_digest(&context, SHA256_BYTES, state->sha256);
    if (descriptor >= 0)
        close(descriptor);
    free(bytes);
    return status;
}

/* ---- lines ---- */

struct line_reader {
    gzFile file;
    struct buffer rest; /* read, not yet given: the beginning of a line */
    size_t next_byte, next_line;
    size_t long_line;
    bool at_end;
};

enum status line_reader_open(const char *path, struct line_reader **reader, struct error *error) {
    struct line_reader *self = calloc(1, sizeof *self);
    *reader = self;
    if (!self)
        return error_no_memory(error);
    self->next_line = 1;
    self->file = gzopen(path, "rbe");
    if (self->file) {
        gzbuffer(self->file, READ_BYTES);
        return STATUS_OK;
    }
    int reason = errno;
    free(self);
    *reader = NULL;
    return reason == ENOMEM ? error_no_memory(error)
                            : error_set(error, STATUS_INPUT, "%s", strerror(reason));
}

void line_reader_close(struct line_reader *reader) {
    if (!reader)
        return;
    gzclose(reader->file);
    buffer_free(&reader->rest);
    free(reader);
}

/* Reads more behind `rest`. */
static enum status fill(struct line_reader *self, struct error *error) {
    char *end = buffer_reserve(&self->rest, READ_BYTES);
    if (!end)
        return error_no_memory(error);
    int n_read = gzread(self->file, end, READ_BYTES);
    self->at_end = n_read <= 0;
    if (n_read > 0) {
        self->rest.size += (size_t)n_read;
        return STATUS_OK;
    }
    int code;
    const char *message = gzerror(self->file, &code);
    if (code == Z_OK || code == Z_STREAM_END)
        return STATUS_OK;
    if (code == Z_MEM_ERROR)
        return error_no_memory(error);
    return error_set(error, STATUS_INPUT, "cannot be read further: %s",
                     code == Z_ERRNO       ? strerror(errno)
                     : code == Z_BUF_ERROR ? "the gzip data end early"
                                           : message);
}

static const char *last_newline(const struct buffer *bytes) {
    return bytes->size > 0 ? memrchr(bytes->data, '\n', bytes->size) : NULL;
}

static void drop(struct line_reader *self, size_t n_bytes) {
    memmove(self->rest.data, self->rest.data + n_bytes, self->rest.size - n_bytes);
    self->rest.size -= n_bytes;
    self->next_byte += n_bytes;
}

/* Passes over the rest of a line that is too long. */
static enum status skip_line(struct line_reader *self, struct error *error) {
    enum status status = STATUS_OK;
    const char *newline = NULL;
    self->long_line = self->next_line++;
    while (status == STATUS_OK && !newline && !self->at_end) {
        drop(self, self->rest.size);
        status = fill(self, error);
        newline = self->rest.size > 0 ? memchr(self->rest.data, '\n', self->rest.size) : NULL;
    }
    if (newline)
        drop(self, (size_t)(newline - self->rest.data) + 1);
    else if (self->rest.size > 0)
        drop(self, self->rest.size);
    return status;
}

enum status line_reader_next(struct line_reader *reader, struct line_chunk *chunk, bool *more,
                             struct error *error) {
    enum status status = STATUS_OK;
    buffer_clear(&chunk->bytes);
    while (status == STATUS_OK && !reader->at_end &&
           (reader->rest.size < CHUNK_BYTES || !last_newline(&reader->rest))) {
        status = fill(reader, error);
        if (reader->rest.size > DOCUMENT_MAX_BYTES && !last_newline(&reader->rest))
            status = skip_line(reader, error);
    }
    const char *newline = last_newline(&reader->rest);
    size_t n_bytes = newline ? (size_t)(newline - reader->rest.data) + 1 : 0;
    if (reader->at_end && status == STATUS_OK)
        n_bytes = reader->rest.size; /* the last line may lack its newline */
    chunk->first_byte = reader->next_byte;
    chunk->first_line = reader->next_line;
    chunk->long_line = reader->long_line;
    reader->long_line = 0;
    buffer_append(&chunk->bytes, buffer_string(&reader->rest), n_bytes);
    if (chunk->bytes.failed)
        return error_no_memory(error);
    for (size_t i = 0; i < n_bytes; i++)
        reader->next_line += chunk->bytes.data[i] == '\n';
    if (n_bytes > 0)
        drop(reader, n_bytes);
    *more = n_bytes > 0 || chunk->long_line > 0;
    return status;
}
