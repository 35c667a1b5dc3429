/* The table of captures: reading archives into it, and which page an unchanged one is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "tests/unit/captured_pages.h"

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

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
