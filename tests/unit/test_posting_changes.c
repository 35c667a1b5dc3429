/* Changes to postings, which are kept in memory until they are written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "indexer/postings/posting_changes.h"
#include "tests/unit/temporary_index.h"

struct tested {
    struct index index;
    struct lengths lengths;
    struct impacts impacts;
    struct posting_changes changes;
    struct posting_list removed, added;
};

static struct tested *open_tested(void) {
    static const double reference[N_COLUMNS] = {100, 1, 1};
    struct tested *self = calloc(1, sizeof *self);
    assert_non_null(self);
    assert_int_equal(index_open(&self->index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&self->lengths, &self->index, NULL), STATUS_OK);
    self->impacts = impacts_of_reference(reference);
    return self;
}

static void close_tested(struct tested *self) {
    posting_changes_free(&self->changes);
    posting_list_free(&self->removed);
    posting_list_free(&self->added);
    lengths_close(&self->lengths);
    index_close(&self->index);
    free(self);
}

/* Adds a passage whose body is `words`, each of them one letter, in a text of `n_tokens`. */
static void add_passage(struct inversion *inversion, uint32_t id, const char *words,
                        uint32_t n_tokens) {
    struct token_list list = {.tokens = calloc(strlen(words) + 1, sizeof *list.tokens),
                              .n_positions = n_tokens};
    struct token_list none = {0};
    struct inverted_text texts[N_COLUMNS];
    const struct inverted_text *columns[N_COLUMNS];
    for (; *words; words++) {
        list.tokens[list.n_tokens++] =
            (struct token){.term = (uint32_t)list.strings.size, .term_bytes = 1};
        buffer_append(&list.strings, (const char[]){*words, '\0'}, 2);
    }
    for (size_t column = 0; column < N_COLUMNS; column++) {
        columns[column] = &texts[column];
        assert_int_equal(inversion_add_text(inversion, column == COLUMN_BODY ? &list : &none,
                                            &texts[column], NULL),
                         STATUS_OK);
    }
    assert_int_equal(inversion_add_passage(inversion, columns, NULL), STATUS_OK);
    inversion->passages[inversion->n_passages - 1].id = id;
    token_list_free(&list);
}

static void add(struct tested *self, uint32_t id, const char *words, uint16_t n_tokens) {
    struct inversion inversion = {0};
    const uint16_t tokens[N_COLUMNS] = {n_tokens};
    add_passage(&inversion, id, words, n_tokens);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_int_equal(posting_changes_add(&self->changes, &inversion, NULL), STATUS_OK);
    assert_int_equal(lengths_set(&self->lengths, id, tokens, NULL), STATUS_OK);
    inversion_free(&inversion);
}

static void take_out(struct tested *self, uint32_t id, const char *words, uint16_t n_tokens) {
    struct inversion inversion = {0};
    add_passage(&inversion, id, words, n_tokens);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_int_equal(posting_changes_remove(&self->changes, &inversion, &self->impacts, NULL),
                     STATUS_OK);
    inversion_free(&inversion);
}

static void append_postings(struct buffer *out, char mark, const struct posting_list *list) {
    for (size_t i = 0; i < list->n_postings; i++)
        buffer_append_format(out, " %c%u:%u", mark, list->postings[i].passage,
                             list->postings[i].counts[COLUMN_BODY]);
}

/* Expects what happens to all terms, each as "a -7:1 +9:2": passages and counts. */
static void assert_changes(struct tested *self, const char *expected) {
    struct sorted_term *sorted = posting_changes_sort(&self->changes);
    struct buffer found = {0};
    assert_non_null(sorted);
    for (size_t i = 0; i < self->changes.lexicon.n_terms; i++) {
        self->removed.n_postings = self->added.n_postings = 0;
        assert_int_equal(posting_changes_of(&self->changes, sorted[i].number, &self->impacts,
                                            &self->lengths, &self->removed, &self->added, NULL),
                         STATUS_OK);
        buffer_append_format(&found, "%s%s", i > 0 ? ", " : "", sorted[i].term);
        append_postings(&found, '-', &self->removed);
        append_postings(&found, '+', &self->added);
    }
    assert_string_equal(buffer_string(&found), expected);
    buffer_free(&found);
    free(sorted);
}

static void changes_are_collected_term_by_term(void **state) {
    (void)state;
    struct tested *self = open_tested();
    take_out(self, 3, "ab", 50);
    add(self, 7, "bbc", 50);
    add(self, 8, "ac", 50);
    assert_changes(self, "a -3:1 +8:1, b -3:1 +7:2, c +7:1 +8:1");
    posting_changes_clear(&self->changes);
    assert_changes(self, "");
    close_tested(self);
}

static void passages_may_come_in_any_order(void **state) {
    (void)state;
    struct tested *self = open_tested();
    add(self, 900, "a", 50);
    add(self, 4, "aa", 50);
    add(self, 70, "aaa", 50);
    take_out(self, 80, "a", 50);
    take_out(self, 5, "a", 50);
    assert_changes(self, "a -5:1 -80:1 +4:2 +70:3 +900:1");
    close_tested(self);
}

static void a_posting_that_a_passage_loses_and_gets_alike_is_no_change(void **state) {
    (void)state;
    struct tested *self = open_tested();
    take_out(self, 3, "aab", 50);
    take_out(self, 4, "a", 50);
    add(self, 3, "aac", 50);
    add(self, 4, "aa", 50);
    assert_changes(self, "a -4:1 +4:2, b -3:1, c +3:1");
    close_tested(self);
}

static void in_a_longer_text_it_is_none_but_in_a_shorter_one_it_is(void **state) {
    (void)state;
    struct tested *self = open_tested();
    take_out(self, 3, "a", 50);
    add(self, 3, "a", 80);
    take_out(self, 4, "a", 50);
    add(self, 4, "a", 20);
    assert_changes(self, "a -4:1 +4:1");
    close_tested(self);
}

static void passages_without_id_have_no_postings(void **state) {
    (void)state;
    struct tested *self = open_tested();
    struct inversion inversion = {0};
    add_passage(&inversion, 6, "a", 50);
    add_passage(&inversion, 0, "ab", 50);
    add_passage(&inversion, 9, "a", 50);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_int_equal(posting_changes_add(&self->changes, &inversion, NULL), STATUS_OK);
    assert_changes(self, "a +6:1 +9:1");
    inversion_free(&inversion);
    close_tested(self);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(changes_are_collected_term_by_term),
        IN_FOLDER(passages_may_come_in_any_order),
        IN_FOLDER(a_posting_that_a_passage_loses_and_gets_alike_is_no_change),
        IN_FOLDER(in_a_longer_text_it_is_none_but_in_a_shorter_one_it_is),
        IN_FOLDER(passages_without_id_have_no_postings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
