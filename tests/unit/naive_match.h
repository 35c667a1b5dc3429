/* Which passages match a query, and how often they have a word of it, by looking at each: a part of
 * naive_search.h. */
#ifndef OSLER_TESTS_UNIT_NAIVE_MATCH_H
#define OSLER_TESTS_UNIT_NAIVE_MATCH_H

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/naive_collection.h"

/* ---- words and phrases in a passage ---- */

static inline bool naive_asks_column(const struct query_node *node, size_t column) {
    return node->field == FIELD_ANY || (node->field == FIELD_TITLE && column == COLUMN_TITLE) ||
           (node->field == FIELD_HEADING && column == COLUMN_HEADINGS);
}

static inline bool naive_is_term(const struct token_list *list, size_t i,
                                 const struct token_list *words, size_t j) {
    return strcmp(token_term(list, &list->tokens[i]), token_term(words, &words->tokens[j])) == 0;
}

static inline bool naive_is_surface(const struct token_list *list, size_t i,
                                    const struct token_list *words, size_t j) {
    return strcmp(token_surface(list, &list->tokens[i]), token_surface(words, &words->tokens[j])) ==
           0;
}

/* Tokens [j, end) of a query are forms of one word: of one position and written the same. A
 * compound is a word beside its first part. */
static inline size_t naive_word_end(const struct token_list *words, size_t j) {
    size_t end = j + 1;
    while (end < words->n_tokens && words->tokens[end].position == words->tokens[j].position &&
           naive_is_surface(words, end, words, j))
        end++;
    return end;
}

/* False if the column has no form of the word words[j, end). */
static inline bool naive_may_have(const struct naive_column *column, const struct token_list *words,
                                  size_t j, size_t end) {
    bool may = false;
    for (size_t form = j; form < end; form++) {
        const struct token *token = &words->tokens[form];
        uint32_t hash = hash_of(token_term(words, token), token->term_bytes);
        may = may || (column->terms[hash >> 27] >> (hash >> 21 & 63) & 1 &&
                      column->terms[hash >> 16 & 31] >> (hash >> 10 & 63) & 1);
    }
    return may;
}

/* How often any form of the word words[j, end) is in the column. */
static inline double naive_count(const struct naive_column *column, const struct token_list *words,
                                 size_t j, size_t end) {
    size_t n_tokens = naive_may_have(column, words, j, end) ? column->list.n_tokens : 0;
    double count = 0;
    for (size_t i = 0; i < n_tokens; i++)
        for (size_t form = j; form < end; form++)
            count += naive_is_term(&column->list, i, words, form);
    return count;
}

static inline bool naive_has_word(const struct naive_passage *passage,
                                  const struct query_node *node, const struct token_list *words,
                                  size_t j, size_t end) {
    for (size_t column = 0; column < N_COLUMNS; column++)
        if (naive_asks_column(node, column) &&
            naive_count(&passage->columns[column], words, j, end) > 0)
            return true;
    return false;
}

/* The first token after position of tokens[i]. */
static inline size_t naive_next(const struct token_list *list, size_t i) {
    uint32_t position = list->tokens[i].position;
    while (i < list->n_tokens && list->tokens[i].position == position)
        i++;
    return i;
}

/* True if FTS5 has a position for the word at tokens[i]: for function words it has none. */
static inline bool naive_in_fts5(const struct token_list *list, size_t i) {
    return list->tokens[i].in_fts5;
}

/* The first token from i on of a position that FTS5 knows. */
static inline size_t naive_skip(const struct token_list *list, size_t i) {
    while (i < list->n_tokens && !naive_in_fts5(list, i))
        i = naive_next(list, i);
    return i;
}

/* True if the words stand in the column one after another, beginning with the position of
 * tokens[i], as they are written but for case and accents. */
static inline bool naive_is_written(const struct token_list *column, size_t i,
                                    const struct token_list *words) {
    for (size_t j = 0; j < words->n_tokens; j = naive_next(words, j)) {
        bool found = false;
        if (i >= column->n_tokens)
            return false;
        for (size_t end = naive_next(column, i); i < end; i++)
            found = found || naive_is_surface(column, i, words, j);
        if (!found)
            return false;
    }
    return words->n_tokens > 0;
}

/* True if a form of each of the words does, with function words passed over. */
static inline bool naive_is_meant(const struct token_list *column, size_t i,
                                  const struct token_list *words) {
    for (size_t j = naive_skip(words, 0); j < words->n_tokens;
         j = naive_skip(words, naive_next(words, j))) {
        bool found = false;
        i = naive_skip(column, i);
        if (i >= column->n_tokens)
            return false;
        for (size_t end = naive_next(column, i); i < end; i++)
            for (size_t form = j; form < naive_word_end(words, j); form++)
                found =
                    found || (words->tokens[form].in_fts5 && naive_is_term(column, i, words, form));
        if (!found)
            return false;
    }
    return true;
}

typedef bool naive_stands(const struct token_list *, size_t, const struct token_list *);

static inline bool naive_has_phrase(const struct naive_passage *passage,
                                    const struct query_node *node, const struct token_list *words,
                                    naive_stands *stands) {
    size_t first = naive_skip(words, 0);
    for (size_t column = 0; column < N_COLUMNS; column++) {
        const struct token_list *list = &passage->columns[column].list;
        bool may =
            stands != naive_is_meant || first == words->n_tokens ||
            naive_may_have(&passage->columns[column], words, first, naive_word_end(words, first));
        for (size_t i = 0; i < list->n_tokens && may && naive_asks_column(node, column);
             i = naive_next(list, i))
            if (stands(list, i, words))
                return true;
    }
    return false;
}

/* ---- nodes ---- */

static inline bool naive_is_function_words(const struct token_list *words) {
    for (size_t i = 0; i < words->n_tokens; i = naive_next(words, i))
        if (!words->tokens[i].is_function_word)
            return false;
    return true;
}

/* "xray" also asks for "x ray" where the collection knows "ray": fills in its tokens. */
static inline bool naive_is_split(struct naive *naive, const struct token_list *words,
                                  struct token_list *split) {
    char text[200];
    bool known = false;
    *split = (struct token_list){0};
    if (words->n_positions != 1)
        return false;
    const char *surface = token_surface(words, &words->tokens[0]);
    if (strlen(surface) < 4 || surface[0] < 'b' || surface[0] > 'z' || surface[0] == 'i')
        return false;
    snprintf(text, sizeof text, "%c %s", surface[0], surface + 1);
    naive_tokenize(naive, text, NULL, TOKENS_OF_TEXT, split);
    if (split->n_tokens == 2)
        known = naive_df(naive, token_term(split, &split->tokens[1])) > 0 &&
                split->tokens[1].in_fts5; /* not "c alled" for "called": FTS5 has no "all" */
    if (!known)
        token_list_free(split);
    return known;
}

/* "2" for "ii" and so on; NULL for what is no numeral up to 20. */
static inline const char *naive_other_numeral(const char *word) {
    static const char *const numerals[] = {"1",  "i",    "2",  "ii",    "3",  "iii", "4",  "iv",
                                           "5",  "v",    "6",  "vi",    "7",  "vii", "8",  "viii",
                                           "9",  "ix",   "10", "x",     "11", "xi",  "12", "xii",
                                           "13", "xiii", "14", "xiv",   "15", "xv",  "16", "xvi",
                                           "17", "xvii", "18", "xviii", "19", "xix", "20", "xx"};
    for (size_t i = 0; i < 40; i++)
        if (strcmp(numerals[i], word) == 0)
            return strchr("ivx", *numerals[i ^ 1]) && !numerals[i ^ 1][1] ? NULL : numerals[i ^ 1];
    return NULL;
}

static inline void naive_add_form(struct token_list *list, const char *term) {
    const struct token *main = &list->tokens[0];
    const struct token_form form = {.term = term,
                                    .n_bytes = strlen(term),
                                    .surface = main->surface,
                                    .surface_bytes = main->surface_bytes,
                                    .in_fts5 = true,
                                    .start = main->start,
                                    .end = main->end};
    assert_int_equal(token_list_add(list, main->position, &form, NULL), STATUS_OK);
}

/* How many passages have the word, form by form; -1 for what is not one word, or a function word.
 */
static inline double naive_word_df(struct naive *naive, const char *word) {
    struct token_list list;
    double df = 0;
    naive_tokenize(naive, word, NULL, TOKENS_OF_QUERY, &list);
    for (size_t i = 0; i < list.n_tokens; i++)
        df += naive_df(naive, token_term(&list, &list.tokens[i]));
    if (list.n_positions != 1 || list.tokens[0].is_function_word)
        df = -1;
    token_list_free(&list);
    return df;
}

/* Adds the term of two words that the collection writes as one. */
static inline void naive_join(struct naive *naive, const char *first, const char *second,
                              struct token_list *list) {
    char text[300];
    struct token_list joined;
    bool is_letters = true;
    snprintf(text, sizeof text, "%s%s", first, second);
    for (const char *c = text; *c; c++)
        is_letters = is_letters && (isalpha((unsigned char)*c) || *c & 0x80);
    naive_tokenize(naive, text, NULL, TOKENS_OF_TEXT, &joined);
    double least = fmin(naive_word_df(naive, first), naive_word_df(naive, second));
    if (is_letters && joined.n_tokens == 1 && least >= 0 &&
        naive_df(naive, token_term(&joined, &joined.tokens[0])) > least)
        naive_add_form(list, token_term(&joined, &joined.tokens[0]));
    token_list_free(&joined);
}

/* Adds the forms of a word by those beside it. */
static inline void naive_add_neighbours(struct naive *naive, const struct query_node *node,
                                        struct token_list *list) {
    static const char kinds[] = " type types stage stages grade grades class classes factor factors"
                                " phase phases group groups ";
    char before[300];
    if (node->kind != QUERY_WORD || list->n_positions != 1)
        return;
    snprintf(before, sizeof before, " %s ", node->before ? node->before : "");
    const char *surface = token_surface(list, &list->tokens[0]);
    const char *other = naive_other_numeral(surface);
    if (node->before && other && strcmp(node->text, "i") != 0 && strcasestr(kinds, before)) {
        list->tokens[0].is_function_word = false;
        naive_add_form(list, other);
    }
    if (node->before)
        naive_join(naive, node->before, node->text, list);
    if (node->after && !list->tokens[0].is_function_word)
        naive_join(naive, node->text, node->after, list);
}

static inline const struct naive_asked *naive_ask(struct naive *naive,
                                                  const struct query_node *node) {
    for (size_t i = 0; i < naive->n_asked; i++)
        if (naive->asked[i].node == node)
            return &naive->asked[i];
    assert_in_range(naive->n_asked, 0, NAIVE_MOST_NODES - 1);
    struct naive_asked *asked = &naive->asked[naive->n_asked++];
    asked->node = node;
    naive_tokenize(naive, node->text, NULL, TOKENS_OF_QUERY, &asked->words);
    naive_add_neighbours(naive, node, &asked->words);
    naive_tokenize(naive, node->text, NULL, TOKENS_OF_TEXT, &asked->written);
    asked->is_split = naive_is_split(naive, &asked->words, &asked->split);
    return asked;
}

/* The 19 of COVID-19, the x of X-ray: such a part counts only where all of the word stands. */
static inline bool naive_is_weak(const struct token_list *words, size_t j) {
    const char *surface = token_surface(words, &words->tokens[j]);
    return words->n_positions > 1 &&
           (strlen(surface) == 1 || strspn(surface, "0123456789") == strlen(surface));
}

static inline bool naive_has_weak(const struct token_list *words) {
    bool has = false;
    for (size_t j = 0; j < words->n_tokens; j = naive_word_end(words, j))
        has = has || naive_is_weak(words, j);
    return has;
}

static inline bool naive_matches_word(struct naive *naive, const struct naive_passage *passage,
                                      const struct query_node *node, bool any) {
    const struct naive_asked *asked = naive_ask(naive, node);
    const struct token_list *words = &asked->words;
    if (asked->is_split && naive_has_phrase(passage, node, &asked->split, naive_is_meant))
        return true;
    if ((!any || naive_has_weak(words)) && words->n_positions > 1 &&
        naive_skip(words, 0) < words->n_tokens &&
        naive_has_phrase(passage, node, words, naive_is_meant))
        return true;
    for (size_t j = 0, end; j < words->n_tokens; j = end) {
        const struct token *word = &words->tokens[j];
        end = naive_word_end(words, j);
        bool is_whole = word->start == words->tokens[0].start &&
                        word->end == words->tokens[words->n_tokens - 1].end;
        bool counts =
            any ? !(word->is_function_word && naive->has_content) && !naive_is_weak(words, j)
                : is_whole;
        if (counts && naive_has_word(passage, node, words, j, end))
            return true;
    }
    return false;
}

/* A phrase is meant as it is written: "AIDS" does not ask for aids, though both fold to that. */
static inline bool naive_matches_phrase(struct naive *naive, const struct naive_passage *passage,
                                        const struct query_node *node) {
    const struct naive_asked *asked = naive_ask(naive, node);
    const struct token_list *words = &asked->words;
    bool matches = naive_has_phrase(passage, node, words, naive_is_meant) &&
                   naive_has_phrase(passage, node, &asked->written, naive_is_written);
    bool in_fts5 = naive_skip(words, 0) < words->n_tokens;
    for (size_t j = 0; j < words->n_tokens && !in_fts5; j = naive_word_end(words, j))
        matches = matches && naive_has_word(passage, node, words, j, naive_word_end(words, j));
    return matches;
}

/* True if the word, as written or in capitals, begins the term, or is it as a stem. */
static inline bool naive_begins(const struct token_list *prefix, const char *term) {
    const char *surface = token_surface(prefix, &prefix->tokens[0]);
    size_t n_bytes = strlen(surface);
    bool is_lower = strncmp(term, surface, n_bytes) == 0;
    bool is_upper = strlen(term) >= n_bytes;
    for (size_t i = 0; i < n_bytes && is_upper; i++)
        is_upper =
            term[i] == (surface[i] >= 'a' && surface[i] <= 'z' ? surface[i] - 32 : surface[i]);
    return is_lower || is_upper || strcmp(term, token_term(prefix, &prefix->tokens[0])) == 0;
}

/* How often the words that begin with a prefix are in the column. */
static inline double naive_count_prefix(const struct token_list *column,
                                        const struct token_list *prefix) {
    double count = 0;
    for (size_t i = 0; i < column->n_tokens; i++)
        count += naive_begins(prefix, token_term(column, &column->tokens[i]));
    return count;
}

static inline bool naive_matches_prefix(struct naive *naive, const struct naive_passage *passage,
                                        const struct query_node *node) {
    const struct naive_asked *asked = naive_ask(naive, node);
    bool matches = false;
    assert_int_equal(asked->written.n_positions, 1);
    for (size_t column = 0; column < N_COLUMNS; column++)
        matches =
            matches || (naive_asks_column(node, column) &&
                        naive_count_prefix(&passage->columns[column].list, &asked->written) > 0);
    return matches;
}

/* How many words before tokens[i] FTS5 has. */
static inline size_t naive_fts5_position(const struct token_list *list, size_t i) {
    size_t position = 0;
    for (size_t j = naive_skip(list, 0); j < i; j = naive_skip(list, naive_next(list, j)))
        position++;
    return position;
}

/* True if the column has both words, at most `distance` others between them. */
static inline bool naive_are_near(const struct token_list *column, const struct token_list *a,
                                  const struct token_list *b, size_t distance) {
    for (size_t i = naive_skip(column, 0); i < column->n_tokens;
         i = naive_skip(column, naive_next(column, i)))
        for (size_t j = naive_skip(column, 0); j < column->n_tokens && naive_is_meant(column, i, a);
             j = naive_skip(column, naive_next(column, j))) {
            bool in_order = i <= j;
            size_t first = naive_fts5_position(column, in_order ? i : j);
            size_t second = naive_fts5_position(column, in_order ? j : i);
            size_t n_words = naive_fts5_position(in_order ? a : b, (in_order ? a : b)->n_tokens);
            if (naive_is_meant(column, j, b) && second <= first + n_words + distance)
                return true;
        }
    return false;
}

/* True if NEAR has nothing to look for: FTS5 has none of the words. */
static inline bool naive_is_absent_near(struct naive *naive, const struct query_node *node) {
    bool is_absent = true;
    for (size_t i = 0; i < node->n_children; i++) {
        const struct token_list *words = &naive_ask(naive, node->children[i])->words;
        is_absent = is_absent && naive_skip(words, 0) == words->n_tokens;
    }
    return is_absent;
}

/* Of two words only. One that FTS5 does not have may stand anywhere. */
static inline bool naive_matches_near(struct naive *naive, const struct naive_passage *passage,
                                      const struct query_node *node) {
    const struct token_list *words[2];
    bool in_fts5 = true;
    bool matches = false;
    assert_int_equal(node->n_children, 2);
    for (size_t i = 0; i < 2; i++) {
        words[i] = &naive_ask(naive, node->children[i])->words;
        in_fts5 = in_fts5 && naive_skip(words[i], 0) < words[i]->n_tokens;
        if (!naive_matches_word(naive, passage, node->children[i], false))
            return false;
    }
    for (size_t column = 0; column < N_COLUMNS; column++)
        matches =
            matches || !in_fts5 ||
            (naive_asks_column(node, column) &&
             naive_are_near(&passage->columns[column].list, words[0], words[1], node->distance));
    return matches;
}

static inline bool naive_matches_filter(const struct naive_passage *passage,
                                        const struct query_node *node) {
    const char *text = node->text;
    const char *host = passage->url ? strstr(passage->url, "://") + 3 : "";
    size_t host_bytes = strcspn(host, "/");
    size_t n = strlen(text);
    switch (node->filter) {
    case FILTER_SITE:
        return n <= host_bytes && memcmp(host + host_bytes - n, text, n) == 0 &&
               (n == host_bytes || host[host_bytes - n - 1] == '.');
    case FILTER_KIND:
        return strcmp(text, "article") == 0;
    case FILTER_BEFORE:
        return passage->published && strncmp(passage->published, text, n) < 0;
    case FILTER_AFTER:
        return passage->published && strncmp(passage->published, text, n) >= 0;
    default:
        fail_msg("no query of the test has this filter");
        return false;
    }
}

/* Whether the passage matches the node. `*absent`: there is nothing in the node to look for. */
static inline bool naive_matches(struct naive *naive, const struct naive_passage *passage,
                                 const struct query_node *node, bool any, bool *absent) {
    bool matches = false;
    *absent = false;
    if (node->kind == QUERY_FILTER)
        return naive_matches_filter(passage, node);
    if (node->kind == QUERY_PREFIX)
        return naive_matches_prefix(naive, passage, node);
    if (node->kind == QUERY_NEAR) {
        *absent = naive_is_absent_near(naive, node);
        return !*absent && naive_matches_near(naive, passage, node);
    }
    if (node->kind == QUERY_GROUP) {
        size_t n_should = 0, n_must = 0, n_should_matches = 0, n_present = 0;
        matches = true;
        for (size_t i = 0; i < node->n_children; i++) {
            const struct query_node *child = node->children[i];
            bool child_absent;
            bool one =
                naive_matches(naive, passage, child, child->occur == OCCUR_SHOULD, &child_absent);
            if (child_absent)
                continue;
            n_present++;
            n_should += child->occur == OCCUR_SHOULD;
            n_should_matches += child->occur == OCCUR_SHOULD && one;
            n_must += child->occur == OCCUR_MUST;
            if (child->occur != OCCUR_SHOULD && one == (child->occur == OCCUR_MUST_NOT))
                matches = false;
        }
        *absent = n_present == 0;
        return matches && !*absent && (n_should_matches > 0 || n_must > 0 || n_should == 0);
    }
    const struct token_list *words = &naive_ask(naive, node)->words;
    bool is_phrase = node->kind == QUERY_PHRASE;
    *absent = words->n_tokens == 0 ||
              (!is_phrase && any && naive->has_content && naive_is_function_words(words));
    if (*absent)
        return false;
    return is_phrase ? naive_matches_phrase(naive, passage, node)
                     : naive_matches_word(naive, passage, node, any);
}

static inline bool naive_scores(const struct query_node *node) {
    return node->occur != OCCUR_MUST_NOT && node->occur != OCCUR_FILTER &&
           node->kind != QUERY_FILTER;
}

/* Whether a word of the node that may score is no function word. */
static inline bool naive_node_has_content(struct naive *naive, const struct query_node *node) {
    bool has = false;
    if (!naive_scores(node))
        return false;
    for (size_t i = 0; i < node->n_children; i++)
        has = has || naive_node_has_content(naive, node->children[i]);
    return node->text ? !naive_is_function_words(&naive_ask(naive, node)->words) : has;
}

#endif
