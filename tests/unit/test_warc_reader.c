/* What is read from archives, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/archive.h"

#define ENDS "!the file ends within this record;"
#define DATA_END "!the gzip data end early;"
#define WRONG "!the record does not end where its Content-Length says;"
#define GARBAGE "!bytes that begin no record;"

/* ---- whole archives ---- */

static void a_plain_file_is_read_record_by_record(void **state) {
    (void)state;
    struct buffer archive = {0};
    add_record(&archive, "http://a/", "one");
    add_record(&archive, "http://b/", "");
    add_record(&archive, "http://c/", "three\r\n\r\n");
    expect_listing(&archive, "http://a/=one;http://b/=;http://c/=three\r\n\r\n;");
}

static void a_gzip_file_is_read_member_by_member(void **state) {
    (void)state;
    struct buffer archive = {0};
    add_gzip_record(&archive, "http://a/", "one");
    add_gzip_record(&archive, "http://b/", "");
    add_gzip_record(&archive, "http://c/", "three");
    expect_listing(&archive, "http://a/=one;http://b/=;http://c/=three;");
}

static void one_gzip_member_may_hold_many_records(void **state) {
    (void)state;
    struct buffer archive = {0};
    struct buffer text = {0};
    add_record(&text, "http://a/", "one");
    add_record(&text, "http://b/", "two");
    add_member(&archive, &text, 6);
    buffer_free(&text);
    add_gzip_record(&archive, "http://c/", "three");
    expect_listing(&archive, "http://a/=one;http://b/=two;http://c/=three;");
}

static void header_and_block_may_be_members_of_their_own(void **state) {
    (void)state;
    struct buffer archive = {0};
    struct buffer text = {0};
    struct buffer part = {0};
    add_record(&text, "http://a/", "one two");
    const size_t cuts[] = {0, text.size - 11, text.size - 8, text.size};
    for (size_t i = 0; i + 1 < sizeof cuts / sizeof *cuts; i++) {
        buffer_clear(&part);
        buffer_append(&part, text.data + cuts[i], cuts[i + 1] - cuts[i]);
        add_member(&archive, &part, 6);
    }
    buffer_free(&part);
    buffer_free(&text);
    expect_listing(&archive, "http://a/=one two;");
}

static void an_empty_file_has_no_records(void **state) {
    (void)state;
    struct buffer archive = {0};
    buffer_append_string(&archive, "");
    expect_listing(&archive, "");
}

static void all_named_fields_are_read(void **state) {
    (void)state;
    write_file("a.warc",
               "WARC/0.18\nwarc-type: Revisit\nWARC-Target-URI: http://a/?<b>\n"
               "WARC-Date:2025-08-01T12:00:00.123Z\nWARC-Record-ID: <urn:uuid:7>\n"
               "Content-Type: application/http; msgtype=response\nWARC-IP-Address: ::1\n"
               "WARC-Concurrent-To: <urn:uuid:8>\nWARC-Concurrent-To: <urn:uuid:9>\n"
               "WARC-Refers-To: <urn:uuid:1>\nWARC-Refers-To-Target-URI: <http://b/>\n"
               "WARC-Refers-To-Date: 2024-01-01T00:00:00Z\nWARC-Payload-Digest: sha1:ABC\n"
               "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\n"
               "WARC-Truncated: length\nContent-Length: 0\n\n\n\n");
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    bool more = false;
    assert_int_equal(warc_reader_open("a.warc", &reader, NULL), STATUS_OK);
    assert_int_equal(warc_reader_next(reader, &record, &more, NULL), STATUS_OK);
    assert_true(more);
    assert_null(record.problem);
    assert_int_equal(record.type, WARC_REVISIT);
    assert_string_equal(record.target_uri, "http://a/?<b>");
    assert_string_equal(record.date, "2025-08-01T12:00:00.123Z");
    assert_string_equal(record.id, "urn:uuid:7");
    assert_string_equal(record.content_type, "application/http; msgtype=response");
    assert_string_equal(record.ip_address, "::1");
    assert_string_equal(record.concurrent_to, "urn:uuid:8");
    assert_string_equal(record.refers_to, "urn:uuid:1");
    assert_string_equal(record.refers_to_target_uri, "http://b/");
    assert_string_equal(record.refers_to_date, "2024-01-01T00:00:00Z");
    assert_string_equal(record.payload_digest, "sha1:ABC");
    assert_string_equal(record.truncated, "length");
    assert_non_null(strstr(record.profile, "identical"));
    assert_int_equal(warc_reader_next(reader, &record, &more, NULL), STATUS_OK);
    assert_false(more);
    warc_record_free(&record);
    warc_reader_close(reader);
}

static void missing_line_ends_between_records_are_forgiven(void **state) {
    (void)state;
    struct buffer archive = {0};
    add_record(&archive, "http://a/", "one");
    archive.size -= 4;
    add_record(&archive, "http://b/", "two");
    archive.size -= 3;
    add_record(&archive, "http://c/", "three");
    archive.size -= 4;
    expect_listing(&archive, "http://a/=one;http://b/=two;http://c/=three;");
}

/* ---- places ---- */

/* Every record is read again alone, last one first. */
static void expect_places(const char *path, size_t n_expected) {
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    struct warc_place places[10];
    char *urls[10];
    size_t n_places = 0;
    bool more = true;
    assert_int_equal(warc_reader_open(path, &reader, NULL), STATUS_OK);
    while (warc_reader_next(reader, &record, &more, NULL) == STATUS_OK && more) {
        assert_null(record.problem);
        places[n_places] = record.place;
        urls[n_places++] = strdup(record.target_uri);
    }
    warc_reader_close(reader);
    assert_int_equal(n_places, n_expected);
    while (n_places-- > 0) {
        assert_int_equal(warc_read_at(path, places[n_places], &record, NULL), STATUS_OK);
        assert_string_equal(record.target_uri, urls[n_places]);
        assert_string_equal(record.block.data, "block");
        free(urls[n_places]);
    }
    warc_record_free(&record);
}

static void every_record_can_be_read_again_alone(void **state) {
    (void)state;
    struct buffer plain = {0};
    struct buffer archive = {0};
    add_record(&plain, "http://a/", "block");
    add_record(&plain, "http://b/", "block");
    add_record(&plain, "http://c/", "block");
    write_bytes("a.warc", plain.data, plain.size);
    expect_places("a.warc", 3);
    add_gzip_record(&archive, "http://x/", "block");
    add_member(&archive, &plain, 6);
    add_gzip_record(&archive, "http://y/", "block");
    write_bytes("a.warc.gz", archive.data, archive.size);
    expect_places("a.warc.gz", 5);
    buffer_free(&plain);
    buffer_free(&archive);
}

static void a_place_without_a_record_is_an_error(void **state) {
    (void)state;
    struct buffer archive = {0};
    struct warc_record record = {0};
    add_gzip_record(&archive, "http://a/", "one");
    write_bytes("a.warc.gz", archive.data, archive.size);
    const struct warc_place places[] = {
        {1, 0}, {0, 1}, {0, 1 << 20}, {archive.size, 0}, {1 << 30, 0}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_int_equal(warc_read_at("a.warc.gz", places[i], &record, NULL), STATUS_INPUT);
    warc_record_free(&record);
    buffer_free(&archive);
}

static void what_is_no_file_is_an_error(void **state) {
    (void)state;
    struct warc_reader *reader = NULL;
    assert_int_equal(warc_reader_open("absent.warc", &reader, NULL), STATUS_INPUT);
    assert_int_equal(warc_reader_open(".", &reader, NULL), STATUS_INPUT);
    warc_reader_close(reader);
}

/* ---- damage ---- */

static void garbage_between_records_is_named(void **state) {
    (void)state;
    struct buffer archive = {0};
    buffer_append_string(&archive, "what is this\nWARC\n");
    add_record(&archive, "http://a/", "one");
    buffer_append_string(&archive, "and WARC/1.0 this?\r\nWARC/x\r\n");
    add_record(&archive, "http://b/", "two");
    expect_listing_of("a.warc", &archive, GARBAGE "http://a/=one;" GARBAGE "http://b/=two;");
}

static void garbage_between_gzip_members_is_named(void **state) {
    (void)state;
    struct buffer archive = {0};
    add_gzip_record(&archive, "http://a/", "one");
    buffer_append(&archive, "junk \x1f\x8b\x08 junk", 13);
    add_gzip_record(&archive, "http://b/", "two");
    buffer_append(&archive, "\0\0\0", 4);
    expect_listing(&archive, "http://a/=one;!bytes that are no gzip data;http://b/=two;"
                             "!bytes that are no gzip data;");
}

static void a_wrong_length_costs_only_its_record(void **state) {
    (void)state;
    const size_t lengths[] = {1, 40, 250};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int is_gzip = 0; is_gzip < 2; is_gzip++) {
            struct buffer text = {0};
            struct buffer archive = {0};
            add_record(&text, "http://a/", "one");
            add_record_of_length(&text, "http://b/", "two", lengths[i]);
            add_record(&text, "http://c/", "three");
            add_record(&text, "http://d/", "four");
            if (is_gzip)
                add_member(&archive, &text, 6);
            else
                buffer_append(&archive, text.data, text.size);
            buffer_free(&text);
            expect_listing(&archive, "http://a/=one;" WRONG "http://c/=three;http://d/=four;");
        }
}

static void a_length_beyond_the_end_costs_only_its_record(void **state) {
    (void)state;
    for (int is_gzip = 0; is_gzip < 2; is_gzip++) {
        struct buffer text = {0};
        struct buffer archive = {0};
        add_record_of_length(&text, "http://a/", "one", (size_t)1 << 60);
        add_record_of_length(&text, "http://b/", "two", 1000000);
        add_record(&text, "http://c/", "three");
        if (is_gzip)
            add_member(&archive, &text, 6);
        else
            buffer_append(&archive, text.data, text.size);
        buffer_free(&text);
        expect_listing(&archive, ENDS ENDS "http://c/=three;");
    }
}

static void a_length_beyond_its_gzip_member_does_not_take_from_the_next(void **state) {
    (void)state;
    struct buffer text = {0};
    struct buffer archive = {0};
    add_record_of_length(&text, "http://a/", "one", 300);
    add_member(&archive, &text, 6);
    buffer_free(&text);
    add_gzip_record(&archive, "http://b/", "two");
    expect_listing(&archive, "!the record is shorter than its Content-Length;http://b/=two;");
}

static void a_header_that_is_cut_off_does_not_take_from_the_next(void **state) {
    (void)state;
    struct buffer text = {0};
    struct buffer archive = {0};
    add_record(&text, "http://a/", "one");
    text.size = 60;
    add_member(&archive, &text, 6);
    add_gzip_record(&archive, "http://b/", "two");
    expect_listing(&archive, "!the header is cut off;http://b/=two;");
    buffer_append(&archive, text.data, text.size);
    buffer_append_string(&archive, "\n");
    add_record(&archive, "http://b/", "two");
    expect_listing(&archive, "!the header has WARC-Target-URI twice;http://b/=two;");
    buffer_free(&text);
}

static void a_header_without_a_length_is_named(void **state) {
    (void)state;
    const char *const lengths[] = {"", "Content-Length: x\n", "Content-Length: -1\n",
                                   "Content-Length: 99999999999999999999\n"};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct buffer archive = {0};
        buffer_append_format(&archive, "WARC/1.0\nWARC-Type: response\n%s\n", lengths[i]);
        add_record(&archive, "http://b/", "two");
        expect_listing(&archive, "!the header has no Content-Length;http://b/=two;");
    }
}

static void a_header_without_an_end_is_named(void **state) {
    (void)state;
    struct buffer archive = {0};
    buffer_append_string(&archive, "WARC/1.0\n");
    while (archive.size < 3 * WARC_HEADER_MAX_BYTES)
        buffer_append_string(&archive, "On: and on\n");
    add_record(&archive, "http://b/", "two");
    expect_listing(&archive, "!the header is too long;http://b/=two;");
}

static void a_truncated_last_record_is_named(void **state) {
    (void)state;
    for (size_t n_cut = 5; n_cut < 200; n_cut++) {
        struct buffer archive = {0};
        add_record(&archive, "http://a/", "one");
        add_record(&archive, "http://b/", "two two");
        archive.size -= n_cut;
        expect_listing(&archive, "http://a/=one;" ENDS);
    }
}

static void a_truncated_last_member_is_named(void **state) {
    (void)state;
    struct buffer first = {0};
    struct buffer both = {0};
    add_gzip_record(&first, "http://a/", "one");
    buffer_append(&both, first.data, first.size);
    add_gzip_record(&both, "http://b/", "two");
    for (size_t size = first.size + 3; size < both.size; size++) {
        struct buffer archive = {0};
        buffer_append(&archive, both.data, size);
        expect_listing(&archive, "http://a/=one;" DATA_END);
    }
    buffer_free(&first);
    buffer_free(&both);
}

static void a_broken_member_costs_only_its_records(void **state) {
    (void)state;
    struct buffer first = {0};
    struct buffer both = {0};
    add_gzip_record(&first, "http://a/", "one");
    buffer_append(&both, first.data, first.size);
    add_gzip_record(&both, "http://b/", "two");
    for (size_t i = 0; i < first.size; i++) {
        /* Time, level and system say nothing. */
        if (i >= 4 && i < 10)
            continue;
        struct buffer listing = {0};
        both.data[i] = (char)(both.data[i] ^ 0x55);
        write_bytes("a.warc.gz", both.data, both.size);
        list_file("a.warc.gz", &listing);
        both.data[i] = (char)(both.data[i] ^ 0x55);
        assert_int_equal(listing.data[0], '!');
        assert_null(strstr(listing.data, "http://a/"));
        assert_non_null(strstr(listing.data, "http://b/=two;"));
        buffer_free(&listing);
    }
    buffer_free(&first);
    buffer_free(&both);
}

static void a_member_behind_a_truncated_one_is_found(void **state) {
    (void)state;
    struct buffer member = {0};
    add_gzip_record(&member, "http://a/", "one");
    for (size_t size = 3; size < member.size; size++) {
        struct buffer archive = {0};
        struct buffer listing = {0};
        buffer_append(&archive, member.data, size);
        add_gzip_record(&archive, "http://b/", "two");
        write_bytes("a.warc.gz", archive.data, archive.size);
        list_file("a.warc.gz", &listing);
        assert_int_equal(listing.data[0], '!');
        assert_non_null(strstr(listing.data, "http://b/=two;"));
        buffer_free(&listing);
        buffer_free(&archive);
    }
    buffer_free(&member);
}

static void a_problem_says_where_and_of_what(void **state) {
    (void)state;
    struct buffer archive = {0};
    add_record(&archive, "http://a/", "one");
    size_t offset = archive.size;
    add_record(&archive, "http://b/", "two two");
    write_bytes("a.warc", archive.data, archive.size - 8);
    struct warc_reader *reader = NULL;
    struct warc_record record = {0};
    bool more;
    assert_int_equal(warc_reader_open("a.warc", &reader, NULL), STATUS_OK);
    assert_int_equal(warc_reader_next(reader, &record, &more, NULL), STATUS_OK);
    assert_int_equal(warc_reader_next(reader, &record, &more, NULL), STATUS_OK);
    assert_non_null(record.problem);
    assert_int_equal(record.place.offset, offset);
    assert_string_equal(record.target_uri, "http://b/");
    assert_int_equal(record.block.size, 0);
    warc_record_free(&record);
    warc_reader_close(reader);
    buffer_free(&archive);
}

/* ---- limits ---- */

static void a_block_that_is_too_large_is_skipped_and_named(void **state) {
    (void)state;
    struct buffer text = {0};
    struct buffer archive = {0};
    buffer_append_format(&text, "WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: %d\r\n\r\n",
                         WARC_BLOCK_MAX_BYTES + 1);
    char *block = buffer_reserve(&text, WARC_BLOCK_MAX_BYTES + 1);
    assert_non_null(block);
    memset(block, 'x', WARC_BLOCK_MAX_BYTES + 1);
    text.size += WARC_BLOCK_MAX_BYTES + 1;
    buffer_append_string(&text, "\r\n\r\n");
    add_member(&archive, &text, 1);
    buffer_free(&text);
    add_gzip_record(&archive, "http://b/", "two");
    expect_listing(&archive, "!the block is larger than 64 MB;http://b/=two;");
}

static double seconds_to_list(const struct buffer *archive, size_t *n_bytes_listed) {
    struct timespec start, end;
    struct buffer listing = {0};
    write_bytes("a.warc.gz", archive->data, archive->size);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    list_file("a.warc.gz", &listing);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    *n_bytes_listed = listing.size;
    buffer_free(&listing);
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

/* Each would take minutes if bytes were read again without end. */
static void hostile_archives_take_time_in_proportion(void **state) {
    (void)state;
    enum { N_RECORDS = 20000 };
    size_t n_listed;
    struct buffer text = {0};
    struct buffer archive = {0};
    /* Lengths that reach far, in a plain file and in one gzip member. */
    for (size_t i = 0; i < N_RECORDS; i++)
        buffer_append_string(&text, "WARC/1.0\nContent-Length: 500000\n\n");
    assert_true(seconds_to_list(&text, &n_listed) < 5);
    assert_true(n_listed > 0);
    add_member(&archive, &text, 1);
    assert_true(seconds_to_list(&archive, &n_listed) < 5);
    assert_true(n_listed > 0);
    /* Beginnings of gzip members that go on to the end: a name that has none. */
    buffer_clear(&archive);
    add_gzip_record(&archive, "http://a/", "one");
    for (size_t i = 0; i < 20 * N_RECORDS; i++)
        buffer_append(&archive, "\x1f\x8b\x08\x08zzzzzzzzzzzz", 16);
    assert_true(seconds_to_list(&archive, &n_listed) < 5);
    assert_true(n_listed > 0);
    buffer_free(&text);
    buffer_free(&archive);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_file_is_read_record_by_record),
        cmocka_unit_test(a_gzip_file_is_read_member_by_member),
        cmocka_unit_test(one_gzip_member_may_hold_many_records),
        cmocka_unit_test(header_and_block_may_be_members_of_their_own),
        cmocka_unit_test(an_empty_file_has_no_records),
        cmocka_unit_test(all_named_fields_are_read),
        cmocka_unit_test(missing_line_ends_between_records_are_forgiven),
        cmocka_unit_test(every_record_can_be_read_again_alone),
        cmocka_unit_test(a_place_without_a_record_is_an_error),
        cmocka_unit_test(what_is_no_file_is_an_error),
        cmocka_unit_test(garbage_between_records_is_named),
        cmocka_unit_test(garbage_between_gzip_members_is_named),
        cmocka_unit_test(a_wrong_length_costs_only_its_record),
        cmocka_unit_test(a_length_beyond_the_end_costs_only_its_record),
        cmocka_unit_test(a_length_beyond_its_gzip_member_does_not_take_from_the_next),
        cmocka_unit_test(a_header_that_is_cut_off_does_not_take_from_the_next),
        cmocka_unit_test(a_header_without_a_length_is_named),
        cmocka_unit_test(a_header_without_an_end_is_named),
        cmocka_unit_test(a_truncated_last_record_is_named),
        cmocka_unit_test(a_truncated_last_member_is_named),
        cmocka_unit_test(a_broken_member_costs_only_its_records),
        cmocka_unit_test(a_member_behind_a_truncated_one_is_found),
        cmocka_unit_test(a_problem_says_where_and_of_what),
        cmocka_unit_test(a_block_that_is_too_large_is_skipped_and_named),
        cmocka_unit_test(hostile_archives_take_time_in_proportion),
    };
    return cmocka_run_group_tests(tests, enter_temporary_folder, leave_temporary_folder);
}
