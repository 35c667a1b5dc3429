/* Worker threads that read and prepare documents, and hand them back in the order they were asked
 * for, so that the index does not depend on their number. */
#ifndef OSLER_INDEXER_PUBLISH_PIPELINE_H
#define OSLER_INDEXER_PUBLISH_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/input/file_kind.h"
#include "indexer/input/input_file.h"
#include "indexer/publish/prepare.h"
#include "indexer/warc/warc.h"
#include "store/error.h"

/* One document that a worker made, or why it could not. */
struct prepared_item {
    struct prepared prepared;
    enum status status; /* STATUS_OK, or STATUS_INPUT with `error` */
    struct error error;
    size_t line; /* JSONL: its line */
};

/* A file, a run of lines of one, or a captured page. The caller sets the first part, a worker the
 * second. Small files are a list, which one worker does and the caller gets back as one. */
struct job {
    struct job *next;
    size_t tag;       /* for the caller */
    const char *path; /* to open, unless these are lines; borrowed */
    const char *name; /* for a title; borrowed */
    const char *url;  /* of the page, whose record is at `place` of the file; NULL: a file */
    struct warc_place place;
    enum file_kind kind;
    bool is_chunk;    /* `chunk` has the bytes */
    bool starts_file; /* chunk: the first of its file, `state` is set */
    struct line_chunk chunk;
    size_t expected_bytes;  /* for bounding what is under way; of the list in its first */
    struct earlier earlier; /* whole file: the document that it has in the index, if any */

    struct file_state state; /* whole file: as it was read */
    struct prepared_item *items;
    size_t n_items, items_capacity;
    struct inversion inversion; /* of the new passages of all of the list, in its first */
    struct inversion leaving;   /* of those of earlier documents that leave; likewise */
    enum status status;         /* STATUS_INPUT: file or page could not be read; STATUS_NO_MEMORY */
    struct error error;
};

struct pipeline;

/* Starts `n_workers` (at least 1) threads. `connection` lends its FTS5 to their tokenizers. */
enum status pipeline_open(struct pipeline **pipeline, size_t n_workers, sqlite3 *connection,
                          struct error *error);
void pipeline_close(struct pipeline *pipeline); /* stops early if jobs are left; NULL is fine */

/* True while another job would keep too much under way. */
bool pipeline_is_full(const struct pipeline *pipeline);

/* Hands over a job, which the pipeline owns until it is taken back. */
enum status pipeline_submit(struct pipeline *pipeline, struct job *job, struct error *error);

bool pipeline_has_jobs(const struct pipeline *pipeline);

/* Waits for the oldest job and gives it to the caller (job_free); NULL when none is under way. */
struct job *pipeline_take(struct pipeline *pipeline);

void job_free(struct job *job); /* frees the list; NULL is fine */

#endif
