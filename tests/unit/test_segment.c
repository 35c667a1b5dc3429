/* Coded postings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "store/postings.h"
#include "store/segment.h"

static size_t random_below(size_t n) {
    static uint64_t state = 7;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static void add(struct posting_list *list, uint32_t passage, unsigned body, unsigned headings,
                unsigned title) {
    struct posting posting = {
        passage, {(uint16_t)body, (uint16_t)headings, (uint16_t)title}, (uint8_t)random_below(256)};
    assert_int_equal(posting_list_add(list, posting, NULL), STATUS_OK);
}

/* Appends what a segment of these bytes holds. */
static enum status decode(const char *data, size_t n_bytes, uint32_t first,
                          struct posting_list *list) {
    struct error error = {0};
    /* A copy of just these bytes: reading beyond them would be seen. */
    unsigned char *exact = malloc(n_bytes > 0 ? n_bytes : 1);
    assert_non_null(exact);
    memcpy(exact, data, n_bytes);
    enum status status = posting_list_add_segment(list, exact, n_bytes, first, &error);
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

/* Returns how many segments it took. */
static size_t assert_round_trip(const struct posting_list *list) {
    struct posting_list decoded = {0};
    size_t n_segments = 0;
    for (size_t i = 0; i < list->n_postings; n_segments++) {
        struct buffer segment = {0};
        uint8_t impact;
        uint8_t largest = 0;
        size_t n = segment_encode(list->postings + i, list->n_postings - i, &segment, &impact);
        assert_in_range(segment.size, 1, SEGMENT_MAX_BYTES);
        assert_int_equal(decode(segment.data, segment.size, list->postings[i].passage, &decoded),
                         STATUS_OK);
        for (i += n; n > 0; n--) {
            const struct posting *posting = &list->postings[i - n];
            assert_in_range(posting->impact, 0, decoded.postings[i - n].impact);
            largest = posting->impact > largest ? posting->impact : largest;
        }
        assert_int_equal(impact, largest);
        buffer_free(&segment);
    }
    assert_int_equal(decoded.n_postings, list->n_postings);
    for (size_t i = 0; i < list->n_postings; i++)
        assert_same(&decoded.postings[i], &list->postings[i]);
    posting_list_free(&decoded);
    return n_segments;
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
    for (size_t n = 1; n < 20000; n += 1 + n / 10) {
        struct posting_list list = random_list(n);
        assert_round_trip(&list);
        posting_list_free(&list);
    }
}

/* About one of `n` passages. */
static struct posting_list dense_list(size_t n_postings, size_t n) {
    struct posting_list list = {0};
    uint32_t passage = (uint32_t)random_below(1000);
    for (size_t i = 0; i < n_postings; i++, passage += 1 + (uint32_t)random_below(2 * n - 1))
        add(&list, passage, 1 + (unsigned)random_below(2), 0, 0);
    return list;
}

static void common_words_are_kept(void **state) {
    (void)state;
    for (size_t n = 1; n < 20; n++) {
        struct posting_list list = dense_list(5000, n);
        assert_round_trip(&list);
        posting_list_free(&list);
    }
}

/* Asks for every passage that block `i` may be asked for; its postings begin at list[start]. */
static void assert_found(struct segment *segment, size_t i, const struct posting_list *list,
                         size_t start) {
    struct segment_block block;
    size_t place = 0;
    uint32_t found;
    assert_true(segment_read_block(segment, i, &block));
    for (uint32_t passage = i > 0 ? segment->last[i - 1] + 1 : 0; passage <= segment->last[i];
         passage++) {
        place += list->postings[start + place].passage < passage;
        assert_int_equal(segment_find(&block, passage, &found), place);
        assert_int_equal(found, list->postings[start + place].passage);
    }
    for (size_t j = 0; j < block.n_postings; j++)
        assert_int_equal(segment_passages(&block)[j], list->postings[start + j].passage);
}

static void passages_are_found_in_any_block(void **state) {
    (void)state;
    size_t n_bitmaps = 0;
    size_t n_blocks = 0;
    for (size_t n = 1; n < 20; n++) {
        struct posting_list list = dense_list(1000, n);
        struct buffer bytes = {0};
        struct segment segment;
        struct segment_bits bits;
        uint8_t impact;
        assert_int_equal(segment_encode(list.postings, list.n_postings, &bytes, &impact), 1000);
        buffer_append(&bytes, (char[SEGMENT_PADDING]){0}, SEGMENT_PADDING);
        assert_true(segment_open(&segment, (const unsigned char *)bytes.data,
                                 bytes.size - SEGMENT_PADDING, list.postings[0].passage));
        for (size_t i = 0; i < segment.n_blocks; i++, n_blocks++) {
            assert_found(&segment, i, &list, i * POSTINGS_PER_BLOCK);
            segment_read_bits(&segment, i, &bits);
            n_bitmaps += bits.n_words > 0;
        }
        buffer_free(&bytes);
        posting_list_free(&list);
    }
    assert_in_range(n_bitmaps, n_blocks / 4, n_blocks * 3 / 4);
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

static void a_word_in_every_passage_takes_two_bits_a_posting(void **state) {
    (void)state;
    struct posting_list list = {0};
    struct buffer segment = {0};
    uint8_t impact;
    for (uint32_t i = 0; i < 8000; i++)
        add(&list, 5000 + i, 1, 0, 0);
    assert_int_equal(segment_encode(list.postings, list.n_postings, &segment, &impact), 8000);
    assert_in_range(segment.size, 1000, 2000);
    buffer_free(&segment);
    posting_list_free(&list);
}

static void a_full_segment_is_followed_by_another(void **state) {
    (void)state;
    struct posting_list list = random_list(20000);
    assert_in_range(assert_round_trip(&list), 5, 40);
    posting_list_free(&list);
}

static void a_segment_that_is_cut_anywhere_is_an_error(void **state) {
    (void)state;
    struct posting_list list = random_list(300);
    struct posting_list decoded = {0};
    struct buffer segment = {0};
    uint8_t impact;
    assert_int_equal(segment_encode(list.postings, 300, &segment, &impact), 300);
    for (size_t n_bytes = 0; n_bytes < segment.size; n_bytes++) {
        decoded.n_postings = 0;
        assert_int_equal(decode(segment.data, n_bytes, list.postings[0].passage, &decoded),
                         STATUS_INDEX);
    }
    posting_list_free(&decoded);
    posting_list_free(&list);
    buffer_free(&segment);
}

/* Opens the bytes, which get their padding. */
static void open_segment(struct segment *segment, struct buffer *bytes, uint32_t first) {
    buffer_append(bytes, (char[SEGMENT_PADDING]){0}, SEGMENT_PADDING);
    assert_true(segment_open(segment, (const unsigned char *)bytes->data,
                             bytes->size - SEGMENT_PADDING, first));
}

/* Takes about one of `n` postings out of the list, whose passages it returns. */
static size_t take_some(struct posting_list *list, size_t n, uint32_t *passages,
                        struct segment_removal *expected) {
    size_t n_kept = 0;
    *expected = (struct segment_removal){0};
    for (size_t i = 0; i < list->n_postings; i++) {
        if (random_below(n) > 0) {
            list->postings[n_kept++] = list->postings[i];
            continue;
        }
        passages[expected->n_removed++] = list->postings[i].passage;
        for (size_t column = 0; column < N_COLUMNS; column++)
            expected->cf += list->postings[i].counts[column];
    }
    list->n_postings = n_kept;
    expected->first = n_kept > 0 ? list->postings[0].passage : 0;
    return expected->n_removed;
}

static void assert_is(const struct buffer *bytes, const struct posting_list *list) {
    struct posting_list decoded = {0};
    assert_int_equal(decode(bytes->data, bytes->size, list->postings[0].passage, &decoded),
                     STATUS_OK);
    assert_int_equal(decoded.n_postings, list->n_postings);
    for (size_t i = 0; i < list->n_postings; i++) {
        assert_same(&decoded.postings[i], &list->postings[i]);
        assert_in_range(list->postings[i].impact, 0, decoded.postings[i].impact);
    }
    posting_list_free(&decoded);
}

/* Takes about one of `n` postings out of a segment, time after time until it has to be remade. */
static enum segment_change assert_removals(struct posting_list list, size_t n) {
    struct buffer bytes = {0};
    uint8_t impact;
    enum segment_change change = SEGMENT_REMADE;
    list.n_postings = segment_encode(list.postings, list.n_postings, &bytes, &impact);
    uint32_t first = list.postings[0].passage;
    uint32_t *passages = calloc(list.n_postings, sizeof *passages);
    assert_non_null(passages);
    while (change == SEGMENT_REMADE) {
        struct segment segment;
        struct segment_removal removal;
        struct segment_removal expected;
        struct buffer out = {0};
        open_segment(&segment, &bytes, first);
        size_t n_taken = take_some(&list, n, passages, &expected);
        change = segment_remove(&segment, passages, n_taken, &out, &removal);
        if (change == SEGMENT_REMADE) {
            assert_memory_equal(&removal, &expected, sizeof removal);
            assert_in_range(out.size, 1, SEGMENT_MAX_BYTES);
            assert_is(&out, &list);
            first = removal.first;
        } else if (change == SEGMENT_EMPTIED) {
            assert_int_equal(list.n_postings, 0);
            assert_int_equal(removal.n_removed, expected.n_removed);
        }
        buffer_free(&bytes);
        bytes = out;
    }
    buffer_free(&bytes);
    free(passages);
    posting_list_free(&list);
    return change;
}

static void removals_leave_the_rest(void **state) {
    (void)state;
    size_t n_found[SEGMENT_DAMAGED + 1] = {0};
    for (size_t n = 1; n < 4000; n += 1 + n / 2) {
        n_found[assert_removals(random_list(300), n)]++;
        n_found[assert_removals(random_list(9000), n)]++;
        n_found[assert_removals(random_list(90), n)]++;
        for (size_t dense = 1; dense < 12; dense += 3)
            n_found[assert_removals(dense_list(2000, dense), n)]++;
    }
    assert_true(n_found[SEGMENT_EMPTIED] > 0 && n_found[SEGMENT_TO_REMAKE] > 0);
    assert_int_equal(n_found[SEGMENT_DAMAGED], 0);
}

static void what_is_not_there_is_not_counted_as_removed(void **state) {
    (void)state;
    struct posting_list list = dense_list(1000, 4);
    struct buffer bytes = {0};
    struct buffer out = {0};
    struct segment segment;
    struct segment_removal removal;
    uint8_t impact;
    for (size_t i = 501; i < list.n_postings; i++)
        list.postings[i].passage += 10; /* a gap */
    const uint32_t passages[] = {list.postings[500].passage, list.postings[500].passage + 1};
    segment_encode(list.postings, list.n_postings, &bytes, &impact);
    open_segment(&segment, &bytes, list.postings[0].passage);
    assert_int_equal(segment_remove(&segment, passages, 2, &out, &removal), SEGMENT_REMADE);
    assert_int_equal(removal.n_removed, 1);
    buffer_free(&bytes);
    buffer_free(&out);
    posting_list_free(&list);
}

/* Whatever is said to be left of a damaged segment, no more was written than a segment takes. */
static void remove_from(const struct buffer *bytes, const struct posting_list *list) {
    struct buffer padded = {0};
    struct buffer out = {0};
    struct segment segment;
    struct segment_removal removal;
    uint32_t passages[3];
    for (size_t i = 0; i < 3; i++)
        passages[i] = list->postings[i * 100 + random_below(100)].passage;
    buffer_append(&padded, bytes->data, bytes->size);
    buffer_append(&padded, (char[SEGMENT_PADDING]){0}, SEGMENT_PADDING);
    if (segment_open(&segment, (const unsigned char *)padded.data, bytes->size, passages[0]))
        segment_remove(&segment, passages, 3, &out, &removal);
    assert_in_range(out.size, 0, SEGMENT_MAX_BYTES);
    buffer_free(&padded);
    buffer_free(&out);
}

static void assert_harmless(struct posting_list list) {
    struct posting_list decoded = {0};
    struct buffer segment = {0};
    uint8_t impact;
    segment_encode(list.postings, 300, &segment, &impact);
    for (size_t i = 0; i < 20000; i++) {
        struct buffer damaged = {0};
        buffer_append(&damaged, segment.data, segment.size);
        for (size_t n = 1 + random_below(3); n > 0; n--)
            damaged.data[random_below(random_below(2) ? 30 : damaged.size)] =
                (char)random_below(256);
        decoded.n_postings = 0;
        decode(damaged.data, damaged.size, list.postings[0].passage, &decoded);
        assert_in_range(decoded.n_postings, 0, SEGMENT_MAX_BLOCKS * POSTINGS_PER_BLOCK);
        for (size_t j = 1; j < decoded.n_postings; j++)
            assert_in_range(decoded.postings[j].passage, decoded.postings[j - 1].passage + 1,
                            UINT32_MAX);
        remove_from(&damaged, &list);
        buffer_free(&damaged);
    }
    buffer_free(&segment);
    posting_list_free(&list);
    posting_list_free(&decoded);
}

static void no_bytes_whatever_do_harm(void **state) {
    (void)state;
    assert_harmless(random_list(400));
    assert_harmless(dense_list(400, 4));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_encoded_is_decoded),
        cmocka_unit_test(common_words_are_kept),
        cmocka_unit_test(passages_are_found_in_any_block),
        cmocka_unit_test(removals_leave_the_rest),
        cmocka_unit_test(what_is_not_there_is_not_counted_as_removed),
        cmocka_unit_test(counts_at_their_limits_are_kept),
        cmocka_unit_test(the_largest_ids_are_kept),
        cmocka_unit_test(a_word_in_every_passage_takes_two_bits_a_posting),
        cmocka_unit_test(a_full_segment_is_followed_by_another),
        cmocka_unit_test(a_segment_that_is_cut_anywhere_is_an_error),
        cmocka_unit_test(no_bytes_whatever_do_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
