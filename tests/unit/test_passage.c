/* Tests of passage.h and section.h. Documents are written in the marks of document_notation.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/passages/passage.h"
#include "indexer/passages/unit.h"
#include "tests/unit/document_notation.h"

struct article {
    struct document document;
    struct passage_list list;
};

/* `title` may be NULL. */
static struct article read_article(const char *title, const char *notation) {
    struct article article = {0};
    notation_read(&article.document, notation);
    if (title)
        article.document.title = document_string(&article.document, title, strlen(title));
    assert_int_equal(passages_of(&article.document, &article.list, NULL), STATUS_OK);
    return article;
}

static void free_article(struct article *article) {
    passage_list_free(&article->list);
    document_free(&article->document);
}

static void assert_passage(const struct article *article, size_t i, const char *text) {
    assert_true(i < article->list.n_passages);
    const struct passage *passage = &article->list.passages[i];
    assert_int_equal(passage->end - passage->start, strlen(text));
    assert_memory_equal(article->document.text.data + passage->start, text, strlen(text));
}

static size_t n_words(const struct article *article, size_t i) {
    const struct passage *passage = &article->list.passages[i];
    return units_count_words(article->document.text.data, passage->start, passage->end);
}

/* True if a passage ends with `text`. */
static bool has_end(const struct article *article, const char *text) {
    for (size_t i = 0; i < article->list.n_passages; i++) {
        size_t end = article->list.passages[i].end;
        if (end >= strlen(text) &&
            memcmp(article->document.text.data + end - strlen(text), text, strlen(text)) == 0)
            return true;
    }
    return false;
}

/* Appends a sentence of `n` words, the last of which is `last`. */
static void add_sentence(struct buffer *notation, size_t n, const char *last) {
    buffer_append_string(notation, "Some");
    for (size_t i = 2; i < n; i++)
        buffer_append_string(notation, " word");
    buffer_append_format(notation, " %s. ", last);
}

static void add_sentences(struct buffer *notation, size_t n_sentences, size_t n) {
    for (size_t i = 0; i < n_sentences; i++)
        add_sentence(notation, n, "end");
}

/* Reads and frees `notation`, and checks what holds for every cutting. */
static struct article read_buffer(struct buffer *notation) {
    struct article article = read_article(NULL, buffer_string(notation));
    for (size_t i = 0; i < article.list.n_passages; i++) {
        const struct passage *passage = &article.list.passages[i];
        assert_true(passage->start < passage->end);
        assert_true(i == 0 || passage[-1].end <= passage->start);
        assert_true(n_words(&article, i) <= 300);
        assert_true(passage->source_start < passage->source_end);
        assert_true(passage->source_end <= notation->size);
    }
    buffer_free(notation);
    return article;
}

static void a_short_section_is_one_passage(void **state) {
    (void)state;
    struct article article = read_article(NULL, "Intro.\n# A\nOne.\nTwo.\n- three\n## B\nFour.\n");
    assert_int_equal(article.list.n_passages, 3);
    assert_passage(&article, 0, "Intro.");
    assert_passage(&article, 1, "One.\n\nTwo.\n\nthree");
    assert_passage(&article, 2, "Four.");
    free_article(&article);
}

static void a_section_of_300_words_stays_whole(void **state) {
    (void)state;
    struct buffer notation = {0};
    add_sentences(&notation, 30, 10);
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 1);
    assert_int_equal(n_words(&article, 0), 300);
    free_article(&article);
}

static void a_longer_section_is_cut_evenly_at_a_sentence(void **state) {
    (void)state;
    struct buffer notation = {0};
    add_sentences(&notation, 31, 10);
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_in_range(n_words(&article, 0), 150, 160);
    assert_true(has_end(&article, "word end."));
    free_article(&article);
}

static void a_paragraph_end_near_the_middle_is_preferred(void **state) {
    (void)state;
    struct buffer notation = {0};
    add_sentences(&notation, 18, 10);
    add_sentence(&notation, 4, "paragraph");
    buffer_append_string(&notation, "\n");
    add_sentences(&notation, 14, 10);
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_true(has_end(&article, "paragraph."));
    free_article(&article);
}

static void a_line_before_a_list_and_a_short_title_stay_with_what_follows(void **state) {
    (void)state;
    struct buffer notation = {0};
    add_sentences(&notation, 15, 10);
    buffer_append_string(&notation, "\nThese are:\n- one item\n- two items\nShort title\n");
    add_sentences(&notation, 15, 10);
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_false(has_end(&article, "These are:"));
    assert_false(has_end(&article, "Short title"));
    free_article(&article);
}

static void a_paragraph_of_citations_stays_with_the_text_before(void **state) {
    (void)state;
    struct buffer notation = {0};
    add_sentences(&notation, 16, 10);
    buffer_append_string(&notation, "\n([WHO](https://who.int/a))\n");
    add_sentences(&notation, 16, 10);
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_true(has_end(&article, "(WHO)"));
    free_article(&article);
}

static void footnotes_stay_with_their_sentence(void **state) {
    (void)state;
    struct buffer notation = {0};
    for (int i = 0; i < 40; i++)
        buffer_append_string(&notation, "Some words are here for the test. [1](https://a.b/1)"
                                        "[2](https://a.b/2) ");
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_true(has_end(&article, "test. 12"));
    free_article(&article);
}

static void no_part_is_short_if_it_can_be_avoided(void **state) {
    (void)state;
    for (size_t n = 301; n < 1500; n += 37) {
        struct buffer notation = {0};
        for (size_t i = 0; i < n; i += 20 + i % 40)
            add_sentence(&notation, 20 + i % 40, i % 7 ? "end" : "end.\nNew");
        struct article article = read_buffer(&notation);
        for (size_t i = 0; i < article.list.n_passages; i++)
            assert_true(n_words(&article, i) >= 100);
        free_article(&article);
    }
}

static void a_sentence_without_an_end_is_cut_at_a_clause(void **state) {
    (void)state;
    struct buffer notation = {0};
    for (int i = 0; i < 100; i++)
        buffer_append_string(&notation, "word word word word, ");
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 2);
    assert_true(has_end(&article, "word,"));
    assert_in_range(n_words(&article, 0), 160, 240);
    free_article(&article);
}

static void text_without_white_space_is_cut_at_characters(void **state) {
    (void)state;
    struct buffer notation = {0};
    for (int i = 0; i < 4000; i++)
        buffer_append_string(&notation, i % 5 ? "語" : "é");
    struct article article = read_buffer(&notation);
    assert_true(article.list.n_passages >= 4);
    for (size_t i = 0; i < article.list.n_passages; i++) {
        const struct passage *passage = &article.list.passages[i];
        assert_int_not_equal(article.document.text.data[passage->start] & 0xC0, 0x80);
        assert_true(passage->end - passage->start <= 300 * 12);
        assert_true(i == 0 || passage[-1].end == passage->start);
    }
    free_article(&article);
}

static void code_is_cut_between_lines(void **state) {
    (void)state;
    struct buffer notation = {0};
    for (int i = 0; i < 100; i++)
        buffer_append_string(&notation, "    if (x) { return y; }\n");
    struct article article = read_buffer(&notation);
    assert_int_equal(article.list.n_passages, 3);
    for (size_t i = 0; i < 3; i++)
        assert_memory_equal(article.document.text.data + article.list.passages[i].start, "if (", 4);
    free_article(&article);
}

static void headings_form_a_path(void **state) {
    (void)state;
    struct article article =
        read_article("The Title", "# the title\na\n## B\nb\n#### D\nd\n## E\ne\n"
                                  "# The Title\nf\n");
    static const char *const paths[] = {"", "B", "B\nD", "E", "The Title"};
    assert_int_equal(article.list.n_passages, 5);
    for (size_t i = 0; i < 5; i++) {
        size_t section = article.list.passages[i].section;
        assert_string_equal(article.list.sections[section].headings, paths[i]);
    }
    free_article(&article);
}

static void headings_without_text_give_no_passage(void **state) {
    (void)state;
    struct article article = read_article(NULL, "# Title\n## A\n### B\ntext\n## C\n");
    assert_int_equal(article.list.n_passages, 1);
    assert_passage(&article, 0, "text");
    free_article(&article);
    article = read_article(NULL, "# Title\n");
    assert_int_equal(article.list.n_passages, 0);
    free_article(&article);
    article = read_article(NULL, "");
    assert_int_equal(article.list.n_passages, 0);
    free_article(&article);
}

static void headings_are_the_text_of_a_document_that_has_no_other(void **state) {
    (void)state;
    struct article article = read_article(NULL, "# Title\n## How long?\n## How much?\n");
    assert_int_equal(article.list.n_passages, 0);
    assert_int_equal(passages_of_headings(&article.document, &article.list, NULL), STATUS_OK);
    assert_int_equal(article.list.n_passages, 1);
    assert_passage(&article, 0, "Title\n\nHow long?\n\nHow much?");
    assert_string_equal(article.list.sections[0].headings, "");
    free_article(&article);
    article = read_article(NULL, "");
    assert_int_equal(passages_of_headings(&article.document, &article.list, NULL), STATUS_OK);
    assert_int_equal(article.list.n_passages, 0);
    free_article(&article);
}

static void assert_n_passages(const char *notation, size_t n) {
    struct article article = read_article(NULL, notation);
    assert_int_equal(article.list.n_passages, n);
    free_article(&article);
}

#define LINKS "- [A](https://a.org)\n- [B](https://b.org)\n"
#define PROSE                                                                                      \
    "This is a paragraph that goes on for a while about where all of our food comes from, which "  \
    "is the fields and the sea and not, as children say, the shop around the corner, or is it?\n"

static void a_closing_list_of_sources_gives_no_passage(void **state) {
    (void)state;
    assert_n_passages("Text.\n## Sources\n" LINKS, 1);
    assert_n_passages("Text.\n### REFERENCES:\n" LINKS, 1);
    assert_n_passages("Text.\n## 7. References and notes\n" LINKS, 1);
    assert_n_passages("Text.\n## References\n" LINKS "## Further reading\n" LINKS, 1);
    assert_n_passages("Text.\n## References\n### Books\n" LINKS "### Papers\n" LINKS, 1);
    assert_n_passages("Text.\n## Works cited\n- Smith J. A title. 2019.\n- Lee K. Another.\n", 1);
    assert_n_passages("Text.\nSources:\n" LINKS, 1);
    assert_n_passages("Text.\nSources: [A](https://a.org), [B](https://b.org)\n", 1);
}

static void a_list_of_nothing_but_links_needs_not_stand_at_the_end(void **state) {
    (void)state;
    assert_n_passages("Text.\n## Sources\n" LINKS "## About the author\nText.\n", 2);
    assert_n_passages("Text.\n## Sources\n### Books\n" LINKS "## About the author\nText.\n", 2);
    assert_n_passages("Text.\n## Sources\n" LINKS PROSE, 2);
    assert_n_passages("Text.\n## Sources\n" LINKS "Last updated in May.\n", 1);
    assert_n_passages("Text.\n## Sources\n" LINKS "- C\n## Conclusion\nText.\n", 3);
    assert_n_passages("Text.\n## Sources\nSee [A](https://a.org).\n## Conclusion\nText.\n", 3);
}

static void other_sections_called_so_are_text(void **state) {
    (void)state;
    assert_n_passages("Text.\n## Sources\n" PROSE PROSE, 2);
    assert_n_passages("Text.\n## Sources of energy\n" LINKS, 2);
    assert_n_passages("Text.\n## Notes\n- Keep it in the fridge.\n- Serve it cold.\n", 2);
    assert_n_passages("# Sources\n" LINKS, 1);
    assert_n_passages("Text.\nSources:\n" LINKS "More text.\n", 1);
}

static void assert_n_sections(const char *notation, size_t n) {
    struct article article = read_article(NULL, notation);
    assert_int_equal(article.list.n_sections, n);
    free_article(&article);
}

static void a_list_of_sources_may_be_a_line(void **state) {
    (void)state;
    assert_n_sections("Text.\nSources: [A](https://a.org), [B](https://b.org)\n", 2);
    assert_n_sections("Text.\nSources: A. Book. [https://a.org](https://a.org); B "
                      "[https://b.org](https://b.org)\n",
                      2);
    assert_n_sections("Text.\nSources: We used [a](https://a.org) and [b](https://b.org).\n", 1);
    assert_n_sections("Text.\nSources say [https://a.org](https://a.org) "
                      "[https://b.org](https://b.org)\n",
                      1);
}

static void a_list_of_sources_without_a_heading_is_its_own_section(void **state) {
    (void)state;
    struct article article = read_article(NULL, "## A\nText.\nReferences\n" LINKS);
    assert_int_equal(article.list.n_sections, 2);
    assert_false(article.list.sections[0].is_sources);
    assert_true(article.list.sections[1].is_sources);
    assert_passage(&article, 0, "Text.");
    free_article(&article);
}

static void a_passage_knows_its_place_in_the_source(void **state) {
    (void)state;
    const char *notation =
        "# Title\nThe  first [words](https://a.org) of it.\n## B\nThe *last* one.";
    struct article article = read_article(NULL, notation);
    const struct passage *passages = article.list.passages;
    assert_ptr_equal(notation + passages[0].source_start, strstr(notation, "The  first"));
    assert_ptr_equal(notation + passages[0].source_end, strstr(notation, "\n## B"));
    assert_ptr_equal(notation + passages[1].source_start, strstr(notation, "The *last"));
    assert_int_equal(passages[1].source_end, strlen(notation));
    free_article(&article);
}

static void an_entity_at_either_end_does_not_move_a_passage_out_of_its_block(void **state) {
    (void)state;
    const char *source = "One.\n\n&lt;two&gt;\n\nThree.";
    struct article article = {0};
    document_open_block(&article.document, BLOCK_HEADING, 1);
    document_append(&article.document, source, 4, 0);
    document_open_block(&article.document, BLOCK_PARAGRAPH, 0);
    document_append(&article.document, "<", 1, NO_SOURCE);
    document_append(&article.document, source + 10, 3, 10);
    document_append(&article.document, ">", 1, NO_SOURCE);
    document_close_block(&article.document);
    assert_int_equal(passages_of(&article.document, &article.list, NULL), STATUS_OK);
    assert_passage(&article, 0, "<two>");
    assert_int_equal(article.list.passages[0].source_start, 10);
    assert_int_equal(article.list.passages[0].source_end, 13);
    free_article(&article);
}

/* Looking back over all words for each unit, or joining all headings for each section, would not
 * end in our time. */
static void hostile_documents_take_linear_time(void **state) {
    (void)state;
    static const char *const parts[] = {
        "a. ", "a", "a.\n", "- a\nb.\n", "    a\n", "## a\nb\n", "### a\n## b\n", ".", "a, "};
    enum { BYTES = 1000000 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer notation = {0};
        buffer_append_string(&notation, "# ");
        for (int n = 0; n < 5000; n++)
            buffer_append_string(&notation, "long");
        buffer_append_string(&notation, "\n");
        while (notation.size < BYTES)
            buffer_append_string(&notation, parts[i]);
        struct article article = read_buffer(&notation);
        assert_int_equal(article.list.n_passages > 0, i != 6);
        free_article(&article);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_section_is_one_passage),
        cmocka_unit_test(a_section_of_300_words_stays_whole),
        cmocka_unit_test(a_longer_section_is_cut_evenly_at_a_sentence),
        cmocka_unit_test(a_paragraph_end_near_the_middle_is_preferred),
        cmocka_unit_test(a_line_before_a_list_and_a_short_title_stay_with_what_follows),
        cmocka_unit_test(a_paragraph_of_citations_stays_with_the_text_before),
        cmocka_unit_test(footnotes_stay_with_their_sentence),
        cmocka_unit_test(no_part_is_short_if_it_can_be_avoided),
        cmocka_unit_test(a_sentence_without_an_end_is_cut_at_a_clause),
        cmocka_unit_test(text_without_white_space_is_cut_at_characters),
        cmocka_unit_test(code_is_cut_between_lines),
        cmocka_unit_test(headings_form_a_path),
        cmocka_unit_test(headings_without_text_give_no_passage),
        cmocka_unit_test(headings_are_the_text_of_a_document_that_has_no_other),
        cmocka_unit_test(a_closing_list_of_sources_gives_no_passage),
        cmocka_unit_test(a_list_of_nothing_but_links_needs_not_stand_at_the_end),
        cmocka_unit_test(other_sections_called_so_are_text),
        cmocka_unit_test(a_list_of_sources_may_be_a_line),
        cmocka_unit_test(a_list_of_sources_without_a_heading_is_its_own_section),
        cmocka_unit_test(a_passage_knows_its_place_in_the_source),
        cmocka_unit_test(an_entity_at_either_end_does_not_move_a_passage_out_of_its_block),
        cmocka_unit_test(hostile_documents_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
