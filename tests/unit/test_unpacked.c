/* Unpacked postings against the list of them, and the cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/unpacked.h"
#include "tests/unit/temporary_index.h"
#include "tests/unit/unpacked_list.h"

enum { END = 50000 };

static size_t random_below(size_t n) {
    static uint64_t state = 5;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

struct world {
    struct index index;
    struct lengths lengths;
    struct bm25f bm25f;
};

static void open_world(struct world *world) {
    assert_int_equal(index_open(&world->index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&world->lengths, &world->index, NULL), STATUS_OK);
    world->bm25f = bm25f_of((double[N_COLUMNS]){100, 5, 5});
    for (uint32_t i = 1; i < END; i++) {
        const uint16_t tokens[N_COLUMNS] = {(uint16_t)(1 + random_below(600)),
                                            (uint16_t)random_below(5), (uint16_t)random_below(9)};
        assert_int_equal(lengths_set(&world->lengths, i, tokens, NULL), STATUS_OK);
    }
}

static void close_world(struct world *world) {
    lengths_close(&world->lengths);
    index_close(&world->index);
}

/* A posting in one of `gap` passages, and in the last. */
static struct posting_list random_list(size_t gap) {
    struct posting_list list = {0};
    for (uint32_t i = 1; i < END; i++) {
        struct posting posting = {.passage = i,
                                  .counts = {(uint16_t)(1 + random_below(random_below(9) ? 3 : 40)),
                                             (uint16_t)random_below(2), (uint16_t)random_below(3)}};
        if (random_below(gap) == 0 || i == END - 1)
            assert_int_equal(posting_list_add(&list, posting, NULL), STATUS_OK);
    }
    return list;
}

static void assert_posting(struct world *world, const struct unpacked *unpacked,
                           const struct posting *posting, size_t i) {
    uint16_t counts[N_COLUMNS];
    const uint16_t *tokens;
    assert_int_equal(lengths_of(&world->lengths, posting->passage, &tokens, NULL), STATUS_OK);
    unpacked_counts(unpacked, i, posting->passage, counts);
    assert_memory_equal(counts, posting->counts, sizeof counts);
    assert_int_equal(unpacked->impacts[i], bm25f_impact(bm25f_x(&world->bm25f, counts, tokens)));
    assert_in_range(unpacked->impacts[i], 1,
                    unpacked->most[posting->passage >> UNPACKED_WINDOW_SHIFT]);
}

static void assert_same(struct world *world, const struct unpacked *unpacked,
                        const struct posting_list *list) {
    size_t next = 0; /* of the list */
    assert_int_equal(unpacked->n_postings, list->n_postings);
    assert_int_equal(unpacked->impacts[list->n_postings], 0);
    for (uint32_t passage = 0; passage < END; passage++) {
        uint32_t found;
        size_t i;
        bool is_posting = list->postings[next].passage == passage;
        if (unpacked_is_dense(unpacked))
            assert_int_equal(unpacked_find_dense(unpacked, passage, &i), is_posting);
        /* From before, from there, from anywhere. */
        size_t from = random_below(2) ? random_below(next + 1) : random_below(list->n_postings + 1);
        assert_int_equal(unpacked_find(unpacked, passage, from, &found), next);
        assert_int_equal(found, list->postings[next].passage);
        if (unpacked_is_dense(unpacked))
            assert_int_equal(i, next);
        if (!is_posting)
            continue;
        assert_posting(world, unpacked, &list->postings[next], next);
        next += next + 1 < list->n_postings;
    }
    for (uint32_t passage = END; passage < END + 200; passage++) {
        uint32_t found;
        assert_int_equal(unpacked_find(unpacked, passage, 0, &found), list->n_postings);
        assert_int_equal(found, UINT32_MAX);
    }
}

static void unpacked_postings_are_those_of_the_list_whether_common_or_rare(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    for (size_t gap = 1; gap < 40000; gap = gap * 3 + 1) {
        struct posting_list list = random_list(gap);
        struct unpacked unpacked = unpacked_of(&list, END, &world.bm25f, &world.lengths);
        assert_int_equal(unpacked_is_dense(&unpacked), gap < 50);
        assert_same(&world, &unpacked, &list);
        unpacked_free(&unpacked);
        posting_list_free(&list);
    }
    close_world(&world);
}

static void passages_that_do_not_rise_or_are_too_many_are_refused(void **state) {
    (void)state;
    struct posting_list list = random_list(50);
    struct unpacked unpacked;
    assert_int_equal(unpacked_open(&unpacked, END, 2 * list.n_postings, NULL), STATUS_OK);
    assert_int_equal(unpacked_add_list(&unpacked, &list), STATUS_OK);
    assert_int_equal(unpacked_add_list(&unpacked, &list), STATUS_INDEX);
    unpacked_free(&unpacked);
    assert_int_equal(unpacked_open(&unpacked, END, list.n_postings - 1, NULL), STATUS_OK);
    assert_int_equal(unpacked_add_list(&unpacked, &list), STATUS_INDEX);
    unpacked_free(&unpacked);
    assert_int_equal(unpacked_open(&unpacked, END, END + 1, NULL), STATUS_INDEX);
    unpacked_free(&unpacked);
    assert_int_equal(unpacked_open(&unpacked, END - 1, list.n_postings, NULL), STATUS_OK);
    assert_int_equal(unpacked_add_list(&unpacked, &list), STATUS_INDEX);
    assert_int_equal(unpacked_add_segment(&unpacked, "", 0, 1, NULL), STATUS_INDEX);
    assert_int_equal(unpacked_add_segment(&unpacked, "\x01\x00\x01", 3, 1, NULL), STATUS_INDEX);
    unpacked_free(&unpacked);
    posting_list_free(&list);
}

/* ---- the cache ---- */

static bool add(struct unpacked_cache *cache, uint32_t term, size_t n_postings) {
    struct unpacked unpacked = {.end = 1, .n_postings = n_postings};
    bool has_room;
    if (unpacked_cache_find(cache, term, &has_room) || !has_room)
        return false;
    return unpacked_cache_add(cache, term, &unpacked) != NULL;
}

static bool has(struct unpacked_cache *cache, uint32_t term) {
    bool has_room;
    return unpacked_cache_find(cache, term, &has_room) != NULL;
}

static void the_first_query_caches_nothing_and_the_next_ones_do(void **state) {
    (void)state;
    struct unpacked_cache cache = {0};
    assert_false(add(&cache, 1, 1));
    unpacked_cache_next_query(&cache);
    assert_false(add(&cache, 1, 1));
    unpacked_cache_next_query(&cache);
    assert_false(has(&cache, 1));
    assert_true(add(&cache, 1, 1));
    unpacked_cache_next_query(&cache);
    assert_true(has(&cache, 1));
    unpacked_cache_free(&cache);
    assert_false(has(&cache, 1));
}

static void of_terms_for_the_same_slots_that_unused_for_longest_goes(void **state) {
    (void)state;
    struct unpacked_cache cache = {0};
    unpacked_cache_next_query(&cache);
    unpacked_cache_next_query(&cache);
    for (uint32_t i = 0; i <= UNPACKED_CACHE_WAYS; i++)
        assert_int_equal(add(&cache, 1 + i * UNPACKED_CACHE_SLOTS, 1), i < UNPACKED_CACHE_WAYS);
    unpacked_cache_next_query(&cache);
    assert_true(has(&cache, 1));
    assert_true(add(&cache, 2 + UNPACKED_CACHE_WAYS * UNPACKED_CACHE_SLOTS, 1));
    assert_true(add(&cache, 1 + UNPACKED_CACHE_WAYS * UNPACKED_CACHE_SLOTS, 1));
    assert_true(has(&cache, 1));
    assert_false(has(&cache, 1 + UNPACKED_CACHE_SLOTS));
    assert_true(has(&cache, 1 + 2 * UNPACKED_CACHE_SLOTS));
    unpacked_cache_free(&cache);
}

static void a_full_cache_keeps_what_was_used_lately(void **state) {
    (void)state;
    struct unpacked_cache cache = {0};
    uint32_t n_added = 0;
    unpacked_cache_next_query(&cache);
    unpacked_cache_next_query(&cache);
    while (add(&cache, n_added, 1 << 18))
        n_added++;
    assert_in_range(n_added, 2, UNPACKED_CACHE_MAX_BYTES >> 18);
    for (size_t i = 0; i < UNPACKED_CACHE_QUERIES; i++) {
        unpacked_cache_next_query(&cache);
        assert_true(has(&cache, 1));
        assert_false(add(&cache, n_added, 1));
    }
    assert_true(has(&cache, 0));
    for (size_t i = 0; i <= UNPACKED_CACHE_QUERIES; i++) {
        unpacked_cache_next_query(&cache);
        assert_true(has(&cache, 1));
    }
    assert_false(has(&cache, 2));
    assert_true(add(&cache, n_added, 1));
    unpacked_cache_free(&cache);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(unpacked_postings_are_those_of_the_list_whether_common_or_rare),
        cmocka_unit_test(passages_that_do_not_rise_or_are_too_many_are_refused),
        cmocka_unit_test(the_first_query_caches_nothing_and_the_next_ones_do),
        cmocka_unit_test(of_terms_for_the_same_slots_that_unused_for_longest_goes),
        cmocka_unit_test(a_full_cache_keeps_what_was_used_lately),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
