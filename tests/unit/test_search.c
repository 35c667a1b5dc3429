/* Searches that follow each other in one process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/searched_files.h"

static void assert_finds(struct searcher *searcher, const char *query, size_t total) {
    struct answer answer = {0};
    struct error error = {0};
    const struct search search = {.query = query, .limit = 10};
    if (searcher_run(searcher, &search, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (answer.total != total)
        fail_msg("%s: found %zu, not %zu", query, answer.total, total);
    answer_free(&answer);
}

static void an_index_that_changed_is_read_anew(void **state) {
    (void)state;
    write_documents("a.jsonl", "{\"_id\": \"one\", \"text\": \"Statins lower cholesterol\"}\n");
    struct searcher *searcher = search_files();
    for (int i = 0; i < 3; i++) { /* from the second on what was read is kept */
        assert_finds(searcher, "fibrate", 0);
        assert_finds(searcher, "statin", 1);
    }
    write_documents("b.jsonl", "{\"_id\": \"two\", \"text\": \"Fibrates and statins\"}\n");
    update_index("test.db", "files");
    for (int i = 0; i < 3; i++) {
        assert_finds(searcher, "fibrate", 1);
        assert_finds(searcher, "statin", 2);
    }
    assert_int_equal(unlink("files/a.jsonl"), 0);
    update_index("test.db", "files");
    assert_finds(searcher, "cholesterol", 0);
    assert_finds(searcher, "statin", 1);
    searcher_close(searcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_index_that_changed_is_read_anew, enter_temporary_folder,
                                        leave_temporary_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
