/* Which part of a passage is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/print/snippet.h"
#include "store/buffer.h"

enum { MOST_WORDS = 64, MEGABYTE = 1000000 };

/* The snippet of `text` with each occurrence of each of `words` (separated by spaces) highlighted.
 * Lives until the next call. */
static const char *snippet(const char *text, const char *words, size_t max_bytes) {
    static char result[2000];
    struct span highlights[MOST_WORDS];
    size_t n = 0;
    for (size_t at = 0; text[at]; at++) {
        for (const char *word = words; *word && n < MOST_WORDS;) {
            size_t length = strcspn(word, " ");
            if (strncmp(text + at, word, length) == 0)
                highlights[n++] = (struct span){at, at + length};
            word += length + (word[length] == ' ');
        }
    }
    struct span span;
    snippet_of(text, highlights, n, max_bytes, &span);
    assert_true(span.start <= span.end && span.end <= strlen(text));
    assert_true(span.end - span.start <= max_bytes);
    snprintf(result, sizeof result, "%.*s", (int)(span.end - span.start), text + span.start);
    return result;
}

static void a_short_text_is_shown_whole(void **state) {
    (void)state;
    assert_string_equal(snippet("Insulin is a hormone.", "hormone", 100), "Insulin is a hormone.");
    assert_string_equal(snippet("", "", 100), "");
}

static void without_highlights_the_beginning_is_shown(void **state) {
    (void)state;
    assert_string_equal(snippet("One two three. Four five six. Seven eight nine.", "", 32),
                        "One two three. Four five six.");
}

static void distinct_words_count_more_than_repeats(void **state) {
    (void)state;
    const char *text = "Pain and pain and pain and pain is pain. Nothing is said in this long "
                       "sentence. Aspirin relieves pain quickly.";
    assert_string_equal(snippet(text, "pain Aspirin", 45), "Aspirin relieves pain quickly.");
}

static void among_equals_the_denser_then_the_earlier_is_shown(void **state) {
    (void)state;
    const char *text = "The dose is here. Much is said that does not matter. A dose of a dose. "
                       "More is said that matters little. A dose of a dose.";
    assert_string_equal(snippet(text, "dose", 20), "A dose of a dose.");
    struct span span;
    const size_t first = (size_t)(strstr(text, "A dose") - text);
    const size_t second = (size_t)(strstr(text + first + 1, "A dose") - text);
    const struct span highlights[] = {{4, 8},
                                      {first + 2, first + 6},
                                      {first + 12, first + 16},
                                      {second + 2, second + 6},
                                      {second + 12, second + 16}};
    snippet_of(text, highlights, 5, 20, &span);
    assert_int_equal(span.start, first);
}

static void case_does_not_make_a_word_distinct(void **state) {
    (void)state;
    const char *text = "PAIN Pain pain PAin and some words that nobody asked for. "
                       "Some pain after aspirin here.";
    assert_string_equal(snippet(text, "PAIN Pain pain PAin aspirin", 34),
                        "Some pain after aspirin here.");
}

static void cuts_fall_between_words(void **state) {
    (void)state;
    const char *text = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima";
    const char *shown = snippet(text, "golf", 30);
    assert_non_null(strstr(shown, "golf"));
    const char *place = strstr(text, shown);
    assert_non_null(place);
    assert_int_equal(place[-1], ' ');
    assert_true(place[strlen(shown)] == ' ' || place[strlen(shown)] == '\0');
}

static void a_snippet_prefers_whole_sentences(void **state) {
    (void)state;
    const char *text = "The first sentence speaks of nothing. “Metformin is given twice a day.” "
                       "Then there comes a third one that is long and says nothing at all.";
    assert_string_equal(snippet(text, "Metformin", 48), "“Metformin is given twice a day.”");
}

static void at_the_end_of_the_text_more_is_shown_before(void **state) {
    (void)state;
    const char *text = "A first sentence that is quite long. A second one. The last has insulin.";
    assert_string_equal(snippet(text, "insulin", 50), "A second one. The last has insulin.");
}

static void characters_are_never_cut(void **state) {
    (void)state;
    const char *text = "糖尿病患者的胰岛素治疗需要长期的血糖监测和饮食控制以及适当的运动";
    for (size_t max_bytes = 0; max_bytes < strlen(text); max_bytes++) {
        const char *shown = snippet(text, "血糖", max_bytes);
        const char *place = strstr(text, shown);
        assert_non_null(place);
        assert_int_equal((place - text) % 3, 0);
        assert_int_equal(strlen(shown) % 3, 0);
    }
}

static void short_rows_do_not_make_a_tall_snippet(void **state) {
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 60; i++)
        buffer_append_format(&text, "%srow %d", i > 0 ? "\n" : "", i);
    const char *shown = snippet(buffer_string(&text), "40", 225);
    size_t n_rows = 1;
    for (const char *at = shown; *at; at++)
        n_rows += *at == '\n';
    assert_in_range(n_rows, 3, SNIPPET_MAX_ROWS);
    assert_non_null(strstr(shown, "row 40"));
    assert_memory_equal(shown, "row ", 4);
    buffer_free(&text);
}

static void a_highlight_longer_than_the_snippet_is_cut(void **state) {
    (void)state;
    assert_string_equal(snippet("see pneumonoultramicroscopic", "pneumonoultramicroscopic", 6),
                        "pneumo");
}

static void a_huge_passage_is_no_burden(void **state) {
    (void)state;
    char *text = malloc(MEGABYTE + 1);
    struct span *highlights = malloc(MEGABYTE / 2 * sizeof *highlights);
    assert_true(text && highlights);
    for (size_t i = 0; i < MEGABYTE; i += 2) {
        text[i] = (char)('a' + i / 2 % 26);
        text[i + 1] = ' ';
        highlights[i / 2] = (struct span){i, i + 1};
    }
    text[MEGABYTE] = '\0';
    struct span span;
    snippet_of(text, highlights, MEGABYTE / 2, 200, &span);
    assert_in_range(span.end - span.start, 100, 200);
    free(highlights);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_text_is_shown_whole),
        cmocka_unit_test(without_highlights_the_beginning_is_shown),
        cmocka_unit_test(distinct_words_count_more_than_repeats),
        cmocka_unit_test(among_equals_the_denser_then_the_earlier_is_shown),
        cmocka_unit_test(case_does_not_make_a_word_distinct),
        cmocka_unit_test(cuts_fall_between_words),
        cmocka_unit_test(a_snippet_prefers_whole_sentences),
        cmocka_unit_test(at_the_end_of_the_text_more_is_shown_before),
        cmocka_unit_test(characters_are_never_cut),
        cmocka_unit_test(short_rows_do_not_make_a_tall_snippet),
        cmocka_unit_test(a_highlight_longer_than_the_snippet_is_cut),
        cmocka_unit_test(a_huge_passage_is_no_burden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
