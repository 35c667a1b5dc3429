/* What is written into the archive, and what is left of it after a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "indexer/warc/warc_writer.h"
#include "tests/unit/archive.h"

#define PAGE "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nthe page"

/* ---- helpers ---- */

static struct warc_writer *open_writer(uint64_t file_max_bytes) {
    const struct warc_writer_options options = {.folder = "archive",
                                                .name = "osler",
                                                .software = "Osler/1.0",
                                                .file_max_bytes = file_max_bytes};
    struct warc_writer *writer = NULL;
    struct error error = {0};
    if (warc_writer_open(&options, &writer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return writer;
}

/* A record whose block borrows `text`. */
static struct warc_record record_of(enum warc_type type, const char *url, const char *text) {
    return (struct warc_record){
        .type = type,
        .target_uri = url,
        .block = {.data = (char *)(uintptr_t)text, .size = strlen(text)},
    };
}

static struct warc_written append(struct warc_writer *writer, const struct warc_record *record) {
    struct warc_written written;
    struct error error = {0};
    if (warc_writer_append(writer, record, &written, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return written;
}

static void append_page(const char *url) {
    struct warc_writer *writer = open_writer(0);
    struct warc_record record = record_of(WARC_RESPONSE, url, PAGE);
    append(writer, &record);
    assert_int_equal(warc_writer_sync(writer, NULL), STATUS_OK);
    warc_writer_close(writer);
}

/* The paths of the archive's files, in their order. Returns how many. */
static size_t find_files(char paths[8][80]) {
    struct dirent **entries;
    int n_entries = scandir("archive", &entries, NULL, alphasort);
    size_t n_files = 0;
    for (int i = 0; i < n_entries; i++) {
        if (entries[i]->d_name[0] != '.' && n_files < 8)
            snprintf(paths[n_files++], 80, "archive/%.60s", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return n_files;
}

static off_t size_of(const char *path) {
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    return file.st_size;
}

static void append_bytes(const char *path, const void *bytes, size_t n_bytes) {
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    fclose(file);
}

/* The target URIs of the whole records of a file, or of all files; fails on a problem. */
static void expect_urls(const char *path, const char *expected) {
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    struct buffer urls = {0};
    bool more = true;
    assert_int_equal(warc_reader_open(path, &reader, NULL), STATUS_OK);
    while (warc_reader_next(reader, &record, &more, NULL) == STATUS_OK && more) {
        if (record.problem)
            fail_msg("%s", record.problem);
        buffer_append_format(&urls, "%s;", record.target_uri ? record.target_uri : "");
    }
    warc_record_free(&record);
    warc_reader_close(reader);
    assert_string_equal(buffer_string(&urls), expected);
    buffer_free(&urls);
}

/* ---- records ---- */

static void a_record_is_read_as_it_was_written(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct warc_record page = record_of(WARC_RESPONSE, "https://a.example/?x=<1>", PAGE);
    page.ip_address = "192.0.2.1";
    page.date = "2025-08-01T12:00:00Z";
    struct warc_written written = append(writer, &page);
    struct warc_record request = record_of(WARC_REQUEST, page.target_uri, "GET / HTTP/1.1\r\n\r\n");
    request.concurrent_to = written.id;
    append(writer, &request);
    char path[80];
    snprintf(path, sizeof path, "archive/%.60s", written.file);
    warc_writer_close(writer);

    struct warc_record record = {0};
    assert_int_equal(warc_read_at(path, written.place, &record, NULL), STATUS_OK);
    assert_int_equal(record.type, WARC_RESPONSE);
    assert_string_equal(record.target_uri, "https://a.example/?x=<1>");
    assert_string_equal(record.ip_address, "192.0.2.1");
    assert_string_equal(record.date, "2025-08-01T12:00:00Z");
    assert_string_equal(record.id, written.id);
    assert_string_equal(record.content_type, "application/http;msgtype=response");
    assert_string_equal(record.payload_digest, written.payload_digest);
    assert_string_equal(record.block.data, PAGE);
    warc_record_free(&record);
    expect_urls(path, ";https://a.example/?x=<1>;https://a.example/?x=<1>;");
}

static void every_file_begins_with_what_wrote_it(void **state) {
    (void)state;
    append_page("http://a/");
    char paths[8][80];
    struct warc_record record = {0};
    assert_int_equal(find_files(paths), 1);
    assert_int_equal(warc_read_at(paths[0], (struct warc_place){0, 0}, &record, NULL), STATUS_OK);
    assert_int_equal(record.type, WARC_INFO);
    assert_string_equal(record.file_name, paths[0] + strlen("archive/"));
    assert_non_null(strstr(record.block.data, "software: Osler/1.0\r\n"));
    warc_record_free(&record);
}

static void ids_are_random_and_of_version_4(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/", PAGE);
    struct warc_written first = append(writer, &page);
    struct warc_written second = append(writer, &page);
    warc_writer_close(writer);
    assert_string_not_equal(first.id, second.id);
    assert_int_equal(strlen(first.id), strlen("urn:uuid:680fa164-073f-4fe6-903c-f8d20bab897e"));
    assert_int_equal(first.id[9 + 14], '4');
    assert_non_null(strchr("89ab", first.id[9 + 19]));
    assert_int_equal(strspn(first.id + 9, "0123456789abcdef-"), 36);
}

static void an_unchanged_page_is_a_revisit(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/", PAGE);
    struct warc_written first = append(writer, &page);
    struct warc_record revisit = record_of(WARC_REVISIT, "http://b/", "HTTP/1.1 200 OK\r\n\r\n");
    revisit.profile = WARC_IDENTICAL_PAYLOAD;
    revisit.payload_digest = first.payload_digest;
    revisit.refers_to = first.id;
    revisit.refers_to_target_uri = "http://a/";
    revisit.refers_to_date = first.date;
    struct warc_written second = append(writer, &revisit);
    char path[80];
    snprintf(path, sizeof path, "archive/%.60s", second.file);
    warc_writer_close(writer);
    struct warc_record record = {0};
    assert_int_equal(warc_read_at(path, second.place, &record, NULL), STATUS_OK);
    assert_int_equal(record.type, WARC_REVISIT);
    assert_string_equal(record.payload_digest, first.payload_digest);
    assert_string_equal(record.refers_to, first.id);
    assert_string_equal(record.refers_to_target_uri, "http://a/");
    assert_string_equal(record.refers_to_date, first.date);
    assert_string_equal(record.truncated, "length");
    warc_record_free(&record);
}

static void a_digest_is_over_the_payload_without_chunks(void **state) {
    (void)state;
    /* RFC 3174 and RFC 4648: "abc". */
    const char abc[] = "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5";
    const char *const blocks[] = {
        "HTTP/1.1 200 OK\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nabc",
    };
    char digest[WARC_DIGEST_BYTES];
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        assert_int_equal(warc_payload_digest(blocks[i], strlen(blocks[i]), digest, NULL),
                         STATUS_OK);
        assert_string_equal(digest, abc);
    }
    assert_int_equal(warc_payload_digest("abc", 3, digest, NULL), STATUS_OK);
    assert_string_equal(digest, "");
    warc_digest("abc", 3, digest);
    assert_string_equal(digest, abc);
}

static void a_body_that_is_compressed_becomes_no_larger(void **state) {
    (void)state;
    struct buffer text = {0};
    struct warc_record record = record_of(WARC_RESPONSE, "http://a.example/", "");
    struct warc_writer *writer = open_writer(0);
    buffer_append_string(&text, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
    uint32_t noise = 1;
    for (int i = 0; i < 200000; i++) {
        noise = noise * 1664525 + 1013904223;
        buffer_append_char(&text, (char)(noise >> 24));
    }
    record.block = text;
    const struct warc_written written = append(writer, &record);
    struct warc_record read = {0};
    char path[300];
    snprintf(path, sizeof path, "archive/%s", written.file);
    assert_int_equal(warc_read_at(path, written.place, &read, NULL), STATUS_OK);
    assert_int_equal(read.block.size, text.size);
    assert_memory_equal(read.block.data, text.data, text.size);
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_in_range(file.st_size, 200000, 202000);
    warc_record_free(&read);
    buffer_free(&text);
    warc_writer_close(writer);
}

static void a_page_of_any_size_is_read_as_it_was_written(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct buffer text = {0};
    buffer_append_string(&text, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        for (size_t size = text.size * 9; text.size < size;)
            buffer_append_format(&text, "<p>paragraph %zu", text.size);
        struct warc_record record = record_of(WARC_RESPONSE, "http://a.example/", "");
        record.block = text;
        const struct warc_written written = append(writer, &record);
        struct warc_record read = {0};
        char path[300];
        struct stat file;
        snprintf(path, sizeof path, "archive/%s", written.file);
        assert_int_equal(warc_read_at(path, written.place, &read, NULL), STATUS_OK);
        assert_int_equal(read.block.size, text.size);
        assert_memory_equal(read.block.data, text.data, text.size);
        assert_int_equal(stat(path, &file), 0);
        assert_in_range(file.st_size - (off_t)written.place.offset, 100, 1000 + text.size / 3);
        warc_record_free(&read);
    }
    buffer_free(&text);
    warc_writer_close(writer);
}

static void a_url_cannot_forge_a_header(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct warc_written written;
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/\r\nWARC-Type: x", PAGE);
    assert_int_equal(warc_writer_append(writer, &page, &written, NULL), STATUS_INPUT);
    page.target_uri = "http://a/";
    append(writer, &page);
    warc_writer_close(writer);
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    expect_urls(paths[0], ";http://a/;");
}

/* ---- files ---- */

static void nothing_is_written_without_a_record(void **state) {
    (void)state;
    char paths[8][80];
    warc_writer_close(open_writer(0));
    assert_int_equal(find_files(paths), 0);
}

static void later_runs_go_on_with_the_same_file(void **state) {
    (void)state;
    append_page("http://a/");
    append_page("http://b/");
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    expect_urls(paths[0], ";http://a/;http://b/;");
}

static void a_full_file_is_followed_by_another(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(1000);
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/", PAGE);
    for (int i = 0; i < 4; i++)
        append(writer, &page);
    warc_writer_close(writer);
    char paths[8][80];
    size_t n_files = find_files(paths);
    assert_in_range(n_files, 2, 4);
    for (size_t i = 0; i + 1 < n_files; i++)
        assert_in_range(size_of(paths[i]), 1000, 2000);
}

static void other_files_are_left_alone(void **state) {
    (void)state;
    mkdir("archive", 0777);
    write_file("archive/osler-2025.warc.gz", "mine");
    write_file("archive/osler-20250801120000.warc", "mine");
    write_file("archive/osler-other-20250801120000.warc.gz", "mine");
    append_page("http://a/");
    assert_int_equal(size_of("archive/osler-2025.warc.gz"), 4);
    assert_int_equal(size_of("archive/osler-20250801120000.warc"), 4);
    assert_int_equal(size_of("archive/osler-other-20250801120000.warc.gz"), 4);
    char paths[8][80];
    assert_int_equal(find_files(paths), 4);
}

static void two_writers_do_not_share_a_file(void **state) {
    (void)state;
    struct warc_writer *first = open_writer(0);
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/", PAGE);
    append(first, &page);
    append_page("http://b/");
    append(first, &page);
    warc_writer_close(first);
    char paths[8][80];
    assert_int_equal(find_files(paths), 2);
    expect_urls(paths[0], ";http://a/;http://a/;");
    expect_urls(paths[1], ";http://b/;");
}

static void a_folder_that_cannot_be_made_is_named(void **state) {
    (void)state;
    write_file("archive", "a file");
    const struct warc_writer_options options = {
        .folder = "archive", .name = "osler", .software = "Osler"};
    struct warc_writer *writer;
    struct error error = {0};
    assert_int_equal(warc_writer_open(&options, &writer, &error), STATUS_INDEX);
    assert_non_null(strstr(error.text, "archive"));
}

/* ---- crashes ---- */

static void an_interrupted_append_loses_nothing_else(void **state) {
    (void)state;
    append_page("http://a/");
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    off_t before = size_of(paths[0]);
    append_page("http://b/");
    off_t after = size_of(paths[0]);
    struct buffer whole = {0};
    FILE *file = fopen(paths[0], "r");
    assert_non_null(file);
    char *to = buffer_reserve(&whole, (size_t)after);
    assert_int_equal(fread(to, 1, (size_t)after, file), after);
    fclose(file);
    for (off_t size = before; size < after; size += 7) {
        write_bytes(paths[0], whole.data, (size_t)size);
        append_page("http://c/");
        expect_urls(paths[0], ";http://a/;http://c/;");
    }
    assert_int_equal(find_files(paths), 1);
    buffer_free(&whole);
}

static void an_interrupted_first_append_leaves_a_usable_file(void **state) {
    (void)state;
    mkdir("archive", 0777);
    write_bytes("archive/osler-20250801120000.warc.gz", "\x1f\x8b\x08\x04", 4);
    append_page("http://a/");
    expect_urls("archive/osler-20250801120000.warc.gz", ";http://a/;");
}

static void lengths_without_their_bytes_are_cut_off(void **state) {
    (void)state;
    append_page("http://a/");
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    off_t before = size_of(paths[0]);
    append_page("http://b/");
    /* The file system kept the size and the first bytes, not the rest. */
    FILE *file = fopen(paths[0], "r+");
    assert_non_null(file);
    fseek(file, before + 100, SEEK_SET);
    for (int i = 0; i < 150; i++)
        fputc(0, file);
    fclose(file);
    append_page("http://c/");
    expect_urls(paths[0], ";http://a/;http://c/;");
}

static void damage_before_whole_records_is_never_cut_off(void **state) {
    (void)state;
    append_page("http://a/");
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    append_bytes(paths[0], "damage", 6);
    struct buffer member = {0};
    add_gzip_record(&member, "http://b/", "block");
    append_bytes(paths[0], member.data, member.size);
    buffer_free(&member);
    off_t size = size_of(paths[0]);
    append_page("http://c/");
    assert_int_equal(size_of(paths[0]), size);
    assert_int_equal(find_files(paths), 2);
    expect_urls(paths[1], ";http://c/;");
}

static void a_full_disk_leaves_whole_records(void **state) {
    (void)state;
    struct warc_writer *writer = open_writer(0);
    struct warc_record page = record_of(WARC_RESPONSE, "http://a/", PAGE);
    struct warc_written written;
    struct error error = {0};
    struct rlimit before;
    append(writer, &page);
    char paths[8][80];
    assert_int_equal(find_files(paths), 1);
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {.rlim_cur = (rlim_t)size_of(paths[0]) + 100,
                                 .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum status status = warc_writer_append(writer, &page, &written, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_INDEX);
    assert_non_null(strstr(error.text, paths[0]));
    expect_urls(paths[0], ";http://a/;");
    append(writer, &page);
    warc_writer_close(writer);
    expect_urls(paths[0], ";http://a/;http://a/;");
}

#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_record_is_read_as_it_was_written),
        IN_FOLDER(every_file_begins_with_what_wrote_it),
        IN_FOLDER(ids_are_random_and_of_version_4),
        IN_FOLDER(an_unchanged_page_is_a_revisit),
        IN_FOLDER(a_digest_is_over_the_payload_without_chunks),
        IN_FOLDER(a_body_that_is_compressed_becomes_no_larger),
        IN_FOLDER(a_page_of_any_size_is_read_as_it_was_written),
        IN_FOLDER(a_url_cannot_forge_a_header),
        IN_FOLDER(nothing_is_written_without_a_record),
        IN_FOLDER(later_runs_go_on_with_the_same_file),
        IN_FOLDER(a_full_file_is_followed_by_another),
        IN_FOLDER(other_files_are_left_alone),
        IN_FOLDER(two_writers_do_not_share_a_file),
        IN_FOLDER(a_folder_that_cannot_be_made_is_named),
        IN_FOLDER(an_interrupted_append_loses_nothing_else),
        IN_FOLDER(an_interrupted_first_append_leaves_a_usable_file),
        IN_FOLDER(lengths_without_their_bytes_are_cut_off),
        IN_FOLDER(damage_before_whole_records_is_never_cut_off),
        IN_FOLDER(a_full_disk_leaves_whole_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
