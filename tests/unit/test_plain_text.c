/* Plain text: paragraphs, their places, and the addresses in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/document/readers.h"
#include "tests/unit/document_outline.h"

static void expect(const char *source, const char *expected) {
    struct document document = {0};
    struct buffer out = {0};
    struct error error = {0};
    assert_int_equal(plain_text_read(source, strlen(source), &document, &error), STATUS_OK);
    assert_string_equal(outline(&document, &out), expected);
    if (document.text.size > 0)
        assert_true(runs_are_exact(&document, source, strlen(source)));
    assert_null(document.title);
    buffer_free(&out);
    document_free(&document);
}

static void blank_lines_separate_paragraphs(void **state) {
    (void)state;
    expect("Title\nsecond  line\n \t\r\nnext\r\nline\n\n\n\nlast",
           "p Title second line\np next line\np last\n");
    expect("", "");
    expect("\n \n", "");
}

static void markup_is_only_text(void **state) {
    (void)state;
    expect("# a *b* [c](/d) &amp; <b>e</b>", "p # a *b* [c](/d) &amp; <b>e</b>\n");
}

static void addresses_are_links(void **state) {
    (void)state;
    expect("at https://a.b/c?d=e#f and HTTP://g.h",
           "p at https://a.b/c?d=e#f and HTTP://g.h\n"
           "link [https://a.b/c?d=e#f] https://a.b/c?d=e#f at 3\n"
           "link [HTTP://g.h] HTTP://g.h at 27\n");
}

/* `text` holds the one link `url`, or none if it is NULL. */
static void expect_url(const char *text, const char *url) {
    struct document document = {0};
    assert_int_equal(plain_text_read(text, strlen(text), &document, NULL), STATUS_OK);
    assert_int_equal(document.n_links, url ? 1 : 0);
    if (url)
        assert_string_equal(document.links[0].url, url);
    document_free(&document);
}

static void punctuation_after_an_address_is_not_part_of_it(void **state) {
    (void)state;
    expect_url("See https://a.b/c.", "https://a.b/c");
    expect_url("(https://a.b/c)", "https://a.b/c");
    expect_url("(see https://a.b/c_(d)).", "https://a.b/c_(d)");
    expect_url("[https://a.b/c], ...", "https://a.b/c");
    expect_url("\"https://a.b/c\"?", "https://a.b/c");
    expect_url("<https://a.b/c>", "https://a.b/c");
    expect_url("\xE2\x80\x9Chttps://a.b/c!\xE2\x80\x9D", "https://a.b/c");
    expect_url("https://[::1]/c", "https://[::1]/c");
    expect_url("https://a.b/\xC3\xA9t\xC3\xA9", "https://a.b/\xC3\xA9t\xC3\xA9");
}

static void what_only_looks_like_an_address_is_none(void **state) {
    (void)state;
    expect_url("http:// https:/a.b xhttps://a.b ftp://a.b https://... ://a www.a.b", NULL);
}

static void many_brackets_and_colons_take_no_time(void **state) {
    (void)state;
    static const char *const units[] = {"https://", ")", "(", "https://a.b)", "://", "http:"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct buffer source = {0};
        buffer_append_string(&source, "https://a.b");
        for (size_t n = 0; n < 300000; n++)
            buffer_append_string(&source, units[i]);
        struct document document = {0};
        assert_int_equal(plain_text_read(source.data, source.size, &document, NULL), STATUS_OK);
        assert_int_equal(document.text.size, source.size);
        document_free(&document);
        buffer_free(&source);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blank_lines_separate_paragraphs),
        cmocka_unit_test(markup_is_only_text),
        cmocka_unit_test(addresses_are_links),
        cmocka_unit_test(punctuation_after_an_address_is_not_part_of_it),
        cmocka_unit_test(what_only_looks_like_an_address_is_none),
        cmocka_unit_test(many_brackets_and_colons_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
