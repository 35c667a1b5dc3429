/* When two writings of a title are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/html/html_titles.h"

static void assert_normal(const char *text, const char *expected) {
    struct buffer normal = {0};
    html_normal_form(text, strlen(text), &normal);
    assert_string_equal(buffer_string(&normal), expected);
    buffer_free(&normal);
}

static void case_and_punctuation_do_not_matter(void **state) {
    (void)state;
    assert_normal("  “Portals”,\n at\xc2\xa0WORK — 2025! ", "portals at work 2025");
    assert_normal("!?", "");
}

static void capitals_of_other_alphabets_have_small_letters(void **state) {
    (void)state;
    assert_normal("ÄRZTE Škoda", "ärzte škoda");
    assert_normal("ΥΓΕΙΑ ЗДОРОВЬЕ", "υγεια здоровье");
    assert_normal("健康 診断", "健康 診断");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_punctuation_do_not_matter),
        cmocka_unit_test(capitals_of_other_alphabets_have_small_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
