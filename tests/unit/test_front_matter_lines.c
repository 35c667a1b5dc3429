/* Front matter line by line: which values are taken of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/readers/front_matter_lines.h"

/* NULL: the document does not say. */
static void expect(char separator, const char *text, const char *title, const char *author) {
    struct document document = {0};
    struct front_matter_fields fields = {.document = &document};
    front_matter_read_lines(&fields, separator, text, strlen(text));
    front_matter_finish(&fields);
    assert_false(document.failed);
    assert_string_equal(document.title ? document.title : "-", title ? title : "-");
    assert_string_equal(document.author ? document.author : "-", author ? author : "-");
    document_free(&document);
}

static void a_value_is_quoted_or_the_rest_of_the_line(void **state) {
    (void)state;
    expect(':', "title: A: b # c\r\nauthor: Jane\n", "A: b", "Jane");
    expect(':', "title: 'A: b' # c", "A: b", NULL);
    expect(':', "title: \"A: b", "\"A: b", NULL);
    expect('=', "title=\"A \\\"b\\\" \\\\ #1\"\nauthor = 'C:\\D'", "A \"b\" \\ #1", "C:\\D");
    expect('=', "title = \"\"\n", NULL, NULL);
}

static void a_list_may_go_on_on_the_next_lines(void **state) {
    (void)state;
    expect('=', "authors = [\n  \"Jane, MD\", # first\n  'John',\n]\ntitle = 'T'\n", "T",
           "Jane, MD; John");
    expect('=', "title = 'T'\nauthors = [{name = \"Jane\", email = \"j@x\"}, \"Bo\"]\n", "T", "Bo");
    expect(':', "author: [Jane Roe, John]\ntitle: T\n", "T", "Jane Roe; John");
    expect(':', "author: [Jane", NULL, "Jane");
}

static void what_is_nested_is_left_out(void **state) {
    (void)state;
    expect('=', "[params]\ntitle = 'T'\n", NULL, NULL);
    expect('=', "author = {name = 'Jane'}\n", NULL, NULL);
    expect(':', "x:\n  title: T\ntitle: >\n  folded\n", NULL, NULL);
    expect(':', "title\ntitle = T\n\n: T\n", NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_quoted_or_the_rest_of_the_line),
        cmocka_unit_test(a_list_may_go_on_on_the_next_lines),
        cmocka_unit_test(what_is_nested_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
