/* The formula and its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/bm25f.h"

static void assert_near(double value, double expected) {
    if (value < expected - 1e-12 || value > expected + 1e-12)
        fail_msg("%.15f is not %.15f", value, expected);
}

static void x_is_what_the_formula_says(void **state) {
    (void)state;
    struct bm25f bm25f = bm25f_of((const double[N_COLUMNS]){100, 0, 10});
    assert_near(bm25f_x(&bm25f, (uint16_t[]){1, 0, 0}, (uint16_t[]){100, 0, 10}), 1);
    assert_near(bm25f_x(&bm25f, (uint16_t[]){3, 0, 1}, (uint16_t[]){300, 0, 10}),
                3 / (0.25 + 0.75 * 3) + 2);
    assert_near(bm25f_x(&bm25f, (uint16_t[]){0, 0, 0}, (uint16_t[]){300, 0, 10}), 0);
    /* A column that is empty everywhere has no average. */
    assert_near(bm25f_x(&bm25f, (uint16_t[]){0, 1, 0}, (uint16_t[]){300, 5, 10}), 4);
}

static void a_bound_is_no_less_than_what_it_bounds_and_not_much_more(void **state) {
    (void)state;
    for (double x = 0.001; x < 1e6; x *= 1.01)
        for (double growth = 1; growth < 10; growth *= 1.5) {
            double saturated = bm25f_saturate(growth * x);
            double bound = bm25f_bound(bm25f_impact(x), growth);
            if (bound < saturated - 1e-12 || bound > saturated + growth / IMPACT_MAX)
                fail_msg("x %f growth %f: %f is bounded by %f", x, growth, saturated, bound);
        }
    assert_near(bm25f_bound(IMPACT_MAX, 1), 1);
    assert_near(bm25f_bound(IMPACT_MAX, 1 / 0.0), 1);
    assert_near(bm25f_bound(3, 1 / 0.0), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(x_is_what_the_formula_says),
        cmocka_unit_test(a_bound_is_no_less_than_what_it_bounds_and_not_much_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
