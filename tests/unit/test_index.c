/* Opening an index: what is refused, and what the message says: found, expected, cure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/index.h"
#include "store/schema.h"
#include "tests/unit/temporary_index.h"

static void create_index(const char *path) {
    struct index index;
    assert_int_equal(index_open(&index, path, INDEX_CREATE, NULL), STATUS_OK);
    index_close(&index);
}

/* Asserts that `path` is refused in both modes, and that the message names it and says `words`. */
static void assert_refused(const char *path, const char *words) {
    const enum index_mode modes[] = {INDEX_READ, INDEX_WRITE};
    for (size_t i = 0; i < 2; i++) {
        struct index index;
        struct error error = {0};
        assert_int_equal(index_open(&index, path, modes[i], &error), STATUS_INDEX);
        assert_null(index.connection);
        assert_null(index.path);
        assert_memory_equal(error.text, path, strlen(path));
        if (!strstr(error.text, words))
            fail_msg("\"%s\" does not say \"%s\"", error.text, words);
    }
}

/* Runs SQL on the file as any program may. */
static void alter(const char *path, const char *sql) {
    sqlite3 *connection;
    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
}

static void a_new_index_can_be_opened_again(void **state) {
    (void)state;
    const enum index_mode modes[] = {INDEX_QUERY, INDEX_READ, INDEX_WRITE};
    create_index("test.db");
    for (size_t i = 0; i < 3; i++) {
        struct index index;
        assert_int_equal(index_open(&index, "test.db", modes[i], NULL), STATUS_OK);
        assert_string_equal(index.path, "test.db");
        index_close(&index);
        index_close(&index);
    }
}

static int mapped_bytes(const struct index *index) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(index->connection, "PRAGMA mmap_size", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int n_bytes = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return n_bytes;
}

static void an_index_is_mapped_for_who_reads_much(void **state) {
    (void)state;
    struct index index;
    create_index("test.db");
    assert_int_equal(index_open(&index, "test.db", INDEX_READ, NULL), STATUS_OK);
    assert_true(mapped_bytes(&index) > 0);
    index_close(&index);
    assert_int_equal(index_open(&index, "test.db", INDEX_QUERY, NULL), STATUS_OK);
    assert_int_equal(mapped_bytes(&index), 0);
    assert_int_equal(index_map(&index, NULL), STATUS_OK);
    assert_true(mapped_bytes(&index) > 0);
    assert_int_not_equal(index_execute(&index, "DELETE FROM files", NULL), STATUS_OK);
    index_close(&index);
}

static void no_index_says_how_to_make_one(void **state) {
    (void)state;
    assert_refused("absent.db", "there is no index here; make one with osler-index -i absent.db");
    assert_int_equal(access("absent.db", F_OK), -1);
}

static void a_folder_is_no_index(void **state) {
    (void)state;
    assert_int_equal(mkdir("folder", 0755), 0);
    assert_refused("folder", "not an Osler index (not a regular file)");
}

static void a_file_of_something_else_is_no_index(void **state) {
    (void)state;
    char text[5000];
    memset(text, 'x', sizeof text);
    write_bytes("text.db", text, sizeof text);
    assert_refused("text.db", "not an Osler index (it is not an SQLite database); name another");
}

static void the_database_of_another_program_is_no_index(void **state) {
    (void)state;
    alter("other.db", "CREATE TABLE t(a)");
    assert_refused("other.db",
                   "not an Osler index (an SQLite database of another program); name another file");
    alter("other.db", "PRAGMA application_id = 12345; PRAGMA user_version = 1;");
    assert_refused("other.db", "of another program");
}

static void an_index_of_a_newer_format_asks_for_a_newer_osler(void **state) {
    (void)state;
    create_index("test.db");
    alter("test.db", "PRAGMA user_version = 99");
    assert_refused("test.db", "index format 99, but this Osler reads format 3: use a newer Osler, "
                              "or remake the index with osler-index --rebuild");
}

static void an_index_of_an_older_format_asks_to_be_remade(void **state) {
    (void)state;
    create_index("test.db");
    alter("test.db", "PRAGMA user_version = 0");
    assert_refused("test.db", "index format 0, but this Osler reads format 3: remake the index "
                              "with osler-index --rebuild");
}

static void a_damaged_index_is_named_by_what_reads_it(void **state) {
    (void)state;
    struct index index;
    struct error error = {0};
    sqlite3_stmt *statement = NULL;
    create_index("test.db");
    assert_int_equal(truncate("test.db", 20000), 0);
    enum status status = index_open(&index, "test.db", INDEX_READ, &error);
    if (status == STATUS_OK)
        status = index_prepare(&index, "SELECT * FROM collection", &statement, &error);
    if (status == STATUS_OK)
        status = index_run(&index, statement, &error);
    assert_int_equal(status, STATUS_INDEX);
    assert_memory_equal(error.text, "test.db: ", 9);
    sqlite3_finalize(statement);
    index_close(&index);
}

static void an_error_of_sql_names_the_index(void **state) {
    (void)state;
    struct index index;
    struct error error = {0};
    create_index("test.db");
    assert_int_equal(index_open(&index, "test.db", INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(index_execute(&index, "SELECT absent", &error), STATUS_INDEX);
    assert_string_equal(error.text, "test.db: no such column: absent");
    assert_int_not_equal(index_execute(&index, "DELETE FROM files", &error), STATUS_OK);
    index_close(&index);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_new_index_can_be_opened_again),
        IN_FOLDER(an_index_is_mapped_for_who_reads_much),
        IN_FOLDER(no_index_says_how_to_make_one),
        IN_FOLDER(a_folder_is_no_index),
        IN_FOLDER(a_file_of_something_else_is_no_index),
        IN_FOLDER(the_database_of_another_program_is_no_index),
        IN_FOLDER(an_index_of_a_newer_format_asks_for_a_newer_osler),
        IN_FOLDER(an_index_of_an_older_format_asks_to_be_remade),
        IN_FOLDER(a_damaged_index_is_named_by_what_reads_it),
        IN_FOLDER(an_error_of_sql_names_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
