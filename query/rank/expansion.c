/* See expansion.h. */
#include "query/rank/expansion.h"

#include <stdlib.h>
#include <string.h>

#include "query/rank/expanding.h"
#include "query/rank/synonym.h"
#include "query/rank/variant.h"
#include "query/score/ranking.h"

void expansion_list_free(struct expansion_list *list) {
    free(list->expansions);
    *list = (struct expansion_list){0};
}

static bool is_in_query(const struct selection *selection, const char *term) {
    for (size_t i = 0; i < selection->n_terms; i++)
        if (strcmp(selection->terms[i], term) == 0)
            return true;
    for (size_t i = 0; i < selection->n_phrases; i++) {
        const struct token_list *phrase = &selection->phrases[i];
        for (size_t k = 0; k < phrase->n_tokens; k++)
            if (strcmp(token_term(phrase, &phrase->tokens[k]), term) == 0)
                return true;
    }
    return false;
}

bool expanding_knows(const struct expanding *run, const struct expansion *expansion) {
    if (expansion->n_terms == 1 && is_in_query(run->selection, expansion->label))
        return true;
    for (size_t i = 0; i < run->list->n_expansions; i++)
        if (run->list->expansions[i].clause == expansion->clause &&
            strcmp(run->list->expansions[i].label, expansion->label) == 0)
            return true;
    return false;
}

enum status expanding_add(struct expanding *run, const struct expansion *expansion) {
    struct expansion_list *list = run->list;
    if (list->n_expansions == EXPANSION_MAX || expanding_knows(run, expansion))
        return STATUS_OK;
    if (list->n_expansions == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        struct expansion *expansions = realloc(list->expansions, capacity * sizeof *expansions);
        if (!expansions)
            return error_no_memory(run->error);
        list->expansions = expansions;
        list->capacity = capacity;
    }
    list->expansions[list->n_expansions] = *expansion;
    list->expansions[list->n_expansions].label = arena_string(run->arena, expansion->label);
    return list->expansions[list->n_expansions++].label ? STATUS_OK : error_no_memory(run->error);
}

enum status expanding_prepare(struct expanding *run, const char *sql, sqlite3_stmt **statement) {
    return *statement ? STATUS_OK
                      : index_prepare(&run->searcher->index, sql, statement, run->error);
}

/* ---- abbreviations ---- */

/* Sums the definitions of a short form; `*is_one` tells whether it is one wherever it stands. */
static enum status count_definitions(struct expanding *run, const char *short_form,
                                     struct term *term, int64_t *n_definitions, bool *is_one) {
    sqlite3_stmt *row = run->searcher->select_long_forms;
    enum status status = STATUS_OK;
    *n_definitions = 0;
    sqlite3_bind_text(row, 1, short_form, -1, SQLITE_STATIC);
    while (index_next(&run->searcher->index, row, &status, run->error))
        *n_definitions += sqlite3_column_int64(row, 1);
    sqlite3_reset(row);
    *is_one = false;
    if (status != STATUS_OK || *n_definitions == 0)
        return status;
    status =
        postings_find(&run->searcher->postings, short_form, strlen(short_form), term, run->error);
    *is_one = term->df > 0 && term->df <= *n_definitions * RANKING_ABBREVIATION_MAX_DF_RATIO;
    return status;
}

/* Looks up the terms of a long form; n_terms stays 0 if the index lacks one. */
static enum status find_terms(struct expanding *run, const char *long_form,
                              struct expansion *expansion) {
    enum status status = STATUS_OK;
    size_t n_terms = 0;
    for (const char *at = long_form; *at && status == STATUS_OK; n_terms++) {
        size_t n_bytes = strcspn(at, " ");
        struct term *term = &expansion->terms[n_terms];
        if (n_terms == EXPANSION_MAX_TERMS)
            return STATUS_OK;
        status = postings_find(&run->searcher->postings, at, n_bytes, term, run->error);
        if (status == STATUS_OK && term->df == 0)
            return STATUS_OK;
        at += n_bytes + (at[n_bytes] == ' ');
    }
    expansion->n_terms = n_terms;
    return status;
}

/* What a word that is a short form stands for. */
static enum status add_long_forms(struct expanding *run, const struct selection_word *word,
                                  const char *short_form) {
    struct term term;
    int64_t n_definitions;
    bool is_one;
    enum status status = count_definitions(run, short_form, &term, &n_definitions, &is_one);
    sqlite3_stmt *row = run->searcher->select_long_forms;
    if (status != STATUS_OK || !is_one)
        return status;
    sqlite3_bind_text(row, 1, short_form, -1, SQLITE_STATIC);
    while (index_next(&run->searcher->index, row, &status, run->error)) {
        struct expansion expansion = {.clause = word->clause,
                                      .kind = EXPANSION_LONG_FORM,
                                      .weight = RANKING_ABBREVIATION_WEIGHT,
                                      .label = (const char *)sqlite3_column_text(row, 0)};
        double share = (double)sqlite3_column_int64(row, 1) / (double)n_definitions;
        if (!expansion.label || share < RANKING_ABBREVIATION_MIN_SHARE)
            continue;
        status = find_terms(run, expansion.label, &expansion);
        if (status == STATUS_OK && expansion.n_terms > 0)
            status = expanding_add(run, &expansion);
    }
    sqlite3_reset(row);
    return status;
}

/* The words from `first` on that `long_form` names one after another; 0 if it names others. */
static size_t n_words_named(const struct selection *selection, size_t first,
                            const char *long_form) {
    size_t n_words = 0;
    for (const char *at = long_form; *at; n_words++) {
        size_t n_bytes = strcspn(at, " ");
        if (first + n_words == selection->n_words)
            return 0;
        const char *term = selection->words[first + n_words].term;
        if (strlen(term) != n_bytes || memcmp(term, at, n_bytes) != 0)
            return 0;
        at += n_bytes + (at[n_bytes] == ' ');
    }
    return n_words;
}

/* The short form of words from `first` on counts for each of them. */
static enum status add_short_form(struct expanding *run, size_t first, size_t n_words,
                                  const char *short_form) {
    struct expansion expansion = {.kind = EXPANSION_SHORT_FORM,
                                  .weight = RANKING_ABBREVIATION_WEIGHT,
                                  .label = short_form,
                                  .n_terms = 1};
    int64_t n_definitions;
    bool is_one;
    enum status status =
        count_definitions(run, short_form, &expansion.terms[0], &n_definitions, &is_one);
    for (size_t i = first; i < first + n_words && status == STATUS_OK && is_one; i++) {
        expansion.clause = run->selection->words[i].clause;
        status = expanding_add(run, &expansion);
    }
    return status;
}

/* The abbreviations of the long forms that are word `first` alone, or begin with it and the next.
 */
static enum status add_short_forms(struct expanding *run, size_t first, bool with_next) {
    const struct selection_word *words = run->selection->words;
    struct buffer from = {0};
    struct buffer to = {0};
    sqlite3_stmt *row = run->searcher->select_short_forms;
    enum status status = STATUS_OK;
    if (with_next && first + 1 == run->selection->n_words)
        return STATUS_OK;
    buffer_append_string(&from, words[first].term);
    if (with_next)
        buffer_append_format(&from, " %s", words[first + 1].term);
    /* Longer forms go on with a space; '!' is what follows it in ASCII. */
    buffer_append_format(&to, "%s%c", buffer_string(&from), with_next ? '!' : ' ');
    if (from.failed || to.failed)
        status = error_no_memory(run->error);
    sqlite3_bind_text(row, 1, buffer_string(&from), (int)from.size, SQLITE_STATIC);
    sqlite3_bind_text(row, 2, buffer_string(&to), (int)to.size, SQLITE_STATIC);
    while (index_next(&run->searcher->index, row, &status, run->error)) {
        const char *long_form = (const char *)sqlite3_column_text(row, 0);
        const char *short_form = (const char *)sqlite3_column_text(row, 1);
        size_t n_words = long_form ? n_words_named(run->selection, first, long_form) : 0;
        if (n_words > 0 && short_form)
            status = add_short_form(run, first, n_words, short_form);
    }
    sqlite3_reset(row);
    buffer_free(&from);
    buffer_free(&to);
    return status;
}

/* Each form of a clause, which its label names: "aid|AIDS". */
static enum status add_long_forms_of_clause(struct expanding *run,
                                            const struct selection_word *word) {
    const char *label = run->selection->clauses.clauses[word->clause].label;
    enum status status = STATUS_OK;
    while (*label && status == STATUS_OK) {
        size_t n_bytes = strcspn(label, "|");
        const char *form = arena_copy(run->arena, label, n_bytes);
        status = form ? add_long_forms(run, word, form) : error_no_memory(run->error);
        label += n_bytes + (label[n_bytes] == '|');
    }
    return status;
}

static enum status prepare_abbreviations(struct expanding *run) {
    struct searcher *searcher = run->searcher;
    enum status status = expanding_prepare(
        run, "SELECT long, n FROM abbreviations WHERE short = ?1", &searcher->select_long_forms);
    if (status == STATUS_OK)
        status = expanding_prepare(run,
                                   "SELECT long, short FROM abbreviations WHERE long >= ?1 AND"
                                   " long < ?2 ORDER BY long, short",
                                   &searcher->select_short_forms);
    return status;
}

/* ---- synonyms ---- */

/* The stems of a form, separated by spaces, without function words; NULL when memory is out. */
static const char *stems_of(struct expanding *run, const char *form) {
    struct token_list *list = &run->searcher->tokens;
    struct buffer stems = {0};
    if (tokenizer_run(run->searcher->tokenizer, form, strlen(form), NULL, TOKENS_OF_TEXT, list,
                      run->error) != STATUS_OK)
        return NULL;
    for (size_t i = 0; i < list->n_tokens; i++) {
        bool is_main = i == 0 || list->tokens[i - 1].position != list->tokens[i].position;
        if (is_main && !list->tokens[i].is_function_word)
            buffer_append_format(&stems, "%s%s", stems.size > 0 ? " " : "",
                                 token_term(list, &list->tokens[i]));
    }
    const char *kept = stems.failed ? NULL : arena_string(run->arena, buffer_string(&stems));
    buffer_free(&stems);
    return kept;
}

/* The other forms of a row count for each of the `n_words` words from `first` on, which are form
 * `i_form` of it. */
static enum status add_other_forms(struct expanding *run, const struct synonyms *row, size_t i_form,
                                   size_t first, size_t n_words) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < SYNONYM_MAX_FORMS && row->forms[i] && status == STATUS_OK; i++) {
        struct expansion expansion = {.kind = EXPANSION_SYNONYM, .weight = RANKING_SYNONYM_WEIGHT};
        expansion.label = i == i_form ? "" : stems_of(run, row->forms[i]);
        status = expansion.label ? find_terms(run, expansion.label, &expansion)
                                 : error_no_memory(run->error);
        for (size_t j = first; j < first + n_words && status == STATUS_OK && expansion.n_terms > 0;
             j++) {
            expansion.clause = run->selection->words[j].clause;
            status = expanding_add(run, &expansion);
        }
    }
    return status;
}

/* Adds the synonyms of the words from `first` on if these are form `i_form` of `row`. */
static enum status add_synonyms_of(struct expanding *run, const struct synonyms *row, size_t i_form,
                                   size_t first) {
    const char *form = row->forms[i_form];
    const char *term = run->selection->words[first].term;
    if (term[0] != form[0] || strncmp(term, form, SYNONYM_KEPT_LETTERS) != 0)
        return STATUS_OK;
    const char *stems = stems_of(run, form);
    size_t n_words = stems ? n_words_named(run->selection, first, stems) : 0;
    if (!stems)
        return error_no_memory(run->error);
    return n_words > 0 ? add_other_forms(run, row, i_form, first, n_words) : STATUS_OK;
}

static enum status add_synonyms(struct expanding *run) {
    const struct selection *selection = run->selection;
    enum status status = STATUS_OK;
    bool begins[256] = {false}; /* by their first letters, and by their second ones */
    bool goes_on[256] = {false};
    for (size_t i = 0; i < selection->n_words; i++) {
        begins[(unsigned char)selection->words[i].term[0]] = true;
        goes_on[(unsigned char)selection->words[i].term[1]] = true;
    }
    for (size_t i = 0; i < n_synonym_rows; i++)
        for (size_t j = 0; j < SYNONYM_MAX_FORMS && synonym_rows[i].forms[j]; j++)
            for (size_t k = 0; k < selection->n_words && status == STATUS_OK &&
                               begins[(unsigned char)synonym_rows[i].forms[j][0]] &&
                               goes_on[(unsigned char)synonym_rows[i].forms[j][1]];
                 k++)
                status = add_synonyms_of(run, &synonym_rows[i], j, k);
    return status;
}

static bool is_first_of_clause(const struct selection *selection, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (selection->words[j].clause == selection->words[i].clause)
            return false;
    return true;
}

enum status expansions_of(struct searcher *searcher, const struct selection *selection,
                          struct arena *arena, struct expansion_list *list, struct error *error) {
    struct expanding run = {searcher, selection, arena, list, error};
    enum status status = prepare_abbreviations(&run);
    for (size_t i = 0; i < selection->n_words && status == STATUS_OK; i++) {
        bool is_first = is_first_of_clause(selection, i);
        if (is_first)
            status = variants_add(&run, &selection->words[i]);
        if (is_first && status == STATUS_OK)
            status = add_long_forms_of_clause(&run, &selection->words[i]);
        if (status == STATUS_OK)
            status = add_short_forms(&run, i, false);
        if (status == STATUS_OK)
            status = add_short_forms(&run, i, true);
    }
    return status == STATUS_OK ? add_synonyms(&run) : status;
}
