/* The author and the date that a page shows. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/document/readers.h"
#include "indexer/html/html_byline.h"

#define TEXT                                                                                       \
    "<p>The clinic moved its letters to a patient portal in spring, and fewer people miss a "      \
    "visit."

static void assert_shown(const char *page, const char *author, const char *published) {
    struct document document = {0};
    struct error error;
    assert_int_equal(html_read(page, strlen(page), NULL, true, &document, &error), STATUS_OK);
    assert_string_equal(document.author ? document.author : "", author);
    assert_string_equal(document.published ? document.published : "", published);
    document_free(&document);
}

static void assert_cleaned(const char *name, const char *expected) {
    char text[100];
    strcpy(text, name);
    const char *cleaned = html_byline_clean(text);
    assert_string_equal(cleaned ? cleaned : "", expected);
}

static void a_name_has_no_label_and_no_date(void **state) {
    (void)state;
    assert_cleaned("By Ada Low", "Ada Low");
    assert_cleaned("Written by: Ada Low | Health desk", "Ada Low");
    assert_cleaned("Posted by Ada Low on 3 May 2025", "Ada Low");
    assert_cleaned("Ada Low • 8h", "Ada Low");
    assert_cleaned("Byron Low", "Byron Low");
    assert_cleaned("by ", "");
    assert_cleaned("", "");
    assert_null(html_byline_clean(NULL));
}

static void the_surest_mark_of_an_author_counts(void **state) {
    (void)state;
    assert_shown("<h1>Portals</h1><a href='/author/cy-ek/'>Cy Ek</a>" TEXT, "Cy Ek", "");
    assert_shown(
        "<h1>Portals</h1><a href='/author/cy-ek/'>Cy Ek</a><p class=entry-author>Bo Ek</p>" TEXT,
        "Bo Ek", "");
    assert_shown("<h1>Portals</h1><p class=entry-author>Bo Ek</p><div itemprop=author>"
                 "<span itemprop=name>Ada Low</span><span>, editor</span></div>" TEXT,
                 "Ada Low", "");
}

static void who_comments_is_no_author(void **state) {
    (void)state;
    assert_shown("<h1>Portals</h1>" TEXT "<cite class='comment-author'>Cy Ek</cite>", "", "");
    assert_shown("<h1>Portals</h1>" TEXT "<cite class=author>Cy Ek says:</cite>", "", "");
}

static void a_date_is_read_where_it_is_marked_or_named(void **state) {
    (void)state;
    assert_shown("<h1>Portals</h1><meta itemprop=datePublished content=2025-03-14>" TEXT, "",
                 "2025-03-14");
    assert_shown("<h1>Portals</h1><span class=post-date>Published on March 14, 2025</span>" TEXT,
                 "", "2025-03-14");
    assert_shown("<h1>Portals</h1><time>14 March 2025</time>" TEXT, "", "2025-03-14");
    assert_shown(
        "<h1>Portals</h1><abbr class=published title='2025-03-14T09:00'>Friday</abbr>" TEXT, "",
        "2025-03-14T09:00");
    assert_shown(
        "<h1>Portals</h1><div class=social><time datetime=2025-03-14>Friday</time></div>" TEXT, "",
        "2025-03-14");
}

static void a_change_or_a_month_is_no_date_of_publication(void **state) {
    (void)state;
    assert_shown("<h1>Portals</h1><span class=date>Updated March 14, 2025</span>" TEXT, "", "");
    assert_shown("<h1>Portals</h1><p class=review-date>Last reviewed: 14 March 2025</p>" TEXT, "",
                 "");
    assert_shown("<h1>Portals</h1><span class=date>March 2025</span>" TEXT, "", "");
}

int main(void) {
    xmlInitParser();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_no_label_and_no_date),
        cmocka_unit_test(the_surest_mark_of_an_author_counts),
        cmocka_unit_test(who_comments_is_no_author),
        cmocka_unit_test(a_date_is_read_where_it_is_marked_or_named),
        cmocka_unit_test(a_change_or_a_month_is_no_date_of_publication),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
