/* See fetch_robots.h. */
#include "indexer/fetch_robots.h"

enum status fetch_robots_ask(struct fetch_robots *robots, const struct url *page,
                             struct error *error) {
    struct buffer url = {0};
    buffer_append_format(&url, "%s://%s/robots.txt", page->is_https ? "https" : "http",
                         page->authority);
    const struct fetch_request request = {.url = buffer_string(&url)};
    struct fetch_job *job = url.failed ? NULL : fetch_job_new(&request);
    buffer_free(&url);
    if (!job)
        return error_no_memory(error);
    job->robots = robots;
    robots->state = ROBOTS_ASKED;
    fetch_queue_push_front(&robots->host->urgent, job);
    return STATUS_OK;
}

enum status fetch_robots_settle(struct fetch_robots *robots, const struct fetch_job *job,
                                struct error *error) {
    enum status status = STATUS_OK;
    const struct fetch_exchange *last =
        job->n_exchanges > 0 ? &job->exchanges[job->n_exchanges - 1] : NULL;
    bool is_answered = job->outcome == FETCH_ANSWERED && last;
    robots->state =
        ROBOTS_KNOWN; /* sections 2.3.1.2 and 2.3.1.3: unless it says so, all is allowed */
    if (is_answered && last->status / 100 == 2) {
        status = robots_parse(&robots->rules, buffer_string(&last->body), last->body.size,
                              FETCH_PRODUCT, error);
    } else if (is_answered && last->status >= 500) { /* 2.3.1.4: nothing is */
        robots->state = ROBOTS_UNREACHABLE;
        robots->outcome = FETCH_BLOCKED_BY_ROBOTS;
        error_set(&robots->why, STATUS_INPUT, "robots.txt: status %ld, so nothing may be fetched",
                  last->status);
    } else if (!is_answered && job->outcome != FETCH_TOO_MANY_REDIRECTS &&
               job->outcome != FETCH_UNSUPPORTED_URL) {
        /* Nothing is, either, but it is the host that is to blame and not its rules. */
        robots->state = ROBOTS_UNREACHABLE;
        robots->outcome = job->outcome;
        error_set(&robots->why, STATUS_INPUT, "robots.txt: %s", job->text ? job->text : "");
    }
    fetch_queue_prepend(&robots->host->pages, &robots->waiting);
    return status;
}
