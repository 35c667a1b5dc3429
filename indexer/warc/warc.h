/* Records of web archives: WARC/1.0 and 1.1 (ISO 28500), and the drafts from 0.17 on.
 *
 *   WARC/1.1                            a record is a header, a block of Content-Length bytes, and
 *   WARC-Type: response                 two line ends; in a .warc.gz each is a gzip member of its
 *   WARC-Target-URI: https://a.example/ own, so that it can be read without those before it
 *   Content-Length: 1234
 *
 *   HTTP/1.1 200 OK ...                 the block
 *
 * warc_reader.h and warc_writer.h read and write files of them. */
#ifndef OSLER_INDEXER_WARC_WARC_H
#define OSLER_INDEXER_WARC_WARC_H

#include <stddef.h>
#include <stdint.h>

#include "store/arena.h"
#include "store/buffer.h"
#include "store/error.h"

/* A block that is larger is skipped: no page or paper is, films are. */
enum { WARC_BLOCK_MAX_BYTES = 64 << 20 };

/* A header has some 500 bytes and one URL; a hostile one must end somewhere. */
enum { WARC_HEADER_MAX_BYTES = 64 << 10 };

/* The profiles of a revisit record. Crawlers write the same with 1.0. */
#define WARC_IDENTICAL_PAYLOAD "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#define WARC_NOT_MODIFIED "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

enum warc_type {
    WARC_OTHER,
    WARC_INFO,
    WARC_RESPONSE, /* the block is an HTTP response, see http_message.h, if the URI is http(s) */
    WARC_RESOURCE, /* the block is the page itself, of the record's content_type */
    WARC_REQUEST,
    WARC_METADATA,
    WARC_REVISIT,
    WARC_CONVERSION,
    WARC_CONTINUATION,
};

/* Where a record begins. */
struct warc_place {
    uint64_t offset; /* of the file, in bytes; in a gzip file of the member */
    uint64_t skip;   /* bytes of the decompressed member before it: 0 if it has one of its own */
};

/* Zero-initialised it is empty. The strings are NULL where the record does not say; "<" and ">"
 * around them are taken off. */
struct warc_record {
    struct arena arena; /* of a record that was read: owns its strings */
    struct warc_place place;
    const char *problem; /* NULL: a whole record. Else what is wrong at `place`: no block, and of
                            the rest only what could be read; "type" may be WARC_OTHER */
    enum warc_type type;
    const char *target_uri;
    const char *date; /* as written: "2025-08-01T12:00:00Z", in 1.1 also with a fraction */
    const char *id;   /* "urn:uuid:..." */
    const char *content_type;
    const char *ip_address;
    const char *concurrent_to; /* the first, if there are several */
    const char *refers_to;
    const char *refers_to_target_uri;
    const char *refers_to_date;
    const char *payload_digest; /* "sha1:" and base32, mostly */
    const char *block_digest;
    const char *profile;
    const char *truncated; /* why the block is not all of it */
    const char *file_name; /* of a warcinfo record */
    uint64_t content_length;
    struct buffer block;
};

void warc_record_free(struct warc_record *record);  /* frees and zeroes; safe on a zeroed record */
void warc_record_clear(struct warc_record *record); /* the same, but keeps the block's memory */

/* Fills in all but place and block from a header, bytes[0, n_bytes), from "WARC/" to the blank
 * line. Errors: STATUS_INPUT (the text says what is wrong; what could be read is filled in),
 * STATUS_NO_MEMORY. */
enum status warc_record_parse(struct warc_record *record, const char *bytes, size_t n_bytes,
                              struct error *error);

/* Appends the header of `record`, whose Content-Length is block.size, with the blank line. Errors:
 * STATUS_INPUT if a string has a control character or the type is WARC_OTHER. */
enum status warc_record_format(const struct warc_record *record, struct buffer *out,
                               struct error *error);

#endif
