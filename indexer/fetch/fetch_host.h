/* The hosts that are asked: what waits for each, when it may be asked again, and its robots.txt.
 *
 * http and https of one host share its one connection and its delay; each has a robots.txt of its
 * own (RFC 9309 section 2.3). */
#ifndef OSLER_INDEXER_FETCH_FETCH_HOST_H
#define OSLER_INDEXER_FETCH_FETCH_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/fetch/fetch_job.h"
#include "indexer/fetch/robots.h"

enum robots_state { ROBOTS_UNKNOWN, ROBOTS_ASKED, ROBOTS_KNOWN, ROBOTS_UNREACHABLE };

struct fetch_robots {
    struct fetch_host *host;
    enum robots_state state;
    struct robots rules;
    struct fetch_queue waiting; /* pages, while it is asked */
    enum fetch_outcome outcome; /* ROBOTS_UNREACHABLE: of every page */
    struct error why;
};

struct fetch_host {
    char *name;                /* host, and port unless that is the scheme's own */
    struct fetch_queue urgent; /* robots.txt and retries, which go first */
    struct fetch_queue pages;
    int64_t ready_ms;    /* not to be asked before */
    bool is_active;      /* it is being asked */
    size_t place;        /* in the heap, from 1; 0: not there */
    unsigned n_failures; /* pages in a row */
    bool is_given_up;    /* not to be asked in this run; last_failure says why */
    struct error last_failure;
    struct fetch_robots robots[2]; /* of http, of https */
};

/* Zero-initialised it is empty. */
struct fetch_hosts {
    void *by_name; /* a tree of tsearch(3) */
    /* The hosts that have something to ask and are not being asked, the one that is ready first on
     * top: a binary heap with room for every host. */
    struct fetch_host **heap;
    size_t n_heap, capacity, n_hosts;
};

/* The host of a URL's authority, made when it is first asked for; NULL when memory is out. */
struct fetch_host *fetch_hosts_find(struct fetch_hosts *hosts, const char *authority);
void fetch_hosts_free(struct fetch_hosts *hosts); /* with every job that waits; zeroes */

/* Counts a page that will not be tried again (`exchange` as in fetch_job_is_transient); after
 * `n_host_failures` in a row the host is given up. */
void fetch_host_judge(struct fetch_host *host, const struct fetch_job *job,
                      const struct fetch_exchange *exchange, unsigned n_host_failures);

/* Nothing more is asked of the host; the first reason stays. */
void fetch_host_give_up(struct fetch_host *host, const char *why);

/* Puts a host that has work and is not active into the order of readiness, unless it is there. */
void fetch_hosts_schedule(struct fetch_hosts *hosts, struct fetch_host *host);

/* The host that is ready first, NULL if none has anything to ask. _first leaves it in the order. */
struct fetch_host *fetch_hosts_first(const struct fetch_hosts *hosts);
struct fetch_host *fetch_hosts_take(struct fetch_hosts *hosts);

#endif
