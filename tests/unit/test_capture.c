/* What a record of an archive says of a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "indexer/warc/capture.h"

/* A record as the reader would give it, and what became of it. */
static struct warc_record record;
static struct capture capture;
static bool is_capture;

static int set_up(void **state) {
    (void)state;
    record = (struct warc_record){.type = WARC_RESPONSE,
                                  .place = {7, 3},
                                  .target_uri = "http://A.example/page?utm_source=x#part",
                                  .date = "2025-08-01T12:00:00Z",
                                  .id = "urn:uuid:1",
                                  .payload_digest = "sha1:P"};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    warc_record_free(&record);
    return 0;
}

/* Reads the record; the strings of `capture` live in its arena. */
static void read_record(const char *block) {
    struct error error;
    buffer_append_string(&record.block, block);
    if (capture_of(&record, &record.arena, &capture, &is_capture, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void a_response_has_the_page_its_identity_and_its_validators(void **state) {
    (void)state;
    read_record("HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\nETag: \"v1\"\r\n"
                "Last-Modified: Fri, 01 Aug 2025 10:00:00 GMT\r\n\r\npage");
    assert_true(is_capture && capture.has_content);
    assert_int_equal(capture.status, 200);
    assert_string_equal(capture.key, "//a.example/page");
    assert_string_equal(capture.url, "http://A.example/page?utm_source=x#part");
    assert_string_equal(capture.retrieved, "2025-08-01T12:00:00Z");
    assert_string_equal(capture.media_type, "text/html");
    assert_string_equal(capture.etag, "\"v1\"");
    assert_string_equal(capture.last_modified, "Fri, 01 Aug 2025 10:00:00 GMT");
    assert_string_equal(capture.record, "urn:uuid:1");
    assert_string_equal(capture.digest, "sha1:P");
    assert_null(capture.outcome);
    assert_null(capture.location);
    assert_int_equal(capture.place.offset, 7);
    assert_int_equal(capture.place.skip, 3);
}

static void only_an_answer_with_the_whole_page_has_content(void **state) {
    (void)state;
    static const struct {
        const char *head;
        int status;
        bool has_content;
    } answers[] = {
        {"HTTP/1.1 203 Other\r\n\r\nx", 203, true},      {"HTTP/1.1 206 Part\r\n\r\nx", 206, false},
        {"HTTP/1.1 404 Not Found\r\n\r\nx", 404, false}, {"HTTP/1.1 503 Busy\r\n\r\nx", 503, false},
        {"HTTP/1.1 304 Same\r\n\r\n", 304, false},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        buffer_clear(&record.block);
        read_record(answers[i].head);
        assert_true(is_capture);
        assert_int_equal(capture.status, answers[i].status);
        assert_int_equal(capture.has_content, answers[i].has_content);
    }
}

static void a_redirect_leads_to_an_absolute_url(void **state) {
    (void)state;
    read_record("HTTP/1.1 302 Found\r\nLocation: ../other?b=1#x\r\n\r\n");
    assert_int_equal(capture.status, 302);
    assert_false(capture.has_content);
    assert_string_equal(capture.location, "http://a.example/other?b=1");
}

static void a_redirect_to_the_same_page_leads_nowhere(void **state) {
    (void)state;
    read_record("HTTP/1.1 301 Moved\r\nLocation: https://a.example/page?utm_medium=y\r\n\r\n");
    assert_true(is_capture);
    assert_int_equal(capture.status, 301);
    assert_null(capture.location);
}

static void a_redirect_to_what_is_no_web_page_leads_nowhere(void **state) {
    (void)state;
    read_record("HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n\r\n");
    assert_true(is_capture);
    assert_null(capture.location);
}

static void a_location_without_a_redirect_is_none(void **state) {
    (void)state;
    read_record("HTTP/1.1 201 Created\r\nLocation: /other\r\n\r\npage");
    assert_true(capture.has_content);
    assert_null(capture.location);
}

static void a_resource_is_a_page_of_the_records_type(void **state) {
    (void)state;
    record.type = WARC_RESOURCE;
    record.content_type = "application/pdf";
    read_record("%PDF-1.4");
    assert_true(is_capture && capture.has_content);
    assert_int_equal(capture.status, 200);
    assert_string_equal(capture.media_type, "application/pdf");
}

static void a_revisit_names_the_page_that_has_not_changed(void **state) {
    (void)state;
    record.type = WARC_REVISIT;
    record.profile = WARC_IDENTICAL_PAYLOAD;
    record.refers_to_target_uri = "https://a.example/old";
    record.refers_to_date = "2025-07-01T00:00:00.123456Z";
    read_record("HTTP/1.1 200 OK\r\nETag: \"v2\"\r\n\r\n");
    assert_true(is_capture);
    assert_false(capture.has_content);
    assert_int_equal(capture.status, 304);
    assert_string_equal(capture.digest, "sha1:P");
    assert_string_equal(capture.etag, "\"v2\"");
    assert_string_equal(capture.refers_to_key, "//a.example/old");
    assert_string_equal(capture.refers_to_date, "2025-07-01T00:00:00Z");
}

static void a_revisit_needs_no_response(void **state) {
    (void)state;
    record.type = WARC_REVISIT;
    read_record("");
    assert_true(is_capture);
    assert_int_equal(capture.status, 304);
    assert_null(capture.refers_to_key);
    assert_string_equal(capture.refers_to_date, "");
    assert_string_equal(capture.digest, "sha1:P");
}

/* Crawlers digest the body of the answer 304, which says nothing of the page. */
static void an_answer_that_the_page_has_not_changed_has_no_digest(void **state) {
    (void)state;
    record.type = WARC_REVISIT;
    read_record("HTTP/1.1 304 Not Modified\r\n\r\n");
    assert_int_equal(capture.status, 304);
    assert_null(capture.digest);
    record.type = WARC_RESPONSE;
    read_record("");
    assert_null(capture.digest);
    record.type = WARC_REVISIT;
    record.profile = "http://netpreserve.org/warc/1.0/revisit/server-not-modified";
    buffer_clear(&record.block);
    read_record("");
    assert_null(capture.digest);
}

/* Crawlers that look at digests only write revisits of whatever came twice. */
static void a_revisit_of_a_failure_is_that_failure(void **state) {
    (void)state;
    record.type = WARC_REVISIT;
    record.profile = WARC_IDENTICAL_PAYLOAD;
    read_record("HTTP/1.1 404 Not Found\r\n\r\n");
    assert_true(is_capture);
    assert_int_equal(capture.status, 404);
    assert_false(capture.has_content);
}

static void a_revisit_of_a_redirect_is_that_redirect(void **state) {
    (void)state;
    record.type = WARC_REVISIT;
    record.profile = WARC_IDENTICAL_PAYLOAD;
    read_record("HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n");
    assert_int_equal(capture.status, 301);
    assert_string_equal(capture.location, "http://a.example/new");
}

static void metadata_of_ours_say_why_a_page_did_not_come(void **state) {
    (void)state;
    record.type = WARC_METADATA;
    read_record("osler-cited-as: http://a.example/page\r\nosler-outcome: no such host\r\n");
    assert_true(is_capture);
    assert_int_equal(capture.status, 0);
    assert_string_equal(capture.outcome, "no such host");
}

static void other_metadata_and_records_say_nothing(void **state) {
    (void)state;
    static const enum warc_type types[] = {WARC_METADATA,   WARC_INFO,         WARC_REQUEST,
                                           WARC_CONVERSION, WARC_CONTINUATION, WARC_OTHER};
    buffer_append_string(&record.block, "GET / HTTP/1.1\r\nvia: http://b.example/\r\n\r\n");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        record.type = types[i];
        read_record("");
        assert_false(is_capture);
    }
}

static void a_response_that_is_not_http_says_nothing(void **state) {
    (void)state;
    read_record("SSH-2.0-server\r\n");
    assert_false(is_capture);
    record.type = WARC_RESPONSE;
    buffer_clear(&record.block);
    read_record("");
    assert_false(is_capture);
}

static void what_is_not_of_the_web_is_passed_over(void **state) {
    (void)state;
    static const char *const uris[] = {
        "dns:a.example", "ftp://a.example/f", "metadata://x/y", "http://", "http://[bad", "", NULL};
    buffer_append_string(&record.block, "HTTP/1.1 200 OK\r\n\r\npage");
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        record.target_uri = uris[i];
        read_record("");
        assert_false(is_capture);
    }
}

static void dates_are_kept_to_the_second_and_wrong_ones_not_at_all(void **state) {
    (void)state;
    static const struct {
        const char *date, *kept;
    } dates[] = {
        {"2025-08-01T12:00:00.999999999Z", "2025-08-01T12:00:00Z"},
        {"2025-12-31T23:59:60Z", "2025-12-31T23:59:60Z"},
        {"2025-13-01T12:00:00Z", ""},
        {"2025-00-01T12:00:00Z", ""},
        {"2025-08-32T12:00:00Z", ""},
        {"2025-08-01T24:00:00Z", ""},
        {"2025-08-01T12:60:00Z", ""},
        {"2025-08-01T12:00:61Z", ""},
        {"9999-99-99T99:99:99Z", ""},
        {"2025-08-01", ""},
        {"2025-08-01 12:00:00Z", ""},
        {"20250801120000", ""},
        {"-025-08-01T12:00:00Z", ""},
        {"", ""},
        {NULL, ""},
    };
    buffer_append_string(&record.block, "HTTP/1.1 200 OK\r\n\r\npage");
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        record.date = dates[i].date;
        read_record("");
        assert_true(is_capture);
        assert_string_equal(capture.retrieved, dates[i].kept);
    }
}

/* A small archive of them would fill the index otherwise. */
static void values_that_are_a_flood_are_not_kept(void **state) {
    (void)state;
    enum { FLOOD_BYTES = 200000 };
    struct buffer block = {0};
    char *flood = malloc(FLOOD_BYTES + 1);
    assert_non_null(flood);
    memset(flood, 'e', FLOOD_BYTES);
    flood[FLOOD_BYTES] = '\0';
    buffer_append_format(&block, "HTTP/1.1 200 OK\r\nLast-Modified: today\r\nETag: %s\r\n\r\npage",
                         flood);
    record.id = flood;
    record.payload_digest = flood;
    read_record(buffer_string(&block));
    assert_true(is_capture && capture.has_content);
    assert_string_equal(capture.last_modified, "today");
    assert_null(capture.etag);
    assert_null(capture.record);
    assert_null(capture.digest);
    buffer_free(&block);
    free(flood);
}

static void nuls_end_nothing_early(void **state) {
    (void)state;
    static const char block[] = "HTTP/1.1 200 OK\r\nX: a\0b\r\nETag: \"v\0001\"\r\n\r\np\0ge";
    buffer_append(&record.block, block, sizeof block - 1);
    read_record("");
    assert_true(capture.has_content);
    assert_string_equal(capture.etag, "\"v 1\"");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_response_has_the_page_its_identity_and_its_validators),
        TEST(only_an_answer_with_the_whole_page_has_content),
        TEST(a_redirect_leads_to_an_absolute_url),
        TEST(a_redirect_to_the_same_page_leads_nowhere),
        TEST(a_redirect_to_what_is_no_web_page_leads_nowhere),
        TEST(a_location_without_a_redirect_is_none),
        TEST(a_resource_is_a_page_of_the_records_type),
        TEST(a_revisit_names_the_page_that_has_not_changed),
        TEST(a_revisit_needs_no_response),
        TEST(an_answer_that_the_page_has_not_changed_has_no_digest),
        TEST(a_revisit_of_a_failure_is_that_failure),
        TEST(a_revisit_of_a_redirect_is_that_redirect),
        TEST(metadata_of_ours_say_why_a_page_did_not_come),
        TEST(other_metadata_and_records_say_nothing),
        TEST(a_response_that_is_not_http_says_nothing),
        TEST(what_is_not_of_the_web_is_passed_over),
        TEST(dates_are_kept_to_the_second_and_wrong_ones_not_at_all),
        TEST(values_that_are_a_flood_are_not_kept),
        TEST(nuls_end_nothing_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
