/* See source_fetch.h. */
#include "indexer/sources/source_fetch.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#include "indexer/fetch/url.h"
#include "indexer/sources/page_state.h"
#include "indexer/sources/source_recall.h"
#include "indexer/warc/warc_date.h"
#include "store/array.h"
#include "store/health.h"
#include "store/stored_path.h"

/* What failed is tried again after this part of the time that a page is good for: a day of the
 * default's 30. */
enum { FAILURES_PER_MAX_AGE = 30 };

/* One page that is asked for. */
struct wanted {
    const char *key, *url;
    const char *cited_path; /* where it is cited first, as stored */
    int64_t cited_line;
};

/* A page that no server has answered for: written down only when the network is known to work. */
struct silent {
    struct fetch_request request;
    enum fetch_outcome outcome;
    const char *text, *final_url;
};

struct run {
    struct index *index;
    struct page_states *states;
    const char *folder; /* the index's */
    struct source_recall *recall;
    struct source_pauses pauses;
    const struct source_fetch_options *options;
    struct progress *progress;
    struct report *report;
    struct archive_writer *writer;
    struct fetch *fetch;
    struct arena arena;
    struct wanted *wanted;
    size_t n_wanted, wanted_capacity;
    struct silent *silent;
    size_t n_silent, silent_capacity;
    bool was_answered; /* by any server */
    size_t n_interrupted;
};

/* The dates that decide what is due. */
struct due_dates {
    char now[WARC_DATE_BYTES];
    char page[WARC_DATE_BYTES]; /* before which a page that came is due */
    char failure[WARC_DATE_BYTES];
};

static struct due_dates make_due_dates(const struct source_fetch_options *options) {
    struct due_dates dates = {0};
    int64_t now = time(NULL);
    warc_date_write(now, dates.now);
    warc_date_write(now - options->max_age_s, dates.page);
    warc_date_write(now - options->max_age_s / FAILURES_PER_MAX_AGE, dates.failure);
    return dates;
}

static bool is_due(const struct page_state *state, const struct due_dates *dates) {
    bool came = state->health == HEALTH_LIVE || state->health == HEALTH_MOVED;
    if (state->retry_after)
        return strcmp(state->retry_after, dates->now) <= 0;
    return !state->checked || strcmp(state->checked, came ? dates->page : dates->failure) <= 0;
}

/* As is_due, of what the sources say: what has to be tried again sooner is so of the page itself.
 */
static const char due_sql[] =
    "WITH paused(host) AS (SELECT DISTINCT substr(key, 1, instr(substr(key, 3), '/') + 1)"
    "  FROM captures WHERE retry_after > ?5)"
    " SELECT count(DISTINCT key) FROM sources AS s WHERE key IS NOT NULL"
    " AND (checked IS NULL OR checked <= iif(health IN (?1, ?2), ?3, ?4)"
    "  OR (health NOT IN (?1, ?2) AND EXISTS (SELECT 1 FROM captures AS c WHERE c.key = s.key"
    "   AND c.retrieved = s.checked AND c.retry_after <= ?5)))"
    " AND substr(key, 1, instr(substr(key, 3), '/') + 1) NOT IN paused";

enum status source_fetch_count_due(struct index *index, const struct source_fetch_options *options,
                                   size_t *n_due, struct error *error) {
    const struct due_dates dates = make_due_dates(options);
    sqlite3_stmt *count = NULL;
    *n_due = 0;
    if (options->offline)
        return STATUS_OK;
    enum status status = index_prepare(index, due_sql, &count, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int(count, 1, HEALTH_LIVE);
    sqlite3_bind_int(count, 2, HEALTH_MOVED);
    sqlite3_bind_text(count, 3, dates.page, -1, SQLITE_STATIC);
    sqlite3_bind_text(count, 4, dates.failure, -1, SQLITE_STATIC);
    sqlite3_bind_text(count, 5, dates.now, -1, SQLITE_STATIC);
    if (sqlite3_step(count) == SQLITE_ROW)
        *n_due = (size_t)sqlite3_column_int64(count, 0);
    else
        status = index_error(index, error);
    sqlite3_finalize(count);
    return status;
}

/* ---- what is due ---- */

static const char citations_sql[] =
    "SELECT s.key, s.url, f.path, c.line FROM sources AS s"
    " JOIN citations AS c ON c.source = s.id JOIN documents AS d ON d.id = c.document"
    " JOIN files AS f ON f.id = d.file WHERE s.key IS NOT NULL"
    " ORDER BY s.key, f.path, c.line, c.ordinal";

/* Adds the page of a citation. One that is cited under several spellings is asked for under that
 * of its first citation. */
static enum status add_wanted(struct run *run, sqlite3_stmt *row, struct error *error) {
    const char *key = (const char *)sqlite3_column_text(row, 0);
    if (key && run->n_wanted > 0 && strcmp(run->wanted[run->n_wanted - 1].key, key) == 0)
        return STATUS_OK;
    void *items =
        array_grow(run->wanted, run->n_wanted, &run->wanted_capacity, sizeof *run->wanted);
    if (!items)
        return error_no_memory(error);
    run->wanted = items;
    struct wanted *wanted = &run->wanted[run->n_wanted++];
    wanted->key = arena_string(&run->arena, key);
    wanted->url = arena_string(&run->arena, (const char *)sqlite3_column_text(row, 1));
    wanted->cited_path = arena_string(&run->arena, (const char *)sqlite3_column_text(row, 2));
    wanted->cited_line = sqlite3_column_int64(row, 3);
    return wanted->key && wanted->url && wanted->cited_path ? STATUS_OK : error_no_memory(error);
}

static enum status read_wanted(struct run *run, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status = index_prepare(run->index, citations_sql, &rows, error);
    while (index_next(run->index, rows, &status, error))
        status = add_wanted(run, rows, error);
    sqlite3_finalize(rows);
    return status;
}

/* Redirects may lead to hosts that have asked to be left alone, too. */
static enum status leave_alone(struct run *run, const char *now, struct error *error) {
    enum status status = source_pauses_read(run->index, now, &run->arena, &run->pauses, error);
    for (size_t i = 0; i < run->pauses.n_pauses && status == STATUS_OK; i++) {
        const struct source_pause *pause = &run->pauses.pauses[i];
        struct error why;
        error_set(&why, STATUS_INPUT, "%s asks to be left alone until %s", pause->authority,
                  pause->until);
        status = fetch_leave_alone(run->fetch, pause->authority, why.text, error);
    }
    return status;
}

/* Queues those that are due, with the validators of what is archived. */
static enum status add_due(struct run *run, size_t *n_due, struct error *error) {
    const struct due_dates dates = make_due_dates(run->options);
    enum status status = leave_alone(run, dates.now, error);
    for (size_t i = 0; i < run->n_wanted && status == STATUS_OK; i++) {
        struct wanted *wanted = &run->wanted[i];
        struct arena arena = {0};
        struct page_state state;
        if (source_pauses_find(&run->pauses, wanted->key))
            continue;
        status = page_state_read(run->states, wanted->key, &arena, &state, error);
        if (status == STATUS_OK && is_due(&state, &dates)) {
            const struct fetch_request request = {.url = wanted->url,
                                                  .etag = state.etag,
                                                  .last_modified = state.last_modified,
                                                  .validators_url = state.content_url,
                                                  .tag = wanted};
            status = fetch_add(run->fetch, &request, error);
            ++*n_due;
        }
        arena_free(&arena);
    }
    return status;
}

/* ---- what came ---- */

static void name_failure(struct run *run, const struct wanted *wanted, const char *text) {
    struct buffer line = {0};
    const char *path = path_from_stored(&run->arena, wanted->cited_path, run->folder);
    buffer_append_format(&line, "%s (cited in %s:%lld)", text,
                         path ? path_to_show(path) : wanted->cited_path,
                         (long long)wanted->cited_line);
    report_problem(run->report, wanted->url, 0, buffer_string(&line));
    run->report->failed = run->report->failed || line.failed;
    buffer_free(&line);
    run->report->n_fetch_failed++;
}

/* True for what may be the fault of the network here. */
static bool is_silence(enum fetch_outcome outcome) {
    return outcome == FETCH_NO_SUCH_HOST || outcome == FETCH_NO_CONNECTION ||
           outcome == FETCH_CONNECT_TIMEOUT;
}

/* True for what says nothing of the page. A redirect to an address that is refused does. */
static bool is_no_attempt(enum fetch_outcome outcome, bool was_redirected) {
    bool is_refused = outcome == FETCH_UNSUPPORTED_URL || outcome == FETCH_REFUSED_ADDRESS;
    return outcome == FETCH_HOST_GIVEN_UP || outcome == FETCH_INTERRUPTED ||
           (is_refused && !was_redirected);
}

static enum status keep_silent(struct run *run, const struct fetch_result *result,
                               struct error *error) {
    void *items =
        array_grow(run->silent, run->n_silent, &run->silent_capacity, sizeof *run->silent);
    if (!items)
        return error_no_memory(error);
    run->silent = items;
    const struct wanted *wanted = result->request->tag;
    struct silent *silent = &run->silent[run->n_silent++];
    *silent = (struct silent){.request = {.url = wanted->url},
                              .outcome = result->outcome,
                              .text = arena_string(&run->arena, result->text),
                              .final_url = arena_string(&run->arena, result->final_url)};
    return silent->text && silent->final_url ? STATUS_OK : error_no_memory(error);
}

static void report_answer(struct run *run, const struct fetch_result *result) {
    const struct wanted *wanted = result->request->tag;
    long status = result->exchanges[result->n_exchanges - 1].status;
    struct buffer text = {0};
    if (status == 304) {
        run->report->n_fetch_unchanged++;
        return;
    }
    if (status >= 200 && status < 300) {
        run->report->n_fetched++;
        return;
    }
    buffer_append_format(&text, "the server answered %ld", status);
    name_failure(run, wanted, buffer_string(&text));
    run->report->failed = run->report->failed || text.failed;
    buffer_free(&text);
}

static enum status on_done(void *context, const struct fetch_result *result, struct error *error) {
    struct run *run = context;
    size_t n_bytes = 0;
    for (size_t i = 0; i < result->n_exchanges; i++)
        n_bytes += result->exchanges[i].body.size;
    progress_step(run->progress, n_bytes);
    run->was_answered = run->was_answered || result->n_exchanges > 0;
    if (result->outcome == FETCH_INTERRUPTED)
        run->n_interrupted++;
    else if (result->outcome == FETCH_ANSWERED)
        report_answer(run, result);
    else
        name_failure(run, result->request->tag, result->text);
    bool was_redirected = result->n_exchanges > 0;
    if (is_silence(result->outcome) && !was_redirected)
        return keep_silent(run, result, error);
    if (is_no_attempt(result->outcome, was_redirected))
        return STATUS_OK;
    return archive_write(run->writer, result, error);
}

static enum status on_robots(void *context, const struct fetch_result *result,
                             struct error *error) {
    struct run *run = context;
    return archive_write_robots(run->writer, result, error);
}

static enum status on_recall(void *context, const struct url *url, bool is_robots,
                             struct fetch_answer *answer, struct error *error) {
    struct run *run = context;
    return source_recall_answer(run->recall, url, is_robots, answer, error);
}

/* ---- what did not come ---- */

/* RFC 6761, 6.4: names that end so never exist. */
static bool is_invalid_name(const char *host) {
    size_t length = strlen(host);
    return length >= 8 && strcasecmp(host + length - 8, ".invalid") == 0;
}

/* True if the name servers say that there is no such host, rather than nothing. */
static bool does_not_exist(struct run *run, const char *url, bool *has_names) {
    struct url parts;
    struct error reason;
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    if (url_parse(&run->arena, NULL, url, &parts, &reason) != STATUS_OK)
        return false;
    if (is_invalid_name(parts.host))
        return true;
    if (!*has_names)
        return false;
    int result = getaddrinfo(parts.host, NULL, &hints, &found);
    if (found)
        freeaddrinfo(found);
    *has_names = result == 0 || result == EAI_NONAME;
    return result == EAI_NONAME;
}

/* Writes down what no server has answered for, unless the network here is to blame: libcurl does
 * not tell a name that does not exist from a name server that does not answer. */
static enum status write_silent(struct run *run, struct error *error) {
    bool has_names = true;
    enum status status = STATUS_OK;
    for (size_t i = 0; run->was_answered && i < run->n_silent && status == STATUS_OK; i++) {
        struct silent *silent = &run->silent[i];
        if (silent->outcome == FETCH_NO_SUCH_HOST &&
            !does_not_exist(run, silent->final_url, &has_names))
            silent->outcome = FETCH_NO_CONNECTION;
        const struct fetch_result result = {.request = &silent->request,
                                            .outcome = silent->outcome,
                                            .text = silent->text,
                                            .final_url = silent->final_url};
        status = archive_write(run->writer, &result, error);
    }
    return status;
}

static enum status fetch_due(struct run *run, struct error *error) {
    struct fetch_options options = FETCH_OPTIONS_DEFAULT;
    options.contact = run->options->contact;
    options.allow_private = run->options->allow_private;
    options.host_delay_ms = run->options->host_delay_ms;
    options.stop = run->options->stop;
    options.recall = on_recall;
    options.robots_done = on_robots;
    size_t n_due = 0;
    size_t n_problems = run->report->n_problems;
    enum status status = fetch_open(&run->fetch, &options, on_done, run, error);
    if (status == STATUS_OK)
        status = add_due(run, &n_due, error);
    if (status == STATUS_OK && n_due > 0) {
        progress_restart(run->progress, "sources", n_due);
        status = fetch_run(run->fetch, error);
        report_sort(run->report, n_problems); /* those of a host stand together */
        if (status == STATUS_OK)
            status = write_silent(run, error);
        if (status == STATUS_OK)
            status = archive_sync(run->writer, error);
    }
    fetch_close(run->fetch);
    if (run->n_interrupted > 0) {
        struct buffer text = {0};
        buffer_append_format(&text, "interrupted: %zu source%s not fetched", run->n_interrupted,
                             run->n_interrupted == 1 ? " was" : "s were");
        report_problem(run->report, run->report->index, 0, buffer_string(&text));
        buffer_free(&text);
    }
    return status;
}

enum status source_fetch_run(struct index *index, struct archive *archive,
                             struct captures *captures, const struct source_fetch_options *options,
                             struct progress *progress, struct report *report,
                             struct error *error) {
    struct run run = {.index = index,
                      .folder = archive->index_folder,
                      .options = options,
                      .progress = progress,
                      .report = report};
    enum status status = archive_writer_open(&run.writer, archive, index, captures, error);
    if (status == STATUS_OK)
        status = page_states_open(&run.states, index, error);
    if (status == STATUS_OK)
        status = source_recall_open(&run.recall, index, archive->index_folder, error);
    if (status == STATUS_OK)
        status = read_wanted(&run, error);
    if (status == STATUS_OK && run.n_wanted > 0)
        status = fetch_due(&run, error);
    source_pauses_free(&run.pauses);
    source_recall_close(run.recall);
    page_states_close(run.states);
    archive_writer_close(run.writer);
    free(run.silent);
    free(run.wanted);
    arena_free(&run.arena);
    return status;
}
