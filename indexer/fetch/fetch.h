/* Fetching web pages: many hosts at once, polite to each, safe against hostile ones.
 *
 * Polite: robots.txt is obeyed (robots.h), a host has one connection and a delay between requests,
 * 429, 5xx and network faults are tried again later and later, Retry-After is honoured, and a host
 * that keeps failing, or asks for a long pause, is left alone for the rest of the run. What a
 * server has said before is not asked again while that holds: a permanent redirect, a robots.txt. A
 * URL that many redirects lead to is asked for once.
 *
 * Safe: only http and https; certificates are verified; no cookies, no credentials; the address of
 * every connection, of redirects and of robots.txt too, must be public (address.h); bytes, time and
 * redirects are limited. Behind a proxy of the environment (proxy.h) names are the proxy's to
 * resolve: then only addresses that are written in the URL can be checked.
 *
 * One thread; curl_global_init must have been called before (main.c), and is the only global state.
 */
#ifndef OSLER_INDEXER_FETCH_FETCH_H
#define OSLER_INDEXER_FETCH_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/fetch/address.h"
#include "store/buffer.h"
#include "store/error.h"

enum fetch_outcome {
    FETCH_ANSWERED, /* the last exchange has what the server said, whatever its status */
    FETCH_UNSUPPORTED_URL,
    FETCH_BLOCKED_BY_ROBOTS,
    FETCH_REFUSED_ADDRESS, /* not a public one */
    FETCH_NO_SUCH_HOST,
    FETCH_NO_CONNECTION, /* refused, or no way there */
    FETCH_CONNECT_TIMEOUT,
    FETCH_STALLED,       /* nothing came for too long */
    FETCH_TOTAL_TIMEOUT, /* something came, too slowly */
    FETCH_TOO_LARGE,
    FETCH_TOO_MANY_REDIRECTS,
    FETCH_TLS,
    FETCH_BROKEN_RESPONSE,
    FETCH_HOST_GIVEN_UP, /* not tried: other pages of the host failed one after the other */
    FETCH_INTERRUPTED,
    N_FETCH_OUTCOMES
};

/* "no such host" and the like, for reports. */
const char *fetch_outcome_name(enum fetch_outcome outcome);

/* A server that asks for a longer pause is left alone for the run, which must not sit idle. */
enum { FETCH_PAUSE_MAX_S = 10 };

struct url;
struct fetch_result;

/* What a server said of a URL before. */
struct fetch_answer {
    int64_t retrieved;   /* seconds since 1970, when that was known to hold */
    struct buffer block; /* the HTTP response as an archive has it; empty: nothing is known */
};

/* Looks up the last answer for exactly `url`: a permanent redirect or, for `is_robots`, anything.
 * `answer` is empty and becomes the caller's. An error ends fetch_run, or fetch_add, with it. */
typedef enum status fetch_recall(void *context, const struct url *url, bool is_robots,
                                 struct fetch_answer *answer, struct error *error);

/* Called once for each URL, from fetch_run. `result` is valid during the call; fetch_add may be
 * called from there. Another status than STATUS_OK (with `error`) ends fetch_run with it. */
typedef enum status fetch_done(void *context, const struct fetch_result *result,
                               struct error *error);

/* The product token that robots.txt files may name. */
#define FETCH_PRODUCT "osler-index"

struct fetch_options {
    const char *contact; /* an address for the User-Agent, or NULL */
    bool allow_private;
    size_t n_connections;     /* transfers at once */
    int64_t host_delay_ms;    /* from the end of one request to a host to the next */
    int64_t connect_ms;       /* until a connection stands, with its TLS */
    int64_t stall_ms;         /* without any byte */
    int64_t total_ms;         /* of all transfers for one URL: redirects and retries too */
    size_t body_max_bytes;    /* on the wire, for one URL */
    size_t header_max_bytes;  /* of one response */
    size_t held_max_bytes;    /* bodies under way in all, beyond which all but one have to wait */
    unsigned n_redirects;     /* that are followed */
    unsigned n_retries;       /* for one URL */
    int64_t backoff_ms;       /* before the first retry; doubles */
    int64_t retry_after_ms;   /* a host that asks for a longer pause is given up */
    unsigned n_host_failures; /* in a row, then a host is given up */
    /* Set by a signal handler to stop fetch_run within a tenth of a second; or NULL. */
    const volatile sig_atomic_t *stop;
    /* Either may be NULL; called with the context of fetch_open. What was asked for a robots.txt is
     * reported to the second, like a page but without a tag. */
    fetch_recall *recall;
    fetch_done *robots_done;
};

/* What osler-index uses. Each is a few times what the slowest of honest servers needs. */
#define FETCH_OPTIONS_DEFAULT                                                                      \
    {                                                                                              \
        .n_connections = 32, .host_delay_ms = 1000, .connect_ms = 10000, .stall_ms = 15000,        \
        .total_ms = 60000, .body_max_bytes = 16 << 20, .header_max_bytes = 64 << 10,               \
        .held_max_bytes = 32 << 20, .n_redirects = 10, .n_retries = 2, .backoff_ms = 1000,         \
        .retry_after_ms = FETCH_PAUSE_MAX_S * 1000, .n_host_failures = 5,                          \
    }

struct fetch_request {
    const char *url; /* as cited */
    /* Of the last capture, for a conditional request; NULL if unknown. They are sent to
     * `validators_url` only, wherever it comes in the redirects; NULL: to `url`. */
    const char *etag, *last_modified, *validators_url;
    void *tag; /* for the caller */
};

/* One request and its response. */
struct fetch_exchange {
    const char *url;                  /* that was asked for, without fragment */
    char address[ADDRESS_TEXT_BYTES]; /* of the server or proxy; "" unknown */
    int64_t retrieved;                /* seconds since 1970, when the request was sent */
    long status;
    struct buffer request; /* as it was sent; HTTP/2 as if it were HTTP/1.1 */
    struct buffer headers; /* status line to empty line, as received; no interim responses */
    struct buffer body;    /* without chunks; compressed if the headers say so */
    bool body_is_cut;      /* only of a redirect, whose body may be longer than what is kept */
    bool is_known; /* it was not asked for: recalled, or asked for another URL; without body */
};

struct fetch_result {
    const struct fetch_request *request;
    enum fetch_outcome outcome;
    const char *text; /* what went wrong, one line; "" for FETCH_ANSWERED */
    /* Every redirect that was followed and then, for FETCH_ANSWERED, the answer: 304 if the page is
     * unchanged. A failure has only the redirects before it. */
    const struct fetch_exchange *exchanges;
    size_t n_exchanges;
    const char *final_url; /* the last that was tried, without fragment */
};

struct fetch;

/* Errors: STATUS_USAGE (contact has control characters), STATUS_NO_MEMORY. The strings of `options`
 * are copied. */
enum status fetch_open(struct fetch **fetch, const struct fetch_options *options, fetch_done *done,
                       void *context, struct error *error);
void fetch_close(struct fetch *fetch); /* NULL is fine; URLs that are left are dropped silently */

/* Queues a URL, whatever it is: a wrong one is reported to `done` like any other failure. The
 * strings are copied. Errors: STATUS_NO_MEMORY. */
enum status fetch_add(struct fetch *fetch, const struct fetch_request *request,
                      struct error *error);

/* Leaves a host ("name" or "name:port") alone in this run: its pages are reported as
 * FETCH_HOST_GIVEN_UP with `text`. Errors: STATUS_NO_MEMORY. */
enum status fetch_leave_alone(struct fetch *fetch, const char *authority, const char *text,
                              struct error *error);

/* Fetches until every URL has been reported; when stopped, those that are left are reported as
 * FETCH_INTERRUPTED. Errors: STATUS_NO_MEMORY, and what `done` returns. */
enum status fetch_run(struct fetch *fetch, struct error *error);

#endif
