/* The impacts of postings: a table for the usual ones, the formula for the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/postings/impacts.h"

static const double reference[N_COLUMNS] = {150.5, 6.25, 9};

static void assert_formula(const struct impacts *impacts, const uint16_t counts[N_COLUMNS],
                           const uint16_t tokens[N_COLUMNS]) {
    struct bm25f formula = bm25f_of(reference);
    assert_int_equal(impacts_find(impacts, counts, tokens),
                     bm25f_impact(bm25f_x(&formula, counts, tokens)));
}

static void a_word_that_is_once_in_a_body_of_any_length_has_what_the_formula_says(void **state) {
    (void)state;
    static const uint16_t once[N_COLUMNS] = {[COLUMN_BODY] = 1};
    const struct impacts impacts = impacts_of_reference(reference);
    for (uint16_t n = 0; n < 2 * N_PLAIN_IMPACTS; n++)
        assert_formula(&impacts, once, (uint16_t[N_COLUMNS]){n, n % 7, n % 11});
    assert_formula(&impacts, once, (uint16_t[N_COLUMNS]){UINT16_MAX, 0, 0});
}

static void a_word_elsewhere_or_more_often_has_what_the_formula_says(void **state) {
    (void)state;
    static const uint16_t counts[][N_COLUMNS] = {
        {2, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {1, 0, 3}};
    const struct impacts impacts = impacts_of_reference(reference);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (uint16_t n = 1; n < 400; n += 3)
            assert_formula(&impacts, counts[i], (uint16_t[N_COLUMNS]){n, 4, 8});
}

static void the_shorter_the_body_the_larger_the_impact(void **state) {
    (void)state;
    const struct impacts impacts = impacts_of_reference(reference);
    for (size_t n = 1; n < N_PLAIN_IMPACTS; n++)
        assert_in_range(impacts.plain[n], 1, impacts.plain[n - 1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_is_once_in_a_body_of_any_length_has_what_the_formula_says),
        cmocka_unit_test(a_word_elsewhere_or_more_often_has_what_the_formula_says),
        cmocka_unit_test(the_shorter_the_body_the_larger_the_impact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
