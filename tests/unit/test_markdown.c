/* The Markdown reader: what the blocks, links and places of an article are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/document/readers.h"
#include "tests/unit/document_outline.h"

static void read_bytes(const char *source, size_t n_bytes, struct document *document) {
    struct error error = {0};
    assert_int_equal(markdown_read(source, n_bytes, document, &error), STATUS_OK);
    if (document->n_runs > 0)
        assert_true(runs_are_exact(document, source, n_bytes));
}

static void expect(const char *source, const char *expected) {
    struct document document = {0};
    struct buffer out = {0};
    read_bytes(source, strlen(source), &document);
    assert_string_equal(outline(&document, &out), expected);
    assert_int_equal(document.n_problems, 0);
    buffer_free(&out);
    document_free(&document);
}

static void headings_have_levels_and_paragraphs_one_line(void **state) {
    (void)state;
    expect("# One\n\nfirst line\nsecond *line*\n\nTwo\n---\n\n### Three ###\n",
           "h1 One\np first line second line\nh2 Two\nh3 Three\n");
}

static void each_item_is_a_block_of_its_own(void **state) {
    (void)state;
    expect("- a\n  - nested\n- [x] task\n\n1. one\n\n   more of one\n2. two\n",
           "item a\nitem nested\nitem task\nitem one\nitem more of one\nitem two\n");
}

static void text_after_a_nested_block_is_still_in_its_item(void **state) {
    (void)state;
    expect("- a\n  # head\n  c\n\nafter\n", "item a\nh1 head\nitem c\np after\n");
}

static void quotations_are_paragraphs(void **state) {
    (void)state;
    expect("> one\n> two\n>\n> > inner\n", "p one two\np inner\n");
}

static void cells_of_a_row_are_joined(void **state) {
    (void)state;
    expect("| drug | dose |\n|---|---|\n| a \\| b | 5 mg |\n|  | x |\n| y | |\n| | |\n",
           "row drug | dose\nrow a | b | 5 mg\nrow | x\nrow y\n");
}

static void code_keeps_its_lines_and_spaces(void **state) {
    (void)state;
    expect("```c\nint x;\n\n  x++;\n```\n\n    indented\n      more\n",
           "code int x;\n\n  x++;\ncode indented\n  more\n");
}

static void inline_links_begin_at_their_bracket(void **state) {
    (void)state;
    expect("See [the **report**](https://who.int/r \"A &amp; B\"), [*x*](https://x.y) "
           "[`c`](https://c.d) [\\*](https://e.f)",
           "p See the report, x c *\nlink [the report] https://who.int/r \"A & B\" at 4\n"
           "link [x] https://x.y at 53\nlink [c] https://c.d at 72\nlink [*] https://e.f at 91\n");
}

static void references_beside_each_other_are_two_links(void **state) {
    (void)state;
    expect("So [1][2].\n\n[1]: https://a.org\n[2]: https://b.org\n",
           "p So 1 2.\nlink [1] https://a.org at 3\nlink [2] https://b.org at 6\n");
}

static void reference_links_have_the_url_of_their_definition(void **state) {
    (void)state;
    expect("[a][r], [r][] and [r]\n\n[r]: https://r.example/?a=1&amp;b 'Title'\n",
           "p a, r and r\nlink [a] https://r.example/?a=1&b \"Title\" at 0\n"
           "link [r] https://r.example/?a=1&b \"Title\" at 8\n"
           "link [r] https://r.example/?a=1&b \"Title\" at 18\n");
}

static void autolinks_and_bare_urls_are_links(void **state) {
    (void)state;
    expect("<https://a.b/c> (https://d.ef/g), www.h.ij.",
           "p https://a.b/c (https://d.ef/g), www.h.ij.\nlink [https://a.b/c] https://a.b/c at 0\n"
           "link [https://d.ef/g] https://d.ef/g at 17\nlink [www.h.ij] http://www.h.ij at 34\n");
}

static void only_web_links_count(void **state) {
    (void)state;
    expect("[a](/a) [b](mailto:b@c.d) [e](ftp://e.f) [g](javascript:g) ![h](https://h.i/j.png)",
           "p a b e g h\n");
}

static void a_linked_image_is_labelled_by_its_alternative_text(void **state) {
    (void)state;
    expect("x [![alt *text*](i.png)](https://a.b) [![](i.png)](https://c.d)",
           "p x alt text\nlink [alt text] https://a.b at 2\nlink [] https://c.d at 38\n");
}

static void a_link_without_label_still_counts(void **state) {
    (void)state;
    expect("before [](https://a.b) after\n\n[](https://c.d)\n",
           "p before after\np https://c.d\nlink [] https://a.b at 7\n"
           "link [https://c.d] https://c.d at 30\n");
}

static void links_in_headings_and_over_two_lines_count(void **state) {
    (void)state;
    expect("## [Head](https://a.b)\n\n> [two\n> lines](https://c.d)\n",
           "h2 Head\np two lines\nlink [Head] https://a.b at 3\n"
           "link [two lines] https://c.d at 26\n");
}

static void malformed_links_are_text(void **state) {
    (void)state;
    expect("[a](https://b c) [d](https://e [f] ![g", "p [a](https://b c) [d](https://e [f] ![g\n");
}

static void entities_are_decoded(void **state) {
    (void)state;
    expect("&copy; &#8217; &#x2019; &amp;lt; &bogus; &#0;",
           "p \xC2\xA9 \xE2\x80\x99 \xE2\x80\x99 &lt; &bogus; \xEF\xBF\xBD\n");
}

static void raw_html_loses_its_tags(void **state) {
    (void)state;
    expect("<div align=\"center\">\n<h2>Head</h2>\none <b>two</b><br>three &amp; four\n"
           "<!-- not\nthis --><p>five</p><p>six</p>\n"
           "<script>if (a<b) \"</p>\"</script><style>p {}</style>\n<ul><li>a<li>b</ul>\n</div>\n",
           "h2 Head\np one two three & four\np five\np six\nitem a\nitem b\n");
}

static void inline_html_leaves_its_text(void **state) {
    (void)state;
    expect("a <span class=\"x\">b</span><br/>c <script>evil()</script>d <!-- e --> f",
           "p a b c d f\n");
}

static void links_of_raw_html_count(void **state) {
    (void)state;
    expect("<p><a class=b href='https://a.b?c=1&amp;d' title=t>label <i>x</i></a></p>\n\n"
           "in <a href=https://e.f>line **g**</a> <a href=\"/h\">no</a>\n\n"
           "<a href=\"https://i.j\"><img src=\"k\" alt=\"icon\"></a>\n",
           "p label x\np in line g no\np icon\n"
           "link [label x] https://a.b?c=1&d \"t\" at 3\nlink [line g] https://e.f at 78\n"
           "link [icon] https://i.j at 134\n");
}

static void an_unclosed_tag_ends_with_its_block(void **state) {
    (void)state;
    expect("<div class=\"\nlost\n\nkept\n", "p kept\n");
}

static void the_title_is_the_first_heading_of_level_1(void **state) {
    (void)state;
    const struct {
        const char *source, *title;
    } cases[] = {{"## Sub\n\n# *Main*\n\n# Other\n", "Main"},
                 {"Main\n====\n", "Main"},
                 {"---\ntitle: Front\n---\n# Main\n", "Front"},
                 {"<h1>Raw</h1>\n", "Raw"},
                 {"## Sub\n", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct document document = {0};
        read_bytes(cases[i].source, strlen(cases[i].source), &document);
        if (cases[i].title)
            assert_string_equal(document.title, cases[i].title);
        else
            assert_null(document.title);
        document_free(&document);
    }
}

static void places_count_from_the_start_of_the_file(void **state) {
    (void)state;
    expect("\xEF\xBB\xBF---\ntitle: T\n---\n\n[a](https://b.c)\n",
           "p a\nlink [a] https://b.c at 21\n");
}

static void windows_line_ends_change_nothing_but_places(void **state) {
    (void)state;
    expect("---\r\ntitle: T\r\n---\r\n# A\r\n\r\nb\r\nc\r\n\r\n```\r\nx\r\n\r\ny\r\n```\r\n",
           "h1 A\np b c\ncode x\n\ny\n");
}

static void a_damaged_byte_moves_no_place_after_it(void **state) {
    (void)state;
    static const char source[] = "caf\xE9 \x93quoted\x94 \0 [a](https://b.c) end";
    struct document document = {0};
    struct buffer out = {0};
    read_bytes(source, sizeof source - 1, &document);
    assert_string_equal(outline(&document, &out),
                        "p caf\xC3\xA9 \xE2\x80\x9Cquoted\xE2\x80\x9D \xEF\xBF\xBD a end\n"
                        "link [a] https://b.c at 16\n");
    size_t end = document.text.size;
    assert_int_equal(document_source_offset(&document, end), sizeof source - 1);
    assert_int_equal(document.n_problems, 2);
    buffer_free(&out);
    document_free(&document);
}

static void places_in_the_corpus_are_exact(void **state) {
    (void)state;
    glob_t files = {0};
    assert_int_equal(glob("corpus/*.md", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        static char source[1 << 20];
        FILE *file = fopen(files.gl_pathv[i], "rb");
        assert_non_null(file);
        size_t n_bytes = fread(source, 1, sizeof source, file);
        fclose(file);
        struct document document = {0};
        read_bytes(source, n_bytes, &document);
        assert_true(document.n_links > 0);
        for (size_t k = 0; k < document.n_links; k++)
            assert_int_equal(source[document.links[k].source], '[');
        document_free(&document);
    }
    globfree(&files);
}

/* `n` times `unit`, and `end`. */
static char *repeat(const char *unit, size_t n, const char *end) {
    struct buffer buffer = {0};
    for (size_t i = 0; i < n; i++)
        buffer_append_string(&buffer, unit);
    buffer_append_string(&buffer, end);
    assert_false(buffer.failed);
    return buffer.data;
}

static void deep_nesting_is_only_text(void **state) {
    (void)state;
    static const char *const units[] = {">",     "> - ", "- ",   "1. ", "[",  "![", "*a ",
                                        "<div>", "[a](", "<!--", "`",   "a|", "&",  "\\"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        char *source = repeat(units[i], 100000, "end");
        struct document document = {0};
        struct error error = {0};
        assert_int_equal(markdown_read(source, strlen(source), &document, &error), STATUS_OK);
        document_free(&document);
        free(source);
    }
}

/* What would cost time or memory in the square of the file's size is read as plain text. */
static void expect_refusal(char *source, const char *reason) {
    struct document document = {0};
    read_bytes(source, strlen(source), &document);
    assert_int_equal(document.n_problems, 1);
    assert_non_null(strstr(document.problems[0].text, reason));
    assert_true(document.text.size <= strlen(source));
    assert_true(document.text.size > strlen(source) / 2);
    document_free(&document);
    free(source);
}

static void a_table_of_empty_cells_does_not_explode(void **state) {
    (void)state;
    char *header = repeat("|a", 10000, "\n");
    char *line = repeat("|---", 10000, "\n");
    char *rows = repeat("|b\n", 10000, "");
    struct buffer source = {0};
    buffer_append_string(&source, header);
    buffer_append_string(&source, line);
    buffer_append_string(&source, rows);
    free(header);
    free(line);
    free(rows);
    expect_refusal(source.data, "more cells than the file has bytes");
}

static void one_long_url_used_often_does_not_explode(void **state) {
    (void)state;
    char *url = repeat("x", 100000, "\n\n");
    char *uses = repeat("[a] ", 20000, "\n");
    struct buffer source = {0};
    buffer_append_string(&source, "[a]: https://");
    buffer_append_string(&source, url);
    buffer_append_string(&source, uses);
    free(url);
    free(uses);
    expect_refusal(source.data, "repeat a few long URLs");
}

static void a_paragraph_of_100000_urls_takes_no_minutes(void **state) {
    (void)state;
    char *source = repeat("https://a.b ", 100000, "");
    expect_refusal(source, "too many URLs: those without brackets");
    struct document document = {0};
    source = repeat("[a](https://a.b/some/long/path/to/it) [b](<http://a.b>) ", 20000, "");
    read_bytes(source, strlen(source), &document);
    assert_int_equal(document.n_links, 40000);
    assert_int_equal(document.n_problems, 0);
    document_free(&document);
    free(source);
    document = (struct document){0};
    source = repeat("- https://a.b\n", 100000, "");
    read_bytes(source, strlen(source), &document);
    assert_int_equal(document.n_links, 100000);
    assert_int_equal(document.n_problems, 0);
    document_free(&document);
    free(source);
}

static void an_empty_file_is_an_empty_document(void **state) {
    (void)state;
    expect("", "");
    expect(" \n\n\t\n", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_have_levels_and_paragraphs_one_line),
        cmocka_unit_test(each_item_is_a_block_of_its_own),
        cmocka_unit_test(text_after_a_nested_block_is_still_in_its_item),
        cmocka_unit_test(quotations_are_paragraphs),
        cmocka_unit_test(cells_of_a_row_are_joined),
        cmocka_unit_test(code_keeps_its_lines_and_spaces),
        cmocka_unit_test(inline_links_begin_at_their_bracket),
        cmocka_unit_test(references_beside_each_other_are_two_links),
        cmocka_unit_test(reference_links_have_the_url_of_their_definition),
        cmocka_unit_test(autolinks_and_bare_urls_are_links),
        cmocka_unit_test(only_web_links_count),
        cmocka_unit_test(a_linked_image_is_labelled_by_its_alternative_text),
        cmocka_unit_test(a_link_without_label_still_counts),
        cmocka_unit_test(links_in_headings_and_over_two_lines_count),
        cmocka_unit_test(malformed_links_are_text),
        cmocka_unit_test(entities_are_decoded),
        cmocka_unit_test(raw_html_loses_its_tags),
        cmocka_unit_test(inline_html_leaves_its_text),
        cmocka_unit_test(links_of_raw_html_count),
        cmocka_unit_test(an_unclosed_tag_ends_with_its_block),
        cmocka_unit_test(the_title_is_the_first_heading_of_level_1),
        cmocka_unit_test(places_count_from_the_start_of_the_file),
        cmocka_unit_test(windows_line_ends_change_nothing_but_places),
        cmocka_unit_test(a_damaged_byte_moves_no_place_after_it),
        cmocka_unit_test(places_in_the_corpus_are_exact),
        cmocka_unit_test(deep_nesting_is_only_text),
        cmocka_unit_test(a_table_of_empty_cells_does_not_explode),
        cmocka_unit_test(one_long_url_used_often_does_not_explode),
        cmocka_unit_test(a_paragraph_of_100000_urls_takes_no_minutes),
        cmocka_unit_test(an_empty_file_is_an_empty_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
