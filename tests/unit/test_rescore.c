/* What the second stage adds to the order, and what it says of it. That its scores are right is in
 * test_naive_scorer.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/score/ranking.h"
#include "tests/unit/searched_files.h"

/* Asserts the documents of the answer, the best first. */
static void assert_found(struct searcher *searcher, const char *query, bool by_document,
                         const char *expected) {
    struct answer answer = {0};
    struct buffer found = {0};
    const struct search search = {.query = query, .limit = 100, .by_document = by_document};
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    for (size_t i = 0; i < answer.n_hits; i++)
        buffer_append_format(&found, "%s%s", i > 0 ? " " : "", answer.hits[i].document.id);
    if (strcmp(buffer_string(&found), expected) != 0)
        fail_msg("%s: found \"%s\", not \"%s\"", query, buffer_string(&found), expected);
    buffer_free(&found);
    answer_free(&answer);
}

static void assert_order(struct searcher *searcher, const char *query, const char *expected) {
    assert_found(searcher, query, false, expected);
}

/* Asserts that the explanation of document `id` has `text`. */
static void assert_explained(struct searcher *searcher, const char *query, const char *id,
                             const char *text) {
    struct answer answer = {0};
    const struct search search = {.query = query, .limit = 100, .explain = true};
    bool found = false;
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    for (size_t i = 0; i < answer.n_hits; i++) {
        if (strcmp(answer.hits[i].document.id, id) != 0)
            continue;
        found = true;
        if (!strstr(answer.hits[i].explanation, text))
            fail_msg("%s: \"%s\" is not in\n%s", query, text, answer.hits[i].explanation);
    }
    assert_true(found);
    answer_free(&answer);
}

static void a_word_as_typed_comes_before_its_other_forms(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"many\", \"text\": \"pumps help\"}\n"
                               "{\"_id\": \"one\", \"text\": \"pump helps\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "pump", "one many");
    assert_order(searcher, "PUMPS", "many one");
    assert_order(searcher, "title:pump pump", "one many");
    assert_explained(searcher, "pumps", "many", "as typed body 1 headings 0 title 0");
    assert_explained(searcher, "pumps", "one", "as typed body 0 headings 0 title 0");
    searcher_close(searcher);
}

static void a_word_that_recurs_where_it_stands_weighs_more(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"about\", \"text\": \"lupus, more lupus, and lupus\"}\n"
                               "{\"_id\": \"rest\", \"text\": \"stays in the ward\"}\n"
                               "{\"_id\": \"tells\", \"text\": \"lupus in the ward\"}\n"
                               "{\"_id\": \"too\", \"text\": \"stays in a house\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "stays lupus", "about tells rest too");
    assert_explained(searcher, "stays lupus", "tells", "in 2 passages 4 times");
    searcher_close(searcher);
}

static void words_that_stand_as_in_the_query_come_first(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"apart\", \"text\": \"a pump that is for insulin\"}\n"
                               "{\"_id\": \"far\", \"text\": \"insulin and not in a pump\"}\n"
                               "{\"_id\": \"here\", \"text\": \"an insulin pump for all of\"}\n"
                               "{\"_id\": \"near\", \"text\": \"in a pump for insulin at\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "insulin pump", "here near apart far");
    assert_order(searcher, "pump for insulin", "here near apart far");
    assert_order(searcher, "insulin that is in the pump", "far here near apart");
    assert_explained(searcher, "insulin pump", "here", "\"insulin pump\": weight");
    searcher_close(searcher);
}

static void stems_that_are_alike_count_a_little(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"alike\", \"text\": \"diagnosis, diagnostic care\"}\n"
                               "{\"_id\": \"plain\", \"text\": \"a diagnosis in some care\"}\n"
                               "{\"_id\": \"rest\", \"text\": \"diagnostic tests in a ward\"}\n"
                               "{\"_id\": \"seldom\", \"text\": \"diagnosing diagnoses care\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "diagnosis care", "alike plain seldom");
    assert_explained(searcher, "diagnosis care", "alike", "x \"diagnost\"");
    searcher_close(searcher);
}

static void an_abbreviation_counts_for_what_it_stands_for(void **state) {
    (void)state;
    write_documents(
        "a.jsonl",
        "{\"_id\": \"defines\", \"text\": \"Normal pressure hydrocephalus (NPH) is treated\"}\n"
        "{\"_id\": \"long\", \"text\": \"exercise, for normal pressure hydrocephalus\"}\n"
        "{\"_id\": \"part\", \"text\": \"exercise, for normal blood and hydrocephalus\"}\n"
        "{\"_id\": \"short\", \"text\": \"exercise, for some NPH of the patients\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "exercise nph", "short long defines part");
    assert_explained(searcher, "exercise nph", "long", "0.60 x \"normal pressur hydrocephalus\"");
    assert_order(searcher, "normal pressure hydrocephalus", "defines long part");
    assert_explained(searcher, "exercise normal pressure hydrocephalus", "short", "0.60 x \"nph\"");
    searcher_close(searcher);
}

static void what_patients_say_counts_for_what_clinicians_do(void **state) {
    (void)state;
    write_documents("a.jsonl",
                    "{\"_id\": \"both\", \"text\": \"care of the kidneys, renal care\"}\n"
                    "{\"_id\": \"heart\", \"text\": \"care in hypertension units or\"}\n"
                    "{\"_id\": \"other\", \"text\": \"care of the kidneys, other care\"}\n"
                    "{\"_id\": \"part\", \"text\": \"care with high pressure or so\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "kidney care", "both other heart part");
    assert_explained(searcher, "kidney care", "both", "0.30 x \"renal\"");
    assert_order(searcher, "care hypertension", "heart both other part");
    assert_explained(searcher, "hypertension care", "part", "care: weight");
    assert_explained(searcher, "care high pressure", "part", "high: weight");
    searcher_close(searcher);
}

static void a_word_that_is_seldom_an_abbreviation_is_none(void **state) {
    (void)state;
    struct buffer lines = {0};
    buffer_append_string(&lines, "{\"_id\": \"defines\", \"text\": \"Nitric oxide (NOX)\"}\n");
    for (size_t i = 0; i < RANKING_ABBREVIATION_MAX_DF_RATIO; i++)
        buffer_append_format(&lines, "{\"_id\": \"%zu\", \"text\": \"nox of the box\"}\n", i);
    buffer_append_string(&lines, "{\"_id\": \"z\", \"text\": \"nox, nitric oxide\"}\n");
    write_documents("a.jsonl", buffer_string(&lines));
    struct searcher *searcher = search_files();
    struct answer answer = {0};
    const struct search search = {.query = "nox", .limit = 100, .explain = true};
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    for (size_t i = 0; i < answer.n_hits; i++)
        assert_null(strstr(answer.hits[i].explanation, "nitric"));
    answer_free(&answer);
    buffer_free(&lines);
    searcher_close(searcher);
}

static void a_removed_definition_counts_no_more(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"d\", \"text\": \"Bone marrow (BM) is red\"}\n");
    write_documents("b.jsonl", "{\"_id\": \"s\", \"text\": \"a good BM is rare\"}\n"
                               "{\"_id\": \"l\", \"text\": \"more bone marrow and good\"}\n");
    struct searcher *searcher = search_files();
    assert_explained(searcher, "good bm", "l", "0.60 x \"bone marrow\"");
    write_documents("a.jsonl", "{\"_id\": \"d\", \"text\": \"Bone marrow BM is red\"}\n");
    update_index("test.db", "files");
    struct answer answer = {0};
    const struct search search = {.query = "good bm", .limit = 100, .explain = true};
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.n_hits, 3);
    for (size_t i = 0; i < answer.n_hits; i++)
        assert_null(strstr(answer.hits[i].explanation, "marrow"));
    answer_free(&answer);
    searcher_close(searcher);
}

static void type_2_and_type2_are_the_same(void **state) {
    (void)state;
    write_documents(
        "a.jsonl",
        "{\"_id\": \"1\", \"title\": \"A\", \"text\": \"type 2 diabetes and its care\"}\n"
        "{\"_id\": \"2\", \"title\": \"A\", \"text\": \"type2 diabetes and its care\"}\n"
        "{\"_id\": \"3\", \"title\": \"A\", \"text\": \"type-2 diabetes and its care\"}\n"
        "{\"_id\": \"0\", \"text\": \"2 types of diabetes and care\"}\n");
    struct searcher *searcher = search_files();
    assert_order(searcher, "type 2 diabetes", "1 2 3 0"); /* equal ones by their id */
    searcher_close(searcher);
}

static void the_rest_of_a_document_counts_as_far_as_it_is_near(void **state) {
    (void)state;
    struct buffer far = {0};
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/a.md", "# A\n\nasthma care\n\n## One\n\nother words\n");
    write_file("files/b.md", "# B\n\nasthma care\n\n## One\n\nasthma words\n");
    buffer_append_string(&far, "# C\n\nasthma care\n");
    for (size_t i = 0; i < 40; i++)
        buffer_append_format(&far, "\n## One\n\n%s words\n", i < 20 ? "other" : "asthma");
    write_file("files/c.md", buffer_string(&far));
    struct searcher *searcher = search_files();
    assert_found(searcher, "+asthma +care", false, "files/a.md files/b.md files/c.md");
    assert_found(searcher, "+asthma +care", true, "files/b.md files/a.md files/c.md");
    buffer_free(&far);
    searcher_close(searcher);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_word_as_typed_comes_before_its_other_forms),
        IN_FOLDER(a_word_that_recurs_where_it_stands_weighs_more),
        IN_FOLDER(words_that_stand_as_in_the_query_come_first),
        IN_FOLDER(stems_that_are_alike_count_a_little),
        IN_FOLDER(an_abbreviation_counts_for_what_it_stands_for),
        IN_FOLDER(what_patients_say_counts_for_what_clinicians_do),
        IN_FOLDER(a_word_that_is_seldom_an_abbreviation_is_none),
        IN_FOLDER(a_removed_definition_counts_no_more),
        IN_FOLDER(type_2_and_type2_are_the_same),
        IN_FOLDER(the_rest_of_a_document_counts_as_far_as_it_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
