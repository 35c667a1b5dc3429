/* What a robots.txt allows, as RFC 9309 says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "indexer/fetch/robots.h"

static bool allows_bytes(const char *text, size_t n_bytes, const char *target) {
    struct robots robots;
    bool allowed;
    assert_int_equal(robots_parse(&robots, text, n_bytes, "osler-index", NULL), STATUS_OK);
    assert_int_equal(robots_allows(&robots, target, &allowed, NULL), STATUS_OK);
    robots_free(&robots);
    return allowed;
}

static bool allows(const char *text, const char *target) {
    return allows_bytes(text, strlen(text), target);
}

/* Whether a rule `Disallow: pattern` for everybody matches. */
static bool matches(const char *pattern, const char *target) {
    struct buffer text = {0};
    buffer_append_format(&text, "User-agent: *\nDisallow: %s\n", pattern);
    bool allowed = allows(buffer_string(&text), target);
    buffer_free(&text);
    return !allowed;
}

static void without_rules_all_is_allowed(void **state) {
    (void)state;
    assert_true(allows("", "/a"));
    assert_true(allows("<html>404 Disallow: /</html>", "/a"));
    assert_true(allows("Disallow: /\n", "/a")); /* before any group */
    assert_true(allows("User-agent: *\nDisallow:\n", "/a"));
}

static void the_group_with_our_name_counts_and_no_other(void **state) {
    (void)state;
    const char *text = "User-agent: *\nDisallow: /\n\n"
                       "User-agent: Osler-Index\nDisallow: /private\n\n"
                       "User-agent: other\nDisallow: /shared\n";
    assert_true(allows(text, "/shared"));
    assert_false(allows(text, "/private/x"));
    assert_true(allows("User-agent: *\nDisallow: /\nUser-agent: osler-index\nAllow: /x\n", "/a"));
    assert_true(allows("User-agent: *\nDisallow: /\nUser-agent: osler-index\n", "/a"));
}

static void a_name_is_matched_whole_and_without_its_version(void **state) {
    (void)state;
    assert_false(allows("user-agent: osler-index/2.0 (x)\ndisallow: /\n", "/a"));
    assert_true(allows("user-agent: osler\ndisallow: /\n", "/a"));
    assert_true(allows("user-agent: osler-index-too\ndisallow: /\n", "/a"));
}

static void groups_for_the_same_crawler_are_one(void **state) {
    (void)state;
    const char *text = "User-agent: osler-index\nDisallow: /a\n"
                       "User-agent: x\nDisallow: /b\n"
                       "User-agent: osler-index\nDisallow: /c\n";
    assert_false(allows(text, "/a"));
    assert_true(allows(text, "/b"));
    assert_false(allows(text, "/c"));
}

static void several_names_may_share_a_group(void **state) {
    (void)state;
    const char *text = "User-agent: x\nUser-agent: osler-index\n\n# why\nUser-agent: y\n"
                       "Disallow: /a\n";
    assert_false(allows(text, "/a"));
}

static void other_records_do_not_end_a_group(void **state) {
    (void)state;
    assert_false(
        allows("User-agent: osler-index\nSitemap: /s\nUser-agent: x\nDisallow: /a\n", "/a"));
    assert_false(allows("User-agent: *\nDisallow: /b\nCrawl-delay: 9\nDisallow: /a\n", "/a"));
}

static void the_longest_match_decides(void **state) {
    (void)state;
    const char *text = "User-agent: *\nDisallow: /\nAllow: /page\nDisallow: /page/x\n";
    assert_false(allows(text, "/other"));
    assert_true(allows(text, "/page"));
    assert_false(allows(text, "/page/x/y"));
}

static void of_two_as_long_the_one_that_allows_wins(void **state) {
    (void)state;
    assert_true(allows("User-agent: *\nAllow: /page\nDisallow: /page\n", "/page"));
    assert_true(allows("User-agent: *\nDisallow: /page\nAllow: /page\n", "/page"));
}

static void a_pattern_matches_the_beginning_of_a_path(void **state) {
    (void)state;
    assert_true(matches("/fish", "/fish.html"));
    assert_true(matches("/fish", "/fish/salmon"));
    assert_false(matches("/fish", "/Fish"));
    assert_false(matches("/fish/", "/fish"));
    assert_false(matches("fish", "/fish"));
    assert_true(matches("/", "/"));
}

static void a_star_stands_for_anything(void **state) {
    (void)state;
    assert_true(matches("/*.php", "/a/b.php?x"));
    assert_false(matches("/*.php", "/a/b.PHP"));
    assert_true(matches("/a*b*c", "/a--b--c--"));
    assert_false(matches("/a*b*c", "/a--c--b"));
    assert_true(matches("*", "/"));
    assert_true(matches("/a**", "/a"));
    assert_true(matches("*/private", "/x?y=/private"));
}

static void a_dollar_at_the_end_is_the_end(void **state) {
    (void)state;
    assert_true(matches("/*.php$", "/a.php"));
    assert_false(matches("/*.php$", "/a.php?x"));
    assert_true(matches("/*a$", "/aba"));
    assert_true(matches("/$", "/"));
    assert_false(matches("/$", "/a"));
    assert_false(matches("/ab*ab$", "/ab"));
    assert_true(matches("/a$b", "/a$b"));
    assert_true(matches("/a*$", "/abc"));
}

static void a_star_or_dollar_that_is_meant_is_encoded(void **state) {
    (void)state;
    assert_true(matches("/a-%2A.html", "/a-*.html"));
    assert_false(matches("/a-%2A.html", "/a-x.html"));
    assert_true(matches("/a%24", "/a$"));
}

/* The examples of section 2.2.2. */
static void encoded_and_plain_octets_are_the_same(void **state) {
    (void)state;
    assert_true(matches("/foo/bar?baz=http://foo.bar", "/foo/bar?baz=http%3A%2F%2Ffoo.bar"));
    assert_true(matches("/foo/bar?baz=http%3a%2f%2ffoo.bar", "/foo/bar?baz=http://foo.bar"));
    assert_true(matches("/foo/bar/ツ", "/foo/bar/%E3%83%84"));
    assert_true(matches("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84"));
    assert_true(matches("/foo/bar/%62%61%7A", "/foo/bar/baz"));
    assert_false(matches("/a%2Fb", "/a/b")); /* another path */
}

static void lines_may_end_in_three_ways_and_begin_with_a_bom(void **state) {
    (void)state;
    assert_false(allows("\xEF\xBB\xBFUser-agent: *\rDisallow: /a\r", "/a"));
    assert_false(allows("User-agent: *\r\nDisallow: /a\r\n", "/a"));
    assert_false(allows("User-agent: *\nDisallow: /a", "/a"));
}

static void blanks_comments_and_case_do_not_matter(void **state) {
    (void)state;
    assert_false(allows("  USER-AGENT :*# all\n\n\t dISALLOW\t:\t/a \t# none\n", "/a"));
    assert_true(allows("User-agent: *\nDisallow: /a b # c\n", "/a"));
}

static void robots_txt_itself_is_always_allowed(void **state) {
    (void)state;
    assert_true(allows("User-agent: *\nDisallow: /\n", "/robots.txt"));
}

static void what_comes_after_500_kib_is_not_read(void **state) {
    (void)state;
    static const char head[] = "User-agent: *\nDisallow: /first\n#";
    static const char cut[] = "\nDisallow: /second\n";
    size_t n_bytes = ROBOTS_MAX_BYTES + 100;
    char *text = malloc(n_bytes);
    assert_non_null(text);
    memset(text, '#', n_bytes);
    memcpy(text, head, sizeof head - 1);
    /* The limit falls into the pattern: "Disallow: /" must not be what is left of it. */
    memcpy(text + ROBOTS_MAX_BYTES - 12, cut, sizeof cut - 1);
    assert_false(allows_bytes(text, n_bytes, "/first"));
    assert_true(allows_bytes(text, n_bytes, "/second"));
    assert_true(allows_bytes(text, n_bytes, "/else"));
    free(text);
}

static void hostile_wildcards_cost_little(void **state) {
    (void)state;
    struct buffer text = {0};
    struct buffer target = {0};
    buffer_append_string(&text, "User-agent: *\n");
    for (int i = 0; i < 100; i++) {
        buffer_append_string(&text, "Disallow: /");
        for (int j = 0; j < 1000; j++)
            buffer_append_string(&text, "a*");
        buffer_append_string(&text, "b$\n");
    }
    buffer_append_char(&target, '/');
    for (int i = 0; i < 8000; i++)
        buffer_append_char(&target, 'a');
    clock_t start = clock();
    assert_true(allows(buffer_string(&text), buffer_string(&target)));
    assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
    buffer_free(&text);
    buffer_free(&target);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rules_all_is_allowed),
        cmocka_unit_test(the_group_with_our_name_counts_and_no_other),
        cmocka_unit_test(a_name_is_matched_whole_and_without_its_version),
        cmocka_unit_test(groups_for_the_same_crawler_are_one),
        cmocka_unit_test(several_names_may_share_a_group),
        cmocka_unit_test(other_records_do_not_end_a_group),
        cmocka_unit_test(the_longest_match_decides),
        cmocka_unit_test(of_two_as_long_the_one_that_allows_wins),
        cmocka_unit_test(a_pattern_matches_the_beginning_of_a_path),
        cmocka_unit_test(a_star_stands_for_anything),
        cmocka_unit_test(a_dollar_at_the_end_is_the_end),
        cmocka_unit_test(a_star_or_dollar_that_is_meant_is_encoded),
        cmocka_unit_test(encoded_and_plain_octets_are_the_same),
        cmocka_unit_test(lines_may_end_in_three_ways_and_begin_with_a_bom),
        cmocka_unit_test(blanks_comments_and_case_do_not_matter),
        cmocka_unit_test(robots_txt_itself_is_always_allowed),
        cmocka_unit_test(what_comes_after_500_kib_is_not_read),
        cmocka_unit_test(hostile_wildcards_cost_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
