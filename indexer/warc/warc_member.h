/* The gzip members of our archive files, one for each record.
 *
 * A member begins with a gzip header whose extra field "sl" has the bytes of the whole member and
 * of its text, 32-bit little-endian each, as wget writes it and the early drafts of WARC describe
 * it: so the members of a large file can be walked without decompressing them. */
#ifndef OSLER_INDEXER_WARC_WARC_MEMBER_H
#define OSLER_INDEXER_WARC_WARC_MEMBER_H

#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"

struct warc_part {
    const char *bytes;
    size_t n_bytes;
};

/* Appends a member with the text of all parts, together less than 4 GB, to `out`. Errors:
 * STATUS_NO_MEMORY. */
enum status warc_member_append(const struct warc_part *parts, size_t n_parts, struct buffer *out,
                               struct error *error);

/* `*n_whole` is where the last whole member of the open file of `n_bytes` bytes ends: n_bytes
 * unless its end is damaged. Members are believed by their lengths, all but the last, which is
 * decompressed; where that fails, so are those before it. Errors: STATUS_INDEX when it cannot be
 * read, STATUS_NO_MEMORY. */
enum status warc_member_whole(int descriptor, uint64_t n_bytes, uint64_t *n_whole,
                              struct error *error);

#endif
