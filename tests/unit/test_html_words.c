/* What class names and ids tell of an element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/html/html_words.h"

static void names_of_furniture_are_known(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("site-footer", NULL), HTML_FURNITURE);
    assert_int_equal(html_words_suspicion("col-8", "comments"), HTML_FURNITURE);
    assert_int_equal(html_words_suspicion("box RelatedStories", NULL), HTML_FURNITURE);
    assert_int_equal(html_words_suspicion("postShareButtons", NULL), HTML_FURNITURE);
}

static void doubtful_names_are_less_than_furniture(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("author", NULL), HTML_DOUBTFUL);
    assert_int_equal(html_words_suspicion("entry_meta", NULL), HTML_DOUBTFUL);
    assert_int_equal(html_words_suspicion("hidden", NULL), HTML_DOUBTFUL);
}

static void a_word_inside_a_word_tells_nothing(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("navy loader", "metadata"), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion("NAVBLOCK", NULL), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion("", NULL), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion(NULL, NULL), HTML_TRUSTED);
}

static void a_commentary_is_no_comment(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("commentary", NULL), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion("commenting", NULL), HTML_FURNITURE);
}

static void some_frameworks_misuse_words(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("widget", NULL), HTML_FURNITURE);
    assert_int_equal(html_words_suspicion("elementor-widget", NULL), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion("overflow-hidden", NULL), HTML_TRUSTED);
    assert_int_equal(html_words_suspicion("field field--label-hidden", NULL), HTML_TRUSTED);
}

static void what_asks_for_consent_is_known(void **state) {
    (void)state;
    assert_int_equal(html_words_suspicion("cookielaw", NULL), HTML_FURNITURE);
    assert_true(html_words_name_consent("cookielaw", NULL));
    assert_true(html_words_name_consent(NULL, "gdpr-bar"));
    assert_false(html_words_name_consent("comments sidebar", "footer"));
    assert_false(html_words_name_consent(NULL, NULL));
}

static void names_of_articles_are_known(void **state) {
    (void)state;
    assert_true(html_words_name_article("article-body"));
    assert_true(html_words_name_article("wide PostContent"));
    assert_true(html_words_name_article("entry__text2"));
    assert_true(html_words_name_article("news-content"));
    assert_false(html_words_name_article("article-bodyguard"));
    assert_false(html_words_name_article("article---body"));
    assert_false(html_words_name_article("body article"));
    assert_false(html_words_name_article(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_furniture_are_known),
        cmocka_unit_test(doubtful_names_are_less_than_furniture),
        cmocka_unit_test(a_word_inside_a_word_tells_nothing),
        cmocka_unit_test(a_commentary_is_no_comment),
        cmocka_unit_test(some_frameworks_misuse_words),
        cmocka_unit_test(what_asks_for_consent_is_known),
        cmocka_unit_test(names_of_articles_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
