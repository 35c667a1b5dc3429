/* What the tests of fetching share: a hostile and an honest server, and a fetcher whose reports are
 * kept. See hostile_server.h. */
#ifndef OSLER_TESTS_FETCHING_H
#define OSLER_TESTS_FETCHING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <curl/curl.h>

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/fetch_transfer.h"
#include "tests/unit/hostile_server.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define REDIRECT(target)                                                                           \
    "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " target "\r\n\r\n"
#define STATUS(line) "HTTP/1.1 " line "\r\nContent-Length: 0\r\nConnection: close\r\n"

static inline void endless_body(struct server *server, int client) {
    (void)server;
    server_send_string(client, OK_HEAD "\r\n");
    while (server_send_string(client, "for ever and ever and ever and "))
        ;
}

static inline void slow_drip(struct server *server, int client) {
    (void)server;
    server_send_string(client, OK_HEAD "Content-Length: 90000\r\n\r\n");
    while (server_send_string(client, ".") && server_wait(client, 50))
        ;
}

static inline void silence(struct server *server, int client) {
    (void)server;
    server_be_silent(client);
}

static inline void silence_in_the_body(struct server *server, int client) {
    server_send_string(client, OK_HEAD "Content-Length: 100\r\n\r\nhalf");
    silence(server, client);
}

static inline void header_flood(struct server *server, int client) {
    (void)server;
    server_send_string(client, OK_HEAD);
    while (server_send_string(client, "X-More: and more\r\n"))
        ;
}

static inline void endless_header(struct server *server, int client) {
    (void)server;
    server_send_string(client, OK_HEAD "X-More: ");
    while (server_send_string(client, "and more and more "))
        ;
}

static inline void endless_interim_responses(struct server *server, int client) {
    (void)server;
    while (server_send_string(client, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"))
        ;
}

static inline void large_redirect(struct server *server, int client) {
    (void)server;
    server_send_string(client,
                       "HTTP/1.1 302 Found\r\nLocation: /page\r\nConnection: close\r\n\r\n");
    while (server_send_string(client, "you are being redirected "))
        ;
}

static inline void large_page(struct server *server, int client) {
    (void)server;
    static const char piece[1000] = "p";
    server_send_string(client, OK_HEAD "Content-Length: 50000\r\n\r\n");
    for (int i = 0; i < 50 && server_send(client, piece, sizeof piece); i++)
        server_wait(client, 2);
}

static inline void compressed_page(struct server *server, int client) {
    (void)server;
    static const char body[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03not really";
    server_send_string(client, OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n");
    server_send(client, body, 20);
}

static inline void busy_then_well(struct server *server, int client) {
    bool is_first = server_count(server, "GET /busy-then-well ") == 1;
    server_send_string(client, is_first ? STATUS("503 Busy") "\r\n" : OK_HEAD "\r\nwell");
}

static inline void asks_for_a_pause(struct server *server, int client) {
    bool is_first = server_count(server, "GET /pause ") == 1;
    server_send_string(client, is_first ? STATUS("429 Too Many Requests") "Retry-After: 1\r\n\r\n"
                                        : OK_HEAD "\r\nwell");
}

static inline void closes_then_well(struct server *server, int client) {
    if (server_count(server, "GET /closes-then-well ") > 1)
        server_send_string(client, OK_HEAD "\r\nwell");
}

static inline void unless_changed(struct server *server, int client) {
    bool is_asked = server_count(server, "If-None-Match: \"v1\"\r\n") == 1 &&
                    server_count(server, "If-Modified-Since: Sat, 01 Nov 2025 08:00:00 GMT\r\n");
    server_send_string(client, is_asked ? "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
                                        : OK_HEAD "\r\nchanged");
}

static const struct route routes[] = {
    {"/page", OK_HEAD "X-Kind:  page \r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n\r\nwords", NULL},
    {"/other", OK_HEAD "\r\nother words", NULL},
    {"/chunked", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n", NULL},
    {"/chain", REDIRECT("/chain2"), NULL},
    {"/chain2", "HTTP/1.1 301 Moved\r\nLocation: page#part\r\nConnection: close\r\n\r\nmoved",
     NULL},
    {"/no-location", STATUS("302 Found") "\r\n", NULL},
    {"/circle", REDIRECT("/circle2"), NULL},
    {"/circle2", REDIRECT("/circle"), NULL},
    {"/to-file", REDIRECT("file:///etc/passwd"), NULL},
    {"/to-metadata", REDIRECT("http://169.254.169.254/latest/"), NULL},
    {"/to-localhost", REDIRECT("http://localhost/"), NULL},
    {"/1", REDIRECT("/2"), NULL},
    {"/2", REDIRECT("/3"), NULL},
    {"/3", REDIRECT("/page"), NULL},
    {"/too-short", OK_HEAD "Content-Length: 1000\r\n\r\nends here", NULL},
    {"/too-long", OK_HEAD "Content-Length: 4\r\n\r\nwords and words", NULL},
    {"/says-large", OK_HEAD "Content-Length: 99999999999\r\n\r\nwords", NULL},
    {"/bad-chunks", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nZZZ\r\nwords\r\n", NULL},
    {"/cut-chunks", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nff\r\nwords", NULL},
    {"/not-http", "SSH-2.0-server\r\n", NULL},
    {"/closes", "", NULL},
    {"/later", STATUS("429 Too Many Requests") "Retry-After: 3600\r\n\r\n", NULL},
    {"/busy", STATUS("503 Busy") "\r\n", NULL},
    {"/endless-body", NULL, endless_body},
    {"/slow-drip", NULL, slow_drip},
    {"/silence", NULL, silence},
    {"/silence-in-the-body", NULL, silence_in_the_body},
    {"/header-flood", NULL, header_flood},
    {"/endless-header", NULL, endless_header},
    {"/endless-interim", NULL, endless_interim_responses},
    {"/large-redirect", NULL, large_redirect},
    {"/large-page", NULL, large_page},
    {"/compressed", NULL, compressed_page},
    {"/busy-then-well", NULL, busy_then_well},
    {"/closes-then-well", NULL, closes_then_well},
    {"/pause", NULL, asks_for_a_pause},
    {"/unless-changed", NULL, unless_changed},
    {"/to-unless-changed", REDIRECT("/unless-changed"), NULL},
    {NULL, NULL, NULL},
};

enum { MAX_RESULTS = 16 };

/* A fetcher with what it has reported, copied. */
struct run {
    struct fetch *fetch;
    struct fetch_options options;
    size_t n_results;
    struct result {
        enum fetch_outcome outcome;
        long status;
        size_t n_exchanges;
        char url[300], final_url[300], text[ERROR_TEXT_BYTES];
        struct fetch_exchange exchange; /* the last one */
    } results[MAX_RESULTS];
    int64_t took_ms;
    volatile sig_atomic_t stop;
    bool stop_at_first;
};

static struct server hostile, honest;
static struct run run;

static inline void copy_buffer(struct buffer *to, const struct buffer *from) {
    buffer_append(to, buffer_string(from), from->size);
}

static inline enum status note(void *context, const struct fetch_result *result,
                               struct error *error) {
    (void)error;
    assert_ptr_equal(context, &run);
    assert_in_range(run.n_results, 0, MAX_RESULTS - 1);
    struct result *copy = &run.results[run.n_results++];
    copy->outcome = result->outcome;
    copy->n_exchanges = result->n_exchanges;
    snprintf(copy->url, sizeof copy->url, "%s", result->request->url);
    snprintf(copy->final_url, sizeof copy->final_url, "%s", result->final_url);
    snprintf(copy->text, sizeof copy->text, "%s", result->text);
    if (result->n_exchanges > 0) {
        const struct fetch_exchange *last = &result->exchanges[result->n_exchanges - 1];
        copy->status = last->status;
        copy->exchange.retrieved = last->retrieved;
        snprintf(copy->exchange.address, sizeof copy->exchange.address, "%s", last->address);
        copy_buffer(&copy->exchange.request, &last->request);
        copy_buffer(&copy->exchange.headers, &last->headers);
        copy_buffer(&copy->exchange.body, &last->body);
    }
    if (run.stop_at_first)
        run.stop = 1;
    return STATUS_OK;
}

static inline int set_up(void **state) {
    (void)state;
    const char *const names[] = {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY",
                                 "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    server_start(&hostile, routes);
    server_start(&honest, routes);
    run = (struct run){.options = FETCH_OPTIONS_DEFAULT};
    run.options.allow_private = true;
    run.options.host_delay_ms = 0;
    run.options.backoff_ms = 1;
    run.options.n_retries = 0;
    run.options.connect_ms = 3000;
    run.options.stall_ms = 700;
    run.options.total_ms = 1500;
    run.options.body_max_bytes = 100000;
    run.options.header_max_bytes = 8000;
    run.options.stop = &run.stop;
    return 0;
}

static inline int tear_down(void **state) {
    (void)state;
    fetch_close(run.fetch);
    for (size_t i = 0; i < run.n_results; i++) {
        buffer_free(&run.results[i].exchange.request);
        buffer_free(&run.results[i].exchange.headers);
        buffer_free(&run.results[i].exchange.body);
    }
    server_stop(&hostile);
    server_stop(&honest);
    return 0;
}

static inline void add_request(const struct fetch_request *request) {
    if (!run.fetch)
        assert_int_equal(fetch_open(&run.fetch, &run.options, note, &run, NULL), STATUS_OK);
    assert_int_equal(fetch_add(run.fetch, request, NULL), STATUS_OK);
}

static inline void add(const char *url) {
    const struct fetch_request request = {.url = url};
    add_request(&request);
}

static inline const char *url_of(const struct server *server, const char *path) {
    static char urls[4][300];
    static size_t i;
    i = (i + 1) % 4;
    snprintf(urls[i], sizeof urls[i], "http://127.0.0.1:%d%s", server->port, path);
    return urls[i];
}

static inline void go(void) {
    int64_t start = fetch_now_ms();
    assert_int_equal(fetch_run(run.fetch, NULL), STATUS_OK);
    run.took_ms = fetch_now_ms() - start;
}

/* What was reported of a URL, once. */
static inline const struct result *result_of(const char *url) {
    const struct result *found = NULL;
    for (size_t i = 0; i < run.n_results; i++) {
        if (strcmp(run.results[i].url, url) != 0)
            continue;
        assert_null(found);
        found = &run.results[i];
    }
    if (!found)
        fail_msg("%s was not reported", url);
    return found;
}

static inline const struct result *fetch_one(const char *url) {
    add(url);
    go();
    assert_int_equal(run.n_results, 1);
    return result_of(url);
}

static inline void assert_outcome(const struct result *result, enum fetch_outcome outcome) {
    if (result->outcome != outcome)
        fail_msg("%s: %s (%s) instead of %s", result->url, fetch_outcome_name(result->outcome),
                 result->text, fetch_outcome_name(outcome));
    assert_int_equal(result->text[0] == '\0', outcome == FETCH_ANSWERED);
}

static inline void assert_page(const struct result *result, const char *body) {
    assert_outcome(result, FETCH_ANSWERED);
    assert_int_equal(result->status, 200);
    assert_string_equal(buffer_string(&result->exchange.body), body);
}

/* Asks for a page of the hostile server, which must end so, and for one of the honest server. */
static inline const struct result *suffer(const char *path, enum fetch_outcome outcome) {
    add(url_of(&hostile, path));
    add(url_of(&honest, "/page"));
    go();
    assert_int_equal(run.n_results, 2);
    assert_page(result_of(url_of(&honest, "/page")), "words");
    const struct result *result = result_of(url_of(&hostile, path));
    assert_outcome(result, outcome);
    assert_in_range(run.took_ms, 0, 4000);
    return result;
}

/* The server as a proxy lets a test be outside: the proxy itself may be at a private address. */
static inline void use_proxy(void) {
    char proxy[100];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", hostile.port);
    setenv("http_proxy", proxy, 1);
    setenv("no_proxy", "127.0.0.1", 1);
    run.options.allow_private = false;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#define RUN(tests) run_tests_of(#tests, tests, sizeof tests / sizeof tests[0])

/* Runs a group of tests with libcurl ready; the exit code. */
static inline int run_tests_of(const char *name, const struct CMUnitTest *tests, size_t n_tests) {
    /* A machine without a name server is to say so soon. */
    setenv("RES_OPTIONS", "timeout:1 attempts:1", 1);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    int n_failed = _cmocka_run_group_tests(name, tests, n_tests, NULL, NULL);
    curl_global_cleanup();
    return n_failed;
}

#endif
