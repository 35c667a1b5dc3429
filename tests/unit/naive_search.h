/* A second implementation of the search, as slow and obvious as can be: every passage is tokenized
 * and looked at for every part of the query, and scored by the formula in store/bm25f.h. It
 * shares the tokenizer and the parser with the first, nothing else. The second stage of ranking is
 * in naive_rescore.h. */
#ifndef OSLER_TESTS_UNIT_NAIVE_SEARCH_H
#define OSLER_TESTS_UNIT_NAIVE_SEARCH_H

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/language/parse.h"
#include "query/score/ranking.h"
#include "query/select/prefix.h"
#include "store/hash.h"
#include "store/index.h"
#include "store/raw_words.h"
#include "store/tokenizer.h"

/* A column of a passage. Most have none of a word's forms, which the bits tell without looking. */
struct naive_column {
    struct token_list list;
    uint64_t terms[32]; /* two bits of each term's hash */
};

struct naive_passage {
    char *document, *path, *url, *published;
    int64_t start;
    struct naive_column columns[N_COLUMNS];
    char *texts[N_COLUMNS];
    bool selected;
    double score;          /* of the first stage */
    double rescored;       /* of the second, */
    double document_score; /* and for the document that it is the best of */
};

struct naive_abbreviation {
    char *short_form, *long_form;
    double n;
};

/* A term of the collection. */
struct naive_term {
    char *term;
    double df;
    size_t last; /* passage that was counted, from 1 */
};

/* What a node of the query asks for, tokenized once. */
struct naive_asked {
    const struct query_node *node;
    struct token_list words;   /* forms of a word stand at one position */
    struct token_list written; /* as in a text */
    struct token_list split;
    bool is_split;
};

enum {
    NAIVE_MOST_PASSAGES = 50000,
    NAIVE_MOST_TERMS = 1 << 17,
    NAIVE_MOST_ABBREVIATIONS = 10000,
    NAIVE_MOST_NODES = 50,
};

struct naive {
    struct index index;
    struct tokenizer *tokenizer;
    struct naive_passage *passages;
    size_t n_passages;
    double average_lengths[N_COLUMNS];
    struct naive_term *terms; /* of all passages; a hash table of NAIVE_MOST_TERMS */
    size_t n_terms;
    struct naive_abbreviation *abbreviations;
    size_t n_abbreviations;
    size_t n_documents;
    size_t n_candidates; /* the second stage scores the best so many of the first; 0: all */
    struct naive_asked asked[NAIVE_MOST_NODES]; /* of the query */
    size_t n_asked;
    bool is_rescored; /* the query has words for the second stage */
    bool has_clauses; /* ... or anything that scores */
    bool has_content; /* the query has a word that is no function word */
};

/* ---- reading ---- */

static inline char *naive_copy(sqlite3_stmt *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? strdup(text) : NULL;
}

static inline void naive_tokenize(struct naive *naive, const char *text, const char *language,
                                  enum token_use use, struct token_list *list) {
    *list = (struct token_list){0};
    assert_int_equal(tokenizer_run(naive->tokenizer, text, strlen(text), language, use, list, NULL),
                     STATUS_OK);
}

/* The place of a term in the hash table. */
static inline struct naive_term *naive_find_term(const struct naive *naive, const char *term) {
    size_t i = hash_of(term, strlen(term)) % NAIVE_MOST_TERMS;
    while (naive->terms[i].term && strcmp(naive->terms[i].term, term) != 0)
        i = (i + 1) % NAIVE_MOST_TERMS;
    return &naive->terms[i];
}

/* How many passages have the term. */
static inline double naive_df(const struct naive *naive, const char *term) {
    return naive_find_term(naive, term)->df;
}

static inline void naive_read_terms(struct naive *naive) {
    for (size_t i = 0; i < naive->n_passages * N_COLUMNS; i++) {
        struct naive_column *column = &naive->passages[i / N_COLUMNS].columns[i % N_COLUMNS];
        for (size_t j = 0; j < column->list.n_tokens; j++) {
            const char *name = token_term(&column->list, &column->list.tokens[j]);
            uint32_t hash = hash_of(name, strlen(name));
            struct naive_term *term = naive_find_term(naive, name);
            if (!term->term) {
                assert_in_range(++naive->n_terms, 1, NAIVE_MOST_TERMS / 2);
                term->term = strdup(name);
            }
            term->df += term->last != i / N_COLUMNS + 1;
            term->last = i / N_COLUMNS + 1;
            column->terms[hash >> 27] |= (uint64_t)1 << (hash >> 21 & 63);
            column->terms[hash >> 16 & 31] |= (uint64_t)1 << (hash >> 10 & 63);
        }
    }
}

static inline void naive_read_abbreviations(struct naive *naive) {
    sqlite3_stmt *rows = NULL;
    assert_int_equal(
        index_prepare(&naive->index, "SELECT short, long, n FROM abbreviations", &rows, NULL),
        STATUS_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        assert_in_range(naive->n_abbreviations, 0, NAIVE_MOST_ABBREVIATIONS - 1);
        naive->abbreviations[naive->n_abbreviations++] = (struct naive_abbreviation){
            naive_copy(rows, 0), naive_copy(rows, 1), sqlite3_column_double(rows, 2)};
    }
    sqlite3_finalize(rows);
}

static inline void naive_open(struct naive *naive, const char *index_path) {
    sqlite3_stmt *rows = NULL;
    *naive = (struct naive){.passages = calloc(NAIVE_MOST_PASSAGES, sizeof *naive->passages),
                            .terms = calloc(NAIVE_MOST_TERMS, sizeof *naive->terms),
                            .abbreviations =
                                calloc(NAIVE_MOST_ABBREVIATIONS, sizeof *naive->abbreviations)};
    assert_int_equal(index_open(&naive->index, index_path, INDEX_READ, NULL), STATUS_OK);
    assert_int_equal(tokenizer_open(naive->index.connection, &naive->tokenizer, NULL), STATUS_OK);
    assert_int_equal(
        index_prepare(&naive->index,
                      "SELECT p.text, p.headings, d.title, d.language, p.start,"
                      " coalesce(d.name, f.path), f.path, d.url, d.published FROM passages AS p"
                      " JOIN documents AS d ON d.id = p.document"
                      " JOIN files AS f ON f.id = d.file",
                      &rows, NULL),
        STATUS_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        assert_in_range(naive->n_passages, 0, NAIVE_MOST_PASSAGES - 1);
        struct naive_passage *passage = &naive->passages[naive->n_passages++];
        for (int column = 0; column < N_COLUMNS; column++) {
            passage->texts[column] = naive_copy(rows, column);
            naive_tokenize(naive, passage->texts[column],
                           (const char *)sqlite3_column_text(rows, 3), TOKENS_OF_TEXT,
                           &passage->columns[column].list);
        }
        passage->start = sqlite3_column_int64(rows, 4);
        passage->document = naive_copy(rows, 5);
        passage->path = naive_copy(rows, 6);
        passage->url = naive_copy(rows, 7);
        passage->published = naive_copy(rows, 8);
    }
    sqlite3_finalize(rows);
    for (size_t column = 0; column < N_COLUMNS; column++)
        for (size_t i = 0; i < naive->n_passages; i++)
            naive->average_lengths[column] +=
                naive->passages[i].columns[column].list.n_positions / (double)naive->n_passages;
    assert_int_equal(index_prepare(&naive->index, "SELECT count(*) FROM documents", &rows, NULL),
                     STATUS_OK);
    assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
    naive->n_documents = (size_t)sqlite3_column_int64(rows, 0);
    sqlite3_finalize(rows);
    naive_read_terms(naive);
    naive_read_abbreviations(naive);
}

/* Forgets the query. */
static inline void naive_forget(struct naive *naive) {
    while (naive->n_asked > 0) {
        struct naive_asked *asked = &naive->asked[--naive->n_asked];
        token_list_free(&asked->words);
        token_list_free(&asked->written);
        token_list_free(&asked->split);
    }
}

static inline void naive_close(struct naive *naive) {
    naive_forget(naive);
    for (size_t i = 0; i < naive->n_passages; i++) {
        for (size_t column = 0; column < N_COLUMNS; column++) {
            token_list_free(&naive->passages[i].columns[column].list);
            free(naive->passages[i].texts[column]);
        }
        free(naive->passages[i].document);
        free(naive->passages[i].path);
        free(naive->passages[i].url);
        free(naive->passages[i].published);
    }
    for (size_t i = 0; i < NAIVE_MOST_TERMS; i++)
        free(naive->terms[i].term);
    for (size_t i = 0; i < naive->n_abbreviations; i++) {
        free(naive->abbreviations[i].short_form);
        free(naive->abbreviations[i].long_form);
    }
    free(naive->passages);
    free(naive->terms);
    free(naive->abbreviations);
    tokenizer_close(naive->tokenizer);
    index_close(&naive->index);
}

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

/* ---- the score ---- */

/* What the scores are made of: a word and its other forms, or a split word. */
struct naive_clause {
    const struct query_node *node; /* its phrase's passages only, if it is of a phrase */
    struct token_list words;       /* owned */
    size_t first, end;
    bool is_weak;
    bool is_split;
    bool is_prefix;
    double *x; /* owned; for each passage */
    double df, cf;
};

struct naive_clauses {
    struct naive_clause clauses[100];
    size_t n_clauses;
    /* Which clause token `first` of a node's text went into; SIZE_MAX: the index does not have it.
     */
    struct {
        const struct query_node *node;
        size_t first, clause;
    } words[200];
    size_t n_words;
    char terms[PREFIX_MAX_TERMS][TOKEN_MAX_BYTES + 1]; /* all that the query asks for */
    size_t n_terms;
};

/* x of the formula for so many occurrences in each column. */
static inline double naive_x_of_counts(const struct naive *naive,
                                       const struct naive_passage *passage,
                                       const double counts[N_COLUMNS]) {
    static const double weights[] = {RANKING_BODY_WEIGHT, RANKING_HEADINGS_WEIGHT,
                                     RANKING_TITLE_WEIGHT};
    double x = 0;
    for (size_t column = 0; column < N_COLUMNS; column++) {
        double length = passage->columns[column].list.n_positions;
        if (counts[column] > 0)
            x += weights[column] * counts[column] /
                 (1 - RANKING_B + RANKING_B * length / naive->average_lengths[column]);
    }
    return x;
}

static inline double naive_clause_count(const struct naive_passage *passage,
                                        const struct naive_clause *clause, size_t column) {
    if (clause->is_split)
        return column == COLUMN_BODY &&
               naive_has_phrase(passage, clause->node, &clause->words, naive_is_meant);
    if (clause->is_prefix)
        return naive_asks_column(clause->node, column)
                   ? naive_count_prefix(&passage->columns[column].list, &clause->words)
                   : 0;
    return naive_asks_column(clause->node, column)
               ? naive_count(&passage->columns[column], &clause->words, clause->first, clause->end)
               : 0;
}

static inline double naive_x(const struct naive *naive, const struct naive_clause *clause,
                             const struct naive_passage *passage) {
    double counts[N_COLUMNS];
    for (size_t column = 0; column < N_COLUMNS; column++)
        counts[column] = naive_clause_count(passage, clause, column);
    return naive_x_of_counts(naive, passage, counts);
}

/* True if no passage tells the clauses apart: the forms in which they differ do not occur. */
static inline bool naive_scores_alike(const struct naive *naive, const struct naive_clause *a,
                                      const struct naive_clause *b) {
    for (size_t i = 0; i < naive->n_passages; i++)
        if (a->x[i] < b->x[i] || a->x[i] > b->x[i])
            return false;
    return true;
}

/* The clause that scores the same already, or SIZE_MAX. Every word scores once, however often it is
 * asked; in a phrase, for the phrase. */
static inline size_t naive_find_clause(const struct naive *naive, const struct naive_clauses *list,
                                       const struct naive_clause *clause) {
    for (size_t i = 0; i < list->n_clauses; i++) {
        const struct naive_clause *other = &list->clauses[i];
        bool is_phrase = clause->node->kind == QUERY_PHRASE || other->node->kind == QUERY_PHRASE ||
                         clause->is_weak || other->is_weak;
        bool same = other->node->field == clause->node->field &&
                    other->is_split == clause->is_split && other->is_prefix == clause->is_prefix &&
                    naive_scores_alike(naive, other, clause) &&
                    naive_is_term(&other->words, other->first, &clause->words, clause->first) &&
                    (!clause->is_split || naive_is_term(&other->words, 1, &clause->words, 1));
        if (same && (!is_phrase || other->node == clause->node))
            return i;
    }
    return SIZE_MAX;
}

static inline void naive_note_clause(struct naive_clauses *list, const struct naive_clause *clause,
                                     size_t i_clause) {
    assert_in_range(list->n_words, 0, sizeof list->words / sizeof *list->words - 1);
    list->words[list->n_words].node = clause->node;
    list->words[list->n_words].first = clause->first;
    list->words[list->n_words++].clause = i_clause;
}

/* Takes over the words of the clause. */
static inline void naive_add_clause(struct naive *naive, struct naive_clauses *list,
                                    struct naive_clause clause) {
    clause.x = calloc(naive->n_passages, sizeof *clause.x);
    for (size_t form = clause.first; form < clause.end; form++)
        strcpy(list->terms[list->n_terms++], token_term(&clause.words, &clause.words.tokens[form]));
    for (size_t i = 0; i < naive->n_passages; i++) {
        clause.x[i] = naive_x(naive, &clause, &naive->passages[i]);
        bool is_list = clause.is_split || clause.is_prefix;
        if (is_list)
            clause.df += clause.x[i] > 0;
        for (size_t form = clause.first; form < clause.end && !is_list; form++)
            clause.df +=
                naive_has_word(&naive->passages[i], clause.node, &clause.words, form, form + 1);
        for (size_t column = 0; column < N_COLUMNS; column++)
            clause.cf += naive_clause_count(&naive->passages[i], &clause, column);
    }
    size_t known = naive_find_clause(naive, list, &clause);
    if (clause.df > 0 && known == SIZE_MAX) {
        assert_in_range(list->n_clauses, 0, sizeof list->clauses / sizeof *list->clauses - 1);
        naive_note_clause(list, &clause, list->n_clauses);
        list->clauses[list->n_clauses++] = clause;
        return;
    }
    naive_note_clause(list, &clause, clause.df > 0 ? known : SIZE_MAX);
    token_list_free(&clause.words);
    free(clause.x);
}

/* All terms that begin with the prefix count as one word. */
static inline void naive_add_prefix(struct naive *naive, struct naive_clauses *list,
                                    const struct query_node *node) {
    struct naive_clause clause = {.node = node, .is_prefix = true};
    naive_tokenize(naive, node->text, NULL, TOKENS_OF_TEXT, &clause.words);
    for (size_t i = 0; i < NAIVE_MOST_TERMS; i++) {
        const char *term = naive->terms[i].term;
        assert_in_range(list->n_terms, 0, PREFIX_MAX_TERMS - 1);
        if (term && naive_begins(&clause.words, term))
            strcpy(list->terms[list->n_terms++], term);
    }
    naive_add_clause(naive, list, clause);
}

static inline void naive_add_clauses(struct naive *naive, struct naive_clauses *list,
                                     const struct query_node *node, bool any) {
    if (!naive_scores(node) || (node->kind == QUERY_NEAR && naive_is_absent_near(naive, node)))
        return;
    for (size_t i = 0; i < node->n_children; i++)
        naive_add_clauses(naive, list, node->children[i],
                          node->kind == QUERY_GROUP && node->children[i]->occur == OCCUR_SHOULD);
    if (node->kind == QUERY_PREFIX)
        naive_add_prefix(naive, list, node);
    if (node->kind != QUERY_WORD && node->kind != QUERY_PHRASE)
        return;
    const struct naive_asked *asked = naive_ask(naive, node);
    const struct token_list *words = &asked->words;
    bool drops_function_words = naive->has_content && (any || node->kind == QUERY_PHRASE);
    for (size_t j = 0, end; j < words->n_tokens; j = end) {
        end = naive_word_end(words, j);
        struct naive_clause clause = {.node = node, .first = j, .end = end};
        clause.is_weak = node->kind == QUERY_WORD && any && naive_is_weak(words, j);
        if (words->tokens[j].is_function_word && drops_function_words)
            continue;
        naive_tokenize(naive, node->text, NULL, TOKENS_OF_QUERY, &clause.words);
        naive_add_neighbours(naive, node, &clause.words);
        naive_add_clause(naive, list, clause);
    }
    struct naive_clause split = {.node = node, .is_split = true};
    bool is_absent = naive_is_function_words(words) && drops_function_words;
    if (node->kind == QUERY_WORD && !is_absent && naive_is_split(naive, words, &split.words))
        naive_add_clause(naive, list, split);
}

static inline double naive_weight(const struct naive *naive, const struct naive_clause *clause) {
    double n = (double)naive->n_passages;
    double df = fmin(clause->df, n);
    return log(1 + (n - df + 0.5) / (df + 0.5)) + RANKING_RECURRENCE * log(clause->cf / clause->df);
}

/* x of a clause in passage `i`: 0 where it does not score. */
static inline double naive_clause_x(struct naive *naive, const struct naive_clause *clause,
                                    size_t i) {
    struct naive_passage *passage = &naive->passages[i];
    bool absent;
    if (clause->node->kind == QUERY_PHRASE &&
        !naive_matches(naive, passage, clause->node, false, &absent))
        return 0;
    if (clause->is_weak && !naive_has_phrase(passage, clause->node, &clause->words, naive_is_meant))
        return 0;
    return clause->x[i];
}

static inline double naive_score(struct naive *naive, const struct naive_clauses *list,
                                 size_t passage) {
    double score = 0;
    for (size_t i = 0; i < list->n_clauses; i++) {
        double x = naive_clause_x(naive, &list->clauses[i], passage);
        score += naive_weight(naive, &list->clauses[i]) * (RANKING_K1 + 1) * x / (x + RANKING_K1);
    }
    return score;
}

#endif
