/* One URL on its way: redirects, conditional requests, and another try. */
#include "tests/unit/fetching.h"

static void redirects_are_followed_and_kept(void **state) {
    (void)state;
    const struct result *result = fetch_one(url_of(&honest, "/chain"));
    assert_page(result, "words");
    assert_int_equal(result->n_exchanges, 3);
    assert_string_equal(result->final_url, url_of(&honest, "/page"));
}

static void a_redirect_without_a_target_is_the_answer(void **state) {
    (void)state;
    const struct result *result = fetch_one(url_of(&honest, "/no-location"));
    assert_outcome(result, FETCH_ANSWERED);
    assert_int_equal(result->status, 302);
}

static void more_redirects_than_the_limit_are_not_followed(void **state) {
    (void)state;
    run.options.n_redirects = 2;
    add(url_of(&honest, "/1"));
    add(url_of(&honest, "/2"));
    go();
    assert_outcome(result_of(url_of(&honest, "/1")), FETCH_TOO_MANY_REDIRECTS);
    assert_page(result_of(url_of(&honest, "/2")), "words");
}

static void a_circle_of_redirects_is_left_at_once(void **state) {
    (void)state;
    suffer("/circle", FETCH_TOO_MANY_REDIRECTS);
    assert_int_equal(server_count(&hostile, "GET /circle"), 2);
}

static void a_redirect_to_a_file_is_not_followed(void **state) {
    (void)state;
    const struct result *result = suffer("/to-file", FETCH_UNSUPPORTED_URL);
    assert_int_equal(result->n_exchanges, 1);
    assert_non_null(strstr(result->text, "file:///etc/passwd"));
}

static void validators_make_a_request_conditional(void **state) {
    (void)state;
    const struct fetch_request request = {.url = url_of(&honest, "/unless-changed"),
                                          .etag = "\"v1\"",
                                          .last_modified = "Sat, 01 Nov 2025 08:00:00 GMT"};
    add_request(&request);
    go();
    const struct result *result = result_of(url_of(&honest, "/unless-changed"));
    assert_outcome(result, FETCH_ANSWERED);
    assert_int_equal(result->status, 304);
}

static void validators_go_to_the_url_that_gave_them(void **state) {
    (void)state;
    char final_url[300];
    snprintf(final_url, sizeof final_url, "%s", url_of(&honest, "/unless-changed"));
    const struct fetch_request request = {.url = url_of(&honest, "/to-unless-changed"),
                                          .etag = "\"v1\"",
                                          .last_modified = "Sat, 01 Nov 2025 08:00:00 GMT",
                                          .validators_url = final_url};
    add_request(&request);
    go();
    assert_int_equal(result_of(url_of(&honest, "/to-unless-changed"))->status, 304);
    assert_int_equal(server_count(&honest, "If-None-Match"), 1);
}

static void a_server_that_is_busy_is_asked_again(void **state) {
    (void)state;
    run.options.n_retries = 2;
    assert_page(suffer("/busy-then-well", FETCH_ANSWERED), "well");
}

static void a_connection_that_breaks_is_tried_again(void **state) {
    (void)state;
    run.options.n_retries = 2;
    assert_page(suffer("/closes-then-well", FETCH_ANSWERED), "well");
}

static void retries_end(void **state) {
    (void)state;
    run.options.n_retries = 2;
    assert_int_equal(suffer("/busy", FETCH_ANSWERED)->status, 503);
    assert_int_equal(server_count(&hostile, "GET /busy "), 3);
}

static void the_pause_that_a_server_asks_for_is_kept(void **state) {
    (void)state;
    run.options.n_retries = 2;
    assert_page(suffer("/pause", FETCH_ANSWERED), "well");
    assert_in_range(run.took_ms, 1000, 3000);
}

static void a_pause_that_is_too_long_is_not_waited_for(void **state) {
    (void)state;
    run.options.n_retries = 2;
    assert_int_equal(suffer("/later", FETCH_ANSWERED)->status, 429);
    assert_int_equal(server_count(&hostile, "GET /later"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(redirects_are_followed_and_kept),
        TEST(a_redirect_without_a_target_is_the_answer),
        TEST(more_redirects_than_the_limit_are_not_followed),
        TEST(a_circle_of_redirects_is_left_at_once),
        TEST(a_redirect_to_a_file_is_not_followed),
        TEST(validators_make_a_request_conditional),
        TEST(validators_go_to_the_url_that_gave_them),
        TEST(a_server_that_is_busy_is_asked_again),
        TEST(a_connection_that_breaks_is_tried_again),
        TEST(retries_end),
        TEST(the_pause_that_a_server_asks_for_is_kept),
        TEST(a_pause_that_is_too_long_is_not_waited_for),
    };
    return RUN(tests);
}
