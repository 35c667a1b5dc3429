/* Inversions: what FTS5 is handed, and postings, against the tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/postings/inversion.h"

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

static void add_passage(struct inversion *inversion, const char *body, const char *headings,
                        const char *title, uint32_t id) {
    const char *const texts[N_COLUMNS] = {body, headings, title};
    struct inverted_text inverted[N_COLUMNS];
    const struct inverted_text *columns[N_COLUMNS];
    struct token_list list = {0};
    for (size_t i = 0; i < N_COLUMNS; i++) {
        columns[i] = &inverted[i];
        assert_int_equal(
            tokenizer_run(tokenizer, texts[i], strlen(texts[i]), "en", TOKENS_OF_TEXT, &list, NULL),
            STATUS_OK);
        assert_int_equal(inversion_add_text(inversion, &list, &inverted[i], NULL), STATUS_OK);
    }
    assert_int_equal(inversion_add_passage(inversion, columns, NULL), STATUS_OK);
    inversion->passages[inversion->n_passages - 1].id = id;
    token_list_free(&list);
}

static struct posting_list postings_of(const struct inversion *inversion, const char *term) {
    struct posting_list list = {0};
    for (size_t i = 0; i < inversion->lexicon.n_terms; i++)
        if (strcmp(lexicon_term(&inversion->lexicon, i), term) == 0)
            assert_int_equal(inversion_postings(inversion, i, &list, NULL), STATUS_OK);
    return list;
}

static void assert_posting(const struct posting *posting, uint32_t passage, unsigned body,
                           unsigned headings, unsigned title) {
    assert_int_equal(posting->passage, passage);
    assert_int_equal(posting->counts[COLUMN_BODY], body);
    assert_int_equal(posting->counts[COLUMN_HEADINGS], headings);
    assert_int_equal(posting->counts[COLUMN_TITLE], title);
}

static void postings_count_words_in_each_column(void **state) {
    (void)state;
    struct inversion inversion = {0};
    add_passage(&inversion, "Heart to heart with the heart", "Hearts", "A lung", 5);
    add_passage(&inversion, "lungs", "", "Heart", 6);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_true(inversion_is_contiguous(&inversion));
    struct posting_list list = postings_of(&inversion, "heart");
    assert_int_equal(list.n_postings, 2);
    assert_posting(&list.postings[0], 5, 3, 1, 0);
    assert_posting(&list.postings[1], 6, 0, 0, 1);
    posting_list_free(&list);
    list = postings_of(&inversion, "the"); /* FTS5 has it not, but postings do */
    assert_int_equal(list.n_postings, 1);
    assert_posting(&list.postings[0], 5, 1, 0, 0);
    posting_list_free(&list);
    inversion_free(&inversion);
}

static void counts_of_any_size_are_kept(void **state) {
    (void)state;
    enum { N = 70000 };
    struct inversion inversion = {0};
    struct buffer text = {0};
    for (size_t i = 0; i < N; i++)
        buffer_append_string(&text, "word ");
    add_passage(&inversion, "word", "", "", 1);
    add_passage(&inversion, text.data, "word word word word", "word", 2);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    struct posting_list list = postings_of(&inversion, "word");
    assert_int_equal(list.n_postings, 2);
    assert_posting(&list.postings[1], 2, UINT16_MAX, 4, 1);
    posting_list_free(&list);
    inversion_free(&inversion);
    buffer_free(&text);
}

static void passages_without_id_have_no_postings(void **state) {
    (void)state;
    struct inversion inversion = {0};
    add_passage(&inversion, "one", "", "", 7);
    add_passage(&inversion, "one two", "", "", 0);
    add_passage(&inversion, "one", "", "", 8);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_false(inversion_is_contiguous(&inversion));
    struct posting_list list = postings_of(&inversion, "one");
    assert_int_equal(list.n_postings, 2);
    assert_posting(&list.postings[0], 7, 1, 0, 0);
    assert_posting(&list.postings[1], 8, 1, 0, 0);
    posting_list_free(&list);
    list = postings_of(&inversion, "two");
    assert_int_equal(list.n_postings, 0);
    posting_list_free(&list);
    inversion_free(&inversion);
}

static void a_text_of_no_passage_has_no_postings(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct inverted_text text;
    struct token_list list = {0};
    assert_int_equal(tokenizer_run(tokenizer, "a title", 7, "en", TOKENS_OF_TEXT, &list, NULL),
                     STATUS_OK);
    assert_int_equal(inversion_add_text(&inversion, &list, &text, NULL), STATUS_OK);
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    struct posting_list postings = postings_of(&inversion, "titl");
    assert_int_equal(postings.n_postings, 0);
    assert_int_equal(inversion.terms[0].n_postings, 0);
    token_list_free(&list);
    inversion_free(&inversion);
}

static void append_word(const struct fts5_words *words, size_t i, struct buffer *out) {
    if (!(words->words[i] & FTS5_WORD))
        return;
    if (out->size > 0)
        buffer_append_char(out, words->words[i] & FTS5_WORD_COLOCATED ? '|' : ' ');
    buffer_append_string(out, lexicon_term(words->lexicon, words->words[i] >> FTS5_WORD_BITS));
}

static void fts5_gets_words_with_their_alternatives_and_no_function_words(void **state) {
    (void)state;
    struct inversion inversion = {0};
    struct fts5_words words[N_COLUMNS];
    struct buffer said = {0};
    add_passage(&inversion, "X-ray of the in-house COVID-19", "", "Title", 1);
    inversion_fts5_words(&inversion, 0, words);
    for (size_t i = 0; i < words[COLUMN_BODY].n_words; i++)
        append_word(&words[COLUMN_BODY], i, &said);
    assert_string_equal(buffer_string(&said), "x|xray ray hous|inhous covid|covid19 19");
    assert_int_equal(words[COLUMN_BODY].text_bytes, strlen("X-ray of the in-house COVID-19"));
    assert_int_equal(words[COLUMN_HEADINGS].n_words, 0);
    buffer_free(&said);
    inversion_free(&inversion);
}

static void a_cleared_inversion_is_as_new(void **state) {
    (void)state;
    struct inversion inversion = {0};
    for (size_t i = 0; i < 2; i++) {
        add_passage(&inversion, i == 0 ? "one two" : "two", "", "", 1);
        assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
        assert_int_equal(inversion.lexicon.n_terms, i == 0 ? 2 : 1);
        inversion_clear(&inversion);
    }
    assert_int_equal(inversion_close(&inversion, NULL), STATUS_OK);
    assert_true(inversion_is_contiguous(&inversion));
    inversion_free(&inversion);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postings_count_words_in_each_column),
        cmocka_unit_test(counts_of_any_size_are_kept),
        cmocka_unit_test(passages_without_id_have_no_postings),
        cmocka_unit_test(a_text_of_no_passage_has_no_postings),
        cmocka_unit_test(fts5_gets_words_with_their_alternatives_and_no_function_words),
        cmocka_unit_test(a_cleared_inversion_is_as_new),
    };
    return cmocka_run_group_tests(tests, open_tokenizer, close_tokenizer);
}
