/* The search against a second, naive implementation of it (naive_search.h), on generated documents
 * and queries, before and after random updates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/naive_comparison.h"
#include "tests/unit/temporary_index.h"

/* Common ones first: words are drawn so that the first are the most frequent. */
static const char *const words[] = {
    "the",
    "of",
    "patients",
    "care",
    "with",
    "data",
    "health",
    "is",
    "insulin",
    "hospital",
    "and",
    "pump",
    "diabetes",
    "records",
    "WHO",
    "aids",
    "X-ray",
    "COVID-19",
    "AIDS",
    "xray",
    "operations",
    "operating",
    "GPs",
    "5mg",
    "na\xC3\xAFve",
    "TGF\xCE\xB2",
    "U.S.",
    "HIPAA's",
    "e-health",
    "sensors",
    "to",
    "ray",
    "asthma",
    "screening",
    "telehealth",
    "well-being",
    "infection",
    "infectious",
    "infective",
    "disinfect",
    "diagnosis",
    "diagnostic",
    "kidney",
    "renal",
    "pressure ulcers",
    "CKD",
    "chronic kidney disease (CKD)",
    "Care of kidneys (CK)",
    "all",
    "vitamin C",
    "within",
    "type II",
    "type 2",
    "chickenpox",
    "pox",
};

/* What a query may ask for besides. */
static const char *const asked[] = {
    "naive",
    "covid19",
    "beta",
    "5 mg",
    "tgfbeta",
    "ehealth",
    "x-rays",
    "who",
    "gp",
    "US",
    "us",
    "DATA",
    "unknown",
    "patient",
    "19",
    "operation",
    "ckd",
    "disease",
    "infectiously",
    "chronic kidney disease",
    "care of the kidney",
    "telemedicine",
    "bedsore",
    "called",
    "within",
    "Type I",
    "type 2",
    "stage II",
    "chicken pox",
    "health care",
};

enum {
    N_WORDS = sizeof words / sizeof *words,
    N_ASKED = sizeof asked / sizeof *asked,
    N_FILES = 30,
    N_QUERIES = 150,
    N_UPDATES = 4,
};

/* A generator of our own: rand() differs from system to system. */
static uint64_t random_state = 20240229;

static size_t random_below(size_t n) {
    random_state = random_state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(random_state >> 33) % n;
}

static const char *random_word(void) {
    size_t most = 1 + random_below(N_WORDS);
    return words[random_below(most)];
}

/* ---- documents ---- */

static void append_words(struct buffer *out, size_t n_words) {
    for (size_t i = 0; i < n_words; i++) {
        buffer_append_string(out, i == 0 ? "" : random_below(12) ? " " : ". ");
        buffer_append_string(out, random_word());
    }
}

static void append_article(struct buffer *out) {
    buffer_append_string(out, "---\ntitle: ");
    append_words(out, 1 + random_below(5));
    buffer_append_format(out, "\nurl: https://%sexample.%s/a\n", random_below(2) ? "www." : "not",
                         random_below(2) ? "org" : "com");
    if (random_below(3))
        buffer_append_format(out, "date: 20%02zu-%02zu-10\n", 20 + random_below(5),
                             1 + random_below(12));
    buffer_append_string(out, "---\n");
    for (size_t n = random_below(5); n > 0; n--) {
        buffer_append_string(out, random_below(2) ? "## " : "### ");
        append_words(out, random_below(4)); /* none: an empty heading */
        buffer_append_string(out, "\n\n");
        append_words(out, random_below(60));
        buffer_append_string(out, "\n\n");
    }
}

static void append_lines(struct buffer *out) {
    for (size_t i = random_below(6); i > 0; i--) {
        buffer_append_format(out, "{\"_id\": \"d%zu\", \"title\": \"", i);
        append_words(out, random_below(4));
        buffer_append_string(out, "\", \"text\": \"");
        append_words(out, random_below(50));
        buffer_append_format(out, "\", \"url\": \"https://journal%zu.org/\", \"date\": \"2024\"}\n",
                             random_below(2));
    }
}

/* Writes file `i` anew, some as a copy of another. */
static void write_random_file(size_t i) {
    struct buffer text = {0};
    char name[40];
    bool is_lines = i % 5 == 4;
    if (!is_lines && random_below(8) == 0)
        buffer_append_string(&text, "The same words about health data in two files.");
    else if (is_lines)
        append_lines(&text);
    else
        append_article(&text);
    snprintf(name, sizeof name, "files/%zu.%s", i, is_lines ? "jsonl" : "md");
    write_file(name, buffer_string(&text));
    buffer_free(&text);
}

static void change_files(void) {
    for (size_t n = 0; n < N_FILES / 4; n++) {
        size_t i = random_below(N_FILES + 5);
        char name[40];
        snprintf(name, sizeof name, "files/%zu.md", i);
        if (random_below(3) == 0)
            unlink(name); /* if it is there */
        else
            write_random_file(i);
    }
}

/* ---- queries ---- */

static const char *asked_word(void) {
    return random_below(4) ? random_word() : asked[random_below(N_ASKED)];
}

/* One that is a word by itself. */
static const char *simple_word(void) {
    const char *word = asked_word();
    while (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")])
        word = asked_word();
    return word;
}

static void append_prefix(struct buffer *query) {
    const char *word = simple_word();
    buffer_append_format(query, "%.*s*", (int)(2 + random_below(5)), word);
}

static void append_near(struct buffer *query) {
    buffer_append_format(query, "%s NEAR/%zu ", simple_word(), random_below(6));
    buffer_append_string(query, simple_word());
}

static void append_operand(struct buffer *query) {
    static const char *const filters[] = {
        "site:example.org", "site:www.example.com", "site:journal1.org", "kind:article",
        "kind:source",      "before:2023",          "before:2022-07",    "after:2021-06-10",
    };
    static const char *const signs[] = {"", "", "", "", "+", "-"};
    static const char *const fields[] = {"", "", "", "", "title:", "heading:"};
    if (random_below(8) == 0) {
        buffer_append_format(query, "%s%s", random_below(4) ? "" : "-", filters[random_below(8)]);
        return;
    }
    if (random_below(12) == 0) {
        append_near(query);
        return;
    }
    buffer_append_format(query, "%s%s", signs[random_below(6)], fields[random_below(6)]);
    if (random_below(12) == 0) {
        append_prefix(query);
        return;
    }
    if (random_below(4)) {
        const char *word = asked_word();
        buffer_append_format(query, strchr(word, ' ') ? "(%s)" : "%s", word);
        return;
    }
    buffer_append_char(query, '"');
    for (size_t n = 1 + random_below(3); n > 0; n--)
        buffer_append_format(query, "%s%s", asked_word(), n > 1 ? " " : "");
    buffer_append_char(query, '"');
}

static void append_query(struct buffer *query, int depth) {
    static const char *const operators[] = {" ", " ", " ", " AND ", " OR ", " NOT "};
    size_t n_operands = 1 + random_below(4);
    for (size_t i = 0; i < n_operands; i++) {
        if (i > 0)
            buffer_append_string(query, operators[random_below(6)]);
        if (depth < 2 && random_below(6) == 0) {
            buffer_append_char(query, '(');
            append_query(query, depth + 1);
            buffer_append_char(query, ')');
        } else {
            append_operand(query);
        }
    }
}

/* ---- comparing ---- */

/* A line is "NUMBER  LABEL: weight NUMBER x NUMBER, ...", the last one "NUMBER  sum; ...". Printed
 * to four places, a number is wrong by at most half of the last. */
static void assert_explained(const char *query, const struct hit *hit) {
    enum { MOST_LINES = 200 };
    const double wrong = 0.00005;
    double sum = 0;
    size_t n_lines = 0;
    const char *line = hit->explanation;
    for (; strchr(line, '\n'); line = strchr(line, '\n') + 1, n_lines++) {
        double part = strtod(line, NULL);
        const char *weighted = strstr(line, ": weight ");
        char *end;
        assert_non_null(weighted);
        double weight = strtod(weighted + strlen(": weight "), &end);
        assert_memory_equal(end, " x ", 3);
        double times = strtod(end + 3, NULL);
        if (part <= 0 || fabs(weight * times - part) > wrong * (weight + times + 2))
            fail_msg("%s: in the explanation, %.*s", query, (int)strcspn(line, "\n"), line);
        sum += part;
    }
    assert_in_range(n_lines, 0, MOST_LINES);
    if (!strstr(line, "  sum; ") || fabs(strtod(line, NULL) - hit->score) > 2 * wrong ||
        fabs(sum - hit->score) > wrong * (double)(n_lines + 1))
        fail_msg("%s: scores %f, explained by\n%s", query, hit->score, hit->explanation);
}

static void compare(struct naive *naive, struct searcher *searcher, const struct search *search) {
    struct answer answer = {0};
    struct error error = {0};
    struct buffer why = {0};
    if (searcher_run(searcher, search, &answer, &error) != STATUS_OK)
        fail_msg("%s: %s", search->query, error.text);
    if (!naive_agrees(naive, search, &answer, &why))
        fail_msg("%s: limit %zu, offset %zu%s: %s", search->query, search->limit, search->offset,
                 search->by_document ? ", by document" : "", buffer_string(&why));
    for (size_t i = 0; i < answer.n_hits && search->explain; i++)
        assert_explained(search->query, &answer.hits[i]);
    answer_free(&answer);
}

static void compare_queries(struct searcher *searcher) {
    struct naive naive;
    struct buffer query = {0};
    naive_open(&naive, "test.db");
    assert_in_range(naive.n_passages, 30, 300);
    for (size_t i = 0; i < N_QUERIES; i++) {
        buffer_clear(&query);
        append_query(&query, 0);
        const char *text = buffer_string(&query);
        naive_run(&naive, text);
        compare(&naive, searcher, &(struct search){.query = text, .limit = 1000});
        compare(&naive, searcher, &(struct search){.query = text, .limit = 10, .explain = true});
        compare(&naive, searcher,
                &(struct search){
                    .query = text, .limit = 1 + random_below(5), .offset = random_below(20)});
        compare(&naive, searcher,
                &(struct search){.query = text, .limit = 7, .by_document = true, .explain = true});
    }
    buffer_free(&query);
    naive_close(&naive);
}

static void the_ranking_agrees_with_the_formula_before_and_after_updates(void **state) {
    (void)state;
    struct searcher *searcher = NULL;
    assert_int_equal(mkdir("files", 0755), 0);
    for (size_t i = 0; i < N_FILES; i++)
        write_random_file(i);
    update_index("test.db", "files");
    assert_int_equal(searcher_open("test.db", &searcher, NULL), STATUS_OK);
    compare_queries(searcher);
    for (size_t i = 0; i < N_UPDATES; i++) {
        change_files();
        update_index("test.db", "files");
        compare_queries(searcher);
    }
    searcher_close(searcher);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_ranking_agrees_with_the_formula_before_and_after_updates, enter_temporary_folder,
            leave_temporary_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
