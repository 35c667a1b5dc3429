/* See fetch_job.h. */
#include "indexer/fetch/fetch_job.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/header_fields.h"

void fetch_queue_push(struct fetch_queue *queue, struct fetch_job *job) {
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
}

void fetch_queue_push_front(struct fetch_queue *queue, struct fetch_job *job) {
    job->next = queue->first;
    queue->first = job;
    if (!queue->last)
        queue->last = job;
}

struct fetch_job *fetch_queue_pop(struct fetch_queue *queue) {
    struct fetch_job *job = queue->first;
    if (job) {
        queue->first = job->next;
        if (!queue->first)
            queue->last = NULL;
        job->next = NULL;
    }
    return job;
}

void fetch_queue_prepend(struct fetch_queue *queue, struct fetch_queue *others) {
    if (!others->first)
        return;
    others->last->next = queue->first;
    if (!queue->last)
        queue->last = others->last;
    queue->first = others->first;
    *others = (struct fetch_queue){0};
}

void fetch_exchange_free(struct fetch_exchange *exchange) {
    buffer_free(&exchange->request);
    buffer_free(&exchange->headers);
    buffer_free(&exchange->body);
    *exchange = (struct fetch_exchange){0};
}

void fetch_job_free(struct fetch_job *job) {
    if (!job)
        return;
    for (size_t i = 0; i < job->n_exchanges; i++)
        fetch_exchange_free(&job->exchanges[i]);
    free(job->exchanges);
    buffer_free(&job->recalled);
    arena_free(&job->arena);
    free(job);
}

void fetch_queue_free(struct fetch_queue *queue) {
    struct fetch_job *job;
    while ((job = fetch_queue_pop(queue)))
        fetch_job_free(job);
}

/* A copy of a header's value, NULL if it could smuggle in another header. */
static const char *copy_value(struct arena *arena, const char *value, bool *failed) {
    if (!value)
        return NULL;
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c < ' ' && *c != '\t')
            return NULL;
    const char *copy = arena_string(arena, value);
    *failed |= !copy;
    return copy;
}

static enum status fill(struct fetch_job *job, const struct fetch_request *request,
                        struct error *error) {
    bool failed = false;
    struct arena *arena = &job->arena;
    job->request = (struct fetch_request){.url = arena_string(arena, request->url),
                                          .etag = copy_value(arena, request->etag, &failed),
                                          .tag = request->tag};
    job->request.last_modified = copy_value(arena, request->last_modified, &failed);
    const char *validators_url = request->validators_url ? request->validators_url : request->url;
    job->request.validators_url = arena_string(arena, validators_url);
    if (failed || !job->request.url || !job->request.validators_url)
        return error_no_memory(error);
    enum status status = url_parse(arena, NULL, validators_url, &job->validators, error);
    if (status == STATUS_NO_MEMORY)
        return status;
    struct error why;
    status = url_parse(arena, NULL, request->url, &job->url, &why);
    return status == STATUS_INPUT ? fetch_job_fail(job, FETCH_UNSUPPORTED_URL, why.text, error)
                                  : status;
}

struct fetch_job *fetch_job_new(const struct fetch_request *request) {
    struct fetch_job *job = calloc(1, sizeof *job);
    if (job && fill(job, request, NULL) != STATUS_OK) {
        fetch_job_free(job);
        job = NULL;
    }
    return job;
}

enum status fetch_job_validate(struct fetch_job *job, const char *etag, const char *last_modified,
                               struct error *error) {
    bool failed = false;
    job->request.etag = copy_value(&job->arena, etag, &failed);
    job->request.last_modified = copy_value(&job->arena, last_modified, &failed);
    job->validators = job->url;
    return failed ? error_no_memory(error) : STATUS_OK;
}

enum status fetch_job_restart(struct fetch_job *job, struct error *error) {
    for (size_t i = 0; i < job->n_exchanges; i++)
        fetch_exchange_free(&job->exchanges[i]);
    job->n_exchanges = 0;
    job->body_bytes = 0;
    job->outcome = FETCH_ANSWERED;
    job->text = NULL;
    job->asks_anew = true;
    job->has_recalled = false;
    return url_parse(&job->arena, NULL, job->request.url, &job->url, error);
}

enum status fetch_job_fail(struct fetch_job *job, enum fetch_outcome outcome, const char *text,
                           struct error *error) {
    job->outcome = outcome;
    job->text = arena_string(&job->arena, text);
    return job->text ? STATUS_OK : error_no_memory(error);
}

enum status fetch_job_keep(struct fetch_job *job, struct fetch_exchange *exchange,
                           struct error *error) {
    struct fetch_exchange *exchanges =
        realloc(job->exchanges, (job->n_exchanges + 1) * sizeof *exchanges);
    if (!exchanges)
        return error_no_memory(error);
    job->exchanges = exchanges;
    job->body_bytes += exchange->body.size;
    exchanges[job->n_exchanges++] = *exchange;
    *exchange = (struct fetch_exchange){0};
    return STATUS_OK;
}

bool fetch_status_is_redirect(long status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* True if a URL has been asked before: without cookies it would answer the same again. */
static bool was_asked(const struct fetch_job *job, const char *url) {
    for (size_t i = 0; i < job->n_exchanges; i++)
        if (strcmp(job->exchanges[i].url, url) == 0)
            return true;
    return false;
}

enum status fetch_exchange_location(const struct fetch_exchange *exchange, struct arena *arena,
                                    const char **location, struct error *error) {
    struct header_fields fields;
    size_t n_read;
    *location = NULL;
    if (!fetch_status_is_redirect(exchange->status))
        return STATUS_OK;
    enum status status = header_fields_read(buffer_string(&exchange->headers),
                                            exchange->headers.size, arena, &fields, &n_read, error);
    if (status == STATUS_OK)
        *location = header_fields_find(&fields, "location");
    return status;
}

enum status fetch_job_redirect(struct fetch_job *job, unsigned n_redirects, bool *redirected,
                               struct error *error) {
    const struct fetch_exchange *last = &job->exchanges[job->n_exchanges - 1];
    *redirected = false;
    const char *location;
    enum status status = fetch_exchange_location(last, &job->arena, &location, error);
    if (status != STATUS_OK || !location)
        return status;
    *redirected = true;
    struct url url;
    struct error why;
    status = url_parse(&job->arena, last->url, location, &url, &why);
    if (status == STATUS_INPUT) {
        struct error message;
        error_set(&message, STATUS_INPUT, "redirect to \"%.200s\": %s", location, why.text);
        return fetch_job_fail(job, FETCH_UNSUPPORTED_URL, message.text, error);
    }
    if (status != STATUS_OK)
        return error_no_memory(error);
    if (was_asked(job, url.fetch))
        return fetch_job_fail(job, FETCH_TOO_MANY_REDIRECTS, "redirected in a circle", error);
    if (job->n_exchanges > n_redirects) {
        struct error message;
        error_set(&message, STATUS_INPUT, "more than %u redirects", n_redirects);
        return fetch_job_fail(job, FETCH_TOO_MANY_REDIRECTS, message.text, error);
    }
    job->url = url;
    return STATUS_OK;
}

/* A name without an address is not asked for again, though it may be the name server that is away:
 * without a network that would keep each run for seconds. */
bool fetch_job_is_transient(const struct fetch_job *job, const struct fetch_exchange *exchange) {
    switch (job->outcome) {
    case FETCH_ANSWERED:
        return exchange->status == 429 || exchange->status >= 500;
    case FETCH_NO_CONNECTION:
    case FETCH_CONNECT_TIMEOUT:
    case FETCH_STALLED:
    case FETCH_BROKEN_RESPONSE:
        return true;
    default:
        return false;
    }
}
