/* Which passages a query selects. How they rank is in test_rank.c and test_naive_scorer.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/select/select.h"
#include "tests/unit/searched_files.h"

static struct searcher *searcher;

static int open_searcher(void **state) {
    int status = enter_temporary_folder(state);
    write_documents(
        "a.jsonl",
        "{\"_id\": \"a\", \"title\": \"Insulin pumps\", \"text\": \"They operate for years.\"}\n"
        "{\"_id\": \"b\", \"text\": \"The hospital has X-ray machines. Aid comes.\"}\n"
        "{\"_id\": \"c\", \"text\": \"COVID-19 and AIDS, says the WHO.\", \"date\": \"2024\"}\n"
        "{\"_id\": \"d\", \"text\": \"An xray of 19 children with asthma\", \"date\": \"2023\"}\n"
        "{\"_id\": \"e\", \"text\": \"Asthma is common among older children. Therapies help.\"}\n"
        "{\"_id\": \"f\", \"text\": \"A therapist; follow the GPs.\"}\n");
    write_file("files/g.md",
               "# Title\n\n## Dose of insulin\n\nWords.\n\n## Risks\n\nOther words.\n");
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

static void assert_selects(const char *query, const char *expected) {
    struct arena arena = {0};
    struct query_tree tree;
    struct selection selection = {0};
    struct error error = {0};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    if (select_passages(searcher, &tree, &arena, &selection, &error) != STATUS_OK)
        fail_msg("%s: %s", query, error.text);
    assert_int_equal(selection_collect(&selection, searcher->collection.next_passage, NULL),
                     STATUS_OK);
    assert_set(searcher, &selection.passages, expected, query);
    selection_free(&selection);
    selection_free(&selection);
    arena_free(&arena);
}

/* The clauses that score, and how often what each asks for stands anywhere: "diabet 2, us* 1". */
static void assert_scores(const char *query, const char *expected) {
    struct arena arena = {0};
    struct query_tree tree;
    struct selection selection = {0};
    struct buffer found = {0};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    assert_int_equal(select_passages(searcher, &tree, &arena, &selection, NULL), STATUS_OK);
    for (size_t i = 0; i < selection.clauses.n_clauses; i++)
        buffer_append_format(&found, "%s%s %d", i > 0 ? ", " : "",
                             selection.clauses.clauses[i].label,
                             (int)selection.clauses.clauses[i].cf);
    assert_string_equal(buffer_string(&found), expected);
    buffer_free(&found);
    selection_free(&selection);
    arena_free(&arena);
}

static void any_of_the_plain_words_may_match_in_any_form(void **state) {
    (void)state;
    assert_selects("pump", "a");
    assert_selects("pumping hospitals", "a b");
    assert_selects("insulin", "a files/g.md");
    assert_selects("unheard-of", "");
}

static void assert_lacks(const char *query, bool expected) {
    struct arena arena = {0};
    struct query_tree tree;
    struct selection selection = {0};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    assert_int_equal(select_passages(searcher, &tree, &arena, &selection, NULL), STATUS_OK);
    assert_true(selection.by_clauses);
    assert_int_equal(selection.lacks_word, expected);
    selection_free(&selection);
    arena_free(&arena);
}

static void it_is_known_whether_the_index_has_all_words_in_some_form(void **state) {
    (void)state;
    assert_lacks("the pumping hospitals of AIDS", false);
    assert_lacks("PUMPS -asthma", false);
    assert_lacks("the pumping hospitalls", true);
    assert_lacks("asthma unheard-of", true);
}

static void function_words_count_only_among_themselves(void **state) {
    (void)state;
    assert_selects("the pump", "a");
    assert_selects("the", "b c f");
    assert_selects("of with", "d files/g.md");
    assert_selects("+the asthma", "b c f");
}

static void must_and_must_not_hold(void **state) {
    (void)state;
    assert_selects("+asthma xray", "d e");
    assert_selects("asthma -xray", "e");
    assert_selects("+asthma +xray", "d");
    assert_selects("-asthma", "a b c f files/g.md files/g.md");
    assert_selects("-the", "a d e files/g.md files/g.md");
}

static void operators_combine_groups(void **state) {
    (void)state;
    assert_selects("asthma AND common", "e");
    assert_selects("(pump OR hospital) AND machines", "b");
    assert_selects("asthma NOT common", "d");
    assert_selects("pump OR asthma AND common", "a e");
    assert_selects("NOT asthma", "a b c f files/g.md files/g.md");
}

static void an_operand_of_nothing_is_as_if_not_typed(void **state) {
    (void)state;
    assert_selects("asthma AND &", "d e");
    assert_selects("+& asthma", "d e");
    assert_selects("& ...", "");
    assert_selects("", "");
    assert_selects("-&", "");
}

static void a_phrase_has_its_words_unstemmed_and_in_order(void **state) {
    (void)state;
    assert_selects("\"insulin pumps\"", "a");
    assert_selects("\"insulin pump\"", "");
    assert_selects("\"of 19 children\"", "d");
    assert_selects("\"the hospital\"", "b");
    assert_selects("\"of the\"", "");
    assert_selects("\"says the WHO\"", "c");
    assert_selects("\"covid 19\"", "c");
}

static void a_compound_is_found_however_it_is_written(void **state) {
    (void)state;
    assert_selects("x-ray", "b d");
    assert_selects("xray", "b d");
    assert_selects("+x-ray", "b d");
    assert_selects("covid19", "c");
    assert_selects("covid-19", "c");
    assert_selects("+covid-19", "c");
    assert_selects("19", "c d");
}

static void acronyms_and_words_are_told_apart(void **state) {
    (void)state;
    assert_selects("AIDS", "c");
    assert_selects("aids", "b c");
    assert_selects("aid", "b");
    assert_selects("WHO", "c");
    assert_selects("gp", "f");
}

static void a_prefix_stands_for_all_words_that_begin_so(void **state) {
    (void)state;
    assert_selects("therap*", "e f");
    assert_selects("therapies*", "e");
    assert_selects("who*", "c");
    assert_selects("ai*", "b c");
    assert_selects("title:pu*", "a");
    assert_selects("zzz*", "");
}

static void a_word_in_capitals_counts_once_for_its_prefix(void **state) {
    (void)state;
    assert_scores("WHO*", "who* 1");
    assert_scores("AI*", "ai* 2");
}

static void a_prefix_scores_beside_the_word_that_it_is(void **state) {
    (void)state;
    assert_scores("pump* +pump", "pump* 1, pump 1");
    assert_scores("asthma asthma*", "asthma 2, asthma* 2");
}

static void near_words_stand_so_far_apart(void **state) {
    (void)state;
    assert_selects("asthma NEAR children", "d e");
    assert_selects("asthma NEAR/0 children", "d"); /* "with" takes no room */
    assert_selects("children NEAR/3 common", "e");
    assert_selects("asthma NEAR/1 pump", "");
}

static void fields_restrict_where_a_word_stands(void **state) {
    (void)state;
    assert_selects("title:insulin", "a");
    assert_selects("heading:insulin", "files/g.md");
    assert_selects("title:\"insulin pumps\"", "a");
    assert_selects("heading:\"insulin pumps\"", "");
    assert_selects("title:(asthma insulin)", "a");
}

static void filters_hold_without_words_and_with_them(void **state) {
    (void)state;
    assert_selects("after:2023", "c d");
    assert_selects("asthma before:2024", "d");
    assert_selects("-before:2024 asthma", "e");
    assert_selects("(after:2023 OR before:2024) asthma", "d");
    assert_selects("kind:source asthma", "");
}

static void a_filter_is_no_word_of_the_query(void **state) {
    (void)state;
    assert_selects("site:who.int OR the", "b c f");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_of_the_plain_words_may_match_in_any_form),
        cmocka_unit_test(it_is_known_whether_the_index_has_all_words_in_some_form),
        cmocka_unit_test(function_words_count_only_among_themselves),
        cmocka_unit_test(must_and_must_not_hold),
        cmocka_unit_test(operators_combine_groups),
        cmocka_unit_test(an_operand_of_nothing_is_as_if_not_typed),
        cmocka_unit_test(a_phrase_has_its_words_unstemmed_and_in_order),
        cmocka_unit_test(a_compound_is_found_however_it_is_written),
        cmocka_unit_test(acronyms_and_words_are_told_apart),
        cmocka_unit_test(a_prefix_stands_for_all_words_that_begin_so),
        cmocka_unit_test(a_word_in_capitals_counts_once_for_its_prefix),
        cmocka_unit_test(a_prefix_scores_beside_the_word_that_it_is),
        cmocka_unit_test(near_words_stand_so_far_apart),
        cmocka_unit_test(fields_restrict_where_a_word_stands),
        cmocka_unit_test(filters_hold_without_words_and_with_them),
        cmocka_unit_test(a_filter_is_no_word_of_the_query),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
