/* The rows of documents, and of what they cite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/publish/document_rows.h"
#include "tests/unit/temporary_index.h"

static struct index test_index;
static struct document_rows *rows;
static struct tokenizer *tokenizer;

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    assert_int_equal(index_open(&test_index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(tokenizer_open(test_index.connection, &tokenizer, NULL), STATUS_OK);
    assert_int_equal(document_rows_open(&rows, &test_index, NULL), STATUS_OK);
    return result;
}

static int tear_down(void **state) {
    document_rows_close(rows);
    tokenizer_close(tokenizer);
    index_close(&test_index);
    return leave_temporary_folder(state);
}

/* Adds an article; returns its id, 0 if it was refused. */
static int64_t add(const char *text, const char *name, uint32_t first_passage) {
    const struct input input = {
        .kind = FILE_MARKDOWN, .bytes = text, .n_bytes = strlen(text), .name = "a.md"};
    const struct document_row row = {.file = 1, .name = name, .kind = DOCUMENT_ARTICLE};
    struct earlier earlier = {0};
    struct inversion inversion = {0};
    struct prepared prepared = {0};
    struct error error = {0};
    int64_t id = 0;
    assert_int_equal(prepare(&input, &earlier, tokenizer, &inversion, &prepared, &error),
                     STATUS_OK);
    enum status status = document_rows_add(rows, &row, &prepared, first_passage, &id, &error);
    if (status != STATUS_OK && status != STATUS_INPUT)
        fail_msg("%s", error.text);
    prepared_free(&prepared);
    inversion_free(&inversion);
    return status == STATUS_OK ? id : 0;
}

static void remove_document(int64_t id) {
    struct earlier_reader reader;
    struct earlier earlier = {0};
    struct inversion inversion = {0};
    assert_int_equal(earlier_reader_open(&reader, &test_index, NULL), STATUS_OK);
    assert_int_equal(earlier_read(&reader, id, &earlier, NULL), STATUS_OK);
    assert_int_equal(earlier_invert(&earlier, tokenizer, &inversion, NULL), STATUS_OK);
    assert_int_equal(document_rows_remove(rows, &earlier, NULL), STATUS_OK);
    inversion_free(&inversion);
    earlier_free(&earlier);
    earlier_reader_close(&reader);
}

/* The rows of a query: columns joined by '|', rows by ';'. */
static void assert_rows(const char *sql, const char *expected) {
    sqlite3_stmt *row;
    struct buffer out = {0};
    struct error error;
    if (index_prepare(&test_index, sql, &row, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    while (sqlite3_step(row) == SQLITE_ROW) {
        buffer_append_string(&out, out.size > 0 ? ";" : "");
        for (int i = 0; i < sqlite3_column_count(row); i++) {
            const char *text = (const char *)sqlite3_column_text(row, i);
            buffer_append_format(&out, "%s%s", i > 0 ? "|" : "", text ? text : "NULL");
        }
    }
    assert_string_equal(buffer_string(&out), expected);
    sqlite3_finalize(row);
    buffer_free(&out);
}

static void passages_have_consecutive_ids(void **state) {
    (void)state;
    assert_int_equal(add("One.\n\n## Two\n\nTwo.\n\n## Three\n\nTwo.\n", NULL, 5), 1);
    assert_rows("SELECT id, document, headings, text, repeat, first_line FROM passages",
                "5|1||One.|0|1;6|1|Two|Two.|0|5;7|1|Three|Two.|1|9");
    assert_rows("SELECT first_passage, n_passages, title FROM documents", "5|3|a");
}

static void a_name_is_taken_once_in_a_file(void **state) {
    (void)state;
    assert_int_equal(add("One.", "name", 1), 1);
    assert_int_equal(add("[Two](http://a.example/).", "name", 2), 0);
    assert_rows("SELECT count(*) FROM passages", "1");
    assert_rows("SELECT count(*) FROM sources", "0");
    assert_int_equal(add("Two.", "other", 2), 2);
}

static void a_claim_is_where_it_stands_in_its_passage(void **state) {
    (void)state;
    add("First. The drug works well [1](http://a.example/).\n", NULL, 1);
    assert_rows("SELECT ordinal, passage, line, column FROM citations", "0|1|1|28");
    assert_rows("SELECT substr(text, claim_start + 1, claim_end - claim_start)"
                " FROM citations JOIN passages ON id = passage",
                "The drug works well 1.");
}

static void a_source_keeps_only_a_key_that_is_not_its_url(void **state) {
    (void)state;
    add("It works [a](http://a.example/), [b](http://b.example/?utm_source=x),"
        " [c](http://300.1/).",
        NULL, 1);
    assert_rows("SELECT url, own_key, key FROM sources",
                "http://a.example/|NULL|//a.example/;"
                "http://b.example/?utm_source=x|//b.example/|//b.example/;"
                "http://300.1/||NULL");
}

static void a_source_that_nothing_cites_is_forgotten(void **state) {
    (void)state;
    int64_t one = add("It works [a](http://a.example/), [b](http://b.example/).", NULL, 1);
    add("It does [b](http://b.example/).", NULL, 2);
    assert_rows("SELECT count(*) FROM sources", "2");
    remove_document(one);
    assert_rows("SELECT count(*) FROM sources", "2"); /* one that is edited may cite it again */
    assert_int_equal(document_rows_forget_sources(rows, NULL), STATUS_OK);
    assert_rows("SELECT url FROM sources", "http://b.example/");
}

static void what_is_removed_takes_its_rows_along(void **state) {
    (void)state;
    int64_t one = add(
        "---\nlang: de\n---\nPolycystic ovary syndrome (PCOS) [a](http://a.example/).", NULL, 1);
    assert_int_equal(document_rows_finish(rows, NULL), STATUS_OK);
    assert_rows("SELECT short, n FROM abbreviations", "pcos|1");
    assert_rows("SELECT value FROM collection WHERE name = 'languages'", "de");
    remove_document(one);
    assert_int_equal(document_rows_finish(rows, NULL), STATUS_OK);
    assert_rows("SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM passages)"
                " + (SELECT count(*) FROM citations) + (SELECT count(*) FROM sources)"
                " + (SELECT count(*) FROM abbreviations)",
                "0");
    assert_rows("SELECT value FROM collection WHERE name = 'languages'", "");
}

static void a_definition_is_counted_in_each_document(void **state) {
    (void)state;
    int64_t one = add("Chronic kidney disease (CKD) is one.", NULL, 1);
    add("Chronic kidney disease (CKD) is one.", NULL, 2);
    assert_rows("SELECT short, n FROM abbreviations", "ckd|2");
    remove_document(one);
    assert_int_equal(document_rows_finish(rows, NULL), STATUS_OK);
    assert_rows("SELECT short, n FROM abbreviations", "ckd|1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(passages_have_consecutive_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_is_taken_once_in_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_claim_is_where_it_stands_in_its_passage, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_source_keeps_only_a_key_that_is_not_its_url, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_source_that_nothing_cites_is_forgotten, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_removed_takes_its_rows_along, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_definition_is_counted_in_each_document, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
