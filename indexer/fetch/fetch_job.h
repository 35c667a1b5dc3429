/* One URL on its way: where redirects have led, what was received, how often it was tried. */
#ifndef OSLER_INDEXER_FETCH_FETCH_JOB_H
#define OSLER_INDEXER_FETCH_FETCH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/url.h"
#include "store/arena.h"

struct fetch_robots;
struct fetch_target;

struct fetch_job {
    struct fetch_job *next; /* in the queue where it waits */
    struct arena arena;     /* all strings */
    struct fetch_request request;
    struct fetch_robots *robots; /* this is the robots.txt for that; NULL: a page */
    struct url url;              /* to be asked next */
    struct url validators;       /* where the conditional headers go, if there are any */
    struct fetch_target *target; /* for which it asks, others perhaps waiting; see fetch_known.h */
    struct buffer recalled;      /* of a robots.txt: the last response, for when that still holds */
    bool has_recalled;           /* among its exchanges are some of earlier runs */
    bool asks_anew;              /* what earlier runs were answered is not to be used */
    struct fetch_exchange *exchanges;
    size_t n_exchanges;
    size_t body_bytes; /* of the exchanges */
    unsigned n_retries;
    int64_t spent_ms; /* in transfers */
    enum fetch_outcome outcome;
    const char *text; /* what went wrong, in the arena */
};

/* A queue in order; zero-initialised it is empty. */
struct fetch_queue {
    struct fetch_job *first, *last;
};

void fetch_queue_push(struct fetch_queue *queue, struct fetch_job *job);
void fetch_queue_push_front(struct fetch_queue *queue, struct fetch_job *job);
struct fetch_job *fetch_queue_pop(struct fetch_queue *queue); /* NULL if empty */
/* Puts all of `others` before what `queue` has. */
void fetch_queue_prepend(struct fetch_queue *queue, struct fetch_queue *others);
void fetch_queue_free(struct fetch_queue *queue); /* with its jobs; safe on a zeroed queue */

/* A job for `request`, whose strings are copied, or NULL when memory is out. A URL that cannot be
 * fetched sets the outcome. */
struct fetch_job *fetch_job_new(const struct fetch_request *request);
void fetch_job_free(struct fetch_job *job); /* NULL is fine */

/* Makes the next request conditional. NULL is fine. Errors: STATUS_NO_MEMORY. */
enum status fetch_job_validate(struct fetch_job *job, const char *etag, const char *last_modified,
                               struct error *error);

/* Back to the beginning, to ask for what was recalled. Errors: STATUS_NO_MEMORY. */
enum status fetch_job_restart(struct fetch_job *job, struct error *error);

/* Notes how the last try ended. Errors: STATUS_NO_MEMORY. */
enum status fetch_job_fail(struct fetch_job *job, enum fetch_outcome outcome, const char *text,
                           struct error *error);

/* Keeps the exchange, which then belongs to the job. Errors: STATUS_NO_MEMORY, `exchange` then
 * stays with the caller. */
enum status fetch_job_keep(struct fetch_job *job, struct fetch_exchange *exchange,
                           struct error *error);

/* True for the statuses whose Location is to be asked instead. */
bool fetch_status_is_redirect(long status);

/* Where a redirect leads, as its header says; NULL: it is none, or does not say. In the arena.
 * Errors: STATUS_NO_MEMORY. */
enum status fetch_exchange_location(const struct fetch_exchange *exchange, struct arena *arena,
                                    const char **location, struct error *error);

/* If the last exchange is a redirect, sets `*redirected` and either `url` to its target or, when it
 * must not be followed, the outcome. Errors: STATUS_NO_MEMORY. */
enum status fetch_job_redirect(struct fetch_job *job, unsigned n_redirects, bool *redirected,
                               struct error *error);

/* True if the last try (`exchange`: what it brought, unless it failed) may end otherwise later. */
bool fetch_job_is_transient(const struct fetch_job *job, const struct fetch_exchange *exchange);

void fetch_exchange_free(struct fetch_exchange *exchange); /* frees and zeroes */

#endif
