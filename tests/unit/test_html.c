/* The reader of web pages: what of a page becomes text, blocks, links and metadata. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "indexer/document/readers.h"

#define FIRST                                                                                      \
    "The clinic moved its appointment letters to a patient portal in spring, and staff report "    \
    "that fewer people miss a visit."
#define SECOND                                                                                     \
    "A review of forty practices found the same pattern, although older patients went on calling " \
    "the front desk for most changes."
#define THIRD                                                                                      \
    "The authors advise practices to keep the telephone line open while the portal is being "      \
    "introduced, and to measure both."
#define ARTICLE "<p>" FIRST "</p><p>" SECOND "</p><p>" THIRD "</p>"

static void read_bytes(struct document *document, const char *bytes, size_t n_bytes,
                       const char *charset) {
    struct error error;
    *document = (struct document){0};
    assert_int_equal(html_read(bytes, n_bytes, charset, true, document, &error), STATUS_OK);
}

static struct document read_page(const char *page) {
    struct document document;
    read_bytes(&document, page, strlen(page), NULL);
    return document;
}

static bool has_text(const struct document *document, const char *text) {
    return strstr(buffer_string(&document->text), text) != NULL;
}

static void assert_text(const char *page, const char *expected) {
    struct document document = read_page(page);
    assert_string_equal(buffer_string(&document.text), expected);
    document_free(&document);
}

static void assert_block(const struct document *document, size_t i, enum block_kind kind,
                         const char *text) {
    assert_true(i < document->n_blocks);
    const struct block *block = &document->blocks[i];
    assert_int_equal(block->kind, kind);
    assert_int_equal(block->end - block->start, strlen(text));
    assert_memory_equal(document->text.data + block->start, text, strlen(text));
}

static void only_the_article_of_a_page_is_read(void **state) {
    (void)state;
    assert_text("<html><head><title>Portals</title><style>p{}</style></head><body>"
                "<nav><ul><li><a href=/>Home</a><li><a href=/n>News</a></ul></nav>"
                "<div id=main>" ARTICLE "</div>"
                "<div class=sidebar><p>Ten more stories that our readers liked this week.</p></div>"
                "<div class='comments'><p>I could not agree more with every word of this.</p></div>"
                "<footer><p>Imprint, privacy, and the address of our editors.</p></footer>"
                "<script>var x = '<p>" FIRST "</p>';</script></body></html>",
                FIRST "\n\n" SECOND "\n\n" THIRD);
}

#define OPENING                                                                                    \
    "Nobody at the practice expected the old letters to be missed, and yet the first month "       \
    "brought three complaints a day, most of them from patients who had kept every letter for "    \
    "years."
#define FOURTH                                                                                     \
    "Two of the practices have gone back to paper for appointments that fall within three days, "  \
    "because messages are read later than letters are."
#define STANDFIRST "What forty practices learned when letters became messages."

static void a_lead_between_the_title_and_the_article_is_read(void **state) {
    (void)state;
    static const char head[] = "<title>A portal for letters</title><body><div class=top>"
                               "<h1>A portal for letters</h1>";
    static const char rest[] = "</div><div class=rest><div class=text><div><div>" ARTICLE
                               "<p>" FOURTH "</p></div></div></div></div>";
    char page[2000];
    snprintf(page, sizeof page, "%s<p>" OPENING "</p><p>Ann Lee, 3 May</p><p>" STANDFIRST "</p>%s",
             head, rest);
    assert_text(page,
                OPENING "\n\n" STANDFIRST "\n\n" FIRST "\n\n" SECOND "\n\n" THIRD "\n\n" FOURTH);
    snprintf(page, sizeof page, "%s<p>" STANDFIRST "</p>%s", head, rest);
    assert_text(page, FIRST "\n\n" SECOND "\n\n" THIRD "\n\n" FOURTH);
    snprintf(page, sizeof page, "%s<div class=related><p>" OPENING "</p></div>%s", head, rest);
    assert_text(page, FIRST "\n\n" SECOND "\n\n" THIRD "\n\n" FOURTH);
}

static void long_text_without_a_full_stop_stays(void **state) {
    (void)state;
    assert_text("<div>" ARTICLE "<div>Open on weekdays from nine to noon</div><div>" FIRST
                " Open on weekdays from nine to noon and from two to six</div></div>",
                FIRST "\n\n" SECOND "\n\n" THIRD "\n\n" FIRST
                      " Open on weekdays from nine to noon and from two to six");
}

/* A page that a page builder made: each part of the article in wrappers of its own. */
#define PART(text)                                                                                 \
    "<div class=band><div><div><div><div><p>" text "</p></div></div></div></div></div>"

static void an_article_in_bands_is_read_whole(void **state) {
    (void)state;
    const char *whole = FIRST "\n\n" SECOND "\n\n" THIRD "\n\n" FOURTH;
    assert_text("<div class=page><div class=top>Notes</div><div class=bands>" PART(FIRST)
                    PART(SECOND) PART(THIRD) PART(FOURTH) "</div></div>",
                whole);
    assert_text("<body><div>" FIRST "</div><div>" SECOND "</div><div>" THIRD "</div><div>" FOURTH
                "</div><footer>" OPENING "</footer>",
                whole);
}

static void a_page_without_a_body_tag_is_read(void **state) {
    (void)state;
    struct document document =
        read_page("<title>Portals</title><meta name=author content='Ada Low'>"
                  "<main><article>" ARTICLE "</article></main>");
    assert_block(&document, 0, BLOCK_PARAGRAPH, FIRST);
    assert_int_equal(document.n_blocks, 3);
    assert_string_equal(document.title, "Portals");
    assert_string_equal(document.author, "Ada Low");
    document_free(&document);
}

static void hidden_text_is_not_read(void **state) {
    (void)state;
    struct document document =
        read_page("<div>" ARTICLE "<p hidden>One that the page does not show at all.</p>"
                  "<p style='display: none'>Two that the page does not show at all.</p>"
                  "<p aria-hidden=true>Three that the page does not show at all.</p></div>");
    assert_true(has_text(&document, THIRD));
    assert_false(has_text(&document, "does not show"));
    document_free(&document);
}

static void answers_that_a_click_shows_are_read_with_their_questions(void **state) {
    (void)state;
    struct document document =
        read_page("<h1>Portals</h1><div>" ARTICLE
                  "<h3><button aria-expanded=false>Who can see my record?</button>"
                  "</h3><div class='accordion-body' aria-hidden=true><p>Only you, and those who "
                  "care for you.</p>"
                  "</div><button>Book a demo</button><div class=panel style='display:none'><p>A "
                  "form that is of "
                  "no use.</p></div><p>" FOURTH "</p></div>");
    assert_block(&document, 3, BLOCK_HEADING, "Who can see my record?");
    assert_block(&document, 4, BLOCK_PARAGRAPH, "Only you, and those who care for you.");
    assert_block(&document, 5, BLOCK_PARAGRAPH, FOURTH);
    document_free(&document);
}

static void what_is_a_label_elsewhere_may_be_the_head_of_a_column(void **state) {
    (void)state;
    struct document document =
        read_page("<h1>Portals</h1><div>" ARTICLE
                  "<p>Share</p><table><tr><th>Age</th><th>Share</th></tr><tr><td>18 "
                  "to 39</td><td>71%</td></tr></table><p>" FOURTH "</p></div>");
    assert_block(&document, 3, BLOCK_ROW, "Age | Share");
    document_free(&document);
}

/* A page of a journal, of the shape in which PubMed Central shows articles. */
static void an_article_of_a_journal_is_read_with_its_tables_and_sections(void **state) {
    (void)state;
    struct document document = read_page(
        "<title>Letters and visits - PMC</title><meta name=citation_title content='Letters and "
        "visits'>"
        "<header><nav><a href=/>Home</a></nav></header><main><article><hgroup><h1>Letters and "
        "visits</h1>"
        "</hgroup><section class=abstract id=abstract1><h2>Abstract</h2><p>" FIRST "</p></section>"
        "<section id=sec1><h2>Methods</h2><p>" SECOND
        " [<a href='#B1'>1</a>,<a href='#B2'>2</a>]</p>"
        "<section class='tw xbox' id=t1><h4>Table "
        "1.</h4><table><tr><th>Arm</th><th>Missed</th></tr>"
        "<tr><td>Letters</td><td>231</td></tr></table></section></section><section id=sec2><h2>"
        "Discussion</h2><p>" THIRD
        "</p></section></article></main><aside><h3>Similar articles</h3><p>"
        "A list of articles that are like this one.</p></aside>");
    assert_string_equal(document.title, "Letters and visits");
    assert_block(&document, 0, BLOCK_HEADING, "Abstract");
    assert_block(&document, 3, BLOCK_PARAGRAPH, SECOND " [1,2]");
    assert_block(&document, 5, BLOCK_ROW, "Arm | Missed");
    assert_block(&document, 6, BLOCK_ROW, "Letters | 231");
    assert_block(&document, 8, BLOCK_PARAGRAPH, THIRD);
    assert_int_equal(document.n_blocks, 9);
    document_free(&document);
}

static void a_hidden_article_is_read_if_there_is_nothing_else(void **state) {
    (void)state;
    struct document document = read_page("<div style='display:none'>" ARTICLE "</div><p>Wait.</p>");
    assert_true(has_text(&document, SECOND));
    document_free(&document);
}

static void a_page_named_like_furniture_is_read_all_the_same(void **state) {
    (void)state;
    struct document document =
        read_page("<div class=share><p>" FIRST "</p></div><div class=comment><p>" SECOND
                  "</p></div><div class=popup><p>" THIRD "</p></div>");
    assert_true(has_text(&document, FIRST));
    document_free(&document);
}

static void a_short_article_does_not_give_way_to_a_cookie_notice(void **state) {
    (void)state;
    assert_text("<body><article><p>We are closed on the third of May.</p></article>"
                "<div class=cookie-notice><p>" SECOND "</p></div>"
                "<aside>" FIRST "</aside><aside>" THIRD "</aside></body>",
                "We are closed on the third of May.");
}

static void an_empty_shell_is_filled_from_its_json_ld(void **state) {
    (void)state;
    struct document document = read_page(
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":"
        "\"<p>" FIRST "</p><p>Portals &amp; phones.</p>" SECOND "\"}</script><p>Loading</p>");
    assert_block(&document, 0, BLOCK_PARAGRAPH, FIRST);
    assert_block(&document, 1, BLOCK_PARAGRAPH, "Portals & phones.");
    assert_block(&document, 2, BLOCK_PARAGRAPH, SECOND);
    document_free(&document);
}

static void blocks_have_their_kinds(void **state) {
    (void)state;
    struct document document =
        read_page("<article><h1>Portals in practice today</h1><h2>Results</h2>" ARTICLE
                  "<ul><li>Calls fell by a third.<li>Visits were <b>kep</b>t.</ul>"
                  "<h3>Numbers</h3><table><tr><th>Year<th>Missed<tr><td>2023<td>18%</table>"
                  "<pre>\nselect 1;\n  -- done\n</pre><blockquote><p>We shall not go back.</p>"
                  "</blockquote></article>");
    assert_block(&document, 0, BLOCK_HEADING, "Results");
    assert_int_equal(document.blocks[0].level, 2);
    assert_block(&document, 1, BLOCK_PARAGRAPH, FIRST);
    assert_block(&document, 4, BLOCK_ITEM, "Calls fell by a third.");
    assert_block(&document, 5, BLOCK_ITEM, "Visits were kept.");
    assert_block(&document, 6, BLOCK_HEADING, "Numbers");
    assert_int_equal(document.blocks[6].level, 3);
    assert_block(&document, 7, BLOCK_ROW, "Year | Missed");
    assert_block(&document, 8, BLOCK_ROW, "2023 | 18%");
    assert_block(&document, 9, BLOCK_CODE, "select 1;\n  -- done");
    assert_block(&document, 10, BLOCK_PARAGRAPH, "We shall not go back.");
    assert_int_equal(document.n_blocks, 11);
    document_free(&document);
}

static void a_table_for_layout_has_paragraphs_not_rows(void **state) {
    (void)state;
    struct document document = read_page("<table><tr><td>" ARTICLE "</table>");
    assert_block(&document, 0, BLOCK_PARAGRAPH, FIRST);
    assert_int_equal(document.n_blocks, 3);
    document_free(&document);
}

static void an_id_made_of_a_heading_tells_nothing(void **state) {
    (void)state;
    struct document document = read_page(
        "<h1>Portals</h1><div><p>" OPENING
        "</p><section id=sharing-a-record-with-family><h2>Sharing a "
        "record, with family</h2>" ARTICLE
        "</section><h2 id=comments-field>Comments field</h2><p>" FOURTH
        "</p><section id=related-articles><h2>Related articles</h2><p>A teaser of another article "
        "that stands below this one.</p></section></div>");
    assert_block(&document, 1, BLOCK_HEADING, "Sharing a record, with family");
    assert_block(&document, 2, BLOCK_PARAGRAPH, FIRST);
    assert_block(&document, 5, BLOCK_HEADING, "Comments field");
    assert_false(has_text(&document, "teaser"));
    document_free(&document);
}

static void labels_and_invitations_are_dropped(void **state) {
    (void)state;
    assert_text("<title>Portals cut missed visits</title><div><h1>Portals cut missed visits</h1>"
                "<p>" FIRST "</p><p>Advertisement</p><p>12 comments</p><p>" SECOND "</p>"
                "<p><a href=/other>Another story of the week</a></p><p>" FIRST "</p>"
                "<p>" THIRD "</p><h2>More</h2><p>Follow us on Twitter for more.</p></div>",
                FIRST "\n\n" SECOND "\n\n" THIRD);
}

static void a_line_break_and_a_no_break_space_are_spaces(void **state) {
    (void)state;
    struct document document =
        read_page("<div>" ARTICLE "<p>One<br>two&nbsp; three and soft\xc2\xadly four.</p></div>");
    assert_block(&document, 3, BLOCK_PARAGRAPH, "One two three and softly four.");
    document_free(&document);
}

static void two_line_breaks_part_paragraphs(void **state) {
    (void)state;
    struct document document = read_page("<div>" FIRST "<br>Still the first.<br> <br>" SECOND
                                         "<br><br><br>" THIRD "</div>");
    assert_block(&document, 0, BLOCK_PARAGRAPH, FIRST " Still the first.");
    assert_block(&document, 1, BLOCK_PARAGRAPH, SECOND);
    assert_block(&document, 2, BLOCK_PARAGRAPH, THIRD);
    document_free(&document);
}

static void links_are_resolved_and_labelled(void **state) {
    (void)state;
    struct document document = read_page(
        "<link rel=canonical href='https://example.org/a/b.html'><div>" ARTICLE
        "<p>See the <a href='https://example.com/x?a=1&amp;b=2' title=Study>full study</a>, "
        "<a href='../c'>the appendix</a>, <a href='#top'>the top</a> or "
        "<a href='mailto:a@example.org'>write to us all</a>.</p></div>");
    assert_int_equal(document.n_links, 2);
    const struct link *link = &document.links[0];
    assert_string_equal(link->url, "https://example.com/x?a=1&b=2");
    assert_string_equal(link->title, "Study");
    assert_int_equal(link->block, 3);
    assert_memory_equal(document.text.data + link->start, "full study", link->end - link->start);
    assert_string_equal(document.links[1].url, "https://example.org/c");
    document_free(&document);
}

static void a_base_is_preferred_for_relative_links(void **state) {
    (void)state;
    struct document document =
        read_page("<link rel=canonical href='https://example.org/a/'><base href='//cdn.example/z/'>"
                  "<div>" ARTICLE "<p>Here is <a href='q r'>the data set</a> of it.</p></div>");
    assert_int_equal(document.n_links, 1);
    assert_string_equal(document.links[0].url, "https://cdn.example/z/q%20r");
    document_free(&document);
}

static void metadata_comes_from_the_head(void **state) {
    (void)state;
    struct document document = read_page(
        "<html lang=en-GB><title>Portals | The Example</title>"
        "<meta property='og:title' content=' Portals  at work '>"
        "<meta property='og:site_name' content='The Example'><meta name=author content='Ada Low'>"
        "<meta property='article:published_time' content='2025-03-14T08:00:00Z'>"
        "<meta property='article:modified_time' content='2025-04-01'>"
        "<link rel=canonical href='https://example.org/portals'><p>" FIRST);
    assert_string_equal(document.title, "Portals at work");
    assert_string_equal(document.site, "The Example");
    assert_string_equal(document.author, "Ada Low");
    assert_string_equal(document.published, "2025-03-14T08:00:00Z");
    assert_string_equal(document.modified, "2025-04-01");
    assert_string_equal(document.language, "en-GB");
    assert_string_equal(document.canonical, "https://example.org/portals");
    document_free(&document);
}

static void metadata_comes_from_json_ld(void **state) {
    (void)state;
    struct document document = read_page(
        "<script type='application/ld+json'>{ broken </script>"
        "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebPage\"},{\"@type\":"
        "[\"Thing\",\"BlogPosting\"],\"headline\":\"Portals &amp; phones\",\"author\":"
        "[{\"name\":\"Ada Low\"},\"Bo Ek\",{\"name\":\"https://example.org/c\"}],"
        "\"datePublished\":\"2025-03-14\",\"dateModified\":\"2025-03-15\",\"inLanguage\":\"de\","
        "\"publisher\":{\"name\":\"The\nExample\"},"
        "\"mainEntityOfPage\":{\"@id\":\"https://example.org/p\"}}]}</script><p>" FIRST);
    assert_string_equal(document.title, "Portals & phones");
    assert_string_equal(document.author, "Ada Low; Bo Ek");
    assert_string_equal(document.published, "2025-03-14");
    assert_string_equal(document.modified, "2025-03-15");
    assert_string_equal(document.site, "The Example");
    assert_string_equal(document.language, "de");
    assert_string_equal(document.canonical, "https://example.org/p");
    document_free(&document);
}

static void json_ld_that_refers_to_its_author_is_followed(void **state) {
    (void)state;
    struct document document = read_page(
        "<script "
        "type='application/ld+json'>{\"@graph\":[{\"@type\":\"MedicalWebPage\",\"headline\":"
        "\"A "
        "page\"},{\"@type\":\"NewsArticle\",\"headline\":\"Portals\",\"author\":{\"@id\":\"#ada\"},"
        "\"publisher\":{\"@id\":\"#nobody\"}},{\"@type\":\"Person\",\"@id\":\"#ada\",\"name\":"
        "\"Ada Low\"}]}</script><p>" FIRST);
    assert_string_equal(document.title, "Portals");
    assert_string_equal(document.author, "Ada Low");
    assert_null(document.site);
    document_free(&document);
}

static void json_ld_of_a_page_counts_where_there_is_no_article(void **state) {
    (void)state;
    struct document document =
        read_page("<script type='application/ld+json'>[{\"@type\":\"Organization\",\"name\":\"E\"},"
                  "{\"@type\":\"MedicalWebPage\",\"headline\":\"Portals\",\"datePublished\":"
                  "\"2025-03-14\"}]</script><p>" FIRST);
    assert_string_equal(document.title, "Portals");
    assert_string_equal(document.published, "2025-03-14");
    document_free(&document);
}

static void a_journal_names_its_authors_one_by_one(void **state) {
    (void)state;
    struct document document = read_page(
        "<meta name=dc.creator content='A. Low'><meta name=citation_title content='Portals'>"
        "<meta name=citation_author content='Ada Low'><meta name=citation_author content='Bo Ek'>"
        "<meta name=citation_author content='Ada Low'>"
        "<meta name=citation_publication_date content='2025/03/14'>"
        "<meta name=citation_journal_title content='Journal of Examples'><p>" FIRST);
    assert_string_equal(document.title, "Portals");
    assert_string_equal(document.author, "Ada Low; Bo Ek");
    assert_string_equal(document.published, "2025/03/14");
    assert_string_equal(document.site, "Journal of Examples");
    document_free(&document);
}

static void metadata_is_guessed_from_the_page(void **state) {
    (void)state;
    struct document document =
        read_page("<title>Portals at work - The Example</title>"
                  "<meta property='og:url' content='https://www.example.org/2025/03/14/portals'>"
                  "<meta property='og:locale' content=en_US><div><span class='post byline'>By Ada "
                  "Low</span>" ARTICLE "</div>");
    assert_string_equal(document.title, "Portals at work");
    assert_string_equal(document.author, "Ada Low");
    assert_string_equal(document.published, "2025-03-14");
    assert_string_equal(document.site, "www.example.org");
    assert_string_equal(document.language, "en-US");
    document_free(&document);
}

static void a_page_that_says_nothing_has_no_metadata(void **state) {
    (void)state;
    struct document document = read_page("<p>" FIRST);
    assert_null(document.title);
    assert_null(document.author);
    assert_null(document.published);
    assert_null(document.site);
    assert_null(document.language);
    assert_null(document.canonical);
    document_free(&document);
}

static void a_page_is_cut_where_it_nests_too_deeply(void **state) {
    (void)state;
    enum { N_DEEP = 100000 };
    struct buffer page = {0};
    buffer_append_string(&page, "<div>" ARTICLE "</div>");
    for (int i = 0; i < N_DEEP; i++)
        buffer_append_string(&page, "<div><b>");
    struct document document = read_page(buffer_string(&page));
    assert_true(has_text(&document, FIRST));
    assert_int_equal(document.n_problems, 1);
    assert_non_null(strstr(document.problems[0].text, "nested too deeply"));
    document_free(&document);
    buffer_free(&page);
}

static void a_flood_of_names_ends_the_page(void **state) {
    (void)state;
    enum { N_NAMES = 20000 };
    struct buffer page = {0};
    buffer_append_string(&page, "<div>" ARTICLE "</div><p");
    for (int i = 0; i < N_NAMES; i++)
        buffer_append_format(&page, " name%d", i);
    buffer_append_string(&page, "><unheard-of>text</unheard-of>");
    struct document document = read_page(buffer_string(&page));
    assert_true(has_text(&document, FIRST));
    assert_int_equal(document.n_problems, 1);
    assert_non_null(strstr(document.problems[0].text, "too many names"));
    document_free(&document);
    buffer_free(&page);
}

/* A page whose only script is `filler`, again and again, up to `end_tag`. */
static struct document read_after_script(const char *filler, const char *end_tag) {
    enum { FILLERS = 2500 };
    struct buffer page = {0};
    buffer_append_string(&page, "<html><body><script>");
    for (int i = 0; i < FILLERS; i++)
        buffer_append_string(&page, filler);
    buffer_append_string(&page, end_tag);
    buffer_append_string(&page, ARTICLE "</body></html>");
    struct document document = read_page(buffer_string(&page));
    buffer_free(&page);
    return document;
}

static void what_follows_a_long_script_is_read(void **state) {
    (void)state;
    static const char *const fillers[] = {"x = 1;\n", "</style>", "\xe4\xb8\xad", "a\xe4\xb8\xad",
                                          "\xe4\xb8\xad\n"};
    static const char *const end_tags[] = {"</script>", "</SCRIPT >", "\xc3\xa4</script>"};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        for (size_t j = 0; j < sizeof end_tags / sizeof *end_tags; j++) {
            struct document document = read_after_script(fillers[i], end_tags[j]);
            assert_string_equal(buffer_string(&document.text), FIRST "\n\n" SECOND "\n\n" THIRD);
            document_free(&document);
        }
}

static void a_long_script_without_an_end_is_the_rest_of_the_page(void **state) {
    (void)state;
    struct document document = read_after_script("x = 1;\n", "</scrip>");
    assert_int_equal(document.n_blocks, 0);
    document_free(&document);
}

static void nothing_and_blanks_are_empty_documents(void **state) {
    (void)state;
    assert_text("", "");
    assert_text(" \n\t", "");
    assert_text("<!-- only a comment -->", "");
    assert_text("<html><head><title>T</title></head><body></body></html>", "");
}

int main(void) {
    xmlInitParser();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_article_of_a_page_is_read),
        cmocka_unit_test(a_lead_between_the_title_and_the_article_is_read),
        cmocka_unit_test(long_text_without_a_full_stop_stays),
        cmocka_unit_test(an_article_in_bands_is_read_whole),
        cmocka_unit_test(a_page_without_a_body_tag_is_read),
        cmocka_unit_test(hidden_text_is_not_read),
        cmocka_unit_test(answers_that_a_click_shows_are_read_with_their_questions),
        cmocka_unit_test(what_is_a_label_elsewhere_may_be_the_head_of_a_column),
        cmocka_unit_test(an_article_of_a_journal_is_read_with_its_tables_and_sections),
        cmocka_unit_test(a_hidden_article_is_read_if_there_is_nothing_else),
        cmocka_unit_test(a_page_named_like_furniture_is_read_all_the_same),
        cmocka_unit_test(a_short_article_does_not_give_way_to_a_cookie_notice),
        cmocka_unit_test(an_empty_shell_is_filled_from_its_json_ld),
        cmocka_unit_test(blocks_have_their_kinds),
        cmocka_unit_test(a_table_for_layout_has_paragraphs_not_rows),
        cmocka_unit_test(an_id_made_of_a_heading_tells_nothing),
        cmocka_unit_test(labels_and_invitations_are_dropped),
        cmocka_unit_test(a_line_break_and_a_no_break_space_are_spaces),
        cmocka_unit_test(two_line_breaks_part_paragraphs),
        cmocka_unit_test(links_are_resolved_and_labelled),
        cmocka_unit_test(a_base_is_preferred_for_relative_links),
        cmocka_unit_test(metadata_comes_from_the_head),
        cmocka_unit_test(metadata_comes_from_json_ld),
        cmocka_unit_test(json_ld_that_refers_to_its_author_is_followed),
        cmocka_unit_test(json_ld_of_a_page_counts_where_there_is_no_article),
        cmocka_unit_test(a_journal_names_its_authors_one_by_one),
        cmocka_unit_test(metadata_is_guessed_from_the_page),
        cmocka_unit_test(a_page_that_says_nothing_has_no_metadata),
        cmocka_unit_test(a_page_is_cut_where_it_nests_too_deeply),
        cmocka_unit_test(a_flood_of_names_ends_the_page),
        cmocka_unit_test(what_follows_a_long_script_is_read),
        cmocka_unit_test(a_long_script_without_an_end_is_the_rest_of_the_page),
        cmocka_unit_test(nothing_and_blanks_are_empty_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
