/* The passages of a document are tokenized into an inversion: what they share, once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/postings/passage_inverter.h"

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
    return sqlite3_close(connection) == SQLITE_OK ? 0 : -1;
}

static void add(struct passage_inverter *inverter, const char *text, const char *headings) {
    assert_int_equal(passage_inverter_add(inverter, text, strlen(text), headings, NULL), STATUS_OK);
}

static const struct inverted_text *column_of(const struct inversion *inversion, size_t passage,
                                             enum column column) {
    return &inversion->passages[passage].columns[column];
}

static void the_title_is_taken_in_once(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct definition_list definitions = {0};
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = &inversion,
                                        .definitions = &definitions,
                                        .title = "Asthma in children"};
    add(&inverter, "One passage.", "");
    add(&inverter, "Another passage.", "");
    assert_int_equal(inversion.n_passages, 2);
    const struct inverted_text *title = column_of(&inversion, 0, COLUMN_TITLE);
    assert_int_equal(title->n_positions, 3);
    assert_memory_equal(title, column_of(&inversion, 1, COLUMN_TITLE), sizeof *title);
    passage_inverter_free(&inverter);
    definition_list_free(&definitions);
    inversion_free(&inversion);
}

static void headings_are_taken_in_when_they_change(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct definition_list definitions = {0};
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = &inversion,
                                        .definitions = &definitions,
                                        .title = "Asthma"};
    add(&inverter, "One.", "Symptoms");
    add(&inverter, "Two.", "Symptoms");
    add(&inverter, "Three.", "Treatment\nInhaled drugs");
    const struct inverted_text *first = column_of(&inversion, 0, COLUMN_HEADINGS);
    const struct inverted_text *other = column_of(&inversion, 2, COLUMN_HEADINGS);
    assert_memory_equal(first, column_of(&inversion, 1, COLUMN_HEADINGS), sizeof *first);
    assert_int_equal(first->n_positions, 1);
    assert_int_equal(other->n_positions, 3);
    assert_int_not_equal(first->first_word, other->first_word);
    passage_inverter_free(&inverter);
    definition_list_free(&definitions);
    inversion_free(&inversion);
}

static void what_the_bodies_define_is_collected(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct definition_list definitions = {0};
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = &inversion,
                                        .definitions = &definitions,
                                        .title = "The title of a title (TT)"};
    add(&inverter, "Polycystic ovary syndrome (PCOS) is common.", "A heading here (HH)");
    add(&inverter, "So is chronic kidney disease (CKD).", "");
    assert_int_equal(definitions.n_definitions, 2);
    const char *strings = definitions.strings.data;
    assert_string_equal(strings + definitions.definitions[0].short_form, "pcos");
    assert_string_equal(strings + definitions.definitions[1].short_form, "ckd");
    passage_inverter_free(&inverter);
    definition_list_free(&definitions);
    inversion_free(&inversion);
}

static void words_are_stemmed_in_the_language_of_the_document(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct definition_list definitions = {0};
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = &inversion,
                                        .definitions = &definitions,
                                        .title = "Impfungen",
                                        .language = "de"};
    add(&inverter, "Impfung", "");
    assert_int_equal(inversion.lexicon.n_terms, 1);
    passage_inverter_free(&inverter);
    definition_list_free(&definitions);
    inversion_free(&inversion);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_title_is_taken_in_once),
        cmocka_unit_test(headings_are_taken_in_when_they_change),
        cmocka_unit_test(what_the_bodies_define_is_collected),
        cmocka_unit_test(words_are_stemmed_in_the_language_of_the_document),
    };
    return cmocka_run_group_tests(tests, open_tokenizer, close_tokenizer);
}
