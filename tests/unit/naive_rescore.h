/* The second stage of ranking once more, as slow and obvious as can be: the other half of
 * naive_search.h. Texts are cut into runs, every term of the collection is compared with every
 * word, and the formula in query/score/ranking.h is added up. What the index says of abbreviations
 * is believed: test_definition.c is about that. */
#ifndef OSLER_TESTS_UNIT_NAIVE_RESCORE_H
#define OSLER_TESTS_UNIT_NAIVE_RESCORE_H

#include <ctype.h>

#include "query/rank/synonym.h"
#include "query/score/scan.h"
#include "tests/unit/naive_search.h"

/* A word of the query that is one run. */
struct naive_typed {
    size_t clause;
    char typed[100], term[100];
    size_t run;
};

struct naive_expansion {
    size_t clause;
    double weight;
    char terms[300]; /* separated by spaces */
};

struct naive_typed_words {
    struct naive_typed words[SCAN_MAX_WORDS];
    size_t n_words;
    size_t n_runs; /* of the words so far */
    const struct naive_clauses *clauses;
};

/* ---- runs ---- */

/* True if byte `i` is of a character of U+0080 to U+00BF or U+2000 to U+203F: "C2 xx" or
 * "E2 80 xx". */
static inline bool naive_is_punctuation(const char *text, size_t i) {
    const unsigned char *at = (const unsigned char *)text + i;
    if (*at < 0x80)
        return false;
    return *at == 0xC2 || (i > 0 && at[-1] == 0xC2) || (*at == 0xE2 && at[1] == 0x80) ||
           (i > 0 && at[-1] == 0xE2 && *at == 0x80) || (i > 1 && at[-2] == 0xE2 && at[-1] == 0x80);
}

/* 0 between runs, else what kind of run byte `i` is of. */
static inline int naive_run_kind(const char *text, size_t i) {
    unsigned char c = (unsigned char)text[i];
    if (naive_is_punctuation(text, i))
        return 0;
    return isdigit(c) ? 1 : isalpha(c) || c & 0x80 ? 2 : 0;
}

static inline bool naive_is_run_start(const char *text, size_t i) {
    int kind = naive_run_kind(text, i);
    return kind != 0 && (i == 0 || naive_run_kind(text, i - 1) != kind);
}

static inline size_t naive_run_length(const char *text, size_t i) {
    size_t length = 1;
    while (naive_run_kind(text, i + length) == naive_run_kind(text, i))
        length++;
    return length;
}

/* The number of the run that begins at `start`, counted from 0. */
static inline size_t naive_run_number(const char *text, size_t start) {
    size_t number = 0;
    for (size_t i = 0; i < start; i++)
        number += naive_is_run_start(text, i);
    return number;
}

static inline bool naive_is_run(const char *text, size_t i, const char *typed) {
    return naive_is_run_start(text, i) && naive_run_length(text, i) == strlen(typed) &&
           strncasecmp(text + i, typed, strlen(typed)) == 0;
}

static inline double naive_count_typed(const char *text, const char *typed) {
    double count = 0;
    for (size_t i = 0; text[i]; i++)
        count += naive_is_run(text, i, typed);
    return count;
}

/* How many runs are one of the words and have the other close before them: the first `distance`
 * runs before the second, or either at most SCAN_NEAR before the other. */
static inline double naive_count_pair(const char *text, const char *first, const char *second,
                                      size_t distance) {
    double count = 0;
    for (size_t j = 0; text[j]; j++) {
        bool ends = false;
        bool is_first = naive_is_run(text, j, first);
        bool is_second = naive_is_run(text, j, second);
        for (size_t i = 0; i < j && (is_first || is_second) && !ends; i++) {
            bool in_order = is_second && naive_is_run(text, i, first);
            bool in_reverse = is_first && naive_is_run(text, i, second);
            size_t apart = in_order || in_reverse
                               ? naive_run_number(text, j) - naive_run_number(text, i)
                               : SIZE_MAX;
            ends = (in_order && apart == distance) || apart <= SCAN_NEAR;
        }
        count += ends;
    }
    return count;
}

/* ---- other words ---- */

static inline double naive_term_count(const struct token_list *column, const char *term) {
    double count = 0;
    for (size_t i = 0; i < column->n_tokens; i++)
        count += strcmp(token_term(column, &column->tokens[i]), term) == 0;
    return count;
}

/* x of a term, by the columns that the node asks. */
static inline double naive_term_x(const struct naive *naive, const struct naive_passage *passage,
                                  const struct query_node *node, const char *term) {
    double counts[N_COLUMNS];
    for (size_t column = 0; column < N_COLUMNS; column++)
        counts[column] = naive_asks_column(node, column)
                             ? naive_term_count(&passage->columns[column].list, term)
                             : 0;
    return naive_x_of_counts(naive, passage, counts);
}

/* x of an expansion: the least of its terms'. */
static inline double naive_expansion_x(const struct naive *naive,
                                       const struct naive_passage *passage,
                                       const struct query_node *node, const char *terms) {
    char copy[300];
    double least = INFINITY;
    snprintf(copy, sizeof copy, "%s", terms);
    for (char *rest = copy, *term; (term = strtok_r(rest, " ", &rest));)
        least = fmin(least, naive_term_x(naive, passage, node, term));
    return least;
}

static inline bool naive_has_trigram(const char *stem, const char *trigram) {
    return strstr(stem, trigram) != NULL;
}

static inline double naive_alikeness(const char *a, const char *b) {
    char marked[2][110];
    double shared = 0;
    double all = 0;
    snprintf(marked[0], sizeof marked[0], "_%s", a);
    snprintf(marked[1], sizeof marked[1], "_%s", b);
    for (int side = 0; side < 2; side++)
        for (const char *at = marked[side]; at[2]; at++) {
            char trigram[4] = {at[0], at[1], at[2], '\0'};
            shared += naive_has_trigram(marked[1 - side], trigram);
            all++;
        }
    return shared / all;
}

static inline bool naive_may_vary(const char *term) {
    return strlen(term) >= RANKING_VARIANT_MIN_LETTERS &&
           strspn(term, "abcdefghijklmnopqrstuvwxyz") == strlen(term);
}

/* ---- all expansions ---- */

struct naive_expansions {
    struct naive_expansion items[300];
    size_t n;
};

static inline bool naive_query_has(const struct naive_typed_words *typed, const char *term) {
    for (size_t i = 0; i < typed->clauses->n_terms; i++)
        if (strcmp(typed->clauses->terms[i], term) == 0)
            return true;
    return false;
}

static inline void naive_add_expansion(struct naive_expansions *list,
                                       const struct naive_typed_words *typed, size_t clause,
                                       double weight, const char *terms) {
    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].clause == clause && strcmp(list->items[i].terms, terms) == 0)
            return;
    if (naive_query_has(typed, terms))
        return;
    struct naive_expansion *item = &list->items[list->n++];
    *item = (struct naive_expansion){.clause = clause, .weight = weight};
    snprintf(item->terms, sizeof item->terms, "%s", terms);
}

/* How alike a term is, if it may be a variant of the word; else 0. */
static inline double naive_variant_alikeness(const struct naive_term *term,
                                             const struct naive_typed_words *typed,
                                             const char *word) {
    if (!term->term || term->df < RANKING_VARIANT_MIN_DF ||
        strncmp(term->term, word, strlen(word) - RANKING_VARIANT_TAIL_LETTERS) != 0 ||
        strlen(term->term) < RANKING_VARIANT_MIN_LETTERS - 1 ||
        strspn(term->term, "abcdefghijklmnopqrstuvwxyz") < strlen(term->term) ||
        naive_query_has(typed, term->term))
        return 0;
    return naive_alikeness(word, term->term);
}

/* Adds the most alike of all terms, again and again. */
static inline void naive_add_variants(const struct naive *naive, struct naive_expansions *list,
                                      const struct naive_typed_words *typed,
                                      const struct naive_typed *word) {
    const struct naive_term *used[RANKING_VARIANT_MAX] = {NULL};
    for (size_t n = 0; n < RANKING_VARIANT_MAX && naive_may_vary(word->term); n++) {
        const struct naive_term *best = NULL;
        double best_alike = 0;
        for (size_t i = 0; i < NAIVE_MOST_TERMS; i++) {
            const struct naive_term *term = &naive->terms[i];
            double alike = naive_variant_alikeness(term, typed, word->term);
            for (size_t k = 0; k < n; k++)
                alike = used[k] == term ? 0 : alike;
            if (alike < RANKING_VARIANT_MIN_DICE)
                continue;
            if (!best || alike > best_alike ||
                (!(alike < best_alike) && strcmp(term->term, best->term) < 0)) {
                best = term;
                best_alike = alike;
            }
        }
        if (!best)
            return;
        used[n] = best;
        naive_add_expansion(list, typed, word->clause, RANKING_VARIANT_WEIGHT * best_alike,
                            best->term);
    }
}

/* How often the short form is defined, or 0 if it is too seldom. */
static inline double naive_definitions(const struct naive *naive, const char *short_form) {
    double n = 0;
    for (size_t i = 0; i < naive->n_abbreviations; i++)
        if (strcmp(naive->abbreviations[i].short_form, short_form) == 0)
            n += naive->abbreviations[i].n;
    double df = naive_df(naive, short_form);
    return df > 0 && df <= n * RANKING_ABBREVIATION_MAX_DF_RATIO ? n : 0;
}

static inline bool naive_all_known(const struct naive *naive, const char *terms) {
    char copy[300];
    bool known = true;
    snprintf(copy, sizeof copy, "%s", terms);
    for (char *rest = copy, *term; (term = strtok_r(rest, " ", &rest));)
        known = known && naive_df(naive, term) > 0;
    return known;
}

/* What a form of word `i` is short for. */
static inline void naive_add_long_forms(const struct naive *naive, struct naive_expansions *list,
                                        const struct naive_typed_words *typed, size_t clause,
                                        const char *form) {
    for (size_t i = 0; i < naive->n_abbreviations; i++) {
        const struct naive_abbreviation *abbreviation = &naive->abbreviations[i];
        bool is_form = strcmp(abbreviation->short_form, form) == 0;
        double n = is_form ? naive_definitions(naive, abbreviation->short_form) : 0;
        if (n > 0 && abbreviation->n / n >= RANKING_ABBREVIATION_MIN_SHARE &&
            naive_all_known(naive, abbreviation->long_form))
            naive_add_expansion(list, typed, clause, RANKING_ABBREVIATION_WEIGHT,
                                abbreviation->long_form);
    }
}

/* What the words from `first` on are called for short. */
static inline void naive_add_short_forms(const struct naive *naive, struct naive_expansions *list,
                                         const struct naive_typed_words *typed, size_t first) {
    char words[700] = "";
    for (size_t last = first; last < typed->n_words && last < first + 8; last++) {
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 last > first ? " " : "", typed->words[last].term);
        for (size_t i = 0; i < naive->n_abbreviations; i++)
            if (strcmp(naive->abbreviations[i].long_form, words) == 0 &&
                naive_definitions(naive, naive->abbreviations[i].short_form) > 0)
                for (size_t j = first; j <= last; j++)
                    naive_add_expansion(list, typed, typed->words[j].clause,
                                        RANKING_ABBREVIATION_WEIGHT,
                                        naive->abbreviations[i].short_form);
    }
}

/* The stems of a text, separated by spaces, without function words. */
static inline void naive_stems(struct naive *naive, const char *text, char stems[300]) {
    struct token_list list;
    naive_tokenize(naive, text, NULL, TOKENS_OF_TEXT, &list);
    stems[0] = '\0';
    for (size_t i = 0; i < list.n_tokens; i = naive_next(&list, i))
        if (!list.tokens[i].is_function_word)
            snprintf(stems + strlen(stems), 300 - strlen(stems), "%s%s", stems[0] ? " " : "",
                     token_term(&list, &list.tokens[i]));
    token_list_free(&list);
}

/* The words from `first` to `last`, form `own` of a row, count for its other forms. */
static inline void naive_add_row(struct naive *naive, struct naive_expansions *list,
                                 const struct naive_typed_words *typed, size_t first, size_t last,
                                 const struct synonyms *row, size_t own) {
    char stems[300];
    for (size_t i = 0; i < SYNONYM_MAX_FORMS && row->forms[i]; i++) {
        if (i == own)
            continue;
        naive_stems(naive, row->forms[i], stems);
        for (size_t j = first; j <= last && naive_all_known(naive, stems); j++)
            naive_add_expansion(list, typed, typed->words[j].clause, RANKING_SYNONYM_WEIGHT, stems);
    }
}

static inline void naive_add_synonyms(struct naive *naive, struct naive_expansions *list,
                                      const struct naive_typed_words *typed, size_t first) {
    char words[700] = "";
    char stems[300];
    for (size_t last = first; last < typed->n_words && last < first + 8; last++) {
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 last > first ? " " : "", typed->words[last].term);
        for (size_t i = 0; i < n_synonym_rows; i++)
            for (size_t j = 0; j < SYNONYM_MAX_FORMS && synonym_rows[i].forms[j]; j++) {
                if (synonym_rows[i].forms[j][0] != words[0]) /* stems begin like their words */
                    continue;
                naive_stems(naive, synonym_rows[i].forms[j], stems);
                if (strcmp(stems, words) == 0)
                    naive_add_row(naive, list, typed, first, last, &synonym_rows[i], j);
            }
    }
}

/* ---- the score ---- */

static inline double naive_count_forms(const struct naive_passage *passage,
                                       const struct naive_clause *clause, size_t column) {
    return naive_count(&passage->columns[column], &clause->words, clause->first, clause->end);
}

/* x of the word as typed, no more in a column than its forms. */
static inline double naive_typed_x(const struct naive *naive, const struct naive_passage *passage,
                                   const struct naive_clause *clause, const char *typed) {
    double counts[N_COLUMNS];
    for (size_t column = 0; column < N_COLUMNS; column++) {
        double forms = naive_count_forms(passage, clause, column);
        counts[column] = naive_asks_column(clause->node, column)
                             ? fmin(forms, naive_count_typed(passage->texts[column], typed))
                             : 0;
    }
    return naive_x_of_counts(naive, passage, counts);
}

static inline double naive_phrases(const struct naive *naive, const struct naive_passage *passage,
                                   const struct naive_clauses *clauses,
                                   const struct naive_typed_words *typed) {
    double score = 0;
    for (size_t i = 1; i < typed->n_words; i++) {
        const struct naive_typed *a = &typed->words[i - 1];
        const struct naive_typed *b = &typed->words[i];
        const struct query_node *nodes[] = {clauses->clauses[a->clause].node,
                                            clauses->clauses[b->clause].node};
        bool is_new = a->clause != b->clause && b->run - a->run <= SCAN_MAX_DISTANCE;
        for (size_t j = 1; j < i; j++)
            is_new = is_new && (strcmp(typed->words[j - 1].typed, a->typed) != 0 ||
                                strcmp(typed->words[j].typed, b->typed) != 0 ||
                                typed->words[j].run - typed->words[j - 1].run != b->run - a->run ||
                                typed->words[j - 1].clause == typed->words[j].clause);
        double counts[N_COLUMNS] = {0};
        for (size_t column = 0; column < N_COLUMNS; column++)
            if (naive_asks_column(nodes[0], column) && naive_asks_column(nodes[1], column))
                counts[column] = fmin(
                    fmin(naive_count_forms(passage, &clauses->clauses[a->clause], column),
                         naive_count_forms(passage, &clauses->clauses[b->clause], column)),
                    naive_count_pair(passage->texts[column], a->typed, b->typed, b->run - a->run));
        double x = is_new ? naive_x_of_counts(naive, passage, counts) : 0;
        double weight = fmax(naive_weight(naive, &clauses->clauses[a->clause]),
                             naive_weight(naive, &clauses->clauses[b->clause]));
        score += RANKING_PHRASE * weight * (RANKING_K1 + 1) * x / (x + RANKING_K1);
    }
    return score;
}

static inline bool naive_same_document(const struct naive_passage *a,
                                       const struct naive_passage *b) {
    return strcmp(a->path, b->path) == 0 && strcmp(a->document, b->document) == 0;
}

/* x of the clause in the whole document of passage `i`. */
static inline double naive_document_x(struct naive *naive, const struct naive_clause *clause,
                                      size_t i) {
    static const double weights[] = {RANKING_BODY_WEIGHT, RANKING_HEADINGS_WEIGHT,
                                     RANKING_TITLE_WEIGHT};
    double x = 0;
    for (size_t column = 0; column < N_COLUMNS; column++) {
        double count = 0;
        double length = 0;
        double average = naive->average_lengths[column];
        for (size_t j = 0; j < naive->n_passages; j++) {
            const struct naive_passage *passage = &naive->passages[j];
            if (!naive_same_document(passage, &naive->passages[i]) ||
                (column == COLUMN_TITLE && j != i))
                continue;
            length += passage->columns[column].list.n_positions;
            if (naive_clause_x(naive, clause, j) > 0)
                count += naive_clause_count(passage, clause, column);
        }
        if (column != COLUMN_TITLE)
            average *= (double)naive->n_passages / (double)naive->n_documents;
        if (count > 0)
            x += weights[column] * count / (1 - RANKING_B + RANKING_B * length / average);
    }
    return x;
}

/* What the other words of clause `j` add to x in passage `i`. */
static inline double naive_expanded_x(const struct naive *naive,
                                      const struct naive_typed_words *typed,
                                      const struct naive_expansions *list, size_t j, size_t i) {
    double x = 0;
    for (size_t k = 0; k < list->n; k++)
        if (list->items[k].clause == j)
            x += list->items[k].weight * naive_expansion_x(naive, &naive->passages[i],
                                                           typed->clauses->clauses[j].node,
                                                           list->items[k].terms);
    return x;
}

/* X of the clause, index `j`, in passage `i`, without its other words. */
static inline double naive_group_x(struct naive *naive, const struct naive_typed_words *typed,
                                   size_t j, size_t i) {
    const struct naive_clause *clause = &typed->clauses->clauses[j];
    const struct naive_passage *passage = &naive->passages[i];
    double x = naive_clause_x(naive, clause, i);
    for (size_t k = 0; k < typed->n_words && x > 0; k++)
        if (typed->words[k].clause == j) {
            x = (1 - RANKING_EXACT) * x +
                RANKING_EXACT * naive_typed_x(naive, passage, clause, typed->words[k].typed);
            break;
        }
    return x;
}

static inline void naive_expand(struct naive *naive, const struct naive_typed_words *typed,
                                struct naive_expansions *list) {
    list->n = 0;
    for (size_t i = 0; i < typed->n_words; i++) {
        const struct naive_typed *word = &typed->words[i];
        const struct naive_clause *clause = &typed->clauses->clauses[word->clause];
        bool is_first = true;
        for (size_t j = 0; j < i; j++)
            is_first = is_first && typed->words[j].clause != word->clause;
        if (is_first)
            naive_add_variants(naive, list, typed, word);
        for (size_t form = clause->first; form < clause->end && is_first; form++)
            naive_add_long_forms(naive, list, typed, word->clause,
                                 token_term(&clause->words, &clause->words.tokens[form]));
        naive_add_short_forms(naive, list, typed, i);
    }
    for (size_t i = 0; i < typed->n_words; i++)
        naive_add_synonyms(naive, list, typed, i);
}

static inline int naive_falling(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left < right) - (left > right);
}

/* The score in the first stage of the last passage that the second looks at, or a bit less. */
static inline double naive_least(const struct naive *naive) {
    double *scores = calloc(naive->n_passages + 1, sizeof *scores);
    size_t n = 0;
    for (size_t i = 0; i < naive->n_passages; i++)
        if (naive->passages[i].selected)
            scores[n++] = naive->passages[i].score;
    qsort(scores, n, sizeof *scores, naive_falling);
    bool has_more = naive->n_candidates > 0 && n > naive->n_candidates;
    double least = has_more ? scores[naive->n_candidates - 1] - 1e-6 : -1;
    free(scores);
    return least;
}

/* Sets the scores of the second stage of the passages that are selected and looked at. */
static inline void naive_rescore(struct naive *naive, const struct naive_typed_words *typed) {
    static struct naive_expansions list;
    const struct naive_clauses *clauses = typed->clauses;
    double least = naive_least(naive);
    naive_expand(naive, typed, &list);
    for (size_t i = 0; i < naive->n_passages; i++) {
        struct naive_passage *passage = &naive->passages[i];
        if (!passage->selected || passage->score < least)
            continue;
        double phrases = naive_phrases(naive, passage, clauses, typed);
        passage->rescored = phrases;
        passage->document_score = (1 - RANKING_DOCUMENT) * phrases;
        for (size_t j = 0; j < clauses->n_clauses; j++) {
            double expanded = naive_expanded_x(naive, typed, &list, j, i);
            double x = naive_group_x(naive, typed, j, i) + expanded;
            double z = naive_document_x(naive, &clauses->clauses[j], i) + expanded;
            double factor = naive_weight(naive, &clauses->clauses[j]) * (RANKING_K1 + 1);
            passage->rescored += factor * x / (x + RANKING_K1);
            passage->document_score += factor * ((1 - RANKING_DOCUMENT) * x / (x + RANKING_K1) +
                                                 RANKING_DOCUMENT * z / (z + RANKING_K1));
        }
    }
}

/* ---- the words of the query ---- */

static inline size_t naive_clause_of(const struct naive_clauses *clauses,
                                     const struct query_node *node, size_t first) {
    for (size_t i = 0; i < clauses->n_words; i++)
        if (clauses->words[i].node == node && clauses->words[i].first == first)
            return clauses->words[i].clause;
    return SIZE_MAX;
}

/* Notes the words of a QUERY_WORD that are one run, but not those that only count in a compound. */
static inline void naive_note_node(struct naive *naive, const struct query_node *node,
                                   struct naive_typed_words *typed) {
    const struct token_list *words = &naive_ask(naive, node)->words;
    for (size_t j = 0; j < words->n_tokens; j = naive_word_end(words, j)) {
        const struct token *token = &words->tokens[j];
        size_t clause = naive_clause_of(typed->clauses, node, j);
        if (clause == SIZE_MAX || typed->clauses->clauses[clause].is_weak ||
            !naive_is_run_start(node->text, token->start) ||
            naive_run_length(node->text, token->start) != token->end - token->start)
            continue;
        struct naive_typed *word = &typed->words[typed->n_words++];
        word->clause = clause;
        word->run = typed->n_runs + naive_run_number(node->text, token->start);
        snprintf(word->term, sizeof word->term, "%s", token_term(words, token));
        snprintf(word->typed, sizeof word->typed, "%.*s", (int)(token->end - token->start),
                 node->text + token->start);
        for (char *c = word->typed; *c; c++)
            *c = (char)(*c & 0x80 ? *c : tolower(*c));
    }
    typed->n_runs += naive_run_number(node->text, strlen(node->text));
}

static inline void naive_note_words(struct naive *naive, const struct query_node *node,
                                    struct naive_typed_words *typed) {
    if (node->kind == QUERY_WORD)
        naive_note_node(naive, node, typed);
    if (node->kind == QUERY_NEAR && naive_is_absent_near(naive, node))
        return;
    for (size_t i = 0; i < node->n_children; i++)
        naive_note_words(naive, node->children[i], typed);
}

/* Sets `selected` and the scores of every passage; returns how many are selected. */
static inline size_t naive_run(struct naive *naive, const char *query) {
    static struct naive_clauses list;
    static struct naive_typed_words typed;
    struct arena arena = {0};
    struct query_tree tree = {0};
    size_t n_selected = 0;
    naive_forget(naive);
    list.n_clauses = list.n_words = list.n_terms = 0;
    typed = (struct naive_typed_words){.clauses = &list};
    assert_int_equal(query_parse(query, &arena, &tree, NULL), STATUS_OK);
    naive->has_content = naive_node_has_content(naive, tree.root);
    naive_add_clauses(naive, &list, tree.root, true);
    naive_note_words(naive, tree.root, &typed);
    for (size_t i = 0; i < naive->n_passages; i++) {
        struct naive_passage *passage = &naive->passages[i];
        bool absent;
        passage->selected = naive_matches(naive, passage, tree.root, true, &absent) && !absent;
        passage->score = passage->selected ? naive_score(naive, &list, i) : 0;
        n_selected += passage->selected;
    }
    naive_rescore(naive, &typed);
    naive->is_rescored = typed.n_words > 0;
    naive->has_clauses = list.n_clauses > 0;
    for (size_t i = 0; i < list.n_clauses; i++) {
        token_list_free(&list.clauses[i].words);
        free(list.clauses[i].x);
    }
    arena_free(&arena);
    return n_selected;
}

#endif
