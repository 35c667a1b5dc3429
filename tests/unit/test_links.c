/* What --links says of every cited link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "indexer/report/links.h"
#include "tests/unit/captured_web.h"

#define A "http://a.example/"
#define B "http://b.example/"
#define DAY(day) "2025-08-" day "T00:00:00Z"

static struct buffer out;

static int set_up(void **state) {
    int result = enter_temporary_folder(state);
    mkdir("files", 0755);
    mkdir("test.db.archive", 0755);
    return result;
}

static int tear_down(void **state) {
    buffer_free(&out);
    return leave_temporary_folder(state);
}

static void print_links(const char *index_path, bool as_json) {
    struct error error;
    buffer_free(&out);
    if (links_print(index_path, as_json, &out, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void expect_text(const char *expected) {
    print_links("test.db", false);
    assert_string_equal(buffer_string(&out), expected);
}

static const cJSON *member(const cJSON *object, const char *name) {
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!found)
        fail_msg("no %s", name);
    return found;
}

static void expect_member(const cJSON *object, const char *name, const char *expected) {
    const cJSON *found = member(object, name);
    if (expected)
        assert_string_equal(cJSON_GetStringValue(found), expected);
    else
        assert_true(cJSON_IsNull(found));
}

static void an_index_without_links_says_nothing(void **state) {
    (void)state;
    write_file("files/a.md", "Words.\n");
    update_index("test.db", "files");
    expect_text("");
}

static void each_citation_is_a_line_those_of_one_link_after_each_other(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "It [says so](" B ").\n\nAnd [so](" A ").\n");
    write_file("files/b.md", "It [says so](" B ").\n");
    add_redirect(&warc, A, 1, 301, A "new");
    add_answer(&warc, A "new", 2, 404, "");
    add_page(&warc, B, 1, "one");
    add_page(&warc, B, 2, "two");
    add_not_modified(&warc, B, 3);
    write_warc("test.db.archive/a.warc", &warc);
    update_index("test.db", "files");
    expect_text("files/a.md:3:5: dead " A " (404, to " A "new, checked " DAY(
        "02") ")\n"
              "files/a.md:1:4: live " B " (checked " DAY("03") ", archived " DAY(
                  "03") ", text changed " DAY("02") ")\n"
                                                    "files/b.md:1:4: live " B
                                                    " (checked " DAY("03") ", archived " DAY(
                                                        "03") ", text changed " DAY("02") ")\n");
}

static void a_link_of_which_nothing_is_known_is_unfetched(void **state) {
    (void)state;
    write_file("files/a.md", "It [says so](" B ").\n");
    update_index("test.db", "files");
    expect_text("files/a.md:1:4: unfetched " B "\n");
}

static void paths_are_as_the_working_directory_sees_them(void **state) {
    (void)state;
    write_file("files/a.md", "It [says so](" B ").\n");
    update_index("test.db", "files");
    assert_int_equal(chdir("files"), 0);
    print_links("../test.db", false);
    assert_string_equal(buffer_string(&out), "a.md:1:4: unfetched " B "\n");
    assert_int_equal(chdir("../test.db.archive"), 0);
    print_links("../test.db", false);
    assert_int_equal(out.data[0], '/');
    assert_non_null(strstr(out.data, "/files/a.md:1:4: "));
    assert_int_equal(chdir(".."), 0);
}

static void nothing_in_a_line_acts_on_a_terminal_or_ends_it(void **state) {
    (void)state;
    write_file("files/a.md", "It [says so](<http://a.example/&#27;[31m&#10;&#155;x>).\n");
    write_file("files/\x1b[1m\n.md", "It [says so](" B ").\n");
    update_index("test.db", "files");
    print_links("test.db", false);
    size_t n_lines = 0;
    for (size_t i = 0; i < out.size; i++) {
        unsigned char byte = (unsigned char)out.data[i];
        n_lines += byte == '\n';
        assert_true(byte == '\n' || (byte >= ' ' && byte != 0x7F));
        assert_false(byte == 0xC2 && (unsigned char)out.data[i + 1] < 0xA0);
    }
    assert_int_equal(n_lines, 2);
}

static void json_has_a_link_once_with_all_its_citations(void **state) {
    (void)state;
    struct buffer warc = {0};
    write_file("files/a.md", "It [says so](" A "), they say.\n");
    write_file("files/b.md", "Also [here](" A ").\n\n[Not asked](" B ").\n");
    add_page(&warc, A, 1, "one");
    write_warc("test.db.archive/a.warc", &warc);
    update_index("test.db", "files");
    print_links("test.db", true);
    cJSON *root = cJSON_Parse(buffer_string(&out));
    assert_int_equal(member(root, "format")->valueint, 1);
    expect_member(root, "index", "test.db");
    const cJSON *links = member(root, "links");
    assert_int_equal(cJSON_GetArraySize(links), 2);
    const cJSON *link = cJSON_GetArrayItem(links, 0);
    expect_member(link, "url", A);
    expect_member(link, "health", "live");
    expect_member(link, "reason", NULL);
    expect_member(link, "checked", DAY("01"));
    expect_member(link, "moved_to", NULL);
    expect_member(link, "first_retrieved", DAY("01"));
    expect_member(link, "retrieved", DAY("01"));
    expect_member(link, "changed", NULL);
    expect_member(link, "document", A);
    const cJSON *citations = member(link, "citations");
    assert_int_equal(cJSON_GetArraySize(citations), 2);
    const cJSON *citation = cJSON_GetArrayItem(citations, 0);
    expect_member(citation, "path", "files/a.md");
    expect_member(citation, "document", "files/a.md");
    expect_member(citation, "label", "says so");
    expect_member(citation, "claim", "It says so, they say.");
    assert_int_equal(member(citation, "line")->valueint, 1);
    assert_int_equal(member(citation, "column")->valueint, 4);
    link = cJSON_GetArrayItem(links, 1);
    expect_member(link, "health", "unfetched");
    expect_member(link, "document", NULL);
    expect_member(link, "checked", NULL);
    cJSON_Delete(root);
}

static void an_index_that_is_not_there_is_an_error(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(links_print("absent.db", false, &out, &error), STATUS_INDEX);
    assert_int_equal(links_print("absent.db", true, &out, &error), STATUS_INDEX);
    assert_int_equal(out.size, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_index_without_links_says_nothing),
        TEST(each_citation_is_a_line_those_of_one_link_after_each_other),
        TEST(a_link_of_which_nothing_is_known_is_unfetched),
        TEST(paths_are_as_the_working_directory_sees_them),
        TEST(nothing_in_a_line_acts_on_a_terminal_or_ends_it),
        TEST(json_has_a_link_once_with_all_its_citations),
        TEST(an_index_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
