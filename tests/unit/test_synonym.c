/* The rows of synonyms are fit to be looked up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <string.h>

#include "query/rank/expansion.h"
#include "query/rank/synonym.h"
#include "store/tokenizer.h"

struct stemming {
    sqlite3 *connection;
    struct tokenizer *tokenizer;
    struct token_list list;
};

static int open_stemming(void **state) {
    static struct stemming stemming;
    *state = &stemming;
    return sqlite3_open(":memory:", &stemming.connection) != SQLITE_OK ||
           tokenizer_open(stemming.connection, &stemming.tokenizer, NULL) != STATUS_OK;
}

static int close_stemming(void **state) {
    struct stemming *stemming = *state;
    tokenizer_close(stemming->tokenizer);
    token_list_free(&stemming->list);
    return sqlite3_close(stemming->connection) != SQLITE_OK;
}

static void stem(struct stemming *stemming, const char *form) {
    assert_int_equal(tokenizer_run(stemming->tokenizer, form, strlen(form), NULL, TOKENS_OF_TEXT,
                                   &stemming->list, NULL),
                     STATUS_OK);
}

static void the_stem_of_a_form_begins_like_it(void **state) {
    struct stemming *stemming = *state;
    for (size_t i = 0; i < n_synonym_rows; i++)
        for (size_t j = 0; j < SYNONYM_MAX_FORMS && synonym_rows[i].forms[j]; j++) {
            const char *form = synonym_rows[i].forms[j];
            stem(stemming, form);
            assert_in_range(stemming->list.n_tokens, 1, EXPANSION_MAX_TERMS);
            assert_false(stemming->list.tokens[0].is_function_word);
            assert_memory_equal(token_term(&stemming->list, &stemming->list.tokens[0]), form,
                                SYNONYM_KEPT_LETTERS < strlen(form) ? SYNONYM_KEPT_LETTERS
                                                                    : strlen(form));
        }
}

static void the_forms_of_a_row_are_different_words(void **state) {
    struct stemming *stemming = *state;
    for (size_t i = 0; i < n_synonym_rows; i++) {
        char seen[SYNONYM_MAX_FORMS][100] = {""};
        assert_non_null(synonym_rows[i].forms[1]);
        for (size_t j = 0; j < SYNONYM_MAX_FORMS && synonym_rows[i].forms[j]; j++) {
            stem(stemming, synonym_rows[i].forms[j]);
            for (size_t k = 0; k < stemming->list.n_tokens; k++) {
                const char *term = token_term(&stemming->list, &stemming->list.tokens[k]);
                assert_in_range(strlen(seen[j]) + strlen(term), 1, sizeof seen[j] - 2);
                strcat(strcat(seen[j], term), " ");
            }
            for (size_t k = 0; k < j; k++)
                if (strcmp(seen[k], seen[j]) == 0)
                    fail_msg("%s is %s", synonym_rows[i].forms[j], synonym_rows[i].forms[k]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stem_of_a_form_begins_like_it),
        cmocka_unit_test(the_forms_of_a_row_are_different_words),
    };
    return cmocka_run_group_tests(tests, open_stemming, close_stemming);
}
