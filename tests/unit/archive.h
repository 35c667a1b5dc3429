/* Archives made by hand: records as text, in gzip members or not. */
#ifndef OSLER_TESTS_UNIT_ARCHIVE_H
#define OSLER_TESTS_UNIT_ARCHIVE_H

#include <zlib.h>

#include "indexer/warc/warc_reader.h"
#include "tests/unit/temporary_index.h"

/* Appends a response record; `length` is what its Content-Length says. */
static inline void add_record_of_length(struct buffer *archive, const char *url, const char *block,
                                        size_t length) {
    buffer_append_format(archive,
                         "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <%s>\r\n"
                         "WARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2025-08-01T12:00:00Z\r\n"
                         "Content-Type: application/http;msgtype=response\r\n"
                         "Content-Length: %zu\r\n\r\n%s\r\n\r\n",
                         url, length, block);
}

static inline void add_record(struct buffer *archive, const char *url, const char *block) {
    add_record_of_length(archive, url, block, strlen(block));
}

/* Appends `text` as a gzip member; `level` 0 stores it. */
static inline void add_member(struct buffer *archive, const struct buffer *text, int level) {
    z_stream stream = {0};
    assert_int_equal(
        deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t bound = deflateBound(&stream, text->size);
    stream.next_in = (unsigned char *)text->data;
    stream.avail_in = (uInt)text->size;
    stream.next_out = (unsigned char *)buffer_reserve(archive, bound);
    stream.avail_out = (uInt)bound;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    archive->size += bound - stream.avail_out;
    deflateEnd(&stream);
}

/* Appends a response record as a gzip member of its own. */
static inline void add_gzip_record(struct buffer *archive, const char *url, const char *block) {
    struct buffer text = {0};
    add_record(&text, url, block);
    add_member(archive, &text, 6);
    buffer_free(&text);
}

/* What a reader finds in a file: for each record "URL=block;", for each problem "!what;". */
static inline void list_file(const char *path, struct buffer *listing) {
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    struct error error = {0};
    bool more = true;
    if (warc_reader_open(path, &reader, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    while (more) {
        if (warc_reader_next(reader, &record, &more, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        if (more && record.problem)
            buffer_append_format(listing, "!%s;", record.problem);
        else if (more)
            buffer_append_format(listing, "%s=%s;", record.target_uri ? record.target_uri : "",
                                 buffer_string(&record.block));
    }
    warc_record_free(&record);
    warc_reader_close(reader);
}

/* Writes the archive to a file, expects that listing, and frees the archive. */
static inline void expect_listing_of(const char *path, struct buffer *archive,
                                     const char *expected) {
    struct buffer listing = {0};
    write_bytes(path, archive->data, archive->size);
    list_file(path, &listing);
    buffer_free(archive);
    assert_string_equal(buffer_string(&listing), expected);
    buffer_free(&listing);
}

static inline void expect_listing(struct buffer *archive, const char *expected) {
    expect_listing_of("a.warc.gz", archive, expected);
}

#endif
