/* One HTTP request over libcurl: what is sent, which address may be talked to, and how much of what
 * comes back is taken. */
#ifndef OSLER_INDEXER_FETCH_FETCH_TRANSFER_H
#define OSLER_INDEXER_FETCH_FETCH_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/fetch_host.h"
#include "indexer/fetch/fetch_job.h"
#include "indexer/fetch/proxy.h"

/* More of a redirect's body is not kept: many may be held that wait for their next request. */
enum { REDIRECT_BODY_MAX_BYTES = 64 << 10 };

/* What all transfers share. */
struct fetch_shared {
    CURLM *multi;
    struct fetch_options options;
    struct proxies proxies;
    char *user_agent;                    /* owned */
    char *authorities;                   /* a file of certificates, owned; NULL: the system's */
    size_t held_bytes;                   /* bodies under way */
    const struct fetch_transfer *exempt; /* may exceed held_max_bytes, so that something ends */
};

/* Fills a zeroed one, with the proxies of the environment. Errors: STATUS_USAGE (the contact has
 * control characters), STATUS_NO_MEMORY. */
enum status fetch_shared_open(struct fetch_shared *shared, const struct fetch_options *options,
                              struct error *error);
/* Safe on a zeroed one. All transfers must have been freed. */
void fetch_shared_close(struct fetch_shared *shared);

struct fetch_transfer {
    struct fetch_shared *shared;
    CURL *easy; /* reused; made when first needed */
    struct curl_slist *headers;
    struct fetch_job *job; /* NULL: free for the next */
    struct fetch_host *host;
    struct fetch_exchange exchange;
    size_t n_header_bytes, body_limit, held_bytes;
    bool headers_end, is_proxied, is_sent, is_paused;
    int64_t started_ms, progress_ms, paused_ms; /* monotonic; the last a sum */
    enum fetch_outcome outcome;                 /* why a callback or the clock stopped it */
    char refused[ADDRESS_TEXT_BYTES];
    char curl_text[CURL_ERROR_SIZE];
};

int64_t fetch_now_ms(void); /* monotonic */

/* Sends a request for job->url; `transfer` has a `shared` and is free. A request that must not be
 * sent sets `outcome`, and is to be finished at once. Errors: STATUS_NO_MEMORY. */
enum status fetch_transfer_start(struct fetch_transfer *transfer, struct fetch_job *job,
                                 struct fetch_host *host, struct error *error);

/* Sets `outcome` to a timeout if it is time; the transfer is then to be finished. */
void fetch_transfer_check_clock(struct fetch_transfer *transfer, int64_t now_ms);

/* Goes on if it had to wait for memory that is there now. */
void fetch_transfer_resume(struct fetch_transfer *transfer, int64_t now_ms);

/* Ends it, finished or not: notes the outcome in the job. The exchange is complete if that is
 * FETCH_ANSWERED. `code` is what libcurl said, if it ended by itself. Errors: STATUS_NO_MEMORY. */
enum status fetch_transfer_finish(struct fetch_transfer *transfer, CURLcode code,
                                  struct error *error);

/* Seconds that the server asked to wait for before a retry; 0: none. */
int64_t fetch_transfer_retry_after_s(const struct fetch_transfer *transfer);

void fetch_transfer_clear(struct fetch_transfer *transfer); /* free for the next */
void fetch_transfer_free(struct fetch_transfer *transfer);

#endif
