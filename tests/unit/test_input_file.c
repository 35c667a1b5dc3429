/* Reading files whole, and line by line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <zlib.h>

#include "indexer/input/input_file.h"
#include "tests/unit/temporary_index.h"

/* ---- whole files ---- */

static void a_file_is_read_with_its_state(void **state) {
    (void)state;
    /* FIPS 180-2, example B.1. */
    static const unsigned char sha256_of_abc[] = {0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA,
                                                  0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23,
                                                  0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C,
                                                  0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    struct buffer bytes = {0};
    struct file_state read;
    struct file_state hashed;
    struct stat file;
    write_file("a.txt", "abc");
    buffer_append_string(&bytes, "what it held before");
    assert_int_equal(input_file_read("a.txt", &bytes, &read, NULL), STATUS_OK);
    assert_int_equal(input_file_hash("a.txt", &hashed, NULL), STATUS_OK);
    assert_int_equal(stat("a.txt", &file), 0);
    assert_string_equal(buffer_string(&bytes), "abc");
    assert_int_equal(read.size, 3);
    assert_int_equal(read.inode, file.st_ino);
    assert_int_equal(read.modified_ns,
                     (int64_t)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec);
    assert_memory_equal(read.sha256, sha256_of_abc, sizeof sha256_of_abc);
    assert_memory_equal(hashed.sha256, sha256_of_abc, sizeof sha256_of_abc);
    assert_int_equal(hashed.size, 3);
    buffer_free(&bytes);
}

static void a_file_that_has_just_changed_is_looked_at_again(void **state) {
    (void)state;
    enum { LONGER_THAN_IT_TAKES_TO_SETTLE_US = 150000 };
    struct buffer bytes = {0};
    struct file_state read;
    write_file("a.txt", "abc");
    assert_int_equal(input_file_read("a.txt", &bytes, &read, NULL), STATUS_OK);
    assert_int_equal(read.changed_ns, 0);
    usleep(LONGER_THAN_IT_TAKES_TO_SETTLE_US);
    assert_int_equal(input_file_read("a.txt", &bytes, &read, NULL), STATUS_OK);
    assert_int_not_equal(read.changed_ns, 0);
    buffer_free(&bytes);
}

static void files_of_any_size_up_to_the_limit_are_read(void **state) {
    (void)state;
    static const off_t sizes[] = {
        0, 1, 4096, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, DOCUMENT_MAX_BYTES};
    struct buffer bytes = {0};
    struct file_state read;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_file("a.txt", "");
        assert_int_equal(truncate("a.txt", sizes[i]), 0);
        assert_int_equal(input_file_read("a.txt", &bytes, &read, NULL), STATUS_OK);
        assert_int_equal(bytes.size, sizes[i]);
        assert_int_equal(read.size, sizes[i]);
    }
    buffer_free(&bytes);
}

static void assert_unreadable(const char *path, const char *why) {
    struct buffer bytes = {0};
    struct file_state read;
    struct error error = {0};
    assert_int_equal(input_file_read(path, &bytes, &read, &error), STATUS_INPUT);
    assert_string_equal(error.text, why);
    buffer_free(&bytes);
}

static void what_is_no_document_is_refused(void **state) {
    (void)state;
    struct file_state read;
    assert_unreadable("absent.txt", "No such file or directory");
    assert_unreadable(".", "not a regular file");
    assert_int_equal(mkfifo("fifo.txt", 0644), 0);
    assert_unreadable("fifo.txt", "not a regular file");
    write_file("large.txt", "");
    assert_int_equal(truncate("large.txt", DOCUMENT_MAX_BYTES + 1), 0);
    assert_unreadable("large.txt", "larger than 16 MB: not indexed");
    assert_int_equal(input_file_hash("large.txt", &read, NULL), STATUS_OK);
    assert_int_equal(read.size, DOCUMENT_MAX_BYTES + 1);
}

/* ---- lines ---- */

static void write_gzip(const char *name, const char *text, const char *mode) {
    gzFile file = gzopen(name, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

/* All the lines of the file, after asserting that every chunk says where it stands. */
static enum status read_lines(const char *path, struct buffer *all, struct error *error) {
    struct line_reader *reader;
    struct line_chunk chunk = {0};
    size_t n_lines = 0;
    bool more = true;
    enum status status = line_reader_open(path, &reader, error);
    assert_int_equal(status, STATUS_OK);
    while (more && status == STATUS_OK) {
        status = line_reader_next(reader, &chunk, &more, error);
        assert_int_equal(chunk.first_byte, all->size);
        assert_int_equal(chunk.first_line, n_lines + 1);
        assert_int_equal(chunk.long_line, 0);
        for (size_t i = 0; i < chunk.bytes.size; i++)
            n_lines += chunk.bytes.data[i] == '\n';
        buffer_append(all, buffer_string(&chunk.bytes), chunk.bytes.size);
    }
    buffer_free(&chunk.bytes);
    line_reader_close(reader);
    line_reader_close(NULL);
    return status;
}

static void assert_lines(const char *path, const char *expected) {
    struct buffer all = {0};
    struct error error = {0};
    assert_int_equal(read_lines(path, &all, &error), STATUS_OK);
    assert_string_equal(buffer_string(&all), expected);
    buffer_free(&all);
}

static void lines_are_read_as_they_are(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", "\n", "one", "one\n", "one\ntwo", "\n\n\none", "one\r\ntwo\r\n", "\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file("a.jsonl", texts[i]);
        assert_lines("a.jsonl", texts[i]);
        write_gzip("a.jsonl.gz", texts[i], "wb");
        assert_lines("a.jsonl.gz", texts[i]);
    }
}

static struct buffer many_lines(void) {
    enum { N_LINES = 30000 };
    struct buffer text = {0};
    for (size_t i = 0; i < N_LINES; i++)
        buffer_append_format(&text, "{\"_id\": \"%zu\", \"text\": \"%.*s\"}\n", i, (int)(i % 60),
                             "words that fill the line, some more and some less of them ...");
    return text;
}

static void many_lines_come_in_chunks_of_whole_ones(void **state) {
    (void)state;
    struct buffer text = many_lines();
    struct line_reader *reader;
    struct line_chunk chunk = {0};
    size_t n_chunks = 0;
    write_file("a.jsonl", buffer_string(&text));
    assert_lines("a.jsonl", buffer_string(&text));
    assert_int_equal(line_reader_open("a.jsonl", &reader, NULL), STATUS_OK);
    for (bool more = true; more; n_chunks += more) {
        assert_int_equal(line_reader_next(reader, &chunk, &more, NULL), STATUS_OK);
        if (more)
            assert_int_equal(chunk.bytes.data[chunk.bytes.size - 1], '\n');
        assert_in_range(chunk.bytes.size, 0, 1 << 20);
    }
    assert_in_range(n_chunks, 3, 100);
    line_reader_close(reader);
    buffer_free(&chunk.bytes);
    buffer_free(&text);
}

static void gzip_members_one_after_another_are_one_file(void **state) {
    (void)state;
    write_gzip("a.jsonl.gz", "one\nt", "wb");
    write_gzip("a.jsonl.gz", "wo\n", "ab");
    assert_lines("a.jsonl.gz", "one\ntwo\n");
}

static void truncated_gzip_gives_what_came_before_and_an_error(void **state) {
    (void)state;
    struct buffer text = many_lines();
    struct stat file;
    write_gzip("a.jsonl.gz", buffer_string(&text), "wb");
    assert_int_equal(stat("a.jsonl.gz", &file), 0);
    static const int parts[] = {1, 30, 70, 99};
    for (size_t i = 4; i-- > 0;) {
        struct buffer all = {0};
        struct error error = {0};
        assert_int_equal(truncate("a.jsonl.gz", file.st_size * parts[i] / 100), 0);
        assert_int_equal(read_lines("a.jsonl.gz", &all, &error), STATUS_INPUT);
        assert_string_equal(error.text, "cannot be read further: the gzip data end early");
        assert_in_range(all.size, 0, text.size - 1);
        if (parts[i] > 1)
            assert_in_range(all.size, text.size * (size_t)parts[i] / 200, text.size);
        assert_memory_equal(buffer_string(&all), text.data, all.size);
        buffer_free(&all);
    }
    buffer_free(&text);
}

static void damaged_gzip_is_an_error(void **state) {
    (void)state;
    struct buffer text = many_lines();
    struct buffer all = {0};
    struct error error = {0};
    write_gzip("a.jsonl.gz", buffer_string(&text), "wb");
    int descriptor = open("a.jsonl.gz", O_WRONLY);
    assert_int_equal(pwrite(descriptor, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, 50000), 8);
    close(descriptor);
    assert_int_equal(read_lines("a.jsonl.gz", &all, &error), STATUS_INPUT);
    assert_memory_equal(error.text, "cannot be read further: ", 24);
    buffer_free(&all);
    buffer_free(&text);
}

/* Writes "one", a line of `n_bytes` and, with `after`, "three". */
static void write_long_line(size_t n_bytes, bool after) {
    struct buffer text = {0};
    buffer_append_string(&text, "one\n");
    memset(buffer_reserve(&text, n_bytes), 'x', n_bytes);
    text.size += n_bytes;
    buffer_append_string(&text, after ? "\nthree\n" : "");
    assert_false(text.failed);
    write_bytes("a.jsonl", text.data, text.size);
    buffer_free(&text);
}

static void a_line_too_long_is_passed_over_and_named(void **state) {
    (void)state;
    for (int after = 0; after < 2; after++) {
        struct line_reader *reader;
        struct line_chunk chunk = {0};
        struct buffer all = {0};
        size_t long_line = 0;
        size_t long_at = 0;
        bool more = true;
        write_long_line(DOCUMENT_MAX_BYTES + 1000000, after);
        assert_int_equal(line_reader_open("a.jsonl", &reader, NULL), STATUS_OK);
        while (more) {
            assert_int_equal(line_reader_next(reader, &chunk, &more, NULL), STATUS_OK);
            if (chunk.long_line > 0) {
                assert_int_equal(long_line, 0);
                long_line = chunk.long_line;
                long_at = all.size;
            }
            if (chunk.bytes.size > 0 && chunk.bytes.data[0] == 't') {
                assert_int_equal(chunk.first_line, 3);
                assert_int_equal(chunk.first_byte, 4 + DOCUMENT_MAX_BYTES + 1000000 + 1);
            }
            buffer_append(&all, buffer_string(&chunk.bytes), chunk.bytes.size);
        }
        assert_string_equal(buffer_string(&all), after ? "one\nthree\n" : "one\n");
        assert_int_equal(long_line, 2);
        assert_int_equal(long_at, 4);
        line_reader_close(reader);
        buffer_free(&chunk.bytes);
        buffer_free(&all);
    }
}

static void a_long_line_below_the_limit_is_given_whole(void **state) {
    (void)state;
    enum { LONG = 3000000 };
    struct buffer all = {0};
    write_long_line(LONG, true);
    assert_int_equal(read_lines("a.jsonl", &all, NULL), STATUS_OK);
    assert_int_equal(all.size, 4 + LONG + 7);
    buffer_free(&all);
}

static void a_file_that_is_not_there_is_an_error(void **state) {
    (void)state;
    struct line_reader *reader;
    struct error error = {0};
    assert_int_equal(line_reader_open("absent.jsonl", &reader, &error), STATUS_INPUT);
    assert_string_equal(error.text, "No such file or directory");
    assert_null(reader);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_file_is_read_with_its_state),
        IN_FOLDER(a_file_that_has_just_changed_is_looked_at_again),
        IN_FOLDER(files_of_any_size_up_to_the_limit_are_read),
        IN_FOLDER(what_is_no_document_is_refused),
        IN_FOLDER(lines_are_read_as_they_are),
        IN_FOLDER(many_lines_come_in_chunks_of_whole_ones),
        IN_FOLDER(gzip_members_one_after_another_are_one_file),
        IN_FOLDER(truncated_gzip_gives_what_came_before_and_an_error),
        IN_FOLDER(damaged_gzip_is_an_error),
        IN_FOLDER(a_line_too_long_is_passed_over_and_named),
        IN_FOLDER(a_long_line_below_the_limit_is_given_whole),
        IN_FOLDER(a_file_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
