/* Arrays that grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/array.h"

static void items_stay_when_the_array_grows(void **state) {
    (void)state;
    enum { N_ITEMS = 1000 };
    size_t capacity = 0;
    size_t *items = NULL;
    for (size_t i = 0; i < N_ITEMS; i++) {
        items = array_grow(items, i, &capacity, sizeof *items);
        assert_non_null(items);
        assert_true(capacity > i);
        items[i] = i;
    }
    for (size_t i = 0; i < N_ITEMS; i++)
        assert_int_equal(items[i], i);
    assert_true(capacity < 2 * N_ITEMS);
    free(items);
}

static void an_array_too_large_for_memory_stays_as_it_is(void **state) {
    (void)state;
    size_t capacity = SIZE_MAX / 8;
    assert_null(array_grow(NULL, capacity, &capacity, 8));
    assert_int_equal(capacity, SIZE_MAX / 8);
    capacity = SIZE_MAX / 2 + 1;
    assert_null(array_grow(NULL, capacity, &capacity, 1));
    assert_int_equal(capacity, SIZE_MAX / 2 + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stay_when_the_array_grows),
        cmocka_unit_test(an_array_too_large_for_memory_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
