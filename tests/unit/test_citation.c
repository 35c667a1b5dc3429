/* Tests of citation.h. Documents are written in the marks of document_notation.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/passages/citation.h"
#include "tests/unit/document_notation.h"

struct article {
    struct document document;
    struct passage_list passages;
    struct citation_list list;
};

static struct article read_article(const char *notation) {
    struct article article = {0};
    notation_read(&article.document, notation);
    assert_int_equal(passages_of(&article.document, &article.passages, NULL), STATUS_OK);
    assert_int_equal(citations_of(&article.document, &article.passages, &article.list, NULL),
                     STATUS_OK);
    return article;
}

static void free_article(struct article *article) {
    citation_list_free(&article->list);
    passage_list_free(&article->passages);
    document_free(&article->document);
}

static void assert_claim(const struct article *article, size_t i, const char *claim) {
    assert_true(i < article->list.n_citations);
    const struct citation *citation = &article->list.citations[i];
    const char *text = article->document.text.data + citation->claim_start;
    char copy[2000];
    snprintf(copy, sizeof copy, "%.*s", (int)(citation->claim_end - citation->claim_start), text);
    assert_string_equal(copy, claim);
}

/* Every citation of `notation` has `claim`; there are `n` of them. */
static void assert_claims(const char *notation, size_t n, const char *claim) {
    struct article article = read_article(notation);
    assert_int_equal(article.list.n_citations, n);
    for (size_t i = 0; i < n; i++)
        assert_claim(&article, i, claim);
    free_article(&article);
}

static void assert_label(const char *notation, size_t i, const char *label) {
    struct article article = read_article(notation);
    assert_true(i < article.list.n_citations);
    assert_string_equal(article.list.citations[i].label, label);
    free_article(&article);
}

static void the_claim_is_the_sentence_that_holds_the_link(void **state) {
    (void)state;
    assert_claims("First. According to [WHO](https://who.int/a), masks help. Last.", 1,
                  "According to WHO, masks help.");
    assert_claims("First. Masks help patients ([WHO](https://who.int/a)). Last.", 1,
                  "Masks help patients (WHO).");
    assert_claims("- Soap helps\n- Masks help [1](https://who.int/a)\n", 1, "Masks help 1");
    assert_claims("| a | b\n| 18+ | 7. Or 8 [1](https://who.int/a)\n", 1, "18+ | 7. Or 8 1");
}

static void a_bullet_in_the_line_is_no_part_of_the_claim(void **state) {
    (void)state;
    assert_claims("Wash: - Soap helps. - Masks help [WHO](https://who.int/a).", 1,
                  "Masks help WHO.");
}

static void a_stop_inside_a_label_ends_nothing(void **state) {
    (void)state;
    assert_claims("News from [Acme Inc. The Maker](https://acme.com/a) arrived. Next.", 1,
                  "News from Acme Inc. The Maker arrived.");
}

static void a_citation_after_the_stop_has_the_sentence_before(void **state) {
    (void)state;
    const char *claim = "Masks improve outcomes.";
    assert_claims("First. Masks improve outcomes. ([WHO](https://who.int/a)) Next.", 1, claim);
    assert_claims("First. Masks improve outcomes. ([WHO](https://who.int/a))", 1, claim);
    assert_claims("First. Masks improve outcomes. (Source: [WHO](https://who.int/a))", 1, claim);
    assert_claims("First. Masks improve outcomes. [WHO](https://who.int/a)", 1, claim);
    assert_claims("First. Masks improve outcomes. See [WHO](https://who.int/a). Next.", 1, claim);
    assert_claims("First. Masks improve outcomes. Read more at [WHO](https://who.int/a).", 1,
                  claim);
}

static void a_chain_of_footnotes_has_one_claim(void **state) {
    (void)state;
    const char *claim = "Masks improve outcomes.";
    assert_claims(
        "First. Masks improve outcomes.[1](https://a.org/1)[2](https://b.org/2) Next one.", 2,
        claim);
    assert_claims("Masks improve outcomes. [1](https://a.org/1) [2](https://b.org/2) Next one.", 2,
                  claim);
    assert_claims("Masks improve outcomes.[[1]](https://a.org/1)[[2]](https://b.org/2) Next one.",
                  2, claim);
    assert_claims("Masks improve outcomes.[1](https://a.org/1), [2](https://b.org/2)", 2, claim);
    assert_claims("Masks improve outcomes [1](https://a.org/1)[2](https://b.org/2). Next.", 2,
                  "Masks improve outcomes 12.");
    assert_claims("It was so in 2019.[1](https://a.org/1) Next one.", 1, "It was so in 2019.");
    assert_claims("Masks improve outcomes.([WHO](https://a.org/1)) Next one.", 1, claim);
    assert_claims(
        "Masks improve outcomes.([a trial](https://a.org/1), [b](https://b.org)) Next one.", 2,
        claim);
    assert_claims("Masks (e.g.[FFP2](https://a.org/1)) help.", 1, "Masks (e.g.FFP2) help.");
    assert_claims("He said \"no.\"[1](https://a.org/1) Next one.", 1, "He said \"no.\"");
}

static void a_link_that_opens_a_sentence_belongs_to_it(void **state) {
    (void)state;
    assert_claims("First. [WHO](https://who.int/a) says masks help. Last.", 1,
                  "WHO says masks help.");
    assert_claims("First. [The WHO reports that masks help.](https://who.int/a) Last.", 1,
                  "The WHO reports that masks help.");
}

static void a_paragraph_of_links_cites_the_last_sentence_before_it(void **state) {
    (void)state;
    assert_claims("Soap helps. Masks help.\n\n([WHO](https://who.int/a))\n", 1, "Masks help.");
    assert_claims("Masks help:\n- [A](https://a.org/1)\n- [B](https://b.org/2)\n", 2,
                  "Masks help:");
}

static void a_claim_never_comes_from_another_section(void **state) {
    (void)state;
    struct article article =
        read_article("Masks help.\n## Next\n[WHO](https://who.int/a)\n\nText.");
    assert_int_equal(article.list.n_citations, 1);
    assert_claim(&article, 0, "");
    assert_int_equal(article.list.citations[0].passage, 1);
    free_article(&article);
}

static void a_link_in_a_heading_has_the_heading_as_claim(void **state) {
    (void)state;
    struct article article = read_article("Intro.\n## About [masks](https://who.int/a)\nText.\n"
                                          "## Only [soap](https://who.int/b)\n");
    assert_int_equal(article.list.n_citations, 2);
    assert_claim(&article, 0, "About masks");
    assert_int_equal(article.list.citations[0].passage, 1);
    assert_claim(&article, 1, "Only soap");
    assert_true(article.list.citations[1].passage == NO_PASSAGE);
    free_article(&article);
}

static void a_citation_knows_its_passage_and_place(void **state) {
    (void)state;
    const char *notation =
        "One.\n## A\nTwo [x](https://a.org/x) is two.\n## B\n[y](https://a.org/y) is.";
    struct article article = read_article(notation);
    assert_int_equal(article.list.n_citations, 2);
    assert_int_equal(article.list.citations[0].passage, 1);
    assert_int_equal(article.list.citations[1].passage, 2);
    assert_memory_equal(notation + article.list.citations[1].source, "[y]", 3);
    free_article(&article);
}

static void the_same_source_twice_is_two_citations(void **state) {
    (void)state;
    assert_claims("Soap [a](https://a.org) and [b](https://a.org) help.", 2, "Soap a and b help.");
}

#define BODY "Masks help.[1](https://www.who.int/a/) Soap helps. Water is wet.\n"

static void the_list_of_sources_names_the_citations(void **state) {
    (void)state;
    struct article article =
        read_article(BODY "## Sources\n- [World Health Organization](https://WWW.who.int/a#top)\n");
    assert_int_equal(article.list.n_citations, 1);
    assert_string_equal(article.list.citations[0].label, "World Health Organization");
    assert_string_equal(article.list.citations[0].url, "https://www.who.int/a/");
    assert_int_equal(article.passages.n_passages, 1);
    free_article(&article);
}

static void a_list_of_sources_before_the_end_names_the_citations_too(void **state) {
    (void)state;
    struct article article = read_article(BODY "## Sources\n- [WHO](https://www.who.int/a)\n"
                                               "- [NHS](https://nhs.uk/b)\n"
                                               "## About\nJane Roe is [here](https://roe.org).\n");
    assert_int_equal(article.list.n_citations, 3);
    assert_string_equal(article.list.citations[0].label, "WHO");
    assert_claim(&article, 1, "Jane Roe is here.");
    assert_string_equal(article.list.citations[2].label, "NHS");
    assert_true(article.list.citations[2].passage == NO_PASSAGE);
    free_article(&article);
}

static void the_name_of_a_list_on_one_line_is_not_that_of_its_first_entry(void **state) {
    (void)state;
    assert_label(BODY "Sources: WHO. Masks. [https://who.int/a](https://www.who.int/a); NHS "
                      "[https://nhs.uk/b](https://nhs.uk/b)\n",
                 0, "WHO. Masks");
}

static void a_source_that_nothing_cites_is_one_of_the_document(void **state) {
    (void)state;
    struct article article =
        read_article(BODY "## Sources\n- [WHO](https://www.who.int/a)\n"
                          "- [1](https://nhs.uk/b)\n- [NHS](https://nhs.uk/b/)\n");
    assert_int_equal(article.list.n_citations, 2);
    assert_string_equal(article.list.citations[1].label, "NHS");
    assert_true(article.list.citations[1].passage == NO_PASSAGE);
    assert_claim(&article, 1, "");
    free_article(&article);
}

static void an_entry_with_a_bare_url_is_named_by_its_text(void **state) {
    (void)state;
    const char *url = "[https://www.who.int/a](https://www.who.int/a)";
    char notation[800];
    snprintf(notation, sizeof notation, "%s## References\n- [3] Smith J. Masks at work. %s.\n",
             BODY, url);
    assert_label(notation, 0, "Smith J. Masks at work");
    snprintf(notation, sizeof notation, "%s## References\n- %s, \"Masks\", 2020\n", BODY, url);
    assert_label(notation, 0, "\"Masks\", 2020");
    snprintf(notation, sizeof notation, "%s## References\n- Masks [pdf](https://b.org), %s 2020\n",
             BODY, url);
    assert_label(notation, 0, "Masks");
    snprintf(notation, sizeof notation,
             "%s## References\n- Smith J, Miller A, Baker C, Cook D, Potter E, Taylor F, Mason G, "
             "Fisher H, Archer I, Porter K, and others. Masks. %s\n",
             BODY, url);
    assert_label(notation, 0,
                 "Smith J, Miller A, Baker C, Cook D, Potter E, Taylor F, Mason G, Fisher H, "
                 "Archer I, Porter K, and others. Masks");
}

static void a_label_that_says_something_is_kept(void **state) {
    (void)state;
    const char *list = "## Sources\n- [World Health Organization](https://who.int/a)\n";
    char notation[400];
    static const char *const labels[][2] = {
        {"WHO report", "WHO report"},
        {"source", "World Health Organization"},
        {"^3", "World Health Organization"},
        {"here", "World Health Organization"},
        {"who.int", "World Health Organization"},
        {"https://who.int/a", "World Health Organization"},
        {"", "World Health Organization"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        snprintf(notation, sizeof notation, "Masks help [%s](https://who.int/a).\n%s", labels[i][0],
                 list);
        assert_label(notation, 0, labels[i][1]);
    }
}

static void a_nameless_label_is_the_title_or_stays_or_is_the_host(void **state) {
    (void)state;
    assert_label("Masks help [1](https://who.int/a|The WHO).", 0, "The WHO");
    assert_label("Masks help [1](https://who.int/a).", 0, "1");
    assert_label("Masks help [](https://me@who.int/a).", 0, "who.int");
}

/* Reading that looked at every other link from each would not end in our time. */
static void many_links_take_linear_time(void **state) {
    (void)state;
    enum { N_LINKS = 50000 };
    static const char *const parts[] = {"[.](http://a.b)", "a.[1](http://a.b)",
                                        "[](http://a.b)",  "([x](http://a.b)) ",
                                        "[)](http://a.b)", "- [1](http://a.b)\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        buffer_append_string(&text, "Text ");
        for (size_t n = 0; n < N_LINKS; n++)
            buffer_append_string(&text, parts[i]);
        struct article article = read_article(text.data);
        assert_int_equal(article.list.n_citations, N_LINKS);
        free_article(&article);
        buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claim_is_the_sentence_that_holds_the_link),
        cmocka_unit_test(a_bullet_in_the_line_is_no_part_of_the_claim),
        cmocka_unit_test(a_stop_inside_a_label_ends_nothing),
        cmocka_unit_test(a_citation_after_the_stop_has_the_sentence_before),
        cmocka_unit_test(a_chain_of_footnotes_has_one_claim),
        cmocka_unit_test(a_link_that_opens_a_sentence_belongs_to_it),
        cmocka_unit_test(a_paragraph_of_links_cites_the_last_sentence_before_it),
        cmocka_unit_test(a_claim_never_comes_from_another_section),
        cmocka_unit_test(a_link_in_a_heading_has_the_heading_as_claim),
        cmocka_unit_test(a_citation_knows_its_passage_and_place),
        cmocka_unit_test(the_same_source_twice_is_two_citations),
        cmocka_unit_test(the_list_of_sources_names_the_citations),
        cmocka_unit_test(a_list_of_sources_before_the_end_names_the_citations_too),
        cmocka_unit_test(the_name_of_a_list_on_one_line_is_not_that_of_its_first_entry),
        cmocka_unit_test(a_source_that_nothing_cites_is_one_of_the_document),
        cmocka_unit_test(an_entry_with_a_bare_url_is_named_by_its_text),
        cmocka_unit_test(a_label_that_says_something_is_kept),
        cmocka_unit_test(a_nameless_label_is_the_title_or_stays_or_is_the_host),
        cmocka_unit_test(many_links_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
