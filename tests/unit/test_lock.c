/* The lock beside an index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>

#include "indexer/lock.h"
#include "tests/unit/temporary_index.h"

static void only_one_holds_the_lock_of_an_index(void **state) {
    (void)state;
    struct lock lock;
    struct lock other;
    struct lock of_another;
    struct error error = {0};
    assert_int_equal(lock_take(&lock, "test.db", NULL), STATUS_OK);
    assert_int_equal(lock_take(&other, "test.db", &error), STATUS_BUSY);
    assert_string_equal(error.text, "test.db: another osler-index is at work on this index");
    assert_null(other.path);
    assert_int_equal(lock_take(&of_another, "another.db", NULL), STATUS_OK);
    lock_release(&other);
    assert_int_equal(lock_take(&other, "test.db", NULL), STATUS_BUSY);
    lock_release(&of_another);
    lock_release(&lock);
}

static void a_released_lock_leaves_nothing_and_can_be_taken_again(void **state) {
    (void)state;
    struct lock lock;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(lock_take(&lock, "test.db", NULL), STATUS_OK);
        assert_int_equal(access("test.db.lock", F_OK), 0);
        lock_release(&lock);
        assert_int_equal(access("test.db.lock", F_OK), -1);
    }
    lock_release(&lock);
}

static void a_process_that_dies_lets_go_of_its_lock(void **state) {
    (void)state;
    struct lock lock;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(lock_take(&lock, "test.db", NULL) == STATUS_OK ? 0 : 1);
    int code = -1;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_int_equal(access("test.db.lock", F_OK), 0);
    assert_int_equal(lock_take(&lock, "test.db", NULL), STATUS_OK);
    lock_release(&lock);
}

static void a_lock_that_cannot_be_made_is_an_error_of_the_index(void **state) {
    (void)state;
    struct lock lock;
    struct error error = {0};
    assert_int_equal(lock_take(&lock, "no-folder/test.db", &error), STATUS_INDEX);
    assert_memory_equal(error.text, "no-folder/test.db.lock: ", 24);
    assert_null(lock.path);
    lock_release(&lock);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(only_one_holds_the_lock_of_an_index),
        IN_FOLDER(a_released_lock_leaves_nothing_and_can_be_taken_again),
        IN_FOLDER(a_process_that_dies_lets_go_of_its_lock),
        IN_FOLDER(a_lock_that_cannot_be_made_is_an_error_of_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
