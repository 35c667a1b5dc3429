/* store/json.c: JSON that other readers read, in the layout that was promised. */
#include "store/json.h"

#include <cjson/cJSON.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* An object in an array in an object, with something before, between and after. */
static void write_nested(struct json *json) {
    json_begin_object(json, NULL);
    json_string(json, "name", "a");
    json_begin_array(json, "empty");
    json_end_array(json);
    json_begin_array(json, "items");
    json_begin_object(json, NULL);
    json_pair(json, "lines", 1, 2);
    json_size_or_null(json, "page", 0);
    json_end_object(json);
    json_begin_object(json, NULL);
    json_end_object(json);
    json_size(json, NULL, 3);
    json_end_array(json);
    json_bool(json, "last", true);
    json_end_object(json);
}

static void values_are_parted_on_one_line(void **state) {
    (void)state;
    struct buffer out = {0};
    struct json json = {.out = &out};
    buffer_append_string(&out, "before ");
    write_nested(&json);
    assert_string_equal(buffer_string(&out),
                        "before {\"name\":\"a\",\"empty\":[],"
                        "\"items\":[{\"lines\":[1,2],\"page\":null},{},3],\"last\":true}");
    buffer_free(&out);
}

static void members_have_lines_of_their_own_where_it_is_indented(void **state) {
    (void)state;
    struct buffer out = {0};
    struct json json = {.out = &out, .is_indented = true};
    write_nested(&json);
    assert_string_equal(buffer_string(&out), "{\n"
                                             "\t\"name\":\t\"a\",\n"
                                             "\t\"empty\":\t[],\n"
                                             "\t\"items\":\t[{\n"
                                             "\t\t\t\"lines\":\t[1, 2],\n"
                                             "\t\t\t\"page\":\tnull\n"
                                             "\t\t}, {\n"
                                             "\t\t}, 3],\n"
                                             "\t\"last\":\ttrue\n"
                                             "}");
    cJSON *root = cJSON_Parse(buffer_string(&out));
    char *printed = cJSON_Print(root);
    assert_string_equal(printed, buffer_string(&out));
    cJSON_free(printed);
    cJSON_Delete(root);
    buffer_free(&out);
}

static void expect_escaped_text(const char *text, size_t n_bytes, const char *expected) {
    struct buffer out = {0};
    struct json json = {.out = &out};
    json_text(&json, NULL, text, n_bytes);
    assert_string_equal(buffer_string(&out), expected);
    buffer_free(&out);
}

static void expect_escaped(const char *string, const char *expected) {
    expect_escaped_text(string, strlen(string), expected);
}

static void what_json_or_a_terminal_would_act_on_is_escaped(void **state) {
    (void)state;
    expect_escaped("", "\"\"");
    expect_escaped("\"\\/", "\"\\\"\\\\/\"");
    expect_escaped("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"");
    expect_escaped("a\x01z\x1B[m\x7F", "\"a\\u0001z\\u001b[m\\u007f\"");
    expect_escaped("\xC2\x9B \xE2\x80\xA8 \xE2\x80\xAE", "\"\\u009b \\u2028 \\u202e\"");
    expect_escaped("é€😀", "\"é€😀\"");
    expect_escaped_text("a\0b", 3, "\"a\\u0000b\"");
    expect_escaped_text("abc", 2, "\"ab\"");
}

static void invalid_bytes_are_replaced_one_by_one(void **state) {
    (void)state;
    expect_escaped("a\xFFz", "\"a\\ufffdz\"");
    expect_escaped("\xC0\xAF", "\"\\ufffd\\ufffd\"");             /* overlong */
    expect_escaped("\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\"");  /* a surrogate */
    expect_escaped("\xE2\x80", "\"\\ufffd\\ufffd\"");             /* cut off */
    expect_escaped_text("\xE2\x80\xAE", 2, "\"\\ufffd\\ufffd\""); /* by its length */
    expect_escaped("\xF0\x9F\"", "\"\\ufffd\\ufffd\\\"\"");       /* by a quotation mark */
}

static void every_character_is_read_back_as_it_was(void **state) {
    (void)state;
    for (unsigned code_point = 1; code_point < 0x800; code_point++) {
        char text[3] = {(char)code_point};
        if (code_point >= 0x80) {
            text[0] = (char)(0xC0 | code_point >> 6);
            text[1] = (char)(0x80 | (code_point & 0x3F));
        }
        struct buffer out = {0};
        struct json json = {.out = &out};
        json_string(&json, NULL, text);
        cJSON *value = cJSON_Parse(buffer_string(&out));
        assert_string_equal(cJSON_GetStringValue(value), text);
        cJSON_Delete(value);
        buffer_free(&out);
    }
}

static void expect_decimal(double number, unsigned n_decimals, const char *expected) {
    struct buffer out = {0};
    struct json json = {.out = &out};
    json_decimal(&json, NULL, number, n_decimals);
    assert_string_equal(buffer_string(&out), expected);
    buffer_free(&out);
}

static void decimals_are_rounded_and_none_is_idle(void **state) {
    (void)state;
    expect_decimal(9.3123456, 6, "9.312346");
    expect_decimal(1.5, 6, "1.5");
    expect_decimal(2, 6, "2");
    expect_decimal(0.8125, 3, "0.813");
    expect_decimal(-0.8125, 3, "-0.813");
    expect_decimal(-0.0001, 3, "0");
    expect_decimal(1e9 + 0.25, 2, "1000000000.25");
    expect_decimal(0.0000123, 6, "1.2e-05");
    expect_decimal(NAN, 3, "null");
    expect_decimal(-INFINITY, 3, "null");
}

static void sizes_are_written_to_the_last_digit(void **state) {
    (void)state;
    struct buffer out = {0};
    struct json json = {.out = &out};
    json_pair(&json, NULL, 0, SIZE_MAX);
    assert_string_equal(buffer_string(&out), "[0,18446744073709551615]");
    buffer_free(&out);
}

/* Whatever locale the program that libosler is in has set. */
static void the_point_is_a_point(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "ps_AF.UTF-8"))
        skip();
    expect_decimal(2.25, 3, "2.25");
    setlocale(LC_NUMERIC, "C");
}

static void no_string_is_null(void **state) {
    (void)state;
    struct buffer out = {0};
    struct json json = {.out = &out};
    json_begin_array(&json, NULL);
    json_string(&json, NULL, NULL);
    json_text(&json, NULL, NULL, 3);
    json_end_array(&json);
    assert_string_equal(buffer_string(&out), "[null,null]");
    buffer_free(&out);
}

static void memory_that_ran_out_stays_known(void **state) {
    (void)state;
    struct buffer out = {.failed = true};
    struct json json = {.out = &out, .is_indented = true};
    write_nested(&json);
    assert_true(out.failed);
    assert_string_equal(buffer_string(&out), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_parted_on_one_line),
        cmocka_unit_test(members_have_lines_of_their_own_where_it_is_indented),
        cmocka_unit_test(what_json_or_a_terminal_would_act_on_is_escaped),
        cmocka_unit_test(invalid_bytes_are_replaced_one_by_one),
        cmocka_unit_test(every_character_is_read_back_as_it_was),
        cmocka_unit_test(decimals_are_rounded_and_none_is_idle),
        cmocka_unit_test(sizes_are_written_to_the_last_digit),
        cmocka_unit_test(the_point_is_a_point),
        cmocka_unit_test(no_string_is_null),
        cmocka_unit_test(memory_that_ran_out_stays_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
