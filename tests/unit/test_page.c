/* From the record of a page to its bytes and the reader that is for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/input/input_file.h"
#include "indexer/warc/page.h"
#include "tests/unit/archive.h"

static struct page page;
static struct error error;

static int tear_down(void **state) {
    page_free(&page);
    return leave_temporary_folder(state);
}

/* Reads the only record of the archive, which is freed. */
static enum status read_archive(struct buffer *archive) {
    page_free(&page);
    error = (struct error){0};
    write_bytes("a.warc", archive->data, archive->size);
    buffer_free(archive);
    return page_read("a.warc", (struct warc_place){0}, &page, &error);
}

static enum status read_response(const char *head, const char *body, size_t n_bytes) {
    struct buffer archive = {0};
    buffer_append_format(&archive,
                         "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         strlen(head) + n_bytes, head);
    buffer_append(&archive, body, n_bytes);
    buffer_append_string(&archive, "\r\n\r\n");
    return read_archive(&archive);
}

static enum status read_typed(const char *media_type, const char *body) {
    char head[300];
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n", media_type);
    return read_response(head, body, strlen(body));
}

static enum status read_resource(const char *type, const char *body) {
    struct buffer archive = {0};
    buffer_append_format(&archive,
                         "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://a.example/\r\n"
                         "%sContent-Length: %zu\r\n\r\n%s\r\n\r\n",
                         type, strlen(body), body);
    return read_archive(&archive);
}

static void expect_body(const char *body) {
    assert_int_equal(page.n_bytes, strlen(body));
    assert_memory_equal(page.bytes, body, page.n_bytes);
}

static void the_media_type_says_who_reads_it(void **state) {
    (void)state;
    static const struct {
        const char *media_type;
        enum file_kind kind;
    } types[] = {
        {"text/html", FILE_HTML},
        {"Text/HTML;charset=x", FILE_HTML},
        {"application/xhtml+xml ; a=b", FILE_HTML},
        {"text/plain", FILE_PLAIN_TEXT},
        {"text/markdown", FILE_MARKDOWN},
        {"application/pdf", FILE_PDF},
        {"application/x-pdf", FILE_PDF},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_int_equal(read_typed(types[i].media_type, "words"), STATUS_OK);
        assert_int_equal(page.kind, types[i].kind);
        expect_body("words");
    }
}

static void the_header_says_the_charset(void **state) {
    (void)state;
    assert_int_equal(read_typed("text/html; charset=ISO-8859-1", "words"), STATUS_OK);
    assert_string_equal(page.charset, "iso-8859-1");
    assert_int_equal(read_typed("text/html", "words"), STATUS_OK);
    assert_null(page.charset);
}

static void a_type_that_nobody_reads_is_named(void **state) {
    (void)state;
    assert_int_equal(read_typed("image/png; q=1", "\x89PNG"), STATUS_INPUT);
    assert_string_equal(error.text, "not indexed: image/png");
    assert_int_equal(read_typed("text/htmlx", "<p>words"), STATUS_INPUT);
    assert_int_equal(read_typed("text/htm", "<p>words"), STATUS_INPUT);
}

static void a_server_that_does_not_know_leaves_it_to_the_first_bytes(void **state) {
    (void)state;
    static const char *const types[] = {"application/octet-stream", "binary/octet-stream",
                                        "Application/Octet-Stream; x=y", ""};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        assert_int_equal(read_typed(types[i], "\xEF\xBB\xBF \r\n\t<!doctype html>"), STATUS_OK);
        assert_int_equal(page.kind, FILE_HTML);
        assert_int_equal(read_typed(types[i], "%PDF-1.7"), STATUS_OK);
        assert_int_equal(page.kind, FILE_PDF);
        assert_int_equal(read_typed(types[i], "words"), STATUS_INPUT);
        assert_int_equal(read_typed(types[i], ""), STATUS_INPUT);
    }
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\n\r\n", "<p>", 3), STATUS_OK);
    assert_int_equal(page.kind, FILE_HTML);
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\n\r\n", "\0<p>", 4), STATUS_INPUT);
    assert_string_equal(error.text, "not indexed: of no known type");
}

static void a_pdf_is_one_whatever_the_server_says(void **state) {
    (void)state;
    assert_int_equal(read_typed("text/html; charset=utf-8", "%PDF-1.4 and so on"), STATUS_OK);
    assert_int_equal(page.kind, FILE_PDF);
    assert_int_equal(read_typed("image/png", "%PDF-1.4 and so on"), STATUS_OK);
    assert_int_equal(page.kind, FILE_PDF);
}

static void chunks_and_compression_are_taken_off(void **state) {
    (void)state;
    struct buffer gzip = {0};
    struct buffer text = {0};
    buffer_append_string(&text, "<p>compressed words");
    add_member(&gzip, &text, 6);
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                   "Content-Encoding: gzip\r\n\r\n",
                                   gzip.data, gzip.size),
                     STATUS_OK);
    expect_body("<p>compressed words");
    assert_int_equal(page.kind, FILE_HTML);
    static const char chunks[] = "3\r\n<p>\r\n5\r\nwords\r\n0\r\n\r\n";
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n",
                                   chunks, sizeof chunks - 1),
                     STATUS_OK);
    expect_body("<p>words");
    buffer_free(&gzip);
    buffer_free(&text);
}

static void a_compressed_pdf_is_seen_for_what_it_is(void **state) {
    (void)state;
    struct buffer gzip = {0};
    struct buffer text = {0};
    buffer_append_string(&text, "%PDF-1.4");
    add_member(&gzip, &text, 6);
    assert_int_equal(
        read_response("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.data, gzip.size),
        STATUS_OK);
    assert_int_equal(page.kind, FILE_PDF);
    buffer_free(&gzip);
    buffer_free(&text);
}

static void a_coding_that_nobody_knows_is_a_reason(void **state) {
    (void)state;
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                   "Content-Encoding: br\r\n\r\n",
                                   "?", 1),
                     STATUS_INPUT);
    assert_non_null(strstr(error.text, "br"));
}

static void a_page_that_is_too_large_is_not_indexed(void **state) {
    (void)state;
    size_t n_bytes = DOCUMENT_MAX_BYTES + 1;
    char *body = calloc(1, n_bytes);
    assert_non_null(body);
    assert_int_equal(
        read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body, n_bytes),
        STATUS_INPUT);
    assert_non_null(strstr(error.text, "larger than 16 MB"));
    assert_int_equal(
        read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body, n_bytes - 1),
        STATUS_OK);
    free(body);
}

static void a_bomb_is_not_unpacked(void **state) {
    (void)state;
    struct buffer gzip = {0};
    struct buffer text = {0};
    char *zeros = buffer_reserve(&text, 32 << 20);
    assert_non_null(zeros);
    memset(zeros, 0, 32 << 20);
    text.size = 32 << 20;
    add_member(&gzip, &text, 9);
    assert_int_equal(read_response("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                                   "Content-Encoding: gzip\r\n\r\n",
                                   gzip.data, gzip.size),
                     STATUS_INPUT);
    buffer_free(&gzip);
    buffer_free(&text);
}

static void a_resource_is_the_page_itself(void **state) {
    (void)state;
    assert_int_equal(read_resource("Content-Type: text/plain; charset=x\r\n", "words"), STATUS_OK);
    assert_int_equal(page.kind, FILE_PLAIN_TEXT);
    expect_body("words");
    assert_int_equal(read_resource("", "<p>words"), STATUS_OK);
    assert_int_equal(page.kind, FILE_HTML);
    assert_int_equal(read_resource("Content-Type: application/octet-stream; a=b\r\n", "<p>words"),
                     STATUS_OK);
    assert_int_equal(page.kind, FILE_HTML);
}

static void a_record_that_is_not_there_is_an_error_of_input(void **state) {
    (void)state;
    assert_int_equal(page_read("absent.warc", (struct warc_place){0}, &page, &error), STATUS_INPUT);
    write_file("a.warc", "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1000\r\n\r\nHTTP");
    assert_int_equal(page_read("a.warc", (struct warc_place){0}, &page, &error), STATUS_INPUT);
    page_free(&page);
    assert_int_equal(page_read("a.warc", (struct warc_place){.offset = 5000}, &page, &error),
                     STATUS_INPUT);
    page_free(&page);
    write_file("a.warc", "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 8\r\n\r\nnot HTTP");
    assert_int_equal(page_read("a.warc", (struct warc_place){0}, &page, &error), STATUS_INPUT);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_temporary_folder, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_media_type_says_who_reads_it),
        TEST(the_header_says_the_charset),
        TEST(a_type_that_nobody_reads_is_named),
        TEST(a_server_that_does_not_know_leaves_it_to_the_first_bytes),
        TEST(a_pdf_is_one_whatever_the_server_says),
        TEST(chunks_and_compression_are_taken_off),
        TEST(a_compressed_pdf_is_seen_for_what_it_is),
        TEST(a_coding_that_nobody_knows_is_a_reason),
        TEST(a_page_that_is_too_large_is_not_indexed),
        TEST(a_bomb_is_not_unpacked),
        TEST(a_resource_is_the_page_itself),
        TEST(a_record_that_is_not_there_is_an_error_of_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
