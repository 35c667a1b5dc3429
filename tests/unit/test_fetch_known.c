/* What is not asked for because it is known: from earlier runs, or from another page of this one.
 */
#include "tests/unit/fetching.h"

#include <time.h>

#include "indexer/fetch/fetch_known.h"

enum { MAX_KNOWN = 4, HOUR_S = 3600, DAY_S = 24 * HOUR_S };

static struct {
    const char *url, *block;
    int64_t age_s;
} known[MAX_KNOWN];
static size_t n_known;
static struct buffer robots_answers;

static void know(const char *url, int64_t age_s, const char *block) {
    known[n_known].url = url;
    known[n_known].block = block;
    known[n_known++].age_s = age_s;
}

static enum status recall(void *context, const struct url *url, bool is_robots,
                          struct fetch_answer *answer, struct error *error) {
    (void)error;
    assert_ptr_equal(context, &run);
    assert_int_equal(is_robots, strcmp(url->target, "/robots.txt") == 0);
    for (size_t i = 0; i < n_known; i++) {
        if (strcmp(known[i].url, url->fetch) != 0)
            continue;
        answer->retrieved = time(NULL) - known[i].age_s;
        buffer_append_string(&answer->block, known[i].block);
    }
    return STATUS_OK;
}

static enum status note_robots(void *context, const struct fetch_result *result,
                               struct error *error) {
    (void)error;
    assert_ptr_equal(context, &run);
    assert_null(result->request->tag);
    for (size_t i = 0; i < result->n_exchanges; i++)
        buffer_append_format(&robots_answers, "%ld%s;", result->exchanges[i].status,
                             result->exchanges[i].is_known ? " known" : "");
    return STATUS_OK;
}

static int set_up_recall(void **state) {
    n_known = 0;
    set_up(state);
    run.options.recall = recall;
    run.options.robots_done = note_robots;
    return 0;
}

static int tear_down_recall(void **state) {
    buffer_free(&robots_answers);
    return tear_down(state);
}

/* ---- pages ---- */

static void what_many_redirects_lead_to_is_asked_once(void **state) {
    (void)state;
    add(url_of(&honest, "/3"));
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/2"));
    add(url_of(&hostile, "/page"));
    go();
    assert_int_equal(run.n_results, 4);
    assert_page(result_of(url_of(&hostile, "/page")), "words");
    assert_int_equal(server_count(&honest, "GET /page "), 1);
    assert_int_equal(server_count(&honest, "GET /3 "), 1);
    for (size_t i = 0; i < run.n_results; i++)
        assert_int_equal(run.results[i].status, 200);
    assert_int_equal(result_of(url_of(&honest, "/2"))->n_exchanges, 3);
}

static void who_waits_for_a_page_that_fails_fails_too(void **state) {
    (void)state;
    add(url_of(&hostile, "/silence"));
    hostile.robots = NULL;
    static char moved[300];
    snprintf(moved, sizeof moved, "HTTP/1.1 301 Moved\r\nLocation: %s\r\n\r\n",
             url_of(&hostile, "/silence"));
    know(url_of(&honest, "/moved"), HOUR_S, moved);
    know(url_of(&honest, "/moved2"), HOUR_S, moved);
    add(known[0].url);
    add(known[1].url);
    go();
    assert_outcome(result_of(url_of(&hostile, "/silence")), FETCH_STALLED);
    assert_int_equal(server_count(&hostile, "GET /silence"), 1);
    assert_int_equal(result_of(known[0].url)->status, 404); /* asked for, then */
    assert_int_equal(result_of(known[1].url)->status, 404);
}

static void pages_that_lead_to_each_other_are_a_circle_for_both(void **state) {
    (void)state;
    add(url_of(&honest, "/circle"));
    add(url_of(&honest, "/circle2"));
    go();
    assert_outcome(result_of(url_of(&honest, "/circle")), FETCH_TOO_MANY_REDIRECTS);
    assert_outcome(result_of(url_of(&honest, "/circle2")), FETCH_TOO_MANY_REDIRECTS);
    assert_int_equal(server_count(&honest, "GET /circle"), 2);
}

#define MOVED(more) "HTTP/1.1 301 Moved\r\nLocation: /page\r\n" more "\r\n"

/* Asks for what redirected to /page so long ago; returns how many requests that took besides. */
static size_t requests_for(const char *block, int64_t age_s) {
    know(url_of(&honest, "/chain2"), age_s, block);
    const struct result *result = fetch_one(known[0].url);
    assert_page(result, "words");
    assert_int_equal(result->n_exchanges, 2);
    assert_string_equal(result->final_url, url_of(&honest, "/page"));
    return server_count(&honest, "GET /chain2 ");
}

static void a_permanent_redirect_is_believed(void **state) {
    (void)state;
    assert_int_equal(requests_for(MOVED(""), 60 * DAY_S), 0);
}

static void an_old_redirect_is_asked_for_again(void **state) {
    (void)state;
    assert_int_equal(requests_for(MOVED(""), 100 * DAY_S), 1);
}

static void a_redirect_that_says_how_long_it_holds_is_believed_so_long(void **state) {
    (void)state;
    assert_int_equal(requests_for(MOVED("Cache-Control: public, max-age=60\r\n"), HOUR_S), 1);
}

static void a_redirect_that_is_not_to_be_kept_is_not_believed(void **state) {
    (void)state;
    assert_int_equal(requests_for(MOVED("Cache-Control: private,No-Store\r\n"), 1), 1);
}

static void a_temporary_redirect_is_not_believed(void **state) {
    (void)state;
    assert_int_equal(requests_for("HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n", 1), 1);
}

static void a_redirect_from_the_future_is_not_believed(void **state) {
    (void)state;
    assert_int_equal(requests_for(MOVED(""), -DAY_S), 1);
}

static void what_is_no_answer_is_not_believed(void **state) {
    (void)state;
    assert_int_equal(requests_for("no HTTP at all", 1), 1);
}

static void a_redirect_that_has_led_to_nothing_is_asked_for_again(void **state) {
    (void)state;
    know(url_of(&honest, "/chain2"), HOUR_S, "HTTP/1.1 301 Moved\r\nLocation: /gone\r\n\r\n");
    const struct result *result = fetch_one(known[0].url);
    assert_page(result, "words");
    assert_int_equal(server_count(&honest, "GET /gone "), 1);
    assert_int_equal(server_count(&honest, "GET /chain2 "), 1);
}

static void believed_redirects_are_limited_too(void **state) {
    (void)state;
    run.options.n_redirects = 1;
    know(url_of(&honest, "/a"), HOUR_S, "HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n");
    know(url_of(&honest, "/b"), HOUR_S, "HTTP/1.1 301 Moved\r\nLocation: /a\r\n\r\n");
    assert_int_equal(fetch_one(known[0].url)->status, 404); /* asked for, then */
    assert_int_equal(server_count(&honest, "GET /a "), 1);
}

/* ---- robots.txt ---- */

#define RULES "\r\nUser-agent: *\nDisallow: /page\n"

static void a_robots_txt_is_used_for_a_day(void **state) {
    (void)state;
    know(url_of(&honest, "/robots.txt"), 23 * HOUR_S, "HTTP/1.1 200 OK\r\n" RULES);
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/other"));
    go();
    assert_outcome(result_of(url_of(&honest, "/page")), FETCH_BLOCKED_BY_ROBOTS);
    assert_page(result_of(url_of(&honest, "/other")), "other words");
    assert_int_equal(server_count(&honest, "GET "), 1);
    assert_string_equal(buffer_string(&robots_answers), "200 known;");
}

static void that_there_is_no_robots_txt_is_known_for_a_day(void **state) {
    (void)state;
    know(url_of(&honest, "/robots.txt"), HOUR_S, "HTTP/1.1 404 Not Found\r\n\r\n" RULES);
    assert_page(fetch_one(url_of(&honest, "/page")), "words");
    assert_int_equal(server_count(&honest, "GET "), 1);
}

static void that_a_robots_txt_failed_is_not_believed(void **state) {
    (void)state;
    know(url_of(&honest, "/robots.txt"), 1, "HTTP/1.1 500 Oh\r\n\r\n");
    assert_page(fetch_one(url_of(&honest, "/page")), "words");
    assert_string_equal(buffer_string(&robots_answers), "404;");
}

static void an_old_robots_txt_is_asked_for_conditionally(void **state) {
    (void)state;
    know(url_of(&honest, "/robots.txt"), 25 * HOUR_S, "HTTP/1.1 200 OK\r\nETag: \"r1\"\r\n" RULES);
    honest.robots = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n";
    assert_outcome(fetch_one(url_of(&honest, "/page")), FETCH_BLOCKED_BY_ROBOTS);
    assert_int_equal(server_count(&honest, "If-None-Match: \"r1\"\r\n"), 1);
    assert_string_equal(buffer_string(&robots_answers), "304;");
}

static void a_robots_txt_that_has_changed_counts(void **state) {
    (void)state;
    know(url_of(&honest, "/robots.txt"), 25 * HOUR_S, "HTTP/1.1 200 OK\r\nETag: \"r1\"\r\n" RULES);
    honest.robots = OK_HEAD "\r\nUser-agent: *\nDisallow: /other\n";
    assert_page(fetch_one(url_of(&honest, "/page")), "words");
    assert_string_equal(buffer_string(&robots_answers), "200;");
}

static void a_known_robots_txt_may_stand_behind_a_redirect(void **state) {
    (void)state;
    static char moved[300];
    snprintf(moved, sizeof moved, "HTTP/1.1 302 Found\r\nLocation: %s\r\n\r\n",
             url_of(&hostile, "/robots.txt"));
    know(url_of(&honest, "/robots.txt"), HOUR_S, moved);
    know(url_of(&hostile, "/robots.txt"), HOUR_S, "HTTP/1.1 200 OK\r\n" RULES);
    assert_outcome(fetch_one(url_of(&honest, "/page")), FETCH_BLOCKED_BY_ROBOTS);
    assert_int_equal(server_count(&honest, "GET ") + server_count(&hostile, "GET "), 0);
}

int main(void) {
#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_recall, tear_down_recall)
    const struct CMUnitTest tests[] = {
        TEST(what_many_redirects_lead_to_is_asked_once),
        TEST(who_waits_for_a_page_that_fails_fails_too),
        TEST(pages_that_lead_to_each_other_are_a_circle_for_both),
        TEST(a_permanent_redirect_is_believed),
        TEST(an_old_redirect_is_asked_for_again),
        TEST(a_redirect_that_says_how_long_it_holds_is_believed_so_long),
        TEST(a_redirect_that_is_not_to_be_kept_is_not_believed),
        TEST(a_temporary_redirect_is_not_believed),
        TEST(a_redirect_from_the_future_is_not_believed),
        TEST(what_is_no_answer_is_not_believed),
        TEST(a_redirect_that_has_led_to_nothing_is_asked_for_again),
        TEST(believed_redirects_are_limited_too),
        TEST(a_robots_txt_is_used_for_a_day),
        TEST(that_there_is_no_robots_txt_is_known_for_a_day),
        TEST(that_a_robots_txt_failed_is_not_believed),
        TEST(an_old_robots_txt_is_asked_for_conditionally),
        TEST(a_robots_txt_that_has_changed_counts),
        TEST(a_known_robots_txt_may_stand_behind_a_redirect),
    };
    return RUN(tests);
}
