/* A second implementation of the search, as slow and obvious as can be: every passage is tokenized
 * and looked at for every part of the query, and scored by the formula in store/bm25f.h. It
 * shares the tokenizer and the parser with the first, nothing else. The second stage of ranking is
 * in naive_rescore.h. */
#ifndef OSLER_TESTS_UNIT_NAIVE_SEARCH_H
#define OSLER_TESTS_UNIT_NAIVE_SEARCH_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "query/score/ranking.h"
#include "query/select/prefix.h"
#include "store/raw_words.h"
#include "tests/unit/naive_match.h"

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
