/* A run of the fetcher as a whole: its reports, and its end. */
#include "tests/unit/fetching.h"

static void a_contact_cannot_smuggle_in_a_header(void **state) {
    (void)state;
    struct error error = {0};
    run.options.contact = "x\r\nCookie: y";
    assert_int_equal(fetch_open(&run.fetch, &run.options, note, &run, &error), STATUS_USAGE);
    assert_null(run.fetch);
}

static void what_is_no_url_of_the_web_is_reported(void **state) {
    (void)state;
    add("file:///etc/passwd");
    add("http://a b/");
    add(url_of(&honest, "/page"));
    go();
    assert_outcome(result_of("file:///etc/passwd"), FETCH_UNSUPPORTED_URL);
    assert_outcome(result_of("http://a b/"), FETCH_UNSUPPORTED_URL);
    assert_page(result_of(url_of(&honest, "/page")), "words");
}

static void a_stop_keeps_what_was_fetched(void **state) {
    (void)state;
    run.stop_at_first = true;
    run.options.stall_ms = run.options.total_ms = 30000;
    add(url_of(&hostile, "/silence"));
    add(url_of(&hostile, "/page"));
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/other"));
    go();
    assert_int_equal(run.n_results, 4);
    assert_page(result_of(url_of(&honest, "/page")), "words");
    assert_outcome(result_of(url_of(&hostile, "/silence")), FETCH_INTERRUPTED);
    assert_outcome(result_of(url_of(&hostile, "/page")), FETCH_INTERRUPTED);
    assert_outcome(result_of(url_of(&honest, "/other")), FETCH_INTERRUPTED);
    assert_in_range(run.took_ms, 0, 1500);
}

static enum status refuse(void *context, const struct fetch_result *result, struct error *error) {
    (void)context;
    (void)result;
    return error_set(error, STATUS_INDEX, "disk full");
}

static void a_caller_that_cannot_go_on_ends_the_run(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(fetch_open(&run.fetch, &run.options, refuse, NULL, NULL), STATUS_OK);
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/other"));
    add(url_of(&hostile, "/silence"));
    assert_int_equal(fetch_run(run.fetch, &error), STATUS_INDEX);
    assert_string_equal(error.text, "disk full");
}

static void every_outcome_has_a_name(void **state) {
    (void)state;
    for (int i = 0; i < N_FETCH_OUTCOMES; i++) {
        assert_non_null(fetch_outcome_name((enum fetch_outcome)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(fetch_outcome_name((enum fetch_outcome)i),
                                    fetch_outcome_name((enum fetch_outcome)j));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_contact_cannot_smuggle_in_a_header),
        TEST(what_is_no_url_of_the_web_is_reported),
        TEST(a_stop_keeps_what_was_fetched),
        TEST(a_caller_that_cannot_go_on_ends_the_run),
        TEST(every_outcome_has_a_name),
    };
    return RUN(tests);
}
