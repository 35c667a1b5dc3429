/* Words as they were typed, found in a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query/score/scan.h"
#include "store/buffer.h"

static void assert_runs(const char *text, const char *expected) {
    struct buffer found = {0};
    size_t start;
    size_t end;
    for (size_t at = 0; scan_next_run(text, strlen(text), &at, &start, &end);)
        buffer_append_format(&found, "%s%.*s", found.size ? "|" : "", (int)(end - start),
                             text + start);
    assert_string_equal(buffer_string(&found), expected);
    buffer_free(&found);
}

static void runs_are_of_letters_or_of_digits(void **state) {
    (void)state;
    assert_runs("", "");
    assert_runs(" - ", "");
    assert_runs("type 2, of", "type|2|of");
    assert_runs("COVID-19 5mg", "COVID|19|5|mg");
    assert_runs("Wegener's", "Wegener|s");
}

static void marks_that_are_not_ascii_end_a_run_and_letters_do_not(void **state) {
    (void)state;
    assert_runs("Wegener\xE2\x80\x99s \xE2\x80\x9Cna\xC3\xAFve\xE2\x80\x9D",
                "Wegener|s|na\xC3\xAFve");
    assert_runs("a\xC2\xA0"
                "b\xE2\x80\x93"
                "c",
                "a|b|c");
    assert_runs("\xE1\xBF\xA6\xE2\xB2\xA1", "\xE1\xBF\xA6\xE2\xB2\xA1");
}

static void a_text_may_end_inside_a_character(void **state) {
    (void)state;
    const char *cut[] = {"a\xE2", "a\xE2\x80", "a\xC2", "\xE2\x80", "\xC2"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        size_t n_bytes = strlen(cut[i]);
        char *exact = malloc(n_bytes); /* so that a byte too far is seen */
        struct scan scan = {0};
        struct scan_counts counts;
        assert_non_null(exact);
        memcpy(exact, cut[i], n_bytes);
        scan_add_word(&scan, "a", 1);
        scan_text(&scan, exact, n_bytes, &counts);
        free(exact);
    }
}

static struct scan_counts count(const struct scan *scan, const char *text) {
    struct scan_counts counts;
    scan_text(scan, text, strlen(text), &counts);
    return counts;
}

static void a_word_is_found_in_any_case_and_only_whole(void **state) {
    (void)state;
    struct scan scan = {0};
    size_t pump = scan_add_word(&scan, "pump", 4);
    size_t a = scan_add_word(&scan, "a", 1);
    size_t two = scan_add_word(&scan, "2", 1);
    size_t naive = scan_add_word(&scan, "na\xC3\xAFve", 6);
    assert_int_equal(scan_add_word(&scan, "pump", 4), pump);
    assert_int_equal(scan_add_word(&scan, "", 0), SIZE_MAX);
    struct scan_counts counts =
        count(&scan, "A Pump2, pumps and PUMP. Na\xC3\xAFve naive 2 22 p pum a");
    assert_int_equal(counts.words[pump], 2);
    assert_int_equal(counts.words[a], 2);
    assert_int_equal(counts.words[two], 2);
    assert_int_equal(counts.words[naive], 1);
}

static void a_pair_stands_as_far_apart_as_asked(void **state) {
    (void)state;
    struct scan scan = {0};
    size_t type = scan_add_word(&scan, "type", 4);
    size_t two = scan_add_word(&scan, "2", 1);
    size_t next = scan_add_pair(&scan, type, two, 1);
    size_t far = scan_add_pair(&scan, two, type, SCAN_MAX_DISTANCE);
    assert_int_equal(scan_add_pair(&scan, type, two, 1), SIZE_MAX);
    assert_int_equal(scan_add_pair(&scan, type, two, 0), SIZE_MAX);
    assert_int_equal(scan_add_pair(&scan, type, two, SCAN_MAX_DISTANCE + 1), SIZE_MAX);
    assert_int_equal(
        count(&scan, "Type-2, then some type2; not 2 or more types, type so or 2").pairs[next], 2);
    assert_int_equal(count(&scan, "2 a b c d e f type").pairs[far], 1);
    assert_int_equal(count(&scan, "2 a b c d e type").pairs[far], 0);
    assert_int_equal(count(&scan, "2 a b c d e f g type").pairs[far], 0);
    assert_int_equal(count(&scan, "2").pairs[next], 0);
}

static void words_that_are_near_are_a_pair_in_any_order(void **state) {
    (void)state;
    struct scan scan = {0};
    size_t stroke = scan_add_word(&scan, "stroke", 6);
    size_t risk = scan_add_word(&scan, "risk", 4);
    size_t pair = scan_add_pair(&scan, stroke, risk, 1);
    assert_int_equal(count(&scan, "The risk of stroke").pairs[pair], 1);
    assert_int_equal(count(&scan, "stroke, at risk").pairs[pair], 1);
    assert_int_equal(count(&scan, "risk of a stroke").pairs[pair], 0);
    assert_int_equal(count(&scan, "stroke risk, stroke risk").pairs[pair], 3);
    assert_int_equal(count(&scan, "stroke of stroke").pairs[pair], 0);
}

/* Many texts of few bytes, cut anywhere: runs are found 64 bytes at a time, and one by one. */
static void runs_are_the_same_wherever_they_stand_in_a_text(void **state) {
    (void)state;
    static const char bytes[] = "aaAzZ09@[`{/: \xC2\xA0\xE2\x80\x93\xC3\xAF\xE2\x82";
    struct scan scan = {0};
    size_t a = scan_add_word(&scan, "a", 1);
    size_t aa = scan_add_word(&scan, "aa", 2);
    size_t nine = scan_add_word(&scan, "9", 1);
    uint32_t random = 7;
    for (size_t round = 0; round < 3000; round++) {
        char text[200];
        size_t n_bytes = round % sizeof text;
        for (size_t i = 0; i < n_bytes; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = bytes[(random >> 16) % (sizeof bytes - 1)];
        }
        struct scan_counts counts;
        size_t n_a = 0, n_aa = 0, n_nine = 0;
        scan_text(&scan, text, n_bytes, &counts);
        for (size_t at = 0, start, end; scan_next_run(text, n_bytes, &at, &start, &end);) {
            n_a += end - start == 1 && (text[start] | 0x20) == 'a';
            n_aa += end - start == 2 && strncasecmp(text + start, "aa", 2) == 0;
            n_nine += end - start == 1 && text[start] == '9';
        }
        assert_int_equal(counts.words[a], n_a);
        assert_int_equal(counts.words[aa], n_aa);
        assert_int_equal(counts.words[nine], n_nine);
    }
}

static void there_is_room_for_so_many_words(void **state) {
    (void)state;
    struct scan scan = {0};
    char words[SCAN_MAX_WORDS + 1][3];
    for (size_t i = 0; i <= SCAN_MAX_WORDS; i++) {
        words[i][0] = (char)('a' + i / 26);
        words[i][1] = (char)('a' + i % 26);
        assert_int_equal(scan_add_word(&scan, words[i], 2), i < SCAN_MAX_WORDS ? i : SIZE_MAX);
    }
    assert_int_equal(count(&scan, "aa cl cm").words[SCAN_MAX_WORDS - 1], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_of_letters_or_of_digits),
        cmocka_unit_test(marks_that_are_not_ascii_end_a_run_and_letters_do_not),
        cmocka_unit_test(a_text_may_end_inside_a_character),
        cmocka_unit_test(a_word_is_found_in_any_case_and_only_whole),
        cmocka_unit_test(a_pair_stands_as_far_apart_as_asked),
        cmocka_unit_test(words_that_are_near_are_a_pair_in_any_order),
        cmocka_unit_test(runs_are_the_same_wherever_they_stand_in_a_text),
        cmocka_unit_test(there_is_room_for_so_many_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
