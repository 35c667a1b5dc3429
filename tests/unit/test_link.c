/* Links that open a page at a passage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/hits/link.h"

static void assert_link(const char *url, const char *text, const char *expected) {
    struct arena arena = {0};
    assert_string_equal(link_to_passage(&arena, url, text), expected);
    arena_free(&arena);
}

static void a_short_text_is_quoted_whole(void **state) {
    (void)state;
    assert_link("https://a.org/b", "Pumps help.", "https://a.org/b#:~:text=Pumps%20help.");
    assert_link("https://a.org/b", "one two three four five six",
                "https://a.org/b#:~:text=one%20two%20three%20four%20five%20six");
}

static void a_longer_text_is_given_by_its_first_and_last_words(void **state) {
    (void)state;
    assert_link("https://a.org/", "one two three four five six seven eight nine ten eleven",
                "https://a.org/#:~:text=one%20two%20three%20four%20five,"
                "seven%20eight%20nine%20ten%20eleven");
}

static void only_the_first_paragraph_counts(void **state) {
    (void)state;
    assert_link("https://a.org/", "First item\nsecond item\n\nmore",
                "https://a.org/#:~:text=First%20item");
}

static void what_the_directive_means_otherwise_is_encoded(void **state) {
    (void)state;
    assert_link("https://a.org/", "a-b, c & d", "https://a.org/#:~:text=a%2Db%2C%20c%20%26%20d");
    assert_link("https://a.org/", "na\xC3\xAFve \"100%\"",
                "https://a.org/#:~:text=na%C3%AFve%20%22100%25%22");
}

static void a_fragment_of_the_url_is_kept(void **state) {
    (void)state;
    assert_link("https://a.org/b#part", "Pumps", "https://a.org/b#part:~:text=Pumps");
}

static void a_page_of_a_pdf_is_named_instead_of_a_fragment(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_string_equal(link_to_page(&arena, "https://a.example/p.pdf", 12),
                        "https://a.example/p.pdf#page=12");
    assert_string_equal(link_to_page(&arena, "https://a.example/p.pdf#toc", 1),
                        "https://a.example/p.pdf#page=1");
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_of_a_pdf_is_named_instead_of_a_fragment),
        cmocka_unit_test(a_short_text_is_quoted_whole),
        cmocka_unit_test(a_longer_text_is_given_by_its_first_and_last_words),
        cmocka_unit_test(only_the_first_paragraph_counts),
        cmocka_unit_test(what_the_directive_means_otherwise_is_encoded),
        cmocka_unit_test(a_fragment_of_the_url_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
