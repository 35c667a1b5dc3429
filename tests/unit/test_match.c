/* What FTS5 is asked, and exact phrases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/score/score.h"
#include "query/select/filter.h"
#include "query/select/match.h"
#include "tests/unit/searched_files.h"

static struct searcher *searcher;

static int open_searcher(void **state) {
    int status = enter_temporary_folder(state);
    write_documents("a.jsonl",
                    "{\"_id\": \"a\", \"title\": \"Insulin pumps\", \"text\": \"They operate.\"}\n"
                    "{\"_id\": \"b\", \"text\": \"Insulin pump of the hospital, for patients.\"}\n"
                    "{\"_id\": \"c\", \"text\": \"Pumps for insulin. AIDS. COVID-19 cases\"}\n"
                    "{\"_id\": \"d\", \"text\": \"na\xC3\xAFve INSULIN PUMPS; insulin\"}\n");
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

static void assert_phrase(const char *text, const char *expected) {
    struct buffer match = {0};
    struct token_list list = {0};
    assert_int_equal(
        tokenizer_run(searcher->tokenizer, text, strlen(text), NULL, TOKENS_OF_QUERY, &list, NULL),
        STATUS_OK);
    assert_int_equal(match_append_phrase(&match, &list), expected[0] != '\0');
    assert_string_equal(buffer_string(&match), expected);
    token_list_free(&list);
    buffer_free(&match);
}

static void a_phrase_is_its_terms_in_order_with_their_alternatives(void **state) {
    (void)state;
    assert_phrase("pump", "\"pump\"");
    assert_phrase("insulin pumps", "\"insulin pump|PUMPS\"");
    assert_phrase("hearing aids", "\"hear|HEARING aid|AIDS\"");
    assert_phrase("WHO, AIDS", "\"WHO AIDS\"");
}

static void function_words_and_compounds_are_left_out_of_it(void **state) {
    (void)state;
    assert_phrase("pump of the hospital", "\"pump hospit|HOSPITAL\"");
    assert_phrase("COVID-19 pump", "\"covid 19 pump\"");
    assert_phrase("of the", "");
    assert_phrase("", "");
}

static void columns_are_named_unless_all_are_meant(void **state) {
    (void)state;
    struct buffer match = {0};
    match_append_columns(&match, ALL_COLUMNS);
    assert_string_equal(buffer_string(&match), "");
    match_append_columns(&match, 1 << COLUMN_TITLE | 1 << COLUMN_BODY);
    assert_string_equal(buffer_string(&match), "{ body title } : ");
    buffer_free(&match);
}

static void assert_matches(const char *match, const char *expected) {
    struct passage_set set;
    assert_true(passage_set_init(&set, searcher->collection.next_passage));
    assert_int_equal(match_run(searcher, match, &set, NULL), STATUS_OK);
    assert_set(searcher, &set, expected, match);
    passage_set_free(&set);
}

static void terms_are_matched_as_they_are(void **state) {
    (void)state;
    assert_matches("\"insulin pump\"", "a b d");
    assert_matches("\"insulin pumps\"", "");
    assert_matches("\"aid|AIDS\"", "c");
    assert_matches("{ title } : \"pump\"", "a");
    assert_matches("NEAR(\"pump\" \"patient\", 1)", "b");
    assert_matches("NEAR(\"pump\" \"patient\", 0)", "");
}

static void an_error_of_fts5_is_one_of_the_index(void **state) {
    (void)state;
    struct passage_set set;
    struct error error = {0};
    assert_true(passage_set_init(&set, searcher->collection.next_passage));
    assert_int_equal(match_run(searcher, "\"unclosed", &set, &error), STATUS_INDEX);
    assert_memory_equal(error.text, "test.db: ", 9);
    passage_set_free(&set);
}

static void assert_exact(const char *text, unsigned columns, const char *expected) {
    struct passage_set set;
    struct token_list list = {0};
    assert_true(passage_set_init(&set, searcher->collection.next_passage));
    assert_int_equal(filter_everything(searcher, &set, NULL), STATUS_OK);
    assert_int_equal(
        tokenizer_run(searcher->tokenizer, text, strlen(text), NULL, TOKENS_OF_TEXT, &list, NULL),
        STATUS_OK);
    assert_int_equal(match_exact(searcher, &list, columns, &set, NULL), STATUS_OK);
    assert_set(searcher, &set, expected, text);
    passage_set_free(&set);
    token_list_free(&list);
}

static void an_exact_phrase_has_the_words_as_written_in_their_order(void **state) {
    (void)state;
    assert_exact("insulin pumps", ALL_COLUMNS, "a d");
    assert_exact("insulin pump", ALL_COLUMNS, "b");
    assert_exact("pumps insulin", ALL_COLUMNS, "d");
    assert_exact("pumps for", ALL_COLUMNS, "c");
    assert_exact("pump of the hospital", ALL_COLUMNS, "b");
    assert_exact("pump hospital", ALL_COLUMNS, "");
    assert_exact("naive insulin", ALL_COLUMNS, "d");
    assert_exact("covid 19 cases", ALL_COLUMNS, "c");
}

static void it_stands_in_one_of_the_columns_asked(void **state) {
    (void)state;
    assert_exact("insulin pumps", 1 << COLUMN_TITLE, "a");
    assert_exact("insulin pumps", 1 << COLUMN_BODY, "d");
    assert_exact("pumps they", ALL_COLUMNS, "");
}

/* The last test: it changes the index. */
static void what_fts5_answered_is_kept_until_the_index_changes(void **state) {
    (void)state;
    const struct search search = {.query = "", .count_only = true};
    struct answer answer = {0};
    match_forget(searcher);
    searcher->next_match = 0;
    assert_matches("\"case\"", "c");
    assert_string_equal(searcher->matches[0].match, "\"case\"");
    searcher->matches[0].passages[0]--; /* as if it had been another one */
    assert_matches("\"case\"", "b");
    assert_null(searcher->matches[1].match);
    write_documents("b.jsonl", "{\"_id\": \"e\", \"text\": \"In any case.\"}\n");
    update_index("test.db", "files");
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    assert_matches("\"case\"", "c e");
    answer_free(&answer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phrase_is_its_terms_in_order_with_their_alternatives),
        cmocka_unit_test(function_words_and_compounds_are_left_out_of_it),
        cmocka_unit_test(columns_are_named_unless_all_are_meant),
        cmocka_unit_test(terms_are_matched_as_they_are),
        cmocka_unit_test(an_error_of_fts5_is_one_of_the_index),
        cmocka_unit_test(an_exact_phrase_has_the_words_as_written_in_their_order),
        cmocka_unit_test(it_stands_in_one_of_the_columns_asked),
        cmocka_unit_test(what_fts5_answered_is_kept_until_the_index_changes),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
