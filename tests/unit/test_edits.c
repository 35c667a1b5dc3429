/* The distance of words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query/edits.h"

static void assert_edits(const char *a, const char *b, size_t expected) {
    assert_int_equal(edits_count(a, strlen(a), b, strlen(b), false), expected);
    assert_int_equal(edits_count(b, strlen(b), a, strlen(a), false), expected);
}

static void each_slip_is_one_edit(void **state) {
    (void)state;
    assert_edits("asthma", "asthma", 0);
    assert_edits("asthma", "asthmma", 1);
    assert_edits("asthma", "astma", 1);
    assert_edits("asthma", "asdhma", 1);
    assert_edits("asthma", "ashtma", 1);
    assert_edits("asthma", "satham", 2);
    assert_edits("asthma", "stma", 2);
    assert_edits("", "ab", 2);
}

static void more_than_two_are_not_counted(void **state) {
    (void)state;
    assert_edits("asthma", "asthmatic", 3);
    assert_edits("abcdef", "fedcba", 3);
    assert_edits("asthma", "x", 3);
    assert_edits("", "abcd", 3);
}

static void a_prefix_is_compared_with_the_beginning(void **state) {
    (void)state;
    assert_int_equal(edits_count("diabet", 6, "diabtes", 7, true), 1);
    assert_int_equal(edits_count("hospit", 6, "hospitalization", 15, true), 0);
    assert_int_equal(edits_count("hospitalization", 15, "hospit", 6, true), 3);
    assert_int_equal(edits_count("abc", 3, "xyzabc", 6, true), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slip_is_one_edit),
        cmocka_unit_test(more_than_two_are_not_counted),
        cmocka_unit_test(a_prefix_is_compared_with_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
