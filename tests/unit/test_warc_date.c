/* Times as archives write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/warc/warc_date.h"

static void times_are_written_with_four_digits_of_the_year(void **state) {
    (void)state;
    static const struct {
        int64_t seconds;
        const char *date;
    } times[] = {
        {1754049600, "2025-08-01T12:00:00Z"},   {0, "1970-01-01T00:00:00Z"},
        {-1, "1970-01-01T00:00:00Z"},           {INT64_MIN, "1970-01-01T00:00:00Z"},
        {253402300799, "9999-12-31T23:59:59Z"}, {INT64_MAX, "9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char date[WARC_DATE_BYTES];
        warc_date_write(times[i].seconds, date);
        assert_string_equal(date, times[i].date);
    }
}

static void what_was_written_is_read(void **state) {
    (void)state;
    static const int64_t times[] = {0, 951782400, 1754049600, 253402300799};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char date[WARC_DATE_BYTES];
        int64_t seconds = -1;
        warc_date_write(times[i], date);
        assert_true(warc_date_read(date, &seconds));
        assert_int_equal(seconds, times[i]);
    }
}

static void what_is_no_time_is_not(void **state) {
    (void)state;
    static const char *const others[] = {"",
                                         "2025-08-01",
                                         "2025-13-01T00:00:00Z",
                                         "2025-08-01T12:00:00",
                                         "2025-08-01T12:00:00Z and more",
                                         "yesterday"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        int64_t seconds;
        assert_false(warc_date_read(others[i], &seconds));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_written_with_four_digits_of_the_year),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_is_no_time_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
