/* Where in its file the text of a web page stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/document/readers.h"

#define WORDS                                                                                      \
    "The clinic moved its appointment letters to a patient portal in spring, and staff report "    \
    "that fewer people miss a visit, although older patients went on calling the front desk for "  \
    "most changes; the telephone line stays open while the portal is being introduced to all."

static struct document document;
static struct buffer page;

static int tear_down(void **state) {
    (void)state;
    document_free(&document);
    buffer_free(&page);
    return 0;
}

static void read_bytes(const char *bytes, size_t n_bytes, const char *charset) {
    struct error error;
    document = (struct document){0};
    buffer_append(&page, bytes, n_bytes);
    assert_int_equal(html_read(buffer_string(&page), page.size, charset, true, &document, &error),
                     STATUS_OK);
}

static void read_page(const char *text) {
    read_bytes(text, strlen(text), NULL);
}

/* Text that the file has as it is, and how much of it. */
static size_t checked_bytes(void) {
    size_t n_bytes = 0;
    for (size_t i = 0; i < document.n_runs; i++) {
        const struct source_run *run = &document.runs[i];
        assert_true(run->source + run->n_bytes <= page.size);
        assert_memory_equal(document.text.data + run->text, page.data + run->source, run->n_bytes);
        n_bytes += run->n_bytes;
    }
    return n_bytes;
}

/* The place of the first `words` of the text is that of their last occurrence in the file. */
static void expect_place(const char *words) {
    const char *in_text = strstr(buffer_string(&document.text), words);
    assert_non_null(in_text);
    const char *found = NULL;
    for (const char *at = page.data;
         (at = memmem(at, page.size - (size_t)(at - page.data), words, strlen(words))); at++)
        found = at;
    assert_non_null(found);
    size_t offset = (size_t)(in_text - document.text.data);
    assert_int_equal(document_source_offset(&document, offset), found - page.data);
}

static void text_has_its_bytes_in_the_file(void **state) {
    (void)state;
    read_page("<html><head><title>patient portal</title></head><body><p class=\"patient portal\">\n"
              "  " WORDS "\n<p>A second <em>paragraph</em> that\nhas two lines.</p></body></html>");
    expect_place("The clinic");
    expect_place("introduced to all.");
    expect_place("paragraph");
    expect_place("two lines.");
    assert_true(checked_bytes() + 8 >=
                document.text.size); /* what parts blocks, and the line end */
}

static void entities_comments_and_stray_tags_part_runs_only(void **state) {
    (void)state;
    read_page("<p>&Eacute;tienne &amp; sons &lt;here&gt; &#38; AT&T&nbsp;too &copy 2025 &unknown; "
              "Uno<!-- <p>not this --> dos</b> tres</font> cuatro</p><p>" WORDS);
    expect_place("tienne");
    expect_place("sons");
    expect_place("here");
    expect_place("AT");
    expect_place("too");
    expect_place("2025");
    expect_place("unknown");
    expect_place("Uno");
    expect_place("dos");
    expect_place("tres");
    expect_place("cuatro");
    expect_place("The clinic");
    checked_bytes();
}

static void long_texts_that_come_in_pieces_have_their_places(void **state) {
    (void)state;
    struct buffer text = {0};
    buffer_append_string(&text, "<p>");
    for (int i = 0; i < 500; i++)
        buffer_append_format(&text, "Word%d \xc3\xa9tait &eacute; " WORDS "\r\n", i);
    read_page(buffer_string(&text));
    buffer_free(&text);
    expect_place("Word0 ");
    expect_place("Word99 ");
    expect_place("Word499 ");
    assert_true(checked_bytes() > page.size * 9 / 10);
}

static void a_link_begins_with_its_tag(void **state) {
    (void)state;
    read_page("<p>" WORDS " A <a title='a > b'\n href=\"http://a.example/\">study</a> says <A "
              "HREF=http://b.example/>so</A>.</p>");
    assert_int_equal(document.n_links, 2);
    assert_ptr_equal(page.data + document.links[0].source, strstr(page.data, "<a title"));
    assert_ptr_equal(page.data + document.links[1].source, strstr(page.data, "<A HREF"));
}

static void a_byte_order_mark_counts(void **state) {
    (void)state;
    read_page("\xef\xbb\xbf<p>" WORDS);
    expect_place("The clinic");
    checked_bytes();
}

static void other_encodings_have_their_places_too(void **state) {
    (void)state;
    read_bytes("<p>caf\xe9 XX\xefve\n<p>" WORDS "\n<p>d\xe9j\xe0 vu",
               strlen("<p>caf\xe9 XX\xefve\n<p>" WORDS "\n<p>d\xe9j\xe0 vu"), "iso-8859-1");
    expect_place("caf");
    expect_place("XX");
    expect_place("The clinic");
    expect_place(" vu");
}

static void in_utf_16_the_line_is_right(void **state) {
    (void)state;
    static const char text[] = "<p>first\n<p>" WORDS "\n<p>last";
    char wide[2 * sizeof text] = "\xff\xfe";
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        wide[2 + 2 * i] = text[i];
        wide[3 + 2 * i] = 0;
    }
    read_bytes(wide, 2 * sizeof text, NULL);
    size_t at = (size_t)(strstr(buffer_string(&document.text), "last") - document.text.data);
    assert_int_equal(document_source_offset(&document, at), 2 + 2 * (strlen(text) - 4));
    for (size_t i = 0; i < document.n_runs; i++)
        assert_true(document.runs[i].source + document.runs[i].n_bytes <= page.size);
}

static void without_the_wish_there_are_none(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(html_read("<p>" WORDS, strlen("<p>" WORDS), NULL, false, &document, &error),
                     STATUS_OK);
    assert_int_equal(document.n_runs, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(text_has_its_bytes_in_the_file),
        TEST(entities_comments_and_stray_tags_part_runs_only),
        TEST(long_texts_that_come_in_pieces_have_their_places),
        TEST(a_link_begins_with_its_tag),
        TEST(a_byte_order_mark_counts),
        TEST(other_encodings_have_their_places_too),
        TEST(in_utf_16_the_line_is_right),
        TEST(without_the_wish_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
