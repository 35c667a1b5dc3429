/* Front matter: what is taken from it, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/readers/front_matter.h"

/* Returns where the article begins. */
static size_t read_front(const char *text, struct document *document) {
    size_t n_bytes = front_matter_read(text, strlen(text), document);
    assert_false(document->failed);
    return n_bytes;
}

static void expect_none(const char *text) {
    struct document document = {0};
    assert_int_equal(read_front(text, &document), 0);
    assert_int_equal(document.n_problems, 0);
    assert_null(document.title);
    document_free(&document);
}

static void expect_author(const char *yaml, const char *author) {
    char text[400] = "---\n";
    struct document document = {0};
    strcat(strcat(text, yaml), "\n---\n");
    assert_int_equal(read_front(text, &document), strlen(text));
    assert_int_equal(document.n_problems, 0);
    if (author)
        assert_string_equal(document.author, author);
    else
        assert_null(document.author);
    document_free(&document);
}

static void expect_problem(const char *text, size_t line, const char *part) {
    struct document document = {0};
    read_front(text, &document);
    assert_int_equal(document.n_problems, 1);
    assert_int_equal(document.problems[0].line, line);
    assert_non_null(strstr(document.problems[0].text, part));
    document_free(&document);
}

static void known_keys_become_metadata(void **state) {
    (void)state;
    static const char text[] = "---\n"
                               "# a comment\n"
                               "title: \"AI:  the\n  state of play\"\n"
                               "date: 2025-08-14 10:00\n"
                               "lang: EN-us\n"
                               "url: https://example.org/ai\n"
                               "canonical_url: https://example.org/first\n"
                               "tags: [title, {title: nested}]\n"
                               "draft: false\n"
                               "---\n"
                               "Text";
    struct document document = {0};
    assert_int_equal(read_front(text, &document), sizeof text - 1 - strlen("Text"));
    assert_string_equal(document.title, "AI: the state of play");
    assert_string_equal(document.published, "2025-08-14 10:00");
    assert_string_equal(document.language, "en-us");
    assert_string_equal(document.url, "https://example.org/ai");
    assert_string_equal(document.canonical, "https://example.org/first");
    assert_null(document.author);
    assert_int_equal(document.n_problems, 0);
    document_free(&document);
}

static void authors_are_written_in_many_ways(void **state) {
    (void)state;
    expect_author("author: Jane Roe", "Jane Roe");
    expect_author("author: [Jane Roe, John Doe]", "Jane Roe; John Doe");
    expect_author("authors:\n  - Jane Roe\n  - 'John Doe'", "Jane Roe; John Doe");
    expect_author("authors:\n- name: Jane Roe\n  affiliation: {name: MIT}\n- {name: John}",
                  "Jane Roe; John");
    expect_author("author:\n  name: Jane Roe\n  email: jane@example.org", "Jane Roe");
    expect_author("author: ~", NULL);
    expect_author("author: []", NULL);
}

static void empty_values_say_nothing(void **state) {
    (void)state;
    struct document document = {0};
    read_front("---\ntitle:\ndate: null\nlang: ''\nurl: /posts/ai\n---\n", &document);
    assert_null(document.title);
    assert_null(document.published);
    assert_null(document.language);
    assert_null(document.url);
    assert_int_equal(document.n_problems, 0);
    document_free(&document);
}

static void dots_and_windows_line_ends_close_it(void **state) {
    (void)state;
    struct document document = {0};
    static const char text[] = "---\r\ntitle: T\r\n...\r\nText";
    assert_int_equal(read_front(text, &document), sizeof text - 1 - strlen("Text"));
    assert_string_equal(document.title, "T");
    document_free(&document);
}

static void a_thematic_break_is_no_front_matter(void **state) {
    (void)state;
    expect_none("---\nJust prose here.\n\n---\n");
    expect_none("---\n\n# Heading\n\ntext\n");
    expect_none("---\n---\n");
    expect_none("---");
    expect_none("----\ntitle: T\n----\n");
    expect_none("text\n---\ntitle: T\n---\n");
    expect_none("");
}

static void malformed_yaml_is_named_with_its_line_in_the_file(void **state) {
    (void)state;
    expect_problem("---\ntitle: T\nauthor: AI: the future\n---\n", 3, "mapping values");
    expect_problem("---\ntitle: T\n\x01: x\n---\n", 3, "control characters");
    expect_problem("---\ntitle: [a, b\n---\n", 3, "front matter: ");
}

static void what_is_not_yaml_is_read_line_by_line(void **state) {
    (void)state;
    static const char text[] = "---\ntitle: Pumps: a guide\nauthor: Roe, Jane: MD\n"
                               "date: 2025-08-14\ntags: [a\n---\nText";
    struct document document = {0};
    assert_int_equal(read_front(text, &document), sizeof text - 1 - strlen("Text"));
    assert_string_equal(document.title, "Pumps: a guide");
    assert_string_equal(document.author, "Roe, Jane: MD");
    assert_string_equal(document.published, "2025-08-14");
    assert_int_equal(document.n_problems, 1);
    document_free(&document);
}

static void toml_stands_between_plus_signs(void **state) {
    (void)state;
    static const char text[] = "+++\r\n# a comment\r\ntitle = \"Pumps\"\r\n"
                               "[params]\r\ndate = 2025\r\n+++\r\nText";
    struct document document = {0};
    assert_int_equal(read_front(text, &document), sizeof text - 1 - strlen("Text"));
    assert_string_equal(document.title, "Pumps");
    assert_null(document.published);
    assert_int_equal(document.n_problems, 0);
    document_free(&document);
    expect_none("+++\ntitle: T\n+++\n");
    expect_none("+++\n\nWe grew.\n\n+++\n");
    expect_problem("+++\ntitle = 'T'\n\nText\n", 1, "no line of +++ follows");
}

static void unclosed_front_matter_is_text(void **state) {
    (void)state;
    expect_problem("---\ntitle: T\n\nText\n", 1, "not closed");
    struct document document = {0};
    assert_int_equal(read_front("---\ntitle: T\n\nText\n", &document), 0);
    document_free(&document);
}

static void nesting_is_bounded_and_aliases_stay_small(void **state) {
    (void)state;
    struct buffer text = {0};
    buffer_append_string(&text, "---\ntitle: T\na: ");
    for (int i = 0; i < 20000; i++)
        buffer_append_char(&text, '[');
    buffer_append_string(&text, "\n---\n");
    expect_problem(text.data, 3, "levels deep");
    buffer_clear(&text);
    buffer_append_string(&text, "---\na: &a [x, x]\n");
    for (char c = 'b'; c <= 'z'; c++)
        buffer_append_format(&text, "%c: &%c [*%c, *%c, *%c]\n", c, c, c - 1, c - 1, c - 1);
    buffer_append_string(&text, "author: [*z, Jane]\n---\n");
    struct document document = {0};
    read_front(text.data, &document);
    assert_string_equal(document.author, "Jane");
    document_free(&document);
    buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_keys_become_metadata),
        cmocka_unit_test(authors_are_written_in_many_ways),
        cmocka_unit_test(empty_values_say_nothing),
        cmocka_unit_test(dots_and_windows_line_ends_close_it),
        cmocka_unit_test(a_thematic_break_is_no_front_matter),
        cmocka_unit_test(malformed_yaml_is_named_with_its_line_in_the_file),
        cmocka_unit_test(what_is_not_yaml_is_read_line_by_line),
        cmocka_unit_test(toml_stands_between_plus_signs),
        cmocka_unit_test(unclosed_front_matter_is_text),
        cmocka_unit_test(nesting_is_bounded_and_aliases_stay_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
