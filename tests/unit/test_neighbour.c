/* Forms of words by the words beside them. That they count is in test_naive_scorer.c. */
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
    write_documents("a.jsonl",
                    "{\"_id\": \"a\", \"text\": \"Chickenpox is caused by a virus.\"}\n"
                    "{\"_id\": \"b\", \"text\": \"Chickenpox, not the chicken.\"}\n"
                    "{\"_id\": \"c\", \"text\": \"Second-hand smoke. Hantavirus.\"}\n"
                    "{\"_id\": \"d\", \"text\": \"Type 2 diabetes. Within, a hand. A mat.\"}\n"
                    "{\"_id\": \"e\", \"text\": \"Type II or type I; I know. Format it.\"}\n");
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

/* Asserts the labels of the clauses, which name the forms that the index has. */
static void assert_forms(const char *query, const char *expected) {
    struct arena arena = {0};
    struct query_tree tree;
    struct selection selection = {0};
    struct buffer found = {0};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    assert_int_equal(select_passages(searcher, &tree, &arena, &selection, NULL), STATUS_OK);
    for (size_t i = 0; i < selection.clauses.n_clauses; i++)
        buffer_append_format(&found, "%s%s", i > 0 ? ", " : "", selection.clauses.clauses[i].label);
    assert_string_equal(buffer_string(&found), expected);
    buffer_free(&found);
    selection_free(&selection);
    arena_free(&arena);
}

static void two_words_are_also_the_one_that_the_index_has(void **state) {
    (void)state;
    assert_forms("chicken pox", "chicken|chickenpox, pox|chickenpox");
    assert_forms("+Chicken +Pox", "chicken|chickenpox, pox|chickenpox");
    assert_forms("hanta virus", "hanta|hantavirus, virus|hantavirus");
}

static void words_that_do_not_follow_each_other_alike_are_not_one(void **state) {
    (void)state;
    assert_forms("pox chicken", "chicken");
    assert_forms("chicken -pox", "chicken");
    assert_forms("title:chicken pox", "");
    assert_forms("\"chicken\" pox", "chicken");
}

static void assert_no_neighbours(const struct query_node *node) {
    assert_null(node->before);
    assert_null(node->after);
    for (size_t i = 0; i < node->n_children; i++)
        assert_no_neighbours(node->children[i]);
}

static void what_is_excluded_has_no_more_forms(void **state) {
    (void)state;
    const char *queries[] = {"clinic -chicken -pox", "clinic -(chicken pox)",
                             "clinic NOT chicken NOT pox"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct arena arena = {0};
        struct query_tree tree;
        assert_int_equal(query_parse(queries[i], &arena, &tree, NULL), STATUS_OK);
        assert_no_neighbours(tree.root);
        arena_free(&arena);
    }
}

static void a_word_that_the_index_only_has_with_a_hyphen_is_none(void **state) {
    (void)state;
    assert_forms("second hand smoke", "second, hand, smoke");
}

static void function_words_are_not_joined(void **state) {
    (void)state;
    assert_forms("with in", "");
    assert_forms("for mat", "mat");
}

static void a_numeral_after_a_kind_is_written_in_either_way(void **state) {
    (void)state;
    assert_forms("type II", "type, ii|2");
    assert_forms("types 2", "type, 2|ii");
    assert_forms("Type I", "type, i");
    assert_forms("type 1", "type"); /* not "I": that is mostly somebody */
    assert_forms("diabetes II", "diabet, ii");
    assert_forms("type i", "type");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_words_are_also_the_one_that_the_index_has),
        cmocka_unit_test(words_that_do_not_follow_each_other_alike_are_not_one),
        cmocka_unit_test(what_is_excluded_has_no_more_forms),
        cmocka_unit_test(a_word_that_the_index_only_has_with_a_hyphen_is_none),
        cmocka_unit_test(function_words_are_not_joined),
        cmocka_unit_test(a_numeral_after_a_kind_is_written_in_either_way),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
