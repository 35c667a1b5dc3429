/* A document as the index has it, held against what its file says now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/publish/earlier.h"
#include "tests/unit/temporary_index.h"

/* ---- comparing ---- */

enum { MOST_PASSAGES = 4 };

/* A document with one word a passage, each under its heading. */
struct edition {
    struct document document;
    struct passage_list list;
    struct passage passages[MOST_PASSAGES];
    struct section sections[MOST_PASSAGES];
};

static void edition_add(struct edition *edition, const char *word, const char *heading) {
    size_t i = edition->list.n_passages++;
    size_t start = edition->document.text.size;
    buffer_append_string(&edition->document.text, word);
    edition->passages[i] =
        (struct passage){.start = start, .end = edition->document.text.size, .section = i};
    edition->sections[i] = (struct section){.headings = heading};
    edition->list.passages = edition->passages;
    edition->list.sections = edition->sections;
}

/* The same as the index would have it. */
static struct earlier earlier_of(const struct edition *edition) {
    struct earlier earlier = {.document = 1, .first_passage = 7};
    earlier.title = edition->document.title;
    earlier.language = edition->document.language;
    earlier.passages = calloc(MOST_PASSAGES, sizeof *earlier.passages);
    earlier.n_passages = edition->list.n_passages;
    for (size_t i = 0; i < earlier.n_passages; i++) {
        const struct passage *passage = &edition->passages[i];
        earlier.passages[i].text_bytes = passage->end - passage->start;
        earlier.passages[i].text =
            arena_copy(&earlier.arena, edition->document.text.data + passage->start,
                       passage->end - passage->start);
        earlier.passages[i].headings = edition->sections[i].headings;
    }
    return earlier;
}

static struct edition make_edition(const char *title, const char *language) {
    struct edition edition = {0};
    edition.document.title = (char *)(uintptr_t)title;
    edition.document.language = (char *)(uintptr_t)language;
    return edition;
}

/* Compares, and frees both. */
static void assert_kept(struct earlier *earlier, struct edition *now, bool in_place,
                        const char *kept) {
    earlier_compare(earlier, &now->document, &now->list);
    assert_int_equal(earlier->in_place, in_place);
    for (size_t i = 0; kept[i]; i++)
        assert_int_equal(earlier_keeps(earlier, i), kept[i] == 'k');
    earlier_free(earlier);
    buffer_free(&now->document.text);
}

static struct earlier three_passages(void) {
    struct edition before = make_edition("A title", "en");
    edition_add(&before, "one", "a");
    edition_add(&before, "two", "a");
    edition_add(&before, "three", "b");
    struct earlier earlier = earlier_of(&before);
    buffer_free(&before.document.text);
    return earlier;
}

static void passages_with_the_words_of_before_stay(void **state) {
    (void)state;
    struct earlier earlier = three_passages();
    struct edition now = make_edition("A title", "en");
    edition_add(&now, "one", "a");
    edition_add(&now, "tow", "a");
    edition_add(&now, "three", "b");
    assert_kept(&earlier, &now, true, "k-k");
}

static void a_passage_under_another_heading_does_not(void **state) {
    (void)state;
    struct earlier earlier = three_passages();
    struct edition now = make_edition("A title", "en");
    edition_add(&now, "one", "a");
    edition_add(&now, "two", "b");
    edition_add(&now, "three", "b");
    assert_kept(&earlier, &now, true, "k-k");
}

static void a_document_with_fewer_passages_takes_the_place(void **state) {
    (void)state;
    struct earlier earlier = three_passages();
    struct edition now = make_edition("A title", "en");
    edition_add(&now, "one", "a");
    assert_kept(&earlier, &now, true, "k--");
}

static void one_with_more_does_not(void **state) {
    (void)state;
    struct earlier earlier = three_passages();
    struct edition now = make_edition("A title", "en");
    edition_add(&now, "one", "a");
    edition_add(&now, "two", "a");
    edition_add(&now, "three", "b");
    edition_add(&now, "four", "b");
    assert_kept(&earlier, &now, false, "---");
}

static void another_title_or_language_changes_all(void **state) {
    (void)state;
    static const char *const others[][2] = {
        {"Another title", "en"}, {"A title", "de"}, {"A title", NULL}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct earlier earlier = three_passages();
        struct edition now = make_edition(others[i][0], others[i][1]);
        edition_add(&now, "one", "a");
        assert_kept(&earlier, &now, false, "---");
    }
}

static void what_is_new_has_nothing_earlier(void **state) {
    (void)state;
    struct earlier none = {0};
    struct edition now = make_edition("A title", NULL);
    edition_add(&now, "one", "a");
    assert_kept(&none, &now, false, "-");
}

static void what_leaves_is_inverted(void **state) {
    (void)state;
    sqlite3 *connection;
    struct tokenizer *tokenizer;
    struct inversion inversion = {0};
    struct earlier earlier = three_passages();
    struct edition now = make_edition("A title", "en");
    edition_add(&now, "one", "a");
    edition_add(&now, "tow", "a");
    assert_int_equal(sqlite3_open(":memory:", &connection), SQLITE_OK);
    assert_int_equal(tokenizer_open(connection, &tokenizer, NULL), STATUS_OK);
    earlier_compare(&earlier, &now.document, &now.list);
    assert_int_equal(earlier_invert(&earlier, tokenizer, &inversion, NULL), STATUS_OK);
    assert_int_equal(inversion.n_passages, 2); /* "two" and "three" */
    assert_int_equal(earlier.first_inverted, 0);
    inversion_free(&inversion);
    tokenizer_close(tokenizer);
    assert_int_equal(sqlite3_close(connection), SQLITE_OK);
    earlier_free(&earlier);
    buffer_free(&now.document.text);
}

/* ---- reading ---- */

static void the_index_says_what_a_file_had(void **state) {
    (void)state;
    struct index index;
    struct earlier_reader reader;
    struct earlier earlier = {0};
    struct earlier none = {0};
    write_file("a.md", "---\ntitle: A title\nlang: de\n---\n\nEins.\n\n## Two\n\nZwei.\n");
    update_index("test.db", "a.md");
    assert_int_equal(index_open(&index, "test.db", INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(earlier_reader_open(&reader, &index, NULL), STATUS_OK);
    assert_int_equal(earlier_read_file(&reader, 1, &earlier, NULL), STATUS_OK);
    assert_true(earlier.document > 0);
    assert_string_equal(earlier.title, "A title");
    assert_string_equal(earlier.language, "de");
    assert_int_equal(earlier.n_passages, 2);
    assert_string_equal(earlier.passages[0].text, "Eins.");
    assert_string_equal(earlier.passages[0].headings, "");
    assert_string_equal(earlier.passages[1].headings, "Two");
    assert_int_equal(earlier_read_file(&reader, 2, &none, NULL), STATUS_OK);
    assert_int_equal(none.document, 0);
    assert_int_equal(earlier_read(&reader, earlier.document, &none, NULL), STATUS_OK);
    assert_int_equal(none.first_passage, earlier.first_passage);
    earlier_free(&none);
    earlier_free(&earlier);
    earlier_reader_close(&reader);
    index_close(&index);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passages_with_the_words_of_before_stay),
        cmocka_unit_test(a_passage_under_another_heading_does_not),
        cmocka_unit_test(a_document_with_fewer_passages_takes_the_place),
        cmocka_unit_test(one_with_more_does_not),
        cmocka_unit_test(another_title_or_language_changes_all),
        cmocka_unit_test(what_is_new_has_nothing_earlier),
        cmocka_unit_test(what_leaves_is_inverted),
        cmocka_unit_test_setup_teardown(the_index_says_what_a_file_had, enter_temporary_folder,
                                        leave_temporary_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
