/* See suggestion.h.
 *
 * The dictionary has stems, and people write words. So terms that look like the beginning of the
 * unknown word are candidates: those that share its first letters are read from the dictionary,
 * those that differ there are guessed. Then passages that hold the best few candidates are looked
 * at for the word that is most like it. */
#include "query/suggestion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/edits.h"
#include "query/select/selection.h"
#include "store/spelling.h"

enum {
    LEAST_LETTERS = 4,  /* any shorter word looks like many others */
    LONG_WORD = 7,      /* from here two edits are a slip, in a shorter word another word */
    SHARED_LETTERS = 3, /* that a term shares with a word to be read, and with a long word: */
    LONG_SHARED_LETTERS = 4,
    MOST_TERMS = 4000, /* read for one word: a millisecond; a dictionary of 400,000 has 2,000 */
    MOST_CANDIDATES = 5,
    MOST_PASSAGES = 24, /* looked at for the words of the candidates, and of each: */
    MOST_PASSAGES_EACH = 12,
    MOST_WORDS = 3,  /* of a query that are looked up */
    MUCH_MORE = 32,  /* times as many passages are worth an edit: others' slips are no model */
    EDIT_WEIGHT = 4, /* of an edit against a letter that the word has beyond the stem */
};

/* A term of the index that may be meant. */
struct candidate {
    char term[EDITS_MAX_BYTES + 1];
    size_t edits; /* at least */
    size_t cost;
    uint32_t df;
};

/* The word that is looked for, and what was found so far. */
struct correction {
    struct searcher *searcher;
    struct error *error;
    sqlite3_stmt *terms; /* from one to before `end`, at most so many */
    char end[EDITS_MAX_BYTES];
    const char *word;
    size_t n_letters;
    struct candidate candidates[MOST_CANDIDATES]; /* best first */
    size_t n_candidates;
    size_t n_passages;              /* that were looked at */
    char best[EDITS_MAX_BYTES + 1]; /* the word most like it; "" : none */
    size_t best_edits;
    uint32_t best_df;
};

static bool is_letters(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (word[i] < 'a' || word[i] > 'z')
            return false;
    return true;
}

static size_t edits_allowed(const struct correction *correction) {
    return correction->n_letters < LONG_WORD ? 1 : EDITS_MOST;
}

/* Keeps a term among the candidates if it is better than one of them. */
static void add_candidate(struct correction *correction, const char *term, size_t n_bytes,
                          uint32_t df) {
    if (n_bytes > EDITS_MAX_BYTES || !is_letters(term, n_bytes))
        return;
    size_t edits = edits_count(term, n_bytes, correction->word, correction->n_letters, true);
    size_t n_beyond = correction->n_letters > n_bytes ? correction->n_letters - n_bytes : 0;
    if (edits > edits_allowed(correction))
        return;
    size_t cost = edits * EDIT_WEIGHT + n_beyond;
    size_t at = correction->n_candidates;
    for (size_t i = 0; i < correction->n_candidates; i++)
        if (strlen(correction->candidates[i].term) == n_bytes &&
            memcmp(correction->candidates[i].term, term, n_bytes) == 0)
            return;
    while (at > 0 && (correction->candidates[at - 1].cost > cost ||
                      (correction->candidates[at - 1].cost == cost &&
                       correction->candidates[at - 1].df < df)))
        at--;
    if (at == MOST_CANDIDATES)
        return;
    if (correction->n_candidates < MOST_CANDIDATES)
        correction->n_candidates++;
    memmove(&correction->candidates[at + 1], &correction->candidates[at],
            (correction->n_candidates - at - 1) * sizeof *correction->candidates);
    struct candidate *candidate = &correction->candidates[at];
    *candidate = (struct candidate){.edits = edits, .cost = cost, .df = df};
    memcpy(candidate->term, term, n_bytes);
}

static size_t shared_letters(const struct correction *correction) {
    return correction->n_letters > LONG_WORD ? LONG_SHARED_LETTERS : SHARED_LETTERS;
}

/* Binds `terms` to those that begin with the first `n_bytes` of `word`, at most EDITS_MAX_BYTES. */
static void ask_for_terms(struct correction *correction, const char *word, size_t n_bytes,
                          int limit) {
    memcpy(correction->end, word, n_bytes);
    correction->end[n_bytes - 1]++; /* after 'z' comes '{' */
    sqlite3_bind_text(correction->terms, 1, word, (int)n_bytes, SQLITE_STATIC);
    sqlite3_bind_text(correction->terms, 2, correction->end, (int)n_bytes, SQLITE_STATIC);
    sqlite3_bind_int(correction->terms, 3, limit);
}

/* Adds the terms that begin as the word does, with `n_shared` letters. */
static enum status read_terms(struct correction *correction, size_t n_shared) {
    sqlite3_stmt *terms = correction->terms;
    enum status status = STATUS_OK;
    ask_for_terms(correction, correction->word, n_shared, MOST_TERMS);
    while (index_next(&correction->searcher->index, terms, &status, correction->error))
        add_candidate(correction, (const char *)sqlite3_column_text(terms, 0),
                      (size_t)sqlite3_column_bytes(terms, 0),
                      (uint32_t)sqlite3_column_int64(terms, 1));
    sqlite3_reset(terms);
    return status;
}

/* False if no term begins as the stem of `word` does: most of what is guessed is no word, and to
 * see that costs a fifth of stemming it. */
static bool may_have_term(struct correction *correction, const char *word, size_t n_bytes) {
    enum { ENDING = 3, LEAST_KEPT = 3, MOST_KEPT = 4 }; /* "ach-ing", "educ-ating" */
    size_t n_kept = n_bytes < MOST_KEPT + ENDING ? n_bytes - ENDING : MOST_KEPT;
    if (n_bytes < LEAST_KEPT + ENDING)
        return true;
    ask_for_terms(correction, word, n_kept, 1);
    bool found = sqlite3_step(correction->terms) == SQLITE_ROW;
    sqlite3_reset(correction->terms);
    return found;
}

/* Adds the term of a word that is spelled so, if the index has it. */
static enum status guess(struct correction *correction, const char *word, size_t n_bytes) {
    struct token_list *list = &correction->searcher->tokens;
    struct term found = {0};
    if (!may_have_term(correction, word, n_bytes))
        return STATUS_OK;
    enum status status = tokenizer_run(correction->searcher->tokenizer, word, n_bytes, NULL,
                                       TOKENS_OF_TEXT, list, correction->error);
    if (status != STATUS_OK || list->n_tokens != 1)
        return status;
    status = postings_find(&correction->searcher->postings, token_term(list, &list->tokens[0]),
                           list->tokens[0].term_bytes, &found, correction->error);
    if (status == STATUS_OK && found.df > 0)
        add_candidate(correction, token_term(list, &list->tokens[0]), list->tokens[0].term_bytes,
                      found.df);
    return status;
}

/* Guesses words that differ from it at letter `at`. */
static enum status guess_at(struct correction *correction, size_t at) {
    const char *word = correction->word;
    size_t n = correction->n_letters;
    char other[EDITS_MAX_BYTES + 2];
    enum status status = STATUS_OK;
    memcpy(other, word, at);
    memcpy(other + at, word + at + 1, n - at - 1);
    status = guess(correction, other, n - 1);
    for (char c = 'a'; c <= 'z' && status == STATUS_OK; c++) {
        memcpy(other, word, n);
        other[at] = c;
        if (c != word[at])
            status = guess(correction, other, n);
        memcpy(other + at + 1, word + at, n - at);
        if (status == STATUS_OK)
            status = guess(correction, other, n + 1);
    }
    memcpy(other, word, n);
    other[at] = word[at + 1];
    other[at + 1] = word[at];
    return status == STATUS_OK ? guess(correction, other, n) : status;
}

/* True if a word so far away, with a term in so many passages, is better than the best so far. */
static bool is_better(const struct correction *correction, size_t edits, uint32_t df) {
    if (correction->best[0] == '\0' || edits == correction->best_edits)
        return correction->best[0] == '\0' || df > correction->best_df;
    bool is_nearer = edits < correction->best_edits;
    uint32_t near_df = is_nearer ? df : correction->best_df;
    uint32_t far_df = is_nearer ? correction->best_df : df;
    bool far_wins = far_df / MUCH_MORE > near_df;
    return is_nearer != far_wins;
}

/* Compares the words of a text that have the candidate's term. */
static enum status compare_words(struct correction *correction, const struct candidate *candidate,
                                 const char *text, const char *language) {
    struct token_list *list = &correction->searcher->tokens;
    struct token_limit limit = {0};
    token_limit_add(&limit, candidate->term, strlen(candidate->term));
    tokenizer_limit(correction->searcher->tokenizer, &limit);
    enum status status = tokenizer_run(correction->searcher->tokenizer, text, strlen(text),
                                       language, TOKENS_OF_TEXT, list, correction->error);
    tokenizer_limit(correction->searcher->tokenizer, NULL);
    for (size_t i = 0; status == STATUS_OK && i < list->n_tokens; i++) {
        const struct token *token = &list->tokens[i];
        if (strcmp(token_term(list, token), candidate->term) != 0 ||
            token->surface_bytes > EDITS_MAX_BYTES)
            continue;
        size_t edits = edits_count(token_surface(list, token), token->surface_bytes,
                                   correction->word, correction->n_letters, false);
        if (edits > edits_allowed(correction) || !is_better(correction, edits, candidate->df))
            continue;
        memcpy(correction->best, token_surface(list, token), token->surface_bytes + 1u);
        correction->best_edits = edits;
        correction->best_df = candidate->df;
    }
    return status;
}

/* Looks at passages that hold a candidate, as long as they can have a better word. */
static enum status look_at_passages_of(struct correction *correction, sqlite3_stmt *rows,
                                       const struct candidate *candidate) {
    char match[EDITS_MAX_BYTES + sizeof "body : \"\""];
    enum status status = STATUS_OK;
    snprintf(match, sizeof match, "body : \"%s\"", candidate->term);
    sqlite3_bind_text(rows, 1, match, -1, SQLITE_STATIC);
    sqlite3_bind_int(rows, 2, MOST_PASSAGES_EACH);
    while (correction->n_passages < MOST_PASSAGES &&
           is_better(correction, candidate->edits, candidate->df) &&
           index_next(&correction->searcher->index, rows, &status, correction->error)) {
        status = compare_words(correction, candidate, (const char *)sqlite3_column_text(rows, 0),
                               (const char *)sqlite3_column_text(rows, 1));
        correction->n_passages++;
    }
    sqlite3_reset(rows);
    return status;
}

static enum status look_at_passages(struct correction *correction) {
    sqlite3_stmt *rows = NULL;
    correction->n_passages = 0;
    enum status status = index_prepare(&correction->searcher->index,
                                       "SELECT p.text, d.language FROM passages_fts AS f"
                                       " JOIN passages AS p ON p.id = f.rowid"
                                       " JOIN documents AS d ON d.id = p.document"
                                       " WHERE f.passages_fts MATCH ?1 LIMIT ?2",
                                       &rows, correction->error);
    for (size_t i = 0; i < correction->n_candidates && status == STATUS_OK; i++)
        status = look_at_passages_of(correction, rows, &correction->candidates[i]);
    sqlite3_finalize(rows);
    return status;
}

/* Looks for words that begin alike, then for those with a slip among the first letters; of a long
 * word last for those that begin alike with fewer letters: "metphormin". */
static enum status look_for_words(struct correction *correction) {
    enum status status = read_terms(correction, shared_letters(correction));
    if (status == STATUS_OK)
        status = look_at_passages(correction);
    if (status != STATUS_OK || (correction->best[0] && correction->best_edits == 1))
        return status;
    correction->n_candidates = 0;
    for (size_t at = 0; at <= shared_letters(correction) && status == STATUS_OK; at++)
        if (at + 1 < correction->n_letters)
            status = guess_at(correction, at);
    if (status == STATUS_OK)
        status = look_at_passages(correction);
    if (status != STATUS_OK || correction->best[0] || shared_letters(correction) == SHARED_LETTERS)
        return status;
    status = read_terms(correction, SHARED_LETTERS);
    return status == STATUS_OK ? look_at_passages(correction) : status;
}

static enum status correct(struct correction *correction) {
    enum status status =
        index_prepare(&correction->searcher->index,
                      "SELECT term, df FROM terms WHERE term >= ?1 AND term < ?2 LIMIT ?3",
                      &correction->terms, correction->error);
    if (status == STATUS_OK)
        status = look_for_words(correction);
    sqlite3_finalize(correction->terms);
    return status;
}

/* ---- the words of a query ---- */

/* What is made of a query: the parts of it before the place reached, with other words in them. */
struct rewriting {
    struct selecting run; /* what selecting_tokenize asks for */
    const char *rest;     /* of the query */
    struct buffer text;
    size_t n_words; /* looked up */
    bool changed;
};

/* "xray" is known if documents have "x ray", see word.c. */
static enum status is_split(struct rewriting *rewriting, const char *word, bool *known) {
    struct searcher *searcher = rewriting->run.searcher;
    struct token_list *list = &searcher->tokens;
    sqlite3_stmt *row = NULL;
    char match[EDITS_MAX_BYTES + sizeof "\"x \""];
    enum status status = tokenizer_run(searcher->tokenizer, word + 1, strlen(word + 1), NULL,
                                       TOKENS_OF_TEXT, list, rewriting->run.error);
    if (status != STATUS_OK || list->n_tokens != 1)
        return status;
    status = index_prepare(&searcher->index,
                           "SELECT 1 FROM passages_fts WHERE passages_fts MATCH ?1 LIMIT 1", &row,
                           rewriting->run.error);
    if (status == STATUS_OK) {
        snprintf(match, sizeof match, "\"%c %s\"", word[0], token_term(list, &list->tokens[0]));
        sqlite3_bind_text(row, 1, match, -1, SQLITE_STATIC);
        *known = index_next(&searcher->index, row, &status, rewriting->run.error);
    }
    sqlite3_finalize(row);
    return status;
}

/* True if the index has the word at tokens[i] in one of its forms, or in lower case. */
static enum status is_known(struct rewriting *rewriting, const struct token_list *list, size_t i,
                            bool *known) {
    struct searcher *searcher = rewriting->run.searcher;
    struct error *error = rewriting->run.error;
    const char *surface = token_surface(list, &list->tokens[i]);
    uint32_t position = list->tokens[i].position;
    struct token_list plain = {0};
    struct term found = {0};
    enum status status = STATUS_OK;
    for (; i < list->n_tokens && list->tokens[i].position == position && found.df == 0 &&
           status == STATUS_OK;
         i++)
        status = postings_find(&searcher->postings, token_term(list, &list->tokens[i]),
                               list->tokens[i].term_bytes, &found, error);
    if (found.df == 0 && status == STATUS_OK)
        status = selecting_tokenize(&rewriting->run, surface, TOKENS_OF_QUERY, &plain);
    for (size_t k = 0; k < plain.n_tokens && found.df == 0 && status == STATUS_OK; k++)
        status = postings_find(&searcher->postings, token_term(&plain, &plain.tokens[k]),
                               plain.tokens[k].term_bytes, &found, error);
    *known = found.df > 0;
    token_list_free(&plain);
    return status == STATUS_OK && !*known ? is_split(rewriting, surface, known) : status;
}

/* Copies the query up to `word`, and `best` instead of its `n_bytes`. */
static void replace(struct rewriting *rewriting, const char *word, size_t n_bytes,
                    const char *best) {
    size_t before = rewriting->text.size + (size_t)(word - rewriting->rest);
    buffer_append(&rewriting->text, rewriting->rest, (size_t)(word - rewriting->rest));
    buffer_append_string(&rewriting->text, best);
    bool is_capital = *word >= 'A' && *word <= 'Z';
    if (is_capital && !rewriting->text.failed)
        rewriting->text.data[before] = (char)(rewriting->text.data[before] - 'a' + 'A');
    rewriting->rest = word + n_bytes;
    rewriting->changed = true;
}

/* Looks up the words of a node, whose text stands at `place` of the query. */
static enum status rewrite_words(struct rewriting *rewriting, const struct query_node *node,
                                 const char *place) {
    struct token_list list = {0};
    enum status status = selecting_tokenize(&rewriting->run, node->text, TOKENS_OF_QUERY, &list);
    bool is_compound = node->kind == QUERY_WORD && list.n_positions != 1;
    for (size_t i = 0; i < list.n_tokens && status == STATUS_OK && !is_compound; i++) {
        const struct token *token = &list.tokens[i];
        bool known = true;
        if ((i > 0 && token[-1].position == token->position) || token->is_function_word ||
            token->surface_bytes < LEAST_LETTERS ||
            token->surface_bytes > EDITS_MAX_BYTES - SPELLING_GROWTH ||
            token->end - token->start != token->surface_bytes ||
            !is_letters(token_surface(&list, token), token->surface_bytes))
            continue;
        status = is_known(rewriting, &list, i, &known);
        if (status != STATUS_OK || known || rewriting->n_words++ >= MOST_WORDS)
            continue;
        char spelled[SPELLING_MAX_BYTES + SPELLING_GROWTH];
        size_t n_spelled =
            spelling_american(token_surface(&list, token), token->surface_bytes, spelled);
        struct correction correction = {
            .searcher = rewriting->run.searcher,
            .error = rewriting->run.error,
            .word = n_spelled > 0 ? spelled : token_surface(&list, token),
            .n_letters = n_spelled > 0 ? n_spelled : token->surface_bytes};
        status = correct(&correction);
        if (status == STATUS_OK && correction.best[0])
            replace(rewriting, place + token->start, token->surface_bytes, correction.best);
    }
    token_list_free(&list);
    return status;
}

/* Recursion is bounded by QUERY_MAX_DEPTH. */
static enum status rewrite(struct rewriting *rewriting, const struct query_node *node) {
    enum status status = STATUS_OK;
    bool is_text = node->kind == QUERY_WORD || node->kind == QUERY_PHRASE;
    if (node->occur == OCCUR_MUST_NOT || node->occur == OCCUR_FILTER)
        return STATUS_OK;
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        status = rewrite(rewriting, node->children[i]);
    const char *place = is_text ? strstr(rewriting->rest, node->text) : NULL;
    return status == STATUS_OK && place ? rewrite_words(rewriting, node, place) : status;
}

enum status suggestion_find(struct searcher *searcher, const char *query,
                            const struct query_tree *tree, struct arena *arena,
                            const char **suggestion, struct error *error) {
    struct rewriting rewriting = {.run = {.searcher = searcher, .arena = arena, .error = error},
                                  .rest = query};
    *suggestion = NULL;
    enum status status = rewrite(&rewriting, tree->root);
    if (status == STATUS_OK && rewriting.changed) {
        buffer_append_string(&rewriting.text, rewriting.rest);
        *suggestion =
            rewriting.text.failed ? NULL : arena_string(arena, buffer_string(&rewriting.text));
        status = *suggestion ? STATUS_OK : error_no_memory(error);
    }
    buffer_free(&rewriting.text);
    return status;
}
