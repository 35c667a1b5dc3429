/* The stemmer and its cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "store/stemmer.h"

static struct stemmer *stemmer;

static int open_stemmer(void **state) {
    (void)state;
    return stemmer_open(&stemmer, NULL) == STATUS_OK ? 0 : -1;
}

static int close_stemmer(void **state) {
    (void)state;
    stemmer_close(stemmer);
    stemmer_close(NULL);
    return 0;
}

static void assert_stem(const char *language, const char *word, const char *expected) {
    struct stem stem;
    assert_int_equal(stemmer_use(stemmer, language, NULL), STATUS_OK);
    assert_int_equal(stemmer_stem(stemmer, word, strlen(word), &stem, NULL), STATUS_OK);
    assert_int_equal(stem.n_bytes, strlen(expected));
    assert_memory_equal(stem.bytes, expected, stem.n_bytes);
    assert_int_equal(stem.differs, strcmp(word, expected) != 0);
}

static void a_word_has_the_same_stem_every_time(void **state) {
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_stem("en", "monitoring", "monitor");
        assert_stem(NULL, "monitoring", "monitor");
        assert_stem("en", "monitors", "monitor");
        assert_stem("en", "monitor", "monitor");
    }
}

static void a_word_ends_where_its_bytes_end(void **state) {
    (void)state;
    struct stem stem;
    assert_stem("en", "caring", "care");
    assert_int_equal(stemmer_stem(stemmer, "caring", 4, &stem, NULL), STATUS_OK);
    assert_memory_equal(stem.bytes, "cari", stem.n_bytes);
    assert_stem("en", "", "");
}

static void languages_are_stemmed_apart(void **state) {
    (void)state;
    assert_stem("de", "operationen", "operation");
    assert_stem("en", "operationen", "operationen");
    assert_stem("de", "operationen", "operation");
    assert_stem("DE-at", "operationen", "operation");
    assert_stem("fr", "hospitali\xC3\xA8res", "hospitali");
}

static void a_language_without_stemmer_leaves_words_alone(void **state) {
    (void)state;
    static const char *const languages[] = {"xx", "zh", "eng", "english", "--", "d", "\xC3\xA9"};
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        assert_stem(languages[i], "operations", "operations");
}

static void a_stem_tells_function_words(void **state) {
    (void)state;
    struct stem stem;
    assert_int_equal(stemmer_use(stemmer, "en", NULL), STATUS_OK);
    assert_int_equal(stemmer_stem(stemmer, "the", 3, &stem, NULL), STATUS_OK);
    assert_true(stem.is_function_word && stem.word_is_function_word);
    assert_int_equal(stemmer_stem(stemmer, "hims", 4, &stem, NULL), STATUS_OK);
    assert_true(stem.is_function_word && !stem.word_is_function_word);
    assert_int_equal(stemmer_stem(stemmer, "heart", 5, &stem, NULL), STATUS_OK);
    assert_false(stem.is_function_word || stem.word_is_function_word);
    assert_int_equal(stemmer_use(stemmer, "xx", NULL), STATUS_OK);
    assert_int_equal(stemmer_stem(stemmer, "the", 3, &stem, NULL), STATUS_OK);
    assert_true(stem.is_function_word && stem.word_is_function_word);
}

static void what_is_too_long_for_a_word_is_left_alone(void **state) {
    (void)state;
    char word[STEMMER_MAX_BYTES + 2];
    memset(word, 'a', sizeof word);
    memcpy(word + STEMMER_MAX_BYTES - 3, "ing", 4);
    char stem[sizeof word];
    snprintf(stem, sizeof stem, "%.*s", STEMMER_MAX_BYTES - 3, word);
    assert_stem("en", word, stem);
    memcpy(word + STEMMER_MAX_BYTES - 2, "ing", 4);
    assert_stem("en", word, word);
}

static void more_words_than_the_cache_holds_are_stemmed_all_the_same(void **state) {
    (void)state;
    enum { N_WORDS = 120000 };
    char word[40];
    for (int i = 0; i < N_WORDS; i++) {
        snprintf(word, sizeof word, "w%xation", (unsigned)i);
        struct stem found;
        assert_int_equal(stemmer_stem(stemmer, word, strlen(word), &found, NULL), STATUS_OK);
        assert_memory_equal(found.bytes, word, found.n_bytes < 2 ? found.n_bytes : 2);
        assert_true(found.n_bytes > 0 && found.n_bytes <= strlen(word));
        if (i % 1000 == 0)
            assert_stem("en", "monitoring", "monitor");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_has_the_same_stem_every_time),
        cmocka_unit_test(a_word_ends_where_its_bytes_end),
        cmocka_unit_test(languages_are_stemmed_apart),
        cmocka_unit_test(a_language_without_stemmer_leaves_words_alone),
        cmocka_unit_test(a_stem_tells_function_words),
        cmocka_unit_test(what_is_too_long_for_a_word_is_left_alone),
        cmocka_unit_test(more_words_than_the_cache_holds_are_stemmed_all_the_same),
    };
    return cmocka_run_group_tests(tests, open_stemmer, close_stemmer);
}
