/* The progress line, drawn into memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "indexer/report/progress.h"

enum { LONGER_THAN_A_REDRAW_US = 130000 };

static void the_line_says_how_far_it_is_and_is_cleared(void **state) {
    (void)state;
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);
    struct progress progress;
    progress_start(&progress, stream, PROGRESS_ALWAYS, 5486);
    usleep(LONGER_THAN_A_REDRAW_US);
    progress_step(&progress, 35000000);
    assert_non_null(strstr(text, "osler-index: 1/5486 documents  35 MB  "));
    progress_finish(&progress);
    assert_string_equal(text + n_bytes - 4, "\r\033[K");
    fclose(stream);
    free(text);
}

static void many_quick_steps_are_drawn_rarely(void **state) {
    (void)state;
    char *text = NULL;
    size_t n_bytes = 0;
    FILE *stream = open_memstream(&text, &n_bytes);
    struct progress progress;
    progress_start(&progress, stream, PROGRESS_ALWAYS, 100000);
    for (int i = 0; i < 1000; i++)
        progress_step(&progress, 10);
    usleep(LONGER_THAN_A_REDRAW_US);
    progress_step(&progress, 10);
    fflush(stream);
    size_t n_drawn = 0;
    for (const char *at = text; (at = strstr(at, "documents")) != NULL; at++)
        n_drawn++;
    assert_in_range(n_drawn, 1, 3); /* a slow machine may need more than one redraw's time */
    assert_non_null(strstr(text, "1001/100000"));
    progress_finish(&progress);
    fclose(stream);
    free(text);
}

static void nothing_is_drawn_where_no_terminal_is(void **state) {
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    enum progress_when quiet[] = {PROGRESS_AUTO, PROGRESS_NEVER};
    for (size_t i = 0; i < 2; i++) {
        struct progress progress;
        progress_start(&progress, file, quiet[i], 3);
        usleep(LONGER_THAN_A_REDRAW_US);
        progress_step(&progress, 10);
        progress_finish(&progress);
    }
    assert_int_equal(ftell(file), 0);
    fclose(file);
}

static void only_three_names_tell_when(void **state) {
    (void)state;
    enum progress_when when = PROGRESS_AUTO;
    assert_true(progress_when_from_name("never", &when));
    assert_int_equal(when, PROGRESS_NEVER);
    assert_true(progress_when_from_name("always", &when));
    assert_int_equal(when, PROGRESS_ALWAYS);
    assert_true(progress_when_from_name("auto", &when));
    assert_int_equal(when, PROGRESS_AUTO);
    assert_false(progress_when_from_name("sometimes", &when));
    assert_false(progress_when_from_name("", &when));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_says_how_far_it_is_and_is_cleared),
        cmocka_unit_test(many_quick_steps_are_drawn_rarely),
        cmocka_unit_test(nothing_is_drawn_where_no_terminal_is),
        cmocka_unit_test(only_three_names_tell_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
