/* See update.h.
 *
 *   lock -> walk -> plan -> read and prepare (pipeline) -> write (publication)
 *        -> fetch what is due (source_fetch) -> read the archive (archive, source_pages)
 *        -> commit, or swap
 *
 * An existing index is changed in one transaction. A new one, and one that is rebuilt, is made as
 * FILE.new and renamed. */
#include "indexer/update.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "indexer/archive.h"
#include "indexer/captures.h"
#include "indexer/jobs.h"
#include "indexer/lock.h"
#include "indexer/pipeline.h"
#include "indexer/plan.h"
#include "indexer/publication.h"
#include "indexer/source_pages.h"
#include "indexer/walk.h"
#include "store/stored_path.h"

struct run {
    const struct update *update;
    struct report *report;
    struct error *error;
    char *path;   /* of the index: as given, or what that is a symbolic link to; owned */
    char *folder; /* real path of the index's folder; owned */
    char *beside; /* FILE.new, while that may be there; owned */
    bool has_old; /* there is an index to bring up to date */
    struct index index;
    sqlite3_stmt *problems; /* of a file; prepared when it is first needed */
    struct walk walk;
    struct plan plan;
    struct jobs jobs;
    bool all_submitted; /* of them */
    struct pipeline *pipeline;
    struct publication *publication;
    struct archive archive;
    struct captures *captures;
    bool had_captures;    /* before the run: then documents and links may tell of them */
    bool sources_are_due; /* to be fetched, or archived and not yet read */
    int64_t file;         /* row of the file that is being written */
};

/* A link is followed here: its target is what is locked and may be replaced. */
static enum status find_index(struct run *run) {
    const char *given = run->update->index_path;
    struct stat file;
    bool is_link = lstat(given, &file) == 0 && S_ISLNK(file.st_mode);
    run->path = is_link ? realpath(given, NULL) : strdup(given);
    if (!run->path && is_link)
        return error_set(run->error, STATUS_INDEX, "%s: a symbolic link that leads nowhere: %s",
                         given, strerror(errno));
    char *copy = run->path ? strdup(run->path) : NULL;
    if (!copy)
        return error_no_memory(run->error);
    run->folder = realpath(dirname(copy), NULL);
    enum status status =
        run->folder ? STATUS_OK
                    : error_set(run->error, STATUS_INDEX, "%s: no such folder for the index: %s",
                                given, strerror(errno));
    free(copy);
    return status;
}

/* Names FILE.new, and removes one that a killed run has left. The lock is held. */
static enum status clear_beside(struct run *run) {
    if (asprintf(&run->beside, "%s.new", run->path) < 0) {
        run->beside = NULL;
        return error_no_memory(run->error);
    }
    if (unlink(run->beside) == 0 || errno == ENOENT)
        return STATUS_OK;
    return error_set(run->error, STATUS_INDEX, "%s: %s", run->beside, strerror(errno));
}

/* Opens the index that will be written, or nothing in a dry run without one. */
static enum status open_index(struct run *run) {
    const struct update *update = run->update;
    struct stat old;
    run->has_old = !update->rebuild && (stat(run->path, &old) == 0 || errno != ENOENT);
    if (run->has_old)
        return index_open(&run->index, run->path, update->dry_run ? INDEX_READ : INDEX_WRITE,
                          run->error);
    enum status status = index_may_replace(run->path, run->error);
    if (status != STATUS_OK || update->dry_run)
        return status;
    return index_open(&run->index, run->beside, INDEX_CREATE, run->error);
}

/* The file's path for messages: as it was found. */
static const char *shown_path(const struct plan_item *item) {
    return item->file ? item->file->path : item->name;
}

static void input_problem(struct run *run, const struct plan_item *item, size_t line,
                          const char *text) {
    report_problem(run->report, shown_path(item), line, text);
}

/* ---- writing ---- */

/* Says again what was wrong with a file when it was read. */
static enum status repeat_problems_of(struct run *run, const struct plan_item *item) {
    enum status status = STATUS_OK;
    if (!run->problems)
        status = index_prepare(&run->index,
                               "SELECT line, text FROM problems WHERE file = ?1 ORDER BY rowid",
                               &run->problems, run->error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(run->problems, 1, item->known);
    int result;
    while ((result = sqlite3_step(run->problems)) == SQLITE_ROW)
        input_problem(run, item, (size_t)sqlite3_column_int64(run->problems, 0),
                      (const char *)sqlite3_column_text(run->problems, 1));
    if (result != SQLITE_DONE)
        status = index_error(&run->index, run->error);
    sqlite3_reset(run->problems);
    return status;
}

/* Adds or renews the row of a file that is read. */
static enum status begin_file(struct run *run, const struct plan_item *item,
                              struct file_state *state) {
    run->file = item->known;
    state->path = item->name;
    report_change(run->report, item->known ? CHANGE_CHANGED : CHANGE_NEW, item->name);
    run->report->n_bytes_read += (uint64_t)state->size;
    progress_step(run->update->progress, (size_t)state->size);
    return publication_set_file(run->publication, state, &run->file, run->error);
}

/* Names a problem in the report, and in the index so that later runs name it too. */
static enum status keep_problem(struct run *run, const struct plan_item *item, size_t line,
                                const char *text) {
    input_problem(run, item, line, text);
    return publication_add_problem(run->publication, run->file, line, text, run->error);
}

static enum status write_item(struct run *run, const struct plan_item *plan_item,
                              struct prepared_item *item) {
    enum status status = item->status;
    struct error *error = &item->error;
    const struct document_row row = {
        .file = run->file, .name = item->prepared.document.id, .kind = DOCUMENT_ARTICLE};
    int64_t document = 0;
    if (status == STATUS_OK)
        status = publication_add(run->publication, &row, &item->prepared, &document, error);
    if (status == STATUS_INPUT)
        return keep_problem(run, plan_item, item->line, error->text);
    if (status != STATUS_OK)
        *run->error = *error;
    for (size_t i = 0; i < item->prepared.document.n_problems && status == STATUS_OK; i++)
        input_problem(run, plan_item, item->prepared.document.problems[i].line,
                      item->prepared.document.problems[i].text);
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
    enum status status = captures_scan(run->captures, item->file->path, 0, run->file, keep_damage,
                                       &archive, &end, &reason);
    if (status == STATUS_INPUT)
        return keep_problem(run, item, 0, reason.text);
    if (status != STATUS_OK)
        *run->error = reason;
    return status;
}

static enum status write_job(struct run *run, struct job *job) {
    const struct plan_item *item = &run->plan.items[job->tag];
    bool starts_file = !job->is_chunk || job->starts_file;
    enum status status = STATUS_OK;
    if (job->status == STATUS_NO_MEMORY)
        return error_no_memory(run->error);
    if (starts_file && job->status == STATUS_INPUT) {
        input_problem(run, item, 0, job->error.text);
        return STATUS_OK;
    }
    if (starts_file)
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

static enum status write_oldest(struct run *run) {
    struct job *first = pipeline_take(run->pipeline);
    enum status status = STATUS_OK;
    for (struct job *job = first; job && status == STATUS_OK; job = job->next)
        status = write_job(run, job);
    if (first && status == STATUS_OK)
        status = publication_add_postings(run->publication, &first->inversion, run->error);
    job_free(first);
    return status;
}

/* A file whose documents leave the index. */
struct leaving {
    int64_t first_passage;
    const struct plan_item *item;
};

static int by_first_passage(const void *a, const void *b) {
    int64_t left = ((const struct leaving *)a)->first_passage;
    int64_t right = ((const struct leaving *)b)->first_passage;
    return (left > right) - (left < right);
}

static enum status remove_one(struct run *run, const struct plan_item *item) {
    if (item->action == PLAN_READ)
        return publication_clear_file(run->publication, item->known, run->error);
    report_change(run->report, CHANGE_REMOVED, item->name);
    return publication_remove_file(run->publication, item->known, run->error);
}

/* Removes what is gone and what will be read anew, all before anything is added and by rising
 * passage: FTS5 writes out its pending terms, and merges, whenever ids do not rise. */
static enum status remove_old(struct run *run) {
    struct leaving *leaving = calloc(run->plan.n_items + 1, sizeof *leaving);
    size_t n_leaving = 0;
    enum status status = leaving ? STATUS_OK : error_no_memory(run->error);
    for (size_t i = 0; i < run->plan.n_items && status == STATUS_OK; i++) {
        const struct plan_item *item = &run->plan.items[i];
        bool leaves = item->action == PLAN_REMOVE || (item->action == PLAN_READ && item->known);
        if (!leaves)
            continue;
        leaving[n_leaving].item = item;
        status = publication_first_passage(run->publication, item->known,
                                           &leaving[n_leaving++].first_passage, run->error);
    }
    if (n_leaving > 0)
        qsort(leaving, n_leaving, sizeof *leaving, by_first_passage);
    for (size_t i = 0; i < n_leaving && status == STATUS_OK; i++)
        status = remove_one(run, leaving[i].item);
    free(leaving);
    return status;
}

/* Renews the rows of files that were only touched. */
static enum status renew(struct run *run) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->plan.n_items && status == STATUS_OK; i++) {
        struct plan_item *item = &run->plan.items[i];
        if (item->action == PLAN_RENEW)
            status = publication_set_file(run->publication, &item->state, &item->known, run->error);
    }
    return status;
}

/* Hands jobs to the workers until they have enough. */
static enum status submit_jobs(struct run *run) {
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !run->all_submitted && !pipeline_is_full(run->pipeline)) {
        struct job *job = NULL;
        status = jobs_next(&run->jobs, &job, run->error);
        run->all_submitted = !job;
        if (job && status == STATUS_OK)
            status = pipeline_submit(run->pipeline, job, run->error);
        if (status != STATUS_OK)
            job_free(job);
    }
    return status;
}

static enum status read_and_write(struct run *run) {
    const volatile sig_atomic_t *stop = run->update->fetch.stop;
    enum status status = submit_jobs(run);
    while (status == STATUS_OK && pipeline_has_jobs(run->pipeline)) {
        if (stop && *stop)
            return error_set(run->error, STATUS_INDEX, "interrupted; the index is as it was");
        status = write_oldest(run);
        if (status == STATUS_OK)
            status = submit_jobs(run);
    }
    return status;
}

/* ---- the run ---- */

/* What is known to be wrong with files that are not read is said again, and which could not be
 * read. */
static enum status report_kept(struct run *run) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->plan.n_items && status == STATUS_OK; i++) {
        const struct plan_item *item = &run->plan.items[i];
        if (item->action == PLAN_FAILED)
            input_problem(run, item, 0, item->failure);
        bool stays = item->action == PLAN_KEEP || item->action == PLAN_RENEW;
        if (stays && item->has_problems)
            status = repeat_problems_of(run, item);
    }
    return status;
}

/* Says what would be done, and writes nothing. A new file is only looked at: reading it would take
 * as long as the run itself. */
static void rehearse(struct run *run) {
    for (size_t i = 0; i < run->plan.n_items; i++) {
        const struct plan_item *item = &run->plan.items[i];
        if (item->action == PLAN_REMOVE)
            report_change(run->report, CHANGE_REMOVED, item->name);
        else if (item->action == PLAN_READ && item->known)
            report_change(run->report, CHANGE_CHANGED, item->name);
        else if (item->action == PLAN_READ && access(item->file->path, R_OK) == 0)
            report_change(run->report, CHANGE_NEW, item->name);
        else if (item->action == PLAN_READ)
            input_problem(run, item, 0, strerror(errno));
    }
}

static enum status sync_path(const char *path, int flags, struct error *error) {
    int descriptor = open(path, flags | O_CLOEXEC);
    enum status status = STATUS_OK;
    if (descriptor < 0 || fsync(descriptor) != 0)
        status = error_set(error, STATUS_INDEX, "%s: %s", path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return status;
}

/* Puts the finished FILE.new in the place of the index. */
static enum status swap(struct run *run) {
    index_close(&run->index);
    enum status status = sync_path(run->beside, O_RDWR, run->error);
    if (status == STATUS_OK && rename(run->beside, run->path) != 0)
        status = error_set(run->error, STATUS_INDEX, "%s: %s", run->path, strerror(errno));
    if (status == STATUS_OK) {
        free(run->beside);
        run->beside = NULL;
        status = sync_path(run->folder, O_RDONLY | O_DIRECTORY, run->error);
    }
    return status;
}

static enum status has_captures(struct run *run, bool *has_some) {
    sqlite3_stmt *some = NULL;
    enum status status =
        index_prepare(&run->index, "SELECT EXISTS (SELECT 1 FROM captures)", &some, run->error);
    if (status == STATUS_OK && sqlite3_step(some) != SQLITE_ROW)
        status = index_error(&run->index, run->error);
    *has_some = status == STATUS_OK && sqlite3_column_int(some, 0);
    sqlite3_finalize(some);
    return status;
}

/* Reads what is new in the archive. */
static enum status read_archive(struct run *run, bool *has_news) {
    enum status status = archive_scan(&run->archive, &run->index, run->publication, run->captures,
                                      run->report, run->error);
    return status == STATUS_OK
               ? captures_settle(run->captures, publication_removed_captures(run->publication),
                                 has_news, run->error)
               : status;
}

/* Fetches the sources that are due, and makes documents of what the archive has. */
static enum status update_sources(struct run *run) {
    const struct update *update = run->update;
    size_t n_due = 0;
    bool has_news = run->plan.n_kept < run->plan.n_items;
    bool has_some = false;
    bool can_read_more = false;
    enum status status = publication_forget_sources(run->publication, run->error);
    if (status == STATUS_OK)
        status = read_archive(run, &has_news);
    if (status == STATUS_OK)
        status = source_fetch_count_due(&run->index, &update->fetch, &n_due, run->error);
    if (status == STATUS_OK && n_due > 0) {
        status = source_fetch_run(&run->index, &run->archive, run->captures, &update->fetch,
                                  update->progress, run->report, run->error);
        if (status == STATUS_OK)
            status = read_archive(run, &has_news);
    }
    if (status == STATUS_OK)
        status = has_captures(run, &has_some);
    if (status == STATUS_OK)
        status = source_pages_retry(&run->index, true, &can_read_more, run->error);
    if (status == STATUS_OK && (has_news || can_read_more) && (has_some || run->had_captures))
        status = source_pages_update(&run->index, run->folder, run->pipeline, run->publication,
                                     run->report, run->error);
    return status;
}

static enum status write_all(struct run *run) {
    enum status status = has_captures(run, &run->had_captures);
    run->jobs.plan = &run->plan;
    if (status == STATUS_OK)
        status = archive_forget(&run->archive, &run->index, run->publication, run->error);
    if (status == STATUS_OK)
        status = submit_jobs(run); /* so that workers read while this thread removes */
    if (status == STATUS_OK)
        status = remove_old(run);
    if (status == STATUS_OK)
        status = renew(run);
    if (status == STATUS_OK)
        status = read_and_write(run);
    if (status == STATUS_OK)
        status = update_sources(run);
    return status == STATUS_OK ? publication_commit(run->publication, run->error) : status;
}

static enum status publish(struct run *run) {
    const struct update *update = run->update;
    if (run->has_old && run->plan.n_kept == run->plan.n_items && !run->sources_are_due)
        return STATUS_OK;
    progress_start(update->progress, update->progress_stream, update->progress_when,
                   run->plan.n_read);
    enum status status = publication_open(&run->publication, &run->index, run->error);
    if (status == STATUS_OK)
        status = captures_open(&run->captures, &run->index, run->error);
    if (status == STATUS_OK)
        status = pipeline_open(&run->pipeline, update->n_jobs, run->index.connection, run->error);
    if (status == STATUS_OK)
        status = write_all(run);
    progress_finish(update->progress);
    jobs_close(&run->jobs);
    pipeline_close(run->pipeline);
    captures_close(run->captures);
    publication_close(run->publication);
    return status == STATUS_OK && !run->has_old ? swap(run) : status;
}

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* The archive may be below PATH: its files are not input. */
static void leave_out_archive(struct run *run) {
    struct walk *walk = &run->walk;
    size_t n_kept = 0;
    for (size_t i = 0; i < walk->n_files; i++)
        if (!archive_has(&run->archive, walk->files[i].path))
            walk->files[n_kept++] = walk->files[i];
    walk->n_files = n_kept;
    run->archive.input = walk;
}

/* Finds out whether there is anything to do about sources though no file has changed. */
static enum status look_at_sources(struct run *run) {
    size_t n_due = 0;
    bool can_read_more = false;
    enum status status =
        archive_look(&run->archive, &run->index, &run->sources_are_due, run->report, run->error);
    if (status == STATUS_OK)
        status = source_pages_retry(&run->index, false, &can_read_more, run->error);
    if (status == STATUS_OK)
        status = source_fetch_count_due(&run->index, &run->update->fetch, &n_due, run->error);
    run->sources_are_due = run->sources_are_due || can_read_more || n_due > 0;
    run->report->n_due = n_due;
    return status;
}

static enum status look_around(struct run *run) {
    const struct update *update = run->update;
    enum status status = walk_files(update->paths, update->n_paths, &run->walk, run->error);
    if (status == STATUS_OK)
        leave_out_archive(run);
    for (size_t i = 0; status == STATUS_OK && i < run->walk.n_problems; i++)
        report_problem(run->report, run->walk.problems[i].path, 0, run->walk.problems[i].text);
    if (status == STATUS_OK)
        status = plan_make(&run->plan, run->has_old ? &run->index : NULL, &run->walk, update->paths,
                           update->n_paths, run->folder, run->error);
    if (status == STATUS_OK && !run->has_old && run->walk.n_files == 0 && run->walk.n_problems > 0)
        status = error_set(run->error, STATUS_INPUT, "nothing to index there: no index was made");
    run->report->n_files = run->plan.n_items - run->plan.n_remove;
    run->report->n_unchanged = run->plan.n_kept + run->plan.n_renew;
    if (status == STATUS_OK && run->has_old)
        status = report_kept(run);
    return status == STATUS_OK && run->has_old ? look_at_sources(run) : status;
}

enum status update_run(const struct update *update, struct report *report, struct error *error) {
    struct run run = {.update = update, .report = report, .error = error};
    struct lock lock = {0};
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    report->index = update->index_path;
    report->is_dry_run = update->dry_run;
    enum status status = find_index(&run);
    if (status == STATUS_OK && !update->dry_run)
        status = lock_take(&lock, run.path, error);
    if (status == STATUS_OK && !update->dry_run)
        status = clear_beside(&run);
    if (status == STATUS_OK)
        status = archive_open(&run.archive, update->archive, run.path, run.folder, error);
    if (status == STATUS_OK)
        status = open_index(&run);
    if (status == STATUS_OK)
        status = look_around(&run);
    if (status == STATUS_OK)
        status = update->dry_run ? STATUS_OK : publish(&run);
    if (status == STATUS_OK && update->dry_run)
        rehearse(&run);
    archive_close(&run.archive);
    plan_free(&run.plan);
    walk_free(&run.walk);
    sqlite3_finalize(run.problems);
    index_close(&run.index);
    if (run.beside)
        unlink(run.beside);
    lock_release(&lock);
    free(run.beside);
    free(run.folder);
    free(run.path);
    report->seconds = seconds_since(&start);
    return status == STATUS_OK && report->failed ? error_no_memory(error) : status;
}

static enum status count_rows(struct index *index, struct report *report, struct error *error) {
    sqlite3_stmt *counts = NULL;
    enum status status =
        index_prepare(index,
                      "SELECT n_documents, n_passages, (SELECT count(*) FROM citations),"
                      " (SELECT count(*) FROM sources),"
                      " (SELECT count(*) FROM sources WHERE document IS NULL) FROM collection",
                      &counts, error);
    if (status == STATUS_OK && sqlite3_step(counts) == SQLITE_ROW) {
        report->n_documents = sqlite3_column_int64(counts, 0);
        report->n_passages = sqlite3_column_int64(counts, 1);
        report->n_citations = sqlite3_column_int64(counts, 2);
        report->n_sources = sqlite3_column_int64(counts, 3);
        report->n_unfetched = sqlite3_column_int64(counts, 4);
    }
    sqlite3_finalize(counts);
    return status;
}

static enum status list_urls(struct index *index, struct report *report, struct error *error) {
    sqlite3_stmt *urls = NULL;
    enum status status = index_prepare(
        index, "SELECT url FROM sources WHERE document IS NULL ORDER BY url", &urls, error);
    while (status == STATUS_OK && sqlite3_step(urls) == SQLITE_ROW)
        report_unfetched(report, (const char *)sqlite3_column_text(urls, 0));
    sqlite3_finalize(urls);
    return status;
}

enum status update_count(const char *index_path, bool list_unfetched, struct report *report,
                         struct error *error) {
    struct index index;
    enum status status = index_open(&index, index_path, INDEX_READ, error);
    if (status == STATUS_OK)
        status = count_rows(&index, report, error);
    if (status == STATUS_OK && list_unfetched)
        status = list_urls(&index, report, error);
    index_close(&index);
    return status;
}
