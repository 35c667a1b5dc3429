/* What a file is read as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/input/file_kind.h"

static void the_end_of_a_name_tells_the_kind_in_either_case(void **state) {
    (void)state;
    assert_int_equal(file_kind_from_name("a.md"), FILE_MARKDOWN);
    assert_int_equal(file_kind_from_name("a.MarkDown"), FILE_MARKDOWN);
    assert_int_equal(file_kind_from_name("a.HTM"), FILE_HTML);
    assert_int_equal(file_kind_from_name("a.html"), FILE_HTML);
    assert_int_equal(file_kind_from_name("a.b.txt"), FILE_PLAIN_TEXT);
    assert_int_equal(file_kind_from_name("a.jsonl"), FILE_JSONL);
    assert_int_equal(file_kind_from_name("a.jsonl.GZ"), FILE_JSONL_GZIP);
    assert_int_equal(file_kind_from_name("a.gz"), FILE_UNKNOWN);
    assert_int_equal(file_kind_from_name("a.Warc"), FILE_WARC);
    assert_int_equal(file_kind_from_name("a.warc.gz"), FILE_WARC);
    assert_int_equal(file_kind_from_name("a.pdf"), FILE_UNKNOWN);
    assert_int_equal(file_kind_from_name("readme"), FILE_UNKNOWN);
    assert_int_equal(file_kind_from_name("md"), FILE_UNKNOWN);
}

static void a_file_of_lines_may_be_compressed(void **state) {
    (void)state;
    assert_true(file_kind_is_lines(FILE_JSONL));
    assert_true(file_kind_is_lines(FILE_JSONL_GZIP));
    assert_false(file_kind_is_lines(FILE_WARC));
    assert_false(file_kind_is_lines(FILE_MARKDOWN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_name_tells_the_kind_in_either_case),
        cmocka_unit_test(a_file_of_lines_may_be_compressed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
