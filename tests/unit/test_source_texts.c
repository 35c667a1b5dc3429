/* Which pages have the same text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/sources/source_texts.h"

enum { N_PAGES = 1000, N_TEXTS = 7 };

static void the_first_page_asked_about_stands_for_its_text(void **state) {
    (void)state;
    struct source_page pages[3] = {
        {.text_sha256 = {1}}, {.text_sha256 = {2}}, {.text_sha256 = {1}}};
    const struct source_keys keys = {.pages = pages, .n_pages = 3};
    struct source_texts texts;
    assert_int_equal(source_texts_open(&texts, &keys, NULL), STATUS_OK);
    assert_int_equal(source_texts_first(&texts, 2), 2);
    assert_int_equal(source_texts_first(&texts, 0), 2);
    assert_int_equal(source_texts_first(&texts, 1), 1);
    assert_int_equal(source_texts_first(&texts, 2), 2);
    source_texts_close(&texts);
}

static void texts_that_begin_alike_are_different(void **state) {
    (void)state;
    struct source_page pages[N_PAGES] = {0};
    const struct source_keys keys = {.pages = pages, .n_pages = N_PAGES};
    struct source_texts texts;
    for (size_t i = 0; i < N_PAGES; i++)
        pages[i].text_sha256[SHA256_BYTES - 1] = (unsigned char)(i % N_TEXTS);
    assert_int_equal(source_texts_open(&texts, &keys, NULL), STATUS_OK);
    for (size_t i = 0; i < N_PAGES; i++)
        assert_int_equal(source_texts_first(&texts, i), i % N_TEXTS);
    source_texts_close(&texts);
}

static void there_may_be_no_page(void **state) {
    (void)state;
    const struct source_keys keys = {0};
    struct source_texts texts;
    assert_int_equal(source_texts_open(&texts, &keys, NULL), STATUS_OK);
    source_texts_close(&texts);
    source_texts_close(&texts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_page_asked_about_stands_for_its_text),
        cmocka_unit_test(texts_that_begin_alike_are_different),
        cmocka_unit_test(there_may_be_no_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
