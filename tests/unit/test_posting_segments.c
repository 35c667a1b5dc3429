/* Postings in memory, and the cache of those of common terms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "store/posting_segments.h"

/* Segments of `n_bytes` bytes, one after another. */
static struct posting_segments segments_of(size_t n_segments, size_t n_bytes) {
    struct posting_segments segments = {0};
    for (size_t i = 0; i < n_segments; i++) {
        assert_int_equal(posting_segments_add(&segments, (uint32_t)i, NULL), STATUS_OK);
        for (size_t j = 0; j < n_bytes; j++)
            buffer_append_char(&segments.bytes, (char)('a' + i));
    }
    assert_int_equal(posting_segments_close(&segments, NULL), STATUS_OK);
    return segments;
}

static void segments_are_told_apart(void **state) {
    (void)state;
    struct posting_segments segments = segments_of(5, 3);
    size_t n_bytes;
    assert_int_equal(segments.n_segments, 5);
    for (size_t i = 0; i < 5; i++) {
        const unsigned char *bytes = posting_segments_bytes(&segments, i, &n_bytes);
        assert_int_equal(n_bytes, 3);
        assert_int_equal(bytes[0], 'a' + i);
        assert_int_equal(bytes[n_bytes], i < 4 ? 'b' + i : 0);
    }
    posting_segments_free(&segments);
}

static bool add(struct postings_cache *cache, uint32_t term, size_t n_bytes) {
    struct posting_segments segments = segments_of(1, n_bytes);
    const struct posting_segments *added = postings_cache_add(cache, term, &segments);
    posting_segments_free(&segments);
    return added != NULL;
}

static void a_full_cache_takes_no_more(void **state) {
    (void)state;
    struct postings_cache *cache = calloc(1, sizeof *cache);
    assert_non_null(cache);
    for (uint32_t i = 0; i < CACHE_MAX_TERMS; i++)
        assert_true(add(cache, i, 1));
    assert_false(add(cache, CACHE_MAX_TERMS, 1));
    assert_null(postings_cache_find(cache, CACHE_MAX_TERMS));
    postings_cache_free(cache);
    assert_true(add(cache, 1, CACHE_MAX_BYTES - 100));
    assert_false(add(cache, 2, 100));
    assert_non_null(postings_cache_find(cache, 1));
    postings_cache_free(cache);
    free(cache);
}

static void what_was_used_last_is_kept(void **state) {
    (void)state;
    struct postings_cache *cache = calloc(1, sizeof *cache);
    assert_non_null(cache);
    for (uint32_t i = 0; i < CACHE_MAX_TERMS; i++)
        assert_true(add(cache, i, 1));
    assert_non_null(postings_cache_find(cache, 3));
    postings_cache_trim(cache);
    assert_int_equal(cache->n_entries, CACHE_MAX_TERMS / 2);
    assert_null(postings_cache_find(cache, 0));
    assert_non_null(postings_cache_find(cache, 3));
    assert_null(postings_cache_find(cache, CACHE_MAX_TERMS / 2));
    assert_non_null(postings_cache_find(cache, CACHE_MAX_TERMS - 1));
    postings_cache_trim(cache);
    assert_int_equal(cache->n_entries, CACHE_MAX_TERMS / 2);
    postings_cache_free(cache);
    free(cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_told_apart),
        cmocka_unit_test(a_full_cache_takes_no_more),
        cmocka_unit_test(what_was_used_last_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
