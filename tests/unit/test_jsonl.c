/* JSONL: the fields of a line, and what is said of a line that is no document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/document/readers.h"
#include "tests/unit/document_outline.h"

static void read_line(const char *line, struct document *document) {
    struct error error = {0};
    assert_int_equal(jsonl_read_line(line, strlen(line), document, &error), STATUS_OK);
}

static void expect_error(const char *line, const char *text) {
    struct document document = {0};
    struct error error = {0};
    assert_int_equal(jsonl_read_line(line, strlen(line), &document, &error), STATUS_INPUT);
    assert_string_equal(error.text, text);
    document_free(&document);
}

static void expect_text(const char *line, const char *text) {
    struct document document = {0};
    read_line(line, &document);
    assert_string_equal(buffer_string(&document.text), text);
    document_free(&document);
}

static void expect_id(const char *line, const char *id) {
    struct document document = {0};
    read_line(line, &document);
    assert_string_equal(document.id, id);
    document_free(&document);
}

static void every_field_is_read(void **state) {
    (void)state;
    struct document document = {0};
    read_line("{\"_id\": \" 42a\", \"title\": \"A \\u00e9\\n title\", \"text\": \"t\", \"url\": "
              "\"https://a.b\", \"date\": \"2025\", \"author\": [\"Jane\", \"\", \"John\"], "
              "\"lang\": \"DE\", \"metadata\": {\"x\": [1, null]}} \r",
              &document);
    assert_string_equal(document.id, " 42a");
    assert_string_equal(document.title, "A \xC3\xA9 title");
    assert_string_equal(document.url, "https://a.b");
    assert_string_equal(document.published, "2025");
    assert_string_equal(document.author, "Jane; John");
    assert_string_equal(document.language, "de");
    assert_int_equal(document.n_runs, 0);
    document_free(&document);
}

static void a_document_without_text_has_its_title_for_one(void **state) {
    (void)state;
    expect_text("{\"_id\":\"1\",\"title\":\"Pumps\",\"text\":\" \"}", "Pumps");
    expect_text("{\"_id\":\"1\",\"title\":\"Pumps\",\"text\":\"They help.\"}", "They help.");
    expect_text("{\"_id\":\"1\",\"text\":\"\"}", "");
}

static void optional_fields_may_be_missing_or_null(void **state) {
    (void)state;
    struct document document = {0};
    read_line("{\"_id\":\"1\",\"text\":\"\",\"title\":null,\"author\":null}", &document);
    assert_null(document.title);
    assert_null(document.author);
    assert_null(document.url);
    assert_int_equal(document.n_blocks, 0);
    document_free(&document);
}

static void an_id_is_a_string_or_a_number(void **state) {
    (void)state;
    expect_id("{\"id\":\"x\",\"text\":\"\"}", "x");
    expect_id("{\"id\":\"x\",\"_id\":\"y\",\"text\":\"\"}", "y");
    expect_id("{\"_id\":31715818,\"text\":\"\"}", "31715818");
    expect_id("{\"_id\":9007199254740992,\"text\":\"\"}", "9007199254740992");
    expect_id("{\"_id\":-1.5,\"text\":\"\"}", "-1.5");
    expect_error("{\"_id\":12345678901234567890,\"text\":\"\"}",
                 "field \"_id\" is too large for a number: write it as a string");
    expect_error("{\"_id\":\"\",\"text\":\"\"}", "field \"_id\" is empty");
}

static void text_is_paragraphs_with_links(void **state) {
    (void)state;
    struct document document = {0};
    struct buffer out = {0};
    read_line("{\"_id\":\"1\",\"text\":\"one\\ntwo\\n\\nat https://a.b.\"}", &document);
    assert_string_equal(outline(&document, &out),
                        "p one two\np at https://a.b.\nlink [https://a.b] https://a.b\n");
    buffer_free(&out);
    document_free(&document);
}

static void wrong_fields_are_named(void **state) {
    (void)state;
    expect_error("{\"text\":\"\"}", "field \"_id\" is missing");
    expect_error("{\"_id\":\"1\"}", "field \"text\" is missing");
    expect_error("{\"_id\":[],\"text\":\"\"}", "field \"_id\" is not a string or a number");
    expect_error("{\"_id\":\"1\",\"text\":5}", "field \"text\" is not a string");
    expect_error("{\"_id\":\"1\",\"text\":\"\",\"title\":[]}", "field \"title\" is not a string");
    expect_error("{\"_id\":\"1\",\"text\":\"\",\"date\":2025}", "field \"date\" is not a string");
    expect_error("{\"_id\":\"1\",\"text\":\"\",\"author\":[\"a\",1]}",
                 "field \"author\" is not a string or an array of strings");
    expect_error("{\"_id\":\"1\",\"text\":\"\",\"author\":{}}",
                 "field \"author\" is not a string or an array of strings");
}

static void broken_json_is_shown_by_its_column(void **state) {
    (void)state;
    expect_error("[1]", "not an object");
    expect_error("\"text\"", "not an object");
    expect_error("", "not JSON: the line is empty");
    expect_error("  ", "not JSON: the line is empty");
    expect_error("{\"_id\":\"1\"", "not JSON: the line ends too early");
    expect_error("{\"_id\":\"1\"]", "not JSON: unexpected character at column 11");
    expect_error("{\"_id\": \"\xC3\xA9\", x}", "not JSON: unexpected character at column 14");
    expect_error("{\"_id\":\"1\",}", "not JSON: unexpected character at column 12");
    expect_error("{\"_id\":\"1\" x}", "not JSON: unexpected character at column 12");
    expect_error("{\"_id\":\"cut", "not JSON: the line ends too early");
    expect_error("{\"_id\":\"a\\x\"}", "not JSON: unexpected character at column 10");
    expect_error("{\"_id\":12 x}", "not JSON: unexpected character at column 11");
    expect_error("{\"_id\":[1,2x]}", "not JSON: unexpected character at column 12");
    expect_error("{} {}", "not JSON: unexpected character at column 4");
}

static void nuls_and_half_surrogates_do_not_cut_the_text(void **state) {
    (void)state;
    expect_text("{\"_id\":\"1\",\"text\":\"a\\u0000b\"}", "a\xEF\xBF\xBD"
                                                          "b");
    expect_text("{\"_id\":\"1\",\"text\":\"a\\ud83db\"}", "a\xEF\xBF\xBD"
                                                          "b");
    expect_text("{\"_id\":\"1\",\"text\":\"a\\udc00\"}", "a\xEF\xBF\xBD");
    expect_text("{\"_id\":\"1\",\"text\":\"\\ud83d\\ude00\"}", "\xF0\x9F\x98\x80");
    expect_text("{\"_id\":\"1\",\"text\":\"a\\\\u0000b\"}", "a\\u0000b");
}

static void deep_nesting_is_an_error_and_no_crash(void **state) {
    (void)state;
    struct buffer line = {0};
    for (int i = 0; i < 1000000; i++)
        buffer_append_char(&line, '[');
    struct document document = {0};
    struct error error = {0};
    assert_int_equal(jsonl_read_line(line.data, line.size, &document, &error), STATUS_INPUT);
    document_free(&document);
    buffer_free(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(a_document_without_text_has_its_title_for_one),
        cmocka_unit_test(optional_fields_may_be_missing_or_null),
        cmocka_unit_test(an_id_is_a_string_or_a_number),
        cmocka_unit_test(text_is_paragraphs_with_links),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(broken_json_is_shown_by_its_column),
        cmocka_unit_test(nuls_and_half_surrogates_do_not_cut_the_text),
        cmocka_unit_test(deep_nesting_is_an_error_and_no_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
