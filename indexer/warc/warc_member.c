/* See warc_member.h. ISA-L compresses, four times as fast as zlib does for the same size: what is
 * fetched at full speed can be archived by the thread that fetches. zlib reads: what is read may be
 * hostile, and has to be decompressed as a stream. */
#include "indexer/warc/warc_member.h"

#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { GZIP_WINDOW = MAX_WBITS + 16 };

/* The gzip header up to the end of "sl": magic, method, flags (4: an extra field), time, level and
 * system (unknown), the extra field's bytes, its id, its own bytes, and the two lengths. */
static const unsigned char header_start[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 12, 0, 's', 'l', 8, 0,
};
enum {
    LENGTH_AT = sizeof header_start,
    TEXT_LENGTH_AT = LENGTH_AT + 4,
    HEADER_BYTES = LENGTH_AT + 8,
    TRAILER_BYTES = 8,
};

static void write_u32(unsigned char *to, size_t value) {
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> 8 * i);
}

static uint32_t read_u32(const unsigned char *from) {
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

/* ---- writing ---- */

enum { PIECE_BYTES = 1 << 15 };

struct deflater {
    struct isal_zstream stream;
    uint8_t memory[ISAL_DEF_LVL1_DEFAULT];
};

static struct deflater *deflater_new(void) {
    struct deflater *self = malloc(sizeof *self);
    if (!self)
        return NULL;
    isal_deflate_init(&self->stream);
    self->stream.gzip_flag = IGZIP_GZIP_NO_HDR;
    self->stream.level = 1;
    self->stream.level_buf = self->memory;
    self->stream.level_buf_size = sizeof self->memory;
    return self;
}

/* Compresses one part into `out`. */
static bool compress_part(struct isal_zstream *stream, const struct warc_part *part, bool is_last,
                          struct buffer *out) {
    stream->next_in = (uint8_t *)(uintptr_t)part->bytes;
    stream->avail_in = (uint32_t)part->n_bytes;
    stream->end_of_stream = is_last;
    do {
        char *to = buffer_reserve(out, PIECE_BYTES);
        stream->next_out = (uint8_t *)to;
        stream->avail_out = PIECE_BYTES;
        if (!to || isal_deflate(stream) != COMP_OK)
            return false;
        out->size += PIECE_BYTES - stream->avail_out;
    } while (stream->avail_out == 0);
    return true;
}

enum status warc_member_append(const struct warc_part *parts, size_t n_parts, struct buffer *out,
                               struct error *error) {
    static const char no_lengths[HEADER_BYTES - LENGTH_AT] = {0};
    struct deflater *deflater = deflater_new();
    size_t start = out->size;
    size_t text_bytes = 0;
    bool is_done = deflater;
    buffer_append(out, (const char *)header_start, sizeof header_start);
    buffer_append(out, no_lengths, sizeof no_lengths);
    for (size_t i = 0; is_done && i < n_parts; i++) {
        is_done = compress_part(&deflater->stream, &parts[i], i + 1 == n_parts, out);
        text_bytes += parts[i].n_bytes;
    }
    free(deflater);
    if (!is_done || out->failed)
        return error_no_memory(error);
    unsigned char *member = (unsigned char *)out->data + start;
    write_u32(member + LENGTH_AT, out->size - start);
    write_u32(member + TEXT_LENGTH_AT, text_bytes);
    return STATUS_OK;
}

/* ---- what of a file is whole ---- */

static enum status read_at(int descriptor, uint64_t offset, unsigned char *to, size_t n_bytes,
                           size_t *n_read, struct error *error) {
    ssize_t result;
    do
        result = pread(descriptor, to, n_bytes, (off_t)offset);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return error_set(error, STATUS_INDEX, "%s", strerror(errno));
    *n_read = (size_t)result;
    return STATUS_OK;
}

/* `*n_whole` moves on by the members behind it that decompress to their end. */
static enum status decompress(int descriptor, uint64_t n_bytes, uint64_t *n_whole,
                              struct error *error) {
    enum { INPUT_BYTES = 1 << 14 };
    unsigned char input[INPUT_BYTES];
    unsigned char text[INPUT_BYTES];
    z_stream stream = {0};
    uint64_t at = *n_whole;
    int code = Z_OK;
    enum status status = STATUS_OK;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return error_no_memory(error);
    while (status == STATUS_OK && code == Z_OK) {
        size_t n_read = 1;
        if (stream.avail_in == 0 && at < n_bytes) {
            status = read_at(descriptor, at, input, sizeof input, &n_read, error);
            stream.next_in = input;
            stream.avail_in = (uInt)n_read;
            at += n_read;
        }
        stream.next_out = text;
        stream.avail_out = sizeof text;
        /* At the end of the file there is no progress: Z_BUF_ERROR. */
        code = inflate(&stream, Z_NO_FLUSH);
        if (code == Z_STREAM_END) {
            *n_whole = at - stream.avail_in;
            code = inflateReset(&stream);
        }
    }
    inflateEnd(&stream);
    return code == Z_MEM_ERROR ? error_no_memory(error) : status;
}

/* Moves `*at` over the members that have lengths; `*last` is where the last of them begins. */
static enum status walk(int descriptor, uint64_t n_bytes, uint64_t *at, uint64_t *last,
                        struct error *error) {
    for (;;) {
        unsigned char header[HEADER_BYTES];
        size_t n_read = 0;
        enum status status = read_at(descriptor, *at, header, sizeof header, &n_read, error);
        if (status != STATUS_OK)
            return status;
        if (n_read < sizeof header || memcmp(header, header_start, 4) != 0 ||
            memcmp(header + 10, header_start + 10, LENGTH_AT - 10) != 0)
            return STATUS_OK;
        uint32_t length = read_u32(header + LENGTH_AT);
        if (length < HEADER_BYTES + TRAILER_BYTES || length > n_bytes - *at)
            return STATUS_OK;
        *last = *at;
        *at += length;
    }
}

enum status warc_member_whole(int descriptor, uint64_t n_bytes, uint64_t *n_whole,
                              struct error *error) {
    uint64_t end = 0;
    uint64_t last = 0;
    enum status status = walk(descriptor, n_bytes, &end, &last, error);
    *n_whole = last;
    if (status == STATUS_OK)
        status = decompress(descriptor, n_bytes, n_whole, error);
    if (status != STATUS_OK || *n_whole >= end)
        return status;
    /* A power failure can leave lengths without the bytes that they promise. */
    *n_whole = 0;
    return decompress(descriptor, n_bytes, n_whole, error);
}
