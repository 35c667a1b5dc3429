/* The lexicon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/hash.h"
#include "store/lexicon.h"

static uint32_t add(struct lexicon *lexicon, const char *term) {
    return lexicon_add(lexicon, term, strlen(term), hash_of(term, strlen(term)));
}

static void terms_are_numbered_as_they_come(void **state) {
    (void)state;
    enum { N_TERMS = 20000 };
    struct lexicon lexicon = {0};
    char term[16];
    for (size_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < N_TERMS; i++) {
            snprintf(term, sizeof term, "term%u", i);
            assert_int_equal(add(&lexicon, term), i);
            assert_string_equal(lexicon_term(&lexicon, i), term);
        }
    assert_int_equal(lexicon.n_terms, N_TERMS);
    lexicon_clear(&lexicon);
    assert_int_equal(add(&lexicon, "term7"), 0);
    lexicon_free(&lexicon);
}

static void terms_of_one_hash_are_told_apart(void **state) {
    (void)state;
    struct lexicon lexicon = {0};
    assert_int_equal(lexicon_add(&lexicon, "one", 3, 1), 0);
    assert_int_equal(lexicon_add(&lexicon, "two", 3, 1), 1);
    assert_int_equal(lexicon_add(&lexicon, "on", 2, 1), 2);
    assert_int_equal(lexicon_add(&lexicon, "", 0, 1), 3);
    assert_int_equal(lexicon_add(&lexicon, "one", 3, 1), 0);
    lexicon_free(&lexicon);
}

static void a_hash_depends_on_every_byte_and_the_length(void **state) {
    (void)state;
    char word[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t n = 1; n < sizeof word; n++) {
        uint32_t hash = hash_of(word, n);
        assert_int_not_equal(hash, hash_of(word, n - 1));
        for (size_t i = 0; i < n; i++) {
            word[i] ^= 1;
            assert_int_not_equal(hash, hash_of(word, n));
            word[i] ^= 1;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_numbered_as_they_come),
        cmocka_unit_test(terms_of_one_hash_are_told_apart),
        cmocka_unit_test(a_hash_depends_on_every_byte_and_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
