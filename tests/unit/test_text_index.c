/* What the index knows of the words of passages: FTS5, postings, lengths and totals in step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/publish/text_index.h"
#include "store/postings.h"
#include "tests/unit/temporary_index.h"

static struct index test_index;
static struct text_index text_index;
static struct tokenizer *tokenizer;

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    assert_int_equal(index_open(&test_index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(index_execute(&test_index, "BEGIN", NULL), STATUS_OK);
    assert_int_equal(text_index_open(&text_index, &test_index, NULL), STATUS_OK);
    assert_int_equal(tokenizer_open(test_index.connection, &tokenizer, NULL), STATUS_OK);
    return result;
}

static int tear_down(void **state) {
    tokenizer_close(tokenizer);
    text_index_close(&text_index);
    index_close(&test_index);
    return leave_temporary_folder(state);
}

/* Takes a passage in or out, with its postings. */
static void change(uint32_t id, const char *body, const char *headings, const char *title,
                   bool adds) {
    const char *const texts[N_COLUMNS] = {body, headings, title};
    struct inverted_text inverted[N_COLUMNS];
    const struct inverted_text *inverted_columns[N_COLUMNS];
    struct column_text columns[N_COLUMNS];
    struct inversion inversion = {0};
    struct token_list tokens = {0};
    for (size_t i = 0; i < N_COLUMNS; i++) {
        columns[i] = (struct column_text){texts[i], strlen(texts[i])};
        inverted_columns[i] = &inverted[i];
        assert_int_equal(tokenizer_run(tokenizer, texts[i], columns[i].n_bytes, "en",
                                       TOKENS_OF_TEXT, &tokens, NULL),
                         STATUS_OK);
        assert_int_equal(inversion_add_text(&inversion, &tokens, &inverted[i], NULL), STATUS_OK);
    }
    assert_int_equal(inversion_add_passage(&inversion, inverted_columns, NULL), STATUS_OK);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_int_equal(
        (adds ? text_index_add : text_index_remove)(&text_index, id, &inversion, 0, columns, NULL),
        STATUS_OK);
    assert_int_equal(inversion.passages[0].id, id);
    assert_int_equal((adds ? text_index_add_postings
                           : text_index_remove_postings)(&text_index, &inversion, NULL),
                     STATUS_OK);
    token_list_free(&tokens);
    inversion_free(&inversion);
}

/* How many passages FTS5 and the postings have for a term of one word. */
static void assert_df(const char *word, unsigned df) {
    struct postings_reader reader;
    struct term term;
    sqlite3_stmt *count;
    assert_int_equal(text_index_write(&text_index, NULL), STATUS_OK);
    assert_int_equal(postings_reader_open(&reader, &test_index, NULL), STATUS_OK);
    assert_int_equal(postings_find(&reader, word, strlen(word), &term, NULL), STATUS_OK);
    assert_int_equal(term.df, df);
    postings_reader_close(&reader);
    assert_int_equal(index_prepare(&test_index,
                                   "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?1",
                                   &count, NULL),
                     STATUS_OK);
    sqlite3_bind_text(count, 1, word, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(count, 0), df);
    sqlite3_finalize(count);
}

static void assert_lengths(uint32_t id, unsigned body, unsigned headings, unsigned title) {
    const uint16_t *tokens;
    assert_int_equal(lengths_of(&text_index.lengths, id, &tokens, NULL), STATUS_OK);
    assert_int_equal(tokens[COLUMN_BODY], body);
    assert_int_equal(tokens[COLUMN_HEADINGS], headings);
    assert_int_equal(tokens[COLUMN_TITLE], title);
}

static void what_is_taken_in_is_found(void **state) {
    (void)state;
    change(1, "The heart beats", "Heart", "An organ", true);
    change(2, "The lung breathes", "", "An organ", true);
    assert_df("heart", 1);
    assert_df("organ", 2);
    assert_lengths(1, 3, 1, 2);
    assert_lengths(2, 3, 0, 2);
    assert_int_equal(text_index.collection.n_passages, 2);
    assert_int_equal(text_index.collection.tokens[COLUMN_BODY], 6);
    assert_int_equal(text_index.collection.tokens[COLUMN_TITLE], 4);
}

static void what_is_taken_out_is_not(void **state) {
    (void)state;
    change(1, "The heart beats", "Heart", "An organ", true);
    change(2, "The lung breathes", "", "An organ", true);
    assert_df("heart", 1);
    change(1, "The heart beats", "Heart", "An organ", false);
    assert_df("heart", 0);
    assert_df("organ", 1);
    assert_lengths(1, 0, 0, 0);
    assert_int_equal(text_index.collection.n_passages, 1);
    assert_int_equal(text_index.collection.tokens[COLUMN_BODY], 3);
    assert_int_equal(text_index.collection.tokens[COLUMN_HEADINGS], 0);
}

static void a_passage_may_get_other_words(void **state) {
    (void)state;
    change(1, "The heart beats", "", "An organ", true);
    assert_df("heart", 1);
    change(1, "The heart beats", "", "An organ", false);
    change(1, "The hearts stop", "", "An organ", true);
    assert_df("heart", 1);
    assert_df("beat", 0);
    assert_df("stop", 1);
}

static void the_totals_are_written(void **state) {
    (void)state;
    struct collection collection;
    change(1, "The heart beats", "Heart", "An organ", true);
    assert_int_equal(text_index_write(&text_index, NULL), STATUS_OK);
    assert_int_equal(collection_read(&test_index, &collection, NULL), STATUS_OK);
    assert_int_equal(collection.n_passages, 1);
    assert_int_equal(collection.tokens[COLUMN_BODY], 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_taken_in_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_out_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_passage_may_get_other_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_totals_are_written, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
