/* The archive's folder: what is new in it, and what is written there and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/sources/archive.h"
#include "indexer/warc/warc_reader.h"
#include "tests/unit/captured_web.h"

#define A "http://a.example/"
#define B "http://b.example/"
#define KEY_A "//a.example/"
#define KEY_B "//b.example/"

static struct captured web;
static struct archive archive;
static struct publication *publication;
static struct report report;
static struct buffer warc;
static char folder[100]; /* real, of the index */

static void open_archive(const char *given) {
    struct error error;
    archive_close(&archive);
    if (archive_open(&archive, given, "captured.db", folder, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    captured_open(&web);
    assert_non_null(getcwd(folder, sizeof folder));
    assert_int_equal(publication_open(&publication, &web.index, NULL), STATUS_OK);
    open_archive(NULL);
    return result;
}

static int tear_down(void **state) {
    archive_close(&archive);
    publication_close(publication);
    publication = NULL;
    captured_close(&web);
    report_free(&report);
    buffer_free(&warc);
    return leave_temporary_folder(state);
}

static bool has_news(void) {
    bool news = true;
    struct error error;
    if (archive_look(&archive, &web.index, &news, &report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return news;
}

static void scan(void) {
    struct error error;
    report_free(&report);
    if (archive_scan(&archive, &web.index, publication, web.captures, &report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    captured_settle(&web, publication_removed_captures(publication));
}

static int64_t count_captures(void) {
    return captured_number(&web, "SELECT count(*) FROM captures");
}

/* Writes one page to a file of the archive. */
static void keep_page(const char *name, const char *url, const char *text) {
    mkdir("captured.db.archive", 0755);
    add_page(&warc, url, 1, text);
    write_warc(name, &warc);
}

/* ---- the folder ---- */

static void the_archive_is_beside_the_index_and_named_after_it(void **state) {
    (void)state;
    char expected[200];
    snprintf(expected, sizeof expected, "%s/captured.db.archive", folder);
    assert_string_equal(archive.folder, expected);
    open_archive("kept");
    snprintf(expected, sizeof expected, "%s/kept", folder);
    assert_string_equal(archive.folder, expected);
    open_archive("kept/");
    assert_string_equal(archive.folder, expected);
    open_archive("/");
    assert_string_equal(archive.folder, "/");
}

static void a_link_to_a_folder_is_that_folder(void **state) {
    (void)state;
    char expected[200];
    assert_int_equal(mkdir("there", 0755), 0);
    assert_int_equal(symlink("there", "here"), 0);
    open_archive("here");
    snprintf(expected, sizeof expected, "%s/there", folder);
    assert_string_equal(archive.folder, expected);
}

static void a_folder_in_no_folder_is_an_error_that_names_it(void **state) {
    (void)state;
    static const char *const names[] = {"absent/kept", "file/kept", ""};
    write_file("file", "x");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error error;
        archive_close(&archive);
        assert_int_equal(archive_open(&archive, names[i], "captured.db", folder, &error),
                         STATUS_INDEX);
        assert_true(strncmp(error.text, names[i], strlen(names[i])) == 0);
        assert_non_null(strstr(error.text, "no such folder"));
    }
}

static void a_file_in_its_place_is_an_error(void **state) {
    (void)state;
    bool news;
    write_file("captured.db.archive", "x");
    assert_int_equal(archive_look(&archive, &web.index, &news, &report, NULL), STATUS_INDEX);
}

static void only_its_own_files_are_no_input(void **state) {
    (void)state;
    char path[300];
    keep_page("captured.db.archive/a.warc", A, "one");
    assert_int_equal(mkdir("captured.db.archive/below", 0755), 0);
    keep_page("captured.db.archive/below/b.warc", B, "two");
    write_file("captured.db.archive/article.md", "words");
    keep_page("c.warc", B, "two");
    assert_int_equal(symlink("captured.db.archive", "link"), 0);
    static const struct {
        const char *name;
        bool is_own;
    } files[] = {{"captured.db.archive/a.warc", true},
                 {"link/a.warc", true},
                 {"captured.db.archive/below/b.warc", false},
                 {"captured.db.archive/article.md", false},
                 {"c.warc", false}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        assert_int_equal(archive_has(&archive, path), files[i].is_own);
    }
}

/* ---- what is new ---- */

static void no_folder_is_no_news(void **state) {
    (void)state;
    assert_false(has_news());
    scan();
    assert_int_equal(count_captures(), 0);
}

static void a_file_is_news_until_it_was_read(void **state) {
    (void)state;
    keep_page("captured.db.archive/a.warc", A, "one");
    write_file("captured.db.archive/notes.txt", "no archive");
    assert_true(has_news());
    scan();
    assert_int_equal(report.n_problems, 0);
    assert_int_equal(count_captures(), 1);
    assert_false(has_news());
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM files WHERE in_archive"), 1);
}

static void what_was_appended_is_read(void **state) {
    (void)state;
    keep_page("captured.db.archive/a.warc", A, "one");
    scan();
    add_page(&warc, A, 1, "one");
    add_page(&warc, A, 2, "two");
    write_warc("captured.db.archive/a.warc", &warc);
    assert_true(has_news());
    scan();
    assert_int_equal(count_captures(), 2);
    assert_false(has_news());
}

static void a_file_that_is_gone_is_named_and_leaves_its_captures(void **state) {
    (void)state;
    keep_page("captured.db.archive/a.warc", A, "one");
    keep_page("captured.db.archive/b.warc", B, "two");
    scan();
    assert_int_equal(unlink("captured.db.archive/a.warc"), 0);
    assert_false(has_news());
    assert_int_equal(report.n_problems, 1);
    assert_non_null(strstr(report.problems[0].path, "captured.db.archive"));
    assert_non_null(strstr(report.problems[0].text, "1 file of the archive that was read is gone"));
    scan();
    assert_int_equal(count_captures(), 2);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM files"), 2);
}

static void a_file_that_became_shorter_is_another(void **state) {
    (void)state;
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 2, "two");
    mkdir("captured.db.archive", 0755);
    write_warc("captured.db.archive/a.warc", &warc);
    scan();
    assert_int_equal(count_captures(), 2);
    keep_page("captured.db.archive/a.warc", B, "three");
    scan();
    assert_int_equal(count_captures(), 1);
    captured_follow(&web, KEY_B);
    assert_string_equal(captured_text(&web), "three");
}

static void a_damaged_tail_is_named_once_and_no_news_until_it_changes(void **state) {
    (void)state;
    struct buffer whole = {0};
    mkdir("captured.db.archive", 0755);
    add_page(&whole, A, 1, "one");
    size_t first_bytes = whole.size;
    add_page(&whole, B, 2, "two");
    write_bytes("captured.db.archive/a.warc", whole.data, whole.size - 9);
    scan();
    assert_int_equal(report.n_problems, 1);
    assert_int_equal(count_captures(), 1);
    assert_false(has_news());
    /* The next writer cuts it off, and appends. */
    write_bytes("captured.db.archive/a.warc", whole.data, first_bytes);
    assert_true(has_news());
    scan();
    assert_int_equal(report.n_problems, 0);
    assert_int_equal(count_captures(), 1);
    write_warc("captured.db.archive/a.warc", &whole);
    scan();
    assert_int_equal(count_captures(), 2);
}

static void a_file_that_is_no_archive_is_named_and_the_others_are_read(void **state) {
    (void)state;
    keep_page("captured.db.archive/b.warc", A, "one");
    write_file("captured.db.archive/a.warc", "no archive at all");
    assert_int_equal(mkdir("captured.db.archive/c.warc", 0755), 0);
    assert_int_equal(symlink("nowhere", "captured.db.archive/d.warc"), 0);
    scan();
    assert_int_equal(report.n_problems, 1);
    assert_int_equal(count_captures(), 1);
}

static void the_row_of_a_file_that_was_input_becomes_the_archives(void **state) {
    (void)state;
    keep_page("captured.db.archive/a.warc", A, "one");
    captured_scan(&web, "captured.db.archive/a.warc", false, 0);
    scan();
    assert_int_equal(count_captures(), 1);
    assert_int_equal(captured_number(&web, "SELECT count(*) FROM files WHERE in_archive"), 1);
}

/* ---- writing ---- */

static struct fetch_exchange exchange_of(const char *url, long status, const char *fields,
                                         const char *body) {
    struct fetch_exchange exchange = {.url = url,
                                      .address = "192.0.2.1",
                                      .retrieved = 1754049600, /* 2025-08-01, noon */
                                      .status = status};
    buffer_append_string(&exchange.request, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    buffer_append_format(&exchange.headers, "HTTP/1.1 %ld Answer\r\n%s\r\n", status, fields);
    buffer_append_string(&exchange.body, body);
    return exchange;
}

/* Writes what came of a URL and frees the exchanges. */
static void write_result(enum fetch_outcome outcome, const char *url,
                         struct fetch_exchange *exchanges, size_t n_exchanges,
                         const char *final_url) {
    struct archive_writer *writer;
    struct error error;
    const struct fetch_request request = {.url = url};
    const struct fetch_result result = {.request = &request,
                                        .outcome = outcome,
                                        .text = outcome == FETCH_ANSWERED ? "" : "it did not come",
                                        .exchanges = exchanges,
                                        .n_exchanges = n_exchanges,
                                        .final_url = final_url};
    has_news(); /* lists the files, as each run does */
    if (archive_writer_open(&writer, &archive, &web.index, web.captures, &error) != STATUS_OK ||
        archive_write(writer, &result, &error) != STATUS_OK ||
        archive_sync(writer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    archive_writer_close(writer);
    for (size_t i = 0; i < n_exchanges; i++) {
        buffer_free(&exchanges[i].request);
        buffer_free(&exchanges[i].headers);
        buffer_free(&exchanges[i].body);
    }
}

/* The same, and reads what the index does not yet know. */
static void keep_result(enum fetch_outcome outcome, const char *url,
                        struct fetch_exchange *exchanges, size_t n_exchanges,
                        const char *final_url) {
    write_result(outcome, url, exchanges, n_exchanges, final_url);
    scan();
    assert_int_equal(report.n_problems, 0);
}

static void keep_answer(const char *url, long status, const char *fields, const char *body) {
    struct fetch_exchange exchange = exchange_of(url, status, fields, body);
    keep_result(FETCH_ANSWERED, url, &exchange, 1, url);
}

static int64_t count_of(enum warc_type type) {
    int64_t n_found = 0;
    has_news(); /* lists the files */
    for (size_t i = 0; i < archive.n_files; i++) {
        struct warc_reader *reader;
        struct warc_record record = {0};
        bool more = true;
        assert_int_equal(warc_reader_open(archive.files[i].path, &reader, NULL), STATUS_OK);
        while (warc_reader_next(reader, &record, &more, NULL) == STATUS_OK && more)
            n_found += record.type == type;
        warc_record_free(&record);
        warc_reader_close(reader);
    }
    return n_found;
}

static void nothing_is_made_before_the_first_page(void **state) {
    (void)state;
    struct archive_writer *writer;
    assert_int_equal(archive_writer_open(&writer, &archive, &web.index, web.captures, NULL),
                     STATUS_OK);
    archive_writer_close(writer);
    assert_int_not_equal(access("captured.db.archive", F_OK), 0);
}

static void a_page_is_kept_with_its_request(void **state) {
    (void)state;
    keep_answer(A, 200, "ETag: \"v1\"\r\n", "<p>one");
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.health, HEALTH_LIVE);
    assert_string_equal(web.state.etag, "\"v1\"");
    assert_string_equal(web.state.checked, "2025-08-01T12:00:00Z");
    assert_true(web.state.content > 0);
    assert_int_equal(count_of(WARC_RESPONSE), 1);
    assert_int_equal(count_of(WARC_REQUEST), 1);
    assert_int_equal(count_of(WARC_METADATA), 1);
}

/* All that a run writes and reads: a page, a redirect, a failure. */
static void write_a_web(void) {
    struct fetch_exchange exchanges[] = {
        exchange_of(A, 302, "Location: " B "\r\n", ""),
        exchange_of(B, 200, "Content-Type: text/html\r\nETag: \"1\"\r\n", "<p>one"),
        exchange_of(B, 429, "Retry-After: 3600\r\n", ""),
    };
    write_result(FETCH_ANSWERED, A, exchanges, 2, B);
    write_result(FETCH_ANSWERED, B, exchanges + 2, 1, B);
    write_result(FETCH_STALLED, "http://c.example/", NULL, 0, "http://c.example/");
}

/* The captures as text, in their order. */
static void list_captures(char *text, size_t text_bytes) {
    sqlite3_stmt *row = NULL;
    text[0] = '\0';
    assert_int_equal(
        index_prepare(&web.index,
                      "SELECT group_concat(concat, char(10)) FROM (SELECT offset || skip || key ||"
                      " url || retrieved || status || ifnull(outcome, '') || ifnull(location, '')"
                      " || ifnull(media_type, '') || ifnull(etag, '') || record ||"
                      " ifnull(digest, '') || ifnull(retry_after, '') || (content IS id) AS concat"
                      " FROM captures ORDER BY offset)",
                      &row, NULL),
        STATUS_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    snprintf(text, text_bytes, "%s", (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

static void what_is_written_need_not_be_read_and_reads_the_same(void **state) {
    (void)state;
    char written[4000];
    char read[4000];
    write_a_web();
    assert_int_equal(count_captures(), 4);
    list_captures(written, sizeof written);
    assert_false(has_news());
    assert_int_equal(index_execute(&web.index,
                                   "DELETE FROM captures; UPDATE files SET n_read = 0, size = 0",
                                   NULL),
                     STATUS_OK);
    assert_true(has_news());
    scan();
    list_captures(read, sizeof read);
    assert_string_equal(read, written);
}

static void what_another_index_has_written_before_is_read(void **state) {
    (void)state;
    write_a_web();
    /* As if this index had not been there. */
    assert_int_equal(index_execute(&web.index, "DELETE FROM captures; DELETE FROM files", NULL),
                     STATUS_OK);
    assert_true(has_news());
    write_a_web();
    assert_true(has_news());
    scan();
    assert_int_equal(count_captures(), 8);
    assert_false(has_news());
}

static void a_page_that_has_not_changed_is_a_revisit(void **state) {
    (void)state;
    keep_answer(A, 200, "ETag: \"v1\"\r\n", "<p>one");
    captured_follow(&web, KEY_A);
    int64_t content = web.state.content;
    keep_answer(A, 304, "ETag: \"v1\"\r\n", "");
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.content, content);
    assert_int_equal(web.state.health, HEALTH_LIVE);
    assert_int_equal(count_of(WARC_RESPONSE), 1);
    assert_int_equal(count_of(WARC_REVISIT), 1);
}

static void the_same_bytes_again_are_a_revisit_of_the_first_time(void **state) {
    (void)state;
    keep_answer(A, 200, "", "<p>one");
    captured_follow(&web, KEY_A);
    int64_t content = web.state.content;
    keep_answer(A, 200, "", "<p>two");
    keep_answer(A, 200, "X: other\r\n", "<p>one");
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.content, content);
    assert_int_equal(count_of(WARC_RESPONSE), 2);
    assert_int_equal(count_of(WARC_REVISIT), 1);
}

static void an_answer_that_nothing_has_changed_since_nothing_is_kept_as_it_is(void **state) {
    (void)state;
    keep_answer(A, 304, "", "");
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.content, 0);
    assert_int_equal(count_of(WARC_RESPONSE), 1);
}

static void redirects_are_kept_before_what_they_lead_to(void **state) {
    (void)state;
    struct fetch_exchange exchanges[] = {
        exchange_of(A, 301, "Location: " B "\r\n", "moved"),
        exchange_of(B, 200, "", "<p>one"),
    };
    keep_result(FETCH_ANSWERED, A, exchanges, 2, B);
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.health, HEALTH_MOVED);
    assert_string_equal(web.state.moved_to, B);
    assert_string_equal(web.state.content_key, KEY_B);
    assert_int_equal(count_of(WARC_REQUEST), 2);
}

static void a_page_that_did_not_come_is_said_so(void **state) {
    (void)state;
    keep_result(FETCH_NO_SUCH_HOST, A, NULL, 0, A);
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.health, HEALTH_DEAD);
    assert_string_equal(web.state.reason, fetch_outcome_name(FETCH_NO_SUCH_HOST));
    assert_non_null(web.state.checked);
}

static void a_redirect_to_what_did_not_come_is_as_that(void **state) {
    (void)state;
    struct fetch_exchange exchange = exchange_of(A, 302, "Location: " B "\r\n", "");
    keep_result(FETCH_STALLED, A, &exchange, 1, B);
    captured_follow(&web, KEY_A);
    assert_int_equal(web.state.health, HEALTH_UNREACHABLE);
    assert_string_equal(web.state.reason, fetch_outcome_name(FETCH_STALLED));
}

/* What articles cite is written into lines of the archive. */
static void a_cited_url_cannot_say_what_came_of_it(void **state) {
    (void)state;
    keep_result(FETCH_STALLED, A "\r\nosler-outcome: no such host\r\nx: ", NULL, 0, A);
    captured_follow(&web, KEY_A);
    assert_string_equal(web.state.reason, fetch_outcome_name(FETCH_STALLED));
    assert_int_equal(web.state.health, HEALTH_UNREACHABLE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_archive_is_beside_the_index_and_named_after_it),
        TEST(a_link_to_a_folder_is_that_folder),
        TEST(a_folder_in_no_folder_is_an_error_that_names_it),
        TEST(a_file_in_its_place_is_an_error),
        TEST(only_its_own_files_are_no_input),
        TEST(no_folder_is_no_news),
        TEST(a_file_is_news_until_it_was_read),
        TEST(what_was_appended_is_read),
        TEST(a_file_that_is_gone_is_named_and_leaves_its_captures),
        TEST(a_file_that_became_shorter_is_another),
        TEST(a_damaged_tail_is_named_once_and_no_news_until_it_changes),
        TEST(a_file_that_is_no_archive_is_named_and_the_others_are_read),
        TEST(the_row_of_a_file_that_was_input_becomes_the_archives),
        TEST(nothing_is_made_before_the_first_page),
        TEST(a_page_is_kept_with_its_request),
        TEST(what_is_written_need_not_be_read_and_reads_the_same),
        TEST(what_another_index_has_written_before_is_read),
        TEST(a_page_that_has_not_changed_is_a_revisit),
        TEST(the_same_bytes_again_are_a_revisit_of_the_first_time),
        TEST(an_answer_that_nothing_has_changed_since_nothing_is_kept_as_it_is),
        TEST(redirects_are_kept_before_what_they_lead_to),
        TEST(a_page_that_did_not_come_is_said_so),
        TEST(a_redirect_to_what_did_not_come_is_as_that),
        TEST(a_cited_url_cannot_say_what_came_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
