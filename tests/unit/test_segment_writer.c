/* The segments of one term: what is put in and taken out. postings_writer's test compares many
 * terms with a model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/postings/segment_writer.h"
#include "tests/unit/temporary_index.h"

static struct index test_index;
static struct lengths lengths;
static struct segment_writer writer;
static struct term term;

static const double reference[N_COLUMNS] = {100, 5, 5};

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    term = (struct term){.id = 3};
    assert_int_equal(index_open(&test_index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&lengths, &test_index, NULL), STATUS_OK);
    assert_int_equal(segment_writer_open(&writer, &test_index, &lengths, NULL), STATUS_OK);
    writer.impacts = impacts_of_reference(reference);
    return result;
}

static int tear_down(void **state) {
    segment_writer_close(&writer);
    lengths_close(&lengths);
    index_close(&test_index);
    return leave_temporary_folder(state);
}

/* Postings of a word that is once in the body of every `step`th passage. The caller frees. */
static struct posting_list every(uint32_t step, uint32_t first, uint32_t end) {
    static const uint16_t tokens[N_COLUMNS] = {80, 2, 3};
    struct posting_list list = {0};
    list.postings = calloc((end - first) / step + 1, sizeof *list.postings);
    for (uint32_t passage = first; passage < end; passage += step) {
        assert_int_equal(lengths_set(&lengths, passage, tokens, NULL), STATUS_OK);
        list.postings[list.n_postings++] =
            (struct posting){.passage = passage, .counts = {[COLUMN_BODY] = 1}};
    }
    list.capacity = list.n_postings;
    return list;
}

static enum status change(struct posting_list removed, struct posting_list added,
                          struct error *error) {
    enum status status = segment_writer_change(&writer, &term, "word", &removed, &added, error);
    posting_list_free(&removed);
    posting_list_free(&added);
    return status;
}

static void add(struct posting_list added) {
    assert_int_equal(segment_writer_add(&writer, &term, &added, NULL), STATUS_OK);
    posting_list_free(&added);
}

static void assert_passages(struct posting_list expected) {
    struct postings_reader reader;
    struct posting_list list = {0};
    assert_int_equal(postings_reader_open(&reader, &test_index, NULL), STATUS_OK);
    assert_int_equal(postings_read(&reader, &term, &list, NULL), STATUS_OK);
    assert_int_equal(list.n_postings, expected.n_postings);
    assert_int_equal(term.df, expected.n_postings);
    assert_int_equal(term.cf, expected.n_postings);
    for (size_t i = 0; i < list.n_postings; i++)
        assert_int_equal(list.postings[i].passage, expected.postings[i].passage);
    posting_list_free(&list);
    posting_list_free(&expected);
    postings_reader_close(&reader);
}

static void a_new_term_has_its_postings_with_impacts(void **state) {
    (void)state;
    add(every(3, 1, 3000));
    assert_int_equal(term.impact, writer.impacts.plain[80]);
    assert_passages(every(3, 1, 3000));
}

static void what_is_added_later_stands_behind(void **state) {
    (void)state;
    add(every(1, 1, 500));
    assert_int_equal(change((struct posting_list){0}, every(1, 500, 520), NULL), STATUS_OK);
    assert_int_equal(change((struct posting_list){0}, every(1, 520, 2000), NULL), STATUS_OK);
    assert_passages(every(1, 1, 2000));
}

static void what_is_taken_out_may_come_again(void **state) {
    (void)state;
    add(every(1, 1, 1000));
    assert_int_equal(change(every(2, 1, 1000), (struct posting_list){0}, NULL), STATUS_OK);
    assert_passages(every(2, 2, 1000));
    assert_int_equal(change(every(2, 2, 1000), every(1, 1, 1000), NULL), STATUS_OK);
    assert_passages(every(1, 1, 1000));
    assert_int_equal(change(every(1, 1, 1000), (struct posting_list){0}, NULL), STATUS_OK);
    assert_passages((struct posting_list){0});
}

static void what_is_not_there_cannot_be_taken_out(void **state) {
    (void)state;
    struct error error = {0};
    add(every(2, 2, 1000));
    assert_int_equal(change(every(1, 501, 502), (struct posting_list){0}, &error), STATUS_INDEX);
    assert_non_null(strstr(error.text, "word"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_term_has_its_postings_with_impacts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_added_later_stands_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_out_may_come_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_cannot_be_taken_out, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
