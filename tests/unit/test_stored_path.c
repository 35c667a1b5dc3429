/* Paths between the index and the file system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/stored_path.h"

static void a_path_is_below_its_folders_and_itself(void **state) {
    (void)state;
    assert_true(path_is_below("/a/b/c", "/a"));
    assert_true(path_is_below("/a/b/c", "/a/b/"));
    assert_true(path_is_below("/a/b", "/a/b"));
    assert_true(path_is_below("/a", "/"));
    assert_true(path_is_below("/", "/"));
}

static void a_name_that_begins_alike_is_another_folder(void **state) {
    (void)state;
    assert_false(path_is_below("/ab/c", "/a"));
    assert_false(path_is_below("/a", "/a/b"));
    assert_false(path_is_below("/b", "/a"));
}

static void a_path_comes_back_as_it_was_stored(void **state) {
    (void)state;
    static const struct {
        const char *path, *folder, *stored;
    } paths[] = {
        {"/data/a.md", "/data", "a.md"},
        {"/data/x/a.md", "/data", "x/a.md"},
        {"/data2/a.md", "/data", "/data2/a.md"},
        {"/a.md", "/data", "/a.md"},
        {"/a.md", "/", "a.md"},
        {"/x/a.md", "/", "x/a.md"},
        {"/data", "/data", "/data"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *stored = path_to_store(paths[i].path, paths[i].folder);
        assert_string_equal(stored, paths[i].stored);
        assert_string_equal(path_from_stored(&arena, stored, paths[i].folder), paths[i].path);
    }
    arena_free(&arena);
}

static void a_moved_index_finds_its_files_beside_it(void **state) {
    (void)state;
    struct arena arena = {0};
    const char *stored = path_to_store("/old/articles/a.md", "/old");
    assert_string_equal(path_from_stored(&arena, stored, "/new/home"), "/new/home/articles/a.md");
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_below_its_folders_and_itself),
        cmocka_unit_test(a_name_that_begins_alike_is_another_folder),
        cmocka_unit_test(a_path_comes_back_as_it_was_stored),
        cmocka_unit_test(a_moved_index_finds_its_files_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
