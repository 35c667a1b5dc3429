/* See jobs.h. */
#include "indexer/jobs.h"

#include <stdbool.h>
#include <stdlib.h>

static void close_reader(struct jobs *jobs) {
    line_reader_close(jobs->reader);
    jobs->reader = NULL;
}

void jobs_close(struct jobs *jobs) {
    close_reader(jobs);
    free(jobs->items);
    *jobs = (struct jobs){0};
}

/* A job for the item that was taken last. */
static struct job *new_job(const struct jobs *jobs) {
    size_t i_item = jobs->items[jobs->next_item - 1];
    const struct plan_item *item = &jobs->plan->items[i_item];
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    job->tag = i_item;
    job->path = item->file->path;
    job->name = item->name;
    job->kind = item->file->kind;
    job->expected_bytes = item->file->size;
    return job;
}

/* Begins a file of several documents, without any yet. The records of an archive are none here: see
 * source_pages.h. */
static void begin_file(struct jobs *jobs, struct job *job) {
    job->is_chunk = true;
    job->starts_file = true;
    job->expected_bytes = 0;
    job->status = input_file_hash(job->path, &job->state, &job->error);
    if (job->status == STATUS_OK && file_kind_is_lines(job->kind))
        job->status = line_reader_open(job->path, &jobs->reader, &job->error);
}

/* Reads the next lines of the open file; `*more` is false, and the job to be thrown away, at its
 * end. */
static void read_lines(struct jobs *jobs, struct job *job, bool *more) {
    job->is_chunk = true;
    job->status = line_reader_next(jobs->reader, &job->chunk, more, &job->error);
    job->expected_bytes = job->chunk.bytes.size;
    if (job->status != STATUS_OK || !*more)
        close_reader(jobs);
    *more = *more || job->status != STATUS_OK;
}

/* Appends the next files to a job as long as they are small together. */
static enum status add_small_files(struct jobs *jobs, struct job *first, struct error *error) {
    enum { SMALL_BYTES = 64 << 10 };
    for (struct job *last = first; jobs->next_item < jobs->n_items; last = last->next) {
        const struct walk_file *file = jobs->plan->items[jobs->items[jobs->next_item]].file;
        bool is_text = file->kind == FILE_MARKDOWN || file->kind == FILE_PLAIN_TEXT;
        if (!is_text || first->expected_bytes + file->size > SMALL_BYTES)
            break;
        jobs->next_item++;
        last->next = new_job(jobs);
        if (!last->next)
            return error_no_memory(error);
        first->expected_bytes += file->size;
    }
    return STATUS_OK;
}

enum status jobs_next(struct jobs *jobs, struct job **job, struct error *error) {
    if (jobs->reader) {
        bool more = false;
        *job = new_job(jobs);
        if (!*job)
            return error_no_memory(error);
        read_lines(jobs, *job, &more);
        if (more)
            return STATUS_OK;
        job_free(*job);
    }
    *job = NULL;
    if (jobs->next_item == jobs->n_items)
        return STATUS_OK;
    jobs->next_item++;
    *job = new_job(jobs);
    if (!*job)
        return error_no_memory(error);
    if ((*job)->kind != FILE_WARC && !file_kind_is_lines((*job)->kind))
        return add_small_files(jobs, *job, error);
    begin_file(jobs, *job);
    return STATUS_OK;
}
