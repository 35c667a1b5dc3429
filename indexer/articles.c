/* See articles.h. FTS5 writes out its pending terms, and merges, whenever ids of passages do not
 * rise. So this is done in the order of the ids:
 *
 *   what is gone is removed
 *   files that have a document are read by rising passage; the new one takes the place of the old
 *     one (earlier.h), or if it is longer that is removed and the new one held back
 *   what was held back, and new files, get new ids */
#include "indexer/articles.h"

#include <stdlib.h>

#include "indexer/jobs.h"
#include "store/array.h"

/* Bytes of files whose documents are held back: what is made of them takes several times that. */
enum { HELD_MAX_BYTES = 4 << 20 };

/* An item of the plan, and the first passage of its documents in the index. */
struct leaving {
    int64_t first_passage;
    size_t i_item;
};

struct run {
    const struct articles *articles;
    struct error *error;
    struct jobs jobs;
    bool all_submitted;
    size_t n_in_index; /* files still to come that have a document */
    struct job **held;
    size_t n_held, held_capacity, held_bytes;
    int64_t file; /* row of the one that is being written */
};

static void input_problem(struct run *run, const struct plan_item *item, size_t line,
                          const char *text) {
    report_problem(run->articles->report, plan_item_path(item), line, text);
}

/* Names a problem in the report, and in the index so that later runs name it too. */
static enum status keep_problem(struct run *run, const struct plan_item *item, size_t line,
                                const char *text) {
    input_problem(run, item, line, text);
    return publication_add_problem(run->articles->publication, run->file, line, text, run->error);
}

/* ---- what is read, and in which order ---- */

static int by_first_passage(const void *a, const void *b) {
    const struct leaving *left = a;
    const struct leaving *right = b;
    if (left->first_passage != right->first_passage)
        return left->first_passage < right->first_passage ? -1 : 1;
    return (left->i_item > right->i_item) - (left->i_item < right->i_item);
}

/* Of a file of lines, or an archive, every document is made anew. */
static bool is_one_document(const struct plan_item *item) {
    return item->file && !file_kind_is_lines(item->file->kind) && item->file->kind != FILE_WARC;
}

static enum status remove_one(struct run *run, const struct plan_item *item) {
    struct publication *publication = run->articles->publication;
    if (item->action == PLAN_READ)
        return publication_clear_file(publication, item->known, run->error);
    report_change(run->articles->report, CHANGE_REMOVED, item->name);
    return publication_remove_file(publication, item->known, run->error);
}

/* Removes what leaves without anything in its place, and lists in run->jobs what is to be read. */
static enum status sort_out(struct run *run, struct leaving *leaving) {
    const struct plan *plan = run->articles->plan;
    struct jobs *jobs = &run->jobs;
    enum status status = STATUS_OK;
    size_t n_leaving = 0;
    for (size_t i = 0; i < plan->n_items && status == STATUS_OK; i++) {
        const struct plan_item *item = &plan->items[i];
        if (item->known && (item->action == PLAN_REMOVE || item->action == PLAN_READ)) {
            leaving[n_leaving].i_item = i;
            status = publication_first_passage(run->articles->publication, item->known,
                                               &leaving[n_leaving++].first_passage, run->error);
        }
    }
    qsort(leaving, n_leaving, sizeof *leaving, by_first_passage);
    for (size_t i = 0; i < n_leaving && status == STATUS_OK; i++) {
        const struct plan_item *item = &plan->items[leaving[i].i_item];
        if (is_one_document(item) && leaving[i].first_passage > 0)
            jobs->items[jobs->n_items++] = leaving[i].i_item;
        else
            status = remove_one(run, item);
    }
    run->n_in_index = jobs->n_items;
    return status;
}

static enum status order_jobs(struct run *run) {
    const struct plan *plan = run->articles->plan;
    struct leaving *leaving = calloc(plan->n_items + 1, sizeof *leaving);
    bool *is_listed = calloc(plan->n_items + 1, sizeof *is_listed);
    struct jobs *jobs = &run->jobs;
    jobs->plan = plan;
    jobs->items = calloc(plan->n_items + 1, sizeof *jobs->items);
    enum status status =
        leaving && is_listed && jobs->items ? sort_out(run, leaving) : error_no_memory(run->error);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < jobs->n_items; i++)
            is_listed[jobs->items[i]] = true;
        for (size_t i = 0; i < plan->n_items; i++)
            if (plan->items[i].action == PLAN_READ && !is_listed[i])
                jobs->items[jobs->n_items++] = i;
    }
    free(leaving);
    free(is_listed);
    return status;
}

/* Gives jobs what the index has of their files. */
static enum status find_earlier(struct run *run, struct job *first) {
    enum status status = STATUS_OK;
    for (struct job *job = first; job && status == STATUS_OK; job = job->next) {
        int64_t known = run->articles->plan->items[job->tag].known;
        if (known && !job->is_chunk)
            status = publication_find_earlier(run->articles->publication, known, &job->earlier,
                                              run->error);
    }
    return status;
}

/* Hands jobs to the workers until they have enough. */
static enum status submit_jobs(struct run *run) {
    struct pipeline *pipeline = run->articles->pipeline;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !run->all_submitted && !pipeline_is_full(pipeline)) {
        struct job *job = NULL;
        status = jobs_next(&run->jobs, &job, run->error);
        run->all_submitted = !job;
        if (status == STATUS_OK)
            status = find_earlier(run, job);
        if (job && status == STATUS_OK)
            status = pipeline_submit(pipeline, job, run->error);
        if (status != STATUS_OK)
            job_free(job);
    }
    return status;
}

/* ---- writing ---- */

/* Adds or renews the row of a file that is read. */
static enum status begin_file(struct run *run, const struct plan_item *item,
                              struct file_state *state) {
    const struct articles *articles = run->articles;
    run->file = item->known;
    state->path = item->name;
    report_change(articles->report, item->known ? CHANGE_CHANGED : CHANGE_NEW, item->name);
    articles->report->n_bytes_read += (uint64_t)state->size;
    progress_step(articles->progress, (size_t)state->size);
    return publication_set_file(articles->publication, state, &run->file, run->error);
}

static void report_document_problems(struct run *run, const struct plan_item *item,
                                     const struct document *document) {
    for (size_t i = 0; i < document->n_problems; i++)
        input_problem(run, item, document->problems[i].line, document->problems[i].text);
}

static struct document_row row_of(const struct run *run, const struct prepared_item *item) {
    return (struct document_row){
        .file = run->file, .name = item->prepared.document.id, .kind = DOCUMENT_ARTICLE};
}

/* Puts a document in the place of the one that its file has in the index, or removes that. */
static enum status replace(struct run *run, struct job *job, const struct inversion *leaving) {
    const struct plan_item *plan_item = &run->articles->plan->items[job->tag];
    struct publication *publication = run->articles->publication;
    run->n_in_index--;
    if (job->status != STATUS_OK) /* the index keeps what it has */
        return STATUS_OK;
    const struct prepared_item *item = &job->items[0];
    enum status status = begin_file(run, plan_item, &job->state);
    if (status == STATUS_OK)
        status = publication_clear_problems(publication, run->file, run->error);
    if (status != STATUS_OK)
        return status;
    if (!job->earlier.in_place)
        return publication_remove(publication, &job->earlier, leaving, run->error);
    const struct document_row row = row_of(run, item);
    report_document_problems(run, plan_item, &item->prepared.document);
    return publication_replace(publication, &row, &item->prepared, &job->earlier, leaving,
                               run->error);
}

static enum status write_item(struct run *run, const struct plan_item *plan_item,
                              struct prepared_item *item) {
    enum status status = item->status;
    struct error *error = &item->error;
    const struct document_row row = row_of(run, item);
    int64_t document = 0;
    if (status == STATUS_OK)
        status =
            publication_add(run->articles->publication, &row, &item->prepared, &document, error);
    if (status == STATUS_INPUT)
        return keep_problem(run, plan_item, item->line, error->text);
    if (status != STATUS_OK)
        *run->error = *error;
    else
        report_document_problems(run, plan_item, &item->prepared.document);
    return status;
}

/* A damaged record of an archive. */
struct archive_item {
    struct run *run;
    const struct plan_item *item;
};

static enum status keep_damage(void *context, const char *text, struct error *error) {
    const struct archive_item *archive = context;
    (void)error;
    return keep_problem(archive->run, archive->item, 0, text);
}

/* Reads what an archive under PATH has captured; source_pages.c makes documents of it. */
static enum status scan_archive(struct run *run, const struct plan_item *item) {
    struct archive_item archive = {run, item};
    struct error reason = {0};
    uint64_t end = 0;
    enum status status = captures_scan(run->articles->captures, item->file->path, 0, run->file,
                                       keep_damage, &archive, &end, &reason);
    if (status == STATUS_INPUT)
        return keep_problem(run, item, 0, reason.text);
    if (status != STATUS_OK)
        *run->error = reason;
    return status;
}

/* Writes what has no place in the index yet. */
static enum status write_job(struct run *run, struct job *job) {
    const struct plan_item *item = &run->articles->plan->items[job->tag];
    bool starts_file = !job->is_chunk || job->starts_file;
    enum status status = STATUS_OK;
    if (job->status == STATUS_NO_MEMORY)
        return error_no_memory(run->error);
    if (starts_file && job->status == STATUS_INPUT) {
        struct error text;
        plan_failure(job->error.text, item->known != 0, &text);
        input_problem(run, item, 0, text.text);
        return STATUS_OK;
    }
    if (job->earlier.in_place)
        return STATUS_OK;
    if (job->earlier.document)
        run->file = item->known;
    else if (starts_file)
        status = begin_file(run, item, &job->state);
    if (status == STATUS_OK && job->kind == FILE_WARC)
        status = scan_archive(run, item);
    if (status == STATUS_OK && job->chunk.long_line > 0)
        status = keep_problem(run, item, job->chunk.long_line, "a line too long for a document");
    for (size_t i = 0; i < job->n_items && status == STATUS_OK; i++)
        status = write_item(run, item, &job->items[i]);
    if (status == STATUS_OK && job->status == STATUS_INPUT)
        status = keep_problem(run, item, 0, job->error.text);
    return status;
}

static enum status write_jobs(struct run *run, struct job *first) {
    enum status status = STATUS_OK;
    for (struct job *job = first; job && status == STATUS_OK; job = job->next)
        status = write_job(run, job);
    return status == STATUS_OK
               ? publication_add_postings(run->articles->publication, &first->inversion, run->error)
               : status;
}

static enum status write_held(struct run *run) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->n_held && status == STATUS_OK; i++)
        status = write_jobs(run, run->held[i]);
    for (size_t i = 0; i < run->n_held; i++)
        job_free(run->held[i]);
    run->n_held = 0;
    run->held_bytes = 0;
    return status;
}

/* Holds jobs back, which are freed with the others. */
static enum status hold(struct run *run, struct job *first) {
    struct job **held = array_grow(run->held, run->n_held, &run->held_capacity, sizeof *held);
    if (!held) {
        job_free(first);
        return error_no_memory(run->error);
    }
    run->held = held;
    run->held[run->n_held++] = first;
    run->held_bytes += first->expected_bytes;
    return STATUS_OK;
}

static enum status write_oldest(struct run *run) {
    struct job *first = pipeline_take(run->articles->pipeline);
    enum status status = first ? hold(run, first) : STATUS_OK;
    if (!first || status != STATUS_OK)
        return status;
    for (struct job *job = first; job && status == STATUS_OK; job = job->next)
        if (job->earlier.document)
            status = replace(run, job, &first->leaving);
    if (status == STATUS_OK)
        status =
            publication_remove_postings(run->articles->publication, &first->leaving, run->error);
    bool more_to_come = run->n_in_index > 0 && run->held_bytes <= HELD_MAX_BYTES;
    return status == STATUS_OK && !more_to_come ? write_held(run) : status;
}

/* Renews the rows of files that were only touched. */
static enum status renew(struct run *run) {
    const struct plan *plan = run->articles->plan;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < plan->n_items && status == STATUS_OK; i++) {
        struct plan_item *item = &plan->items[i];
        if (item->action == PLAN_RENEW)
            status = publication_set_file(run->articles->publication, &item->state, &item->known,
                                          run->error);
    }
    return status;
}

enum status articles_update(const struct articles *articles, struct error *error) {
    struct run run = {.articles = articles, .error = error};
    enum status status = order_jobs(&run);
    if (status == STATUS_OK)
        status = submit_jobs(&run); /* so that workers read while this thread renews */
    if (status == STATUS_OK)
        status = renew(&run);
    while (status == STATUS_OK && pipeline_has_jobs(articles->pipeline)) {
        if (articles->stop && *articles->stop)
            status = error_set(error, STATUS_INDEX, "interrupted; the index is as it was");
        if (status == STATUS_OK)
            status = write_oldest(&run);
        if (status == STATUS_OK)
            status = submit_jobs(&run);
    }
    for (size_t i = 0; i < run.n_held; i++)
        job_free(run.held[i]);
    free(run.held);
    jobs_close(&run.jobs);
    return status;
}
