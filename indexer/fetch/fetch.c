/* See fetch.h. The way of a URL:
 *
 *   fetch_add -> known? -> host's queue -> its robots.txt is known -> transfer -> done
 *                  ^            ^                                        |
 *                  |            +-------------- retry -------------------+
 *                  +------------------------- redirect ------------------+
 *
 * A robots.txt is a job like any other that goes before the pages of its host; the pages wait for
 * it beside the queue. A host is either asked (is_active), waiting for its time (in the heap of
 * fetch_host.h), or has nothing to ask. */
#include "indexer/fetch/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/fetch_host.h"
#include "indexer/fetch/fetch_job.h"
#include "indexer/fetch/fetch_known.h"
#include "indexer/fetch/fetch_retry.h"
#include "indexer/fetch/fetch_robots.h"
#include "indexer/fetch/fetch_transfer.h"

enum {
    /* How soon a stop, a timeout and room for paused bodies are noticed. */
    TICK_MS = 100,
};

struct fetch {
    struct fetch_shared shared;
    struct fetch_hosts hosts;
    struct fetch_targets targets;
    struct fetch_transfer *transfers; /* options.n_connections of them */
    struct fetch_queue settled;       /* to be reported without being asked for */
    size_t n_active;
    size_t n_pages; /* not reported yet */
    bool is_stopped;
    fetch_done *done;
    void *context;
};

static struct fetch_result result_of(const struct fetch_job *job) {
    return (struct fetch_result){
        .request = &job->request,
        .outcome = job->outcome,
        .text = job->text ? job->text : "",
        .exchanges = job->exchanges,
        .n_exchanges = job->n_exchanges,
        .final_url = job->url.fetch ? job->url.fetch : job->request.url,
    };
}

/* Gives a page back to the caller. */
static enum status report(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    const struct fetch_result result = result_of(job);
    fetch->n_pages--;
    enum status status = fetch->done(fetch->context, &result, error);
    fetch_job_free(job);
    return status;
}

/* Queues a job at the host of its URL. */
static enum status enqueue(struct fetch *fetch, struct fetch_job *job, bool is_urgent,
                           struct error *error) {
    struct fetch_host *host = fetch_hosts_find(&fetch->hosts, job->url.authority);
    if (!host) {
        fetch_job_free(job);
        return error_no_memory(error);
    }
    fetch_queue_push(is_urgent ? &host->urgent : &host->pages, job);
    fetch_hosts_schedule(&fetch->hosts, host);
    return STATUS_OK;
}

/* Sets `*is_done` when a known answer (the last exchange) does not lead on. */
static enum status follow_known(struct fetch *fetch, struct fetch_job *job, bool *is_done,
                                struct error *error) {
    bool redirected = false;
    unsigned n_redirects = job->robots ? ROBOTS_REDIRECTS : fetch->shared.options.n_redirects;
    enum status status = STATUS_OK;
    if (job->outcome == FETCH_ANSWERED)
        status = fetch_job_redirect(job, n_redirects, &redirected, error);
    *is_done = !redirected || job->outcome != FETCH_ANSWERED;
    return status;
}

/* Follows what is known, then queues the job: at a host, behind another that asks for the same, or
 * among those that need not ask. It belongs to the fetcher, also after an error. */
static enum status route(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    enum status status = STATUS_OK;
    bool is_done = false;
    bool waits = false;
    bool is_known = true;
    while (status == STATUS_OK && is_known && !is_done) {
        status = fetch_known_recall(&fetch->shared.options, fetch->context, job, &is_known, error);
        if (status == STATUS_OK && !is_known && !job->robots)
            status = fetch_targets_claim(&fetch->targets, job, &is_known, &waits, error);
        if (status == STATUS_OK && is_known)
            status = follow_known(fetch, job, &is_done, error);
    }
    if (waits)
        return status;
    if (status == STATUS_OK && !is_done)
        return enqueue(fetch, job, job->robots, error);
    fetch_queue_push(&fetch->settled, job);
    return status;
}

/* What came of the URL that a job has asked for goes to the others that wait for it. */
static enum status release(struct fetch *fetch, struct fetch_job *job, bool is_answered,
                           struct error *error) {
    struct fetch_queue released = {0};
    struct fetch_job *other;
    enum status status = fetch_target_settle(job, is_answered, &released, error);
    while (status == STATUS_OK && (other = fetch_queue_pop(&released)))
        status = route(fetch, other, error);
    fetch_queue_free(&released);
    return status;
}

/* True if what earlier runs were answered has led to nothing good. */
static bool is_misled(const struct fetch *fetch, const struct fetch_job *job) {
    bool is_good = job->outcome == FETCH_ANSWERED && job->n_exchanges > 0 &&
                   job->exchanges[job->n_exchanges - 1].status < 400;
    return job->has_recalled && !job->robots && !is_good && !fetch->is_stopped;
}

static enum status settle_robots(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    struct fetch_host *host = job->robots->host;
    const struct fetch_result result = result_of(job);
    enum status status = STATUS_OK;
    if (fetch->shared.options.robots_done)
        status = fetch->shared.options.robots_done(fetch->context, &result, error);
    if (status == STATUS_OK)
        status = fetch_robots_settle(job->robots, job, error);
    fetch_job_free(job);
    fetch_hosts_schedule(&fetch->hosts, host);
    return status;
}

/* Ends a job, or sends it on its way again. */
static enum status settle(struct fetch *fetch, struct fetch_job *job, struct error *error) {
    enum status status = release(fetch, job, false, error);
    if (status == STATUS_OK && is_misled(fetch, job)) {
        status = fetch_job_restart(job, error);
        if (status == STATUS_OK)
            return route(fetch, job, error);
    }
    if (status == STATUS_OK)
        return job->robots ? settle_robots(fetch, job, error) : report(fetch, job, error);
    fetch_job_free(job);
    return status;
}

static enum status fail(struct fetch *fetch, struct fetch_job *job, enum fetch_outcome outcome,
                        const char *text, struct error *error) {
    enum status status = fetch_job_fail(job, outcome, text, error);
    if (status == STATUS_OK)
        return settle(fetch, job, error);
    fetch_job_free(job);
    return status;
}

/* Decides about a page that is next at its host. Sets `*job` to what is to be asked, or to NULL if
 * the page was reported or has to wait. */
static enum status admit(struct fetch *fetch, struct fetch_host *host, struct fetch_job **job,
                         struct error *error) {
    struct fetch_job *page = *job;
    struct fetch_robots *robots = &host->robots[page->url.is_https];
    *job = NULL;
    if (host->is_given_up)
        return fail(fetch, page, FETCH_HOST_GIVEN_UP, host->last_failure.text, error);
    if (robots->state == ROBOTS_UNREACHABLE)
        return fail(fetch, page, robots->outcome, robots->why.text, error);
    if (robots->state != ROBOTS_KNOWN) {
        struct fetch_job *asking = NULL;
        fetch_queue_push(&robots->waiting, page);
        if (robots->state != ROBOTS_UNKNOWN)
            return STATUS_OK;
        enum status asked = fetch_robots_ask(robots, &page->url, &asking, error);
        return asked == STATUS_OK ? route(fetch, asking, error) : asked;
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
            status = fail(fetch, *job, FETCH_INTERRUPTED, "interrupted", error);
            *job = NULL;
        } else if (!(*job)->robots) {
            status = admit(fetch, host, job, error);
        }
    }
    return status;
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
    if (status == STATUS_OK)
        status = release(fetch, job, true, error);
    if (status != STATUS_OK) {
        fetch_job_free(job);
        return status;
    }
    if (!redirected || job->outcome != FETCH_ANSWERED)
        return settle(fetch, job, error);
    return route(fetch, job, error);
}

/* A transfer has ended; `code` as in fetch_transfer_finish. */
static enum status finish(struct fetch *fetch, struct fetch_transfer *transfer, CURLcode code,
                          struct error *error) {
    struct fetch_host *host = transfer->host;
    struct fetch_job *job = transfer->job;
    int64_t pause_ms = 0;
    enum status status = fetch_transfer_finish(transfer, code, error);
    /* A host that has no address was asked for nothing. */
    int64_t least_ms = job->outcome == FETCH_NO_SUCH_HOST ? 0 : fetch->shared.options.host_delay_ms;
    fetch->n_active--;
    if (status != STATUS_OK) {
        fetch_job_free(job);
    } else if (!fetch_retry(transfer, &pause_ms)) {
        fetch_host_judge(host, job, &transfer->exchange, fetch->shared.options.n_host_failures);
        status = advance(fetch, job, &transfer->exchange, error);
    }
    if (pause_ms < least_ms)
        pause_ms = least_ms;
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
    struct fetch_job *settled;
    while (status == STATUS_OK && fetch->n_pages > 0) {
        int wait_ms = 0;
        int n_running;
        fetch->is_stopped |= options->stop && *options->stop;
        while (status == STATUS_OK && (settled = fetch_queue_pop(&fetch->settled)))
            status = settle(fetch, settled, error);
        if (status == STATUS_OK && curl_multi_perform(fetch->shared.multi, &n_running) != CURLM_OK)
            status = error_no_memory(error);
        if (status == STATUS_OK)
            status = finish_done(fetch, error);
        if (status == STATUS_OK)
            status = watch(fetch, error);
        if (status == STATUS_OK)
            status = start_ready(fetch, &wait_ms, error);
        if (status == STATUS_OK && fetch->n_pages > 0 && !fetch->is_stopped &&
            !fetch->settled.first)
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
    fetch->n_pages++;
    if (job->outcome == FETCH_ANSWERED)
        status = route(fetch, job, error);
    else
        fetch_queue_push(&fetch->settled, job);
    return status;
}

enum status fetch_leave_alone(struct fetch *fetch, const char *authority, const char *text,
                              struct error *error) {
    struct fetch_host *host = fetch_hosts_find(&fetch->hosts, authority);
    if (!host)
        return error_no_memory(error);
    fetch_host_give_up(host, text);
    return STATUS_OK;
}

enum status fetch_open(struct fetch **fetch, const struct fetch_options *options, fetch_done *done,
                       void *context, struct error *error) {
    *fetch = calloc(1, sizeof **fetch);
    if (!*fetch)
        return error_no_memory(error);
    (*fetch)->done = done;
    (*fetch)->context = context;
    (*fetch)->transfers = calloc(options->n_connections, sizeof *(*fetch)->transfers);
    enum status status = fetch_shared_open(&(*fetch)->shared, options, error);
    if (status == STATUS_OK && !(*fetch)->transfers)
        status = error_no_memory(error);
    for (size_t i = 0; status == STATUS_OK && i < options->n_connections; i++)
        (*fetch)->transfers[i].shared = &(*fetch)->shared;
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
    fetch_shared_close(&fetch->shared);
    fetch_queue_free(&fetch->settled);
    fetch_targets_free(&fetch->targets);
    fetch_hosts_free(&fetch->hosts);
    free(fetch);
}
