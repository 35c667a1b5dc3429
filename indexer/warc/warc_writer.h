/* Writes our archive: WARC/1.1 files NAME-YYYYMMDDhhmmss.warc.gz in one folder, a gzip member for
 * each record, each file beginning with a warcinfo record.
 *
 * Records are appended to the newest file until it is full. A record is compressed in memory and
 * written behind the last one; an interrupted write leaves a broken tail, which hurts no earlier
 * member. The next writer cuts it off: no one was told of that record, and left in place it would
 * be an error for every reader of the file for ever. A file with records behind the damage was not
 * damaged so: it is left alone, and a new one begun. Only its holder writes to a file (flock). */
#ifndef OSLER_INDEXER_WARC_WARC_WRITER_H
#define OSLER_INDEXER_WARC_WARC_WRITER_H

#include <stdint.h>

#include "indexer/warc/warc.h"
#include "indexer/warc/warc_date.h"
#include "indexer/warc/warc_digest.h"
#include "store/error.h"

/* When a file has so many bytes the next record begins a new one: what ISO 28500 recommends. */
enum { WARC_FILE_MAX_BYTES = 1000000000 };

struct warc_writer;

struct warc_writer_options {
    const char *folder;      /* made if it is absent, but not the one it is in */
    const char *name;        /* what its files are called; a plain name */
    const char *software;    /* "Osler/1.0", for the warcinfo records */
    uint64_t file_max_bytes; /* 0: WARC_FILE_MAX_BYTES */
};

/* Nothing is written before the first record. The strings of `options` are copied. Errors:
 * STATUS_INDEX (the text names the file or folder), STATUS_NO_MEMORY. */
enum status warc_writer_open(const struct warc_writer_options *options, struct warc_writer **writer,
                             struct error *error);

enum { WARC_ID_BYTES = 45 + 1 }; /* "urn:uuid:" and 36 characters, with the closing NUL */

/* Where a record went and what it was given. */
struct warc_written {
    const char *file; /* its name in the folder; valid until the next call */
    struct warc_place place;
    uint64_t begin, end;    /* of what this writer has written to the file so far */
    char id[WARC_ID_BYTES]; /* empty if the record had one */
    char date[WARC_DATE_BYTES];
    char payload_digest[WARC_DIGEST_BYTES]; /* empty if the record has none, or had one */
};

/* Appends a record: its type, strings and block. Given to it where they are NULL: the id (random),
 * the date (now), the content type of an HTTP request or response, the block's digest, the payload
 * digest of a response, and "length" as truncated of a revisit whose payload is elsewhere. Errors:
 * STATUS_INPUT if a string of the record cannot be written or the block is too large,
 * STATUS_INDEX, STATUS_NO_MEMORY; then the archive is as it was. */
enum status warc_writer_append(struct warc_writer *writer, const struct warc_record *record,
                               struct warc_written *written, struct error *error);

/* Makes what was appended survive a power failure. To be called before anything is published that
 * refers to it. Errors: STATUS_INDEX. */
enum status warc_writer_sync(struct warc_writer *writer, struct error *error);

void warc_writer_close(struct warc_writer *writer); /* NULL is fine; does not sync */

#endif
