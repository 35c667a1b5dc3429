/* The records of an archive file, one after the other: .warc, or .warc.gz with a member for each
 * record or around many.
 *
 * Archives are often damaged: crawlers are killed, disks fill up. A record that is broken is
 * named, with its place, and reading goes on where the next one begins: at a gzip member, or a line
 * that begins with "WARC/". Where a length is wrong, the bytes that it covers are searched too, but
 * in all no more bytes are read again than are read for the first time, so that a hostile file
 * costs time in proportion to its size; memory is bounded by WARC_BLOCK_MAX_BYTES. */
#ifndef OSLER_INDEXER_WARC_WARC_READER_H
#define OSLER_INDEXER_WARC_WARC_READER_H

#include <stdbool.h>

#include "indexer/warc/warc.h"
#include "store/error.h"

struct warc_reader;

/* Errors: STATUS_INPUT (the text does not name the file), STATUS_NO_MEMORY. */
enum status warc_reader_open(const char *path, struct warc_reader **reader, struct error *error);
void warc_reader_close(struct warc_reader *reader); /* NULL is fine */

/* Goes to byte `offset` of the file, where a record or gzip member begins. Errors: STATUS_INPUT,
 * STATUS_NO_MEMORY. */
enum status warc_reader_start(struct warc_reader *reader, uint64_t offset, struct error *error);

/* The size of the file when it was opened. */
uint64_t warc_reader_file_bytes(const struct warc_reader *reader);

/* Replaces what `record` held by the next record, or by a problem (record->problem). `*more` is
 * false at the end of the file, with nothing read. Errors: STATUS_INPUT when the file cannot be
 * read further, STATUS_NO_MEMORY. */
enum status warc_reader_next(struct warc_reader *reader, struct warc_record *record, bool *more,
                             struct error *error);

/* Reads the one record at `place`, which came from warc_reader_next or warc_writer_append. Errors:
 * STATUS_INPUT also when no whole record is there. */
enum status warc_read_at(const char *path, struct warc_place place, struct warc_record *record,
                         struct error *error);

#endif
