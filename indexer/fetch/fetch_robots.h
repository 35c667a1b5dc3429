/* Asking for the robots.txt of a host, and what it means when there is none. */
#ifndef OSLER_INDEXER_FETCH_FETCH_ROBOTS_H
#define OSLER_INDEXER_FETCH_FETCH_ROBOTS_H

#include "indexer/fetch/fetch_host.h"

/* More redirects are like no robots.txt: RFC 9309 section 2.3.1.2. */
enum { ROBOTS_REDIRECTS = 5 };

/* Makes the job that asks for the robots.txt of `page`, to be queued before it. Errors:
 * STATUS_NO_MEMORY. */
enum status fetch_robots_ask(struct fetch_robots *robots, const struct url *page,
                             struct fetch_job **job, struct error *error);

/* Notes what `job` has brought and puts the pages that waited back into their host's queue. The job
 * stays with the caller. Errors: STATUS_NO_MEMORY. */
enum status fetch_robots_settle(struct fetch_robots *robots, const struct fetch_job *job,
                                struct error *error);

#endif
