/* The formats of an answer, from answers built by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "query/print/print.h"

static struct span sinai_highlights[] = {{4, 9}, {10, 15}};
static const char *sinai_headings[] = {"Innovations", "Genomic Research"};
static struct hit_citation sinai_citations[] = {
    {"Modern Healthcare", "http://modernhealthcare.com/a_(b)", "The claim.", "doc9", "dead"},
    {"WHO", "https://who.int/", NULL, NULL, "unfetched"},
};
static struct hit_citing who_citing[] = {
    {"corpus/ai.md", "AI", "corpus/ai.md", 7, 8, "Aspirin helps."},
};

/* Each test changes its own copies. */
static struct hit article(void) {
    return (struct hit){
        .rank = 1,
        .score = 9.3123456789,
        .passage = {.id = "p1",
                    .text = "The Mount Sinai trial.",
                    .highlights = sinai_highlights,
                    .n_highlights = 2,
                    .headings = sinai_headings,
                    .n_headings = 2,
                    .bytes = {812, 1397},
                    .first_line = 7,
                    .last_line = 9},
        .document = {.id = "corpus/ai.md",
                     .kind = "article",
                     .title = "AI in Healthcare",
                     .path = "corpus/ai.md",
                     .sha256 = "00ff"},
        .citations = sinai_citations,
        .n_citations = 2,
        .explanation = "bm25 9.1\nphrase 0.2",
    };
}

static struct hit source(void) {
    return (struct hit){
        .rank = 2,
        .score = 1.5,
        .passage = {.id = "p2", .text = "Aspirin.", .first_line = 1, .last_line = 1},
        .document = {.id = "https://who.int/x",
                     .kind = "source",
                     .title = "Aspirin & You",
                     .url = "https://who.int/x",
                     .site = "WHO",
                     .author = "A. Author",
                     .published = "2025-08-03T10:00:00Z",
                     .retrieved = "2025-09-01",
                     .language = "en",
                     .sha256 = "00ff"},
        .cited_by = who_citing,
        .n_cited_by = 1,
        .link = "https://who.int/x#:~:text=Aspirin",
    };
}

/* A whole output of one answer. */
static enum status print_one(const struct answer *answer, const struct print_options *options,
                             struct buffer *out, struct error *error) {
    struct printing printing = {.options = options};
    enum status status = print_answer(&printing, answer, out, error);
    if (status == STATUS_OK)
        status = print_end(&printing, NULL, out, error);
    printing_free(&printing);
    return status;
}

static void print(struct hit *hits, size_t n_hits, struct print_options options,
                  struct buffer *out) {
    struct answer answer = {.query = "mount sinai", .total = n_hits, .took_ms = 0.81234};
    answer.hits = hits;
    answer.n_hits = n_hits;
    struct error error = {0};
    buffer_free(out);
    assert_int_equal(print_one(&answer, &options, out, &error), STATUS_OK);
}

static void assert_holds(const struct buffer *out, const char *part) {
    if (!strstr(buffer_string(out), part))
        fail_msg("no \"%s\" in:\n%s", part, buffer_string(out));
}

static void assert_lacks(const struct buffer *out, const char *part) {
    if (strstr(buffer_string(out), part))
        fail_msg("\"%s\" in:\n%s", part, buffer_string(out));
}

static cJSON *parsed(const struct buffer *out) {
    cJSON *root = cJSON_ParseWithOpts(buffer_string(out), NULL, true);
    if (!root)
        fail_msg("no JSON: %s", buffer_string(out));
    return root;
}

static void every_format_has_a_name(void **state) {
    (void)state;
    static const char *const names[] = {"text",     "json",     "jsonl",  "tsv",
                                        "markdown", "csl-json", "bibtex", "trec"};
    for (size_t i = 0; i < 8; i++) {
        enum print_format format;
        assert_true(print_format_from_name(names[i], &format));
        assert_int_equal(format, i);
    }
    enum print_format format;
    assert_false(print_format_from_name("xml", &format));
    assert_false(print_format_from_name("", &format));
}

static void a_mark_of_several_words_is_one_on_each_line(void **state) {
    (void)state;
    static struct span whole[] = {{0, 21}};
    struct hit hits[] = {article()};
    struct buffer out = {0};
    hits[0].passage.highlights = whole;
    hits[0].passage.n_highlights = 1;
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, "   *The Mount Sinai trial*.\n");
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = 23}, &out);
    assert_holds(&out, "   *The Mount*\n   *Sinai trial*.\n");
    whole[0] = (struct span){2, 6};
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, "   Th*e Mo*unt Sinai trial.\n");
    buffer_free(&out);
}

static void text_shows_place_words_and_sources(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_string_equal(buffer_string(&out),
                        "1. AI in Healthcare › Innovations › Genomic Research\n"
                        "   corpus/ai.md:7\n"
                        "   The *Mount* *Sinai* trial.\n"
                        "   [1] Modern Healthcare <http://modernhealthcare.com/a_(b)> [dead]\n"
                        "   [2] WHO <https://who.int/>\n"
                        "\n"
                        "2. Aspirin & You\n"
                        "   https://who.int/x\n"
                        "   WHO · published 2025-08-03 · retrieved 2025-09-01\n"
                        "   Aspirin.\n"
                        "   cited by corpus/ai.md:7 — Aspirin helps.\n");
    buffer_free(&out);
}

static void a_source_has_no_line_to_go_to_and_a_saved_page_has(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    struct hit_citing citing = who_citing[0];
    struct buffer out = {0};
    hits[0].document.path = "corpus/ai.HTML";
    citing.path = "corpus/ai.htm";
    hits[1].cited_by = &citing;
    print(hits, 2, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, "   corpus/ai.HTML:7\n");
    assert_holds(&out, "   cited by corpus/ai.htm:7 — Aspirin helps.\n");
    buffer_free(&out);
}

static void links_of_one_claim_to_one_source_are_one_line(void **state) {
    (void)state;
    struct hit hit = source();
    struct hit_citing citing[] = {who_citing[0], who_citing[0], who_citing[0], who_citing[0]};
    struct buffer out = {0};
    citing[2].first_line = 9;
    citing[3].first_line = 9;
    citing[3].claim = NULL;
    hit.cited_by = citing;
    hit.n_cited_by = 4;
    print(&hit, 1, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, "   cited by corpus/ai.md:7 — Aspirin helps.\n"
                       "   cited by corpus/ai.md:9 — Aspirin helps.\n"
                       "   cited by corpus/ai.md:9\n");
    const char *first = strstr(buffer_string(&out), "ai.md:7");
    assert_null(strstr(first + 1, "ai.md:7"));
    buffer_free(&out);
}

static void no_hits_print_no_text(void **state) {
    (void)state;
    struct buffer out = {0};
    print(NULL, 0, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_int_equal(out.size, 0);
    print(NULL, 0, (struct print_options){.format = PRINT_TSV}, &out);
    assert_int_equal(out.size, 0);
    print(NULL, 0, (struct print_options){.format = PRINT_CSL_JSON}, &out);
    assert_string_equal(buffer_string(&out), "[]\n");
    buffer_free(&out);
}

static void explain_adds_its_lines_indented(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    struct buffer out = {0};
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .explain = true}, &out);
    assert_holds(&out, "\n     bm25 9.1\n     phrase 0.2\n");
    print(hits, 1, (struct print_options){.format = PRINT_TEXT}, &out);
    assert_lacks(&out, "bm25");
    print(hits, 1, (struct print_options){.format = PRINT_JSON, .explain = true}, &out);
    assert_holds(&out, "\"bm25 9.1\\nphrase 0.2\"");
    print(hits, 1, (struct print_options){.format = PRINT_JSON}, &out);
    assert_lacks(&out, "explanation");
    buffer_free(&out);
}

static void ranks_align_what_stands_below_them(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    hits[0].rank = 9;
    hits[1].rank = 10;
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, " 9. AI in");
    assert_holds(&out, "\n    corpus/ai.md:7\n");
    assert_holds(&out, "\n10. Aspirin");
    buffer_free(&out);
}

/* A passage of `n` sentences; "nebulizer" in one near the end. */
static void long_passage(struct buffer *text, struct span *highlight, int n) {
    for (int i = 0; i < n; i++) {
        buffer_append_format(text, "%sThis is sentence number %d of many", i > 0 ? " " : "", i);
        if (i == n - 5) {
            buffer_append_string(text, " with a ");
            highlight->start = text->size;
            buffer_append_string(text, "nebulizer");
            highlight->end = text->size;
        }
        buffer_append_char(text, '.');
    }
}

static void a_long_passage_is_cut_to_about_three_lines_of_the_width(void **state) {
    (void)state;
    struct buffer text = {0};
    struct span highlight = {0};
    long_passage(&text, &highlight, 40);
    struct hit hits[] = {article()};
    hits[0].passage.text = buffer_string(&text);
    hits[0].passage.highlights = &highlight;
    hits[0].passage.n_highlights = 1;
    hits[0].n_citations = 0;
    struct buffer out = {0};
    for (size_t width = 40; width <= 160; width += 20) {
        print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = width}, &out);
        const char *line = strstr(buffer_string(&out), "corpus/ai.md:7\n");
        assert_non_null(line);
        size_t n_lines = 0;
        line = strchr(line, '\n') + 1;
        assert_memory_equal(line, "   …", 6);
        for (; *line; n_lines++) {
            size_t length = strcspn(line, "\n");
            assert_true(length <= width + 2 * strlen("…"));
            line += length + 1;
        }
        assert_in_range(n_lines, 2, 4);
        assert_holds(&out, "*nebulizer*");
    }
    buffer_free(&text);
    buffer_free(&out);
}

static void wide_characters_count_two_columns_and_may_be_broken_between(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    hits[0].passage.text = "糖尿病患者的胰岛素治疗需要长期的血糖监测和饮食";
    hits[0].passage.n_highlights = 0;
    hits[0].n_citations = 0;
    struct buffer out = {0};
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = 26}, &out);
    assert_holds(&out, "   糖尿病患者的胰岛素治\n   疗");
    buffer_free(&out);
}

static void rows_stay_lines(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    hits[0].passage.text = "Drug | Dose\nMetformin | 500 mg\n\nInsulin | 10 IU";
    hits[0].passage.n_highlights = 0;
    struct buffer out = {0};
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .width = 80}, &out);
    assert_holds(&out, "   Drug | Dose\n   Metformin | 500 mg\n   Insulin | 10 IU\n");
    buffer_free(&out);
}

static void colour_makes_links_and_bold_words(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    hits[0].document.path = "/tmp/a b.md";
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_TEXT, .color = true}, &out);
    assert_holds(&out, "\033[1;31mMount\033[0m");
    assert_lacks(&out, "*Mount*");
    assert_holds(&out, "\033]8;;file://");
    assert_holds(&out, "/tmp/a%20b.md\033\\");
    assert_holds(&out, "\033]8;;http://modernhealthcare.com/a_(b)\033\\");
    assert_holds(&out, "\033]8;;https://who.int/x#:~:text=Aspirin\033\\https://who.int/x\033]8;;");
    buffer_free(&out);
}

/* A hit whose every string tries to reach the terminal. */
static struct hit hostile(void) {
#define HOSTILE "\033]0;x\007 \xC2\x9B\x31m \x7F \xE2\x80\xAE \xFF end"
    static struct span highlights[] = {{0, 3}};
    static const char *headings[] = {HOSTILE};
    static struct hit_citation citations[] = {
        {HOSTILE, "https://x/" HOSTILE, HOSTILE, HOSTILE, HOSTILE},
        {"js", "javascript:alert(1)", NULL, NULL, "live"}};
    static struct hit_citing cited_by[] = {{HOSTILE, HOSTILE, HOSTILE, 1, 1, HOSTILE}};
    struct hit hit = article();
    hit.passage.text = HOSTILE;
    hit.passage.highlights = highlights;
    hit.passage.n_highlights = 1;
    hit.passage.headings = headings;
    hit.passage.n_headings = 1;
    hit.document.id = hit.document.title = hit.document.path = hit.document.site = HOSTILE;
    hit.document.author = hit.document.published = hit.document.retrieved = HOSTILE;
    hit.document.url = hit.link = "https://x/" HOSTILE;
    hit.citations = citations;
    hit.n_citations = 2;
    hit.cited_by = cited_by;
    hit.n_cited_by = 1;
    hit.explanation = HOSTILE;
    return hit;
}

static void no_control_character_of_a_document_reaches_the_terminal(void **state) {
    (void)state;
    struct hit hits[] = {hostile()};
    struct buffer out = {0};
    for (enum print_format format = PRINT_TEXT; format <= PRINT_TREC; format++) {
        print(hits, 1, (struct print_options){.format = format, .explain = true}, &out);
        assert_lacks(&out, "\033");
        assert_lacks(&out, "\007");
        assert_lacks(&out, "\xC2\x9B");
        assert_lacks(&out, "\x7F");
        assert_lacks(&out, "\xE2\x80\xAE");
        assert_lacks(&out, "\xFF");
    }
    print(hits, 1, (struct print_options){.format = PRINT_TEXT, .color = true, .explain = true},
          &out);
    assert_lacks(&out, "\033]0");
    assert_lacks(&out, "\007");
    assert_lacks(&out, "\xC2\x9B");
    assert_lacks(&out, "\033]8;;javascript");
    print(hits, 1, (struct print_options){.format = PRINT_MARKDOWN}, &out);
    assert_lacks(&out, "](javascript");
    buffer_free(&out);
}

static void json_holds_the_whole_answer(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_JSON}, &out);
    cJSON *root = parsed(&out);
    char *line = cJSON_PrintUnformatted(root);
    assert_string_equal(
        line,
        "{\"format\":1,\"query\":\"mount sinai\",\"total\":2,\"took_ms\":0.812,\"suggestion\":null,"
        "\"hits\":[{\"rank\":1,\"score\":9.312346,\"passage\":{\"id\":\"p1\","
        "\"text\":\"The Mount Sinai trial.\",\"highlights\":[[4,9],[10,15]],"
        "\"heading\":[\"Innovations\",\"Genomic Research\"],\"bytes\":[812,1397],\"lines\":[7,9]},"
        "\"document\":{\"id\":\"corpus/ai.md\",\"kind\":\"article\",\"title\":\"AI in Healthcare\","
        "\"path\":\"corpus/ai.md\",\"url\":null,\"site\":null,\"author\":null,\"published\":null,"
        "\"retrieved\":null,\"sha256\":\"00ff\"},"
        "\"citations\":[{\"label\":\"Modern Healthcare\","
        "\"url\":\"http://modernhealthcare.com/a_(b)\",\"claim\":\"The claim.\","
        "\"document\":\"doc9\",\"health\":\"dead\"},{\"label\":\"WHO\","
        "\"url\":\"https://who.int/\",\"claim\":null,\"document\":null,\"health\":\"unfetched\"}],"
        "\"cited_by\":[],\"link\":null},{\"rank\":2,\"score\":1.5,\"passage\":{\"id\":\"p2\","
        "\"text\":\"Aspirin.\",\"highlights\":[],\"heading\":[],\"bytes\":[0,0],\"lines\":[1,1]},"
        "\"document\":{\"id\":\"https://who.int/x\",\"kind\":\"source\","
        "\"title\":\"Aspirin & You\",\"path\":null,\"url\":\"https://who.int/x\",\"site\":\"WHO\","
        "\"author\":\"A. Author\",\"published\":\"2025-08-03T10:00:00Z\","
        "\"retrieved\":\"2025-09-01\",\"sha256\":\"00ff\"},\"citations\":[],"
        "\"cited_by\":[{\"document\":\"corpus/ai.md\",\"title\":\"AI\",\"path\":\"corpus/ai.md\","
        "\"lines\":[7,8],\"claim\":\"Aspirin helps.\"}],"
        "\"link\":\"https://who.int/x#:~:text=Aspirin\"}]}");
    cJSON_free(line);
    cJSON_Delete(root);
    buffer_free(&out);
}

static void jsonl_is_one_line_that_begins_with_the_id(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    struct answer answer = {.query_id = "q7", .query = "a\n\xFF", .hits = hits, .n_hits = 1};
    answer.suggestion = "b";
    struct buffer out = {0};
    struct error error = {0};
    const struct print_options options = {.format = PRINT_JSONL};
    assert_int_equal(print_one(&answer, &options, &out, &error), STATUS_OK);
    assert_ptr_equal(strchr(out.data, '\n'), out.data + out.size - 1);
    assert_memory_equal(out.data, "{\"id\":\"q7\",\"format\":1,\"query\":\"a\\n\\ufffd\"", 41);
    assert_holds(&out, "\"suggestion\":\"b\"");
    cJSON_Delete(parsed(&out));
    buffer_free(&out);
}

static void a_score_that_is_no_number_is_null_in_json(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    hits[0].score = strtod("nan", NULL);
    struct buffer out = {0};
    print(hits, 1, (struct print_options){.format = PRINT_JSONL}, &out);
    assert_holds(&out, "\"score\":null");
    print(hits, 1, (struct print_options){.format = PRINT_TREC}, &out);
    assert_holds(&out, " 0.000000 ");
    buffer_free(&out);
}

static void an_error_is_a_json_object(void **state) {
    (void)state;
    struct error failure = {STATUS_INDEX, "osler.db: no \"index\""};
    struct error error = {0};
    struct buffer out = {0};
    const struct print_options options = {.format = PRINT_JSONL};
    struct printing printing = {.options = &options};
    assert_int_equal(print_end(&printing, &failure, &out, &error), STATUS_OK);
    assert_string_equal(buffer_string(&out), "{\"format\":1,\"error\":{\"status\":\"index\","
                                             "\"message\":\"osler.db: no \\\"index\\\"\"}}\n");
    buffer_free(&out);
}

static void tsv_has_seven_columns_whatever_the_text_holds(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    hits[0].passage.text = "a\tb\nc";
    hits[0].passage.n_highlights = 0;
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_TSV}, &out);
    assert_string_equal(
        buffer_string(&out),
        "1\t9.312346\tcorpus/ai.md\tcorpus/ai.md\t7\tInnovations > Genomic Research\ta b c\n"
        "2\t1.500000\thttps://who.int/x\thttps://who.int/x\t\t\tAspirin.\n");
    buffer_free(&out);
}

static void trec_names_a_document_once_and_without_white_space(void **state) {
    (void)state;
    struct hit hits[] = {article(), source(), article(), source()};
    hits[1].document.id = "a b\tc\xC2\xA0\x64";
    hits[3].document.id = "";
    hits[0].rank = 11;
    struct answer answer = {.query_id = "q 1", .query = "x", .hits = hits, .n_hits = 4};
    struct buffer out = {0};
    struct error error = {0};
    const struct print_options options = {.format = PRINT_TREC};
    assert_int_equal(print_one(&answer, &options, &out, &error), STATUS_OK);
    assert_string_equal(buffer_string(&out), "q_1 Q0 corpus/ai.md 11 9.312346 osler\n"
                                             "q_1 Q0 a_b_c_d 12 1.500000 osler\n"
                                             "q_1 Q0 _ 13 1.500000 osler\n");
    buffer_free(&out);
}

static void markdown_quotes_escapes_and_links(void **state) {
    (void)state;
    struct hit hits[] = {article(), source()};
    hits[0].passage.text = "# 5 * [x] a_b _c_ <i> R&D &amp;\nrow\n\n1. two";
    hits[0].passage.headings = &sinai_headings[1];
    hits[0].passage.n_headings = 1;
    struct buffer out = {0};
    print(hits, 2, (struct print_options){.format = PRINT_MARKDOWN}, &out);
    assert_string_equal(buffer_string(&out),
                        "> \\# 5 \\* \\[x\\] a_b \\_c\\_ \\<i> R\\&D \\&amp;\\\n"
                        "> row\n"
                        ">\n"
                        "> 1\\. two\n"
                        "\n"
                        "— [AI in Healthcare](corpus/ai.md#genomic-research)\n"
                        "\n"
                        "- [Modern Healthcare](http://modernhealthcare.com/a_%28b%29)\n"
                        "- [WHO](https://who.int/)\n"
                        "\n"
                        "> Aspirin.\n"
                        "\n"
                        "— [Aspirin & You](https://who.int/x#:~:text=Aspirin)\n");
    buffer_free(&out);
}

static void csl_json_has_each_document_once(void **state) {
    (void)state;
    struct hit hits[] = {source(), article(), source(), article()};
    hits[1].document.published = "August 2025";
    struct buffer out = {0};
    print(hits, 4, (struct print_options){.format = PRINT_CSL_JSON}, &out);
    cJSON *root = parsed(&out);
    char *line = cJSON_PrintUnformatted(root);
    assert_string_equal(line,
                        "[{\"id\":\"https://who.int/x\",\"type\":\"webpage\","
                        "\"title\":\"Aspirin & You\",\"author\":[{\"literal\":\"A. Author\"}],"
                        "\"issued\":{\"date-parts\":[[2025,8,3]]},"
                        "\"accessed\":{\"date-parts\":[[2025,9,1]]},"
                        "\"container-title\":\"WHO\",\"URL\":\"https://who.int/x\","
                        "\"language\":\"en\"},"
                        "{\"id\":\"corpus/ai.md\",\"type\":\"article\","
                        "\"title\":\"AI in Healthcare\","
                        "\"issued\":{\"literal\":\"August 2025\"}}]");
    cJSON_free(line);
    cJSON_Delete(root);
    buffer_free(&out);
}

static void bibtex_escapes_latex_and_has_each_document_once(void **state) {
    (void)state;
    struct hit hits[] = {source(), article(), source()};
    hits[0].document.title = "50% of {AI} & R_D \\ #1 ~ ^ $";
    hits[0].document.url = "https://who.int/{x}_%20&y";
    struct buffer out = {0};
    print(hits, 3, (struct print_options){.format = PRINT_BIBTEX}, &out);
    assert_holds(&out, "title = {{50\\% of \\textbraceleft{}AI\\textbraceright{} \\& R\\_D "
                       "\\textbackslash{} \\#1 \\textasciitilde{} \\textasciicircum{} \\$}}");
    assert_holds(&out, "url = {https://who.int/%7Bx%7D_%20&y}");
    assert_holds(&out, "  date = {2025-08-03},\n");
    assert_holds(&out, "  urldate = {2025-09-01}\n}\n");
    assert_holds(&out, "\n\n@misc{healthcare-");
    assert_holds(&out, "howpublished = {corpus/ai.md}");
    assert_null(strstr(strstr(buffer_string(&out), "@online") + 1, "@online"));
    buffer_free(&out);
}

static void a_bibtex_key_depends_on_the_document_alone(void **state) {
    (void)state;
    struct hit hits[] = {source(), article()};
    struct buffer first = {0};
    struct buffer second = {0};
    print(hits, 2, (struct print_options){.format = PRINT_BIBTEX}, &first);
    assert_memory_equal(buffer_string(&first), "@online{aspirin2025-", 20);
    struct hit alone[] = {source()};
    alone[0].rank = 5;
    alone[0].passage.text = "Another passage.";
    print(alone, 1, (struct print_options){.format = PRINT_BIBTEX}, &second);
    assert_memory_equal(buffer_string(&first), buffer_string(&second), second.size);
    alone[0].document.id = "https://who.int/y";
    print(alone, 1, (struct print_options){.format = PRINT_BIBTEX}, &second);
    assert_memory_not_equal(buffer_string(&first), buffer_string(&second), 30);
    buffer_free(&first);
    buffer_free(&second);
}

static void a_buffer_without_memory_is_an_error(void **state) {
    (void)state;
    struct hit hits[] = {article()};
    struct answer answer = {.query = "x", .hits = hits, .n_hits = 1};
    for (enum print_format format = PRINT_TEXT; format <= PRINT_TREC; format++) {
        struct buffer out = {.failed = true};
        struct error error = {0};
        const struct print_options options = {.format = format};
        assert_int_equal(print_one(&answer, &options, &out, &error), STATUS_NO_MEMORY);
        assert_int_equal(error.status, STATUS_NO_MEMORY);
    }
}

/* A batch of two queries that find the same, and one that finds nothing. */
static void print_batch(enum print_format format, const struct error *failure, struct buffer *out) {
    struct hit hits[] = {article(), source()};
    const struct answer answers[] = {
        {.query_id = "1", .query = "mount *sinai*", .hits = hits, .n_hits = 1, .total = 1},
        {.query_id = "q", .query = "a@b{c}", .hits = hits, .n_hits = 2, .total = 2},
        {.query_id = "3", .query = "zebra"},
    };
    const struct print_options options = {.format = format, .width = 80};
    struct printing printing = {.options = &options, .is_batch = true};
    buffer_free(out);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(print_answer(&printing, &answers[i], out, NULL), STATUS_OK);
    assert_int_equal(print_end(&printing, failure, out, NULL), STATUS_OK);
    printing_free(&printing);
}

static void a_batch_names_its_queries(void **state) {
    (void)state;
    struct buffer out = {0};
    print_batch(PRINT_TEXT, NULL, &out);
    assert_ptr_equal(strstr(buffer_string(&out), "==> 1: mount *sinai* <==\n1. AI"),
                     buffer_string(&out));
    assert_holds(&out, "\n\n==> q: a@b{c} <==\n1. AI");
    assert_holds(&out, "\n\n==> 3: zebra <==\nnothing found\n");
    print_batch(PRINT_MARKDOWN, NULL, &out);
    assert_ptr_equal(strstr(buffer_string(&out), "## mount \\*sinai\\*\n\n> The"),
                     buffer_string(&out));
    assert_holds(&out, "\n\n## zebra\n\nNothing found.\n");
    buffer_free(&out);
}

static void a_batch_is_one_array_or_file(void **state) {
    (void)state;
    struct buffer out = {0};
    print_batch(PRINT_JSON, NULL, &out);
    cJSON *root = parsed(&out);
    assert_int_equal(cJSON_GetArraySize(root), 3);
    cJSON_Delete(root);
    print_batch(PRINT_CSL_JSON, NULL, &out);
    root = parsed(&out);
    assert_int_equal(cJSON_GetArraySize(root), 2);
    cJSON_Delete(root);
    print_batch(PRINT_BIBTEX, NULL, &out);
    assert_ptr_equal(strstr(buffer_string(&out), "% 1: mount *sinai*\n\n@misc{"),
                     buffer_string(&out));
    assert_holds(&out, "}\n\n% q: a b{c}\n\n@online{");
    assert_holds(&out, "}\n\n% 3: zebra\n");
    assert_null(strstr(strstr(buffer_string(&out), "@misc") + 1, "@misc"));
    buffer_free(&out);
}

static void a_batch_that_fails_ends_with_the_failure(void **state) {
    (void)state;
    struct buffer out = {0};
    const struct error failure = {STATUS_INDEX, "gone"};
    print_batch(PRINT_JSON, &failure, &out);
    cJSON *root = parsed(&out);
    assert_int_equal(cJSON_GetArraySize(root), 4);
    assert_non_null(cJSON_GetObjectItem(cJSON_GetArrayItem(root, 3), "error"));
    cJSON_Delete(root);
    const struct print_options options = {.format = PRINT_JSON};
    struct printing empty = {.options = &options, .is_batch = true};
    buffer_free(&out);
    assert_int_equal(print_end(&empty, NULL, &out, NULL), STATUS_OK);
    assert_string_equal(buffer_string(&out), "[]\n");
    buffer_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_has_a_name),
        cmocka_unit_test(a_batch_names_its_queries),
        cmocka_unit_test(a_batch_is_one_array_or_file),
        cmocka_unit_test(a_batch_that_fails_ends_with_the_failure),
        cmocka_unit_test(text_shows_place_words_and_sources),
        cmocka_unit_test(a_mark_of_several_words_is_one_on_each_line),
        cmocka_unit_test(a_source_has_no_line_to_go_to_and_a_saved_page_has),
        cmocka_unit_test(links_of_one_claim_to_one_source_are_one_line),
        cmocka_unit_test(no_hits_print_no_text),
        cmocka_unit_test(explain_adds_its_lines_indented),
        cmocka_unit_test(ranks_align_what_stands_below_them),
        cmocka_unit_test(a_long_passage_is_cut_to_about_three_lines_of_the_width),
        cmocka_unit_test(wide_characters_count_two_columns_and_may_be_broken_between),
        cmocka_unit_test(rows_stay_lines),
        cmocka_unit_test(colour_makes_links_and_bold_words),
        cmocka_unit_test(no_control_character_of_a_document_reaches_the_terminal),
        cmocka_unit_test(json_holds_the_whole_answer),
        cmocka_unit_test(jsonl_is_one_line_that_begins_with_the_id),
        cmocka_unit_test(a_score_that_is_no_number_is_null_in_json),
        cmocka_unit_test(an_error_is_a_json_object),
        cmocka_unit_test(tsv_has_seven_columns_whatever_the_text_holds),
        cmocka_unit_test(trec_names_a_document_once_and_without_white_space),
        cmocka_unit_test(markdown_quotes_escapes_and_links),
        cmocka_unit_test(csl_json_has_each_document_once),
        cmocka_unit_test(bibtex_escapes_latex_and_has_each_document_once),
        cmocka_unit_test(a_bibtex_key_depends_on_the_document_alone),
        cmocka_unit_test(a_buffer_without_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
