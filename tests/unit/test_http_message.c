/* What a stored HTTP response says and what page it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "indexer/fetch/http_coding.h"
#include "indexer/fetch/http_message.h"

/* ---- helpers ---- */

/* Reads and decodes a block that is a response. */
static struct http_message read_block(const char *block, size_t n_bytes) {
    struct http_message message = {0};
    assert_int_equal(http_message_read(block, n_bytes, &message, NULL), STATUS_OK);
    assert_int_equal(http_message_decode(&message, NULL), STATUS_OK);
    return message;
}

static void assert_body(const char *block, const char *expected, size_t n_problems) {
    struct http_message message = read_block(block, strlen(block));
    assert_int_equal(message.body_bytes, strlen(expected));
    assert_memory_equal(message.body, expected, message.body_bytes);
    assert_int_equal(message.n_problems, n_problems);
    http_message_free(&message);
}

static void assert_header(const char *block, const char *name, const char *expected) {
    struct http_message message = read_block(block, strlen(block));
    const char *value = header_fields_find(&message.headers, name);
    if (expected)
        assert_string_equal(value, expected);
    else
        assert_null(value);
    http_message_free(&message);
}

static void assert_type(const char *headers, const char *media_type, const char *charset) {
    struct buffer block = {0};
    buffer_append_format(&block, "HTTP/1.1 200 OK\r\n%s\r\n", headers);
    struct http_message message = read_block(block.data, block.size);
    if (media_type)
        assert_string_equal(message.media_type, media_type);
    else
        assert_null(message.media_type);
    if (charset)
        assert_string_equal(message.charset, charset);
    else
        assert_null(message.charset);
    http_message_free(&message);
    buffer_free(&block);
}

/* Appends `text` in one of zlib's formats (windowBits). */
static void compress_text(struct buffer *out, const char *text, size_t n_bytes, int window_bits) {
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    size_t bound = deflateBound(&stream, n_bytes);
    stream.next_in = (unsigned char *)(uintptr_t)text;
    stream.avail_in = (uInt)n_bytes;
    stream.next_out = (unsigned char *)buffer_reserve(out, bound);
    stream.avail_out = (uInt)bound;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size += bound - stream.avail_out;
    deflateEnd(&stream);
}

enum { GZIP = MAX_WBITS + 16, ZLIB = MAX_WBITS, BARE = -MAX_WBITS };

#define COMPRESSED(coding) "HTTP/1.1 200 OK\r\nContent-Encoding: " coding "\r\n\r\n"

static void assert_decompressed(const char *head, int window_bits, size_t n_cut,
                                const char *expected, size_t n_problems) {
    struct buffer block = {0};
    buffer_append_string(&block, head);
    compress_text(&block, "the page", 8, window_bits);
    struct http_message message = read_block(block.data, block.size - n_cut);
    assert_int_equal(message.body_bytes, strlen(expected));
    assert_memory_equal(message.body, expected, message.body_bytes);
    assert_int_equal(message.n_problems, n_problems);
    http_message_free(&message);
    buffer_free(&block);
}

static void assert_not_decoded(const char *block, size_t n_bytes, const char *why) {
    struct http_message message = {0};
    struct error error = {0};
    assert_int_equal(http_message_read(block, n_bytes, &message, &error), STATUS_OK);
    assert_int_equal(http_message_decode(&message, &error), STATUS_INPUT);
    assert_non_null(strstr(error.text, why));
    http_message_free(&message);
}

/* ---- the head ---- */

static void a_response_has_status_headers_and_body(void **state) {
    (void)state;
    const char block[] = "HTTP/1.1 404 Not Found\r\nServer: a\r\nETag: \"x\"\r\n\r\ngone";
    struct http_message message = read_block(block, sizeof block - 1);
    assert_int_equal(message.status, 404);
    assert_string_equal(message.reason, "Not Found");
    assert_int_equal(message.headers.n_fields, 2);
    assert_string_equal(header_fields_find(&message.headers, "etag"), "\"x\"");
    assert_int_equal(message.head_bytes, sizeof block - 1 - 4);
    assert_memory_equal(message.body, "gone", 4);
    http_message_free(&message);
}

static void http_2_and_bare_line_ends_are_read(void **state) {
    (void)state;
    assert_body("HTTP/2 200 \nserver: a\n\npage", "page", 0);
    assert_body("HTTP/1.0 200\n\npage", "page", 0);
}

static void a_response_may_end_anywhere(void **state) {
    (void)state;
    assert_body("HTTP/1.1 200", "", 0);
    assert_body("HTTP/1.1 200 OK\r\n", "", 0);
    assert_body("HTTP/1.1 200 OK\r\nServer: a\r\n", "", 0);
    assert_header("HTTP/1.1 200 OK\r\nServer: a", "server", "a");
}

static void what_is_no_response_is_refused(void **state) {
    (void)state;
    const char *const blocks[] = {"",
                                  "GET / HTTP/1.1\r\n\r\n",
                                  "HTTP/1.1 OK\r\n\r\n",
                                  "HTTP/1.1 20",
                                  "HTTP/1.1 099 x\r\n\r\n",
                                  "HTTP/1.1 2000 x\r\n\r\n"};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct http_message message = {0};
        assert_int_equal(http_message_read(blocks[i], strlen(blocks[i]), &message, NULL),
                         STATUS_INPUT);
        http_message_free(&message);
    }
}

static void header_names_have_no_case_and_values_no_white_space_around(void **state) {
    (void)state;
    assert_header("HTTP/1.1 200 OK\r\nX-One : \t 1  \r\n\r\n", "x-one", "1");
    assert_header("HTTP/1.1 200 OK\r\nX-ONE:1\r\nx-one: 2\r\n\r\n", "x-one", "1");
    assert_header("HTTP/1.1 200 OK\r\nEmpty:\r\n\r\n", "empty", "");
}

static void folded_headers_are_one_line(void **state) {
    (void)state;
    assert_header("HTTP/1.1 200 OK\r\nLink: <a>,\r\n\t <b>\r\n <c>\r\nB: 1\r\n\r\n", "link",
                  "<a>, <b> <c>");
    assert_header("HTTP/1.1 200 OK\r\nLink: <a>\r\n more\r\nB: 1\r\n\r\n", "b", "1");
}

static void lines_that_are_no_headers_are_ignored(void **state) {
    (void)state;
    assert_header("HTTP/1.1 200 OK\r\nnonsense\r\n: nameless\r\nA: 1\r\n\r\n", "a", "1");
    assert_header("HTTP/1.1 200 OK\r\n folded: nothing\r\nA: 1\r\n\r\n", "folded", NULL);
}

static void control_characters_in_headers_become_spaces(void **state) {
    (void)state;
    const char block[] = "HTTP/1.1 200 OK\r\nA: x\0y\x1b[31m\r\n\r\n";
    struct http_message message = read_block(block, sizeof block - 1);
    assert_string_equal(header_fields_find(&message.headers, "a"), "x y [31m");
    http_message_free(&message);
    assert_header("HTTP/1.1 200 OK\r\nA: \x7f 1\x01\r\n\r\n", "a", "1");
}

static void interim_responses_are_passed_over(void **state) {
    (void)state;
    assert_body("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
                "HTTP/1.1 200 OK\r\n\r\npage",
                "page", 0);
}

static void a_flood_of_headers_is_cut_and_reported(void **state) {
    (void)state;
    struct buffer block = {0};
    buffer_append_string(&block, "HTTP/1.1 200 OK\r\n");
    while (block.size < 2 * HEADER_FIELDS_MAX_BYTES)
        buffer_append_string(&block, "X-Flood: on and on\r\n");
    buffer_append_string(&block, "Last: 1\r\n\r\npage");
    struct http_message message = read_block(block.data, block.size);
    assert_true(message.headers.n_fields * 20 <= HEADER_FIELDS_MAX_BYTES);
    assert_null(header_fields_find(&message.headers, "last"));
    assert_int_equal(message.n_problems, 1);
    assert_int_equal(message.body_bytes, 4);
    http_message_free(&message);
    buffer_free(&block);
}

/* ---- Content-Type ---- */

static void the_media_type_and_charset_are_in_lower_case(void **state) {
    (void)state;
    assert_type("Content-Type: Text/HTML; Charset=UTF-8\r\n", "text/html", "utf-8");
    assert_type("Content-Type: text/html;version=1;charset = \"ISO-8859-1\" ;x\r\n", "text/html",
                "iso-8859-1");
    assert_type("Content-Type: application/pdf\r\n", "application/pdf", NULL);
    assert_type("Content-Type: text/html; charset=\r\n", "text/html", NULL);
    assert_type("Content-Type: text/html; xcharset=a\r\n", "text/html", NULL);
}

static void a_nonsense_type_is_none(void **state) {
    (void)state;
    assert_type("", NULL, NULL);
    assert_type("Content-Type: html\r\n", NULL, NULL);
    assert_type("Content-Type: ; charset=utf-8\r\n", NULL, NULL);
}

static void the_last_of_several_types_counts(void **state) {
    (void)state;
    assert_type("Content-Type: text/plain\r\nContent-Type: text/html; charset=a\r\n"
                "Content-Type: *\r\n",
                "text/html", "a");
}

/* ---- transfer coding ---- */

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void chunks_are_put_together(void **state) {
    (void)state;
    assert_body(CHUNKED "4\r\nthe \r\n0004;ext=1\r\npage\r\n0\r\nTrailer: 1\r\n\r\n", "the page",
                0);
    assert_body(CHUNKED "A\n0123456789\n0\n\n", "0123456789", 0);
    assert_body(CHUNKED "0\r\n\r\n", "", 0);
}

static void chunks_that_end_early_give_what_there_is(void **state) {
    (void)state;
    assert_body(CHUNKED "4\r\nthe \r\n4\r\npa", "the pa", 1);
    assert_body(CHUNKED "4\r\nthe \r\n", "the ", 1);
    assert_body(CHUNKED "4\r\nthe \r\nzz\r\npage", "the ", 1);
    assert_body(CHUNKED "ffffffff\r\nthe page", "the page", 1);
    assert_body(CHUNKED "4\r\nthe \r\nfffffffffffffffff\r\npage", "the ", 1);
}

static void a_body_without_its_chunks_is_taken_as_it_is(void **state) {
    (void)state;
    assert_body(CHUNKED "<p>the page", "<p>the page", 0);
    assert_body(CHUNKED
                "42\r\nis a number, and this body is longer than sixty-six bytes, as it were.",
                "42\r\nis a number, and this body is longer than sixty-six bytes, as it were.", 0);
    assert_body(CHUNKED, "", 1);
}

static void the_payload_keeps_its_content_coding(void **state) {
    (void)state;
    struct buffer block = {0};
    struct buffer page = {0};
    compress_text(&page, "the page", 8, GZIP);
    buffer_append_format(&block,
                         "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
                         page.size);
    buffer_append(&block, page.data, page.size);
    buffer_append_string(&block, "\r\n0\r\n\r\n");
    struct http_message message = read_block(block.data, block.size);
    assert_int_equal(message.payload_bytes, page.size);
    assert_memory_equal(message.payload, page.data, page.size);
    assert_int_equal(message.body_bytes, 8);
    assert_memory_equal(message.body, "the page", 8);
    http_message_free(&message);
    buffer_free(&block);
    buffer_free(&page);
}

static void a_wrong_content_length_is_tolerated(void **state) {
    (void)state;
    assert_body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\npage", "page", 0);
    assert_body("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npage", "page", 1);
    assert_body("HTTP/1.1 200 OK\r\nContent-Length: -9\r\n\r\npage", "page", 0);
    assert_body("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "", 0);
}

/* ---- content coding ---- */

static void compressed_bodies_are_decompressed(void **state) {
    (void)state;
    assert_decompressed(COMPRESSED("gzip"), GZIP, 0, "the page", 0);
    assert_decompressed(COMPRESSED("X-Gzip"), GZIP, 0, "the page", 0);
    assert_decompressed(COMPRESSED("deflate"), ZLIB, 0, "the page", 0);
    assert_decompressed(COMPRESSED("deflate"), BARE, 0, "the page", 0);
    assert_decompressed("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", GZIP, 0, "the page",
                        0);
}

static void several_codings_come_off_in_turn(void **state) {
    (void)state;
    struct buffer block = {0};
    struct buffer inner = {0};
    compress_text(&inner, "the page", 8, ZLIB);
    buffer_append_string(&block, "HTTP/1.1 200 OK\r\nContent-Encoding: deflate, identity\r\n"
                                 "Content-Encoding: gzip\r\n\r\n");
    compress_text(&block, inner.data, inner.size, GZIP);
    struct http_message message = read_block(block.data, block.size);
    assert_int_equal(message.body_bytes, 8);
    assert_memory_equal(message.body, "the page", 8);
    http_message_free(&message);
    buffer_free(&block);
    buffer_free(&inner);
}

static void a_cut_gzip_body_gives_what_there_is(void **state) {
    (void)state;
    assert_decompressed(COMPRESSED("gzip"), GZIP, 8, "the page", 1);
    assert_decompressed(COMPRESSED("gzip"), GZIP, 24, "", 1);
}

static void a_body_that_was_already_decompressed_is_taken_as_it_is(void **state) {
    (void)state;
    assert_body(COMPRESSED("gzip") "<p>the page", "<p>the page", 0);
    assert_body(COMPRESSED("deflate") "<p>the page", "<p>the page", 0);
    assert_body(COMPRESSED("deflate") "\n\n<p>the page", "\n\n<p>the page", 0);
    assert_body(COMPRESSED("gzip"), "", 0);
}

static void other_codings_are_named(void **state) {
    (void)state;
    const char brotli[] = COMPRESSED("br") "xyz";
    assert_not_decoded(brotli, sizeof brotli - 1, "br is not supported");
    const char many[] = COMPRESSED("gzip,gzip,gzip,gzip,gzip") "xyz";
    assert_not_decoded(many, sizeof many - 1, "more than 4");
}

static void a_gzip_bomb_is_refused(void **state) {
    (void)state;
    struct buffer block = {0};
    char *zeros = calloc(1, 2 * HTTP_BODY_MAX_BYTES);
    assert_non_null(zeros);
    buffer_append_string(&block, COMPRESSED("gzip"));
    compress_text(&block, zeros, 2 * HTTP_RATIO_FREE_BYTES, GZIP);
    assert_not_decoded(block.data, block.size, "250 times its size");
    buffer_clear(&block);
    /* Below the ratio, beyond the size. */
    for (size_t i = 0; i < 2 * HTTP_BODY_MAX_BYTES; i++)
        zeros[i] = (char)((i * 2654435761U) >> 24 & 15);
    buffer_append_string(&block, COMPRESSED("deflate"));
    compress_text(&block, zeros, 2 * HTTP_BODY_MAX_BYTES, ZLIB);
    assert_not_decoded(block.data, block.size, "more than 16 MB");
    buffer_free(&block);
    free(zeros);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_has_status_headers_and_body),
        cmocka_unit_test(http_2_and_bare_line_ends_are_read),
        cmocka_unit_test(a_response_may_end_anywhere),
        cmocka_unit_test(what_is_no_response_is_refused),
        cmocka_unit_test(header_names_have_no_case_and_values_no_white_space_around),
        cmocka_unit_test(folded_headers_are_one_line),
        cmocka_unit_test(lines_that_are_no_headers_are_ignored),
        cmocka_unit_test(control_characters_in_headers_become_spaces),
        cmocka_unit_test(interim_responses_are_passed_over),
        cmocka_unit_test(a_flood_of_headers_is_cut_and_reported),
        cmocka_unit_test(the_media_type_and_charset_are_in_lower_case),
        cmocka_unit_test(a_nonsense_type_is_none),
        cmocka_unit_test(the_last_of_several_types_counts),
        cmocka_unit_test(chunks_are_put_together),
        cmocka_unit_test(chunks_that_end_early_give_what_there_is),
        cmocka_unit_test(a_body_without_its_chunks_is_taken_as_it_is),
        cmocka_unit_test(the_payload_keeps_its_content_coding),
        cmocka_unit_test(a_wrong_content_length_is_tolerated),
        cmocka_unit_test(compressed_bodies_are_decompressed),
        cmocka_unit_test(several_codings_come_off_in_turn),
        cmocka_unit_test(a_cut_gzip_body_gives_what_there_is),
        cmocka_unit_test(a_body_that_was_already_decompressed_is_taken_as_it_is),
        cmocka_unit_test(other_codings_are_named),
        cmocka_unit_test(a_gzip_bomb_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
