/* The decompressed bytes of an archive file, and where in the file they come from.
 *
 * A file that is not gzip is read as it is. Of one that is, the members follow each other in one
 * stream; damage ends the stream until warc_source_resume finds the next member. */
#ifndef OSLER_INDEXER_WARC_WARC_SOURCE_H
#define OSLER_INDEXER_WARC_WARC_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "indexer/warc/warc.h"
#include "store/buffer.h"
#include "store/error.h"

enum warc_source_state {
    SOURCE_OPEN,    /* more may come */
    SOURCE_END,     /* the file ended */
    SOURCE_DAMAGED, /* what follows in the file is no gzip data */
};

struct warc_member {
    uint64_t offset; /* in the file */
    uint64_t start;  /* position of its first byte */
};

struct warc_source {
    int descriptor;
    uint64_t file_bytes;
    bool is_gzip;
    struct buffer window; /* bytes that were read; those from window_start on are not yet used */
    size_t window_start;
    uint64_t position; /* of window_start, counted from where reading began */
    enum warc_source_state state;
    const char *damage; /* what is wrong; not owned */
    uint64_t damage_offset;
    uint64_t n_produced;               /* bytes put into the window so far */
    struct warc_member member, before; /* the one being read, and the one before it */
    bool in_member;
    z_stream stream;
    unsigned char *input; /* compressed bytes */
    size_t input_start, input_end;
    uint64_t input_offset; /* in the file, of input[input_start] */
};

/* Opens `path`, zeroing `source` first. Errors: STATUS_INPUT (the text does not name the file),
 * STATUS_NO_MEMORY. On failure nothing is left open. */
enum status warc_source_open(struct warc_source *source, const char *path, struct error *error);
void warc_source_close(struct warc_source *source);

/* The bytes that are ready. */
const char *warc_source_bytes(const struct warc_source *source);
size_t warc_source_available(const struct warc_source *source);

/* Makes at least `n_bytes` ready, unless the state becomes another than SOURCE_OPEN before.
 * Errors: STATUS_INPUT when the file cannot be read, STATUS_NO_MEMORY. */
enum status warc_source_fill(struct warc_source *source, size_t n_bytes, struct error *error);

/* Uses up `n_bytes` of those that are ready. */
void warc_source_use(struct warc_source *source, size_t n_bytes);

/* True if a gzip member, or the file, begins with the next byte. */
bool warc_source_begins_member(const struct warc_source *source);

/* The place of the next byte; of members of less than six bytes it may be a later one. */
struct warc_place warc_source_place(const struct warc_source *source);

/* Goes to a place; beyond the end of the file or member the state becomes SOURCE_END or
 * SOURCE_DAMAGED. Errors as warc_source_fill. */
enum status warc_source_seek(struct warc_source *source, struct warc_place place,
                             struct error *error);

/* After SOURCE_DAMAGED: drops what is ready and goes on with the next gzip member from `offset` of
 * the file on whose text begins as a record does. Then SOURCE_OPEN, or SOURCE_END. */
enum status warc_source_resume(struct warc_source *source, uint64_t offset, struct error *error);

#endif
