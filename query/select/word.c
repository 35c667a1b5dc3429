/* See word.h. */
#include "query/select/word.h"

#include <stdlib.h>
#include <string.h>

static int by_passage(const void *a, const void *b) {
    uint32_t left = ((const struct posting *)a)->passage;
    uint32_t right = ((const struct posting *)b)->passage;
    return (left > right) - (left < right);
}

static uint16_t add_saturating(uint16_t a, uint16_t b) {
    return (uint16_t)(a > UINT16_MAX - b ? UINT16_MAX : a + b);
}

void word_merge_postings(struct posting_list *list) {
    size_t n_kept = 0;
    qsort(list->postings, list->n_postings, sizeof *list->postings, by_passage);
    for (size_t i = 0; i < list->n_postings; i++) {
        struct posting *last = n_kept > 0 ? &list->postings[n_kept - 1] : NULL;
        if (last && last->passage == list->postings[i].passage)
            for (size_t column = 0; column < N_COLUMNS; column++)
                last->counts[column] =
                    add_saturating(last->counts[column], list->postings[i].counts[column]);
        else
            list->postings[n_kept++] = list->postings[i];
    }
    list->n_postings = n_kept;
}

/* Drops what is not in `columns`. */
static void restrict_postings(struct posting_list *list, unsigned columns) {
    size_t n_kept = 0;
    for (size_t i = 0; i < list->n_postings; i++) {
        bool counts = false;
        for (size_t column = 0; column < N_COLUMNS; column++) {
            if (!(columns >> column & 1))
                list->postings[i].counts[column] = 0;
            counts = counts || list->postings[i].counts[column] > 0;
        }
        if (counts)
            list->postings[n_kept++] = list->postings[i];
    }
    list->n_postings = n_kept;
}

/* The clause that counts the same already, or SIZE_MAX: each word scores once, however often it is
 * asked. */
static size_t find_clause(struct selecting *run, const char *label, unsigned columns,
                          const struct passage_set *only) {
    struct clause_list *list = &run->selection->clauses;
    for (size_t i = 0; i < list->n_clauses; i++)
        if (list->clauses[i].columns == columns && list->clauses[i].only == only &&
            strcmp(list->clauses[i].label, label) == 0)
            return i;
    return SIZE_MAX;
}

/* Adds the passages of `clause` to `set` (may be NULL) and, if `scores`, keeps it. Takes it over.
 */
static enum status use_clause(struct selecting *run, struct clause *clause, bool scores,
                              struct passage_set *set) {
    enum status status = STATUS_OK;
    const struct passage_set *only = clause->only;
    clause->only = NULL;
    if (set)
        status = clause_select(clause, set, run->error);
    clause->only = only;
    run->i_clause = SIZE_MAX;
    if (status == STATUS_OK && scores && clause->n_forms > 0) {
        run->i_clause = find_clause(run, clause->label, clause->columns, only);
        if (run->i_clause == SIZE_MAX) {
            run->i_clause = run->selection->clauses.n_clauses;
            return clause_list_add(&run->selection->clauses, *clause, &run->searcher->collection,
                                   run->error);
        }
    }
    clause_free(clause);
    return status;
}

/* Adds a form with the postings of `list`. Nothing is known of their impacts. */
static enum status add_list(struct selecting *run, struct clause *clause,
                            struct posting_list *list) {
    struct postings_cursor *cursor;
    struct term term = {.impact = IMPACT_MAX};
    if (clause->columns != ALL_COLUMNS)
        restrict_postings(list, clause->columns);
    if (list->n_postings == 0)
        return STATUS_OK;
    term.df = (uint32_t)list->n_postings;
    for (size_t i = 0; i < list->n_postings; i++)
        for (size_t column = 0; column < N_COLUMNS; column++)
            term.cf += list->postings[i].counts[column];
    enum status status = postings_cursor_open_list(&cursor, list, run->error);
    if (status == STATUS_OK)
        status = clause_add_form(clause, cursor, &term, run->error);
    return status;
}

enum status word_use_postings(struct selecting *run, struct posting_list *postings,
                              const char *label, unsigned columns, const struct passage_set *only,
                              bool scores, struct passage_set *set) {
    struct clause clause = {.label = label, .columns = columns, .only = only};
    for (size_t i = 0; i < postings->n_postings; i++)
        postings->postings[i].impact = IMPACT_MAX;
    enum status status = add_list(run, &clause, postings);
    posting_list_free(postings);
    if (status == STATUS_OK)
        return use_clause(run, &clause, scores, set);
    clause_free(&clause);
    return status;
}

enum status word_read_term(struct selecting *run, const char *term, size_t n_bytes,
                           struct posting_list *postings) {
    struct term found;
    struct postings_reader *reader = &run->searcher->postings;
    enum status status = postings_find(reader, term, n_bytes, &found, run->error);
    if (status == STATUS_OK && found.df > 0)
        status = postings_read(reader, &found, postings, run->error);
    return status;
}

/* A word that is being read. */
struct reading {
    struct buffer names; /* the first form and those that the index has: "aid|AIDS" */
    size_t n_found;      /* forms that the index has */
    bool scores;
    struct clause clause;
};

/* Adds the postings of a term: as they are in the index unless only some columns count. */
static enum status add_term(struct selecting *run, struct clause *clause, const struct term *term) {
    struct postings_reader *reader = &run->searcher->postings;
    struct postings_cursor *cursor;
    struct posting_list list = {0};
    enum status status;
    if (clause->columns == ALL_COLUMNS) {
        status = postings_cursor_open(&cursor, reader, term, run->error);
        return status == STATUS_OK ? clause_add_form(clause, cursor, term, run->error) : status;
    }
    status = postings_read(reader, term, &list, run->error);
    if (status == STATUS_OK)
        status = add_list(run, clause, &list);
    posting_list_free(&list);
    return status;
}

static enum status read_form(struct selecting *run, const char *term, size_t n_bytes,
                             struct reading *reading) {
    const char *kept;
    struct term found = {0};
    enum status status =
        reading->scores ? selecting_keep_term(run, term, n_bytes, &kept) : STATUS_OK;
    if (status == STATUS_OK)
        status = postings_find(&run->searcher->postings, term, n_bytes, &found, run->error);
    if (status == STATUS_OK && found.df > 0)
        status = add_term(run, &reading->clause, &found);
    reading->n_found += found.df > 0;
    if (reading->names.size == 0 || found.df > 0) {
        buffer_append_string(&reading->names, reading->names.size > 0 ? "|" : "");
        buffer_append(&reading->names, term, n_bytes);
    }
    return status;
}

/* A word in capitals that the index does not have as an acronym ("LUNGS") is just that word. */
static enum status read_uncapitalized(struct selecting *run, const struct word *word,
                                      struct reading *reading) {
    const struct token *token = &word->list->tokens[word->first];
    const char *term = token_term(word->list, token);
    struct token_list list = {0};
    if (reading->n_found > 0 || term[0] < 'A' || term[0] > 'Z')
        return STATUS_OK;
    enum status status =
        selecting_tokenize(run, token_surface(word->list, token), TOKENS_OF_TEXT, &list);
    if (status == STATUS_OK && list.n_tokens > 0)
        status =
            read_form(run, token_term(&list, &list.tokens[0]), list.tokens[0].term_bytes, reading);
    token_list_free(&list);
    return status;
}

enum status word_use(struct selecting *run, const struct word *word, unsigned columns,
                     const struct passage_set *only, bool scores, struct passage_set *set) {
    struct reading reading = {.scores = scores, .clause = {.columns = columns, .only = only}};
    enum status status = STATUS_OK;
    for (size_t i = word->first; i < word->end && status == STATUS_OK; i++)
        status = read_form(run, token_term(word->list, &word->list->tokens[i]),
                           word->list->tokens[i].term_bytes, &reading);
    if (status == STATUS_OK)
        status = read_uncapitalized(run, word, &reading);
    run->selection->lacks_word = run->selection->lacks_word || reading.n_found == 0;
    reading.clause.label = arena_string(run->arena, buffer_string(&reading.names));
    if (status == STATUS_OK && (reading.names.failed || !reading.clause.label))
        status = error_no_memory(run->error);
    buffer_free(&reading.names);
    if (status == STATUS_OK)
        return use_clause(run, &reading.clause, scores, set);
    clause_free(&reading.clause);
    return status;
}

struct word word_next(const struct token_list *list, size_t i) {
    size_t end = i + 1;
    const struct token *main = &list->tokens[i];
    while (end < list->n_tokens && list->tokens[end].position == main->position &&
           list->tokens[end].surface == main->surface)
        end++;
    return (struct word){list, i, end};
}

bool word_all_function_words(const struct token_list *list) {
    for (size_t i = 0; i < list->n_tokens; i++) {
        bool is_main = i == 0 || list->tokens[i - 1].position != list->tokens[i].position;
        if (is_main && !list->tokens[i].is_function_word)
            return false;
    }
    return true;
}

bool word_is_passed_over(const struct selecting *run, const struct token *token) {
    return token->is_function_word && run->has_content;
}

enum status word_score_all(struct selecting *run, const struct token_list *list, unsigned columns,
                           const struct passage_set *set) {
    const struct passage_set *only = selecting_keep_set(run, set);
    enum status status = only ? STATUS_OK : error_no_memory(run->error);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        if (!word_is_passed_over(run, &list->tokens[i]))
            status = word_use(run, &word, columns, only, true, NULL);
        i = word.end;
    }
    return status;
}
