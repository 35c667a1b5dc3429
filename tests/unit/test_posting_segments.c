/* Postings in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
