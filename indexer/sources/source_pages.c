/* See source_pages.h.
 *
 *   keys      of cited URLs and of archives under PATH, each followed to the page it leads to
 *   pages     one for each page, by its own key: read, unless the index has it as it is
 *   texts     the document of each text; a page of a text that is there already is that document
 *
 * Pages are taken in the order of their keys, whatever the order in which workers read them, so
 * that the index depends on the captures alone. */
#include "indexer/sources/source_pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/document/readers.h"
#include "indexer/sources/source_keys.h"
#include "indexer/sources/source_links.h"
#include "indexer/sources/source_texts.h"
#include "store/array.h"
#include "store/stored_path.h"

enum statement {
    SELECT_CAPTURE,
    SELECT_UNREAD,
    SELECT_DOCUMENT,
    SELECT_CITATION,
    SET_TEXT,
    SET_RETRIEVED,
    N_STATEMENTS
};

static const char *const sql_of[N_STATEMENTS] = {
    [SELECT_CAPTURE] = "SELECT c.text_sha256, c.unread, c.offset, c.skip, f.path, f.id"
                       " FROM captures AS c JOIN files AS f ON f.id = c.file WHERE c.id = ?1",
    [SELECT_UNREAD] = "SELECT id FROM captures WHERE key = ?1 AND content = id AND id <> ?2"
                      " AND text_sha256 IS NULL AND unread IS NULL ORDER BY id",
    [SELECT_DOCUMENT] = "SELECT id FROM documents WHERE capture = ?1 AND name = ?2",
    [SELECT_CITATION] = "SELECT f.path, c.line FROM citations AS c"
                        " JOIN documents AS d ON d.id = c.document"
                        " JOIN files AS f ON f.id = d.file WHERE c.source = ?1"
                        " ORDER BY f.path, c.line LIMIT 1",
    [SET_TEXT] = "UPDATE captures SET text_sha256 = ?2, unread = ?3 WHERE id = ?1",
    [SET_RETRIEVED] = "UPDATE documents SET retrieved = ?2 WHERE id = ?1 AND retrieved IS NOT ?2",
};

struct run {
    struct index *index;
    const char *folder;
    struct pipeline *pipeline;
    struct publication *publication;
    struct report *report;
    struct error *error;
    struct source_keys keys;
    sqlite3_stmt *statements[N_STATEMENTS];
    struct source_texts texts;
    /* Of the jobs under way, by their tags. */
    struct reading *readings;
    size_t n_readings, readings_capacity;
};

/* A capture that is being read. */
struct reading {
    int64_t capture, file;
    size_t i_page; /* SOURCE_NO_PAGE: an earlier capture, only for its text */
    const char *url;
};

static enum status no_memory(struct run *run) {
    return error_no_memory(run->error);
}

/* ---- writing ---- */

/* Keeps what came of reading a capture: its text's hash, or why it cannot be read. */
static enum status set_text(struct run *run, int64_t capture, const unsigned char *sha256,
                            const char *unread) {
    sqlite3_stmt *set = run->statements[SET_TEXT];
    sqlite3_bind_int64(set, 1, capture);
    sqlite3_bind_null(set, 2);
    if (sha256)
        sqlite3_bind_blob(set, 2, sha256, SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_text(set, 3, unread, -1, SQLITE_STATIC);
    return index_run(run->index, set, run->error);
}

static enum status add_document(struct run *run, const struct reading *reading,
                                const struct prepared *prepared) {
    struct source_page *page = &run->keys.pages[reading->i_page];
    memcpy(page->text_sha256, prepared->sha256, SHA256_BYTES);
    page->has_text = true;
    size_t first = source_texts_first(&run->texts, reading->i_page);
    page->document = run->keys.pages[first].document;
    if (first != reading->i_page)
        return STATUS_OK;
    const struct document_row row = {.file = reading->file,
                                     .name = page->url,
                                     .kind = DOCUMENT_SOURCE,
                                     .capture = page->capture,
                                     .retrieved = page->retrieved};
    return publication_add(run->publication, &row, prepared, &page->document, run->error);
}

/* Names a page that cannot be indexed, with the place where it is cited first. */
static enum status name_unread(struct run *run, size_t i_page, const char *text) {
    sqlite3_stmt *citation = run->statements[SELECT_CITATION];
    sqlite3_bind_int64(citation, 1, run->keys.followed[run->keys.pages[i_page].i_followed].source);
    int result = sqlite3_step(citation);
    bool is_bad = result != SQLITE_ROW && result != SQLITE_DONE;
    enum status status = is_bad ? index_error(run->index, run->error) : STATUS_OK;
    struct error line;
    const char *stored = (const char *)sqlite3_column_text(citation, 0);
    const char *path = stored ? path_from_stored(&run->keys.arena, stored, run->folder) : NULL;
    if (result == SQLITE_ROW && path)
        error_set(&line, STATUS_INPUT, "%s (cited in %s:%lld)", text, path_to_show(path),
                  (long long)sqlite3_column_int64(citation, 1));
    else
        error_set(&line, STATUS_INPUT, "%s", text);
    sqlite3_reset(citation);
    report_problem(run->report, run->keys.pages[i_page].url, 0, line.text);
    run->keys.pages[i_page].unread = arena_string(&run->keys.arena, text);
    return run->keys.arena.failed ? no_memory(run) : status;
}

/* What the archive has lost is no property of the page: it may be back another time. */
static enum status write_unread(struct run *run, const struct job *job, const char *text) {
    const struct reading *reading = &run->readings[job->tag];
    bool is_lost = access(job->path, R_OK) != 0;
    enum status status =
        reading->i_page == SOURCE_NO_PAGE ? STATUS_OK : name_unread(run, reading->i_page, text);
    return status == STATUS_OK && !is_lost ? set_text(run, reading->capture, NULL, text) : status;
}

static enum status write_job(struct run *run, struct job *job) {
    const struct reading *reading = &run->readings[job->tag];
    const struct prepared_item *item = job->n_items > 0 ? &job->items[0] : NULL;
    if (job->status == STATUS_NO_MEMORY)
        return no_memory(run);
    if (job->status == STATUS_INPUT)
        return write_unread(run, job, job->error.text);
    if (item->status == STATUS_INPUT)
        return write_unread(run, job, item->error.text);
    enum status status = set_text(run, reading->capture, item->prepared.sha256, NULL);
    if (status == STATUS_OK && reading->i_page != SOURCE_NO_PAGE)
        status = add_document(run, reading, &item->prepared);
    return status == STATUS_OK
               ? publication_add_postings(run->publication, &job->inversion, run->error)
               : status;
}

static enum status write_oldest(struct run *run) {
    struct job *job = pipeline_take(run->pipeline);
    enum status status = job ? write_job(run, job) : STATUS_OK;
    job_free(job);
    return status;
}

static enum status write_all(struct run *run) {
    enum status status = STATUS_OK;
    while (status == STATUS_OK && pipeline_has_jobs(run->pipeline))
        status = write_oldest(run);
    return status;
}

/* ---- reading ---- */

/* How much of a job's memory a page counts for, whose size is not known before it is read. */
enum { EXPECTED_PAGE_BYTES = 256 << 10 };

/* Hands the capture in `row` (of SELECT_CAPTURE) to the workers. */
static enum status submit(struct run *run, struct reading reading, sqlite3_stmt *row) {
    enum status status = STATUS_OK;
    void *items =
        array_grow(run->readings, run->n_readings, &run->readings_capacity, sizeof *run->readings);
    if (!items)
        return no_memory(run);
    run->readings = items;
    struct job *job = calloc(1, sizeof *job);
    const char *stored = (const char *)sqlite3_column_text(row, 4);
    if (!job || !stored) {
        free(job);
        return no_memory(run);
    }
    reading.file = sqlite3_column_int64(row, 5);
    *job = (struct job){
        .tag = run->n_readings,
        .path = path_from_stored(&run->keys.arena, stored, run->folder),
        .name = reading.url,
        .url = reading.url,
        .place = {(uint64_t)sqlite3_column_int64(row, 2), (uint64_t)sqlite3_column_int64(row, 3)},
        .expected_bytes = EXPECTED_PAGE_BYTES};
    run->readings[run->n_readings++] = reading;
    if (!job->path)
        status = no_memory(run);
    while (status == STATUS_OK && pipeline_is_full(run->pipeline))
        status = write_oldest(run);
    if (status == STATUS_OK)
        status = pipeline_submit(run->pipeline, job, run->error);
    if (status != STATUS_OK)
        job_free(job);
    return status;
}

/* The document that the index has of the page as it is, or 0. */
static enum status find_document(struct run *run, struct source_page *page) {
    sqlite3_stmt *document = run->statements[SELECT_DOCUMENT];
    sqlite3_bind_int64(document, 1, page->capture);
    sqlite3_bind_text(document, 2, page->url, -1, SQLITE_STATIC);
    int result = sqlite3_step(document);
    page->document = result == SQLITE_ROW ? sqlite3_column_int64(document, 0) : 0;
    sqlite3_reset(document);
    return result == SQLITE_ROW || result == SQLITE_DONE ? STATUS_OK
                                                         : index_error(run->index, run->error);
}

static enum status set_retrieved(struct run *run, const struct source_page *page) {
    sqlite3_stmt *set = run->statements[SET_RETRIEVED];
    sqlite3_bind_int64(set, 1, page->document);
    sqlite3_bind_text(set, 2, page->retrieved, -1, SQLITE_STATIC);
    return index_run(run->index, set, run->error);
}

/* A page whose text is known. `*is_settled` is false if it has to be read all the same. */
static enum status settle(struct run *run, size_t i_page, bool *is_settled) {
    struct source_page *page = &run->keys.pages[i_page];
    enum status status = write_all(run); /* pages before it may have its text */
    if (status != STATUS_OK)
        return status;
    status = find_document(run, page);
    *is_settled = page->document > 0;
    if (status != STATUS_OK)
        return status;
    size_t first = source_texts_first(&run->texts, i_page);
    if (first != i_page) {
        page->document = run->keys.pages[first].document;
        *is_settled = true;
        return STATUS_OK;
    }
    return page->document > 0 ? set_retrieved(run, page) : STATUS_OK;
}

static enum status read_page(struct run *run, size_t i_page) {
    struct source_page *page = &run->keys.pages[i_page];
    sqlite3_stmt *row = run->statements[SELECT_CAPTURE];
    bool is_settled = false;
    enum status status = STATUS_OK;
    sqlite3_bind_int64(row, 1, page->capture);
    if (sqlite3_step(row) != SQLITE_ROW) {
        status = index_error(run->index, run->error);
    } else if (sqlite3_column_type(row, 1) != SQLITE_NULL) {
        page->unread = arena_string(&run->keys.arena, (const char *)sqlite3_column_text(row, 1));
        is_settled = true;
        if (!page->unread)
            status = no_memory(run);
    } else if (sqlite3_column_bytes(row, 0) == SHA256_BYTES) {
        memcpy(page->text_sha256, sqlite3_column_blob(row, 0), SHA256_BYTES);
        page->has_text = true;
        status = settle(run, i_page, &is_settled);
    }
    if (status == STATUS_OK && !is_settled)
        status = submit(
            run, (struct reading){.capture = page->capture, .i_page = i_page, .url = page->url},
            row);
    sqlite3_reset(row);
    return status;
}

/* Reads earlier captures of a page for their texts: they tell when it changed. */
static enum status read_earlier(struct run *run, const struct source_page *page) {
    sqlite3_stmt *unread = run->statements[SELECT_UNREAD];
    sqlite3_stmt *row = run->statements[SELECT_CAPTURE];
    enum status status = STATUS_OK;
    sqlite3_bind_text(unread, 1, page->key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(unread, 2, page->capture);
    while (index_next(run->index, unread, &status, run->error)) {
        int64_t capture = sqlite3_column_int64(unread, 0);
        sqlite3_bind_int64(row, 1, capture);
        status = sqlite3_step(row) == SQLITE_ROW
                     ? submit(run,
                              (struct reading){
                                  .capture = capture, .i_page = SOURCE_NO_PAGE, .url = page->url},
                              row)
                     : index_error(run->index, run->error);
        sqlite3_reset(row);
    }
    sqlite3_reset(unread);
    return status;
}

static enum status read_pages(struct run *run) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->keys.n_pages && status == STATUS_OK; i++) {
        status = read_page(run, i);
        if (status == STATUS_OK)
            status = read_earlier(run, &run->keys.pages[i]);
    }
    return status == STATUS_OK ? write_all(run) : status;
}

/* ---- what is left ---- */

static int by_number(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Removes the sources that no page is any more. */
static enum status remove_stale(struct run *run) {
    int64_t *current = calloc(run->keys.n_pages + 1, sizeof *current);
    sqlite3_stmt *documents = NULL;
    if (!current)
        return no_memory(run);
    for (size_t i = 0; i < run->keys.n_pages; i++)
        current[i] = run->keys.pages[i].document;
    qsort(current, run->keys.n_pages, sizeof *current, by_number);
    enum status status = index_prepare(
        run->index, "SELECT id FROM documents WHERE capture IS NOT NULL", &documents, run->error);
    while (index_next(run->index, documents, &status, run->error)) {
        int64_t id = sqlite3_column_int64(documents, 0);
        if (!bsearch(&id, current, run->keys.n_pages, sizeof *current, by_number))
            status = publication_remove_document(run->publication, id, run->error);
    }
    sqlite3_finalize(documents);
    free(current);
    return status;
}

static int by_key(const void *a, const void *b) {
    return strcmp(a, ((const struct source_page *)b)->key);
}

/* Forgets the texts of captures of what is no page any more: were they kept, the index would depend
 * on what was cited before. */
static enum status forget_texts(struct run *run) {
    int64_t *current = calloc(run->keys.n_pages + 1, sizeof *current);
    sqlite3_stmt *read = NULL;
    if (!current)
        return no_memory(run);
    for (size_t i = 0; i < run->keys.n_pages; i++)
        current[i] = run->keys.pages[i].capture;
    qsort(current, run->keys.n_pages, sizeof *current, by_number);
    enum status status = index_prepare(run->index,
                                       "SELECT id, key FROM captures"
                                       " WHERE text_sha256 IS NOT NULL OR unread IS NOT NULL",
                                       &read, run->error);
    while (index_next(run->index, read, &status, run->error)) {
        int64_t id = sqlite3_column_int64(read, 0);
        const char *key = (const char *)sqlite3_column_text(read, 1);
        if (!key)
            status = no_memory(run);
        else if (!bsearch(key, run->keys.pages, run->keys.n_pages, sizeof *run->keys.pages,
                          by_key) &&
                 !bsearch(&id, current, run->keys.n_pages, sizeof *current, by_number))
            status = set_text(run, id, NULL, NULL);
    }
    sqlite3_finalize(read);
    free(current);
    return status;
}

enum status source_pages_retry(struct index *index, bool writes, bool *has_some,
                               struct error *error) {
    sqlite3_stmt *retry = NULL;
    *has_some = false;
    if (!pdf_has_reader())
        return STATUS_OK;
    enum status status =
        index_prepare(index,
                      writes ? "UPDATE captures SET unread = NULL WHERE unread = ?1 RETURNING id"
                             : "SELECT id FROM captures WHERE unread = ?1",
                      &retry, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_text(retry, 1, PDF_NO_READER, -1, SQLITE_STATIC);
    int result = sqlite3_step(retry);
    *has_some = result == SQLITE_ROW;
    while (writes && result == SQLITE_ROW)
        result = sqlite3_step(retry);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        status = index_error(index, error);
    sqlite3_finalize(retry);
    return status;
}

enum status source_pages_update(struct index *index, const char *folder, struct pipeline *pipeline,
                                struct publication *publication, struct report *report,
                                struct error *error) {
    struct run run = {.index = index,
                      .folder = folder,
                      .pipeline = pipeline,
                      .publication = publication,
                      .report = report,
                      .error = error};
    enum status status = index_prepare_all(index, sql_of, N_STATEMENTS, run.statements, error);
    if (status == STATUS_OK)
        status = source_keys_read(&run.keys, index, error);
    if (status == STATUS_OK)
        status = source_texts_open(&run.texts, &run.keys, error);
    if (status == STATUS_OK)
        status = read_pages(&run);
    if (status == STATUS_OK)
        status = remove_stale(&run);
    if (status == STATUS_OK)
        status = forget_texts(&run);
    if (status == STATUS_OK)
        status = source_links_write(index, &run.keys, error);
    /* After a failure jobs may be under way, whose strings are ours. */
    while (pipeline_has_jobs(pipeline))
        job_free(pipeline_take(pipeline));
    for (size_t i = 0; i < N_STATEMENTS; i++)
        sqlite3_finalize(run.statements[i]);
    free(run.readings);
    source_texts_close(&run.texts);
    source_keys_free(&run.keys);
    return status;
}
