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

/* A document that is taken in, and what comes of it. */
struct inverting {
    struct inversion inversion;
    struct definition_list definitions;
    struct passage_inverter inverter;
};

static void inverting_open(struct inverting *run, const char *title) {
    *run = (struct inverting){.inverter = {.tokenizer = tokenizer,
                                           .inversion = &run->inversion,
                                           .definitions = &run->definitions,
                                           .title = title}};
}

static void inverting_close(struct inverting *run) {
    passage_inverter_free(&run->inverter);
    definition_list_free(&run->definitions);
    inversion_free(&run->inversion);
}

static void the_title_is_taken_in_once(void **state) {
    (void)state;
    struct inverting run;
    inverting_open(&run, "Asthma in children");
    add(&run.inverter, "One passage.", "");
    add(&run.inverter, "Another passage.", "");
    assert_int_equal(run.inversion.n_passages, 2);
    const struct inverted_text *title = column_of(&run.inversion, 0, COLUMN_TITLE);
    assert_int_equal(title->n_positions, 3);
    assert_memory_equal(title, column_of(&run.inversion, 1, COLUMN_TITLE), sizeof *title);
    inverting_close(&run);
}

static void headings_are_taken_in_when_they_change(void **state) {
    (void)state;
    struct inverting run;
    inverting_open(&run, "Asthma");
    add(&run.inverter, "One.", "Symptoms");
    add(&run.inverter, "Two.", "Symptoms");
    add(&run.inverter, "Three.", "Treatment\nInhaled drugs");
    const struct inverted_text *first = column_of(&run.inversion, 0, COLUMN_HEADINGS);
    const struct inverted_text *other = column_of(&run.inversion, 2, COLUMN_HEADINGS);
    assert_memory_equal(first, column_of(&run.inversion, 1, COLUMN_HEADINGS), sizeof *first);
    assert_int_equal(first->n_positions, 1);
    assert_int_equal(other->n_positions, 3);
    assert_int_not_equal(first->first_word, other->first_word);
    inverting_close(&run);
}

static void what_the_bodies_define_is_collected(void **state) {
    (void)state;
    struct inverting run;
    inverting_open(&run, "The title of a title (TT)");
    add(&run.inverter, "Polycystic ovary syndrome (PCOS) is common.", "A heading here (HH)");
    add(&run.inverter, "So is chronic kidney disease (CKD).", "");
    assert_int_equal(run.definitions.n_definitions, 2);
    const char *strings = run.definitions.strings.data;
    assert_string_equal(strings + run.definitions.definitions[0].short_form, "pcos");
    assert_string_equal(strings + run.definitions.definitions[1].short_form, "ckd");
    inverting_close(&run);
}

static void words_are_stemmed_in_the_language_of_the_document(void **state) {
    (void)state;
    struct inverting run;
    inverting_open(&run, "Impfungen");
    run.inverter.language = "de";
    add(&run.inverter, "Impfung", "");
    assert_int_equal(run.inversion.lexicon.n_terms, 1);
    inverting_close(&run);
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
