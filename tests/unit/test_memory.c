/* SQLite's memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "query/memory.h"

enum { N_PIECES = 64, N_ROUNDS = 20000, MOST_BYTES = 5000 };

struct held {
    unsigned char *bytes;
    size_t n_bytes;
    unsigned char value;
};

static void assert_whole(const struct held *held) {
    for (size_t i = 0; i < held->n_bytes; i++)
        assert_int_equal(held->bytes[i], held->value);
}

static void what_is_held_stays_as_it_was_written(void **state) {
    (void)state;
    struct held pieces[N_PIECES] = {0};
    srand(1);
    for (size_t round = 0; round < N_ROUNDS; round++) {
        struct held *held = &pieces[(size_t)rand() % N_PIECES];
        size_t n_bytes = (size_t)rand() % (rand() % 4 ? 200 : MOST_BYTES) + 1;
        assert_whole(held);
        if (held->bytes && rand() % 2) {
            sqlite3_free(held->bytes);
            *held = (struct held){0};
            continue;
        }
        size_t n_kept = held->n_bytes < n_bytes ? held->n_bytes : n_bytes;
        held->bytes = sqlite3_realloc64(held->bytes, n_bytes);
        assert_non_null(held->bytes);
        assert_int_equal((uintptr_t)held->bytes % 8, 0);
        assert_true(sqlite3_msize(held->bytes) >= n_bytes);
        held->n_bytes = n_kept;
        assert_whole(held);
        held->n_bytes = n_bytes;
        held->value = (unsigned char)round;
        memset(held->bytes, held->value, n_bytes);
    }
    for (size_t i = 0; i < N_PIECES; i++) {
        assert_whole(&pieces[i]);
        sqlite3_free(pieces[i].bytes);
    }
}

static void what_is_freed_is_used_again(void **state) {
    (void)state;
    void *first = sqlite3_malloc(100);
    sqlite3_free(first);
    assert_ptr_equal(sqlite3_malloc(97), first);
    sqlite3_free(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_stays_as_it_was_written),
        cmocka_unit_test(what_is_freed_is_used_again),
    };
    memory_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
