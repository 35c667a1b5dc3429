/* What the captures of a page say of it together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "tests/unit/captured_web.h"

#define A "http://a.example/"
#define B "http://b.example/"
#define C "http://c.example/"
#define KEY_A "//a.example/"
#define KEY_B "//b.example/"
#define KEY_C "//c.example/"
#define DAY(day) "2025-08-" day "T00:00:00Z"

static struct captured web;
static struct buffer warc;

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    captured_open(&web);
    return result;
}

static int tear_down(void **state) {
    captured_close(&web);
    buffer_free(&warc);
    return leave_temporary_folder(state);
}

static void read_ours(void) {
    captured_read(&web, "ours.warc", true, &warc);
}

static void expect(const char *key, enum link_health health, const char *text) {
    const struct page_state *page = captured_follow(&web, key);
    assert_string_equal(health_name((int)page->health), health_name((int)health));
    assert_string_equal(captured_text(&web), text);
    assert_int_equal(page->reason == NULL, health == HEALTH_LIVE || health == HEALTH_MOVED ||
                                               health == HEALTH_ARCHIVED ||
                                               health == HEALTH_UNFETCHED);
}

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

/* ---- unchanged pages ---- */

static void an_unchanged_page_is_the_one_before(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    add_not_modified(&warc, A, 3);
    add_answer(&warc, A, 4, 304, "ETag: \"new\"\r\n");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_string_equal(web.state.retrieved, DAY("04"));
    assert_string_equal(web.state.checked, DAY("04"));
    assert_string_equal(web.state.etag, "\"new\"");
}

static void an_unchanged_page_that_is_not_there_has_no_content(void **state) {
    (void)state;
    add_not_modified(&warc, A, 3);
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "");
}

static void an_identical_page_is_the_one_that_is_named(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    add_page(&warc, A, 3, "three");
    add_identical(&warc, A, 4, "other",
                  "WARC-Refers-To-Target-URI: " A "\r\nWARC-Refers-To-Date: " DAY("02") "\r\n");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_string_equal(web.state.retrieved, DAY("04"));
}

static void an_identical_page_may_stand_elsewhere_but_its_validators_do_not(void **state) {
    (void)state;
    add_page(&warc, B, 2, "two");
    add_identical(&warc, A, 4, "two",
                  "WARC-Refers-To-Target-URI: " B "\r\nWARC-Refers-To-Date: " DAY("02") "\r\n");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_string_equal(web.state.content_key, KEY_A);
    assert_null(web.state.etag);
}

static void an_identical_page_is_found_by_its_digest(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    add_identical(&warc, A, 3, "one", "");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_string_equal(web.state.retrieved, DAY("03"));
}

static void an_identical_page_whose_payload_is_nowhere_is_no_other_page(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_identical(&warc, A, 3, "lost", "");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_string_equal(web.state.retrieved, DAY("01"));
}

static void of_two_pages_in_one_second_the_payload_decides(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 1, "two");
    add_page(&warc, A, 2, "three");
    add_identical(&warc, A, 3, "two", "WARC-Refers-To-Date: " DAY("01") "\r\n");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "two");
}

static void what_an_unchanged_page_is_does_not_depend_on_the_order_of_archives(void **state) {
    (void)state;
    add_not_modified(&warc, A, 3);
    add_identical(&warc, A, 4, "two", "");
    add_identical(&warc, B, 4, "three",
                  "WARC-Refers-To-Target-URI: " A "\r\nWARC-Refers-To-Date: " DAY("01") "\r\n");
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "");
    add_page(&warc, A, 2, "two");
    captured_read(&web, "second.warc", false, &warc);
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_string_equal(web.state.retrieved, DAY("04"));
    expect(KEY_B, HEALTH_LIVE, "");
    add_page(&warc, A, 1, "one");
    captured_read(&web, "first.warc", false, &warc);
    expect(KEY_B, HEALTH_LIVE, "one");
    expect(KEY_A, HEALTH_LIVE, "two");
}

static void what_is_removed_leaves_unchanged_pages_to_what_is_left(void **state) {
    (void)state;
    add_page(&warc, A, 2, "two");
    captured_read(&web, "second.warc", false, &warc);
    add_page(&warc, A, 1, "one");
    add_not_modified(&warc, A, 3);
    read_ours();
    expect(KEY_A, HEALTH_LIVE, "two");
    assert_int_equal(
        index_execute(&web.index, "DELETE FROM captures WHERE retrieved = '" DAY("02") "'", NULL),
        STATUS_OK);
    assert_true(captured_settle(&web, true));
    expect(KEY_A, HEALTH_LIVE, "one");
    assert_string_equal(web.state.retrieved, DAY("03"));
}

static void nothing_new_is_no_news(void **state) {
    (void)state;
    assert_false(captured_settle(&web, false));
    add_page(&warc, A, 2, "two");
    write_warc("ours.warc", &warc);
    captured_scan(&web, "ours.warc", true, 0);
    assert_true(captured_settle(&web, false));
    assert_false(captured_settle(&web, false));
}

/* ---- the same page before ---- */

static void the_page_of_a_payload_is_found_and_the_last_one_of_any(void **state) {
    (void)state;
    struct capture found;
    int64_t capture;
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    add_not_modified(&warc, A, 3);
    add_page(&warc, B, 3, "three");
    read_ours();
    assert_int_equal(
        captures_find_same(web.captures, KEY_A, "sha1:one", &web.arena, &found, &capture, NULL),
        STATUS_OK);
    assert_true(capture > 0);
    assert_string_equal(found.url, A);
    assert_string_equal(found.retrieved, DAY("01"));
    assert_non_null(found.record);
    assert_int_equal(
        captures_find_same(web.captures, KEY_A, NULL, &web.arena, &found, &capture, NULL),
        STATUS_OK);
    assert_string_equal(found.retrieved, DAY("02"));
    assert_int_equal(
        captures_find_same(web.captures, KEY_A, "sha1:three", &web.arena, &found, &capture, NULL),
        STATUS_OK);
    assert_int_equal(capture, 0);
}

/* ---- scanning ---- */

static void a_file_that_is_scanned_twice_gives_its_captures_once(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_answer(&warc, B, 1, 404, "");
    read_ours();
    captured_scan(&web, "ours.warc", true, 0);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 2);
}

static void a_scan_goes_on_where_the_last_one_ended(void **state) {
    (void)state;
    struct buffer both = {0};
    add_page(&both, A, 1, "one");
    uint64_t first_bytes = both.size;
    write_bytes("ours.warc", both.data, both.size);
    captured_scan(&web, "ours.warc", true, 0);
    assert_int_equal(web.end, first_bytes);
    add_page(&both, A, 2, "two");
    uint64_t all_bytes = both.size;
    write_warc("ours.warc", &both);
    captured_scan(&web, "ours.warc", true, first_bytes);
    captured_settle(&web, false);
    assert_int_equal(web.end, all_bytes);
    assert_int_equal(web.damage.size, 0);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 2);
    expect(KEY_A, HEALTH_LIVE, "two");
}

static void a_damaged_tail_is_named_and_read_again_another_time(void **state) {
    (void)state;
    struct buffer whole = {0};
    add_page(&whole, A, 1, "one");
    uint64_t first_bytes = whole.size;
    add_page(&whole, B, 2, "two");
    write_bytes("ours.warc", whole.data, whole.size - 20);
    captured_scan(&web, "ours.warc", true, 0);
    assert_int_equal(web.end, first_bytes);
    assert_non_null(strstr(buffer_string(&web.damage), "at byte "));
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 1);
    buffer_clear(&web.damage);
    write_warc("ours.warc", &whole);
    captured_scan(&web, "ours.warc", true, first_bytes);
    assert_int_equal(web.damage.size, 0);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 2);
}

static void damage_before_a_whole_record_is_passed_for_good(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    buffer_append_string(&warc, "damage\r\n\r\n");
    add_page(&warc, B, 2, "two");
    uint64_t n_bytes = warc.size;
    read_ours();
    assert_int_equal(web.end, n_bytes);
    assert_true(web.damage.size > 0);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 2);
}

static void a_file_that_cannot_be_read_is_an_error_of_input(void **state) {
    (void)state;
    struct error error;
    uint64_t end;
    assert_int_equal(
        captures_scan(web.captures, "absent.warc", 0, 1, captured_damage, &web, &end, &error),
        STATUS_INPUT);
}

/* ---- hostile archives ---- */

static double seconds_of_processor(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* All of one page, in one second, none with what it names: each must not look at all others. */
static void many_captures_of_one_page_do_not_cost_their_square(void **state) {
    (void)state;
    enum { N_EACH = 5000 };
    for (int i = 0; i < N_EACH; i++) {
        char text[20];
        snprintf(text, sizeof text, "%d", i);
        add_page(&warc, A, 1, text);
        add_identical(&warc, A, 1, "nowhere", "WARC-Refers-To-Date: " DAY("01") "\r\n");
        add_identical(&warc, A, 1, "nowhere", "");
        add_not_modified(&warc, A, 1);
        add_redirect(&warc, B, 1, 302, A);
        add_answer(&warc, C, 1, 404, "");
    }
    write_warc("ours.warc", &warc);
    double start = seconds_of_processor();
    captured_scan(&web, "ours.warc", true, 0);
    double scanned = seconds_of_processor();
    captured_settle(&web, false);
    double settled = seconds_of_processor();
    assert_true(settled - scanned < 3 * (scanned - start) + 1);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM captures"), 6 * N_EACH);
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
        TEST(an_unchanged_page_is_the_one_before),
        TEST(an_unchanged_page_that_is_not_there_has_no_content),
        TEST(an_identical_page_is_the_one_that_is_named),
        TEST(an_identical_page_may_stand_elsewhere_but_its_validators_do_not),
        TEST(an_identical_page_is_found_by_its_digest),
        TEST(an_identical_page_whose_payload_is_nowhere_is_no_other_page),
        TEST(of_two_pages_in_one_second_the_payload_decides),
        TEST(what_an_unchanged_page_is_does_not_depend_on_the_order_of_archives),
        TEST(what_is_removed_leaves_unchanged_pages_to_what_is_left),
        TEST(nothing_new_is_no_news),
        TEST(the_page_of_a_payload_is_found_and_the_last_one_of_any),
        TEST(a_file_that_is_scanned_twice_gives_its_captures_once),
        TEST(a_scan_goes_on_where_the_last_one_ended),
        TEST(a_damaged_tail_is_named_and_read_again_another_time),
        TEST(damage_before_a_whole_record_is_passed_for_good),
        TEST(a_file_that_cannot_be_read_is_an_error_of_input),
        TEST(many_captures_of_one_page_do_not_cost_their_square),
        TEST(many_failures_of_one_page_are_not_read_for_each_that_leads_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
