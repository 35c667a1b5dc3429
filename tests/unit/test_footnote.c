/* Footnotes of Markdown: "[^1]" and "[^1]: note". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/markdown_citations.h"

static void the_links_of_a_note_are_cited_at_its_mark(void **state) {
    (void)state;
    assert_citations("Soap helps.[^1] Masks help[^who].\n\n"
                     "[^1]: NHS, *Clean hands*. <https://nhs.uk/a>\n\n"
                     "[^who]: https://who.int/b says so\n",
                     "NHS, Clean hands <https://nhs.uk/a> Soap helps.\n"
                     "says so <https://who.int/b> Masks help[^who].\n",
                     "Soap helps.[^1] Masks help[^who].");
}

static void notes_may_stand_on_adjacent_lines_and_be_wrapped(void **state) {
    (void)state;
    assert_citations("Soap helps.[^a][^b] Masks help.[^c]\n\n"
                     "[^a]: The first\n title. https://a.org\n"
                     "[^b]: Second. https://b.org\n"
                     "[^c]: [Third](https://c.org)\n\n## More\n\nLast.",
                     "The first title <https://a.org> Soap helps.\n"
                     "Second <https://b.org> Soap helps.\n"
                     "Third <https://c.org> Masks help.\n",
                     "Soap helps.[^a][^b] Masks help.[^c]\n\nMore\n\nLast.");
}

static void a_note_may_have_many_marks_and_many_links(void **state) {
    (void)state;
    assert_citations("Soap helps.[^1] Masks help.[^1]\n\n"
                     "[^1]: [ADA](https://a.org) and [BHF](https://b.org)\n",
                     "ADA <https://a.org> Soap helps.\nBHF <https://b.org> Soap helps.\n"
                     "ADA <https://a.org> Masks help.\nBHF <https://b.org> Masks help.\n",
                     "Soap helps.[^1] Masks help.[^1]");
}

static void a_note_without_a_link_or_mark_stays_text(void **state) {
    (void)state;
    assert_citations("Soap helps.[^1] It does.[^x]\n\n[^1]: But not always.\n\n"
                     "[^2]: See [A](https://a.org).\n",
                     "A <https://a.org> [^1]: But not always.\n",
                     "Soap helps.[^1] It does.[^x]\n\n[^1]: But not always.\n\n[^2]: See A.");
}

static void a_note_that_is_an_address_is_named_by_its_host(void **state) {
    (void)state;
    assert_citations("Soap helps.[^1] Masks[^b] help.\n\n[^1]: https://nhs.uk/a\n"
                     "[^b]: <https://who.int/b>, <https://cdc.gov>\n",
                     "nhs.uk <https://nhs.uk/a> Soap helps.\n"
                     "who.int <https://who.int/b> Masks[^b] help.\n"
                     "cdc.gov <https://cdc.gov> Masks[^b] help.\n",
                     NULL);
}

static void code_has_no_footnotes(void **state) {
    (void)state;
    assert_citations("```\na[^1]\n```\n\n[^1]: Masks help [A](https://a.org).\n",
                     "A <https://a.org> [^1]: Masks help A.\n", NULL);
}

static void what_is_left_keeps_its_place(void **state) {
    (void)state;
    static const char markdown[] =
        "One.[^1]\n\n[^1]: Note. https://a.org\n\nTwo [B](https://b.org).";
    struct document document = {0};
    assert_int_equal(markdown_read(markdown, strlen(markdown), &document, NULL), STATUS_OK);
    assert_string_equal(buffer_string(&document.text), "One.[^1]\n\nTwo B.");
    assert_int_equal(document.n_blocks, 2);
    assert_int_equal(document.blocks[1].start, 10);
    assert_int_equal(document_source_offset(&document, 10), strstr(markdown, "Two") - markdown);
    assert_int_equal(document.n_links, 2);
    assert_int_equal(document.links[0].source, 4);
    assert_int_equal(document.links[1].source, strstr(markdown, "[B]") - markdown);
    assert_int_equal(document.links[1].start, 14);
    assert_int_equal(document.links[1].block, 1);
    document_free(&document);
}

static void many_marks_take_linear_time(void **state) {
    (void)state;
    enum { N_MARKS = 20000 };
    struct buffer markdown = {0};
    struct document document = {0};
    for (int i = 0; i < N_MARKS; i++)
        buffer_append_format(&markdown, "Soap helps.[^%d]\n\n[^%d]: N. <https://a.org/%d>\n\n", i,
                             i, i);
    assert_int_equal(markdown_read(markdown.data, markdown.size, &document, NULL), STATUS_OK);
    assert_int_equal(document.n_links, N_MARKS);
    assert_int_equal(document.n_blocks, N_MARKS);
    document_free(&document);
    buffer_free(&markdown);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_links_of_a_note_are_cited_at_its_mark),
        cmocka_unit_test(notes_may_stand_on_adjacent_lines_and_be_wrapped),
        cmocka_unit_test(a_note_may_have_many_marks_and_many_links),
        cmocka_unit_test(a_note_without_a_link_or_mark_stays_text),
        cmocka_unit_test(a_note_that_is_an_address_is_named_by_its_host),
        cmocka_unit_test(code_has_no_footnotes),
        cmocka_unit_test(what_is_left_keeps_its_place),
        cmocka_unit_test(many_marks_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
