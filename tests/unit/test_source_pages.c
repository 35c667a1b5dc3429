/* Archived pages in the index: which become documents, under which names, and what is known of the
 * links to them. An index that was brought up to date says what one made anew from the same
 * articles and archives says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/report/check.h"
#include "tests/unit/captured_web.h"

#define A "http://a.example/"
#define B "http://b.example/"
#define C "http://c.example/"
#define DAY(day) "2025-08-" day "T00:00:00Z"

static struct report report;
static const char *archive_folder = "kept";

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    mkdir("files", 0755);
    mkdir("kept", 0755);
    return result;
}

static int tear_down(void **state) {
    report_free(&report);
    return leave_temporary_folder(state);
}

/* Brings an index up to date with files/ and the archive kept/. */
static void run_on(const char *index_path, bool rebuild) {
    static const char *const path = "files";
    struct progress progress = {0};
    struct error error = {0};
    const struct update update = {.index_path = index_path,
                                  .paths = &path,
                                  .n_paths = 1,
                                  .n_jobs = 2,
                                  .archive = archive_folder,
                                  .fetch = {.offline = true},
                                  .rebuild = rebuild,
                                  .progress = &progress,
                                  .progress_when = PROGRESS_NEVER};
    report_free(&report);
    if (update_run(&update, &report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void run(void) {
    run_on("test.db", false);
}

static void append_warc(const char *path, struct buffer *warc) {
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_int_equal(fwrite(buffer_string(warc), 1, warc->size, file), warc->size);
    assert_int_equal(fclose(file), 0);
    buffer_free(warc);
}

/* The rows of a query, columns joined by '|', rows ended by ';'. */
static struct buffer rows_of(const char *index_path, const char *sql) {
    struct buffer out = {0};
    struct index index;
    sqlite3_stmt *rows = NULL;
    struct error error;
    if (index_open(&index, index_path, INDEX_READ, &error) != STATUS_OK ||
        index_prepare(&index, sql, &rows, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0, n = sqlite3_column_count(rows); i < n; i++) {
            const char *text = (const char *)sqlite3_column_text(rows, i);
            buffer_append_format(&out, "%s%s", text ? text : "-", i + 1 < n ? "|" : ";");
        }
    sqlite3_finalize(rows);
    index_close(&index);
    assert_false(out.failed);
    return out;
}

static void expect_rows(const char *sql, const char *expected) {
    struct buffer rows = rows_of("test.db", sql);
    assert_string_equal(buffer_string(&rows), expected);
    buffer_free(&rows);
}

static void expect_sources(const char *expected) {
    expect_rows("SELECT name FROM documents WHERE kind = 1 ORDER BY name", expected);
}

static void expect_sound(void) {
    struct report found = {0};
    assert_int_equal(check_index("test.db", &found, NULL), STATUS_OK);
    if (found.n_problems > 0)
        fail_msg("%s", found.problems[0].text);
    report_free(&found);
}

/* ---- what is a document ---- */

static void a_cited_page_is_a_document_and_no_other_is(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "It [says so](" A "?utm_source=x#part).\n");
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 1, "two");
    append_warc("kept/a.warc", &warc);
    run();
    expect_sources(A ";");
    expect_rows("SELECT d.name, s.health, s.checked, s.retrieved FROM sources AS s"
                " JOIN documents AS d ON d.id = s.document",
                A "|1|" DAY("01") "|" DAY("01") ";");
    expect_sound();
}

static void every_page_of_an_archive_below_path_is_a_document(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "Words.\n");
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 1, "two");
    append_warc("files/crawl.warc", &warc);
    run();
    expect_sources(A ";" B ";");
}

static void a_page_that_is_cited_no_more_leaves(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "It [says so](" A ").\n");
    write_file("files/b.md", "It [says so](" B ").\n");
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 1, "two");
    append_warc("kept/a.warc", &warc);
    run();
    expect_sources(A ";" B ";");
    assert_int_equal(unlink("files/b.md"), 0);
    run();
    expect_sources(A ";");
    expect_sound();
    write_file("files/b.md", "It [says so](" B ").\n");
    run();
    expect_sources(A ";" B ";");
    expect_sound();
}

static void pages_that_many_redirects_lead_to_are_one_document(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "[One](" A "1), [two](" A "2), [three](" B ").\n");
    add_redirect(&warc, A "1", 1, 301, B);
    add_redirect(&warc, A "2", 1, 302, B);
    add_page(&warc, B, 1, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_sources(B ";");
    expect_rows("SELECT count(DISTINCT document), group_concat(health) FROM"
                " (SELECT * FROM sources ORDER BY url)",
                "1|2,1,1;");
}

/* ---- texts ---- */

static void one_text_is_one_document_by_the_name_of_the_first_key(void **state) {
    (void)state;
    static const char *const urls[] = {B, C, A};
    write_file("files/a.md", "[One](" A "), [two](" B "), [three](" C ").\n");
    for (int i = 0; i < 3; i++) {
        struct buffer warc = {0};
        add_page(&warc, urls[i], i + 1, "one");
        append_warc("kept/a.warc", &warc);
        run();
        expect_sources(i < 2 ? B ";" : A ";");
        expect_sound();
    }
    expect_rows("SELECT count(DISTINCT document), count(document) FROM sources", "1|3;");
}

static void the_first_page_of_a_text_that_gets_another_leaves_it_to_the_next(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "[One](" A "), [two](" B ").\n");
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 2, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_sources(A ";");
    add_page(&warc, A, 3, "two");
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows("SELECT name, title, retrieved FROM documents WHERE kind = 1 ORDER BY name",
                A "|two|" DAY("03") ";" B "|one|" DAY("02") ";");
    expect_sound();
}

/* ---- dates ---- */

static void a_text_that_changes_has_a_date(void **state) {
    (void)state;
    static const char dates[] = "SELECT first_retrieved, retrieved, changed FROM sources";
    struct buffer warc = {0};
    write_file("files/a.md", "[One](" A ").\n");
    add_page(&warc, A, 1, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows(dates, DAY("01") "|" DAY("01") "|-;");
    add_page(&warc, A, 2, "two");
    add_not_modified(&warc, A, 3);
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows(dates, DAY("01") "|" DAY("03") "|" DAY("02") ";");
    add_page(&warc, A, 4, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows(dates, DAY("01") "|" DAY("04") "|" DAY("04") ";");
}

static void a_page_that_has_not_changed_was_retrieved_again(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "[One](" A ").\n");
    add_page(&warc, A, 1, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows("SELECT id, retrieved FROM documents WHERE kind = 1", "2|" DAY("01") ";");
    add_not_modified(&warc, A, 5);
    append_warc("kept/a.warc", &warc);
    run();
    expect_rows("SELECT id, retrieved FROM documents WHERE kind = 1", "2|" DAY("05") ";");
    expect_rows("SELECT retrieved, checked, changed FROM sources", DAY("05") "|" DAY("05") "|-;");
}

static void a_page_without_a_date_has_none(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "[One](" A ").\n");
    add_page(&warc, A, 77, "one");
    append_warc("kept/a.warc", &warc);
    run();
    expect_sources(A ";");
    expect_rows("SELECT s.first_retrieved, s.retrieved, s.changed, d.retrieved FROM sources AS s"
                " JOIN documents AS d ON d.id = s.document",
                "-|-|-|-;");
}

/* ---- what cannot be indexed ---- */

static void a_page_that_cannot_be_indexed_is_named_once_with_its_place(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "Words.\n\n[One](" A ").\n");
    add_answer(&warc, A, 1, 200, "Content-Type: image/png\r\n");
    append_warc("kept/a.warc", &warc);
    run();
    assert_int_equal(report.n_problems, 1);
    assert_string_equal(report.problems[0].path, A);
    assert_string_equal(report.problems[0].text, "not indexed: image/png (cited in files/a.md:3)");
    expect_sources("");
    expect_rows("SELECT health, reason FROM sources", "1|not indexed: image/png;");
    write_file("files/a.md", "Other words.\n\n[One](" A ").\n");
    run();
    assert_int_equal(report.n_problems, 0);
    expect_rows("SELECT health, reason FROM sources", "1|not indexed: image/png;");
}

static void a_pdf_is_read_again_when_there_is_a_reader(void **state) {
    (void)state;
    struct buffer warc = {0};
    char *path = strdup(getenv("PATH"));
    write_file("files/a.md", "Words.\n\n[One](" A ").\n");
    add_answer(&warc, A, 1, 200, "Content-Type: application/pdf\r\n");
    append_warc("kept/a.warc", &warc);
    setenv("PATH", "/nowhere", 1);
    run();
    assert_int_equal(report.n_problems, 1);
    assert_non_null(strstr(report.problems[0].text, "is not installed"));
    run();
    assert_int_equal(report.n_problems, 0);
    expect_rows("SELECT count(*) FROM sources WHERE reason LIKE '%not installed%'", "1;");
    setenv("PATH", path, 1);
    run();
    assert_int_equal(report.n_problems, 1);
    assert_non_null(strstr(report.problems[0].text, "no PDF here"));
    run();
    assert_int_equal(report.n_problems, 0);
    free(path);
}

static void what_a_moved_archive_had_stays_until_a_rebuild(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "Words.\n\n[One](" A ").\n");
    add_page(&warc, A, 1, "one");
    add_page(&warc, B, 1, "two");
    append_warc("kept/a.warc", &warc);
    run();
    assert_int_equal(rename("kept", "moved"), 0);
    for (int i = 0; i < 2; i++) {
        run();
        assert_int_equal(report.n_problems, 1);
        assert_non_null(strstr(report.problems[0].path, "/kept"));
        assert_non_null(strstr(report.problems[0].text, "what it had (1 page) stays"));
        expect_sources(A ";");
    }
    /* A page that was not in the index cannot be read now, but when the archive is back. */
    write_file("files/a.md", "Words.\n\n[One](" A "), [two](" B ").\n");
    run();
    assert_int_equal(report.n_problems, 2);
    expect_sources(A ";");
    assert_int_equal(rename("moved", "kept"), 0);
    write_file("files/a.md", "Words.\n\n[One](" A ") and [two](" B ").\n");
    run();
    assert_int_equal(report.n_problems, 0);
    expect_sources(A ";" B ";");
    expect_sound();
    assert_int_equal(rename("kept", "moved"), 0);
    run_on("test.db", true);
    assert_int_equal(report.n_problems, 0);
    expect_sources("");
}

static void an_archive_that_becomes_input_is_read_as_that(void **state) {
    (void)state;
    struct buffer warc = {0};
    add_page(&warc, A, 1, "one");
    append_warc("files/a.warc", &warc);
    write_file("files/a.md", "Words.\n");
    archive_folder = "files";
    run();
    expect_rows("SELECT path, in_archive FROM files ORDER BY path", "files/a.md|0;files/a.warc|1;");
    archive_folder = "kept";
    run();
    assert_int_equal(report.n_problems, 0);
    expect_rows("SELECT path, in_archive FROM files ORDER BY path", "files/a.md|0;files/a.warc|0;");
    expect_sources(A ";");
    expect_sound();
}

static void what_is_no_url_says_why(void **state) {
    (void)state;
    write_file("files/a.md", "[One](http://a..b/) and [two](http://[1/).\n");
    run();
    expect_rows("SELECT health, reason FROM sources ORDER BY url",
                "0|not a URL: Bad IPv6 address;0|not a URL: Bad hostname;");
}

/* ---- updated and made anew ---- */

static uint64_t random_state;

static int random_below(int n) {
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (int)((random_state >> 33) % (uint64_t)n);
}

static const char *random_url(void) {
    static char url[4][80];
    static int i;
    static const char *const forms[] = {"http://%c.example/%d", "https://%c.example/%d",
                                        "http://%c.example/%d?utm_source=x"};
    i = (i + 1) % 4;
    snprintf(url[i], sizeof url[i], forms[random_below(3)], 'a' + random_below(3), random_below(3));
    return url[i];
}

static void add_random_record(struct buffer *warc) {
    char text[20];
    char fields[200];
    int day = 1 + random_below(20);
    snprintf(text, sizeof text, "text%d", random_below(5));
    snprintf(fields, sizeof fields,
             "WARC-Refers-To-Target-URI: %s\r\nWARC-Refers-To-Date: 2025-08-%02dT00:00:00Z\r\n",
             random_url(), 1 + random_below(day));
    static const int redirects[] = {301, 302, 307, 308};
    static const int answers[] = {404, 403, 500, 206, 304};
    switch (random_below(12)) {
    case 0:
    case 1:
        add_redirect(warc, random_url(), day, redirects[random_below(4)], random_url());
        break;
    case 2:
        add_answer(warc, random_url(), day, answers[random_below(5)], "");
        break;
    case 3:
        add_outcome(warc, random_url(), day, "no such host");
        break;
    case 4:
        add_not_modified(warc, random_url(), day);
        break;
    case 5:
        add_identical(warc, random_url(), day, text, random_below(2) ? fields : "");
        break;
    case 6:
        add_answer(warc, random_url(), day, 200, "Content-Type: image/png\r\n");
        break;
    default:
        add_page(warc, random_url(), day, text);
    }
}

static void append_random_records(const char *path) {
    struct buffer warc = {0};
    for (int n = 1 + random_below(6); n > 0; n--)
        add_random_record(&warc);
    append_warc(path, &warc);
}

static void write_random_article(const char *path) {
    struct buffer text = {0};
    for (int n = random_below(6); n > 0; n--)
        buffer_append_format(&text, "A claim [of it](%s).\n\n", random_url());
    buffer_append_string(&text, "Words.\n");
    write_file(path, buffer_string(&text));
    buffer_free(&text);
}

/* Cuts off the end of a file, as a full disk does. */
static void damage(const char *path) {
    struct stat file;
    if (stat(path, &file) == 0 && file.st_size > 0)
        assert_int_equal(truncate(path, file.st_size - 1 - random_below((int)file.st_size)), 0);
}

static void change_something(void) {
    char article[40];
    char kept[40];
    char crawl[40];
    snprintf(article, sizeof article, "files/%d.md", random_below(4));
    snprintf(kept, sizeof kept, "kept/%d.warc", random_below(3));
    snprintf(crawl, sizeof crawl, "files/%d.warc", random_below(2));
    switch (random_below(10)) {
    case 0:
        unlink(article);
        break;
    case 1:
    case 2:
    case 3:
        write_random_article(article);
        break;
    case 4:
        damage(kept);
        run(); /* what was damaged and then made longer looks like what was only made longer */
        break;
    case 5:
        if (random_below(4) == 0 && unlink(kept) == 0)
            run_on("test.db", true); /* only that forgets it */
        break;
    case 6:
        if (random_below(2) == 0)
            unlink(crawl);
        break;
    case 7:
        append_random_records(crawl);
        break;
    default:
        append_random_records(kept);
    }
}

/* All that an answer or --links may show. */
static const char *const sayings[] = {
    "SELECT 'document', d.kind, coalesce(d.name, f.path), d.title, d.url, d.site, d.author,"
    " d.published, d.retrieved, d.language, hex(coalesce(d.sha256, f.sha256)), f.path,"
    " d.n_passages FROM documents AS d JOIN files AS f ON f.id = d.file ORDER BY 2, 3, 11",
    "SELECT 'passage', coalesce(d.name, f.path), p.text, p.headings, p.start FROM passages AS p"
    " JOIN documents AS d ON d.id = p.document JOIN files AS f ON f.id = d.file"
    " ORDER BY 2, 5, 3",
    "SELECT 'source', s.url, s.key, coalesce(d.name, f.path), s.health, s.reason, s.checked,"
    " s.moved_to, s.first_retrieved, s.retrieved, s.changed FROM sources AS s"
    " LEFT JOIN documents AS d ON d.id = s.document LEFT JOIN files AS f ON f.id = d.file"
    " ORDER BY 2",
    "SELECT 'citation', coalesce(d.name, f.path), c.ordinal, s.url, c.label, c.line"
    " FROM citations AS c JOIN sources AS s ON s.id = c.source"
    " JOIN documents AS d ON d.id = c.document JOIN files AS f ON f.id = d.file ORDER BY 2, 3",
    "SELECT 'capture', f.path, c.offset, c.key, c.retrieved, c.status, g.path, p.offset,"
    " hex(c.text_sha256), c.unread FROM captures AS c JOIN files AS f ON f.id = c.file"
    " LEFT JOIN captures AS p ON p.id = c.content LEFT JOIN files AS g ON g.id = p.file"
    " ORDER BY f.path, c.offset",
    "SELECT 'file', path, in_archive, size, n_read FROM files ORDER BY path",
};

static void expect_the_same(const char *path, const char *other, int step) {
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        struct buffer one = rows_of(path, sayings[i]);
        struct buffer two = rows_of(other, sayings[i]);
        if (one.size != two.size ||
            memcmp(buffer_string(&one), buffer_string(&two), one.size) != 0) {
            size_t same = 0;
            size_t row = 0;
            for (; one.data && two.data && one.data[same] && one.data[same] == two.data[same];
                 same++)
                row = one.data[same] == ';' ? same + 1 : row;
            fail_msg("step %d: updated: %.300s\nmade anew: %.300s", step,
                     one.data ? one.data + row : "", two.data ? two.data + row : "");
        }
        buffer_free(&one);
        buffer_free(&two);
    }
}

static void an_index_that_was_updated_says_what_one_made_anew_says(void **state) {
    (void)state;
    enum { N_STEPS = 60 };
    const char *seed = getenv("SEED");
    random_state = seed ? strtoull(seed, NULL, 10) : 1;
    for (int step = 0; step < N_STEPS; step++) {
        for (int n = 1 + random_below(4); n > 0; n--)
            change_something();
        run();
        run_on("new.db", true);
        expect_the_same("test.db", "new.db", step);
        if (step % 10 == 0)
            expect_sound();
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_cited_page_is_a_document_and_no_other_is),
        TEST(every_page_of_an_archive_below_path_is_a_document),
        TEST(a_page_that_is_cited_no_more_leaves),
        TEST(pages_that_many_redirects_lead_to_are_one_document),
        TEST(one_text_is_one_document_by_the_name_of_the_first_key),
        TEST(the_first_page_of_a_text_that_gets_another_leaves_it_to_the_next),
        TEST(a_text_that_changes_has_a_date),
        TEST(a_page_that_has_not_changed_was_retrieved_again),
        TEST(a_page_without_a_date_has_none),
        TEST(a_page_that_cannot_be_indexed_is_named_once_with_its_place),
        TEST(a_pdf_is_read_again_when_there_is_a_reader),
        TEST(what_a_moved_archive_had_stays_until_a_rebuild),
        TEST(an_archive_that_becomes_input_is_read_as_that),
        TEST(what_is_no_url_says_why),
        TEST(an_index_that_was_updated_says_what_one_made_anew_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
