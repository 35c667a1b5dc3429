/* See fetch_known.h. */
#include "indexer/fetch/fetch_known.h"

#include <ctype.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "indexer/fetch/http_message.h"

/* ---- from earlier runs ---- */

/* The directive of a Cache-Control header that begins at `at` is `name`. */
static bool is_directive(const char *at, const char *name) {
    size_t n_bytes = strlen(name);
    return strncasecmp(at, name, n_bytes) == 0 &&
           (at[n_bytes] == '\0' || strchr(" \t,=", at[n_bytes]));
}

/* How many seconds a permanent redirect holds: RFC 9111 sections 4.2 and 5.2.2. */
static int64_t redirect_fresh_s(const struct header_fields *headers) {
    const char *at = header_fields_find(headers, "cache-control");
    int64_t fresh_s = REDIRECT_FRESH_S;
    while (at && *(at += strspn(at, " \t,"))) {
        if (is_directive(at, "no-store") || is_directive(at, "no-cache"))
            return 0;
        if (is_directive(at, "max-age")) {
            const char *number = at + strcspn(at, "=,");
            number += strspn(number, "=\" \t");
            long long stated = isdigit((unsigned char)*number) ? strtoll(number, NULL, 10) : 0;
            fresh_s = stated < fresh_s ? stated : fresh_s;
        }
        at += strcspn(at, ",");
    }
    return fresh_s;
}

static bool holds(const struct fetch_job *job, const struct http_message *message, int64_t age_s) {
    bool is_permanent = message->status == 301 || message->status == 308;
    if (age_s < 0)
        return false;
    if (job->robots)
        return message->status < 500 && age_s < ROBOTS_FRESH_S;
    return is_permanent && age_s < redirect_fresh_s(&message->headers);
}

static enum status keep_known(struct fetch_job *job, const struct http_message *message,
                              const struct fetch_answer *answer, struct error *error) {
    struct fetch_exchange exchange = {.url = job->url.fetch,
                                      .retrieved = answer->retrieved,
                                      .status = message->status,
                                      .is_known = true};
    buffer_append(&exchange.headers, buffer_string(&answer->block), message->head_bytes);
    enum status status =
        exchange.headers.failed ? error_no_memory(error) : fetch_job_keep(job, &exchange, error);
    fetch_exchange_free(&exchange);
    return status;
}

enum status fetch_known_recall(const struct fetch_options *options, void *context,
                               struct fetch_job *job, bool *is_known, struct error *error) {
    struct fetch_answer answer = {0};
    struct http_message message = {0};
    struct error reason;
    *is_known = false;
    buffer_free(&job->recalled);
    if (!options->recall || job->asks_anew)
        return STATUS_OK;
    enum status status = options->recall(context, &job->url, job->robots, &answer, error);
    if (status != STATUS_OK || answer.block.size == 0)
        return status;
    status = http_message_read(buffer_string(&answer.block), answer.block.size, &message, &reason);
    if (status == STATUS_OK && holds(job, &message, time(NULL) - answer.retrieved)) {
        *is_known = true;
        job->has_recalled = true;
        status = keep_known(job, &message, &answer, error);
    } else if (status == STATUS_OK && job->robots && message.status == 200) {
        status = fetch_job_validate(job, header_fields_find(&message.headers, "etag"),
                                    header_fields_find(&message.headers, "last-modified"), error);
    } else if (status == STATUS_NO_MEMORY) {
        status = error_no_memory(error);
    } else {
        status = STATUS_OK; /* no HTTP: as if nothing were known */
    }
    if (job->robots) {
        job->recalled = answer.block;
        answer.block = (struct buffer){0};
    }
    http_message_free(&message);
    buffer_free(&answer.block);
    return status;
}

/* ---- from this run ---- */

static int compare(const void *a, const void *b) {
    return strcmp(((const struct fetch_target *)a)->url, ((const struct fetch_target *)b)->url);
}

static void free_target(void *node) {
    struct fetch_target *target = node;
    if (!target)
        return;
    fetch_queue_free(&target->waiting);
    free(target->url);
    free(target->location);
    free(target->text);
    free(target);
}

void fetch_targets_free(struct fetch_targets *targets) {
    tdestroy(targets->by_url, free_target);
    *targets = (struct fetch_targets){0};
}

static struct fetch_target *add_target(struct fetch_targets *targets, const char *url) {
    struct fetch_target *target = calloc(1, sizeof *target);
    if (target && (target->url = strdup(url)) && tsearch(target, &targets->by_url, compare))
        return target;
    free_target(target);
    return NULL;
}

/* Gives `job` what another was answered. */
static enum status take_answer(const struct fetch_target *target, struct fetch_job *job,
                               struct error *error) {
    struct fetch_exchange exchange = {
        .url = job->url.fetch, .retrieved = time(NULL), .status = target->status, .is_known = true};
    if (target->outcome != FETCH_ANSWERED)
        return fetch_job_fail(job, target->outcome, target->text, error);
    buffer_append_format(&exchange.headers, "HTTP/1.1 %ld \r\n", target->status);
    if (target->location)
        buffer_append_format(&exchange.headers, "Location: %s\r\n", target->location);
    buffer_append_string(&exchange.headers, "\r\n");
    enum status status =
        exchange.headers.failed ? error_no_memory(error) : fetch_job_keep(job, &exchange, error);
    fetch_exchange_free(&exchange);
    return status;
}

enum status fetch_targets_claim(struct fetch_targets *targets, struct fetch_job *job,
                                bool *is_known, bool *waits, struct error *error) {
    const struct fetch_target wanted = {.url = (char *)(uintptr_t)job->url.fetch};
    struct fetch_target **found = tfind(&wanted, &targets->by_url, compare);
    *is_known = *waits = false;
    if (!found) {
        job->target = add_target(targets, job->url.fetch);
        return job->target ? STATUS_OK : error_no_memory(error);
    }
    *is_known = (*found)->is_settled;
    *waits = !*is_known;
    if (*is_known)
        return take_answer(*found, job, error);
    fetch_queue_push(&(*found)->waiting, job);
    return STATUS_OK;
}

enum status fetch_target_settle(struct fetch_job *job, bool is_answered,
                                struct fetch_queue *released, struct error *error) {
    struct fetch_target *target = job->target;
    bool failed = false;
    if (!target)
        return STATUS_OK;
    job->target = NULL;
    target->is_settled = true;
    if (is_answered) {
        const struct fetch_exchange *last = &job->exchanges[job->n_exchanges - 1];
        const char *location;
        target->status = last->status;
        enum status status = fetch_exchange_location(last, &job->arena, &location, error);
        if (status != STATUS_OK)
            return status;
        /* One byte more than a URL may have is enough to see that it is too long. */
        target->location = location ? strndup(location, URL_MAX_BYTES + 1) : NULL;
        failed = location && !target->location;
    } else {
        target->outcome = job->outcome;
        target->text = strdup(job->text);
        failed = !target->text;
    }
    fetch_queue_prepend(released, &target->waiting);
    return failed ? error_no_memory(error) : STATUS_OK;
}
