/* Articles brought up to date as a plan says; test_publication.c compares whole indexes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/articles.h"
#include "tests/unit/temporary_index.h"

static struct report report;

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    mkdir("in", 0755);
    return result;
}

static int tear_down(void **state) {
    report_free(&report);
    return leave_temporary_folder(state);
}

/* Brings test.db, which is made if it is not there, up to date with in/, and commits. */
static enum status run(const volatile sig_atomic_t *stop, struct error *error) {
    static const char *const path = "in";
    struct index index;
    struct walk walk = {0};
    struct plan plan = {0};
    struct progress progress = {0};
    struct articles articles = {
        .plan = &plan, .report = &report, .progress = &progress, .stop = stop};
    char *folder = realpath(".", NULL);
    bool is_new = access("test.db", F_OK) != 0;
    report_free(&report);
    assert_int_equal(index_open(&index, "test.db", is_new ? INDEX_CREATE : INDEX_WRITE, NULL),
                     STATUS_OK);
    assert_int_equal(walk_files(&path, 1, &walk, NULL), STATUS_OK);
    assert_int_equal(plan_make(&plan, &index, &walk, &path, 1, folder, NULL), STATUS_OK);
    assert_int_equal(publication_open(&articles.publication, &index, NULL), STATUS_OK);
    assert_int_equal(captures_open(&articles.captures, &index, NULL), STATUS_OK);
    assert_int_equal(pipeline_open(&articles.pipeline, 2, index.connection, NULL), STATUS_OK);
    enum status status = articles_update(&articles, error);
    if (status == STATUS_OK)
        assert_int_equal(publication_commit(articles.publication, NULL), STATUS_OK);
    pipeline_close(articles.pipeline);
    captures_close(articles.captures);
    publication_close(articles.publication);
    plan_free(&plan);
    walk_free(&walk);
    index_close(&index);
    free(folder);
    return status;
}

static void update(void) {
    struct error error;
    if (run(NULL, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void assert_number(const char *sql, int64_t expected) {
    struct index index;
    sqlite3_stmt *row;
    assert_int_equal(index_open(&index, "test.db", INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(index_prepare(&index, sql, &row, NULL), STATUS_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int64(row, 0), expected);
    sqlite3_finalize(row);
    index_close(&index);
}

static void an_edited_article_keeps_the_ids_of_its_passages(void **state) {
    (void)state;
    write_file("in/a.md", "One.\n\n## Two\n\nTwo.\n");
    write_file("in/b.md", "Three.\n");
    update();
    assert_int_equal(report.n_new, 2);
    write_file("in/a.md", "One.\n\n## Two\n\nTwo, and more.\n");
    update();
    assert_int_equal(report.n_changed, 1);
    assert_number("SELECT id FROM passages WHERE text = 'Two, and more.'", 2);
    assert_number("SELECT value FROM collection WHERE name = 'next_passage'", 4);
}

static void one_that_has_grown_gets_new_ids(void **state) {
    (void)state;
    write_file("in/a.md", "One.\n");
    write_file("in/b.md", "Three.\n");
    update();
    write_file("in/a.md", "One.\n\n## Two\n\nTwo.\n");
    update();
    assert_number("SELECT first_passage FROM documents JOIN files AS f ON f.id = file"
                  " WHERE path = 'in/a.md'",
                  3);
    assert_number("SELECT count(*) FROM passages", 3);
}

static void one_that_is_gone_is_removed(void **state) {
    (void)state;
    write_file("in/a.md", "One.\n");
    write_file("in/b.md", "Three.\n");
    update();
    unlink("in/a.md");
    update();
    assert_int_equal(report.n_removed, 1);
    assert_number("SELECT count(*) FROM passages", 1);
    assert_number("SELECT count(*) FROM files", 1);
}

static void lines_of_a_file_are_documents_each(void **state) {
    (void)state;
    write_file("in/a.jsonl",
               "{\"_id\": \"1\", \"text\": \"One.\"}\n\n{\"_id\": \"2\", \"text\": \"Two.\"}\n");
    update();
    assert_number("SELECT count(*) FROM documents", 2);
    assert_number("SELECT last_line FROM passages WHERE text = 'Two.'", 3);
}

static void a_line_that_is_no_document_is_a_problem_that_is_kept(void **state) {
    (void)state;
    write_file(
        "in/a.jsonl",
        "{\"_id\": \"1\", \"text\": \"One.\"}\nnonsense\n{\"_id\": \"1\", \"text\": \"Two.\"}\n");
    update();
    assert_int_equal(report.n_problems, 2);
    assert_number("SELECT count(*) FROM documents", 1);
    assert_number("SELECT 10 * min(line) + max(line) FROM problems", 23);
    write_file("in/a.jsonl", "{\"_id\": \"1\", \"text\": \"One.\"}\n");
    update();
    assert_number("SELECT count(*) FROM problems", 0);
}

static void a_run_that_is_stopped_publishes_nothing(void **state) {
    (void)state;
    static const volatile sig_atomic_t stop = 1;
    struct error error;
    write_file("in/a.md", "One.\n");
    update();
    write_file("in/a.md", "Another.\n");
    assert_int_equal(run(&stop, &error), STATUS_INDEX);
    assert_non_null(strstr(error.text, "interrupted"));
    assert_number("SELECT count(*) FROM passages WHERE text = 'One.'", 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_edited_article_keeps_the_ids_of_its_passages, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_that_has_grown_gets_new_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_gone_is_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_of_a_file_are_documents_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_no_document_is_a_problem_that_is_kept,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_that_is_stopped_publishes_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
