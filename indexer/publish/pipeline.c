/* See pipeline.h. A ring of jobs by sequence number:
 *
 *   taken <= ... <= started <= ... <= submitted        submitted - taken <= RING
 *     |  done or in work |   waiting  |
 */
#include "indexer/publish/pipeline.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/warc/page.h"

enum {
    RING = 64,                 /* jobs under way: enough to even out their sizes */
    BYTES_UNDER_WAY = 2 << 20, /* what a worker makes of a job takes several times its bytes */
};

struct slot {
    struct job *job;
    bool done;
};

struct pipeline {
    pthread_mutex_t mutex;
    pthread_cond_t job_waits, job_done;
    struct slot ring[RING];
    size_t submitted, started, taken; /* sequence numbers */
    size_t bytes_under_way;
    bool stopping;
    struct worker *workers;
    size_t n_workers, n_threads;
};

struct worker {
    struct pipeline *pipeline;
    struct tokenizer *tokenizer;
    struct inversion *inversion, *leaving; /* of the jobs under way */
    struct buffer bytes;
    pthread_t thread;
};

void job_free(struct job *job) {
    for (struct job *next; job; job = next) {
        next = job->next;
        for (size_t i = 0; i < job->n_items; i++)
            prepared_free(&job->items[i].prepared);
        free(job->items);
        inversion_free(&job->inversion);
        inversion_free(&job->leaving);
        earlier_free(&job->earlier);
        buffer_free(&job->chunk.bytes);
        free(job);
    }
}

/* Prepares one document of `job`. */
static void add_item(struct worker *worker, struct job *job, const struct input *input) {
    if (job->n_items == job->items_capacity) {
        size_t capacity = job->items_capacity ? job->items_capacity * 2 : 1;
        struct prepared_item *items = realloc(job->items, capacity * sizeof *items);
        if (!items) {
            job->status = error_no_memory(&job->error);
            return;
        }
        job->items = items;
        job->items_capacity = capacity;
    }
    struct prepared_item *item = &job->items[job->n_items++];
    memset(item, 0, sizeof *item);
    item->line = input->line;
    item->status = prepare(input, &job->earlier, worker->tokenizer, worker->inversion,
                           &item->prepared, &item->error);
    if (item->status == STATUS_NO_MEMORY)
        job->status = error_no_memory(&job->error);
}

static void prepare_file(struct worker *worker, struct job *job) {
    job->status = input_file_read(job->path, &worker->bytes, &job->state, &job->error);
    if (job->status != STATUS_OK)
        return;
    struct input input = {.kind = job->kind,
                          .bytes = buffer_string(&worker->bytes),
                          .n_bytes = worker->bytes.size,
                          .name = job->name};
    add_item(worker, job, &input);
    if (worker->bytes.size == 0 && job->n_items == 1)
        document_problem(&job->items[0].prepared.document, 0, "the file is empty");
    if (earlier_invert(&job->earlier, worker->tokenizer, worker->leaving, &job->error) != STATUS_OK)
        job->status = STATUS_NO_MEMORY;
}

static void prepare_page(struct worker *worker, struct job *job) {
    struct page page = {0};
    job->status = page_read(job->path, job->place, &page, &job->error);
    struct input input = {.kind = page.kind,
                          .bytes = page.bytes,
                          .n_bytes = page.n_bytes,
                          .name = job->name,
                          .url = job->url,
                          .charset = page.charset};
    if (job->status == STATUS_OK)
        add_item(worker, job, &input);
    page_free(&page);
}

/* True for a line that is only white space. */
static bool is_blank(const char *bytes, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (!strchr(" \t\r\n", bytes[i]))
            return false;
    return true;
}

static void prepare_lines(struct worker *worker, struct job *job) {
    const char *bytes = buffer_string(&job->chunk.bytes);
    size_t n_bytes = job->chunk.bytes.size;
    size_t line = job->chunk.first_line;
    /* Where reading failed, the lines before are documents all the same. */
    for (size_t start = 0; start < n_bytes && job->status != STATUS_NO_MEMORY; line++) {
        const char *newline = memchr(bytes + start, '\n', n_bytes - start);
        size_t end = newline ? (size_t)(newline - bytes) : n_bytes;
        size_t length = end - start;
        if (length > 0 && bytes[end - 1] == '\r')
            length--;
        struct input input = {.kind = FILE_JSONL,
                              .bytes = bytes + start,
                              .n_bytes = length,
                              .name = job->name,
                              .first_byte = job->chunk.first_byte + start,
                              .line = line};
        if (!is_blank(bytes + start, length))
            add_item(worker, job, &input);
        start = end + 1;
    }
}

static void do_jobs(struct worker *worker, struct job *first) {
    worker->inversion = &first->inversion;
    worker->leaving = &first->leaving;
    for (struct job *job = first; job; job = job->next) {
        if (job->is_chunk)
            prepare_lines(worker, job);
        else if (job->url)
            prepare_page(worker, job);
        else
            prepare_file(worker, job);
    }
    if (inversion_close(&first->inversion, &first->error) != STATUS_OK ||
        inversion_close(&first->leaving, &first->error) != STATUS_OK)
        first->status = STATUS_NO_MEMORY;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    struct pipeline *pipeline = worker->pipeline;
    pthread_mutex_lock(&pipeline->mutex);
    while (!pipeline->stopping) {
        if (pipeline->started == pipeline->submitted) {
            pthread_cond_wait(&pipeline->job_waits, &pipeline->mutex);
            continue;
        }
        struct slot *slot = &pipeline->ring[pipeline->started++ % RING];
        pthread_mutex_unlock(&pipeline->mutex);
        do_jobs(worker, slot->job);
        pthread_mutex_lock(&pipeline->mutex);
        slot->done = true;
        pthread_cond_signal(&pipeline->job_done);
    }
    pthread_mutex_unlock(&pipeline->mutex);
    return NULL;
}

enum status pipeline_open(struct pipeline **pipeline, size_t n_workers, sqlite3 *connection,
                          struct error *error) {
    struct pipeline *self = calloc(1, sizeof *self);
    *pipeline = self;
    if (!self)
        return error_no_memory(error);
    xmlInitParser(); /* in one thread: two that do it at once may wait for each other for ever */
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->job_waits, NULL);
    pthread_cond_init(&self->job_done, NULL);
    self->workers = calloc(n_workers, sizeof *self->workers);
    enum status status = self->workers ? STATUS_OK : error_no_memory(error);
    for (size_t i = 0; i < n_workers && status == STATUS_OK; i++) {
        struct worker *worker = &self->workers[self->n_workers++];
        worker->pipeline = self;
        status = tokenizer_open(connection, &worker->tokenizer, error);
    }
    for (size_t i = 0; i < n_workers && status == STATUS_OK; i++) {
        int result = pthread_create(&self->workers[i].thread, NULL, work, &self->workers[i]);
        if (result == 0)
            self->n_threads++;
        else if (self->n_threads == 0)
            status =
                error_set(error, STATUS_NO_MEMORY, "cannot start a thread: %s", strerror(result));
    }
    if (status != STATUS_OK) {
        pipeline_close(self);
        *pipeline = NULL;
    }
    return status;
}

void pipeline_close(struct pipeline *pipeline) {
    if (!pipeline)
        return;
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->stopping = true;
    pthread_cond_broadcast(&pipeline->job_waits);
    pthread_mutex_unlock(&pipeline->mutex);
    for (size_t i = 0; i < pipeline->n_threads; i++)
        pthread_join(pipeline->workers[i].thread, NULL);
    for (size_t i = pipeline->taken; i < pipeline->submitted; i++)
        job_free(pipeline->ring[i % RING].job);
    for (size_t i = 0; i < pipeline->n_workers; i++) {
        tokenizer_close(pipeline->workers[i].tokenizer);
        buffer_free(&pipeline->workers[i].bytes);
    }
    free(pipeline->workers);
    pthread_cond_destroy(&pipeline->job_done);
    pthread_cond_destroy(&pipeline->job_waits);
    pthread_mutex_destroy(&pipeline->mutex);
    free(pipeline);
}

/* Only the caller's thread changes these numbers. */
bool pipeline_is_full(const struct pipeline *pipeline) {
    return pipeline->submitted - pipeline->taken == RING ||
           pipeline->bytes_under_way > BYTES_UNDER_WAY;
}

bool pipeline_has_jobs(const struct pipeline *pipeline) {
    return pipeline->taken < pipeline->submitted;
}

enum status pipeline_submit(struct pipeline *pipeline, struct job *job, struct error *error) {
    if (pipeline->submitted - pipeline->taken == RING)
        return error_set(error, STATUS_NO_MEMORY, "the pipeline is full");
    pthread_mutex_lock(&pipeline->mutex);
    pipeline->ring[pipeline->submitted++ % RING] = (struct slot){.job = job};
    pipeline->bytes_under_way += job->expected_bytes;
    pthread_cond_signal(&pipeline->job_waits);
    pthread_mutex_unlock(&pipeline->mutex);
    return STATUS_OK;
}

struct job *pipeline_take(struct pipeline *pipeline) {
    if (pipeline->taken == pipeline->submitted)
        return NULL;
    pthread_mutex_lock(&pipeline->mutex);
    struct slot *slot = &pipeline->ring[pipeline->taken % RING];
    while (!slot->done)
        pthread_cond_wait(&pipeline->job_done, &pipeline->mutex);
    struct job *job = slot->job;
    pipeline->taken++;
    pipeline->bytes_under_way -= job->expected_bytes;
    pthread_mutex_unlock(&pipeline->mutex);
    return job;
}
