/* robots.txt as it is asked for, and what it means when there is none. */
#include "tests/unit/fetching.h"

static const char *redirect_to_honest(void) {
    static char answer[300];
    snprintf(answer, sizeof answer, REDIRECT("http://127.0.0.1:%d/page"), honest.port);
    return answer;
}

static void a_robots_txt_cannot_redirect_to_a_private_address_either(void **state) {
    (void)state;
    use_proxy();
    hostile.robots = redirect_to_honest();
    assert_outcome(fetch_one("http://pages.example/page"), FETCH_REFUSED_ADDRESS);
    assert_int_equal(server_count(&honest, "GET"), 0);
}

static void robots_txt_is_asked_once_and_obeyed(void **state) {
    (void)state;
    honest.robots = OK_HEAD "\r\nUser-agent: osler-index\nDisallow: /page\n";
    add(url_of(&honest, "/page"));
    add(url_of(&honest, "/other"));
    go();
    assert_outcome(result_of(url_of(&honest, "/page")), FETCH_BLOCKED_BY_ROBOTS);
    assert_page(result_of(url_of(&honest, "/other")), "other words");
    assert_int_equal(server_count(&honest, "GET /robots.txt"), 1);
    assert_int_equal(server_count(&honest, "GET /page"), 0);
}

static void robots_txt_holds_for_redirects_too(void **state) {
    (void)state;
    honest.robots = OK_HEAD "\r\nUser-agent: *\nDisallow: /page\n";
    assert_outcome(fetch_one(url_of(&honest, "/chain")), FETCH_BLOCKED_BY_ROBOTS);
    assert_int_equal(server_count(&honest, "GET /page"), 0);
}

static void a_robots_txt_may_stand_behind_a_redirect(void **state) {
    (void)state;
    static char answer[300];
    snprintf(answer, sizeof answer, REDIRECT("http://127.0.0.1:%d/robots.txt"), honest.port);
    hostile.robots = answer;
    honest.robots = OK_HEAD "\r\nUser-agent: *\nDisallow: /other\n";
    suffer("/other", FETCH_BLOCKED_BY_ROBOTS);
}

static void without_a_robots_txt_all_may_be_fetched(void **state) {
    (void)state;
    hostile.robots = STATUS("403 Forbidden") "\r\n";
    assert_page(suffer("/other", FETCH_ANSWERED), "other words");
}

static void a_robots_txt_in_a_circle_is_none(void **state) {
    (void)state;
    hostile.robots = REDIRECT("/robots.txt");
    assert_page(suffer("/other", FETCH_ANSWERED), "other words");
}

static void a_robots_txt_that_fails_forbids_all(void **state) {
    (void)state;
    hostile.robots = STATUS("500 Oh") "\r\n";
    suffer("/page", FETCH_BLOCKED_BY_ROBOTS);
    assert_int_equal(server_count(&hostile, "GET /page"), 0);
}

static void a_robots_txt_that_breaks_off_is_the_hosts_failure(void **state) {
    (void)state;
    hostile.robots = "";
    const struct result *result = suffer("/page", FETCH_BROKEN_RESPONSE);
    assert_memory_equal(result->text, "robots.txt: ", 12);
}

static void a_host_that_is_not_there_is_named_for_that_and_not_waited_for(void **state) {
    (void)state;
    run.options.host_delay_ms = 60000;
    add("http://nowhere.invalid/page");
    add("https://nowhere.invalid/page");
    go();
    assert_outcome(result_of("http://nowhere.invalid/page"), FETCH_NO_SUCH_HOST);
    assert_string_equal(result_of("https://nowhere.invalid/page")->text,
                        "nowhere.invalid has no address");
    assert_in_range(run.took_ms, 0, 30000);
}

static void a_robots_txt_is_read_up_to_its_limit(void **state) {
    (void)state;
    struct buffer answer = {0};
    buffer_append_string(&answer, OK_HEAD "\r\nUser-agent: *\nDisallow: /page\n");
    for (int i = 0; i < 30000; i++)
        buffer_append_string(&answer, "Disallow: /more-and-more\n");
    hostile.robots = buffer_string(&answer);
    suffer("/page", FETCH_BLOCKED_BY_ROBOTS);
    hostile.robots = NULL;
    buffer_free(&answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_robots_txt_cannot_redirect_to_a_private_address_either),
        TEST(robots_txt_is_asked_once_and_obeyed),
        TEST(robots_txt_holds_for_redirects_too),
        TEST(a_robots_txt_may_stand_behind_a_redirect),
        TEST(without_a_robots_txt_all_may_be_fetched),
        TEST(a_robots_txt_in_a_circle_is_none),
        TEST(a_robots_txt_that_fails_forbids_all),
        TEST(a_robots_txt_that_breaks_off_is_the_hosts_failure),
        TEST(a_host_that_is_not_there_is_named_for_that_and_not_waited_for),
        TEST(a_robots_txt_is_read_up_to_its_limit),
    };
    return RUN(tests);
}
