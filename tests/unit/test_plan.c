/* What a run has to do, on files in a temporary folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/plan.h"
#include "tests/unit/temporary_index.h"

/* Makes the index of a folder that has been quiet for so long that its times can be trusted. */
static void index_settled_files(void) {
    enum { LONGER_THAN_FILES_TAKE_TO_SETTLE_US = 150000 };
    usleep(LONGER_THAN_FILES_TAKE_TO_SETTLE_US);
    update_index("test.db", "files");
}

static void make_files(void) {
    assert_int_equal(mkdir("files", 0755), 0);
    assert_int_equal(mkdir("files/below", 0755), 0);
    write_file("files/a.md", "a\n");
    write_file("files/b.md", "b\n");
    write_file("files/below/c.md", "c\n");
    write_file("files/below.md", "d\n");
}

/* Asserts what the plan for `path` says, a line for each item; with `index_path` NULL for an index
 * that is made anew. `problem` is a path that the walk could not read, or NULL. */
static void assert_plan(const char *index_path, const char *path, const char *problem,
                        const char *expected) {
    static const char *const names[] = {"keep", "renew", "read", "remove", "failed"};
    struct index index = {0};
    struct walk walk = {0};
    struct plan plan = {0};
    struct buffer lines = {0};
    size_t counts[5] = {0};
    char *folder = realpath(".", NULL);
    if (index_path)
        assert_int_equal(index_open(&index, index_path, INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(walk_files(&path, 1, &walk, NULL), STATUS_OK);
    struct walk_problem unreadable = {.path = problem ? realpath(problem, NULL) : NULL};
    struct walk seen = walk;
    if (problem) {
        seen.problems = &unreadable;
        seen.n_problems = 1;
    }
    assert_int_equal(plan_make(&plan, index_path ? &index : NULL, &seen, &path, 1, folder, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < plan.n_items; i++) {
        const struct plan_item *item = &plan.items[i];
        counts[item->action]++;
        buffer_append_format(&lines, "%s%s %s\n", names[item->action], item->known ? "" : " new",
                             item->name);
        assert_int_equal(item->file == NULL, item->action == PLAN_REMOVE);
    }
    assert_string_equal(buffer_string(&lines), expected);
    assert_int_equal(plan.n_read, counts[PLAN_READ]);
    assert_int_equal(plan.n_remove, counts[PLAN_REMOVE]);
    assert_int_equal(plan.n_renew, counts[PLAN_RENEW]);
    assert_int_equal(plan.n_kept, counts[PLAN_KEEP] + counts[PLAN_FAILED]);
    free((char *)unreadable.path);
    free(folder);
    buffer_free(&lines);
    plan_free(&plan);
    walk_free(&walk);
    index_close(&index);
}

static void without_an_index_every_file_is_new(void **state) {
    (void)state;
    make_files();
    assert_plan(NULL, "files", NULL,
                "read new files/a.md\nread new files/b.md\n"
                "read new files/below.md\nread new files/below/c.md\n");
}

static void only_what_is_not_as_it_was_is_read(void **state) {
    (void)state;
    make_files();
    index_settled_files();
    assert_plan("test.db", "files", NULL,
                "keep files/a.md\nkeep files/b.md\nkeep files/below.md\nkeep files/below/c.md\n");
    write_file("files/b.md", "b too\n");
    write_file("files/new.md", "new\n");
    assert_int_equal(unlink("files/a.md"), 0);
    assert_plan("test.db", "files", NULL,
                "remove files/a.md\nread files/b.md\nkeep files/below.md\n"
                "keep files/below/c.md\nread new files/new.md\n");
}

static void the_same_bytes_in_another_file_renew_its_row(void **state) {
    (void)state;
    make_files();
    index_settled_files();
    write_file("other", "b\n");
    assert_int_equal(rename("other", "files/b.md"), 0);
    assert_plan("test.db", "files/b.md", NULL, "renew files/b.md\n");
}

static void what_is_elsewhere_is_none_of_the_runs_business(void **state) {
    (void)state;
    make_files();
    index_settled_files();
    assert_int_equal(unlink("files/a.md"), 0);
    assert_int_equal(unlink("files/below/c.md"), 0);
    assert_plan("test.db", "files/below", NULL, "remove files/below/c.md\n");
    assert_plan("test.db", "files/b.md", NULL, "keep files/b.md\n");
}

static void what_is_below_an_unreadable_folder_is_not_gone(void **state) {
    (void)state;
    make_files();
    index_settled_files();
    assert_int_equal(unlink("files/a.md"), 0);
    assert_int_equal(unlink("files/below/c.md"), 0);
    assert_int_equal(unlink("files/below.md"), 0);
    assert_plan("test.db", "files", "files/below",
                "remove files/a.md\nkeep files/b.md\nremove files/below.md\n");
}

static void a_path_that_is_not_there_removes_nothing(void **state) {
    (void)state;
    make_files();
    index_settled_files();
    assert_int_equal(rename("files", "unmounted"), 0);
    assert_plan("test.db", "files", NULL, "");
}

static void files_outside_the_folder_of_the_index_are_named_absolutely(void **state) {
    (void)state;
    const struct temporary_folder *folder = *state;
    char expected[100];
    make_files();
    assert_int_equal(mkdir("index", 0755), 0);
    assert_int_equal(chdir("index"), 0);
    snprintf(expected, sizeof expected, "read new %s/files/b.md\n", folder->path);
    assert_plan(NULL, "../files/b.md", NULL, expected);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(without_an_index_every_file_is_new),
        IN_FOLDER(only_what_is_not_as_it_was_is_read),
        IN_FOLDER(the_same_bytes_in_another_file_renew_its_row),
        IN_FOLDER(what_is_elsewhere_is_none_of_the_runs_business),
        IN_FOLDER(what_is_below_an_unreadable_folder_is_not_gone),
        IN_FOLDER(a_path_that_is_not_there_removes_nothing),
        IN_FOLDER(files_outside_the_folder_of_the_index_are_named_absolutely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
