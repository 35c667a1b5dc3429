/* What the naive search (naive_search.h) works on: all of an index's passages, tokenized, and the
 * terms and abbreviations of them, in memory. */
#ifndef OSLER_TESTS_UNIT_NAIVE_COLLECTION_H
#define OSLER_TESTS_UNIT_NAIVE_COLLECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/language/parse.h"
#include "store/hash.h"
#include "store/index.h"
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

#endif
