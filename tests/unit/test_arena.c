/* The arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "store/arena.h"

static void memory_is_zeroed_aligned_and_stays_where_it_is(void **state) {
    (void)state;
    enum { N_PIECES = 500 };
    struct arena arena = {0};
    unsigned char *pieces[N_PIECES];
    for (size_t i = 0; i < N_PIECES; i++) {
        pieces[i] = arena_allocate(&arena, i);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 256), i);
    }
    for (size_t i = 1; i < N_PIECES; i++)
        assert_true(pieces[i][0] == i % 256 && pieces[i][i - 1] == i % 256);
    arena_free(&arena);
}

static void copies_end_with_a_nul(void **state) {
    (void)state;
    struct arena arena = {0};
    char *copy = arena_copy(&arena, "words and more", 5);
    assert_string_equal(copy, "words");
    assert_string_equal(arena_copy(&arena, NULL, 0), "");
    assert_string_equal(arena_string(&arena, "a string"), "a string");
    assert_null(arena_string(&arena, NULL));
    assert_string_equal(copy, "words");
    arena_free(&arena);
}

static void one_piece_may_be_large(void **state) {
    (void)state;
    enum { LARGE = 1 << 20 };
    struct arena arena = {0};
    char *before = arena_string(&arena, "before");
    char *large = arena_allocate(&arena, LARGE);
    memset(large, 1, LARGE);
    assert_string_equal(arena_string(&arena, "after"), "after");
    assert_string_equal(before, "before");
    arena_free(&arena);
}

static void more_than_there_is_memory_is_null(void **state) {
    (void)state;
    struct arena arena = {0};
    assert_false(arena.failed);
    assert_null(arena_allocate(&arena, SIZE_MAX));
    assert_null(arena_allocate(&arena, SIZE_MAX - 10));
    assert_non_null(arena_allocate(&arena, 1));
    assert_true(arena.failed);
    arena_free(&arena);
    assert_false(arena.failed);
}

static void a_freed_arena_is_empty_and_ready(void **state) {
    (void)state;
    struct arena arena = {0};
    arena_free(&arena);
    assert_string_equal(arena_string(&arena, "again"), "again");
    arena_free(&arena);
    assert_null(arena.newest);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_stays_where_it_is),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(one_piece_may_be_large),
        cmocka_unit_test(more_than_there_is_memory_is_null),
        cmocka_unit_test(a_freed_arena_is_empty_and_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
