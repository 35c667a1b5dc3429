/* What is kept of terms, and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/term_cache.h"

static const struct term insulin = {.id = 7, .df = 3, .cf = 5, .impact = 200};

static void what_is_kept_is_found(void **state) {
    (void)state;
    struct term_cache cache = {0};
    term_cache_open(&cache);
    assert_null(term_cache_find(&cache, "insulin", 7));
    term_cache_keep(&cache, "insulin", 7, &insulin);
    const struct term *found = term_cache_find(&cache, "insulin pump", 7);
    assert_non_null(found);
    assert_memory_equal(found, &insulin, sizeof insulin);
    assert_null(term_cache_find(&cache, "insul", 5));
    term_cache_close(&cache);
    assert_null(term_cache_find(&cache, "insulin", 7));
}

static void that_there_is_no_such_term_is_kept_too(void **state) {
    (void)state;
    struct term_cache cache = {0};
    term_cache_open(&cache);
    term_cache_keep(&cache, "isnulin", 7, &(struct term){0});
    assert_non_null(term_cache_find(&cache, "isnulin", 7));
    assert_int_equal(term_cache_find(&cache, "isnulin", 7)->df, 0);
    term_cache_close(&cache);
}

static void nothing_is_kept_before_it_is_opened(void **state) {
    (void)state;
    struct term_cache cache = {0};
    term_cache_keep(&cache, "insulin", 7, &insulin);
    assert_null(term_cache_find(&cache, "insulin", 7));
    term_cache_close(&cache);
}

static void names_of_any_length_are_told_apart(void **state) {
    (void)state;
    struct term_cache cache = {0};
    char name[TERM_CACHE_MAX_BYTES + 2];
    memset(name, 'a', sizeof name);
    term_cache_open(&cache);
    term_cache_keep(&cache, name, 0, &insulin);
    assert_null(term_cache_find(&cache, name, 0));
    for (size_t n = 1; n <= sizeof name; n++) {
        const struct term term = {.id = (uint32_t)n, .df = 1};
        term_cache_keep(&cache, name, n, &term);
        const struct term *found = term_cache_find(&cache, name, n);
        if (n > TERM_CACHE_MAX_BYTES)
            assert_null(found);
        else
            assert_int_equal(found->id, n);
    }
    term_cache_close(&cache);
}

static void the_last_of_many_is_there_and_none_is_another(void **state) {
    (void)state;
    struct term_cache cache = {0};
    char name[16];
    term_cache_open(&cache);
    for (uint32_t i = 1; i <= 4 * TERM_CACHE_SLOTS; i++) {
        const struct term term = {.id = i, .df = 1};
        size_t n_bytes = (size_t)snprintf(name, sizeof name, "%u", i);
        term_cache_keep(&cache, name, n_bytes, &term);
        assert_int_equal(term_cache_find(&cache, name, n_bytes)->id, i);
    }
    for (uint32_t i = 1; i <= 4 * TERM_CACHE_SLOTS; i++) {
        size_t n_bytes = (size_t)snprintf(name, sizeof name, "%u", i);
        const struct term *found = term_cache_find(&cache, name, n_bytes);
        assert_true(!found || found->id == i);
    }
    term_cache_close(&cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found),
        cmocka_unit_test(that_there_is_no_such_term_is_kept_too),
        cmocka_unit_test(nothing_is_kept_before_it_is_opened),
        cmocka_unit_test(names_of_any_length_are_told_apart),
        cmocka_unit_test(the_last_of_many_is_there_and_none_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
