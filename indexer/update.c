/* See update.h.
 *
 *   lock -> walk -> plan -> read, prepare and write the files (articles)
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

#include "indexer/articles.h"
#include "indexer/input/walk.h"
#include "indexer/lock.h"
#include "indexer/plan.h"
#include "indexer/publish/pipeline.h"
#include "indexer/publish/publication.h"
#include "indexer/sources/archive.h"
#include "indexer/sources/captures.h"
#include "indexer/sources/source_pages.h"
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
    struct pipeline *pipeline;
    struct publication *publication;
    struct archive archive;
    struct captures *captures;
    bool had_captures;    /* before the run: then documents and links may tell of them */
    bool sources_are_due; /* to be fetched, or archived and not yet read */
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

static void input_problem(struct run *run, const struct plan_item *item, size_t line,
                          const char *text) {
    report_problem(run->report, plan_item_path(item), line, text);
}

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
    while (index_next(&run->index, run->problems, &status, run->error))
        input_problem(run, item, (size_t)sqlite3_column_int64(run->problems, 0),
                      (const char *)sqlite3_column_text(run->problems, 1));
    sqlite3_reset(run->problems);
    return status;
}

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
    const struct articles articles = {.plan = &run->plan,
                                      .pipeline = run->pipeline,
                                      .publication = run->publication,
                                      .captures = run->captures,
                                      .report = run->report,
                                      .progress = run->update->progress,
                                      .stop = run->update->fetch.stop};
    if (status == STATUS_OK)
        status = archive_forget(&run->archive, &run->index, run->publication, run->error);
    if (status == STATUS_OK)
        status = articles_update(&articles, run->error);
    report_sort(run->report, 0);
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
    if (status == STATUS_OK)
        status = plan_make(&run->plan, run->has_old ? &run->index : NULL, &run->walk, update->paths,
                           update->n_paths, run->folder, run->error);
    for (size_t i = 0; status == STATUS_OK && i < run->walk.n_problems; i++) {
        const struct walk_problem *problem = &run->walk.problems[i];
        struct error text;
        plan_failure(problem->text, problem->hides_known, &text);
        report_problem(run->report, problem->path, 0, text.text);
    }
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
                      "SELECT (SELECT value FROM collection WHERE name = 'n_documents'),"
                      " (SELECT value FROM collection WHERE name = 'n_passages'),"
                      " (SELECT count(*) FROM citations), (SELECT count(*) FROM sources),"
                      " (SELECT count(*) FROM sources WHERE document IS NULL)",
                      &counts, error);
    if (status == STATUS_OK && sqlite3_step(counts) != SQLITE_ROW)
        status = index_error(index, error);
    if (status == STATUS_OK) {
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
    while (index_next(index, urls, &status, error))
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
    return status == STATUS_OK && report->failed ? error_no_memory(error) : status;
}
