/* Postings of a list, unpacked. */
#ifndef OSLER_TESTS_UNIT_UNPACKED_LIST_H
#define OSLER_TESTS_UNIT_UNPACKED_LIST_H

#include "store/postings.h"

/* For the tests of what damage does: without lengths. */
static inline enum status unpacked_add_list(struct unpacked *unpacked,
                                            const struct posting_list *list) {
    enum status status = STATUS_OK;
    uint8_t impact;
    for (size_t i = 0; i < list->n_postings && status == STATUS_OK;) {
        struct buffer segment = {0};
        uint32_t first = list->postings[i].passage;
        i += segment_encode(list->postings + i, list->n_postings - i, &segment, &impact);
        status = unpacked_add_segment(unpacked, segment.data, segment.size, first, NULL);
        buffer_free(&segment);
    }
    return status;
}

static inline struct unpacked unpacked_of(const struct posting_list *list, uint32_t end,
                                          const struct bm25f *bm25f, struct lengths *lengths) {
    struct unpacked unpacked;
    struct unpacked_formula formula;
    unpacked_formula_init(&formula, bm25f);
    assert_int_equal(unpacked_open(&unpacked, end, list->n_postings, NULL), STATUS_OK);
    assert_int_equal(unpacked_add_list(&unpacked, list), STATUS_OK);
    assert_int_equal(unpacked_close(&unpacked, &formula, lengths, NULL), STATUS_OK);
    return unpacked;
}

#endif
