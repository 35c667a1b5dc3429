/* See http_coding.h. */
#include "indexer/fetch/http_coding.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

/* ---- chunks ---- */

/* More hexadecimal digits than this are no size that a body can have. */
enum { CHUNK_SIZE_DIGITS = 15 };

static int hexadecimal(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads "SIZE [;extension] CRLF" at the start of bytes. Returns its bytes, 0 if it is not there. */
static size_t read_chunk_size(const char *bytes, size_t n_bytes, uint64_t *size) {
    size_t n_digits = 0;
    *size = 0;
    while (n_digits < n_bytes && hexadecimal(bytes[n_digits]) >= 0 && n_digits <= CHUNK_SIZE_DIGITS)
        *size = *size << 4 | (uint64_t)hexadecimal(bytes[n_digits++]);
    if (n_digits == 0 || n_digits > CHUNK_SIZE_DIGITS)
        return 0;
    size_t i = n_digits;
    while (i < n_bytes && (bytes[i] == ' ' || bytes[i] == '\t'))
        i++;
    const char *newline = memchr(bytes + i, '\n', n_bytes - i);
    bool may_end = newline && (bytes[i] == ';' || bytes[i] == '\n' ||
                               (bytes[i] == '\r' && newline == bytes + i + 1));
    return may_end ? (size_t)(newline - bytes) + 1 : 0;
}

/* The bytes of the line end at the start of `bytes`, 0 if there is none. */
static size_t line_end_bytes(const char *bytes, size_t n_bytes) {
    if (n_bytes > 0 && bytes[0] == '\n')
        return 1;
    return n_bytes > 1 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
}

enum coding_result http_dechunk(const char *bytes, size_t n_bytes, struct buffer *out) {
    size_t at = 0;
    bool is_chunked = false;
    bool is_cut = true;
    while (at < n_bytes) {
        uint64_t size;
        size_t header_bytes = read_chunk_size(bytes + at, n_bytes - at, &size);
        if (header_bytes == 0)
            break;
        at += header_bytes;
        size_t rest = n_bytes - at;
        size_t data_bytes = size < rest ? (size_t)size : rest;
        size_t end_bytes = line_end_bytes(bytes + at + data_bytes, rest - data_bytes);
        /* A text whose first line happens to be a number goes on otherwise after so many bytes. */
        if (!is_chunked && size > 0 && end_bytes == 0 && size < rest)
            break;
        is_chunked = true;
        is_cut = size > 0;
        buffer_append(out, bytes + at, data_bytes);
        at += data_bytes + end_bytes;
        if (size == 0 || end_bytes == 0)
            break;
    }
    if (out->failed)
        return CODING_NO_MEMORY;
    if (!is_chunked && n_bytes > 0)
        return CODING_ABSENT;
    return is_cut ? CODING_CUT : CODING_WHOLE;
}

/* ---- compression ---- */

enum { PIECE_BYTES = 1 << 16 };

/* windowBits of inflateInit2 for each format. */
enum { FORMAT_ZLIB = MAX_WBITS, FORMAT_GZIP = MAX_WBITS + 16, FORMAT_BARE = -MAX_WBITS };

static bool is_gzip(const unsigned char *bytes, size_t n_bytes) {
    return n_bytes > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8;
}

static bool is_bomb(size_t n_out, size_t n_in) {
    return n_out > HTTP_BODY_MAX_BYTES ||
           (n_out > HTTP_RATIO_FREE_BYTES && n_out / HTTP_MAX_RATIO > n_in);
}

/* Decompresses to the end of the stream; `code` is what inflate said last. */
static enum coding_result run(z_stream *stream, struct buffer *out, int *code) {
    size_t first = out->size;
    size_t n_in = stream->avail_in;
    *code = Z_OK;
    while (*code == Z_OK) {
        char *end = buffer_reserve(out, PIECE_BYTES);
        if (!end)
            return CODING_NO_MEMORY;
        stream->next_out = (unsigned char *)end;
        stream->avail_out = PIECE_BYTES;
        *code = inflate(stream, Z_NO_FLUSH);
        out->size += PIECE_BYTES - stream->avail_out;
        if (is_bomb(out->size - first, n_in - stream->avail_in))
            return CODING_TOO_LARGE;
        /* A gzip body may be several members; what else follows one is ignored, as by browsers. */
        if (*code == Z_STREAM_END && is_gzip(stream->next_in, stream->avail_in))
            *code = inflateReset(stream);
    }
    return *code == Z_MEM_ERROR    ? CODING_NO_MEMORY
           : *code == Z_STREAM_END ? CODING_WHOLE
                                   : CODING_CUT;
}

static enum coding_result decompress(const char *bytes, size_t n_bytes, int format,
                                     struct buffer *out, int *code) {
    z_stream stream = {0};
    *code = Z_BUF_ERROR;
    if (n_bytes == 0)
        return CODING_WHOLE;
    if (n_bytes > UINT32_MAX)
        return CODING_TOO_LARGE;
    if (inflateInit2(&stream, format) != Z_OK)
        return CODING_NO_MEMORY;
    stream.next_in = (unsigned char *)(uintptr_t)bytes;
    stream.avail_in = (uInt)n_bytes;
    enum coding_result result = run(&stream, out, code);
    inflateEnd(&stream);
    return result;
}

enum coding_result http_gunzip(const char *bytes, size_t n_bytes, struct buffer *out) {
    int code;
    if (n_bytes > 0 && !is_gzip((const unsigned char *)bytes, n_bytes))
        return CODING_ABSENT;
    return decompress(bytes, n_bytes, FORMAT_GZIP, out, &code);
}

enum coding_result http_inflate(const char *bytes, size_t n_bytes, struct buffer *out) {
    int code;
    size_t first = out->size;
    enum coding_result result = decompress(bytes, n_bytes, FORMAT_ZLIB, out, &code);
    if (result != CODING_CUT || code != Z_DATA_ERROR || out->size > first)
        return result;
    result = decompress(bytes, n_bytes, FORMAT_BARE, out, &code);
    if (result != CODING_CUT || code != Z_DATA_ERROR)
        return result;
    /* The bare format has no mark of its own, and text can look like the beginning of it. */
    out->size = first;
    return CODING_ABSENT;
}
