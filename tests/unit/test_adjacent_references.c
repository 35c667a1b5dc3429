/* References beside each other: which are parted, and that places in the file stay what they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "indexer/readers/adjacent_references.h"

#define DEFINED "\n[1]: u\n  [2]: v\n[33]: w\n"

/* Decodes and parts `source`, and compares what stands before its definitions. */
static void expect(const char *source, const char *text) {
    struct document document = {0};
    struct decoded decoded = {0};
    struct error error = {0};
    size_t n_bytes = strlen(source);
    assert_int_equal(decode_text(source, n_bytes, &document, &decoded, &error), STATUS_OK);
    adjacent_references_part(&decoded);
    assert_memory_equal(buffer_string(&decoded.text), text, strlen(text));
    for (size_t i = 0; i < decoded.text.size; i++) {
        size_t place = decoded_source_offset(&decoded, i);
        if (decoded.text.data[i] == '[' || decoded.text.data[i] == '\n')
            assert_int_equal(source[place], decoded.text.data[i]);
    }
    decoded_free(&decoded);
    document_free(&document);
}

static void references_that_are_defined_are_parted(void **state) {
    (void)state;
    expect("So [1][2]." DEFINED, "So [1] [2].\n");
    expect("So [1][2][33]." DEFINED, "So [1] [2] [33].\n");
    expect("[33][1]" DEFINED, "[33] [1]\n");
}

static void others_are_left_alone(void **state) {
    (void)state;
    expect("So [1][3]." DEFINED, "So [1][3].\n");
    expect("So [3][1]." DEFINED, "So [3][1].\n");
    expect("So [a][1]." DEFINED, "So [a][1].\n");
    expect("So [1][]." DEFINED, "So [1][].\n");
    expect("So ![1][2]." DEFINED, "So ![1][2].\n");
    expect("So \\[1][2]." DEFINED, "So \\[1][2].\n");
    expect("So 1][2]." DEFINED, "So 1][2].\n");
    expect("So [12345][1]." DEFINED, "So [12345][1].\n");
    expect("So [1][2", "So [1][2");
    expect("So [1][2].\n", "So [1][2].\n");
}

static void places_hold_where_decoding_has_moved_them(void **state) {
    (void)state;
    expect("\xEF\xBB\xBF"
           "caf\xE9 [1][2] caf\xE9[2][1]" DEFINED,
           "caf\xC3\xA9 [1] [2] caf\xC3\xA9[2] [1]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_that_are_defined_are_parted),
        cmocka_unit_test(others_are_left_alone),
        cmocka_unit_test(places_hold_where_decoding_has_moved_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
