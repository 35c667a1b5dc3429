/* Errors and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "store/error.h"

static void it_gives_back_the_status_it_was_given(void **state) {
    (void)state;
    struct error error = {0};
    assert_int_equal(error_set(&error, STATUS_BUSY, "%s: line %d", "a.md", 3), STATUS_BUSY);
    assert_int_equal(error.status, STATUS_BUSY);
    assert_string_equal(error.text, "a.md: line 3");
    assert_int_equal(error_no_memory(&error), STATUS_NO_MEMORY);
    assert_int_equal(error.status, STATUS_NO_MEMORY);
}

static void nobody_need_listen(void **state) {
    (void)state;
    assert_int_equal(error_set(NULL, STATUS_INPUT, "%d", 1), STATUS_INPUT);
    assert_int_equal(error_no_memory(NULL), STATUS_NO_MEMORY);
}

/* Asserts that `n` bytes of 'x' and then `character` over and over are cut after whole ones. */
static void assert_cut(size_t n, const char *character) {
    struct error error;
    size_t bytes = strlen(character);
    char text[2 * ERROR_TEXT_BYTES];
    memset(text, 'x', n);
    for (; n + bytes < sizeof text; n += bytes)
        memcpy(text + n, character, bytes);
    text[n] = '\0';
    error_set(&error, STATUS_INPUT, "%s", text);
    size_t length = strlen(error.text);
    assert_in_range(length, ERROR_TEXT_BYTES - bytes, ERROR_TEXT_BYTES - 1);
    assert_memory_equal(error.text, text, length);
    assert_memory_equal(error.text + length - bytes, character, bytes);
}

static void a_long_text_is_cut_between_characters(void **state) {
    (void)state;
    static const char *const characters[] = {"y", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x92\x89"};
    for (size_t i = 0; i < 4; i++)
        for (size_t n = 0; n < 8; n++)
            assert_cut(n, characters[i]);
}

static void a_text_that_just_fits_is_not_cut(void **state) {
    (void)state;
    struct error error;
    char text[ERROR_TEXT_BYTES];
    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 3, "\xC3\xA9", 3);
    error_set(&error, STATUS_INPUT, "%s", text);
    assert_string_equal(error.text, text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_back_the_status_it_was_given),
        cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_text_that_just_fits_is_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
