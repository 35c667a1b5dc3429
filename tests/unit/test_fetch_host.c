/* Manners towards hosts: one connection, a delay, and an end when one keeps failing. */
#include "tests/unit/fetching.h"

static void a_host_that_keeps_failing_is_left_alone(void **state) {
    (void)state;
    run.options.n_host_failures = 2;
    add(url_of(&hostile, "/closes"));
    add(url_of(&hostile, "/busy"));
    const char *last = url_of(&hostile, "/page");
    add(last);
    add(url_of(&honest, "/page"));
    go();
    assert_outcome(result_of(last), FETCH_HOST_GIVEN_UP);
    assert_non_null(strstr(result_of(last)->text, "503"));
    assert_int_equal(server_count(&hostile, "GET /page"), 0);
    assert_page(result_of(url_of(&honest, "/page")), "words");
}

static void a_host_that_asks_for_a_long_pause_is_left_alone(void **state) {
    (void)state;
    run.options.n_retries = 2;
    add(url_of(&hostile, "/later"));
    const char *next = url_of(&hostile, "/page");
    add(next);
    go();
    assert_outcome(result_of(next), FETCH_HOST_GIVEN_UP);
    assert_non_null(strstr(result_of(next)->text, "3600 s"));
    assert_int_equal(server_count(&hostile, "GET /page"), 0);
    assert_in_range(run.took_ms, 0, 1000);
}

static void a_host_is_left_alone_that_the_caller_says(void **state) {
    (void)state;
    struct error error;
    char authority[40];
    snprintf(authority, sizeof authority, "127.0.0.1:%d", hostile.port);
    const char *left = url_of(&hostile, "/page");
    add(left);
    if (fetch_leave_alone(run.fetch, authority, "not before noon", &error) != STATUS_OK)
        fail_msg("%s", error.text);
    add(url_of(&honest, "/page"));
    go();
    assert_outcome(result_of(left), FETCH_HOST_GIVEN_UP);
    assert_string_equal(result_of(left)->text, "not before noon");
    assert_int_equal(server_count(&hostile, "GET"), 0);
    assert_page(result_of(url_of(&honest, "/page")), "words");
}

static void a_host_has_one_connection_and_a_delay(void **state) {
    (void)state;
    static const char *const paths[] = {"/page", "/other", "/chunked"};
    run.options.host_delay_ms = 200;
    for (size_t i = 0; i < 3; i++)
        add(url_of(&honest, paths[i]));
    add(url_of(&hostile, "/page"));
    go();
    assert_int_equal(run.n_results, 4);
    assert_int_equal(honest.most_clients, 1);
    assert_in_range(run.took_ms, 3 * 200,
                    1500); /* after robots.txt and two pages; both hosts at once */
}

static void many_hosts_are_asked_at_once(void **state) {
    (void)state;
    run.options.host_delay_ms = 300;
    use_proxy();
    run.options.stall_ms = 3000;
    run.options.total_ms = 3000;
    char url[100];
    for (int i = 0; i < MAX_RESULTS; i++) {
        snprintf(url, sizeof url, "http://host%d.example/page", i);
        add(url);
    }
    go();
    assert_int_equal(run.n_results, MAX_RESULTS);
    assert_in_range(run.took_ms, 300, 2000); /* one after the other they would take 4.8 s */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_host_that_keeps_failing_is_left_alone),
        TEST(a_host_that_asks_for_a_long_pause_is_left_alone),
        TEST(a_host_is_left_alone_that_the_caller_says),
        TEST(a_host_has_one_connection_and_a_delay),
        TEST(many_hosts_are_asked_at_once),
    };
    return RUN(tests);
}
