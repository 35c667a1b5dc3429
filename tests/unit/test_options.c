/* The command line of osler-index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <getopt.h>
#include <string.h>

#include "indexer/options.h"

static struct options options;
static struct error error;

/* Reads "osler-index FIRST SECOND articles"; NULL ends it early. */
static enum status read_options(const char *first, const char *second) {
    static char texts[4][200];
    static char *argv[5]; /* options.paths points there */
    const char *given[] = {"osler-index", first, second, "articles"};
    int argc = 0;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (given[i]) {
            argv[argc] = texts[argc];
            strcpy(argv[argc++], given[i]);
        }
    argv[argc] = NULL;
    optind = 0; /* getopt begins anew */
    error = (struct error){0};
    return options_read(argc, argv, &options, &error);
}

static void expect_age(const char *text, int64_t seconds) {
    if (read_options("--max-age", text) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(options.fetch.max_age_s, seconds);
}

static void the_defaults_are_polite(void **state) {
    (void)state;
    assert_int_equal(read_options(NULL, NULL), STATUS_OK);
    assert_int_equal(options.mode, MODE_UPDATE);
    assert_int_equal(options.fetch.max_age_s, 30 * 24 * 3600);
    assert_int_equal(options.fetch.host_delay_ms, 1000);
    assert_false(options.fetch.offline || options.fetch.allow_private);
    assert_null(options.fetch.contact);
    assert_null(options.archive);
    assert_int_equal(options.n_paths, 1);
    assert_string_equal(options.paths[0], "articles");
}

static void a_duration_is_a_number_and_its_unit(void **state) {
    (void)state;
    expect_age("90s", 90);
    expect_age("45m", 45 * 60);
    expect_age("12h", 12 * 3600);
    expect_age("30d", 30 * 24 * 3600);
    expect_age("4w", 28 * 24 * 3600);
    expect_age("1.5h", 5400);
    expect_age("2500ms", 2);
    expect_age("0s", 0);
    expect_age("999999999w", INT64_C(999999999) * 7 * 24 * 3600);
}

static void what_is_no_duration_is_refused_by_name(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",    "30",   "d",   "30 d",  "30days", "-1d", "+1d",  "1e9s", "0x1s",       "1e1s",
        " 1d", "infd", "nan", "1..5d", "1.d.",   "1D",  "30dd", "1,5d", "1000000000d"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (read_options("--max-age", texts[i]) != STATUS_USAGE)
            fail_msg("\"%s\" was taken", texts[i]);
        assert_non_null(strstr(error.text, "--max-age"));
        assert_int_equal(read_options("--host-delay", texts[i]), STATUS_USAGE);
        assert_non_null(strstr(error.text, "--host-delay"));
    }
}

static void a_delay_may_be_of_milliseconds(void **state) {
    (void)state;
    assert_int_equal(read_options("--host-delay", "250ms"), STATUS_OK);
    assert_int_equal(options.fetch.host_delay_ms, 250);
    assert_int_equal(read_options("--host-delay=0s", NULL), STATUS_OK);
    assert_int_equal(options.fetch.host_delay_ms, 0);
}

static void options_about_sources_are_kept(void **state) {
    (void)state;
    assert_int_equal(read_options("--offline", "--allow-private"), STATUS_OK);
    assert_true(options.fetch.offline && options.fetch.allow_private);
    assert_int_equal(read_options("--archive", "kept"), STATUS_OK);
    assert_string_equal(options.archive, "kept");
    assert_int_equal(read_options("--contact", "mail@example.org"), STATUS_OK);
    assert_string_equal(options.fetch.contact, "mail@example.org");
}

static void links_takes_no_path_and_no_other_mode(void **state) {
    (void)state;
    assert_int_equal(read_options("--links", NULL), STATUS_USAGE);
    assert_int_equal(read_options("--links", "--check"), STATUS_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_polite),
        cmocka_unit_test(a_duration_is_a_number_and_its_unit),
        cmocka_unit_test(what_is_no_duration_is_refused_by_name),
        cmocka_unit_test(a_delay_may_be_of_milliseconds),
        cmocka_unit_test(options_about_sources_are_kept),
        cmocka_unit_test(links_takes_no_path_and_no_other_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
