/* Decoding: what damaged or foreign bytes are read as, and where each came from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/document/decode.h"

static void decode(const char *source, size_t n_bytes, struct document *document,
                   struct decoded *decoded) {
    struct error error = {0};
    assert_int_equal(decode_text(source, n_bytes, document, decoded, &error), STATUS_OK);
}

static void expect(const char *source, size_t n_bytes, const char *text, size_t line,
                   const char *problem) {
    struct document document = {0};
    struct decoded decoded = {0};
    decode(source, n_bytes, &document, &decoded);
    assert_string_equal(buffer_string(&decoded.text), text);
    assert_int_equal(document.n_problems, problem ? 1 : 0);
    if (problem) {
        assert_string_equal(document.problems[0].text, problem);
        assert_int_equal(document.problems[0].line, line);
    }
    decoded_free(&decoded);
    document_free(&document);
}

#define EXPECT(source, text, line, problem) expect(source, sizeof(source) - 1, text, line, problem)

static void utf8_stays_as_it_is(void **state) {
    (void)state;
    EXPECT("plain", "plain", 0, NULL);
    EXPECT("", "", 0, NULL);
    EXPECT("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEF\xBF\xBF \xF0\x90\x80\x80 "
           "\xF4\x8F\xBF\xBF",
           "\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEF\xBF\xBF \xF0\x90\x80\x80 "
           "\xF4\x8F\xBF\xBF",
           0, NULL);
}

static void a_byte_order_mark_is_dropped(void **state) {
    (void)state;
    EXPECT("\xEF\xBB\xBFx", "x", 0, NULL);
    EXPECT("x\xEF\xBB\xBF", "x\xEF\xBB\xBF", 0, NULL);
}

static void other_bytes_are_windows_1252(void **state) {
    (void)state;
    EXPECT("a\nb\n\x93"
           "caf\xE9\x94\n",
           "a\nb\n\xE2\x80\x9C"
           "caf\xC3\xA9\xE2\x80\x9D\n",
           3, "3 bytes are not UTF-8, read as windows-1252");
    EXPECT("\x80", "\xE2\x82\xAC", 1, "1 byte is not UTF-8, read as windows-1252");
}

static void forbidden_utf8_is_not_taken_for_utf8(void **state) {
    (void)state;
    static const char *const sources[] = {
        "\xC0\x80",         "\xC1\xBF",         "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82",     "\xC3",         "\xBF",
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        struct document document = {0};
        struct decoded decoded = {0};
        decode(sources[i], strlen(sources[i]), &document, &decoded);
        assert_int_equal(document.n_problems, 1);
        assert_int_equal(decoded_source_offset(&decoded, decoded.text.size), strlen(sources[i]));
        decoded_free(&decoded);
        document_free(&document);
    }
}

static void a_nul_becomes_a_replacement_character(void **state) {
    (void)state;
    EXPECT("12345678\n\0abc\0",
           "12345678\n\xEF\xBF\xBD"
           "abc\xEF\xBF\xBD",
           2, "2 NUL bytes, read as U+FFFD");
}

static void utf16_is_read_in_both_byte_orders(void **state) {
    (void)state;
    EXPECT("\xFF\xFEh\0\xE9\0\x3D\xD8\x00\xDE\n\0", "h\xC3\xA9\xF0\x9F\x98\x80\n", 0, NULL);
    EXPECT("\xFE\xFF\0h\0\xE9\xD8\x3D\xDE\x00\0\n", "h\xC3\xA9\xF0\x9F\x98\x80\n", 0, NULL);
    EXPECT("\xFF\xFE", "", 0, NULL);
}

static void broken_utf16_is_named_with_its_line(void **state) {
    (void)state;
    EXPECT("\xFF\xFE"
           "a\0\n\0\x00\xD8"
           "b\0",
           "a\n\xEF\xBF\xBD"
           "b",
           2, "1 unpaired surrogate in UTF-16, read as U+FFFD");
    EXPECT("\xFF\xFE"
           "a\0b",
           "a", 1, "UTF-16 that ends with half a character");
}

static void each_kind_of_damage_is_one_problem(void **state) {
    (void)state;
    static const char source[] = "\xE9\n\0\n\xE8\n\0\0";
    struct document document = {0};
    struct decoded decoded = {0};
    decode(source, sizeof source - 1, &document, &decoded);
    assert_int_equal(document.n_problems, 2);
    assert_int_equal(document.problems[0].line, 2);
    assert_string_equal(document.problems[0].text, "3 NUL bytes, read as U+FFFD");
    assert_int_equal(document.problems[1].line, 1);
    assert_string_equal(document.problems[1].text, "2 bytes are not UTF-8, read as windows-1252");
    decoded_free(&decoded);
    document_free(&document);
}

static void places_survive_characters_that_grow(void **state) {
    (void)state;
    static const char source[] = "\xEF\xBB\xBF"
                                 "ab\x93"
                                 "cd\0"
                                 "ef";
    static const size_t places[] = {3, 4, 5, 5, 5, 6, 7, 8, 8, 8, 9, 10, 11};
    struct document document = {0};
    struct decoded decoded = {0};
    decode(source, sizeof source - 1, &document, &decoded);
    assert_int_equal(decoded.text.size + 1, sizeof places / sizeof places[0]);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_int_equal(decoded_source_offset(&decoded, i), places[i]);
    assert_int_equal(decoded_source_of(&decoded, decoded.text.data + 5), 6);
    assert_int_equal(decoded_source_of(&decoded, source), NO_SOURCE);
    decoded_free(&decoded);
    document_free(&document);
}

/* Of the text "a“b" only "a" and "b" stand in the source as they are. */
static void only_same_bytes_get_a_place(void **state) {
    (void)state;
    static const char source[] = "a\x93"
                                 "b";
    struct document document = {0};
    struct decoded decoded = {0};
    decode(source, sizeof source - 1, &document, &decoded);
    document_open_block(&document, BLOCK_PARAGRAPH, 0);
    decoded_append(&decoded, decoded.text.data, decoded.text.size, &document);
    document_close_block(&document);
    assert_int_equal(document.n_runs, 2);
    assert_int_equal(document.runs[0].source, 0);
    assert_int_equal(document.runs[0].n_bytes, 1);
    assert_int_equal(document.runs[1].text, 4);
    assert_int_equal(document.runs[1].source, 2);
    assert_int_equal(document.runs[1].n_bytes, 1);
    decoded_free(&decoded);
    document_free(&document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_stays_as_it_is),
        cmocka_unit_test(a_byte_order_mark_is_dropped),
        cmocka_unit_test(other_bytes_are_windows_1252),
        cmocka_unit_test(forbidden_utf8_is_not_taken_for_utf8),
        cmocka_unit_test(a_nul_becomes_a_replacement_character),
        cmocka_unit_test(utf16_is_read_in_both_byte_orders),
        cmocka_unit_test(broken_utf16_is_named_with_its_line),
        cmocka_unit_test(each_kind_of_damage_is_one_problem),
        cmocka_unit_test(places_survive_characters_that_grow),
        cmocka_unit_test(only_same_bytes_get_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
