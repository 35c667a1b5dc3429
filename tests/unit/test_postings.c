/* Blocks of postings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "store/postings.h"

static size_t random_below(size_t n) {
    static uint64_t state = 7;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static void add(struct posting_list *list, uint32_t passage, unsigned body, unsigned headings,
                unsigned title) {
    struct posting posting = {passage, {(uint16_t)body, (uint16_t)headings, (uint16_t)title}};
    assert_int_equal(posting_list_add(list, posting, NULL), STATUS_OK);
}

static struct buffer encode(const struct posting_list *list) {
    struct buffer block = {0};
    for (size_t i = 0; i < list->n_postings; i++)
        posting_encode(list->postings[i > 0 ? i - 1 : 0].passage, &list->postings[i], &block);
    assert_false(block.failed);
    return block;
}

static enum status decode(const struct buffer *block, size_t n_bytes, uint32_t first,
                          struct posting_list *list) {
    struct error error = {0};
    /* A copy of just these bytes: reading beyond them would be seen. */
    unsigned char *bytes = malloc(n_bytes + 1);
    assert_non_null(bytes);
    unsigned char *exact = realloc(bytes, n_bytes > 0 ? n_bytes : 1);
    memcpy(exact, block->data, n_bytes);
    enum status status = postings_decode(exact, n_bytes, first, list, &error);
    if (status != STATUS_OK) {
        assert_int_equal(status, STATUS_INDEX);
        assert_non_null(strstr(error.text, "--rebuild"));
    }
    free(exact);
    return status;
}

static void assert_same(const struct posting *one, const struct posting *other) {
    assert_int_equal(one->passage, other->passage);
    assert_memory_equal(one->counts, other->counts, sizeof one->counts);
}

static void assert_round_trip(const struct posting_list *list) {
    struct posting_list decoded = {0};
    struct buffer block = encode(list);
    assert_int_equal(decode(&block, block.size, list->postings[0].passage, &decoded), STATUS_OK);
    assert_int_equal(decoded.n_postings, list->n_postings);
    for (size_t i = 0; i < list->n_postings; i++)
        assert_same(&decoded.postings[i], &list->postings[i]);
    posting_list_free(&decoded);
    buffer_free(&block);
}

static struct posting_list random_list(size_t n_postings) {
    static const uint16_t counts[] = {0, 1, 1, 1, 2, 3, 4, 15, 16, 127, 128, 300, UINT16_MAX};
    enum { N_COUNTS = sizeof counts / sizeof *counts };
    struct posting_list list = {0};
    uint32_t passage = (uint32_t)random_below(1000);
    for (size_t i = 0; i < n_postings; i++) {
        bool plain = random_below(2);
        unsigned body = plain ? 1 : counts[random_below(N_COUNTS)];
        add(&list, passage, body, plain ? 0 : counts[random_below(N_COUNTS)],
            plain ? 0 : counts[random_below(N_COUNTS)]);
        passage += 1 + (uint32_t)random_below(random_below(20) ? 3 : 300000);
    }
    return list;
}

static void what_was_encoded_is_decoded(void **state) {
    (void)state;
    for (size_t n = 1; n < 300; n++) {
        struct posting_list list = random_list(n);
        assert_round_trip(&list);
        posting_list_free(&list);
    }
}

static void counts_at_their_limits_are_kept(void **state) {
    (void)state;
    static const unsigned edges[] = {0, 1, 3, 4, 15, 16, UINT16_MAX};
    enum { N_EDGES = sizeof edges / sizeof *edges };
    struct posting_list list = {0};
    uint32_t passage = 0;
    for (size_t i = 0; i < N_EDGES; i++)
        for (size_t j = 0; j < N_EDGES; j++)
            for (size_t k = 0; k < N_EDGES; k++)
                add(&list, passage++, edges[i], edges[j], edges[k]);
    assert_round_trip(&list);
    posting_list_free(&list);
}

static void the_largest_ids_are_kept(void **state) {
    (void)state;
    struct posting_list list = {0};
    add(&list, 0, 1, 0, 0);
    add(&list, UINT32_MAX, 2, 0, 0);
    assert_round_trip(&list);
    posting_list_free(&list);
    add(&list, UINT32_MAX, 1, 0, 0);
    assert_round_trip(&list);
    posting_list_free(&list);
}

static void the_commonest_posting_takes_one_byte(void **state) {
    (void)state;
    struct posting_list list = {0};
    for (uint32_t i = 0; i < 100; i++)
        add(&list, 5000 + i, 1, 0, 0);
    struct buffer block = encode(&list);
    assert_int_equal(block.size, 100);
    buffer_free(&block);
    posting_list_free(&list);
}

static void a_block_that_is_cut_anywhere_gives_the_postings_before_or_an_error(void **state) {
    (void)state;
    struct posting_list list = random_list(200);
    struct posting_list decoded = {0};
    struct buffer block = encode(&list);
    size_t n_whole = 0;
    for (size_t n_bytes = 0; n_bytes < block.size; n_bytes++) {
        decoded.n_postings = 0;
        n_whole += decode(&block, n_bytes, list.postings[0].passage, &decoded) == STATUS_OK;
        assert_in_range(decoded.n_postings, 0, list.n_postings - 1);
        for (size_t i = 0; i < decoded.n_postings; i++)
            assert_same(&decoded.postings[i], &list.postings[i]);
    }
    assert_int_equal(n_whole, list.n_postings); /* the empty block, and after all but the last */
    posting_list_free(&decoded);
    posting_list_free(&list);
    buffer_free(&block);
}

static void no_bytes_whatever_do_harm(void **state) {
    (void)state;
    struct posting_list decoded = {0};
    struct buffer block = {0};
    for (size_t i = 0; i < 5000; i++) {
        buffer_clear(&block);
        for (size_t n = random_below(40); n > 0; n--)
            buffer_append_char(&block, (char)(random_below(3) ? random_below(256) : 0xFF));
        decoded.n_postings = 0;
        buffer_append_char(&block, '\0');
        decode(&block, block.size - 1, (uint32_t)random_below(UINT32_MAX), &decoded);
        assert_in_range(decoded.n_postings, 0, block.size);
    }
    buffer_free(&block);
    posting_list_free(&decoded);
}

static void ids_beyond_the_last_are_damage(void **state) {
    (void)state;
    struct posting_list decoded = {0};
    struct buffer block = {0};
    buffer_append(&block, "\x03", 1); /* the next passage, plain */
    assert_int_equal(decode(&block, 1, UINT32_MAX, &decoded), STATUS_INDEX);
    assert_int_equal(decode(&block, 1, UINT32_MAX - 1, &decoded), STATUS_OK);
    buffer_clear(&block);
    buffer_append(&block, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 8); /* more than 32 bits */
    assert_int_equal(decode(&block, 8, 1, &decoded), STATUS_INDEX);
    buffer_free(&block);
    posting_list_free(&decoded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_is_decoded),
        cmocka_unit_test(counts_at_their_limits_are_kept),
        cmocka_unit_test(the_largest_ids_are_kept),
        cmocka_unit_test(the_commonest_posting_takes_one_byte),
        cmocka_unit_test(a_block_that_is_cut_anywhere_gives_the_postings_before_or_an_error),
        cmocka_unit_test(no_bytes_whatever_do_harm),
        cmocka_unit_test(ids_beyond_the_last_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
