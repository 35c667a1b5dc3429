/* Coded postings: what is written is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/postings/coded_posting.h"

/* Codes a posting, expects it to take `n_bytes`, and to be read as it was. */
static void assert_coded_in(uint32_t step, uint16_t body, uint16_t headings, uint16_t title,
                            size_t n_bytes) {
    unsigned char bytes[CODED_POSTING_MAX_BYTES + 1];
    const uint16_t counts[N_COLUMNS] = {
        [COLUMN_BODY] = body, [COLUMN_HEADINGS] = headings, [COLUMN_TITLE] = title};
    bool is_plain = coded_posting_is_plain(counts);
    unsigned char *end =
        coded_posting_write_counts(coded_posting_write_head(bytes, step, is_plain), counts);
    assert_int_equal(end - bytes, n_bytes);
    const unsigned char *at = bytes;
    struct posting posting = coded_posting_read(&at);
    assert_ptr_equal(at, end);
    assert_int_equal(posting.passage, step);
    assert_memory_equal(posting.counts, counts, sizeof counts);
}

static void once_in_the_body_is_the_head_alone(void **state) {
    (void)state;
    assert_coded_in(1, 1, 0, 0, 1);
    assert_coded_in(63, 1, 0, 0, 1);
    assert_coded_in(64, 1, 0, 0, 2);
}

static void small_counts_take_a_byte(void **state) {
    (void)state;
    for (uint16_t body = 0; body <= 15; body++)
        for (uint16_t headings = 0; headings <= 3; headings++)
            for (uint16_t title = 0; title <= 3; title++) {
                bool is_plain = body == 1 && headings == 0 && title == 0;
                bool is_escape = body == 15 && headings == 3 && title == 3;
                assert_coded_in(5, body, headings, title, is_plain ? 1 : is_escape ? 5 : 2);
            }
}

static void large_counts_are_kept_whole(void **state) {
    (void)state;
    assert_coded_in(5, 16, 0, 0, 5);
    assert_coded_in(5, 1, 4, 0, 5);
    assert_coded_in(5, 1, 0, 4, 5);
    assert_coded_in(5, UINT16_MAX, UINT16_MAX, UINT16_MAX, 11);
}

static void any_step_is_kept(void **state) {
    (void)state;
    assert_coded_in(0, 1, 0, 0, 1);
    assert_coded_in(UINT32_MAX, 1, 0, 0, 5);
    assert_coded_in(UINT32_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX, CODED_POSTING_MAX_BYTES);
}

static void the_counts_of_a_posting_whose_head_is_kept_elsewhere_are_read(void **state) {
    (void)state;
    unsigned char bytes[CODED_COUNTS_MAX_BYTES];
    const uint16_t written[N_COLUMNS] = {[COLUMN_BODY] = 3, [COLUMN_TITLE] = 1};
    const uint16_t plain[N_COLUMNS] = {[COLUMN_BODY] = 1};
    uint16_t counts[N_COLUMNS];
    const unsigned char *end = coded_posting_write_counts(bytes, written);
    const unsigned char *at = bytes;
    coded_posting_read_counts(&at, false, counts);
    assert_ptr_equal(at, end);
    assert_memory_equal(counts, written, sizeof counts);
    assert_ptr_equal(coded_posting_write_counts(bytes, plain), bytes);
    at = bytes;
    coded_posting_read_counts(&at, true, counts);
    assert_ptr_equal(at, bytes);
    assert_memory_equal(counts, plain, sizeof counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_in_the_body_is_the_head_alone),
        cmocka_unit_test(small_counts_take_a_byte),
        cmocka_unit_test(large_counts_are_kept_whole),
        cmocka_unit_test(any_step_is_kept),
        cmocka_unit_test(the_counts_of_a_posting_whose_head_is_kept_elsewhere_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
