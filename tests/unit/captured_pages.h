/* A web of three pages for the tests of what their captures say: the archive that is being made of
 * them, the index that reads it, and how to ask. */
#ifndef OSLER_TESTS_UNIT_CAPTURED_PAGES_H
#define OSLER_TESTS_UNIT_CAPTURED_PAGES_H

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

/* cmocka's setup and teardown of both. */
static inline int set_up(void **state) {
    int result = enter_temporary_folder(state);
    captured_open(&web);
    return result;
}

static inline int tear_down(void **state) {
    captured_close(&web);
    buffer_free(&warc);
    return leave_temporary_folder(state);
}

/* Reads the archive, as one of ours. */
static inline void read_ours(void) {
    captured_read(&web, "ours.warc", true, &warc);
}

/* What is known of a page: its health and, "" if it is not there, its text. */
static inline void expect(const char *key, enum link_health health, const char *text) {
    const struct page_state *page = captured_follow(&web, key);
    assert_string_equal(health_name((int)page->health), health_name((int)health));
    assert_string_equal(captured_text(&web), text);
    assert_int_equal(page->reason == NULL, health == HEALTH_LIVE || health == HEALTH_MOVED ||
                                               health == HEALTH_ARCHIVED ||
                                               health == HEALTH_UNFETCHED);
}

#endif
