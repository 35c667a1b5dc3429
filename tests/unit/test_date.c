/* Dates as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/document/date.h"

static void becomes(const char *written, const char *wanted) {
    struct arena arena = {0};
    char *date = date_normalize(&arena, written);
    if (wanted) {
        assert_non_null(date);
        assert_string_equal(date, wanted);
    } else {
        assert_null(date);
    }
    arena_free(&arena);
}

static void an_iso_date_stays_as_it_is(void **state) {
    (void)state;
    becomes("2025", "2025");
    becomes("2025-08", "2025-08");
    becomes("2025-08-01", "2025-08-01");
    becomes("2025-08-01T10:00:00Z", "2025-08-01T10:00:00Z");
}

static void a_written_date_becomes_iso(void **state) {
    (void)state;
    becomes("August 1, 2025", "2025-08-01");
    becomes("Aug 1, 2025", "2025-08-01");
    becomes("1 August 2025", "2025-08-01");
    becomes("Fri, 1 Aug 2025 10:00:00 GMT", "2025-08-01");
    becomes("2025/08/01", "2025-08-01");
    becomes("20250801", "2025-08-01");
    becomes("01.08.2025", "2025-08-01");
    becomes("August 2025", "2025-08");
    becomes("2025-8-1", "2025-08-01");
}

static void ornaments_of_a_date_do_not_hide_it(void **state) {
    (void)state;
    becomes("August 1st, 2025", "2025-08-01");
    becomes("2nd of August 2025", "2025-08-02");
    becomes("Aug. 3rd, 2025, by Jane Roe of the desk for health and medicine", "2025-08-03");
    becomes("Sept. 4, 2025", "2025-09-04");
    becomes("5 Sept 2025", "2025-09-05");
    becomes("Sat, 6 Sep 2025", "2025-09-06");
}

static void what_is_no_date_is_none(void **state) {
    (void)state;
    becomes("yesterday", NULL);
    becomes("01/02/2025", NULL); /* January or February? */
    becomes("2025-13-01", NULL);
    becomes("2025-13", NULL);
    becomes("2025-02-30", NULL);
    becomes("2025-00-00", NULL);
    becomes("20251399", NULL);
    becomes("31 September 2025", NULL);
    becomes("", NULL);
    becomes(NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_iso_date_stays_as_it_is),
        cmocka_unit_test(a_written_date_becomes_iso),
        cmocka_unit_test(ornaments_of_a_date_do_not_hide_it),
        cmocka_unit_test(what_is_no_date_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
