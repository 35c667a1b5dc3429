/* The walk over input files, on trees made in a temporary folder that is the working directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "indexer/input/walk.h"
#include "store/buffer.h"

static char tree[] = "/tmp/osler-walk.XXXXXX"; /* the folder of the test */

static int make_tree(void **state) {
    (void)state;
    memset(tree + strlen(tree) - 6, 'X', 6);
    return mkdtemp(tree) && chdir(tree) == 0 ? 0 : -1;
}

static int remove_tree(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", tree, tree);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void make_file(const char *name) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs("words\n", file);
    fclose(file);
}

static void make_folder(const char *name) {
    assert_int_equal(mkdir(name, 0755), 0);
}

static void make_link(const char *target, const char *name) {
    assert_int_equal(symlink(target, name), 0);
}

/* What a walk over the NULL-terminated `paths` finds: a line a file, then a line a problem, each
 * path relative to the tree. */
static char *found(const char *first, ...) {
    const char *paths[8];
    size_t n_paths = 0;
    va_list arguments;
    va_start(arguments, first);
    for (const char *path = first; path; path = va_arg(arguments, const char *))
        paths[n_paths++] = path;
    va_end(arguments);

    struct walk walk = {0};
    assert_int_equal(walk_files(paths, n_paths, &walk, NULL), STATUS_OK);
    struct buffer lines = {0};
    for (size_t i = 0; i < walk.n_files; i++) {
        assert_memory_equal(walk.files[i].path, tree, strlen(tree));
        buffer_append_format(&lines, "%s\n", walk.files[i].path + strlen(tree) + 1);
    }
    for (size_t i = 0; i < walk.n_problems; i++) {
        const char *path = walk.problems[i].path;
        if (strncmp(path, tree, strlen(tree)) == 0 && path[strlen(tree)] == '/')
            path += strlen(tree) + 1;
        buffer_append_format(&lines, "! %s: %s\n", path, walk.problems[i].text);
    }
    walk_free(&walk);
    assert_false(lines.failed);
    buffer_append_string(&lines, "");
    return lines.data;
}

#define assert_found(expected, ...)                                                                \
    do {                                                                                           \
        char *lines = found(__VA_ARGS__, (const char *)NULL);                                      \
        assert_string_equal(lines, expected);                                                      \
        free(lines);                                                                               \
    } while (0)

/* Turns root into one whom permissions stop, as everybody else, and back. */
static void obey_permissions(bool obey) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
    uint32_t overrides = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;
    assert_int_equal(syscall(SYS_capget, &header, data), 0);
    if (obey)
        data[0].effective &= ~overrides;
    else
        data[0].effective |= data[0].permitted & overrides;
    assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

static void files_of_all_folders_come_in_byte_order(void **state) {
    (void)state;
    make_folder("a");
    make_folder("a/b.md");
    make_file("a/b.md/z.txt");
    make_file("a/B.md");
    make_file("a/c.html");
    make_file("a/picture.png");
    make_file("a-b.md");
    assert_found("a-b.md\na/B.md\na/b.md/z.txt\na/c.html\n", ".");
}

static void what_the_file_system_says_of_a_file_is_kept(void **state) {
    (void)state;
    make_file("a.md");
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1700000000, .tv_nsec = 123456789}};
    assert_int_equal(utimensat(AT_FDCWD, "a.md", times, 0), 0);
    struct stat status;
    assert_int_equal(stat("a.md", &status), 0);

    struct walk walk = {0};
    assert_int_equal(walk_files((const char *[]){"a.md"}, 1, &walk, NULL), STATUS_OK);
    assert_int_equal(walk.n_files, 1);
    assert_int_equal(walk.files[0].kind, FILE_MARKDOWN);
    assert_int_equal(walk.files[0].size, 6);
    assert_int_equal(walk.files[0].modified_ns, 1700000000123456789);
    assert_int_equal(walk.files[0].changed_ns,
                     status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec);
    assert_int_equal(walk.files[0].inode, status.st_ino);
    assert_int_equal(walk.files[0].device, status.st_dev);
    walk_free(&walk);
}

static void hidden_files_and_folders_are_skipped_unless_named(void **state) {
    (void)state;
    make_folder(".git");
    make_file(".git/a.md");
    make_file(".b.md");
    make_file("c.md");
    assert_found("c.md\n", ".");
    assert_found(".b.md\n.git/a.md\n", ".git", ".b.md");
}

static void a_path_that_is_no_input_is_a_problem_and_the_others_are_read(void **state) {
    (void)state;
    make_file("a.md");
    make_file("b.png");
    assert_found("a.md\n! b.png: not a kind of file that is read: "
                 ".md .markdown .html .htm .txt .jsonl .jsonl.gz .warc .warc.gz\n"
                 "! gone: No such file or directory\n",
                 "gone", "b.png", "a.md");
}

static void a_file_named_twice_is_listed_once(void **state) {
    (void)state;
    make_folder("a");
    make_file("a/x.md");
    make_link("a/x.md", "link.md");
    make_link("a", "folder");
    assert_found("a/x.md\n", "a", "a/x.md", "./a/../a", "link.md", "folder");
}

static void a_link_does_not_hide_the_real_name(void **state) {
    (void)state;
    make_folder("b");
    make_file("b/x.md");
    make_link("b/x.md", "a.md");
    make_link("b", "aa");
    assert_found("b/x.md\n", ".");
}

static void a_file_behind_links_keeps_the_first_name(void **state) {
    (void)state;
    make_folder("in");
    make_folder("out");
    make_file("out/x.md");
    make_file("out/data");
    make_link("../out", "in/more");
    make_link("../out", "in/again");
    make_link("../out/data", "in/z.txt");
    make_link("../out/data", "in/y.txt");
    assert_found("in/again/x.md\nin/y.txt\n", "in");
}

static void hard_links_are_files_of_their_own(void **state) {
    (void)state;
    make_file("a.md");
    assert_int_equal(link("a.md", "b.md"), 0);
    assert_found("a.md\nb.md\n", ".");
}

static void loops_of_links_are_named_and_survived(void **state) {
    (void)state;
    make_folder("a");
    make_folder("a/b");
    make_file("a/b/x.md");
    make_link("..", "a/b/up");
    make_link(".", "a/self");
    make_link("ring", "a/ring");
    make_folder("out");
    make_file("out/y.md");
    make_link("../out", "a/out");
    make_link("../a", "out/back");
    assert_found("a/b/x.md\na/out/y.md\n"
                 "! a/b/up: a symbolic link to a folder that it is in\n"
                 "! a/out/back: a symbolic link to a folder that it is in\n"
                 "! a/ring: Too many levels of symbolic links\n"
                 "! a/self: a symbolic link to a folder that it is in\n",
                 "a");
}

static void folders_that_link_to_each_other_are_read_once(void **state) {
    (void)state;
    enum { N_FOLDERS = 12 }; /* 12! orders to visit them in */
    struct buffer expected = {0};
    for (int i = 0; i < N_FOLDERS; i++) {
        char name[40], target[40];
        snprintf(name, sizeof name, "%c", 'a' + i);
        make_folder(name);
        snprintf(name, sizeof name, "%c/x.md", 'a' + i);
        make_file(name);
        buffer_append_format(&expected, "%s\n", name);
        for (int other = 0; other < N_FOLDERS; other++) {
            snprintf(name, sizeof name, "%c/to-%c", 'a' + i, 'a' + other);
            snprintf(target, sizeof target, "../%c", 'a' + other);
            if (other != i)
                make_link(target, name);
        }
    }
    assert_found(buffer_string(&expected), ".");
    buffer_free(&expected);
}

static void dangling_links_count_only_under_the_name_of_an_input(void **state) {
    (void)state;
    make_link("gone", "a.md");
    make_link("gone", "b");
    assert_found("! a.md: No such file or directory\n", ".");
}

static void special_files_are_not_opened(void **state) {
    (void)state;
    assert_int_equal(mkfifo("a.md", 0644), 0);
    assert_int_equal(mkfifo("pipe", 0644), 0);
    make_link("/dev/zero", "b.txt");
    assert_found("! a.md: not a regular file\n! b.txt: not a regular file\n", ".");
    assert_found("! pipe: neither a folder nor a regular file\n", "pipe");
}

static void an_unreadable_folder_is_named_and_the_rest_is_read(void **state) {
    (void)state;
    make_folder("closed");
    make_file("closed/x.md");
    make_file("z.md");
    assert_int_equal(chmod("closed", 0), 0);
    obey_permissions(true);
    char *lines = found(".", NULL);
    char *below = found("closed/x.md", NULL);
    obey_permissions(false);
    assert_string_equal(lines, "z.md\n! closed: Permission denied\n");
    assert_string_equal(below, "! closed/x.md: Permission denied\n");
    free(below);
    free(lines);
}

static void files_of_a_folder_that_cannot_be_searched_are_named(void **state) {
    (void)state;
    make_folder("listed"); /* its names can be read, what they name cannot */
    make_file("listed/y.md");
    make_file("z.md");
    assert_int_equal(chmod("listed", 0400), 0);
    obey_permissions(true);
    char *lines = found(".", NULL);
    obey_permissions(false);
    assert_string_equal(lines, "z.md\n! listed/y.md: Permission denied\n");
    free(lines);
}

static void a_tree_deeper_than_a_path_can_be_is_survived(void **state) {
    (void)state;
    enum { N_LEVELS = 60 };
    char name[101];
    memset(name, 'd', 100);
    name[100] = '\0';
    for (int i = 0; i < N_LEVELS; i++) {
        make_file("x.md");
        make_folder(name);
        assert_int_equal(chdir(name), 0);
    }
    make_file("x.md");
    assert_int_equal(chdir(tree), 0);

    struct walk walk = {0};
    assert_int_equal(walk_files((const char *[]){tree}, 1, &walk, NULL), STATUS_OK);
    assert_in_range(walk.n_files, PATH_MAX / 101 - 1, PATH_MAX / 101 + 1);
    assert_int_equal(walk.n_problems, 1);
    assert_string_equal(walk.problems[0].text, "File name too long");
    walk_free(&walk);
}

static void nothing_is_found_in_nothing(void **state) {
    (void)state;
    assert_found("", ".");
    assert_found("! : No such file or directory\n", "");
    struct walk walk = {0};
    assert_int_equal(walk_files(NULL, 0, &walk, NULL), STATUS_OK);
    assert_int_equal(walk.n_files, 0);
    walk_free(&walk);
}

#define in_a_tree(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)

int main(void) {
    const struct CMUnitTest tests[] = {
        in_a_tree(files_of_all_folders_come_in_byte_order),
        in_a_tree(what_the_file_system_says_of_a_file_is_kept),
        in_a_tree(hidden_files_and_folders_are_skipped_unless_named),
        in_a_tree(a_path_that_is_no_input_is_a_problem_and_the_others_are_read),
        in_a_tree(a_file_named_twice_is_listed_once),
        in_a_tree(a_link_does_not_hide_the_real_name),
        in_a_tree(a_file_behind_links_keeps_the_first_name),
        in_a_tree(hard_links_are_files_of_their_own),
        in_a_tree(loops_of_links_are_named_and_survived),
        in_a_tree(folders_that_link_to_each_other_are_read_once),
        in_a_tree(dangling_links_count_only_under_the_name_of_an_input),
        in_a_tree(special_files_are_not_opened),
        in_a_tree(an_unreadable_folder_is_named_and_the_rest_is_read),
        in_a_tree(files_of_a_folder_that_cannot_be_searched_are_named),
        in_a_tree(a_tree_deeper_than_a_path_can_be_is_survived),
        in_a_tree(nothing_is_found_in_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
