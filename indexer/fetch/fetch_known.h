/* What need not be asked for: what the caller recalls from earlier runs while it holds, and what
 * another page of this run was answered.
 *
 * Each URL of a page is asked for by one job, the first that comes to it. Others wait for its
 * answer and go on from there. */
#ifndef OSLER_INDEXER_FETCH_FETCH_KNOWN_H
#define OSLER_INDEXER_FETCH_FETCH_KNOWN_H

#include <stdbool.h>

#include "indexer/fetch/fetch_job.h"

enum {
    /* RFC 9309 section 2.4: a robots.txt is used for a day at most. */
    ROBOTS_FRESH_S = 24 * 60 * 60,
    /* RFC 9111 section 4.2.2 leaves it to us for how long a permanent redirect is believed that
     * does not say so itself. */
    REDIRECT_FRESH_S = 90 * 24 * 60 * 60,
};

/* A URL that is asked for in this run. */
struct fetch_target {
    char *url;
    bool is_settled;
    /* When settled: what came of it. */
    long status;
    char *location; /* of a redirect; NULL: none */
    enum fetch_outcome outcome;
    char *text;
    struct fetch_queue waiting; /* before */
};

/* Zero-initialised it is empty. */
struct fetch_targets {
    void *by_url; /* a tree of tsearch(3) */
};

/* Looks up what the caller recalls of the URL that `job` is to ask next. If it holds, it becomes an
 * exchange of the job and `*is_known` is set; if not, it may give the job the means to ask whether
 * it still does. Errors: STATUS_NO_MEMORY, and what the caller returns. */
enum status fetch_known_recall(const struct fetch_options *options, void *context,
                               struct fetch_job *job, bool *is_known, struct error *error);

/* Finds out whether a page's job has to ask for its URL itself: then it has `job->target` after
 * this. If another job asks, it waits there and `*waits` is set; if one has asked, `job` has the
 * answer as its exchange, or the outcome, and `*is_known` is set. Errors: STATUS_NO_MEMORY. */
enum status fetch_targets_claim(struct fetch_targets *targets, struct fetch_job *job,
                                bool *is_known, bool *waits, struct error *error);

/* Notes what came of job->target (`is_answered`: its answer is the last exchange) and moves the
 * jobs that wait for it to `released`, to be routed again. Errors: STATUS_NO_MEMORY. */
enum status fetch_target_settle(struct fetch_job *job, bool is_answered,
                                struct fetch_queue *released, struct error *error);

void fetch_targets_free(struct fetch_targets *targets); /* with all jobs that wait; zeroes */

#endif
