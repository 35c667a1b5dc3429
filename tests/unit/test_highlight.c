/* What is marked in the text of a hit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/searched_files.h"

static struct searcher *searcher;

static int open_searcher(void **state) {
    int status = enter_temporary_folder(state);
    write_documents(
        "a.jsonl",
        "{\"_id\": \"a\", \"title\": \"Note\","
        " \"text\": \"Online forms, a Booking. The online booking of visits is Online-Booking.\"}\n"
        "{\"_id\": \"b\", \"title\": \"Note\","
        " \"text\": \"COVID-19 and covid19 in 19 wards; COVID, COVID 19.\"}\n"
        "{\"_id\": \"c\", \"title\": \"Note\","
        " \"text\": \"Pumps for the heart: heart pumps, the heart.\"}\n");
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

/* Asserts the text of the best hit with its highlights in brackets. */
static void assert_marked(const char *query, const char *expected) {
    struct answer answer = {0};
    struct buffer marked = {0};
    struct search search = {.query = query, .limit = 1};
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.n_hits, 1);
    const struct hit *hit = &answer.hits[0];
    size_t at = 0;
    for (size_t i = 0; i < hit->passage.n_highlights; i++) {
        struct span span = hit->passage.highlights[i];
        assert_true(span.start >= at && span.end > span.start);
        buffer_append(&marked, hit->passage.text + at, span.start - at);
        buffer_append_char(&marked, '[');
        buffer_append(&marked, hit->passage.text + span.start, span.end - span.start);
        buffer_append_char(&marked, ']');
        at = span.end;
    }
    buffer_append_string(&marked, hit->passage.text + at);
    assert_string_equal(buffer_string(&marked), expected);
    buffer_free(&marked);
    answer_free(&answer);
}

static void words_are_marked_in_every_form(void **state) {
    (void)state;
    assert_marked("pump", "[Pumps] for the heart: heart [pumps], the heart.");
    assert_marked("bookings", "Online forms, a [Booking]. The online [booking] of visits is "
                              "Online-[Booking].");
}

static void a_phrase_is_marked_as_one_and_nowhere_else(void **state) {
    (void)state;
    assert_marked("\"online booking\"",
                  "Online forms, a Booking. The [online booking] of visits is "
                  "[Online-Booking].");
    assert_marked("\"the heart\"", "Pumps for [the heart]: heart pumps, [the heart].");
    assert_marked("\"heart pumps\"", "Pumps for the heart: [heart pumps], the heart.");
}

static void a_word_beside_its_phrase_is_marked_everywhere(void **state) {
    (void)state;
    assert_marked("\"heart pumps\" heart", "Pumps for the [heart]: [heart pumps], the [heart].");
}

static void phrases_that_overlap_are_one_mark(void **state) {
    (void)state;
    assert_marked("\"for the heart\" \"the heart heart\"",
                  "Pumps [for the heart: heart] pumps, the heart.");
}

static void a_number_is_marked_only_in_its_compound(void **state) {
    (void)state;
    assert_marked("COVID-19", "[COVID-19] and [covid19] in 19 wards; [COVID], [COVID 19].");
    assert_marked("+COVID-19", "[COVID-19] and [covid19] in 19 wards; [COVID], [COVID 19].");
    assert_marked("19", "COVID-[19] and covid[19] in [19] wards; COVID, COVID [19].");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_marked_in_every_form),
        cmocka_unit_test(a_phrase_is_marked_as_one_and_nowhere_else),
        cmocka_unit_test(a_word_beside_its_phrase_is_marked_everywhere),
        cmocka_unit_test(phrases_that_overlap_are_one_mark),
        cmocka_unit_test(a_number_is_marked_only_in_its_compound),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
