/* Publications: after any updates, an index says what an index made anew from the same files says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "indexer/publish/publication.h"
#include "indexer/report/check.h"
#include "store/collection.h"
#include "store/postings.h"
#include "tests/unit/temporary_index.h"

/* ---- what an index says, without the ids that depend on its history ---- */

/* Of each passage, a name that does not depend on its id. */
static const char name_passages[] =
    "CREATE TEMP TABLE names(id INTEGER PRIMARY KEY, name TEXT);"
    "INSERT INTO names SELECT p.id, f.path || '|' || coalesce(d.name, '') || '|' ||"
    " (p.id - d.first_passage) FROM passages AS p JOIN documents AS d ON d.id = p.document"
    " JOIN files AS f ON f.id = d.file;"
    "CREATE TEMP TABLE decoded(term TEXT, passage INTEGER, body, headings, title);"
    "CREATE TEMP TABLE tokens(passage INTEGER, body, headings, title);"
    "CREATE VIRTUAL TABLE temp.instances USING fts5vocab(main, passages_fts, instance);";

static const char *const sayings[] = {
    "SELECT 'file', path, size, hex(sha256) FROM files ORDER BY path",
    "SELECT 'problem', path, line, text FROM problems JOIN files ON id = file ORDER BY 2, 3, 4",
    "SELECT 'document', path, name, kind, title, url, site, author, published, language,"
    " hex(d.sha256), n_passages FROM documents AS d JOIN files AS f ON f.id = d.file ORDER BY 2, 3",
    "SELECT 'passage', name, headings, start, end, first_line, last_line, text"
    " FROM passages JOIN names USING(id) ORDER BY name",
    "SELECT 'citation', path, d.name, ordinal, s.url, n.name, label, claim_start, claim_end, byte,"
    " line, column FROM citations AS c JOIN documents AS d ON d.id = c.document"
    " JOIN files AS f ON f.id = d.file JOIN sources AS s ON s.id = c.source"
    " LEFT JOIN names AS n ON n.id = c.passage ORDER BY path, d.name, ordinal",
    "SELECT 'source', url, document FROM sources ORDER BY url",
    "SELECT 'term', term, df, cf FROM terms ORDER BY term",
    "SELECT 'abbreviation', short, long, n FROM abbreviations ORDER BY short, long",
    "SELECT 'posting', term, name, body, headings, title FROM decoded"
    " LEFT JOIN names ON id = passage ORDER BY term, name",
    "SELECT 'tokens', name, body, headings, title FROM tokens JOIN names ON id = passage"
    " ORDER BY name",
    "SELECT 'collection', name, value FROM collection"
    " WHERE name NOT LIKE 'next_%' AND name NOT LIKE '%_reference' ORDER BY id",
    "SELECT 'FTS5', term, name, col, \"offset\" FROM temp.instances JOIN names ON id = doc"
    " ORDER BY term, name, col, \"offset\"",
};

static void insert(struct index *index, const char *sql, const char *term, uint32_t passage,
                   const uint16_t counts[N_COLUMNS]) {
    sqlite3_stmt *statement;
    assert_int_equal(index_prepare(index, sql, &statement, NULL), STATUS_OK);
    int i = 1;
    if (term)
        sqlite3_bind_text(statement, i++, term, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, i++, passage);
    for (size_t column = 0; column < N_COLUMNS; column++)
        sqlite3_bind_int(statement, i++, counts[column]);
    assert_int_equal(index_run(index, statement, NULL), STATUS_OK);
    sqlite3_finalize(statement);
}

static void decode_postings(struct index *index) {
    struct postings_reader reader;
    struct posting_list list = {0};
    sqlite3_stmt *terms;
    assert_int_equal(postings_reader_open(&reader, index, NULL), STATUS_OK);
    assert_int_equal(index_prepare(index, "SELECT term FROM terms", &terms, NULL), STATUS_OK);
    while (sqlite3_step(terms) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(terms, 0);
        struct term term;
        list.n_postings = 0;
        assert_int_equal(postings_find(&reader, name, strlen(name), &term, NULL), STATUS_OK);
        assert_int_equal(postings_read(&reader, &term, &list, NULL), STATUS_OK);
        for (size_t i = 0; i < list.n_postings; i++)
            insert(index, "INSERT INTO temp.decoded VALUES(?1, ?2, ?3, ?4, ?5)", name,
                   list.postings[i].passage, list.postings[i].counts);
    }
    sqlite3_finalize(terms);
    posting_list_free(&list);
    postings_reader_close(&reader);
}

static void unpack_lengths(struct index *index) {
    struct lengths lengths;
    struct collection collection;
    static const uint16_t none[N_COLUMNS];
    assert_int_equal(collection_read(index, &collection, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&lengths, index, NULL), STATUS_OK);
    for (uint32_t i = 0; i < collection.next_passage; i++) {
        const uint16_t *tokens;
        assert_int_equal(lengths_of(&lengths, i, &tokens, NULL), STATUS_OK);
        if (memcmp(tokens, none, sizeof none) != 0)
            insert(index, "INSERT INTO temp.tokens VALUES(?1, ?2, ?3, ?4)", NULL, i, tokens);
    }
    lengths_close(&lengths);
}

/* All that the index says, a line for each row. */
static struct buffer read_index(const char *path) {
    struct index index;
    struct buffer out = {0};
    struct error error;
    assert_int_equal(index_open(&index, path, INDEX_WRITE, NULL), STATUS_OK);
    if (index_execute(&index, name_passages, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(index_execute(&index, "BEGIN", NULL), STATUS_OK);
    decode_postings(&index);
    unpack_lengths(&index);
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        sqlite3_stmt *rows;
        if (index_prepare(&index, sayings[i], &rows, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(rows); column++) {
                const char *text = (const char *)sqlite3_column_text(rows, column);
                buffer_append_format(&out, "%s\t", text ? text : "NULL");
            }
            buffer_append_char(&out, '\n');
        }
        sqlite3_finalize(rows);
    }
    index_close(&index);
    assert_false(out.failed);
    return out;
}

static void assert_say_the_same(const char *path, const char *other_path) {
    struct buffer one = read_index(path);
    struct buffer other = read_index(other_path);
    size_t line = 0;
    size_t i = 0;
    for (; i < one.size && i < other.size && one.data[i] == other.data[i]; i++)
        line = one.data[i] == '\n' ? i + 1 : line;
    if (one.size != other.size || i < one.size)
        fail_msg("%s says: %.*s\n%s says: %.*s", path, (int)strcspn(one.data + line, "\n"),
                 one.data + line, other_path, (int)strcspn(other.data + line, "\n"),
                 other.data + line);
    buffer_free(&one);
    buffer_free(&other);
}

static void assert_sound(const char *path) {
    struct report report = {0};
    assert_int_equal(check_index(path, &report, NULL), STATUS_OK);
    if (report.n_problems > 0)
        fail_msg("%s", report.problems[0].text);
    report_free(&report);
}

/* ---- files ---- */

static size_t random_below(size_t n) {
    static uint64_t state = 4;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

static void append_words(struct buffer *out, size_t n_words) {
    static const char *const words[] = {"the ",
                                        "care ",
                                        "AIDS ",
                                        "X-ray ",
                                        "and ",
                                        "data. ",
                                        "GPs ",
                                        "H\xC3\xA4user ",
                                        "5mg ",
                                        "U.S. ",
                                        "pumps ",
                                        "who ",
                                        "General practitioners (GPs) ",
                                        "X-ray pump (XP) "};
    for (; n_words > 0; n_words--)
        if (random_below(30) == 0)
            buffer_append_format(out, "word%zu ", random_below(50));
        else
            buffer_append_string(out, words[random_below(sizeof words / sizeof *words)]);
}

static void append_article(struct buffer *out) {
    static const char *const languages[] = {"en", "de", "fr-CA", "xx"};
    buffer_append_format(out, "---\ntitle: Article %zu\nlang: %s\n---\n", random_below(5),
                         languages[random_below(4)]);
    for (size_t n = random_below(4); n > 0; n--) {
        buffer_append_string(out, "# ");
        append_words(out, random_below(3));
        buffer_append_string(out, "\n\n");
        append_words(out, random_below(500));
        buffer_append_format(out, "[a source](https://example.org/%zu).\n\n", random_below(9));
    }
}

/* Many lines, so that common terms have several blocks of postings; some ids come twice, some
 * lines are none of JSON. */
static void append_lines(struct buffer *out) {
    for (size_t n = random_below(800); n > 0; n--) {
        if (random_below(200) == 0)
            buffer_append_string(out, "no JSON\n");
        buffer_append_format(out, "{\"_id\": \"%zu\", \"title\": \"", random_below(2000));
        append_words(out, random_below(3));
        buffer_append_string(out, "\", \"text\": \"");
        append_words(out, random_below(12));
        buffer_append_string(out, "\"}\n");
    }
}

static void write_random_file(const char *name) {
    struct buffer text = {0};
    if (strstr(name, "jsonl"))
        append_lines(&text);
    else
        append_article(&text);
    write_file(name, buffer_string(&text));
    buffer_free(&text);
}

static void read_file(const char *name, struct buffer *text) {
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;)
        buffer_append_char(text, (char)byte);
    fclose(file);
}

/* Puts words at some place of a file, or takes what is there away: few of its passages change. */
static void edit_file(const char *name) {
    struct buffer text = {0};
    struct buffer edited = {0};
    read_file(name, &text);
    size_t start = random_below(4) == 0 ? text.size : random_below(text.size + 1);
    size_t n_lost = random_below(2) == 0 ? random_below(text.size - start + 1) : 0;
    if (n_lost > 0 && random_below(2) == 0)
        n_lost = n_lost < 20 ? n_lost : 20;
    buffer_append(&edited, buffer_string(&text), start);
    if (n_lost == 0)
        append_words(&edited, 1 + random_below(random_below(5) == 0 ? 400 : 10));
    buffer_append(&edited, buffer_string(&text) + start + n_lost, text.size - start - n_lost);
    write_file(name, buffer_string(&edited));
    buffer_free(&text);
    buffer_free(&edited);
}

enum { N_FILES = 12 };

static void name_file(size_t i, char name[40]) {
    static const char *const ends[] = {"md", "jsonl", "txt"};
    snprintf(name, 40, "files/%zu.%s", i, ends[i % 3]);
}

static void write_files(void) {
    char name[40];
    assert_int_equal(mkdir("files", 0755), 0);
    for (size_t i = 0; i < N_FILES; i++) {
        name_file(i, name);
        write_random_file(name);
    }
}

/* ---- tests ---- */

static void an_updated_index_says_what_a_new_one_says(void **state) {
    (void)state;
    enum { N_UPDATES = 6 };
    char name[40];
    write_files();
    for (size_t update = 0; update < N_UPDATES; update++) {
        for (size_t n = 0; n < N_FILES / 3; n++) {
            name_file(random_below(N_FILES), name);
            if (random_below(3) == 0)
                unlink(name);
            else
                write_random_file(name);
        }
        update_index("test.db", "files");
        update_index("new.db", "files");
        assert_say_the_same("test.db", "new.db");
        assert_sound("test.db");
        assert_int_equal(unlink("new.db"), 0);
    }
}

static void edited_files_leave_an_index_that_says_what_a_new_one_says(void **state) {
    (void)state;
    enum { N_UPDATES = 20 };
    char name[40];
    write_files();
    for (size_t update = 0; update < N_UPDATES; update++) {
        for (size_t n = 0; n < 4; n++) {
            name_file(random_below(N_FILES), name);
            edit_file(name);
        }
        update_index("test.db", "files");
        update_index("new.db", "files");
        assert_say_the_same("test.db", "new.db");
        assert_sound("test.db");
        assert_int_equal(unlink("new.db"), 0);
    }
}

static int64_t value_of(const char *path, const char *sql) {
    struct index index;
    sqlite3_stmt *row;
    assert_int_equal(index_open(&index, path, INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(index_prepare(&index, sql, &row, NULL), STATUS_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    index_close(&index);
    return value;
}

static void a_document_that_gets_no_longer_stays_in_its_place(void **state) {
    (void)state;
    static const char next[] = "SELECT value FROM collection WHERE name = 'next_passage'";
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/1.md", "# One\n\nFirst words.\n\n# Two\n\nSecond words.\n");
    write_file("files/2.md", "# Three\n\nThird words.\n");
    update_index("test.db", "files");
    assert_int_equal(value_of("test.db", next), 4);
    write_file("files/1.md", "# One\n\nFirst words.\n\n# Two\n\nOther words, and more of them.\n");
    update_index("test.db", "files");
    assert_int_equal(value_of("test.db", next), 4);
    assert_int_equal(value_of("test.db", "SELECT id FROM passages WHERE text LIKE 'Other%'"), 2);
    write_file("files/1.md", "# One\n\nOther words, and more of them.\n");
    update_index("test.db", "files");
    assert_int_equal(value_of("test.db", "SELECT id FROM passages WHERE text LIKE 'Other%'"), 1);
    assert_int_equal(value_of("test.db", "SELECT count(*) FROM passages"), 2);
    assert_sound("test.db");
}

static void a_document_that_gets_longer_moves_behind_the_others(void **state) {
    (void)state;
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/1.md", "# One\n\nFirst words.\n");
    write_file("files/2.md", "# Three\n\nThird words.\n");
    update_index("test.db", "files");
    write_file("files/1.md", "# One\n\nFirst words.\n\n# Two\n\nSecond words.\n");
    update_index("test.db", "files");
    assert_int_equal(value_of("test.db", "SELECT min(id) FROM passages WHERE text LIKE 'First%'"),
                     3);
    assert_sound("test.db");
}

static void files_that_come_back_are_indexed_as_before(void **state) {
    (void)state;
    write_files();
    update_index("test.db", "files");
    update_index("first.db", "files");
    assert_int_equal(rename("files", "elsewhere"), 0);
    assert_int_equal(mkdir("files", 0755), 0);
    update_index("test.db", "files");
    struct buffer said = read_index("test.db");
    assert_string_equal(buffer_string(&said), "collection\tn_documents\t0\t\n"
                                              "collection\tn_passages\t0\t\n"
                                              "collection\tbody_tokens\t0\t\n"
                                              "collection\theadings_tokens\t0\t\n"
                                              "collection\ttitle_tokens\t0\t\n"
                                              "collection\tlanguages\t\t\n");
    buffer_free(&said);
    assert_sound("test.db");
    assert_int_equal(rmdir("files"), 0);
    assert_int_equal(rename("elsewhere", "files"), 0);
    update_index("test.db", "files");
    assert_say_the_same("test.db", "first.db");
}

static int64_t first_file(struct index *index) {
    sqlite3_stmt *row;
    assert_int_equal(index_prepare(index, "SELECT min(id) FROM files", &row, NULL), STATUS_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t file = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return file;
}

static void what_is_not_committed_never_was(void **state) {
    (void)state;
    struct index index;
    struct publication *publication;
    write_files();
    update_index("test.db", "files");
    update_index("same.db", "files");
    assert_int_equal(index_open(&index, "test.db", INDEX_WRITE, NULL), STATUS_OK);
    assert_int_equal(publication_open(&publication, &index, NULL), STATUS_OK);
    assert_int_equal(publication_remove_file(publication, first_file(&index), NULL), STATUS_OK);
    publication_close(publication);
    index_close(&index);
    assert_say_the_same("test.db", "same.db");
    assert_sound("test.db");
}

static void a_second_document_of_the_same_id_is_refused_and_named(void **state) {
    (void)state;
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/twice.jsonl", "{\"_id\": \"a\", \"text\": \"first\"}\n"
                                    "{\"_id\": \"a\", \"text\": \"second\"}\n"
                                    "{\"_id\": \"b\", \"text\": \"third\"}\n");
    update_index("test.db", "files");
    struct buffer said = read_index("test.db");
    assert_non_null(strstr(said.data, "problem\tfiles/twice.jsonl\t2\t"));
    assert_non_null(strstr(said.data, "term\tfirst\t1\t1\t"));
    assert_null(strstr(said.data, "term\tsecond"));
    assert_non_null(strstr(said.data, "term\tthird\t1\t1\t"));
    buffer_free(&said);
    assert_sound("test.db");
}

static void any_language_that_a_document_names_leaves_the_index_sound(void **state) {
    (void)state;
    static const char *const languages[] = {
        "",       "e",   "en",          "EN-gb",    "english",
        "en_US",  "eng", "de",          "De-AT",    "deu",
        "german", "d",   "de_DE.UTF-8", "--",       "e-n",
        "de-",    "fr",  "f\xC3\xA4",   "\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC",
        "xx",     "zh",  "en\xC3\xA9",
    };
    struct buffer lines = {0};
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        buffer_append_format(&lines,
                             "{\"_id\": \"%zu\", \"lang\": \"%s\", \"title\": \"Operations\","
                             " \"text\": \"Krankenh\xC3\xA4user operations nationale\"}\n",
                             i, languages[i]);
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/languages.jsonl", buffer_string(&lines));
    buffer_free(&lines);
    update_index("test.db", "files");
    assert_sound("test.db");
}

static void a_text_that_begins_like_a_language_mark_leaves_the_index_sound(void **state) {
    (void)state;
    assert_int_equal(mkdir("files", 0755), 0);
    write_file("files/mark.jsonl",
               "{\"_id\": \"1\", \"title\": \"\\ue000de\\ue001 H\xC3\xA4user\","
               " \"text\": \"\\ue000de\\ue001 Krankenh\xC3\xA4user\"}\n"
               "{\"_id\": \"2\", \"lang\": \"de\", \"title\": \"\\ue000en\\ue001 operations\","
               " \"text\": \"\\ue001\\ue000\"}\n");
    update_index("test.db", "files");
    assert_sound("test.db");
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(an_updated_index_says_what_a_new_one_says),
        IN_FOLDER(edited_files_leave_an_index_that_says_what_a_new_one_says),
        IN_FOLDER(a_document_that_gets_no_longer_stays_in_its_place),
        IN_FOLDER(a_document_that_gets_longer_moves_behind_the_others),
        IN_FOLDER(files_that_come_back_are_indexed_as_before),
        IN_FOLDER(what_is_not_committed_never_was),
        IN_FOLDER(a_second_document_of_the_same_id_is_refused_and_named),
        IN_FOLDER(any_language_that_a_document_names_leaves_the_index_sound),
        IN_FOLDER(a_text_that_begins_like_a_language_mark_leaves_the_index_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
