/* Texts without the marks of footnotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query/print/note_marks.h"

static void check_claim(const char *claim, const char *expected) {
    struct arena arena = {0};
    assert_string_equal(note_marks_hide_in(claim, &arena), expected);
    arena_free(&arena);
}

static void marks_are_not_shown(void **state) {
    (void)state;
    check_claim("Drugs help.[^1]", "Drugs help.");
    check_claim("[^a-b]Drugs[^1][^2] help [^who].", "Drugs help.");
    check_claim("Drugs [^1] [^2] help [^3]", "Drugs help");
    check_claim("one [^1]\ntwo", "one\ntwo");
    check_claim("one [^1] two", "one two");
}

static void what_is_no_mark_stays(void **state) {
    (void)state;
    static const char *const texts[] = {"",    "[^",  "[^]",       "[^a b]",
                                        "[^a", "[a]", "x^2 [^[1]", "[^a[b]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_claim(texts[i], texts[i]);
}

static void highlights_and_lines_move_with_the_text(void **state) {
    (void)state;
    const char text[] = "It helps[^who]\nWHO says [^2].";
    struct span highlights[] = {{3, 8}, {10, 13}, {15, 18}, {19, 23}};
    struct line_start lines[] = {{15, 2}};
    struct hit_citation citation = {0};
    struct hit hit = {.passage = {.text = text,
                                  .highlights = highlights,
                                  .n_highlights = 4,
                                  .line_starts = lines,
                                  .n_line_starts = 1},
                      .citations = &citation,
                      .n_citations = 1};
    struct hit shown;
    struct arena arena = {0};
    assert_true(note_marks_hide(&hit, &arena, &shown));
    assert_string_equal(shown.passage.text, "It helps\nWHO says.");
    assert_int_equal(shown.passage.n_highlights, 3);
    assert_memory_equal(shown.passage.text + shown.passage.highlights[0].start, "helps", 5);
    assert_int_equal(shown.passage.highlights[0].end, 8);
    assert_memory_equal(shown.passage.text + shown.passage.highlights[1].start, "WHO", 3);
    assert_memory_equal(shown.passage.text + shown.passage.highlights[2].start, "says.", 5);
    assert_int_equal(shown.passage.line_starts[0].byte, 9);
    assert_int_equal(shown.passage.line_starts[0].line, 2);
    arena_free(&arena);
}

static void a_text_without_citations_has_no_marks(void **state) {
    (void)state;
    struct hit hit = {.passage = {.text = "The class [^a] is not a."}};
    struct hit shown;
    struct arena arena = {0};
    assert_true(note_marks_hide(&hit, &arena, &shown));
    assert_ptr_equal(shown.passage.text, hit.passage.text);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_not_shown),
        cmocka_unit_test(what_is_no_mark_stays),
        cmocka_unit_test(highlights_and_lines_move_with_the_text),
        cmocka_unit_test(a_text_without_citations_has_no_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
