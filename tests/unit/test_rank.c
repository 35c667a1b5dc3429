/* The order of what was selected. That the scores are right is in test_naive_scorer.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/rank/rank.h"
#include "tests/unit/searched_files.h"

/* How many hits to show, from which on, and whether of documents. */
struct page {
    size_t offset, limit;
    bool by_document;
};

/* Asserts the documents of the hits, the best first, and how many there are in all. */
static void assert_ranks(struct searcher *searcher, const char *query, struct page page,
                         const char *expected, size_t total) {
    struct arena arena = {0};
    struct query_tree tree;
    struct selection selection = {0};
    struct rescorer rescorer = {0};
    struct ranking ranking = {0};
    struct buffer found = {0};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    assert_int_equal(select_passages(searcher, &tree, &arena, &selection, NULL), STATUS_OK);
    const struct rank_page asked = {page.offset, page.limit, page.by_document, true};
    assert_int_equal(rescorer_open(&rescorer, searcher, &selection, page.by_document, &arena, NULL),
                     STATUS_OK);
    assert_int_equal(rank_passages(searcher, &selection, &asked, &rescorer, &ranking, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < ranking.n_ranked; i++)
        append_document(searcher, ranking.ranked[i].passage, &found);
    if (strcmp(buffer_string(&found), expected) != 0 || ranking.total != total)
        fail_msg("%s: found \"%s\" of %zu, not \"%s\" of %zu", query, buffer_string(&found),
                 ranking.total, expected, total);
    buffer_free(&found);
    ranking_free(&ranking);
    rescorer_close(&rescorer);
    selection_free(&selection);
    arena_free(&arena);
}

static const struct page all = {0, 100, false};

static void more_and_rarer_words_in_less_text_rank_higher(void **state) {
    (void)state;
    write_documents("a.jsonl",
                    "{\"_id\": \"long\", \"text\": \"Insulin for all of the patients that came to"
                    " our ward on a cold and rainy winter day\"}\n"
                    "{\"_id\": \"short\", \"text\": \"Insulin for patients\"}\n"
                    "{\"_id\": \"both\", \"text\": \"Insulin pumps for patients\"}\n"
                    "{\"_id\": \"rare\", \"text\": \"The pumps for patients\"}\n"
                    "{\"_id\": \"twice\", \"text\": \"Insulin, insulin for patients\"}\n");
    struct searcher *searcher = search_files();
    assert_ranks(searcher, "insulin pump", all, "both rare twice short long", 5);
    assert_ranks(searcher, "insulin", all, "twice short both long", 4);
    searcher_close(searcher);
}

static void a_word_in_the_title_counts_more(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"text\", \"title\": \"Care\", \"text\": \"Asthma\"}\n"
                               "{\"_id\": \"title\", \"title\": \"Asthma\", \"text\": \"Care\"}\n");
    struct searcher *searcher = search_files();
    assert_ranks(searcher, "asthma", all, "title text", 2);
    assert_ranks(searcher, "title:asthma", all, "title", 1);
    searcher_close(searcher);
}

static void equal_scores_are_in_the_order_of_ids_whatever_came_first(void **state) {
    (void)state;
    write_documents("m.jsonl", "{\"_id\": \"d\", \"text\": \"same words\"}\n"
                               "{\"_id\": \"b\", \"text\": \"same words\"}\n");
    struct searcher *searcher = search_files();
    assert_ranks(searcher, "same", all, "b d", 2);
    searcher_close(searcher);
    write_documents("a.jsonl", "{\"_id\": \"c\", \"text\": \"same words\"}\n"
                               "{\"_id\": \"a\", \"text\": \"same words\"}\n");
    searcher = search_files();
    assert_ranks(searcher, "same", all, "a b c d", 4);
    assert_ranks(searcher, "same", (struct page){0, 1, false}, "a", 4);
    assert_ranks(searcher, "same", (struct page){1, 2, false}, "b c", 4);
    assert_ranks(searcher, "kind:article", all, "a b c d", 4);
    searcher_close(searcher);
}

static void pages_follow_each_other_without_gap_or_repetition(void **state) {
    (void)state;
    enum { N_DOCUMENTS = 40, PER_PAGE = 7 };
    struct buffer lines = {0};
    struct buffer expected = {0};
    for (size_t i = 0; i < N_DOCUMENTS; i++)
        buffer_append_format(&lines, "{\"_id\": \"%02zu\", \"text\": \"asthma%.*s\"}\n", i,
                             (int)(i / 3 * 5),
                             " and so and so and so and so and so and so and so"
                             " and so and so");
    write_documents("a.jsonl", buffer_string(&lines));
    struct searcher *searcher = search_files();
    for (size_t offset = 0; offset < N_DOCUMENTS + PER_PAGE; offset += PER_PAGE) {
        buffer_clear(&expected);
        for (size_t i = offset; i < offset + PER_PAGE && i < N_DOCUMENTS; i++)
            buffer_append_format(&expected, "%s%02zu", i > offset ? " " : "", i);
        assert_ranks(searcher, "asthma", (struct page){offset, PER_PAGE, false},
                     buffer_string(&expected), N_DOCUMENTS);
    }
    buffer_free(&expected);
    buffer_free(&lines);
    searcher_close(searcher);
}

static void a_page_of_nothing_still_has_a_total(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"a\", \"text\": \"asthma\"}\n");
    struct searcher *searcher = search_files();
    assert_ranks(searcher, "asthma", (struct page){0, 0, false}, "", 1);
    assert_ranks(searcher, "asthma", (struct page){5, 3, false}, "", 1);
    assert_ranks(searcher, "asthma", (struct page){SIZE_MAX, 10, false}, "", 1);
    assert_ranks(searcher, "asthma", (struct page){0, SIZE_MAX, false}, "a", 1);
    assert_ranks(searcher, "asthma", (struct page){1, SIZE_MAX, true}, "", 1);
    assert_ranks(searcher, "nothing", all, "", 0);
    searcher_close(searcher);
}

/* Two documents of three passages each. */
static void write_articles(void) {
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/a.md", "# A\n\nasthma\n\n## One\n\nasthma and more words\n\n"
                             "## Two\n\nasthma, asthma and words\n");
    write_file("files/b.md", "# B\n\nasthma\n\n## One\n\nother words of care\n\n"
                             "## Two\n\nasthma of children\n");
}

static void of_a_document_only_the_best_passage_counts(void **state) {
    (void)state;
    write_articles();
    struct searcher *searcher = search_files();
    assert_ranks(searcher, "asthma", (struct page){0, 100, true}, "files/a.md files/b.md", 2);
    assert_ranks(searcher, "care asthma", (struct page){0, 1, true}, "files/b.md", 2);
    assert_ranks(searcher, "asthma", (struct page){1, 100, true}, "files/b.md", 2);
    assert_ranks(searcher, "words -asthma", (struct page){0, 100, true}, "files/b.md", 1);
    searcher_close(searcher);
}

static void of_equal_passages_of_a_document_the_first_is_shown(void **state) {
    (void)state;
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/a.md", "# Title\n\n## One\n\nother\n\n## One\n\nsame words\n\n"
                             "## One\n\nsame words\n");
    update_index("test.db", "files");
    struct searcher *searcher;
    struct answer answer = {0};
    const struct search search = {.query = "same", .limit = 10, .by_document = true};
    assert_int_equal(searcher_open("test.db", &searcher, NULL), STATUS_OK);
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.n_hits, 1);
    assert_int_equal(answer.hits[0].passage.first_line, 9);
    answer_free(&answer);
    searcher_close(searcher);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(more_and_rarer_words_in_less_text_rank_higher),
        IN_FOLDER(a_word_in_the_title_counts_more),
        IN_FOLDER(equal_scores_are_in_the_order_of_ids_whatever_came_first),
        IN_FOLDER(pages_follow_each_other_without_gap_or_repetition),
        IN_FOLDER(a_page_of_nothing_still_has_a_total),
        IN_FOLDER(of_a_document_only_the_best_passage_counts),
        IN_FOLDER(of_equal_passages_of_a_document_the_first_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
