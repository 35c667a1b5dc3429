/* What the entries of a list of sources are called, in the shapes that people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/markdown_citations.h"

/* An article that cites a, b and c as [1], [2] and [3], with this list of sources. */
static void assert_labels(const char *sources, const char *a, const char *b, const char *c) {
    struct buffer markdown = {0};
    struct buffer expected = {0};
    const char *const labels[] = {a, b, c};
    buffer_append_string(&markdown, "Soap helps [1](http://a.org). Masks help [2](http://b.org). "
                                    "Tests help [3](http://c.org).\n\n## Sources\n\n");
    buffer_append_string(&markdown, sources);
    for (size_t i = 0; i < 3; i++)
        buffer_append_format(&expected, "%s <http://%c.org> %s help%s %zu.\n", labels[i],
                             (char)('a' + i),
                             i == 0   ? "Soap"
                             : i == 1 ? "Masks"
                                      : "Tests",
                             i == 0 ? "s" : "", i + 1);
    assert_citations(buffer_string(&markdown), buffer_string(&expected), NULL);
    buffer_free(&markdown);
    buffer_free(&expected);
}

static void entries_on_adjacent_lines_keep_their_names(void **state) {
    (void)state;
    assert_labels("Alpha Institute: http://a.org\n"
                  "Beta Board: http://b.org\n"
                  "Gamma - <http://c.org>\n",
                  "Alpha Institute", "Beta Board", "Gamma");
    assert_labels("Alpha Institute: http://a.org  \n"
                  "Beta Board: http://b.org\\\n"
                  "Gamma http://c.org\n",
                  "Alpha Institute", "Beta Board", "Gamma");
    assert_labels("[1] Alpha. http://a.org\n"
                  "[2] Beta. http://b.org\n"
                  "[3] Gamma. http://c.org\n",
                  "Alpha", "Beta", "Gamma");
}

static void entries_may_begin_with_their_links(void **state) {
    (void)state;
    assert_labels("http://a.org - Alpha Institute\n"
                  "http://b.org \xE2\x80\x93 Beta Board\n"
                  "http://c.org (Gamma, 2020)\n",
                  "Alpha Institute", "Beta Board", "Gamma, 2020");
    assert_labels("[1](http://a.org) Alpha\n[2](http://b.org) Beta\n[3](http://c.org) Gamma\n",
                  "Alpha", "Beta", "Gamma");
    assert_labels("1. http://a.org Alpha\n2. http://b.org Beta\n3. <http://c.org>: Gamma\n",
                  "Alpha", "Beta", "Gamma");
}

static void a_link_may_have_its_own_line(void **state) {
    (void)state;
    assert_labels("Alpha\nhttp://a.org\nBeta\nhttp://b.org\nGamma\nhttp://c.org\n", "Alpha", "Beta",
                  "Gamma");
    assert_labels("http://a.org\nAlpha\nhttp://b.org\nBeta\nhttp://c.org\nGamma\n", "Alpha", "Beta",
                  "Gamma");
    assert_labels("Alpha that is\nwrapped. http://a.org\nBeta. http://b.org. Accessed 3 May\n"
                  "Gamma, also\nwrapped. http://c.org\n",
                  "Alpha that is wrapped", "Beta", "Gamma, also wrapped");
}

static void entries_may_share_a_line(void **state) {
    (void)state;
    assert_labels("Alpha: http://a.org, Beta: http://b.org; Gamma (http://c.org).\n", "Alpha",
                  "Beta", "Gamma");
    assert_labels("http://a.org (Alpha), http://b.org (Beta), http://c.org (Gamma)\n", "Alpha",
                  "Beta", "Gamma");
}

static void a_linked_title_is_the_name(void **state) {
    (void)state;
    assert_labels("- [Alpha](http://a.org), Publisher, 2020\n"
                  "- [Beta](http://b.org) accessed in May\n"
                  "- Gamma. [Link](http://c.org)\n",
                  "Alpha", "Beta", "Gamma");
}

static void words_that_lead_to_an_address_are_no_name(void **state) {
    (void)state;
    assert_labels("- Alpha. Available at: http://a.org (2020)\n"
                  "- \xE2\x80\x9C"
                  "Beta\xE2\x80\x9D, Press. Retrieved from http://b.org\n"
                  "- http://c.org. Accessed 3 May 2024\n",
                  "Alpha", "Beta\xE2\x80\x9D, Press", "3");
}

static void another_address_of_a_source_has_its_name(void **state) {
    (void)state;
    assert_labels("- Alpha. http://a.org http://b.org\n- Gamma. [doi](http://c.org)\n", "Alpha",
                  "Alpha", "Gamma");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_on_adjacent_lines_keep_their_names),
        cmocka_unit_test(entries_may_begin_with_their_links),
        cmocka_unit_test(a_link_may_have_its_own_line),
        cmocka_unit_test(entries_may_share_a_line),
        cmocka_unit_test(a_linked_title_is_the_name),
        cmocka_unit_test(words_that_lead_to_an_address_are_no_name),
        cmocka_unit_test(another_address_of_a_source_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
