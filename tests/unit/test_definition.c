/* Abbreviations that a text defines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/passages/definition.h"
#include "store/index.h"

static sqlite3 *connection;
static struct tokenizer *tokenizer;

static int open_tokenizer(void **state) {
    (void)state;
    return sqlite3_open(":memory:", &connection) == SQLITE_OK &&
                   tokenizer_open(connection, &tokenizer, NULL) == STATUS_OK
               ? 0
               : -1;
}

static int close_tokenizer(void **state) {
    (void)state;
    tokenizer_close(tokenizer);
    return sqlite3_close(connection);
}

/* Asserts "short=long" of each definition, separated by '|'. */
static void assert_defines(const char *text, const char *expected) {
    struct token_list tokens = {0};
    struct definition_list list = {0};
    struct buffer found = {0};
    assert_int_equal(
        tokenizer_run(tokenizer, text, strlen(text), NULL, TOKENS_OF_TEXT, &tokens, NULL),
        STATUS_OK);
    assert_int_equal(definitions_of(text, strlen(text), &tokens, &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.n_definitions; i++)
        buffer_append_format(&found, "%s%s=%s", i > 0 ? "|" : "",
                             list.strings.data + list.definitions[i].short_form,
                             list.strings.data + list.definitions[i].long_form);
    assert_string_equal(buffer_string(&found), expected);
    buffer_free(&found);
    definition_list_free(&list);
    token_list_free(&tokens);
}

static void a_short_form_in_parentheses_is_defined_by_the_words_before(void **state) {
    (void)state;
    assert_defines("Women with polycystic ovary syndrome (PCOS) and others",
                   "pcos=polycyst ovari syndrom");
    assert_defines("a heat shock protein (HSP) and bone marrow (BM; see above)",
                   "hsp=heat shock protein|bm=bone marrow");
    assert_defines("the interleukins (IL)", "il=interleukin");
    assert_defines("angiotensin-converting enzyme (ACE)", "ace=angiotensin convert enzym");
}

static void function_words_are_left_out_of_it(void **state) {
    (void)state;
    assert_defines("Centers for Disease Control and Prevention (CDC)",
                   "cdc=center diseas control prevent");
}

static void a_short_form_is_the_term_that_is_indexed(void **state) {
    (void)state;
    assert_defines("acquired immunodeficiency syndrome (AIDS)", "AIDS=acquir immunodefici syndrom");
    assert_defines("small interfering RNAs (siRNAs)", "sirna=small interf rna");
    assert_defines("interleukin 6 (IL-6)", "il6=interleukin 6");
}

static void what_does_not_match_is_no_definition(void **state) {
    (void)state;
    assert_defines("", "");
    assert_defines("(PCOS)", "");
    assert_defines("many patients (PCOS)", "");
    assert_defines("patients (see below) and (P) and (p53) and (TOOLONGFORIT)", "");
    assert_defines("many studies of health care (MSHC", "");
    assert_defines("the ovary. Polycystic syndrome (OPS)", "");
    assert_defines("PCOS (PCOS)", "");
    assert_defines("renal (a: PCOS) (-X)", "");
}

static void a_long_form_reaches_back_so_many_words(void **state) {
    (void)state;
    assert_defines("reactive a b oxygen (RO)", "ro=reactiv b oxygen");
    assert_defines("reactive b c d oxygen (RO)", "");
}

static void many_parentheses_take_linear_time(void **state) {
    (void)state;
    enum { N = 200000 };
    struct buffer text = {0};
    struct token_list tokens = {0};
    struct definition_list list = {0};
    for (size_t i = 0; i < N; i++)
        buffer_append_string(&text, "aaaaaaaa(AA)");
    assert_int_equal(
        tokenizer_run(tokenizer, text.data, text.size, NULL, TOKENS_OF_TEXT, &tokens, NULL),
        STATUS_OK);
    assert_int_equal(definitions_of(text.data, text.size, &tokens, &list, NULL), STATUS_OK);
    definition_list_free(&list);
    token_list_free(&tokens);
    buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_form_in_parentheses_is_defined_by_the_words_before),
        cmocka_unit_test(function_words_are_left_out_of_it),
        cmocka_unit_test(a_short_form_is_the_term_that_is_indexed),
        cmocka_unit_test(what_does_not_match_is_no_definition),
        cmocka_unit_test(a_long_form_reaches_back_so_many_words),
        cmocka_unit_test(many_parentheses_take_linear_time),
    };
    return cmocka_run_group_tests(tests, open_tokenizer, close_tokenizer);
}
