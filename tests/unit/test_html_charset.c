/* What encoding a page is read in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/html/html_charset.h"

static void assert_decoded(const char *bytes, size_t n_bytes, const char *charset,
                           const char *expected, size_t n_problems) {
    struct document document = {0};
    struct html_source source = {0};
    html_source_read(bytes, n_bytes, charset, &document, &source);
    assert_false(source.converted.failed);
    assert_int_equal(source.n_bytes, strlen(expected));
    assert_memory_equal(source.text, expected, source.n_bytes);
    assert_int_equal(document.n_problems, n_problems);
    html_source_free(&source);
    document_free(&document);
}

#define DECODED(bytes, charset, expected)                                                          \
    assert_decoded(bytes, sizeof bytes - 1, charset, expected, 0)

static void valid_utf8_is_utf8_whatever_is_said(void **state) {
    (void)state;
    DECODED("<meta charset=latin1>na\xc3\xafve", "gbk", "<meta charset=latin1>na\xc3\xafve");
    DECODED("\xf0\x9f\xa9\xba", NULL, "\xf0\x9f\xa9\xba");
}

static void a_byte_order_mark_decides(void **state) {
    (void)state;
    DECODED("\xef\xbb\xbfplain", NULL, "plain");
    DECODED("\xff\xfe<\0p\0>\0\xe9\0", "utf-8", "<p>\xc3\xa9");
    DECODED("\xfe\xff\0<\0p\0>\0\xe9", NULL, "<p>\xc3\xa9");
}

static void the_header_comes_before_the_page(void **state) {
    (void)state;
    DECODED("<meta charset=koi8-r>\xcf\xeb!", "windows-1251", "<meta charset=koi8-r>Пл!");
    DECODED("<meta charset='windows-1251'>\xcf\xeb!", NULL, "<meta charset='windows-1251'>Пл!");
    DECODED("<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\x93\xfa", NULL,
            "<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">日");
}

static void all_else_is_windows_1252(void **state) {
    (void)state;
    DECODED("caf\xe9 \x80\x31!", NULL, "café €1!");
    DECODED("\x93quoted\x94!", "iso-8859-1", "“quoted”!");
    DECODED("caf\xe9!", "x-unheard-of", "café!");
    DECODED("caf\xe9 charset=koi8-r!", NULL, "café charset=koi8-r!");
}

static void broken_utf8_is_repaired_and_reported(void **state) {
    (void)state;
    const char page[] = "na\xc3\xafve caf\xe9 \xc0\xaf!";
    assert_decoded(page, sizeof page - 1, "utf-8", "naïve café À¯!", 1);
}

static void bytes_without_meaning_are_replaced_and_reported(void **state) {
    (void)state;
    const char page[] = "\x93\xfa \xff!";
    assert_decoded(page, sizeof page - 1, "shift_jis", "日 \xef\xbf\xbd!", 1);
}

static void a_character_cut_at_the_end_is_dropped(void **state) {
    (void)state;
    DECODED("caf\xc3", NULL, "caf");
    DECODED("caf\xf0\x9f\xa9", NULL, "caf");
}

static void nuls_are_dropped(void **state) {
    (void)state;
    DECODED("a\0b\0\0c\0", NULL, "abc");
    DECODED("a\0\xe9!", NULL, "aé!");
    DECODED("", NULL, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_utf8_is_utf8_whatever_is_said),
        cmocka_unit_test(a_byte_order_mark_decides),
        cmocka_unit_test(the_header_comes_before_the_page),
        cmocka_unit_test(all_else_is_windows_1252),
        cmocka_unit_test(broken_utf8_is_repaired_and_reported),
        cmocka_unit_test(bytes_without_meaning_are_replaced_and_reported),
        cmocka_unit_test(a_character_cut_at_the_end_is_dropped),
        cmocka_unit_test(nuls_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
