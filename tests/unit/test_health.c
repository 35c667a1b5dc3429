/* The names of what is known of a link: scripts read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/health.h"

static void each_number_keeps_its_name(void **state) {
    (void)state;
    static const char *const names[] = {"unfetched", "live", "moved",      "blocked",
                                        "archived",  "dead", "unreachable"};
    assert_int_equal(N_LINK_HEALTHS, sizeof names / sizeof *names);
    for (int i = 0; i < N_LINK_HEALTHS; i++)
        assert_string_equal(health_name(i), names[i]);
}

static void another_number_of_a_damaged_index_is_unfetched(void **state) {
    (void)state;
    assert_string_equal(health_name(-1), "unfetched");
    assert_string_equal(health_name(N_LINK_HEALTHS), "unfetched");
    assert_string_equal(health_name(1 << 30), "unfetched");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_keeps_its_name),
        cmocka_unit_test(another_number_of_a_damaged_index_is_unfetched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
