/* What is the name of a list of sources, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/passages/source_heading.h"

static void expect(const char *text, enum source_heading wanted) {
    assert_int_equal(source_heading(text, strlen(text)), wanted);
}

static void a_list_has_many_names(void **state) {
    (void)state;
    expect("Sources", SOURCES);
    expect("REFERENCES:", SOURCES);
    expect("7. References and notes", SOURCES);
    expect("[Sources/Quellen", SOURCES);
    expect("Sources used", SOURCES);
    expect("R\303\251f\303\251rences", SOURCES);
    expect("Further reading", NOTES);
}

static void other_headings_are_none(void **state) {
    (void)state;
    expect("", NO_LIST);
    expect("Sources of energy", NO_LIST);
    expect("Data sources", NO_LIST);
    expect("And sources", NO_LIST);
    expect("Sources and a heading that goes on for longer than any name does", NO_LIST);
}

static void a_lead_ends_with_its_colon(void **state) {
    (void)state;
    const char *text = "Sources: WHO";
    assert_int_equal(source_heading_lead(text, strlen(text)), 8);
    assert_int_equal(source_heading_lead(text, 7), 0);
    assert_int_equal(source_heading_lead("Notes: a", 8), 0);
    assert_int_equal(source_heading_lead("Sources", 7), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_has_many_names),
        cmocka_unit_test(other_headings_are_none),
        cmocka_unit_test(a_lead_ends_with_its_colon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
