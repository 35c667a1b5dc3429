/* Filters, on a few documents with all kinds of metadata. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "query/select/filter.h"
#include "tests/unit/searched_files.h"

static struct searcher *searcher;

static int open_searcher(void **state) {
    int status = enter_temporary_folder(state);
    write_documents(
        "a.jsonl",
        "{\"_id\": \"a\", \"text\": \"one\", \"url\": \"https://www.who.int/x\","
        " \"author\": \"Ann Osler\", \"date\": \"2024-03-05\", \"lang\": \"en\"}\n"
        "{\"_id\": \"b\", \"text\": \"two\", \"url\": \"https://WHO.int:443/\","
        " \"date\": \"2025\", \"lang\": \"de\", \"author\": \"J\u00fcrgen M\u00fcller-O'Hara\"}\n"
        "{\"_id\": \"c\", \"text\": \"three\", \"url\": \"https://notwho.int\","
        " \"date\": \"2023-12-31\", \"author\": \"Bo\"}\n"
        "{\"_id\": \"d\", \"text\": \"four\"}\n"
        "{\"_id\": \"e\", \"text\": \"five\", \"url\": \"http://user@data.who.int?who.org\","
        " \"lang\": \"de-AT\"}\n");
    write_file("files/cite.md", "# Title\n\nIt helps [(WHO)](https://www.who.int/x/#part).\n\n"
                                "## Other\n\nNothing is cited here.\n");
    write_file("files/tracked.md",
               "# Title\n\nIt is so [(B)](HTTPS://B\u00fccher.example/a%7eb?utm_source=x&id=1).\n");
    write_file("files/whole.md", "# Title\n\nText.\n\n## More\n\nText.\n\n## Sources\n\n"
                                 "- [NIH](http://nih.gov/a)\n");
    write_file("files/page.html", "<meta property=og:site_name content='Sant\u00e9 publique'>"
                                  "<title>Page</title><p>Text of the page.</p>");
    searcher = search_files();
    return status;
}

static int close_searcher(void **state) {
    searcher_close(searcher);
    return leave_temporary_folder(state);
}

static void assert_filtered(enum query_filter filter, const char *text, const char *expected) {
    struct passage_set set;
    assert_true(passage_set_init(&set, searcher->collection.next_passage));
    assert_int_equal(filter_run(searcher, filter, text, &set, NULL), STATUS_OK);
    assert_set(searcher, &set, expected, text);
    passage_set_free(&set);
}

static void a_site_is_a_host_and_all_below_it(void **state) {
    (void)state;
    assert_filtered(FILTER_SITE, "who.int", "a b e");
    assert_filtered(FILTER_SITE, "WHO.INT", "a b e");
    assert_filtered(FILTER_SITE, "www.who.int", "a");
    assert_filtered(FILTER_SITE, "int", "a b c e");
    assert_filtered(FILTER_SITE, "ho.int", "");
    assert_filtered(FILTER_SITE, "who.org", "");
    assert_filtered(FILTER_SITE, "user@data.who.int", "");
    assert_filtered(FILTER_SITE, "", "");
}

static void an_author_is_found_by_any_part_of_the_name(void **state) {
    (void)state;
    assert_filtered(FILTER_AUTHOR, "osler", "a");
    assert_filtered(FILTER_AUTHOR, "ANN O", "a");
    assert_filtered(FILTER_AUTHOR, "%", "");
    assert_filtered(FILTER_AUTHOR, "sler", "");
    assert_filtered(FILTER_AUTHOR, "", "");
}

static void names_have_neither_case_nor_accents_nor_punctuation(void **state) {
    (void)state;
    assert_filtered(FILTER_AUTHOR, "muller", "b");
    assert_filtered(FILTER_AUTHOR, "M\u00dcLLER", "b");
    assert_filtered(FILTER_AUTHOR, "Jurgen Mull", "b");
    assert_filtered(FILTER_AUTHOR, "muller o\u2019hara", "b");
    assert_filtered(FILTER_AUTHOR, "\u00d3sler", "a");
    assert_filtered(FILTER_SITE, "sante publique", "files/page.html");
    assert_filtered(FILTER_SITE, "SANT\u00c9-PUBLIQUE", "files/page.html");
    assert_filtered(FILTER_SITE, "sante", "");
}

static void a_language_includes_its_regions(void **state) {
    (void)state;
    assert_filtered(FILTER_LANG, "de", "b e");
    assert_filtered(FILTER_LANG, "DE", "b e");
    assert_filtered(FILTER_LANG, "de-at", "e");
    assert_filtered(FILTER_LANG, "d", "");
}

static void a_document_that_names_no_language_is_english(void **state) {
    (void)state;
    assert_filtered(FILTER_LANG, "en",
                    "a c d files/cite.md files/cite.md files/page.html files/tracked.md "
                    "files/whole.md files/whole.md");
}

static void dates_are_compared_as_far_as_they_are_given(void **state) {
    (void)state;
    assert_filtered(FILTER_BEFORE, "2024", "c");
    assert_filtered(FILTER_BEFORE, "2025", "a c");
    assert_filtered(FILTER_BEFORE, "2024-03", "c");
    assert_filtered(FILTER_BEFORE, "2024-04", "a c");
    assert_filtered(FILTER_BEFORE, "2024-03-05", "c");
    assert_filtered(FILTER_AFTER, "2023", "a b c");
    assert_filtered(FILTER_AFTER, "2024", "a b");
    assert_filtered(FILTER_AFTER, "2024-03", "a b");
    assert_filtered(FILTER_AFTER, "2024-03-04", "a b");
}

static void what_path_holds_is_an_article(void **state) {
    (void)state;
    assert_filtered(FILTER_KIND, "article",
                    "a b c d e files/cite.md files/cite.md files/page.html files/tracked.md "
                    "files/whole.md files/whole.md");
    assert_filtered(FILTER_KIND, "source", "");
}

static void a_passage_cites_what_its_claims_cite(void **state) {
    (void)state;
    assert_filtered(FILTER_CITES, "who.int", "files/cite.md");
    assert_filtered(FILTER_CITES, "https://www.who.int/x", "files/cite.md");
    assert_filtered(FILTER_CITES, "http://who.int/x/", "files/cite.md");
    assert_filtered(FILTER_CITES, "https://www.who.int/y", "");
    assert_filtered(FILTER_CITES, "ho.int", "");
}

static void a_page_is_cited_in_any_spelling_of_its_url(void **state) {
    (void)state;
    assert_filtered(FILTER_CITES, "https://b\u00fccher.example/a%7eb?utm_source=x&id=1",
                    "files/tracked.md");
    assert_filtered(FILTER_CITES, "https://xn--bcher-kva.example/a~b?id=1", "files/tracked.md");
    assert_filtered(FILTER_CITES, "xn--bcher-kva.example", "files/tracked.md");
    assert_filtered(FILTER_CITES, "b\u00fccher.example", "files/tracked.md");
    assert_filtered(FILTER_CITES, "https://xn--bcher-kva.example/a~b?id=2", "");
}

static void a_citation_of_the_whole_document_is_one_of_all_its_passages(void **state) {
    (void)state;
    assert_filtered(FILTER_CITES, "nih.gov", "files/whole.md files/whole.md");
}

static void a_source_is_cited_by_a_document_or_the_end_of_its_path(void **state) {
    (void)state;
    assert_filtered(FILTER_CITED_BY, "cite.md", "");
    /* As if the source had been fetched, as b. */
    sqlite3 *connection;
    assert_int_equal(sqlite3_open("test.db", &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection,
                                  "UPDATE sources SET document = (SELECT id FROM documents"
                                  " WHERE name = 'b') WHERE url LIKE '%who%'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(connection);
    filter_forget(searcher); /* as a search does that finds the index changed */
    assert_filtered(FILTER_CITED_BY, "files/cite.md", "b");
    assert_filtered(FILTER_CITED_BY, "cite.md", "b");
    assert_filtered(FILTER_CITED_BY, "ite.md", "");
    /* As it is shown to who asks from elsewhere. */
    char *folder = realpath("files", NULL);
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/cite.md", folder);
    assert_filtered(FILTER_CITED_BY, path, "b");
    snprintf(path, sizeof path, "%s/ite.md", folder);
    assert_filtered(FILTER_CITED_BY, path, "");
    free(folder);
    assert_filtered(FILTER_CITED_BY, "whole.md", "");
}

static void everything_is_every_passage(void **state) {
    (void)state;
    struct passage_set set;
    assert_true(passage_set_init(&set, searcher->collection.next_passage));
    assert_int_equal(filter_everything(searcher, &set, NULL), STATUS_OK);
    assert_int_equal(passage_set_count(&set), searcher->collection.n_passages);
    passage_set_free(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_a_host_and_all_below_it),
        cmocka_unit_test(an_author_is_found_by_any_part_of_the_name),
        cmocka_unit_test(names_have_neither_case_nor_accents_nor_punctuation),
        cmocka_unit_test(a_language_includes_its_regions),
        cmocka_unit_test(a_document_that_names_no_language_is_english),
        cmocka_unit_test(dates_are_compared_as_far_as_they_are_given),
        cmocka_unit_test(what_path_holds_is_an_article),
        cmocka_unit_test(a_passage_cites_what_its_claims_cite),
        cmocka_unit_test(a_page_is_cited_in_any_spelling_of_its_url),
        cmocka_unit_test(a_citation_of_the_whole_document_is_one_of_all_its_passages),
        cmocka_unit_test(a_source_is_cited_by_a_document_or_the_end_of_its_path),
        cmocka_unit_test(everything_is_every_passage),
    };
    return cmocka_run_group_tests(tests, open_searcher, close_searcher);
}
