/* A searcher over the files of a temporary folder, for tests of the parts of the search, and sets
 * of passages as text. */
#ifndef OSLER_TESTS_UNIT_SEARCHED_FILES_H
#define OSLER_TESTS_UNIT_SEARCHED_FILES_H

#include "query/search.h"
#include "query/select/searcher.h"
#include "tests/unit/temporary_index.h"

/* Indexes the folder "files" and opens the index. A first search makes it read the collection. */
static inline struct searcher *search_files(void) {
    struct searcher *searcher;
    struct answer answer = {0};
    struct error error = {0};
    const struct search search = {.query = "", .count_only = true};
    update_index("test.db", "files");
    if (searcher_open("test.db", &searcher, &error) != STATUS_OK ||
        searcher_run(searcher, &search, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    answer_free(&answer);
    return searcher;
}

/* Writes one JSONL file, files/NAME. */
static inline void write_documents(const char *name, const char *lines) {
    char path[60];
    if (access("files", F_OK) != 0)
        assert_int_equal(mkdir("files", 0755), 0);
    snprintf(path, sizeof path, "files/%s", name);
    write_file(path, lines);
}

/* Appends the id of the document that holds the passage. */
static inline void append_document(struct searcher *searcher, uint32_t passage,
                                   struct buffer *out) {
    sqlite3_stmt *row;
    assert_int_equal(index_prepare(&searcher->index,
                                   "SELECT coalesce(d.name, f.path) FROM passages AS p"
                                   " JOIN documents AS d ON d.id = p.document"
                                   " JOIN files AS f ON f.id = d.file WHERE p.id = ?1",
                                   &row, NULL),
                     STATUS_OK);
    sqlite3_bind_int64(row, 1, passage);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    buffer_append_string(out, out->size > 0 ? " " : "");
    buffer_append_string(out, (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

/* Asserts the documents of the passages of `set`, in the order of their ids. */
static inline void assert_set(struct searcher *searcher, const struct passage_set *set,
                              const char *expected, const char *what) {
    struct buffer found = {0};
    for (uint32_t i = passage_set_next(set, 0); i < set->end; i = passage_set_next(set, i + 1))
        append_document(searcher, i, &found);
    if (strcmp(buffer_string(&found), expected) != 0)
        fail_msg("%s: found \"%s\", not \"%s\"", what, buffer_string(&found), expected);
    buffer_free(&found);
}

#endif
