/* See fetch.h. The way of a URL:
 *
 *   fetch_add -> host's queue -> its robots.txt is known -> transfer -> done
 *                     ^                                        |
 *                     +------ redirect, retry -----------------+
 *
 * A robots.txt is a job like any other that goes before the pages of its host; the pages wait for
 * it beside the queue. A host is either asked (is_active), waiting for its time (in the heap of
 * fetch_host.h), or has nothing to ask. */
#include "indexer/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "indexer/fetch_host.h"
#include "indexer/fetch_job.h"
#include "indexer/fetch_robots.h"
#include "indexer/fetch_transfer.h"

enum {
    /* How soon a stop, a timeout and room for paused bodies are noticed. */
    TICK_MS = 100,
    /* Connections that are kept open for the next request, for each that is in use. */
    IDLE_CONNECTIONS = 4,
};

struct fetch {
    struct fetch_shared shared;
    struct fetch_hosts hosts;
    struct fetch_transfer *transfers; /* options.n_connections of them */
    struct fetch_queue refused;       /* what is no URL has no host to wait at */
    size_t n_active;
    size_t n_pages; /* not reported yet */
    bool is_stopped;
    fetch_done *done;
    void *context;
};

/* Gives a page back to the caller. */
static enum status report(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    struct fetch_result result = {
        .request = &job->request,
        .outcome = job->outcome,
        .text = job->text ? job->text : "",
        .exchanges = job->exchanges,
        .n_exchanges = job->n_exchanges,
        .final_url = job->url.fetch ? job->url.fetch : job->request.url,
    };
    fetch->n_pages--;
    enum status status = fetch->done(fetch->context, &result, error);
    fetch_job_free(job);
    return status;
}

static enum status fail(struct fetch *fetch, struct fetch_job *job, enum fetch_outcome outcome,
                        const char *text, struct error *error) {
    enum status status = fetch_job_fail(job, outcome, text, error);
    if (status == STATUS_OK)
        return report(fetch, job, error);
    fetch_job_free(job);
    return status;
}

/* Queues a job at the host of its URL. */
static enum status enqueue(struct fetch *fetch, struct fetch_job *job, bool is_urgent,
                           struct error *error) {
    struct fetch_host *host = fetch_hosts_find(&fetch->hosts, &job->url);
    if (!host) {
        fetch_job_free(job);
        return error_no_memory(error);
    }
    fetch_queue_push(is_urgent ? &host->urgent : &host->pages, job);
    fetch_hosts_schedule(&fetch->hosts, host);
    return STATUS_OK;
}

static enum status settle_robots(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    struct fetch_host *host = job->robots->host;
    enum status status = fetch_robots_settle(job->robots, job, error);
    fetch_job_free(job);
    fetch_hosts_schedule(&fetch->hosts, host);
    return status;
}

static enum status settle(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    return job->robots ? settle_robots(fetch, job, error) : report(fetch, job, error);
}

/* Decides about a page that is next at its host. Sets `*job` to what is to be asked, or to NULL if
 * the page was reported or has to wait. */
static enum status admit(struct fetch *fetch, struct fetch_host *host, struct fetch_job **job,
                         struct error *error) {
    struct fetch_job *page = *job;
    struct fetch_robots *robots = &host->robots[page->url.is_https];
    *job = NULL;
    if (host->n_failures >= fetch->shared.options.n_host_failures)
        return fail(fetch, page, FETCH_HOST_GIVEN_UP, host->last_failure.text, error);
    if (robots->state == ROBOTS_UNREACHABLE)
        return fail(fetch, page, robots->outcome, robots->why.text, error);
    if (robots->state != ROBOTS_KNOWN) {
        fetch_queue_push(&robots->waiting, page);
        return robots->state == ROBOTS_UNKNOWN ? fetch_robots_ask(robots, &page->url, error)
                                               : STATUS_OK;
    }
    bool allowed;
    enum status status = robots_allows(&robots->rules, page->url.target, &allowed, error);
    if (status == STATUS_OK && !allowed)
        return fail(fetch, page, FETCH_BLOCKED_BY_ROBOTS, "robots.txt disallows it", error);
    if (status == STATUS_OK)
        *job = page;
    else
        fetch_job_free(page);
    return status;
}

/* The next job to ask at a host, NULL if there is none. When stopped, all end here. */
static enum status next_job(struct fetch *fetch, struct fetch_host *host, struct fetch_job **job,
                            struct error *error) {
    enum status status = STATUS_OK;
    *job = NULL;
    while (status == STATUS_OK && !*job) {
        *job = fetch_queue_pop(&host->urgent);
        if (!*job)
            *job = fetch_queue_pop(&host->pages);
        if (!*job)
            break;
        if (fetch->is_stopped) {
            status = fetch_job_fail(*job, FETCH_INTERRUPTED, "interrupted", error);
            if (status == STATUS_OK)
                status = settle(fetch, *job, error);
            else
                fetch_job_free(*job);
            *job = NULL;
        } else if (!(*job)->robots) {
            status = admit(fetch, host, job, error);
        }
    }
    return status;
}

static int64_t with_jitter(int64_t ms) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        return ms; /* only less spread out */
    return ms / 2 + ms * (random % 1024) / 1024;
}

/* If the job is worth another try, puts it back and sets `*pause_ms`, how long to wait before it.
 */
static bool retry(struct fetch *fetch, struct fetch_transfer *transfer, int64_t *pause_ms) {
    const struct fetch_options *options = &fetch->shared.options;
    struct fetch_job *job = transfer->job;
    int64_t retry_after_s = fetch_transfer_retry_after_s(transfer);
    if (!fetch_job_is_transient(job, &transfer->exchange))
        return false;
    bool is_too_long = retry_after_s > options->retry_after_ms / 1000;
    if (is_too_long)
        *pause_ms = options->retry_after_ms;
    if (is_too_long || job->n_retries >= options->n_retries || job->spent_ms >= options->total_ms)
        return false;
    *pause_ms = with_jitter(options->backoff_ms << (job->n_retries < 16 ? job->n_retries : 16));
    if (*pause_ms < retry_after_s * 1000)
        *pause_ms = retry_after_s * 1000;
    job->n_retries++;
    job->outcome = FETCH_ANSWERED;
    fetch_queue_push_front(&transfer->host->urgent, job);
    return true;
}

/* Takes the answer into the job and sends that on its way: to the next URL, or to its end. */
static enum status advance(struct fetch *fetch, struct fetch_job *job,
                           struct fetch_exchange *exchange, struct error *error) {
    if (job->outcome != FETCH_ANSWERED)
        return settle(fetch, job, error);
    unsigned n_redirects = job->robots ? ROBOTS_REDIRECTS : fetch->shared.options.n_redirects;
    bool redirected = false;
    enum status status = fetch_job_keep(job, exchange, error);
    if (status == STATUS_OK)
        status = fetch_job_redirect(job, n_redirects, &redirected, error);
    if (status != STATUS_OK) {
        fetch_job_free(job);
        return status;
    }
    if (!redirected || job->outcome != FETCH_ANSWERED)
        return settle(fetch, job, error);
    return enqueue(fetch, job, job->robots, error);
}

/* A transfer has ended; `code` as in fetch_transfer_finish. */
static enum status finish(struct fetch *fetch, struct fetch_transfer *transfer, CURLcode code,
                          struct error *error) {
    struct fetch_host *host = transfer->host;
    struct fetch_job *job = transfer->job;
    int64_t pause_ms = 0;
    enum status status = fetch_transfer_finish(transfer, code, error);
    fetch->n_active--;
    if (status != STATUS_OK) {
        fetch_job_free(job);
    } else if (!retry(fetch, transfer, &pause_ms)) {
        fetch_host_judge(host, job, &transfer->exchange);
        status = advance(fetch, job, &transfer->exchange, error);
    }
    if (pause_ms < fetch->shared.options.host_delay_ms)
        pause_ms = fetch->shared.options.host_delay_ms;
    fetch_transfer_clear(transfer);
    host->is_active = false;
    host->ready_ms = fetch_now_ms() + pause_ms;
    fetch_hosts_schedule(&fetch->hosts, host);
    return status;
}

static enum status start(struct fetch *fetch, struct fetch_host *host, struct error *error) {
    struct fetch_job *job = NULL;
    host->is_active = true; /* fetch_add may be called before there is a transfer */
    enum status status = next_job(fetch, host, &job, error);
    if (!job) {
        host->is_active = false;
        fetch_hosts_schedule(&fetch->hosts, host);
        return status;
    }
    struct fetch_transfer *transfer = fetch->transfers;
    while (transfer->job)
        transfer++;
    fetch->n_active++;
    status = fetch_transfer_start(transfer, job, host, error);
    if (status == STATUS_OK && transfer->outcome != FETCH_ANSWERED)
        status = finish(fetch, transfer, CURLE_OK, error);
    return status;
}

/* Starts all that may start now. Sets `*wait_ms` to when the next may. */
static enum status start_ready(struct fetch *fetch, int *wait_ms, struct error *error) {
    enum status status = STATUS_OK;
    *wait_ms = TICK_MS;
    while (status == STATUS_OK && fetch->n_active < fetch->shared.options.n_connections) {
        const struct fetch_host *host = fetch_hosts_first(&fetch->hosts);
        if (!host)
            break;
        int64_t ahead_ms = host->ready_ms - fetch_now_ms();
        if (ahead_ms > 0 && !fetch->is_stopped) {
            *wait_ms = ahead_ms < TICK_MS ? (int)ahead_ms : TICK_MS;
            break;
        }
        status = start(fetch, fetch_hosts_take(&fetch->hosts), error);
    }
    return status;
}

/* Ends the transfers that libcurl is done with. */
static enum status finish_done(struct fetch *fetch, struct error *error) {
    enum status status = STATUS_OK;
    CURLMsg *message;
    int n_left;
    while (status == STATUS_OK && (message = curl_multi_info_read(fetch->shared.multi, &n_left))) {
        struct fetch_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK)
            status = finish(fetch, transfer, code, error);
    }
    return status;
}

/* Ends the transfers that are out of time or interrupted, and lets the paused go on. */
static enum status watch(struct fetch *fetch, struct error *error) {
    enum status status = STATUS_OK;
    int64_t now = fetch_now_ms();
    for (size_t i = 0; status == STATUS_OK && i < fetch->shared.options.n_connections; i++) {
        struct fetch_transfer *transfer = &fetch->transfers[i];
        if (!transfer->job)
            continue;
        fetch_transfer_resume(transfer, now);
        fetch_transfer_check_clock(transfer, now);
        if (fetch->is_stopped)
            transfer->outcome = FETCH_INTERRUPTED;
        if (transfer->outcome != FETCH_ANSWERED)
            status = finish(fetch, transfer, CURLE_OPERATION_TIMEDOUT, error);
    }
    return status;
}

enum status fetch_run(struct fetch *fetch, struct error *error) {
    const struct fetch_options *options = &fetch->shared.options;
    enum status status = STATUS_OK;
    struct fetch_job *refused;
    while (status == STATUS_OK && fetch->n_pages > 0) {
        int wait_ms = 0;
        int n_running;
        fetch->is_stopped |= options->stop && *options->stop;
        while (status == STATUS_OK && (refused = fetch_queue_pop(&fetch->refused)))
            status = report(fetch, refused, error);
        if (status == STATUS_OK && curl_multi_perform(fetch->shared.multi, &n_running) != CURLM_OK)
            status = error_no_memory(error);
        if (status == STATUS_OK)
            status = finish_done(fetch, error);
        if (status == STATUS_OK)
            status = watch(fetch, error);
        if (status == STATUS_OK)
            status = start_ready(fetch, &wait_ms, error);
        if (status == STATUS_OK && fetch->n_pages > 0 && !fetch->is_stopped)
            curl_multi_poll(fetch->shared.multi, NULL, 0, wait_ms, NULL);
    }
    return status;
}

enum status fetch_add(struct fetch *fetch, const struct fetch_request *request,
                      struct error *error) {
    struct fetch_job *job = fetch_job_new(request);
    if (!job)
        return error_no_memory(error);
    enum status status = STATUS_OK;
    if (job->outcome == FETCH_ANSWERED)
        status = enqueue(fetch, job, false, error);
    else
        fetch_queue_push(&fetch->refused, job);
    fetch->n_pages += status == STATUS_OK;
    return status;
}

static enum status make_user_agent(struct fetch_shared *shared, const char *contact,
                                   struct error *error) {
    struct buffer text = {0};
    for (const char *c = contact ? contact : ""; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return error_set(error, STATUS_USAGE, "the contact has control characters");
    buffer_append_string(&text, FETCH_PRODUCT "/0.1");
    if (contact && *contact)
        buffer_append_format(&text, " (+%s)", contact);
    shared->user_agent = text.failed ? NULL : strdup(buffer_string(&text));
    buffer_free(&text);
    return shared->user_agent ? STATUS_OK : error_no_memory(error);
}

static enum status fill(struct fetch *fetch, struct error *error) {
    struct fetch_shared *shared = &fetch->shared;
    size_t n_connections = shared->options.n_connections;
    enum status status = make_user_agent(shared, shared->options.contact, error);
    if (status != STATUS_OK)
        return status;
    shared->options.contact = NULL; /* the caller's */
    proxies_from_environment(&shared->proxies);
    shared->multi = curl_multi_init();
    fetch->transfers = calloc(n_connections, sizeof *fetch->transfers);
    if (!shared->multi || !fetch->transfers ||
        curl_multi_setopt(shared->multi, CURLMOPT_MAXCONNECTS,
                          (long)(IDLE_CONNECTIONS * n_connections)) != CURLM_OK)
        return error_no_memory(error);
    for (size_t i = 0; i < n_connections; i++)
        fetch->transfers[i].shared = shared;
    return STATUS_OK;
}

enum status fetch_open(struct fetch **fetch, const struct fetch_options *options, fetch_done *done,
                       void *context, struct error *error) {
    *fetch = calloc(1, sizeof **fetch);
    if (!*fetch)
        return error_no_memory(error);
    (*fetch)->shared.options = *options;
    (*fetch)->done = done;
    (*fetch)->context = context;
    enum status status = fill(*fetch, error);
    if (status != STATUS_OK) {
        fetch_close(*fetch);
        *fetch = NULL;
    }
    return status;
}

void fetch_close(struct fetch *fetch) {
    if (!fetch)
        return;
    for (size_t i = 0; fetch->transfers && i < fetch->shared.options.n_connections; i++) {
        struct fetch_transfer *transfer = &fetch->transfers[i];
        fetch_job_free(transfer->job);
        if (transfer->easy)
            curl_multi_remove_handle(fetch->shared.multi, transfer->easy);
        if (transfer->shared)
            fetch_transfer_free(transfer);
    }
    free(fetch->transfers);
    curl_multi_cleanup(fetch->shared.multi);
    fetch_queue_free(&fetch->refused);
    fetch_hosts_free(&fetch->hosts);
    free(fetch->shared.user_agent);
    free(fetch);
}
