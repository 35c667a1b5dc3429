/* Which sources are to be asked for, from the index alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "indexer/sources/source_fetch.h"
#include "indexer/warc/warc_date.h"
#include "tests/unit/captured_web.h"

static struct captured web;
static int64_t now; /* one time for all that was at once */

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    captured_open(&web);
    now = time(NULL);
    return result;
}

static int tear_down(void **state) {
    captured_close(&web);
    return leave_temporary_folder(state);
}

/* A source that was last asked for `age_s` ago; -1: never. */
static void add_source(const char *url, enum link_health health, int64_t age_s) {
    struct buffer sql = {0};
    struct error error;
    char checked[WARC_DATE_BYTES];
    warc_date_write(now - age_s, checked);
    buffer_append_format(&sql, "INSERT INTO sources(url, health, checked) VALUES('%s', %d, %s%s%s)",
                         url, (int)health, age_s < 0 ? "" : "'", age_s < 0 ? "NULL" : checked,
                         age_s < 0 ? "" : "'");
    if (index_execute(&web.index, buffer_string(&sql), &error) != STATUS_OK)
        fail_msg("%s", error.text);
    buffer_free(&sql);
}

static void expect_due(size_t expected, bool offline, int64_t max_age_s) {
    const struct source_fetch_options options = {.offline = offline, .max_age_s = max_age_s};
    struct error error;
    size_t n_due = 0;
    if (source_fetch_count_due(&web.index, &options, &n_due, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(n_due, expected);
}

static void what_was_never_asked_for_is_due_once_for_each_page(void **state) {
    (void)state;
    expect_due(0, false, 100);
    add_source("http://a.example/", HEALTH_UNFETCHED, -1);
    add_source("https://a.example/", HEALTH_UNFETCHED, -1);
    add_source("http://b.example/", HEALTH_ARCHIVED, -1);
    expect_due(2, false, SOURCE_MAX_AGE_S);
    expect_due(2, false, INT64_MAX / 4);
}

static void a_page_is_due_when_it_is_old_and_a_failure_sooner(void **state) {
    (void)state;
    enum { DAY_S = 24 * 3600 };
    add_source("http://a.example/", HEALTH_LIVE, 29 * DAY_S);
    add_source("http://b.example/", HEALTH_MOVED, 31 * DAY_S);
    add_source("http://c.example/", HEALTH_DEAD, DAY_S / 2);
    add_source("http://d.example/", HEALTH_UNREACHABLE, 2 * DAY_S);
    add_source("http://e.example/", HEALTH_BLOCKED, 2 * DAY_S);
    expect_due(3, false, SOURCE_MAX_AGE_S);
    expect_due(5, false, 0);
    expect_due(0, false, 90 * DAY_S);
}

/* An answer of a server that asks to be left alone, `age_s` ago. */
static void add_busy(const char *url, int64_t age_s, const char *retry_after) {
    struct buffer warc = {0};
    struct buffer block = {0};
    char date[WARC_DATE_BYTES];
    warc_date_write(now - age_s, date);
    buffer_append_format(&block, "HTTP/1.1 503 Busy\r\nRetry-After: %s\r\n\r\n", retry_after);
    buffer_append_format(&warc,
                         "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\n"
                         "WARC-Date: %s\r\nContent-Length: %zu\r\n\r\n%s\r\n\r\n",
                         url, date, block.size, buffer_string(&block));
    buffer_free(&block);
    captured_read(&web, "busy.warc", true, &warc);
    unlink("busy.warc");
    assert_int_equal(index_execute(&web.index, "UPDATE files SET path = path || id", NULL),
                     STATUS_OK);
}

static void a_host_that_asks_to_be_left_alone_is(void **state) {
    (void)state;
    add_source("http://a.example/", HEALTH_UNREACHABLE, 600);
    add_source("http://a.example/other", HEALTH_UNFETCHED, -1);
    add_source("http://a.example.org/", HEALTH_UNFETCHED, -1);
    add_source("http://a.example:8080/", HEALTH_UNFETCHED, -1);
    expect_due(4, false, 0);
    add_busy("http://a.example/", 600, "3600");
    expect_due(2, false, 0);
    expect_due(2, false, SOURCE_MAX_AGE_S);
}

static void a_page_is_due_when_its_host_has_said(void **state) {
    (void)state;
    add_source("http://a.example/", HEALTH_UNREACHABLE, 600);
    add_source("http://a.example/other", HEALTH_UNREACHABLE, 600);
    expect_due(0, false, SOURCE_MAX_AGE_S);
    add_busy("http://a.example/", 600, "599");
    expect_due(1, false, SOURCE_MAX_AGE_S);
}

static void a_host_can_ask_for_a_day_at_most(void **state) {
    (void)state;
    enum { DAY_S = 24 * 3600 };
    add_source("http://a.example/", HEALTH_BLOCKED, DAY_S - 60);
    add_source("http://b.example/", HEALTH_BLOCKED, DAY_S + 60);
    add_busy("http://a.example/", DAY_S - 60, "Fri, 31 Dec 2100 23:59:59 GMT");
    add_busy("http://b.example/", DAY_S + 60, "99999999999999999999");
    expect_due(1, false, 0);
}

static void a_pause_that_is_no_time_or_short_is_none(void **state) {
    (void)state;
    add_source("http://a.example/", HEALTH_BLOCKED, 5);
    add_busy("http://a.example/", 5, "9");
    add_busy("http://a.example/", 5, "soon");
    add_busy("http://a.example/", 5, "Fri, 31 Dec 1999 23:59:59 GMT");
    expect_due(1, false, 0);
    expect_due(0, false, SOURCE_MAX_AGE_S);
}

static void nothing_is_due_offline_and_what_is_no_url_never(void **state) {
    (void)state;
    add_source("http://a.example/", HEALTH_UNFETCHED, -1);
    assert_int_equal(
        index_execute(&web.index, "INSERT INTO sources(url, own_key) VALUES('http://[', '')", NULL),
        STATUS_OK);
    expect_due(0, true, SOURCE_MAX_AGE_S);
    expect_due(1, false, SOURCE_MAX_AGE_S);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_never_asked_for_is_due_once_for_each_page),
        TEST(a_page_is_due_when_it_is_old_and_a_failure_sooner),
        TEST(a_host_that_asks_to_be_left_alone_is),
        TEST(a_page_is_due_when_its_host_has_said),
        TEST(a_host_can_ask_for_a_day_at_most),
        TEST(a_pause_that_is_no_time_or_short_is_none),
        TEST(nothing_is_due_offline_and_what_is_no_url_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
