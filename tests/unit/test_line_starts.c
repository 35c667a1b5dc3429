/* Where lines begin in a passage's text, in bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/line_starts.h"

static void what_is_written_is_read(void **state) {
    (void)state;
    static const size_t pairs[][2] = {{0, 1}, {127, 128}, {128, 1}, {300000, 70000}, {SIZE_MAX, 0}};
    struct buffer starts = {0};
    for (size_t i = 0; i < 5; i++)
        line_starts_append(&starts, pairs[i][0], pairs[i][1]);
    const unsigned char *at = (const unsigned char *)starts.data;
    const unsigned char *end = at + starts.size;
    size_t n_bytes;
    size_t n_lines;
    for (size_t i = 0; i < 5; i++) {
        assert_true(line_starts_next(&at, end, &n_bytes, &n_lines));
        assert_int_equal(n_bytes, pairs[i][0]);
        assert_int_equal(n_lines, pairs[i][1]);
    }
    assert_false(line_starts_next(&at, end, &n_bytes, &n_lines));
    buffer_free(&starts);
}

static void damaged_bytes_end_it(void **state) {
    (void)state;
    static const unsigned char half[] = {5};
    static const unsigned char endless[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    size_t n_bytes;
    size_t n_lines;
    const unsigned char *at = half;
    assert_false(line_starts_next(&at, half + sizeof half, &n_bytes, &n_lines));
    at = endless;
    assert_false(line_starts_next(&at, endless + sizeof endless, &n_bytes, &n_lines));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(damaged_bytes_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
