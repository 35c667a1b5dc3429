/* How many words a text has; test_passage.c has what units are for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/passages/unit.h"

static size_t count(const char *text) {
    return units_count_words(text, 0, strlen(text));
}

static void words_are_runs_of_what_is_not_white(void **state) {
    (void)state;
    assert_int_equal(count(""), 0);
    assert_int_equal(count(" \n\t"), 0);
    assert_int_equal(count("one"), 1);
    assert_int_equal(count(" one, two\nthree "), 3);
    assert_int_equal(units_count_words("one two three", 2, 6), 2);
}

static void a_long_run_is_a_word_for_each_12_bytes(void **state) {
    (void)state;
    assert_int_equal(count("123456789012345678901234"), 1);
    assert_int_equal(count("1234567890123456789012345"), 3);
    assert_int_equal(count("a 1234567890123456789012345 b 1234567890123456789012345"), 8);
}

/* The definition, byte by byte. */
static size_t count_slowly(const char *text, size_t start, size_t end) {
    size_t n_words = 0;
    size_t run = 0;
    for (size_t i = start; i <= end; i++) {
        bool is_white = i == end || text[i] == ' ' || text[i] == '\n';
        if (is_white)
            n_words += run > 24 ? (run + 11) / 12 : run > 0;
        run = is_white ? 0 : run + 1;
    }
    return n_words;
}

static void texts_of_any_runs_are_counted_right(void **state) {
    (void)state;
    enum { N_BYTES = 500, N_TEXTS = 3000 };
    char text[N_BYTES];
    srand(1);
    for (int n = 0; n < N_TEXTS; n++) {
        int every = 2 + rand() % 60;
        for (size_t i = 0; i < N_BYTES; i++)
            text[i] = rand() % every ? 'a' : rand() % 2 ? ' ' : '\n';
        size_t start = (size_t)rand() % N_BYTES;
        assert_int_equal(units_count_words(text, start, N_BYTES),
                         count_slowly(text, start, N_BYTES));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_runs_of_what_is_not_white),
        cmocka_unit_test(a_long_run_is_a_word_for_each_12_bytes),
        cmocka_unit_test(texts_of_any_runs_are_counted_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
