/* Cursors over postings, in the index and in memory, against the list of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "store/postings.h"
#include "tests/unit/temporary_index.h"

static size_t random_below(size_t n) {
    static uint64_t state = 11;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static struct posting_list random_list(size_t n_postings) {
    struct posting_list list = {0};
    uint32_t passage = 1 + (uint32_t)random_below(100);
    for (size_t i = 0; i < n_postings; i++) {
        struct posting posting = {passage,
                                  {(uint16_t)(1 + random_below(random_below(4) ? 2 : 20)),
                                   (uint16_t)random_below(2), (uint16_t)random_below(2)},
                                  (uint8_t)random_below(256)};
        assert_int_equal(posting_list_add(&list, posting, NULL), STATUS_OK);
        passage += 1 + (uint32_t)random_below(random_below(20) ? 10 : 3000);
    }
    return list;
}

/* Writes the list as term 7, in segments of different sizes, between the postings of others. */
static void write_list(struct index *index, const struct posting_list *list) {
    struct buffer segment = {0};
    uint8_t impact;
    sqlite3_stmt *insert;
    assert_int_equal(index_prepare(index, "INSERT INTO postings VALUES(?1, ?2)", &insert, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < list->n_postings;) {
        size_t n = 1 + random_below(random_below(2) ? 5 : 6000);
        n = n < list->n_postings - i ? n : list->n_postings - i;
        sqlite3_bind_int64(insert, 1, (sqlite3_int64)7 << 32 | list->postings[i].passage);
        buffer_clear(&segment);
        i += segment_encode(list->postings + i, n, &segment, &impact);
        sqlite3_bind_blob(insert, 2, segment.data, (int)segment.size, SQLITE_STATIC);
        assert_int_equal(index_run(index, insert, NULL), STATUS_OK);
    }
    sqlite3_finalize(insert);
    buffer_free(&segment);
    assert_int_equal(index_execute(index,
                                   "INSERT INTO postings VALUES"
                                   "((6 << 32) + 4000000000, x'01'), ((8 << 32) + 1, x'01')",
                                   NULL),
                     STATUS_OK);
}

static void assert_seek(struct postings_cursor *cursor, const struct posting_list *list,
                        uint32_t passage) {
    size_t i = 0;
    uint16_t counts[N_COLUMNS];
    while (i < list->n_postings && list->postings[i].passage < passage)
        i++;
    if (random_below(2)) { /* to be looked up */
        static const uint16_t none[N_COLUMNS];
        bool is_there = i < list->n_postings && list->postings[i].passage == passage;
        assert_int_equal(postings_cursor_look_up(cursor, passage, counts, NULL), STATUS_OK);
        assert_memory_equal(counts, is_there ? list->postings[i].counts : none, sizeof counts);
    }
    assert_int_equal(postings_cursor_seek(cursor, passage, NULL), STATUS_OK);
    if (i == list->n_postings) {
        assert_int_equal(cursor->passage, POSTINGS_END);
        return;
    }
    bool found;
    assert_int_equal(cursor->passage, list->postings[i].passage);
    if (cursor->unpacked)
        return;
    assert_int_equal(postings_cursor_seek_block(cursor, passage, &found, NULL), STATUS_OK);
    assert_true(found);
    assert_in_range(list->postings[i].impact, 0, cursor->segment.impact[cursor->i_block]);
    assert_in_range(list->postings[i].passage, cursor->segment.first,
                    cursor->segment.last[cursor->i_block]);
}

static void assert_seeks(struct postings_cursor *cursor, const struct posting_list *list) {
    uint32_t end = list->postings[list->n_postings - 1].passage + 100;
    for (uint32_t passage = 0; passage < end; passage += (uint32_t)random_below(end / 50))
        assert_seek(cursor, list, passage);
    for (size_t i = 0; i < 200; i++)
        assert_seek(cursor, list, (uint32_t)random_below(end));
    for (size_t i = 0; i < list->n_postings; i += 1 + random_below(list->n_postings / 100 + 1))
        assert_seek(cursor, list, list->postings[i].passage + (uint32_t)random_below(2));
    postings_cursor_close(cursor);
}

static void a_cursor_finds_what_the_list_has_in_any_order(void **state) {
    (void)state;
    for (size_t n = 1; n < 30000; n = n * 2 + 1) {
        struct posting_list list = random_list(n);
        struct index index;
        struct postings_reader reader;
        struct postings_cursor *cursor;
        assert_int_equal(index_open(&index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
        write_list(&index, &list);
        assert_int_equal(postings_reader_open(&reader, &index, NULL), STATUS_OK);
        assert_int_equal(postings_cursor_open(&cursor, &reader, &(struct term){.id = 7}, NULL),
                         STATUS_OK);
        assert_seeks(cursor, &list);
        assert_int_equal(postings_cursor_open_list(&cursor, &list, NULL), STATUS_OK);
        assert_seeks(cursor, &list);
        struct lengths lengths;
        const struct term term = {.id = 7, .df = (uint32_t)list.n_postings};
        struct collection collection = {.next_passage =
                                            list.postings[list.n_postings - 1].passage + 1};
        assert_int_equal(lengths_open(&lengths, &index, NULL), STATUS_OK);
        for (size_t i = 0; i < 6; i++) { /* of the last ones the first sees a change */
            postings_reader_refresh(&reader, i == 3, &collection, &lengths);
            assert_int_equal(postings_cursor_open(&cursor, &reader, &term, NULL), STATUS_OK);
            assert_int_equal(cursor->unpacked != NULL, i % 3 > 0);
            assert_seeks(cursor, &list);
        }
        lengths_close(&lengths);
        postings_reader_close(&reader);
        index_close(&index);
        unlink("test.db");
        posting_list_free(&list);
    }
}

static void a_term_without_postings_is_at_its_end(void **state) {
    (void)state;
    struct index index;
    struct postings_reader reader;
    struct postings_cursor *cursor;
    assert_int_equal(index_open(&index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(postings_reader_open(&reader, &index, NULL), STATUS_OK);
    assert_int_equal(postings_cursor_open(&cursor, &reader, &(struct term){.id = 3}, NULL),
                     STATUS_OK);
    assert_int_equal(postings_cursor_seek(cursor, 5, NULL), STATUS_OK);
    assert_int_equal(cursor->passage, POSTINGS_END);
    assert_int_equal(postings_cursor_seek(cursor, 0, NULL), STATUS_OK);
    assert_int_equal(cursor->passage, POSTINGS_END);
    postings_cursor_close(cursor);
    postings_reader_close(&reader);
    index_close(&index);
}

static void a_damaged_segment_is_named_with_its_cure(void **state) {
    (void)state;
    static const char *const damages[] = {
        "x''", "x'00'", "x'010001'", "zeroblob(5000)", "zeroblob(4000)", "x'01FFFFFFFFFFFF'"};
    struct index index;
    struct postings_reader reader;
    struct postings_cursor *cursor;
    assert_int_equal(index_open(&index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(postings_reader_open(&reader, &index, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct error error = {0};
        char sql[100];
        snprintf(sql, sizeof sql, "REPLACE INTO postings VALUES((3 << 32) + 9, %s)", damages[i]);
        assert_int_equal(index_execute(&index, sql, NULL), STATUS_OK);
        assert_int_equal(postings_cursor_open(&cursor, &reader, &(struct term){.id = 3}, NULL),
                         STATUS_OK);
        enum status status = postings_cursor_seek(cursor, 1, &error);
        assert_int_equal(status, STATUS_INDEX);
        assert_non_null(strstr(error.text, "--rebuild"));
        postings_cursor_close(cursor);
    }
    postings_reader_close(&reader);
    index_close(&index);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_cursor_finds_what_the_list_has_in_any_order),
        IN_FOLDER(a_term_without_postings_is_at_its_end),
        IN_FOLDER(a_damaged_segment_is_named_with_its_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
