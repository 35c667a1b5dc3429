/* Another program with limits: what it gets, what it leaves, how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "indexer/readers/child_process.h"

static const struct child_limits generous = {
    .wall_ms = 30000, .cpu_s = 10, .memory_bytes = (size_t)1 << 30, .output_bytes = 1 << 20};

static enum child_end run(const char *script, const struct child_limits *limits,
                          struct child_result *result) {
    const char *const arguments[] = {"sh", "-c", script, NULL};
    assert_int_equal(child_process_run(arguments, "input\n", 6, limits, result, NULL), STATUS_OK);
    return result->end;
}

static size_t count_descriptors(void) {
    size_t n = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

static void output_and_exit_code_are_those_of_the_program(void **state) {
    (void)state;
    struct child_result result = {0};
    assert_int_equal(run("cat; echo hidden >&2; exit 7", &generous, &result), CHILD_EXITED);
    assert_int_equal(result.code, 7);
    assert_string_equal(result.output.data, "input\n");
    child_result_free(&result);
}

static void input_can_be_read_twice(void **state) {
    (void)state;
    const char *const arguments[] = {"python3", "-c",
                                     "import sys; f = sys.stdin.buffer; a = f.read(); f.seek(0); "
                                     "sys.exit(a != f.read() or len(a) != 3000000)",
                                     NULL};
    char *input = calloc(1, 3000000);
    struct child_result result = {0};
    assert_int_equal(child_process_run(arguments, input, 3000000, &generous, &result, NULL),
                     STATUS_OK);
    assert_int_equal(result.code, 0);
    free(input);
    child_result_free(&result);
}

static void a_program_that_does_not_exist_is_not_found(void **state) {
    (void)state;
    const char *const arguments[] = {"osler-no-such-program", NULL};
    struct child_result result = {0};
    assert_int_equal(child_process_run(arguments, "", 0, &generous, &result, NULL), STATUS_OK);
    assert_int_equal(result.end, CHILD_NOT_FOUND);
    child_result_free(&result);
}

static void a_program_that_may_not_be_run_is_an_error(void **state) {
    (void)state;
    const char *const arguments[] = {"/etc/passwd", NULL};
    struct child_result result = {0};
    struct error error = {0};
    assert_int_equal(child_process_run(arguments, "", 0, &generous, &result, &error), STATUS_INPUT);
    assert_string_equal(error.text, "/etc/passwd: Permission denied");
    child_result_free(&result);
}

static void a_signal_is_told_from_an_exit_code(void **state) {
    (void)state;
    struct child_result result = {0};
    assert_int_equal(run("echo a; kill -SEGV $$", &generous, &result), CHILD_DIED);
    assert_int_equal(result.code, SIGSEGV);
    assert_string_equal(result.output.data, "a\n");
    child_result_free(&result);
}

static int64_t elapsed_ms(const struct timespec *since) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

/* They keep the pipe open: only who kills the whole group gets rid of them. */
static void one_that_sleeps_is_killed_with_what_it_started(void **state) {
    (void)state;
    struct child_limits limits = generous;
    limits.wall_ms = 300;
    struct child_result result = {0};
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_int_equal(run("sleep 300 & echo $!; sleep 300", &limits, &result), CHILD_TOO_SLOW);
    assert_in_range(elapsed_ms(&start), 300, 10000);
    pid_t grandchild = (pid_t)strtol(buffer_string(&result.output), NULL, 10);
    assert_true(grandchild > 0);
    for (int i = 0; i < 100 && kill(grandchild, 0) == 0; i++)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    /* A zombie until init reaps it, where init does. */
    char path[64];
    char status[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)grandchild);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        assert_true(read(descriptor, status, sizeof status - 1) > 0);
        close(descriptor);
        assert_non_null(strstr(status, ") Z "));
    }
    child_result_free(&result);
}

static void one_that_closes_its_output_and_stays_is_killed(void **state) {
    (void)state;
    struct child_limits limits = generous;
    limits.wall_ms = 300;
    struct child_result result = {0};
    assert_int_equal(run("echo a; exec sleep 300 >&-", &limits, &result), CHILD_TOO_SLOW);
    assert_string_equal(result.output.data, "a\n");
    child_result_free(&result);
}

static void one_that_ends_but_leaves_others_behind_has_ended(void **state) {
    (void)state;
    struct child_result result = {0};
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_int_equal(run("sleep 300 & echo a", &generous, &result), CHILD_EXITED);
    assert_true(elapsed_ms(&start) < 20000);
    assert_string_equal(result.output.data, "a\n");
    child_result_free(&result);
}

static void a_flood_is_cut_at_the_limit(void **state) {
    (void)state;
    struct child_limits limits = generous;
    limits.output_bytes = 100000;
    struct child_result result = {0};
    assert_int_equal(run("yes", &limits, &result), CHILD_TOO_MUCH_OUTPUT);
    assert_int_equal(result.output.size, 100000);
    child_result_free(&result);
    limits.output_bytes = 4;
    assert_int_equal(run("printf abcd", &limits, &result), CHILD_EXITED);
    assert_string_equal(result.output.data, "abcd");
    child_result_free(&result);
}

static void one_that_computes_for_ever_dies_of_its_limit(void **state) {
    (void)state;
    struct child_limits limits = generous;
    limits.cpu_s = 1;
    struct child_result result = {0};
    assert_int_equal(run("while :; do :; done", &limits, &result), CHILD_DIED);
    assert_int_equal(result.code, SIGXCPU);
    child_result_free(&result);
}

static void one_that_eats_memory_gets_none(void **state) {
    (void)state;
    struct child_limits limits = generous;
    limits.memory_bytes = 200 << 20;
    const char *const arguments[] = {
        "python3", "-c", "import time; time.sleep(.5); bytearray(300 << 20); print('got it')",
        NULL};
    struct child_result result = {0};
    assert_int_equal(child_process_run(arguments, "", 0, &limits, &result, NULL), STATUS_OK);
    assert_int_equal(result.end, CHILD_EXITED);
    assert_int_equal(result.code, 1);
    assert_int_equal(result.output.size, 0);
    child_result_free(&result);
}

static void it_writes_no_file(void **state) {
    (void)state;
    char path[] = "/tmp/osler-child.XXXXXX";
    int descriptor = mkstemp(path);
    char script[128];
    snprintf(script, sizeof script, "sleep .3; echo a >%s", path);
    struct child_result result = {0};
    run(script, &generous, &result);
    assert_true(result.end == CHILD_DIED || result.code != 0);
    assert_int_equal(lseek(descriptor, 0, SEEK_END), 0);
    close(descriptor);
    unlink(path);
    child_result_free(&result);
}

static void no_descriptor_is_passed_on_or_left(void **state) {
    (void)state;
    int leaky = open("/dev/null", O_RDONLY); /* not close-on-exec, as another library's may be */
    size_t before = count_descriptors();
    struct child_result result = {0};
    assert_int_equal(run("for f in /proc/self/fd/*; do [ -e \"$f\" ] && echo ${f##*/}; done",
                         &generous, &result),
                     CHILD_EXITED);
    assert_string_equal(result.output.data, "0\n1\n2\n");
    assert_int_equal(count_descriptors(), before);
    close(leaky);
    child_result_free(&result);
}

static void *run_many(void *failed) {
    for (int i = 0; i < 10; i++) {
        struct child_result result = {0};
        const char *const arguments[] = {"sh", "-c", "cat; cat", NULL};
        char input[32];
        int n_bytes = snprintf(input, sizeof input, "%p %d", (void *)&result, i);
        if (child_process_run(arguments, input, (size_t)n_bytes, &generous, &result, NULL) !=
                STATUS_OK ||
            result.end != CHILD_EXITED || strcmp(buffer_string(&result.output), input) != 0)
            *(int *)failed = 1;
        child_result_free(&result);
    }
    return NULL;
}

static void several_threads_run_programs_at_once(void **state) {
    (void)state;
    pthread_t threads[4];
    int failed[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_many, &failed[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(failed[i], 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* all were reaped */
    assert_int_equal(errno, ECHILD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_code_are_those_of_the_program),
        cmocka_unit_test(input_can_be_read_twice),
        cmocka_unit_test(a_program_that_does_not_exist_is_not_found),
        cmocka_unit_test(a_program_that_may_not_be_run_is_an_error),
        cmocka_unit_test(a_signal_is_told_from_an_exit_code),
        cmocka_unit_test(one_that_sleeps_is_killed_with_what_it_started),
        cmocka_unit_test(one_that_closes_its_output_and_stays_is_killed),
        cmocka_unit_test(one_that_ends_but_leaves_others_behind_has_ended),
        cmocka_unit_test(a_flood_is_cut_at_the_limit),
        cmocka_unit_test(one_that_computes_for_ever_dies_of_its_limit),
        cmocka_unit_test(one_that_eats_memory_gets_none),
        cmocka_unit_test(it_writes_no_file),
        cmocka_unit_test(no_descriptor_is_passed_on_or_left),
        cmocka_unit_test(several_threads_run_programs_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
