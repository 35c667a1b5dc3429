/* See fetch_retry.h. */
#include "indexer/fetch/fetch_retry.h"

#include <sys/random.h>

static int64_t with_jitter(int64_t ms) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        return ms; /* only less spread out */
    return ms / 2 + ms * (random % 1024) / 1024;
}

bool fetch_retry(struct fetch_transfer *transfer, int64_t *pause_ms) {
    const struct fetch_options *options = &transfer->shared->options;
    struct fetch_host *host = transfer->host;
    struct fetch_job *job = transfer->job;
    int64_t retry_after_s = fetch_transfer_retry_after_s(transfer);
    if (!fetch_job_is_transient(job, &transfer->exchange))
        return false;
    if (retry_after_s > options->retry_after_ms / 1000) {
        struct error why;
        error_set(&why, STATUS_INPUT, "%s asks to be left alone for %lld s", host->name,
                  (long long)retry_after_s);
        fetch_host_give_up(host, why.text);
    }
    if (host->is_given_up || job->n_retries >= options->n_retries ||
        job->spent_ms >= options->total_ms)
        return false;
    *pause_ms = with_jitter(options->backoff_ms << (job->n_retries < 16 ? job->n_retries : 16));
    if (*pause_ms < retry_after_s * 1000)
        *pause_ms = retry_after_s * 1000;
    job->n_retries++;
    job->outcome = FETCH_ANSWERED;
    fetch_queue_push_front(&host->urgent, job);
    return true;
}
