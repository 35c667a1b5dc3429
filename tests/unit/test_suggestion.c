/* "Did you mean": better spellings of queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/suggestion.h"
#include "tests/unit/searched_files.h"

static struct searcher *searcher;

static int open_searcher(void **state) {
    int status = enter_temporary_folder(state);
    write_documents(
        "a.jsonl",
        "{\"_id\": \"a\", \"text\": \"Diabetes needs insulin pumps in hospitals, or X-ray.\"}\n"
        "{\"_id\": \"b\", \"text\": \"Hospitalization for haemoglobin and asthma. LUNGS.\"}\n"
        "{\"_id\": \"c\", \"text\": \"Die Gesundheiten der Patienten.\", \"lang\": \"de\"}\n"
        "{\"_id\": \"d\", \"text\": \"An ode to oder, odes; that form farm.\"}\n");
    struct buffer lines = {0};
    for (int i = 0; i < 99; i++)
        buffer_append_format(&lines, "{\"_id\": \"p%d\", \"text\": \"Protein.\"}\n", i);
    buffer_append_string(&lines, "{\"_id\": \"s\", \"text\": \"Proteens.\"}\n");
    write_documents("b.jsonl", buffer_string(&lines));
    buffer_free(&lines);
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

/* `expected` is NULL for none. */
static void assert_suggested(const char *query, const char *expected) {
    struct arena arena = {0};
    struct query_tree tree;
    const char *suggestion;
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    assert_int_equal(suggestion_find(searcher, query, &tree, &arena, &suggestion, NULL), STATUS_OK);
    if (!suggestion != !expected || (expected && strcmp(suggestion, expected) != 0))
        fail_msg("%s: suggested \"%s\", not \"%s\"", query, suggestion ? suggestion : "nothing",
                 expected ? expected : "nothing");
    arena_free(&arena);
}

static void a_letter_wrong_missing_added_or_exchanged_is_a_slip(void **state) {
    (void)state;
    assert_suggested("diabedes", "diabetes");
    assert_suggested("diabtes", "diabetes");
    assert_suggested("diabbetes", "diabetes");
    assert_suggested("daibetes", "diabetes");
    assert_suggested("siabetes", "diabetes");
    assert_suggested("idabetes", "diabetes");
    assert_suggested("ddiabetes", "diabetes");
    assert_suggested("iabetes", "diabetes");
    assert_suggested("ashtma", "asthma");
}

static void a_long_word_may_have_two_slips(void **state) {
    (void)state;
    assert_suggested("diabtess", "diabetes");
    assert_suggested("diabites milk", "diabetes milk");
    assert_suggested("asmta", NULL);
}

static void the_word_is_one_that_documents_have(void **state) {
    (void)state;
    assert_suggested("hospitalizaton", "hospitalization");
    assert_suggested("hosptals", "hospitals");
    assert_suggested("Gesundheitn", "Gesundheiten");
    assert_suggested("hemoglobn", "haemoglobin");
}

static void words_that_are_found_are_left_alone(void **state) {
    (void)state;
    assert_suggested("diabetes insulin", NULL);
    assert_suggested("pump hospital", NULL);
    assert_suggested("xray lungs DIABETES hemoglobin", NULL);
    assert_suggested("", NULL);
}

static void words_that_look_like_none_are_left_alone(void **state) {
    (void)state;
    assert_suggested("zebra", NULL);
    assert_suggested("farn 3mg b12", "farm 3mg b12");
    assert_suggested("od", NULL);
    assert_suggested("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", NULL);
}

static void the_slip_of_another_is_no_model(void **state) {
    (void)state;
    assert_suggested("proteeen", "protein");
}

static void the_rest_of_the_query_stays(void **state) {
    (void)state;
    assert_suggested("+Insluin -diabtes \"insulin pmups\" kind:article",
                     "+Insulin -diabtes \"insulin pumps\" kind:article");
    assert_suggested("title:(diabtes OR x) NEAR", "title:(diabetes OR x) NEAR");
    assert_suggested("insuln AND insuln", "insulin AND insulin");
    assert_suggested("diabtes insuln hosptal astma", "diabetes insulin hospitals astma");
}

static void an_answer_has_it(void **state) {
    (void)state;
    struct answer answer = {0};
    struct search search = {.query = "diabtes", .limit = 1};
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    assert_string_equal(answer.suggestion, "diabetes");
    answer_free(&answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_wrong_missing_added_or_exchanged_is_a_slip),
        cmocka_unit_test(a_long_word_may_have_two_slips),
        cmocka_unit_test(the_word_is_one_that_documents_have),
        cmocka_unit_test(words_that_are_found_are_left_alone),
        cmocka_unit_test(words_that_look_like_none_are_left_alone),
        cmocka_unit_test(the_slip_of_another_is_no_model),
        cmocka_unit_test(the_rest_of_the_query_stays),
        cmocka_unit_test(an_answer_has_it),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
