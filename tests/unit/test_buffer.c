/* The buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdint.h>
#include <string.h>

#include "store/buffer.h"

static void an_empty_buffer_is_an_empty_string(void **state) {
    (void)state;
    struct buffer buffer = {0};
    assert_string_equal(buffer_string(&buffer), "");
    buffer_append(&buffer, NULL, 0);
    buffer_append_string(&buffer, NULL);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_free(&buffer);
    buffer_free(&buffer);
}

static void what_is_appended_stands_in_order_and_ends_with_a_nul(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_append(&buffer, "ab\0c", 4);
    buffer_append_char(&buffer, 'd');
    buffer_append_string(&buffer, "ef");
    buffer_append_format(&buffer, "%d-%s", 42, "g");
    assert_int_equal(buffer.size, 11);
    assert_memory_equal(buffer.data, "ab\0cdef42-g", 12);
    buffer_free(&buffer);
}

static void it_grows_as_far_as_it_must(void **state) {
    (void)state;
    enum { N_APPENDS = 10000 };
    struct buffer buffer = {0};
    for (int i = 0; i < N_APPENDS; i++)
        buffer_append_format(&buffer, "%04d,", i);
    assert_false(buffer.failed);
    assert_int_equal(buffer.size, 5 * N_APPENDS);
    assert_memory_equal(buffer.data + 5 * 1234, "1234,", 5);
    buffer_free(&buffer);
}

static void clearing_keeps_the_memory(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "something");
    const char *data = buffer.data;
    buffer_clear(&buffer);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_append_string(&buffer, "else");
    assert_ptr_equal(buffer.data, data);
    assert_string_equal(buffer_string(&buffer), "else");
    buffer_free(&buffer);
}

static void reserved_room_counts_once_it_is_added(void **state) {
    (void)state;
    struct buffer buffer = {0};
    char *room = buffer_reserve(&buffer, 1000);
    memset(room, 'x', 1000);
    assert_int_equal(buffer.size, 0);
    buffer.size += 3;
    buffer_append_string(&buffer, "y");
    assert_string_equal(buffer_string(&buffer), "xxxy");
    buffer_free(&buffer);
}

static void more_than_there_is_memory_fails_and_stays_failed(void **state) {
    (void)state;
    struct buffer buffer = {0};
    buffer_append_string(&buffer, "kept");
    assert_null(buffer_reserve(&buffer, SIZE_MAX - 2));
    assert_true(buffer.failed);
    buffer_append_string(&buffer, " and lost");
    assert_string_equal(buffer_string(&buffer), "kept");
    buffer_clear(&buffer);
    assert_true(buffer.failed);
    buffer_free(&buffer);
    assert_false(buffer.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_string),
        cmocka_unit_test(what_is_appended_stands_in_order_and_ends_with_a_nul),
        cmocka_unit_test(it_grows_as_far_as_it_must),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(reserved_room_counts_once_it_is_added),
        cmocka_unit_test(more_than_there_is_memory_fails_and_stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
