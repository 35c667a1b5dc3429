/* URLs: what is asked for, and which are the same page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/url.h"

static struct arena arena;

static int free_arena(void **state) {
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct url parsed(const char *base, const char *text) {
    struct url url;
    struct error error = {0};
    if (url_parse(&arena, base, text, &url, &error) != STATUS_OK)
        fail_msg("%s: %s", text, error.text);
    return url;
}

static const char *fetched(const char *text) {
    return parsed(NULL, text).fetch;
}

static const char *normalized(const char *text) {
    return parsed(NULL, text).normalized;
}

static void assert_refused(const char *text, const char *why) {
    struct url url;
    struct error error = {0};
    assert_int_equal(url_parse(&arena, NULL, text, &url, &error), STATUS_INPUT);
    if (!strstr(error.text, why))
        fail_msg("%s: %s", text, error.text);
}

static void scheme_and_host_are_lower_case_and_the_default_port_goes(void **state) {
    (void)state;
    assert_string_equal(normalized("HTTP://WWW.Example.ORG:80/A"), "http://www.example.org/A");
    assert_string_equal(normalized("https://example.org:443"), "https://example.org/");
    assert_string_equal(normalized("https://example.org:80/"), "https://example.org:80/");
    assert_string_equal(normalized("http://example.org.:/x"), "http://example.org/x");
}

static void a_host_name_in_any_script_becomes_punycode_whatever_the_locale(void **state) {
    (void)state;
    setlocale(LC_ALL, "C");
    assert_string_equal(normalized("https://Bücher.example/"), "https://xn--bcher-kva.example/");
    assert_string_equal(fetched("https://b%C3%BCcher.example/"), "https://xn--bcher-kva.example/");
    assert_string_equal(parsed(NULL, "http://１２７.0.0.1/").host, "127.0.0.1");
}

static void an_address_has_one_spelling(void **state) {
    (void)state;
    assert_string_equal(parsed(NULL, "http://0x7f.1/").host, "127.0.0.1");
    assert_string_equal(parsed(NULL, "http://2130706433/").host, "127.0.0.1");
    assert_string_equal(parsed(NULL, "http://127.0.0.1./").host, "127.0.0.1");
    assert_string_equal(parsed(NULL, "http://[2001:DB8::1]:8080/").authority, "[2001:db8::1]:8080");
}

static void dot_segments_are_resolved_encoded_or_not(void **state) {
    (void)state;
    assert_string_equal(fetched("http://h/a/./b/../../c"), "http://h/c");
    assert_string_equal(fetched("http://h/a/%2e%2E/secret"), "http://h/secret");
    assert_string_equal(fetched("http://h/../../.."), "http://h/");
    assert_string_equal(fetched("http://h/a/b/.."), "http://h/a/");
    assert_string_equal(fetched("http://h/a/."), "http://h/a/");
    assert_string_equal(fetched("http://h/a//b/...x"), "http://h/a//b/...x");
}

static void percent_encoding_has_one_spelling_in_the_identity_only(void **state) {
    (void)state;
    assert_string_equal(normalized("http://h/%7euser/%c3%a4%2f"), "http://h/~user/%C3%A4%2F");
    assert_string_equal(normalized("http://h/ä b|c"), "http://h/%C3%A4%20b%7Cc");
    assert_string_equal(normalized("http://h/100%"), "http://h/100%25");
    assert_string_equal(fetched("http://h/%7euser/%2f"), "http://h/%7euser/%2f");
}

static void the_fragment_and_credentials_are_never_sent(void **state) {
    (void)state;
    assert_string_equal(fetched("https://user:secret@h/a?b#c?d"), "https://h/a?b");
    assert_string_equal(fetched("http://h?q#f"), "http://h/?q");
}

static void tracking_parameters_do_not_make_another_page(void **state) {
    (void)state;
    assert_string_equal(normalized("http://h/?utm_source=a&id=7&UTM_Medium=b&fbclid=c"),
                        "http://h/?id=7");
    assert_string_equal(normalized("http://h/?gclid=x"), "http://h/");
    assert_string_equal(normalized("http://h/?mc_cid=1&mc_eid=2&igshid"), "http://h/");
    assert_string_equal(normalized("http://h/?utm=1&reference=2&gclids=3"),
                        "http://h/?utm=1&reference=2&gclids=3");
    assert_string_equal(normalized("http://h/?"), "http://h/");
    assert_string_equal(fetched("http://h/?utm_source=a&id=7"), "http://h/?utm_source=a&id=7");
}

static void the_order_of_other_parameters_counts(void **state) {
    (void)state;
    assert_string_not_equal(normalized("http://h/?a=1&b=2"), normalized("http://h/?b=2&a=1"));
}

static void http_and_https_are_one_page(void **state) {
    (void)state;
    assert_string_equal(parsed(NULL, "http://Example.org/a?utm_id=1").key, "//example.org/a");
    assert_string_equal(parsed(NULL, "https://example.org:443/a#b").key, "//example.org/a");
    assert_string_not_equal(parsed(NULL, "http://example.org:8080/a").key, "//example.org/a");
}

static void the_parts_of_a_url_are_told(void **state) {
    (void)state;
    struct url url = parsed(NULL, "https://Example.org:8443/a/b?c=d#e");
    assert_string_equal(url.host, "example.org");
    assert_string_equal(url.authority, "example.org:8443");
    assert_string_equal(url.target, "/a/b?c=d");
    assert_true(url.is_https);
    assert_false(parsed(NULL, "http://h").is_https);
}

static void a_redirect_is_relative_to_where_it_stands(void **state) {
    (void)state;
    assert_string_equal(parsed("https://h/a/b?c", "../d e?ü").fetch, "https://h/d%20e?%c3%bc");
    assert_string_equal(parsed("https://h/a/b", "//other/x").fetch, "https://other/x");
    assert_string_equal(parsed("https://h/a/b", "?q").fetch, "https://h/a/b?q");
    assert_string_equal(parsed("https://h/a/b", "/").fetch, "https://h/");
}

static void what_is_not_of_the_web_is_refused(void **state) {
    (void)state;
    const char *const others[] = {"file:///etc/passwd",
                                  "javascript:alert(1)",
                                  "mailto:a@b.org",
                                  "data:text/html,x",
                                  "ftp://h/",
                                  "gopher://h/_x",
                                  "//h/x",
                                  "example.org",
                                  ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_refused(others[i], "");
    struct url url;
    assert_int_equal(url_parse(&arena, "http://h/", "file:///etc/passwd", &url, NULL),
                     STATUS_INPUT);
    assert_int_equal(url_parse(&arena, "http://h/", "javascript:alert(1)", &url, NULL),
                     STATUS_INPUT);
    assert_refused("file:///etc/passwd", "not an http or https URL");
}

static void what_is_no_url_is_refused(void **state) {
    (void)state;
    assert_refused("http://a b/", "not a URL");
    assert_refused("http://h:99999/", "not a URL");
    assert_refused("http://./", "not a URL");
    assert_refused("http://a..b/", "not a URL");
    assert_refused("http://0x7f./", "not a URL");
    assert_refused("http://10.21./", "not a URL");
    assert_refused("http://a%25b/", "not a URL");
    assert_refused("http://.example.org/", "not a URL");
    assert_refused("http://h/\x01", "not a URL");
    assert_refused("http://", "not a URL");
}

/* For which libcurl says that memory is out. */
static void a_name_that_no_host_can_have_is_refused(void **state) {
    (void)state;
    assert_refused("http://b\xFF.example/", "not a URL: ");
    assert_refused("http://a.example\xFF\xFF_\xC0/", "not a URL: ");
    assert_refused("http://ex\xE2\x80\xAE.example/", "not a URL: ");
    assert_refused("http://a\xE2\x92\x88"
                   "b.example/",
                   "not a URL: ");
}

static void a_url_that_is_too_long_is_refused(void **state) {
    (void)state;
    char *text = malloc(URL_MAX_BYTES + 2);
    assert_non_null(text);
    memset(text, 'a', URL_MAX_BYTES + 1);
    text[URL_MAX_BYTES + 1] = '\0';
    memcpy(text, "http://h/", 9);
    assert_refused(text, "8192 bytes");
    text[URL_MAX_BYTES] = '\0';
    assert_int_equal(strlen(fetched(text)), URL_MAX_BYTES);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scheme_and_host_are_lower_case_and_the_default_port_goes),
        cmocka_unit_test(a_host_name_in_any_script_becomes_punycode_whatever_the_locale),
        cmocka_unit_test(an_address_has_one_spelling),
        cmocka_unit_test(dot_segments_are_resolved_encoded_or_not),
        cmocka_unit_test(percent_encoding_has_one_spelling_in_the_identity_only),
        cmocka_unit_test(the_fragment_and_credentials_are_never_sent),
        cmocka_unit_test(tracking_parameters_do_not_make_another_page),
        cmocka_unit_test(the_order_of_other_parameters_counts),
        cmocka_unit_test(http_and_https_are_one_page),
        cmocka_unit_test(the_parts_of_a_url_are_told),
        cmocka_unit_test(a_redirect_is_relative_to_where_it_stands),
        cmocka_unit_test(what_is_not_of_the_web_is_refused),
        cmocka_unit_test(what_is_no_url_is_refused),
        cmocka_unit_test(a_name_that_no_host_can_have_is_refused),
        cmocka_unit_test(a_url_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
