/* See fetch_transfer.h. */
#include "indexer/fetch/fetch_transfer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/fetch/fetch_outcome.h"

int64_t fetch_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is shared ---- */

/* Connections that are kept open for the next request, for each that is in use. */
enum { IDLE_CONNECTIONS = 4 };

static enum status make_user_agent(struct fetch_shared *shared, const char *contact,
                                   struct error *error) {
    struct buffer text = {0};
    for (const char *c = contact ? contact : ""; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return error_set(error, STATUS_USAGE, "the contact has control characters");
    buffer_append_string(&text, FETCH_PRODUCT "/0.1");
    if (contact && *contact)
        buffer_append_format(&text, " (+%s)", contact);
    shared->user_agent = text.failed ? NULL : strdup(buffer_string(&text));
    buffer_free(&text);
    return shared->user_agent ? STATUS_OK : error_no_memory(error);
}

enum status fetch_shared_open(struct fetch_shared *shared, const struct fetch_options *options,
                              struct error *error) {
    shared->options = *options;
    shared->options.contact = NULL; /* the caller's */
    enum status status = make_user_agent(shared, options->contact, error);
    if (status != STATUS_OK)
        return status;
    proxies_from_environment(&shared->proxies);
    const char *authorities = getenv("SSL_CERT_FILE"); /* as OpenSSL and curl read it */
    if (authorities && !(shared->authorities = strdup(authorities)))
        return error_no_memory(error);
    shared->multi = curl_multi_init();
    return shared->multi &&
                   curl_multi_setopt(shared->multi, CURLMOPT_MAXCONNECTS,
                                     (long)(IDLE_CONNECTIONS * options->n_connections)) == CURLM_OK
               ? STATUS_OK
               : error_no_memory(error);
}

void fetch_shared_close(struct fetch_shared *shared) {
    curl_multi_cleanup(shared->multi);
    free(shared->user_agent);
    free(shared->authorities);
    *shared = (struct fetch_shared){0};
}

/* ---- a transfer ---- */

/* Sees the address of every connection before it is made, whatever name led there. */
static curl_socket_t on_open_socket(void *context, curlsocktype purpose,
                                    struct curl_sockaddr *address) {
    struct fetch_transfer *transfer = context;
    (void)purpose;
    if (!transfer->shared->options.allow_private && !transfer->is_proxied &&
        !address_is_public(&address->addr, address->addrlen)) {
        address_text(&address->addr, address->addrlen, transfer->refused);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* libcurl shows the request as it sends it, which a WARC archive keeps. */
static int on_debug(CURL *easy, curl_infotype type, char *data, size_t n_bytes, void *context) {
    struct fetch_transfer *transfer = context;
    (void)easy;
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    /* The last one counts: before it may come a CONNECT to a proxy, or the same on a connection
     * that turned out to be closed. */
    buffer_clear(&transfer->exchange.request);
    buffer_append(&transfer->exchange.request, data, n_bytes);
    transfer->is_sent = true;
    transfer->progress_ms = fetch_now_ms();
    return 0;
}

static size_t on_header(char *data, size_t unit, size_t n_bytes, void *context) {
    struct fetch_transfer *transfer = context;
    n_bytes *= unit;
    transfer->progress_ms = fetch_now_ms();
    transfer->n_header_bytes += n_bytes; /* interim responses too: they could go on for ever */
    if (transfer->n_header_bytes > transfer->shared->options.header_max_bytes) {
        transfer->outcome = FETCH_TOO_LARGE;
        return 0;
    }
    bool is_first = (transfer->headers_end || transfer->exchange.headers.size == 0) &&
                    n_bytes >= 5 && memcmp(data, "HTTP/", 5) == 0;
    if (transfer->headers_end && !is_first)
        return n_bytes; /* a trailer: it is in the body as received */
    if (is_first)
        buffer_clear(&transfer->exchange.headers);
    buffer_append(&transfer->exchange.headers, data, n_bytes);
    transfer->headers_end = n_bytes <= 2 && (data[0] == '\r' || data[0] == '\n');
    return n_bytes;
}

/* True if the body may grow by that much now. One transfer at a time may exceed the limit on what
 * is held in all: the others wait until one has ended, and that one will. */
static bool may_hold(struct fetch_transfer *transfer, size_t n_bytes) {
    struct fetch_shared *shared = transfer->shared;
    if (shared->held_bytes + n_bytes <= shared->options.held_max_bytes)
        return true;
    if (!shared->exempt)
        shared->exempt = transfer;
    return shared->exempt == transfer;
}

/* Takes what fits of a body whose end is of no use, and ends the transfer. */
static size_t cut_body(struct fetch_transfer *transfer, const char *data, size_t room) {
    buffer_append(&transfer->exchange.body, data, room);
    transfer->exchange.body_is_cut = true;
    return 0;
}

static size_t on_body(char *data, size_t unit, size_t n_bytes, void *context) {
    struct fetch_transfer *transfer = context;
    struct buffer *body = &transfer->exchange.body;
    n_bytes *= unit;
    transfer->progress_ms = fetch_now_ms();
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    if (fetch_status_is_redirect(status) && transfer->body_limit > REDIRECT_BODY_MAX_BYTES)
        transfer->body_limit = REDIRECT_BODY_MAX_BYTES;
    size_t room = transfer->body_limit - body->size;
    if (n_bytes > room && (transfer->job->robots || fetch_status_is_redirect(status)))
        return cut_body(transfer, data, room);
    if (n_bytes > room) {
        transfer->outcome = FETCH_TOO_LARGE;
        return 0;
    }
    if (!may_hold(transfer, n_bytes)) {
        transfer->is_paused = true;
        transfer->paused_ms -= transfer->progress_ms;
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer->shared->held_bytes += n_bytes;
    transfer->held_bytes += n_bytes;
    buffer_append(body, data, n_bytes);
    return body->failed ? 0 : n_bytes;
}

static void add_header(struct fetch_transfer *transfer, const char *name, const char *value,
                       bool *failed) {
    struct buffer line = {0};
    buffer_append_format(&line, "%s: %s", name, value);
    struct curl_slist *headers =
        line.failed ? NULL : curl_slist_append(transfer->headers, buffer_string(&line));
    buffer_free(&line);
    if (headers)
        transfer->headers = headers;
    else
        *failed = true;
}

static bool add_headers(struct fetch_transfer *transfer) {
    const struct fetch_job *job = transfer->job;
    bool failed = false;
    add_header(transfer, "Accept",
               job->robots ? "text/plain,*/*;q=0.5"
                           : "text/html,application/xhtml+xml,application/pdf;q=0.9,"
                             "text/plain;q=0.9,*/*;q=0.5",
               &failed);
    add_header(transfer, "Accept-Encoding", "gzip", &failed);
    if (job->validators.fetch && strcmp(job->url.fetch, job->validators.fetch) == 0) {
        if (job->request.etag)
            add_header(transfer, "If-None-Match", job->request.etag, &failed);
        if (job->request.last_modified)
            add_header(transfer, "If-Modified-Since", job->request.last_modified, &failed);
    }
    return !failed;
}

/* An option that libcurl does not take is like one that was not given: it must not go unseen. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (curl_easy_setopt(easy, option, value) != CURLE_OK)                                     \
            return false;                                                                          \
    } while (0)

static bool set_callbacks(struct fetch_transfer *transfer) {
    CURL *easy = transfer->easy;
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->curl_text);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    SET(CURLOPT_OPENSOCKETDATA, transfer);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_DEBUGFUNCTION, on_debug);
    SET(CURLOPT_DEBUGDATA, transfer);
    SET(CURLOPT_VERBOSE, 1L); /* calls on_debug; prints nothing */
    return true;
}

static bool set_request(struct fetch_transfer *transfer) {
    CURL *easy = transfer->easy;
    const struct fetch_job *job = transfer->job;
    const char *proxy = proxy_for(&transfer->shared->proxies, job->url.host, job->url.is_https);
    transfer->is_proxied = proxy;
    SET(CURLOPT_URL, job->url.fetch);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    if (transfer->shared->authorities)
        SET(CURLOPT_CAINFO, transfer->shared->authorities);
    SET(CURLOPT_FOLLOWLOCATION, 0L); /* every redirect is a job's next request */
    SET(CURLOPT_HTTPHEADER, transfer->headers);
    SET(CURLOPT_USERAGENT, transfer->shared->user_agent);
    SET(CURLOPT_PROXY, proxy ? proxy : "");
    SET(CURLOPT_NOPROXY, ""); /* decided above */
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->shared->options.connect_ms);
    SET(CURLOPT_QUICK_EXIT, 1L); /* never wait for a name server that was given up */
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    if (!job->robots) /* of that, the beginning will do */
        SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->body_limit);
    return true;
}

enum status fetch_transfer_start(struct fetch_transfer *transfer, struct fetch_job *job,
                                 struct fetch_host *host, struct error *error) {
    const struct fetch_options *options = &transfer->shared->options;
    int64_t now = fetch_now_ms();
    transfer->job = job;
    transfer->host = host;
    if (!transfer->easy && !(transfer->easy = curl_easy_init()))
        return error_no_memory(error);
    transfer->started_ms = transfer->progress_ms = now;
    transfer->exchange = (struct fetch_exchange){.url = job->url.fetch, .retrieved = time(NULL)};
    transfer->body_limit =
        job->robots ? ROBOTS_MAX_BYTES + 1 : options->body_max_bytes - job->body_bytes;
    if (!add_headers(transfer) || !set_callbacks(transfer) || !set_request(transfer))
        return error_no_memory(error);
    if (transfer->is_proxied && !options->allow_private && host_is_private(job->url.host)) {
        strncpy(transfer->refused, job->url.host, sizeof transfer->refused - 1);
        transfer->outcome = FETCH_REFUSED_ADDRESS;
        return STATUS_OK;
    }
    return curl_multi_add_handle(transfer->shared->multi, transfer->easy) == CURLM_OK
               ? STATUS_OK
               : error_no_memory(error);
}

void fetch_transfer_check_clock(struct fetch_transfer *transfer, int64_t now_ms) {
    const struct fetch_options *options = &transfer->shared->options;
    if (transfer->is_paused)
        return;
    int64_t spent_ms =
        transfer->job->spent_ms + now_ms - transfer->started_ms - transfer->paused_ms;
    if (spent_ms > options->total_ms)
        transfer->outcome = FETCH_TOTAL_TIMEOUT;
    else if (transfer->is_sent && now_ms - transfer->progress_ms > options->stall_ms)
        transfer->outcome = FETCH_STALLED;
}

void fetch_transfer_resume(struct fetch_transfer *transfer, int64_t now_ms) {
    const struct fetch_shared *shared = transfer->shared;
    bool has_room = !shared->exempt || shared->held_bytes < shared->options.held_max_bytes;
    if (!transfer->is_paused || !has_room)
        return;
    transfer->is_paused = false;
    transfer->paused_ms += now_ms;
    transfer->progress_ms = now_ms;
    curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
}

enum status fetch_transfer_finish(struct fetch_transfer *transfer, CURLcode code,
                                  struct error *error) {
    struct fetch_job *job = transfer->job;
    struct fetch_exchange *exchange = &transfer->exchange;
    int64_t now = fetch_now_ms();
    if (transfer->is_paused)
        transfer->paused_ms += now;
    job->spent_ms += now - transfer->started_ms - transfer->paused_ms;
    char *address = NULL;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &exchange->status);
    curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address);
    strncpy(exchange->address, address ? address : "", sizeof exchange->address - 1);
    curl_multi_remove_handle(transfer->shared->multi, transfer->easy);
    if (exchange->body.failed || exchange->headers.failed || exchange->request.failed)
        return error_no_memory(error);
    if (exchange->body_is_cut && transfer->outcome == FETCH_ANSWERED)
        code = CURLE_OK;
    struct error text = {0};
    enum fetch_outcome outcome = fetch_outcome_of(transfer, code);
    if (outcome != FETCH_ANSWERED)
        fetch_outcome_describe(transfer, outcome, code, &text);
    return fetch_job_fail(job, outcome, text.text, error);
}

int64_t fetch_transfer_retry_after_s(const struct fetch_transfer *transfer) {
    curl_off_t seconds = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
    return seconds;
}

void fetch_transfer_clear(struct fetch_transfer *transfer) {
    struct fetch_shared *shared = transfer->shared;
    CURL *easy = transfer->easy;
    if (shared->exempt == transfer)
        shared->exempt = NULL;
    shared->held_bytes -= transfer->held_bytes;
    fetch_exchange_free(&transfer->exchange);
    curl_slist_free_all(transfer->headers);
    if (easy)
        curl_easy_reset(easy);
    *transfer = (struct fetch_transfer){.shared = shared, .easy = easy};
}

void fetch_transfer_free(struct fetch_transfer *transfer) {
    fetch_transfer_clear(transfer);
    curl_easy_cleanup(transfer->easy);
}
