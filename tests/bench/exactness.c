/* Asks an index random queries, made of its own texts, and compares the ten best of each with those
 * of the naive search of the unit tests, which scores every passage.
 *
 *   exactness INDEX SEED N      prints how many of N queries agree; those that differ to stderr */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/naive_comparison.h"

/* rand() differs from system to system. */
struct dice {
    uint64_t state;
    const struct naive *naive;
};

static size_t random_below(struct dice *dice, size_t n) {
    dice->state = dice->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(dice->state >> 33) % n;
}

/* ---- queries ---- */

/* Spaces are where words end here, whatever they are in a text. */
static bool is_end(char c) {
    return c == '\0' || strchr(" \t\n", c);
}

/* True if the bytes mean themselves in a query. */
static bool is_plain(const char *bytes, size_t n_bytes) {
    static const char *const operators[] = {"AND", "OR", "NOT", "NEAR"};
    for (size_t i = 0; i < n_bytes; i++)
        if (strchr("\"()*:+", bytes[i]) || (bytes[i] > 0 && bytes[i] < ' ') ||
            (bytes[i] == '-' && (i == 0 || bytes[i - 1] == ' ')))
            return false;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (memmem(bytes, n_bytes, operators[i], strlen(operators[i])))
            return false;
    return true;
}

/* Appends `n_words` that follow each other in a random text or title. */
static void append_words(struct dice *dice, struct buffer *query, size_t n_words) {
    for (;;) {
        const struct naive_passage *passage =
            &dice->naive->passages[random_below(dice, dice->naive->n_passages)];
        const char *start = passage->texts[random_below(dice, 5) ? COLUMN_BODY : COLUMN_TITLE];
        start += random_below(dice, strlen(start) + 1);
        while (!is_end(*start))
            start++;
        while (*start && is_end(*start))
            start++;
        const char *end = start;
        for (size_t i = 0; i < n_words && *end; i++) {
            end += *end == ' ';
            end += strcspn(end, " \t\n");
        }
        size_t n_bytes = (size_t)(end - start);
        if (n_bytes < 3 * n_words || !is_plain(start, n_bytes))
            continue;
        buffer_append(query, start, n_bytes);
        return;
    }
}

static void append_single_words(struct dice *dice, struct buffer *query, size_t n_words) {
    for (; n_words > 0; n_words--) {
        buffer_append_char(query, ' ');
        append_words(dice, query, 1);
    }
}

static const char *random_term(struct dice *dice) {
    const struct naive_term *term;
    do
        term = &dice->naive->terms[random_below(dice, NAIVE_MOST_TERMS)];
    while (!term->term);
    return term->term;
}

/* Appends a term in small letters, without its last ones. */
static void append_prefix(struct dice *dice, struct buffer *query) {
    enum { LEAST = 5, MOST = 8 };
    const char *term;
    do
        term = random_term(dice);
    while (strspn(term, "abcdefghijklmnopqrstuvwxyz") < LEAST);
    size_t n_letters = strspn(term, "abcdefghijklmnopqrstuvwxyz");
    size_t n_bytes = LEAST + random_below(dice, MOST - LEAST);
    buffer_append(query, term, n_bytes < n_letters ? n_bytes : n_letters);
    buffer_append_char(query, '*');
}

/* Appends what is written with letters and digits: a gene, a drug under test, a disease. */
static void append_name(struct dice *dice, struct buffer *query) {
    const char *term;
    size_t n_letters;
    do {
        term = random_term(dice);
        n_letters = strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    } while (n_letters == 0 || strspn(term + n_letters, "0123456789") == 0);
    for (; *term; term++)
        buffer_append_char(query,
                           random_below(dice, 8) ? (char)toupper((unsigned char)*term) : *term);
}

static void append_filter(struct dice *dice, struct buffer *query) {
    static const char *const filters[] = {
        "site:rare.example", "site:common.example", "-site:common.example", "kind:article",
        "after:2025",        "before:2019-04",      "after:2019-11",        "-after:2019-06-15",
    };
    buffer_append_format(query, " %s",
                         filters[random_below(dice, sizeof filters / sizeof *filters)]);
}

static void append_query(struct dice *dice, struct buffer *query) {
    switch (random_below(dice, 9)) {
    case 0:
        append_single_words(dice, query, 1 + random_below(dice, 8));
        break;
    case 1: /* a piece of a text */
        append_words(dice, query, 3 + random_below(dice, 8));
        break;
    case 2:
        append_single_words(dice, query, 1 + random_below(dice, 6));
        append_filter(dice, query);
        break;
    case 3:
        buffer_append_char(query, '"');
        append_words(dice, query, 2 + random_below(dice, 2));
        buffer_append_char(query, '"');
        append_single_words(dice, query, random_below(dice, 4));
        break;
    case 4:
        append_single_words(dice, query, 1 + random_below(dice, 4));
        buffer_append_string(query, random_below(dice, 2) ? " +" : " -");
        append_words(dice, query, 1);
        break;
    case 5:
        append_words(dice, query, 1);
        buffer_append_format(query, " NEAR/%zu ", 1 + random_below(dice, 10));
        append_words(dice, query, 1);
        break;
    case 6:
        append_prefix(dice, query);
        append_single_words(dice, query, random_below(dice, 4));
        break;
    case 7:
        append_name(dice, query);
        append_single_words(dice, query, random_below(dice, 5));
        break;
    default:
        append_single_words(dice, query, 1 + random_below(dice, 2));
        buffer_append_string(query, random_below(dice, 2) ? " AND" : " OR title:");
        append_single_words(dice, query, 1 + random_below(dice, 2));
    }
}

/* ---- comparing ---- */

static bool agrees(struct naive *naive, struct searcher *searcher, const char *query) {
    const struct search search = {.query = query, .limit = 10};
    struct answer answer = {0};
    struct buffer why = {0};
    naive_run(naive, query);
    assert_int_equal(searcher_run(searcher, &search, &answer, NULL), STATUS_OK);
    bool is_same = naive_agrees(naive, &search, &answer, &why);
    if (!is_same)
        fprintf(stderr, "exactness: %s: %s\n", query, buffer_string(&why));
    buffer_free(&why);
    answer_free(&answer);
    return is_same;
}

int main(int argc, char **argv) {
    struct naive *naive = calloc(1, sizeof *naive);
    struct searcher *searcher = NULL;
    struct buffer query = {0};
    size_t n_same = 0;
    if (argc != 4 || !naive) {
        fprintf(stderr, "usage: exactness INDEX SEED N\n");
        return 2;
    }
    struct dice dice = {strtoull(argv[2], NULL, 10), naive};
    naive_open(naive, argv[1]);
    naive->n_candidates = RANKING_CANDIDATES;
    assert_int_equal(searcher_open(argv[1], &searcher, NULL), STATUS_OK);
    for (size_t n = strtoull(argv[3], NULL, 10); n > 0; n--) {
        buffer_clear(&query);
        append_query(&dice, &query);
        n_same += agrees(naive, searcher, buffer_string(&query));
    }
    printf("%zu\n", n_same);
    buffer_free(&query);
    searcher_close(searcher);
    naive_close(naive);
    free(naive);
    return 0;
}
