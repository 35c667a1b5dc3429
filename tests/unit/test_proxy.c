/* Proxies of the environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "indexer/fetch/proxy.h"

static int clean_environment(void **state) {
    (void)state;
    const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                 "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    return 0;
}

static const char *proxy_of(const char *host, bool is_https) {
    struct proxies proxies;
    proxies_from_environment(&proxies);
    return proxy_for(&proxies, host, is_https);
}

static void without_an_environment_there_is_no_proxy(void **state) {
    (void)state;
    assert_null(proxy_of("example.org", false));
    assert_null(proxy_of("example.org", true));
}

static void each_scheme_has_its_own_proxy(void **state) {
    (void)state;
    setenv("http_proxy", "a:1", 1);
    setenv("HTTPS_PROXY", "b:2", 1);
    assert_string_equal(proxy_of("example.org", false), "a:1");
    assert_string_equal(proxy_of("example.org", true), "b:2");
}

static void one_proxy_may_serve_all(void **state) {
    (void)state;
    setenv("all_proxy", "c:3", 1);
    setenv("https_proxy", "", 1);
    assert_string_equal(proxy_of("example.org", false), "c:3");
    assert_null(proxy_of("example.org", true));
}

static void capital_http_proxy_is_not_trusted(void **state) {
    (void)state;
    setenv("HTTP_PROXY", "evil:1", 1);
    assert_null(proxy_of("example.org", false));
}

static void exceptions_hold_for_names_and_what_is_below_them(void **state) {
    (void)state;
    setenv("http_proxy", "a:1", 1);
    setenv("no_proxy", "localhost, .example.org,10.0.0.1 ::1", 1);
    assert_null(proxy_of("localhost", false));
    assert_null(proxy_of("example.org", false));
    assert_null(proxy_of("www.Example.org", false));
    assert_null(proxy_of("10.0.0.1", false));
    assert_null(proxy_of("[::1]", false));
    assert_non_null(proxy_of("anexample.org", false));
    assert_non_null(proxy_of("org", false));
    setenv("no_proxy", "*", 1);
    assert_null(proxy_of("anexample.org", false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_an_environment_there_is_no_proxy, clean_environment),
        cmocka_unit_test_setup(each_scheme_has_its_own_proxy, clean_environment),
        cmocka_unit_test_setup(one_proxy_may_serve_all, clean_environment),
        cmocka_unit_test_setup(capital_http_proxy_is_not_trusted, clean_environment),
        cmocka_unit_test_setup(exceptions_hold_for_names_and_what_is_below_them, clean_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
