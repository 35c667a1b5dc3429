/* Reading the files that are indexed: whole, or line by line. */
#ifndef OSLER_INDEXER_INPUT_INPUT_FILE_H
#define OSLER_INDEXER_INPUT_INPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/input/sha256.h"
#include "store/buffer.h"
#include "store/error.h"

/* A larger file, or JSONL line, is no article, and reading several at once must fit in memory: a
 * long book has 2 MB. */
enum { DOCUMENT_MAX_BYTES = 16 << 20 };

/* What stat(2) and the content say of a file that was read. */
struct file_state {
    const char *path; /* as stored */
    int64_t size, modified_ns, changed_ns, inode;
    unsigned char sha256[SHA256_BYTES];
};

/* Reads the file at `path` into `bytes` (replacing what it held) and fills `state` (all but its
 * path) from the same open file. Errors: STATUS_INPUT, the text without the path. */
enum status input_file_read(const char *path, struct buffer *bytes, struct file_state *state,
                            struct error *error);

/* Whether the file can be opened. Errors: STATUS_INPUT, the text without the path. */
enum status input_file_probe(const char *path, struct error *error);

/* Fills `state` (all but its path) without keeping the bytes, for a file of any size. */
enum status input_file_hash(const char *path, struct file_state *state, struct error *error);

/* Lines of a file that may be gzip. */
struct line_reader;

enum status line_reader_open(const char *path, struct line_reader **reader, struct error *error);
void line_reader_close(struct line_reader *reader); /* NULL is fine */

/* A run of whole lines. */
struct line_chunk {
    struct buffer bytes;
    size_t first_byte; /* in the (uncompressed) file */
    size_t first_line; /* from 1 */
    size_t
        long_line; /* a line over DOCUMENT_MAX_BYTES that was passed over before these; 0: none */
};

/* Reads the next lines, about CHUNK_BYTES of them, into `chunk`. `*more` is false at the end of the
 * file, with nothing read. Errors: STATUS_INPUT (the text names no file) with what was read before
 * it, STATUS_NO_MEMORY. */
enum status line_reader_next(struct line_reader *reader, struct line_chunk *chunk, bool *more,
                             struct error *error);

#endif
