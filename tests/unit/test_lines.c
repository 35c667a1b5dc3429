/* Line and column numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/input/lines.h"

static void assert_place(const char *text, size_t offset, size_t line, size_t column) {
    struct lines lines;
    assert_int_equal(lines_of(text, strlen(text), &lines, NULL), STATUS_OK);
    assert_int_equal(lines_line(&lines, offset), line);
    assert_int_equal(lines_column(&lines, offset), column);
    lines_free(&lines);
}

static void lines_and_columns_count_from_one(void **state) {
    (void)state;
    assert_place("one\ntwo", 0, 1, 1);
    assert_place("one\ntwo", 2, 1, 3);
    assert_place("one\ntwo", 4, 2, 1);
    assert_place("one\ntwo", 6, 2, 3);
}

static void a_newline_belongs_to_the_line_it_ends(void **state) {
    (void)state;
    assert_place("one\ntwo\n", 3, 1, 4);
    assert_place("one\r\ntwo", 5, 2, 1);
    assert_place("\n\n\n", 2, 3, 1);
}

static void columns_are_characters(void **state) {
    (void)state;
    assert_place("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\x89z", 10, 1, 5);
    assert_place("\xC3\xA9\n\xC3\xA9z", 5, 2, 2);
}

static void the_end_of_the_text_has_a_place_too(void **state) {
    (void)state;
    assert_place("", 0, 1, 1);
    assert_place("one\ntwo", 7, 2, 4);
    assert_place("one\n", 4, 2, 1);
}

static void columns_are_right_in_any_order(void **state) {
    (void)state;
    static const char text[] = "a\xc3\xa9z\nb\xc3\xa9y\n";
    static const size_t columns[] = {1, 2, 2, 3, 4, 1, 2, 2, 3, 4, 1};
    struct lines lines;
    struct error error;
    assert_int_equal(lines_of(text, sizeof text - 1, &lines, &error), STATUS_OK);
    for (size_t i = 0; i < sizeof text; i++)
        for (size_t j = 0; j < sizeof text; j++) {
            if (j == 2 || j == 7) /* within a character */
                continue;
            lines_column(&lines, i);
            assert_int_equal(lines_column(&lines, j), columns[j]);
        }
    lines_free(&lines);
}

static void every_offset_of_many_lines_is_found(void **state) {
    (void)state;
    enum { N_LINES = 1000, LINE_BYTES = 7 };
    char text[N_LINES * LINE_BYTES];
    struct lines lines;
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < N_LINES; i++)
        text[i * LINE_BYTES + LINE_BYTES - 1] = '\n';
    assert_int_equal(lines_of(text, sizeof text, &lines, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof text; i++) {
        assert_int_equal(lines_line(&lines, i), i / LINE_BYTES + 1);
        assert_int_equal(lines_column(&lines, i), i % LINE_BYTES + 1);
    }
    lines_free(&lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_columns_count_from_one),
        cmocka_unit_test(a_newline_belongs_to_the_line_it_ends),
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(the_end_of_the_text_has_a_place_too),
        cmocka_unit_test(columns_are_right_in_any_order),
        cmocka_unit_test(every_offset_of_many_lines_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
