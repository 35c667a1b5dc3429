/* See fetch_robots.h. */
#include "indexer/fetch/fetch_robots.h"

#include "indexer/fetch/http_message.h"

enum status fetch_robots_ask(struct fetch_robots *robots, const struct url *page,
                             struct fetch_job **job, struct error *error) {
    struct buffer url = {0};
    buffer_append_format(&url, "%s://%s/robots.txt", page->is_https ? "https" : "http",
                         page->authority);
    const struct fetch_request request = {.url = buffer_string(&url)};
    *job = url.failed ? NULL : fetch_job_new(&request);
    buffer_free(&url);
    if (!*job)
        return error_no_memory(error);
    (*job)->robots = robots;
    robots->state = ROBOTS_ASKED;
    return STATUS_OK;
}

/* Reads the rules of an HTTP response. A body that cannot be decoded has none. */
static enum status read_rules(struct robots *rules, const struct buffer *block,
                              struct error *error) {
    struct http_message message = {0};
    struct error reason;
    enum status status = http_message_read(buffer_string(block), block->size, &message, &reason);
    if (status == STATUS_OK)
        status = http_message_decode(&message, &reason);
    if (status == STATUS_OK && message.status / 100 == 2)
        status = robots_parse(rules, message.body, message.body_bytes, FETCH_PRODUCT, &reason);
    http_message_free(&message);
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

/* Reads the rules that have come now, or that came before and still hold. */
static enum status read_answer(struct robots *rules, const struct fetch_job *job,
                               const struct fetch_exchange *answer, struct error *error) {
    struct buffer block = {0};
    if (answer->is_known || answer->status == 304)
        return read_rules(rules, &job->recalled, error);
    buffer_append(&block, buffer_string(&answer->headers), answer->headers.size);
    buffer_append(&block, buffer_string(&answer->body), answer->body.size);
    enum status status = block.failed ? error_no_memory(error) : read_rules(rules, &block, error);
    buffer_free(&block);
    return status;
}

/* True if the server was not reached: then robots.txt, which was asked for first, is not the point.
 */
static bool is_unreached(const struct fetch_job *job) {
    return job->n_exchanges == 0 &&
           (job->outcome == FETCH_NO_SUCH_HOST || job->outcome == FETCH_NO_CONNECTION ||
            job->outcome == FETCH_CONNECT_TIMEOUT || job->outcome == FETCH_REFUSED_ADDRESS ||
            job->outcome == FETCH_TLS);
}

enum status fetch_robots_settle(struct fetch_robots *robots, const struct fetch_job *job,
                                struct error *error) {
    enum status status = STATUS_OK;
    const struct fetch_exchange *last =
        job->n_exchanges > 0 ? &job->exchanges[job->n_exchanges - 1] : NULL;
    bool is_answered = job->outcome == FETCH_ANSWERED && last;
    robots->state =
        ROBOTS_KNOWN; /* sections 2.3.1.2 and 2.3.1.3: unless it says so, all is allowed */
    if (is_answered && (last->status / 100 == 2 || last->status == 304)) {
        status = read_answer(&robots->rules, job, last, error);
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
        error_set(&robots->why, STATUS_INPUT, "%s%s",
                  is_unreached(job) ? "" : "robots.txt: ", job->text ? job->text : "");
    }
    fetch_queue_prepend(&robots->host->pages, &robots->waiting);
    return status;
}
