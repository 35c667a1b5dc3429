/* Documents as readers build them: white space, blocks, links and places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/document/document.h"

static void append(struct document *document, const char *text, size_t source) {
    document_append(document, text, strlen(text), source);
}

/* A document of one paragraph with the text of up to three calls. */
static void expect_paragraph(const char *const pieces[3], const char *text) {
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    for (size_t i = 0; i < 3 && pieces[i]; i++)
        append(&document, pieces[i], NO_SOURCE);
    document_close_block(&document);
    assert_string_equal(buffer_string(&document.text), text);
    document_free(&document);
}

static void white_space_is_one_space_across_calls(void **state) {
    (void)state;
    expect_paragraph((const char *const[3]){"  a \t", "\r\n b", "c  \n"}, "a bc");
    expect_paragraph((const char *const[3]){"a", " ", "b"}, "a b");
    expect_paragraph((const char *const[3]){" ", "\n"}, "");
    expect_paragraph((const char *const[3]){"a b  c\fd\ve"}, "a b c d e");
}

static void a_nul_never_reaches_the_text(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    document_append(&document, "a\0b", 3, 0);
    document_open_block(&document, BLOCK_CODE, 0);
    document_append(&document, "c\0d", 3, 3);
    document_close_block(&document);
    assert_string_equal(document.text.data, "a b\n\ncd");
    document_free(&document);
}

static void code_keeps_its_white_space_but_no_carriage_return(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_CODE, 0);
    append(&document, "a  b\r\n\tc\rd\n\n", 10);
    document_close_block(&document);
    assert_string_equal(document.text.data, "a  b\n\tc\nd");
    assert_int_equal(document_source_offset(&document, 5), 16);
    document_free(&document);
}

static void list_items_and_rows_are_a_line_each(void **state) {
    (void)state;
    static const enum block_kind kinds[] = {BLOCK_PARAGRAPH, BLOCK_ITEM, BLOCK_ITEM, BLOCK_ROW,
                                            BLOCK_ROW,       BLOCK_CODE, BLOCK_CODE};
    struct document document = {0};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        document_open_block(&document, kinds[i], 0);
        append(&document, "x", NO_SOURCE);
    }
    document_close_block(&document);
    assert_string_equal(document.text.data, "x\n\nx\nx\n\nx\nx\n\nx\n\nx");
    document_free(&document);
}

static void an_empty_block_leaves_nothing_behind(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "a", 0);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    size_t link = document_open_link(&document, "https://a.b", NULL, 1);
    append(&document, " \n", 2);
    document_close_link(&document, link);
    document_close_block(&document);
    assert_int_equal(document.n_blocks, 1);
    assert_int_equal(document.n_links, 0);
    assert_string_equal(document.text.data, "a");
    append(&document, "lost", 5);
    assert_int_equal(document.text.size, 1);
    document_free(&document);
}

static void a_label_has_no_space_at_its_ends(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "a ", 0);
    size_t link = document_open_link(&document, "https://a.b", "title", 2);
    append(&document, " b ", 3);
    document_close_link(&document, link);
    link = document_open_link(&document, "https://c.d", NULL, 9);
    document_close_link(&document, link);
    append(&document, " e", 12);
    document_close_block(&document);
    assert_string_equal(document.text.data, "a b e");
    assert_int_equal(document.links[0].start, 2);
    assert_int_equal(document.links[0].end, 3);
    assert_string_equal(document.links[0].title, "title");
    assert_int_equal(document.links[1].start, document.links[1].end);
    document_free(&document);
}

static void the_outer_of_two_links_ends_with_its_block_too(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    size_t outer = document_open_link(&document, "https://a.b", NULL, 0);
    append(&document, "a", NO_SOURCE);
    size_t inner = document_open_link(&document, "https://c.d", NULL, 0);
    append(&document, "b", NO_SOURCE);
    document_close_link(&document, inner);
    append(&document, " ", NO_SOURCE);
    size_t last = document_open_link(&document, "https://e.f", NULL, 0);
    document_close_link(&document, last);
    document_close_link(&document, outer);
    document_close_block(&document);
    assert_string_equal(document.text.data, "ab");
    for (size_t i = 0; i < document.n_links; i++)
        assert_true(document.links[i].end <= document.blocks[0].end);
    document_free(&document);
}

static void places_follow_what_was_dropped(void **state) {
    (void)state;
    static const char source[] = "ab  cd **ef** &amp; g";
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    document_append(&document, source, 7, 0);
    document_append(&document, source + 9, 2, 9);
    document_append(&document, source + 13, 1, 13);
    append(&document, "&", NO_SOURCE);
    document_append(&document, source + 19, 2, 19);
    document_close_block(&document);
    assert_string_equal(document.text.data, "ab cd ef & g");
    for (size_t i = 0; i < document.n_runs; i++) {
        const struct source_run *run = &document.runs[i];
        assert_memory_equal(document.text.data + run->text, source + run->source, run->n_bytes);
    }
    static const struct {
        size_t text, source;
    } places[] = {{0, 0}, {1, 1}, {3, 4}, {6, 9}, {7, 10}, {8, 11}, {11, 20}, {12, 21}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_int_equal(document_source_offset(&document, places[i].text), places[i].source);
    document_free(&document);
}

static void neighbouring_pieces_of_a_source_are_one_run(void **state) {
    (void)state;
    struct document document = {0};
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "one two", 10);
    append(&document, " three", 17);
    document_close_block(&document);
    assert_int_equal(document.n_runs, 1);
    assert_int_equal(document.runs[0].source, 10);
    assert_int_equal(document.runs[0].n_bytes, strlen("one two three"));
    document_free(&document);
}

static void strings_are_trimmed_or_missing(void **state) {
    (void)state;
    struct document document = {0};
    assert_string_equal(document_string(&document, " a \n b ", 7), "a b");
    assert_null(document_string(&document, " \t", 2));
    assert_null(document_string(&document, NULL, 0));
    document_free(&document);
}

static void a_page_begins_before_or_in_a_block(void **state) {
    (void)state;
    struct document document = {0};
    assert_int_equal(document_page(&document, 0), 0);
    document_begin_page(&document);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "one ", NO_SOURCE);
    document_begin_page(&document);
    append(&document, "two", NO_SOURCE);
    document_close_block(&document);
    document_begin_page(&document); /* is empty */
    document_begin_page(&document);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "four", NO_SOURCE);
    document_close_block(&document);
    assert_string_equal(buffer_string(&document.text), "one two\n\nfour");
    assert_int_equal(document_page(&document, 0), 1);
    assert_int_equal(document_page(&document, 2), 1);
    assert_int_equal(document_page(&document, 4), 2);
    assert_int_equal(document_page(&document, document.blocks[1].start), 4);
    assert_int_equal(document_page(&document, document.text.size), 4);
    document_free(&document);
}

static void a_page_that_begins_in_an_empty_block_begins_where_that_was(void **state) {
    (void)state;
    struct document document = {0};
    document_begin_page(&document);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    append(&document, "one", NO_SOURCE);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    document_begin_page(&document);
    append(&document, " ", NO_SOURCE);
    document_close_block(&document);
    document_begin_page(&document);
    assert_int_equal(document.pages[1], 3);
    assert_int_equal(document.pages[2], 3);
    document_free(&document);
}

static void only_http_and_https_are_web_urls(void **state) {
    (void)state;
    assert_true(document_is_web_url("https://a"));
    assert_true(document_is_web_url("HTTP://a"));
    assert_false(document_is_web_url("https://"));
    assert_false(document_is_web_url("http:/a"));
    assert_false(document_is_web_url("mailto:a@b.c"));
    assert_false(document_is_web_url("//a.b"));
    assert_false(document_is_web_url(""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_is_one_space_across_calls),
        cmocka_unit_test(a_nul_never_reaches_the_text),
        cmocka_unit_test(code_keeps_its_white_space_but_no_carriage_return),
        cmocka_unit_test(list_items_and_rows_are_a_line_each),
        cmocka_unit_test(an_empty_block_leaves_nothing_behind),
        cmocka_unit_test(a_label_has_no_space_at_its_ends),
        cmocka_unit_test(the_outer_of_two_links_ends_with_its_block_too),
        cmocka_unit_test(places_follow_what_was_dropped),
        cmocka_unit_test(neighbouring_pieces_of_a_source_are_one_run),
        cmocka_unit_test(strings_are_trimmed_or_missing),
        cmocka_unit_test(a_page_begins_before_or_in_a_block),
        cmocka_unit_test(a_page_that_begins_in_an_empty_block_begins_where_that_was),
        cmocka_unit_test(only_http_and_https_are_web_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
