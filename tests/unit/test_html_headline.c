/* Which of a page's titles is that of its article, and what of it is the site's. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/document/readers.h"
#include "indexer/html/html_headline.h"

#define TEXT                                                                                       \
    "<p>The clinic moved its letters to a patient portal in spring, and fewer people miss a "      \
    "visit."

static void assert_title(const char *page, const char *title) {
    struct document document = {0};
    struct error error;
    assert_int_equal(html_read(page, strlen(page), NULL, true, &document, &error), STATUS_OK);
    assert_string_equal(document.title ? document.title : "", title);
    document_free(&document);
}

static void the_heading_that_stands_in_the_page_title_is_the_title(void **state) {
    (void)state;
    assert_title("<title>Health desk: Portals at work, revisited</title><h1>Health Center</h1>"
                 "<h1>Portals at Work</h1>" TEXT,
                 "Portals at Work");
}

static void the_name_of_a_section_is_no_title(void **state) {
    (void)state;
    assert_title("<title>Portals at work - The Example</title><h1>Press releases</h1>" TEXT,
                 "Portals at work");
}

static void a_heading_is_better_than_the_name_of_the_site(void **state) {
    (void)state;
    assert_title("<title>Example - Home</title><h1>Portals at work</h1>" TEXT, "Portals at work");
    assert_title("<h1>Portals at work</h1>" TEXT, "Portals at work");
}

static void the_site_is_cut_off_whoever_names_it(void **state) {
    (void)state;
    assert_title("<meta property=og:title content='Portals - at work | The Example'>"
                 "<meta property=og:site_name content='The example'>" TEXT,
                 "Portals - at work");
    assert_title("<meta property=og:title content='Portals at work – Example News'>"
                 "<link rel=canonical href='https://www.example-news.org/p'>" TEXT,
                 "Portals at work");
    assert_title("<meta property=og:title content='Portals at work - Something else'>"
                 "<h1>Portals at work</h1>" TEXT,
                 "Portals at work");
}

static void a_part_that_only_mentions_the_site_stays(void **state) {
    (void)state;
    assert_title(
        "<meta property=og:title content='Portals at work - how the Example clinic did it'>"
        "<meta property=og:site_name content=Example>" TEXT,
        "Portals at work - how the Example clinic did it");
}

int main(void) {
    xmlInitParser();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_heading_that_stands_in_the_page_title_is_the_title),
        cmocka_unit_test(the_name_of_a_section_is_no_title),
        cmocka_unit_test(a_heading_is_better_than_the_name_of_the_site),
        cmocka_unit_test(the_site_is_cut_off_whoever_names_it),
        cmocka_unit_test(a_part_that_only_mentions_the_site_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
