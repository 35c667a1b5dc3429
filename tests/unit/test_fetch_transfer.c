/* One request: what is sent, which addresses are talked to, and what is taken from servers that
 * mean no good. Whatever the hostile one does, it is named, costs a bounded time, and the page of
 * the honest one beside it arrives. */
#include "tests/unit/fetching.h"

static void a_page_comes_as_it_was_sent(void **state) {
    (void)state;
    const struct result *result = fetch_one(url_of(&honest, "/page"));
    assert_page(result, "words");
    assert_int_equal(result->n_exchanges, 1);
    assert_string_equal(buffer_string(&result->exchange.headers),
                        OK_HEAD "X-Kind:  page \r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n\r\n");
    assert_string_equal(result->exchange.address, "127.0.0.1");
    assert_true(time(NULL) - result->exchange.retrieved < 10);
    assert_memory_equal(buffer_string(&result->exchange.request), "GET /page HTTP/1.1\r\n", 20);
}

static void a_body_comes_without_chunks_and_stays_compressed(void **state) {
    (void)state;
    add(url_of(&honest, "/chunked"));
    add(url_of(&honest, "/compressed"));
    go();
    assert_page(result_of(url_of(&honest, "/chunked")), "abc");
    const struct result *result = result_of(url_of(&honest, "/compressed"));
    assert_outcome(result, FETCH_ANSWERED);
    assert_int_equal(result->exchange.body.size, 20);
    assert_memory_equal(result->exchange.body.data, "\x1f\x8b", 2);
}

static void the_request_says_who_asks(void **state) {
    (void)state;
    run.options.contact = "mailto:librarian@example.org";
    fetch_one(url_of(&honest, "/page"));
    assert_int_equal(server_count(&honest, "User-Agent: osler-index/0.1 "
                                           "(+mailto:librarian@example.org)\r\n"),
                     2);
    assert_int_equal(server_count(&honest, "Accept-Encoding: gzip\r\n"), 2);
}

static void cookies_are_not_kept(void **state) {
    (void)state;
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/other"));
    go();
    assert_int_equal(server_count(&honest, "Cookie"), 0);
}

static void an_endless_body_is_cut_off(void **state) {
    (void)state;
    suffer("/endless-body", FETCH_TOO_LARGE);
}

static void a_body_that_says_it_is_too_large_is_not_taken(void **state) {
    (void)state;
    suffer("/says-large", FETCH_TOO_LARGE);
}

static void a_slow_drip_ends_with_the_total_time(void **state) {
    (void)state;
    suffer("/slow-drip", FETCH_TOTAL_TIMEOUT);
    assert_in_range(run.took_ms, 1500, 4000);
}

static void a_silent_server_stalls(void **state) {
    (void)state;
    suffer("/silence", FETCH_STALLED);
}

static void a_server_that_falls_silent_stalls(void **state) {
    (void)state;
    suffer("/silence-in-the-body", FETCH_STALLED);
}

static void a_flood_of_headers_is_cut_off(void **state) {
    (void)state;
    suffer("/header-flood", FETCH_TOO_LARGE);
}

static void an_endless_header_is_cut_off(void **state) {
    (void)state;
    suffer("/endless-header", FETCH_TOO_LARGE);
}

static void interim_responses_may_not_go_on_for_ever(void **state) {
    (void)state;
    suffer("/endless-interim", FETCH_TOO_LARGE);
}

static void a_body_shorter_than_it_says_is_broken(void **state) {
    (void)state;
    suffer("/too-short", FETCH_BROKEN_RESPONSE);
}

static void a_body_longer_than_it_says_is_as_long_as_it_says(void **state) {
    (void)state;
    assert_page(suffer("/too-long", FETCH_ANSWERED), "word");
}

static void bad_chunks_are_broken(void **state) {
    (void)state;
    suffer("/bad-chunks", FETCH_BROKEN_RESPONSE);
}

static void chunks_without_an_end_are_broken(void **state) {
    (void)state;
    suffer("/cut-chunks", FETCH_BROKEN_RESPONSE);
}

static void what_is_not_http_is_broken(void **state) {
    (void)state;
    suffer("/not-http", FETCH_BROKEN_RESPONSE);
}

static void no_answer_at_all_is_broken(void **state) {
    (void)state;
    suffer("/closes", FETCH_BROKEN_RESPONSE);
}

static void the_body_of_a_redirect_may_be_endless(void **state) {
    (void)state;
    assert_page(suffer("/large-redirect", FETCH_ANSWERED), "words");
}

static void a_closed_port_is_no_connection(void **state) {
    (void)state;
    int port;
    close(server_listen(1, &port));
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    assert_outcome(fetch_one(url), FETCH_NO_CONNECTION);
}

static void a_name_without_an_address_is_no_such_host(void **state) {
    (void)state;
    run.options.connect_ms = 10000; /* for a machine without a name server */
    assert_outcome(fetch_one("http://no-such-host.invalid/"), FETCH_NO_SUCH_HOST);
}

static void a_server_without_tls_is_a_tls_error(void **state) {
    (void)state;
    char url[100];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/page", honest.port);
    assert_outcome(fetch_one(url), FETCH_TLS);
}

static void a_connection_that_is_never_accepted_times_out(void **state) {
    (void)state;
    int port;
    int listener = server_listen(0, &port);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fillers[4];
    for (size_t i = 0; i < 4; i++) { /* until the queue of the listener is full */
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(fillers[i], (struct sockaddr *)&address, sizeof address);
    }
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", port);
    run.options.connect_ms = 300;
    assert_outcome(fetch_one(url), FETCH_CONNECT_TIMEOUT);
    for (size_t i = 0; i < 4; i++)
        close(fillers[i]);
    close(listener);
}

static void private_addresses_are_refused_by_number_and_by_name(void **state) {
    (void)state;
    char url[100];
    run.options.allow_private = false;
    snprintf(url, sizeof url, "http://localhost:%d/page", honest.port);
    add(url_of(&honest, "/page"));
    add(url);
    add("http://[::ffff:127.0.0.1]/");
    go();
    assert_outcome(result_of(url_of(&honest, "/page")), FETCH_REFUSED_ADDRESS);
    assert_non_null(strstr(result_of(url_of(&honest, "/page"))->text, "127.0.0.1"));
    assert_outcome(result_of(url), FETCH_REFUSED_ADDRESS);
    assert_outcome(result_of("http://[::ffff:127.0.0.1]/"), FETCH_REFUSED_ADDRESS);
    assert_int_equal(server_count(&honest, "GET"), 0);
}

static void redirects_to_private_addresses_are_refused(void **state) {
    (void)state;
    use_proxy();
    add("http://pages.example/to-metadata");
    add("http://pages.example/to-localhost");
    add("http://other.example/page");
    go();
    const struct result *result = result_of("http://pages.example/to-metadata");
    assert_outcome(result, FETCH_REFUSED_ADDRESS);
    assert_int_equal(result->n_exchanges, 1);
    assert_outcome(result_of("http://pages.example/to-localhost"), FETCH_REFUSED_ADDRESS);
    assert_page(result_of("http://other.example/page"), "words");
    assert_int_equal(server_count(&hostile, "169.254"), 0);
}

static void bodies_wait_for_room_and_all_arrive(void **state) {
    (void)state;
    run.options.held_max_bytes = 20000;
    add(url_of(&hostile, "/large-page"));
    add(url_of(&honest, "/large-page"));
    go();
    assert_int_equal(result_of(url_of(&hostile, "/large-page"))->exchange.body.size, 50000);
    assert_int_equal(result_of(url_of(&honest, "/large-page"))->exchange.body.size, 50000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_page_comes_as_it_was_sent),
        TEST(a_body_comes_without_chunks_and_stays_compressed),
        TEST(the_request_says_who_asks),
        TEST(cookies_are_not_kept),
        TEST(an_endless_body_is_cut_off),
        TEST(a_body_that_says_it_is_too_large_is_not_taken),
        TEST(a_slow_drip_ends_with_the_total_time),
        TEST(a_silent_server_stalls),
        TEST(a_server_that_falls_silent_stalls),
        TEST(a_flood_of_headers_is_cut_off),
        TEST(an_endless_header_is_cut_off),
        TEST(interim_responses_may_not_go_on_for_ever),
        TEST(a_body_shorter_than_it_says_is_broken),
        TEST(a_body_longer_than_it_says_is_as_long_as_it_says),
        TEST(bad_chunks_are_broken),
        TEST(chunks_without_an_end_are_broken),
        TEST(what_is_not_http_is_broken),
        TEST(no_answer_at_all_is_broken),
        TEST(the_body_of_a_redirect_may_be_endless),
        TEST(a_closed_port_is_no_connection),
        TEST(a_name_without_an_address_is_no_such_host),
        TEST(a_server_without_tls_is_a_tls_error),
        TEST(a_connection_that_is_never_accepted_times_out),
        TEST(private_addresses_are_refused_by_number_and_by_name),
        TEST(redirects_to_private_addresses_are_refused),
        TEST(bodies_wait_for_room_and_all_arrive),
    };
    return RUN(tests);
}
