/* What the captures of a page say of it together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "tests/unit/captured_pages.h"

/* ---- health ---- */

static void a_page_that_came_is_live(void **state) {
    (void)state;
    add_page(&warc, A "?utm_source=x", 1, "one");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_string_equal(web.state.checked, DAY("01"));
    assert_string_equal(web.state.retrieved, DAY("01"));
    assert_string_equal(web.state.content_key, KEY_A);
    assert_string_equal(web.state.content_url, A "?utm_source=x");
    assert_string_equal(web.state.etag, "\"one 1\"");
    assert_null(web.state.moved_to);
}

static void a_page_that_nobody_captured_is_unfetched(void **state) {
    (void)state;
    expect(KEY_A, HEALTH_UNFETCHED, "");
    assert_null(web.state.checked);
}

static void an_answer_without_a_page_has_a_health_and_a_reason(void **state) {
    (void)state;
    static const struct {
        int status;
        enum link_health health;
    } answers[] = {{401, HEALTH_BLOCKED},     {403, HEALTH_BLOCKED},     {429, HEALTH_BLOCKED},
                   {451, HEALTH_BLOCKED},     {404, HEALTH_DEAD},        {410, HEALTH_DEAD},
                   {500, HEALTH_UNREACHABLE}, {301, HEALTH_UNREACHABLE}, {206, HEALTH_LIVE}};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char path[40];
        char number[16];
        snprintf(path, sizeof path, "%zu.warc", i);
        add_answer(&warc, A, (int)i + 1, answers[i].status, "");
        captured_read(&web, path, true, &warc);
        expect(KEY_A, answers[i].health, "");
        snprintf(number, sizeof number, "%d", answers[i].status);
        if (web.state.reason)
            assert_string_equal(web.state.reason, number);
    }
}

static void a_page_that_did_not_come_says_why(void **state) {
    (void)state;
    add_outcome(&warc, A, 1, fetch_outcome_name(FETCH_STALLED));
    add_outcome(&warc, B, 1, fetch_outcome_name(FETCH_NO_SUCH_HOST));
    add_outcome(&warc, C, 1, fetch_outcome_name(FETCH_BLOCKED_BY_ROBOTS));
    read_ours();
    expect(KEY_A, HEALTH_UNREACHABLE, "");
    expect(KEY_B, HEALTH_DEAD, "");
    assert_string_equal(web.state.reason, fetch_outcome_name(FETCH_NO_SUCH_HOST));
    expect(KEY_C, HEALTH_BLOCKED, "");
}

static void a_page_that_is_dead_now_keeps_the_content_it_had(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    add_answer(&warc, A, 3, 404, "");
    add_outcome(&warc, A, 4, "stalled");
    add_answer(&warc, A, 5, 404, "");
    read_ours();
    expect(KEY_A, HEALTH_DEAD, "two");
    assert_string_equal(web.state.retrieved, DAY("02"));
    assert_string_equal(web.state.checked, DAY("05"));
}

static void a_page_in_an_archive_below_path_only_is_archived(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    captured_read(&web, "crawl.warc", false, &warc);
    expect(KEY_A, HEALTH_ARCHIVED, "one");
    assert_null(web.state.checked);
}

static void a_page_that_was_asked_for_is_live_whichever_archive_is_newer(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    read_ours();
    add_page(&warc, A, 2, "two");
    captured_read(&web, "crawl.warc", false, &warc);
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_string_equal(web.state.checked, DAY("01"));
    assert_string_equal(web.state.retrieved, DAY("02"));
}

/* ---- redirects ---- */

static void a_permanent_redirect_has_moved(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 301, B);
    add_redirect(&warc, B, 1, 308, C);
    add_page(&warc, C, 1, "one");
    read_ours();
    expect(KEY_A, HEALTH_MOVED, "one");
    assert_string_equal(web.state.moved_to, C);
    assert_string_equal(web.state.content_key, KEY_C);
}

static void what_has_moved_was_checked_when_its_new_place_was(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 301, B);
    add_redirect(&warc, B, 2, 302, C);
    add_page(&warc, C, 3, "three");
    read_ours();
    captured_follow(&web, KEY_A);
    assert_string_equal(web.state.checked, DAY("02"));
    captured_follow(&web, KEY_B);
    assert_string_equal(web.state.checked, DAY("02"));
}

static void a_temporary_redirect_has_not_moved(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 302, B);
    add_redirect(&warc, B, 1, 301, C);
    add_page(&warc, C, 1, "one");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_null(web.state.moved_to);
}

static void a_page_has_moved_as_far_as_its_redirects_are_permanent(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 301, B);
    add_redirect(&warc, B, 1, 307, C);
    add_page(&warc, C, 1, "one");
    read_ours();
    expect(KEY_A, HEALTH_MOVED, "one");
    assert_string_equal(web.state.moved_to, B);
}

static void another_scheme_of_the_same_page_is_no_move(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 301, "https://a.example/");
    add_page(&warc, "https://a.example/", 1, "one");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_string_equal(web.state.content_url, "https://a.example/");
}

static void a_redirect_to_a_dead_page_is_dead(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 301, B);
    add_answer(&warc, B, 1, 404, "");
    read_ours();
    expect(KEY_A, HEALTH_DEAD, "");
    assert_string_equal(web.state.reason, "404");
    assert_string_equal(web.state.moved_to, B);
}

static void content_is_found_behind_an_older_redirect(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 302, B);
    add_page(&warc, B, 1, "one");
    add_answer(&warc, A, 2, 404, "");
    add_answer(&warc, B, 2, 404, "");
    read_ours();
    expect(KEY_A, HEALTH_DEAD, "one");
    assert_string_equal(web.state.content_key, KEY_B);
}

static void a_page_that_has_become_a_redirect_is_what_that_leads_to(void **state) {
    (void)state;
    add_page(&warc, A, 1, "old");
    add_redirect(&warc, A, 2, 301, B);
    add_page(&warc, B, 1, "new");
    read_ours();
    expect(KEY_A, HEALTH_MOVED, "new");
}

static void redirects_in_a_circle_lead_nowhere(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 302, B);
    add_redirect(&warc, B, 1, 302, A);
    add_redirect(&warc, C, 1, 301, C "x");
    add_redirect(&warc, C "x", 1, 301, C);
    read_ours();
    expect(KEY_A, HEALTH_UNREACHABLE, "");
    expect(KEY_C, HEALTH_UNREACHABLE, "");
}

static void a_redirect_to_what_was_never_captured_leads_nowhere(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 302, B);
    read_ours();
    expect(KEY_A, HEALTH_UNREACHABLE, "");
}

static void nothing_is_known_of_a_link_whose_redirect_only_a_crawler_saw(void **state) {
    (void)state;
    add_redirect(&warc, A, 1, 302, B);
    captured_read(&web, "crawl.warc", false, &warc);
    expect(KEY_A, HEALTH_UNFETCHED, "");
}

static void add_chain(int n_redirects) {
    char from[40];
    char to[40];
    for (int i = 0; i < n_redirects; i++) {
        snprintf(from, sizeof from, "http://%d.example/", i);
        snprintf(to, sizeof to, "http://%d.example/", i + 1);
        add_redirect(&warc, from, 1, 302, to);
    }
    snprintf(to, sizeof to, "http://%d.example/", n_redirects);
    add_page(&warc, to, 1, "end");
    read_ours();
}

static void ten_redirects_are_followed(void **state) {
    (void)state;
    add_chain(10);
    expect("//0.example/", HEALTH_LIVE, "end");
}

static void more_than_ten_redirects_are_not(void **state) {
    (void)state;
    add_chain(1000);
    expect("//0.example/", HEALTH_UNREACHABLE, "");
    expect("//990.example/", HEALTH_LIVE, "end");
}

/* ---- hostile archives ---- */

static double seconds_of_processor(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A dead page that many others lead to. */
static void many_failures_of_one_page_are_not_read_for_each_that_leads_there(void **state) {
    (void)state;
    enum { N_EACH = 5000 };
    char url[40];
    for (int i = 0; i < N_EACH; i++) {
        snprintf(url, sizeof url, "http://a.example/%d", i);
        add_redirect(&warc, url, 1, 302, C);
        add_answer(&warc, C, 1 + i % 30, 404, "");
    }
    double start = seconds_of_processor();
    read_ours();
    double scanned = seconds_of_processor();
    for (int i = 0; i < N_EACH; i++) {
        snprintf(url, sizeof url, "//a.example/%d", i);
        expect(url, HEALTH_DEAD, "");
    }
    assert_true(seconds_of_processor() - scanned < 3 * (scanned - start) + 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_page_that_came_is_live),
        TEST(a_page_that_nobody_captured_is_unfetched),
        TEST(an_answer_without_a_page_has_a_health_and_a_reason),
        TEST(a_page_that_did_not_come_says_why),
        TEST(a_page_that_is_dead_now_keeps_the_content_it_had),
        TEST(a_page_in_an_archive_below_path_only_is_archived),
        TEST(a_page_that_was_asked_for_is_live_whichever_archive_is_newer),
        TEST(a_permanent_redirect_has_moved),
        TEST(what_has_moved_was_checked_when_its_new_place_was),
        TEST(a_temporary_redirect_has_not_moved),
        TEST(a_page_has_moved_as_far_as_its_redirects_are_permanent),
        TEST(another_scheme_of_the_same_page_is_no_move),
        TEST(a_redirect_to_a_dead_page_is_dead),
        TEST(content_is_found_behind_an_older_redirect),
        TEST(a_page_that_has_become_a_redirect_is_what_that_leads_to),
        TEST(redirects_in_a_circle_lead_nowhere),
        TEST(a_redirect_to_what_was_never_captured_leads_nowhere),
        TEST(nothing_is_known_of_a_link_whose_redirect_only_a_crawler_saw),
        TEST(ten_redirects_are_followed),
        TEST(more_than_ten_redirects_are_not),
        TEST(many_failures_of_one_page_are_not_read_for_each_that_leads_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
