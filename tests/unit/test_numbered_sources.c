/* Numbers in the text and the entries that they cite. Documents are written in the marks of
 * document_notation.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "indexer/passages/citation.h"
#include "indexer/passages/numbered_sources.h"
#include "tests/unit/document_notation.h"

#define SOURCES                                                                                    \
    "## Sources\n[1] The WHO. [https://who.int](https://who.int/a)\n"                              \
    "[2] The NHS. [https://nhs.uk](https://nhs.uk/b) and [pdf](https://nhs.uk/pdf)\n"              \
    "[3] A book, 2020.\n4. The CDC. [https://cdc.gov](https://cdc.gov/c)\n"

/* Reads `text` with the sources and compares the citations in it, "LABEL URL CLAIM" lines. */
static void expect(const char *text, const char *expected) {
    struct document document = {0};
    struct passage_list passages = {0};
    struct citation_list list = {0};
    struct buffer notation = {0};
    struct buffer out = {0};
    buffer_append_format(&notation, "%s\n%s", text, SOURCES);
    notation_read(&document, buffer_string(&notation));
    assert_int_equal(passages_of(&document, &passages, NULL), STATUS_OK);
    assert_int_equal(numbered_sources_link(&document, &passages, NULL), STATUS_OK);
    assert_int_equal(citations_of(&document, &passages, &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.n_citations; i++) {
        const struct citation *citation = &list.citations[i];
        if (citation->claim_end > citation->claim_start)
            buffer_append_format(&out, "%s %s %.*s\n", citation->label, citation->url,
                                 (int)(citation->claim_end - citation->claim_start),
                                 document.text.data + citation->claim_start);
    }
    assert_string_equal(buffer_string(&out), expected);
    buffer_free(&out);
    buffer_free(&notation);
    citation_list_free(&list);
    passage_list_free(&passages);
    document_free(&document);
}

#define WHO "The WHO https://who.int/a "
#define NHS "The NHS https://nhs.uk/b "
#define NHS_PDF "pdf https://nhs.uk/pdf "
#define CDC "The CDC https://cdc.gov/c "

static void a_number_cites_the_entry_that_has_it(void **state) {
    (void)state;
    expect("Masks help [1]. Soap helps.[4] So does air.",
           WHO "Masks help [1].\n" CDC "Soap helps.\n");
    expect("Masks help. [1]", WHO "Masks help.\n");
    expect("- Masks help [4]", CDC "Masks help [4]\n");
}

static void an_entry_with_two_links_is_cited_with_both(void **state) {
    (void)state;
    expect("Masks help [2].", NHS "Masks help [2].\nThe NHS https://nhs.uk/pdf Masks help [2].\n");
}

static void marks_may_hold_several_numbers(void **state) {
    (void)state;
    expect("Masks help [1,4].", WHO "Masks help [1,4].\n" CDC "Masks help [1,4].\n");
    expect("Masks help [4; 1].", CDC "Masks help [4; 1].\n" WHO "Masks help [4; 1].\n");
    expect("Masks help [3\xE2\x80\x93"
           "4].",
           CDC "Masks help [3\xE2\x80\x93"
               "4].\n");
    expect("Masks help [1][4].", WHO "Masks help [1][4].\n" CDC "Masks help [1][4].\n");
}

static void other_brackets_are_text(void **state) {
    (void)state;
    expect("Masks [sic] help [5] [0] [01] [1 or [1, [1,] [4-1] [1-9] [1000] [2020] [].", "");
    expect("    array[1]", "");
    expect("Masks help [3].", ""); /* there is nothing to go to */
}

static void links_stay_and_are_not_linked_again(void **state) {
    (void)state;
    expect("See [a](https://a.org), help [1], [4](https://b.org).",
           "a https://a.org See a, help [1], 4.\n" WHO "See a, help [1], 4.\n"
           "4 https://b.org See a, help [1], 4.\n");
}

/* Links of which each byte makes many would fill the memory. */
static void text_of_nothing_but_marks_stays_small(void **state) {
    (void)state;
    struct document document = {0};
    struct passage_list passages = {0};
    struct buffer notation = {0};
    for (int i = 0; i < 200000; i++)
        buffer_append_string(&notation, "[1-4]");
    buffer_append_string(&notation, "\n" SOURCES);
    notation_read(&document, buffer_string(&notation));
    assert_int_equal(passages_of(&document, &passages, NULL), STATUS_OK);
    assert_int_equal(numbered_sources_link(&document, &passages, NULL), STATUS_OK);
    assert_in_range(document.n_links, 100000, 200000);
    buffer_free(&notation);
    passage_list_free(&passages);
    document_free(&document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_cites_the_entry_that_has_it),
        cmocka_unit_test(an_entry_with_two_links_is_cited_with_both),
        cmocka_unit_test(marks_may_hold_several_numbers),
        cmocka_unit_test(other_brackets_are_text),
        cmocka_unit_test(links_stay_and_are_not_linked_again),
        cmocka_unit_test(text_of_nothing_but_marks_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
