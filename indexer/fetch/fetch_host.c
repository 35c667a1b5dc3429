/* See fetch_host.h. */
#include "indexer/fetch/fetch_host.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"

static int compare(const void *a, const void *b) {
    const struct fetch_host *left = a;
    const struct fetch_host *right = b;
    return strcmp(left->name, right->name);
}

static void free_host(void *node) {
    struct fetch_host *host = node;
    if (!host)
        return;
    fetch_queue_free(&host->urgent);
    fetch_queue_free(&host->pages);
    for (size_t i = 0; i < 2; i++) {
        fetch_queue_free(&host->robots[i].waiting);
        robots_free(&host->robots[i].rules);
    }
    free(host->name);
    free(host);
}

static bool has_room(struct fetch_hosts *hosts) {
    struct fetch_host **heap =
        array_grow(hosts->heap, hosts->n_hosts, &hosts->capacity, sizeof *heap);
    if (heap)
        hosts->heap = heap;
    return heap != NULL;
}

struct fetch_host *fetch_hosts_find(struct fetch_hosts *hosts, const char *authority) {
    const struct fetch_host wanted = {.name = (char *)(uintptr_t)authority};
    struct fetch_host **found = tfind(&wanted, &hosts->by_name, compare);
    if (found)
        return *found;
    struct fetch_host *host = calloc(1, sizeof *host);
    if (!host || !(host->name = strdup(authority)) || !has_room(hosts) ||
        !tsearch(host, &hosts->by_name, compare)) {
        free_host(host);
        return NULL;
    }
    hosts->n_hosts++;
    host->robots[0].host = host->robots[1].host = host;
    return host;
}

void fetch_hosts_free(struct fetch_hosts *hosts) {
    tdestroy(hosts->by_name, free_host);
    free(hosts->heap);
    *hosts = (struct fetch_hosts){0};
}

void fetch_host_give_up(struct fetch_host *host, const char *why) {
    if (!host->is_given_up)
        error_set(&host->last_failure, STATUS_INPUT, "%s", why);
    host->is_given_up = true;
}

void fetch_host_judge(struct fetch_host *host, const struct fetch_job *job,
                      const struct fetch_exchange *exchange, unsigned n_host_failures) {
    struct error why;
    if (job->robots)
        return;
    bool is_failure = fetch_job_is_transient(job, exchange) || job->outcome == FETCH_TOTAL_TIMEOUT;
    host->n_failures = is_failure ? host->n_failures + 1 : 0;
    if (host->n_failures < n_host_failures)
        return;
    if (job->outcome == FETCH_ANSWERED)
        error_set(&why, STATUS_INPUT, "%s keeps answering with status %ld", host->name,
                  exchange->status);
    else
        error_set(&why, STATUS_INPUT, "%s keeps failing: %s", host->name, job->text);
    fetch_host_give_up(host, why.text);
}

static void put(struct fetch_hosts *hosts, size_t place, struct fetch_host *host) {
    hosts->heap[place - 1] = host;
    host->place = place;
}

static bool is_before(const struct fetch_host *host, const struct fetch_host *other) {
    return host->ready_ms < other->ready_ms;
}

void fetch_hosts_schedule(struct fetch_hosts *hosts, struct fetch_host *host) {
    if (host->place || host->is_active || !(host->urgent.first || host->pages.first))
        return;
    size_t place = ++hosts->n_heap;
    for (; place > 1 && is_before(host, hosts->heap[place / 2 - 1]); place /= 2)
        put(hosts, place, hosts->heap[place / 2 - 1]);
    put(hosts, place, host);
}

struct fetch_host *fetch_hosts_first(const struct fetch_hosts *hosts) {
    return hosts->n_heap > 0 ? hosts->heap[0] : NULL;
}

struct fetch_host *fetch_hosts_take(struct fetch_hosts *hosts) {
    struct fetch_host *first = fetch_hosts_first(hosts);
    if (!first)
        return NULL;
    first->place = 0;
    struct fetch_host *last = hosts->heap[--hosts->n_heap];
    if (last == first)
        return first;
    size_t place = 1;
    for (;;) {
        size_t child = 2 * place;
        if (child < hosts->n_heap && is_before(hosts->heap[child], hosts->heap[child - 1]))
            child++;
        if (child > hosts->n_heap || !is_before(hosts->heap[child - 1], last))
            break;
        put(hosts, place, hosts->heap[child - 1]);
        place = child;
    }
    put(hosts, place, last);
    return first;
}
