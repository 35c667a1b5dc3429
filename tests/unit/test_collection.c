/* Totals and lengths of the passages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/collection.h"
#include "tests/unit/temporary_index.h"

static void open_index(struct index *index, enum index_mode mode) {
    struct error error = {0};
    if (index_open(index, "test.db", mode, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void totals_are_read_as_written(void **state) {
    (void)state;
    struct index index;
    struct collection read;
    const struct collection written = {.n_documents = 3,
                                       .n_passages = 5000000000,
                                       .next_passage = UINT32_MAX,
                                       .next_term = 3000000000,
                                       .tokens = {1LL << 40, 0, 7}};
    open_index(&index, INDEX_CREATE);
    assert_int_equal(collection_read(&index, &read, NULL), STATUS_OK);
    assert_int_equal(read.n_passages, 0);
    assert_int_equal(read.next_passage, 1);
    assert_int_equal(collection_write(&index, &written, NULL), STATUS_OK);
    assert_int_equal(collection_read(&index, &read, NULL), STATUS_OK);
    assert_memory_equal(&read, &written, sizeof written);
    index_close(&index);
}

static void set(struct lengths *lengths, uint32_t passage, unsigned body) {
    const uint16_t tokens[N_COLUMNS] = {(uint16_t)body, (uint16_t)(body / 2), 1};
    assert_int_equal(lengths_set(lengths, passage, tokens, NULL), STATUS_OK);
}

static void assert_length(struct lengths *lengths, uint32_t passage, unsigned body) {
    const uint16_t *tokens;
    assert_int_equal(lengths_of(lengths, passage, &tokens, NULL), STATUS_OK);
    assert_int_equal(tokens[COLUMN_BODY], body);
    assert_int_equal(tokens[COLUMN_HEADINGS], body / 2);
    assert_int_equal(tokens[COLUMN_TITLE], body > 0);
}

static void lengths_are_read_as_written_by_whoever_opens_the_index(void **state) {
    (void)state;
    struct index index;
    struct lengths lengths;
    static const uint32_t passages[] = {1, 2, 1023, 1024, 2048, 5000, 5001, 1000000};
    enum { N_PASSAGES = sizeof passages / sizeof *passages };
    open_index(&index, INDEX_CREATE);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    for (size_t i = 0; i < N_PASSAGES; i++)
        set(&lengths, passages[i], UINT16_MAX - passages[i] % 1000);
    assert_length(&lengths, 2, UINT16_MAX - 2);
    assert_int_equal(lengths_write(&lengths, NULL), STATUS_OK);
    set(&lengths, 1, 3); /* and dropped: it is not written */
    lengths_close(&lengths);
    index_close(&index);

    open_index(&index, INDEX_READ);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    for (size_t i = 0; i < N_PASSAGES; i++)
        assert_length(&lengths, passages[i], UINT16_MAX - passages[i] % 1000);
    static const uint32_t others[] = {0, 3, 1022, 1025, 4999, 5002, 999999, 1000001, 40000000};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_length(&lengths, others[i], 0);
    lengths_close(&lengths);
    index_close(&index);
}

static void few_chunks_are_kept_if_few_are_wanted(void **state) {
    (void)state;
    struct index index;
    struct lengths lengths;
    enum { N_CHUNKS = 3 * LENGTHS_FEW };
    open_index(&index, INDEX_CREATE);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    for (uint32_t i = 0; i < N_CHUNKS; i++)
        set(&lengths, i * LENGTHS_PER_CHUNK + i, 100 + i);
    assert_int_equal(lengths_write(&lengths, NULL), STATUS_OK);
    lengths_close(&lengths);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    lengths.keeps_few = true;
    for (uint32_t i = 0; i + LENGTHS_FEW <= N_CHUNKS; i++) {
        const uint16_t(*chunks[LENGTHS_FEW])[N_COLUMNS];
        for (uint32_t j = 0; j < LENGTHS_FEW; j++)
            assert_int_equal(lengths_chunk(&lengths, i + j, &chunks[j], NULL), STATUS_OK);
        for (uint32_t j = 0; j < LENGTHS_FEW; j++)
            for (uint32_t k = 0; k < N_CHUNKS; k++)
                assert_int_equal(chunks[j][k][COLUMN_BODY], k == i + j ? 100 + k : 0);
    }
    assert_length(&lengths, 0, 100);
    assert_true(lengths.n_chunks <= LENGTHS_FEW);
    lengths_close(&lengths);
    index_close(&index);
}

static void a_removed_length_is_gone(void **state) {
    (void)state;
    struct index index;
    struct lengths lengths;
    open_index(&index, INDEX_CREATE);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    for (uint32_t i = 1; i < 10; i++)
        set(&lengths, i, 100 + i);
    assert_int_equal(lengths_write(&lengths, NULL), STATUS_OK);
    for (uint32_t i = 5; i < 10; i++)
        assert_int_equal(lengths_set(&lengths, i, (const uint16_t[N_COLUMNS]){0}, NULL), STATUS_OK);
    assert_int_equal(lengths_write(&lengths, NULL), STATUS_OK);
    lengths_close(&lengths);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    assert_length(&lengths, 4, 104);
    assert_length(&lengths, 5, 0);
    assert_length(&lengths, 9, 0);
    lengths_close(&lengths);
    index_close(&index);
}

static void a_chunk_of_any_size_does_no_harm(void **state) {
    (void)state;
    struct index index;
    struct lengths lengths;
    open_index(&index, INDEX_CREATE);
    assert_int_equal(
        index_execute(&index,
                      "INSERT INTO lengths VALUES(0, zeroblob(100000)), (1, x'0102030405'),"
                      " (2, x''), (3, x'64003200010064')",
                      NULL),
        STATUS_OK);
    assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
    for (uint32_t i = 0; i < 3 * LENGTHS_PER_CHUNK; i++)
        assert_length(&lengths, i, 0);
    assert_length(&lengths, 3 * LENGTHS_PER_CHUNK, 100);
    assert_length(&lengths, 3 * LENGTHS_PER_CHUNK + 1, 0);
    lengths_close(&lengths);
    index_close(&index);
}

static void a_number_that_is_missing_is_damage(void **state) {
    (void)state;
    struct index index;
    struct collection collection;
    struct error error;
    open_index(&index, INDEX_CREATE);
    assert_int_equal(
        index_execute(&index, "DELETE FROM collection WHERE name = 'n_passages'", NULL), STATUS_OK);
    assert_int_equal(collection_read(&index, &collection, &error), STATUS_INDEX);
    assert_non_null(strstr(error.text, "test.db: the index is damaged: a row is missing"));
    index_close(&index);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(totals_are_read_as_written),
        IN_FOLDER(lengths_are_read_as_written_by_whoever_opens_the_index),
        IN_FOLDER(few_chunks_are_kept_if_few_are_wanted),
        IN_FOLDER(a_removed_length_is_gone),
        IN_FOLDER(a_chunk_of_any_size_does_no_harm),
        IN_FOLDER(a_number_that_is_missing_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
