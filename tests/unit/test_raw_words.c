/* Raw words: unicode61 is the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "store/raw_words.h"

static sqlite3 *connection;
static struct raw_words words;

static int open_words(void **state) {
    (void)state;
    if (sqlite3_open(":memory:", &connection) != SQLITE_OK)
        return -1;
    words.connection = connection;
    return raw_words_unicode61(&words, NULL) == STATUS_OK ? 0 : -1;
}

static int close_words(void **state) {
    (void)state;
    raw_words_close(&words);
    return sqlite3_close(connection) == SQLITE_OK ? 0 : -1;
}

/* Compares the next word with unicode61's. */
static int assert_next(void *context, int flags, const char *folded, int n_bytes, int start,
                       int end) {
    size_t *i = context;
    (void)flags;
    assert_true(*i < words.n_words);
    const struct raw_word *word = &words.words[(*i)++];
    assert_int_equal(word->start, start);
    assert_int_equal(word->end, end);
    assert_int_equal(word->folded_bytes, n_bytes);
    assert_memory_equal(words.folded.data + word->folded, folded, (size_t)n_bytes);
    size_t n_letters = 0;
    for (int j = 0; j < n_bytes; j++)
        n_letters += folded[j] >= 'a' && folded[j] <= 'z';
    assert_int_equal(word->is_letters, n_letters == (size_t)n_bytes);
    return SQLITE_OK;
}

static void assert_as_unicode61(const char *text, size_t n_bytes) {
    size_t n_seen = 0;
    assert_int_equal(raw_words_find(&words, text, n_bytes, NULL), STATUS_OK);
    words.unicode61.xTokenize(words.instance, &n_seen, FTS5_TOKENIZE_DOCUMENT, text, (int)n_bytes,
                              assert_next);
    assert_int_equal(n_seen, words.n_words);
}

static void ascii_is_cut_and_folded_as_by_unicode61(void **state) {
    (void)state;
    char all[2 * 128];
    for (size_t i = 0; i < 128; i++) {
        all[2 * i] = (char)i;
        all[2 * i + 1] = (char)(127 - i);
    }
    assert_as_unicode61(all, sizeof all);
    assert_as_unicode61("", 0);
    assert_as_unicode61("COVID-19 (IL6), x", 17);
}

static void any_text_is_cut_and_folded_as_by_unicode61(void **state) {
    (void)state;
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "9",
                                         "s",
                                         " ",
                                         "-",
                                         "\n",
                                         "'",
                                         "\xCC\x81",
                                         "\xC3\x89",
                                         "\xCE\xB2",
                                         "\xC2\xA0",
                                         "\xC2\xB0",
                                         "\xD0\x96",
                                         "_",
                                         ".",
                                         "\xE2\x80\x99",
                                         "\xE2\x80\x93"};
    enum { N_TEXTS = 2000, N_PIECES = sizeof pieces / sizeof *pieces, LENGTH = 30 };
    unsigned random = 1;
    for (size_t i = 0; i < N_TEXTS; i++) {
        char text[LENGTH * 3 + 1] = "";
        for (size_t j = 0; j < LENGTH; j++) {
            random = random * 1103515245U + 12345U;
            strcat(text, pieces[(random >> 16) % N_PIECES]);
        }
        assert_as_unicode61(text, strlen(text));
    }
}

static void what_unicode61_leaves_is_made_plain(void **state) {
    (void)state;
    assert_int_equal(raw_words_find(&words, "CO\xE2\x82\x82 Stra\xC3\x9F", 12, NULL), STATUS_OK);
    assert_int_equal(words.n_words, 2);
    assert_memory_equal(words.folded.data + words.words[0].folded, "co2", 3);
    assert_memory_equal(words.folded.data + words.words[1].folded, "strass", 6);
    assert_false(words.words[0].is_letters);
    assert_int_equal(words.words[1].start, 6);
}

static void chinese_falls_into_characters(void **state) {
    (void)state;
    assert_int_equal(raw_words_find(&words,
                                    "a\xE5\xBF\x83\xE8\x84\x8F"
                                    "b",
                                    8, NULL),
                     STATUS_OK);
    assert_int_equal(words.n_words, 4);
    assert_true(words.words[1].is_cjk && words.words[2].is_cjk && !words.words[3].is_cjk);
    assert_int_equal(words.words[2].start, 4);
    assert_int_equal(words.words[2].end, 7);
}

static void a_long_word_is_cut(void **state) {
    (void)state;
    char text[2 * TOKEN_MAX_BYTES];
    memset(text, 'A', sizeof text);
    assert_int_equal(raw_words_find(&words, text, sizeof text, NULL), STATUS_OK);
    assert_int_equal(words.n_words, 1);
    assert_int_equal(words.words[0].folded_bytes, TOKEN_MAX_BYTES);
    assert_int_equal(words.words[0].end, sizeof text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_is_cut_and_folded_as_by_unicode61),
        cmocka_unit_test(any_text_is_cut_and_folded_as_by_unicode61),
        cmocka_unit_test(what_unicode61_leaves_is_made_plain),
        cmocka_unit_test(chinese_falls_into_characters),
        cmocka_unit_test(a_long_word_is_cut),
    };
    return cmocka_run_group_tests(tests, open_words, close_words);
}
