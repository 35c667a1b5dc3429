/* See word.h. */
#include "query/word.h"

#include <stdlib.h>
#include <string.h>

#include "query/match.h"

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

/* True if `word` is a compound of the whole list: all of it written as one word. */
static bool is_whole(const struct word *word) {
    const struct token_list *list = word->list;
    return list->n_positions > 1 && list->tokens[word->first].start == list->tokens[0].start &&
           list->tokens[word->first].end == list->tokens[list->n_tokens - 1].end;
}

/* True in `*meet` if a passage holds both terms. */
static enum status terms_meet(struct selecting *run, const struct term *rarer,
                              const struct term *other, bool *meet) {
    struct postings_reader *reader = &run->searcher->postings;
    struct postings_cursor *a = NULL;
    struct postings_cursor *b = NULL;
    enum status status = postings_cursor_open(&a, reader, rarer, run->error);
    if (status == STATUS_OK)
        status = postings_cursor_open(&b, reader, other, run->error);
    if (status == STATUS_OK)
        status = postings_cursor_seek(a, 0, run->error);
    *meet = false;
    while (status == STATUS_OK && a->passage != POSTINGS_END && !*meet) {
        status = postings_cursor_seek(b, a->passage, run->error);
        *meet = status == STATUS_OK && b->passage == a->passage && b->passage != POSTINGS_END;
        if (status == STATUS_OK && b->passage == POSTINGS_END)
            break;
        if (status == STATUS_OK)
            status = postings_cursor_seek(a, b->passage, run->error);
    }
    postings_cursor_close(a);
    postings_cursor_close(b);
    return status;
}

/* True in `*may` if a passage holds the letter and the word `rest` of a split word: FTS5, which is
 * slow, need not be asked about others. */
static enum status may_be_split(struct selecting *run, char letter, const struct token_list *rest,
                                bool *may) {
    struct postings_reader *reader = &run->searcher->postings;
    struct term one = {0};
    struct term other = {0};
    enum status status = postings_find(reader, token_term(rest, &rest->tokens[0]),
                                       rest->tokens[0].term_bytes, &other, run->error);
    if (status == STATUS_OK && other.df > 0)
        status = postings_find(reader, &letter, 1, &one, run->error);
    *may = false;
    if (status != STATUS_OK || one.df == 0 || other.df == 0)
        return status;
    return one.df < other.df ? terms_meet(run, &one, &other, may)
                             : terms_meet(run, &other, &one, may);
}

/* "xray" also stands for "x ray", "ehealth" for "e health": a single letter that is no English
 * word, and a word that the index has. Such passages are added to `set` and score as if they held
 * the word once. */
static enum status add_split_word(struct selecting *run, const struct word *word, unsigned columns,
                                  bool scores, struct passage_set *set) {
    enum { MIN_BYTES = 4 };
    const struct token *token = &word->list->tokens[word->first];
    const char *surface = token_surface(word->list, token);
    if (!TOKENIZER_COMPOUNDS || token->surface_bytes < MIN_BYTES || surface[0] < 'b' ||
        surface[0] > 'z' || surface[0] == 'i')
        return STATUS_OK;
    struct token_list rest = {0};
    bool may = false;
    struct buffer match = {0};
    enum status status = selecting_tokenize(run, surface + 1, TOKENS_OF_TEXT, &rest);
    if (status == STATUS_OK && rest.n_tokens == 1 && rest.tokens[0].in_fts5)
        status = may_be_split(run, surface[0], &rest, &may);
    if (status == STATUS_OK && may) {
        struct passage_set split = {0};
        match_append_columns(&match, columns);
        buffer_append_format(&match, "\"%c %s\"", surface[0], token_term(&rest, &rest.tokens[0]));
        status = match.failed ? error_no_memory(run->error) : selecting_new_set(run, &split);
        if (status == STATUS_OK)
            status = match_run(run->searcher, buffer_string(&match), &split, run->error);
        struct posting_list postings = {0};
        for (uint32_t i = passage_set_next(&split, 0); status == STATUS_OK && i < split.end;
             i = passage_set_next(&split, i + 1))
            status = posting_list_add(&postings,
                                      (struct posting){.passage = i, .counts = {[COLUMN_BODY] = 1}},
                                      run->error);
        const char *label = arena_string(run->arena, buffer_string(&match));
        if (status == STATUS_OK && label)
            status = word_use_postings(run, &postings, label, ALL_COLUMNS, NULL, scores, set);
        else
            posting_list_free(&postings);
        passage_set_free(&split);
    }
    buffer_free(&match);
    token_list_free(&rest);
    return status;
}

/* A part of a compound that says nothing alone: the 19 of COVID-19, the x of X-ray. */
static bool is_weak_part(const struct token_list *list, const struct token *token) {
    const char *surface = token_surface(list, token);
    return list->n_positions > 1 &&
           (token->surface_bytes == 1 || surface[strspn(surface, "0123456789")] == '\0');
}

enum status word_find_in_order(struct selecting *run, const struct token_list *list,
                               unsigned columns, struct passage_set *set) {
    struct buffer match = {0};
    enum status status = STATUS_OK;
    match_append_columns(&match, columns);
    if (match_append_phrase(&match, list))
        status = match.failed ? error_no_memory(run->error)
                              : match_run(run->searcher, buffer_string(&match), set, run->error);
    buffer_free(&match);
    return status;
}

/* Function words do not score beside others, nor as a part of a name: "TFAP2A". */
static bool is_passed_over(const struct selecting *run, const struct token *token) {
    return token->is_function_word && run->has_content;
}

/* The weak parts of a compound count, and are highlighted, where all of it stands. */
static enum status weak_parts_of_word(struct selecting *run, const struct token_list *list,
                                      unsigned columns, bool scores, struct passage_set *set) {
    struct passage_set whole = {0};
    enum status status = selecting_new_set(run, &whole);
    if (status == STATUS_OK)
        status = word_find_in_order(run, list, columns, &whole);
    const struct passage_set *only = status == STATUS_OK ? selecting_keep_set(run, &whole) : NULL;
    if (status == STATUS_OK && !only)
        status = error_no_memory(run->error);
    run->in_phrase = true;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        if (is_weak_part(list, &list->tokens[i]) && !is_passed_over(run, &list->tokens[i]))
            status = word_use(run, &word, columns, only, scores, NULL);
        i = word.end;
    }
    run->in_phrase = false;
    if (status == STATUS_OK && set)
        passage_set_or(set, &whole);
    passage_set_free(&whole);
    return status;
}

static enum status keep_as_phrase(struct selecting *run, const char *text) {
    struct token_list written = {0};
    enum status status = selecting_tokenize(run, text, TOKENS_OF_TEXT, &written);
    if (status == STATUS_OK)
        status = selecting_keep_phrase(run, &written);
    token_list_free(&written);
    return status;
}

/* The runs of a word as typed, in their order. */
struct typed {
    const char *text;
    size_t n_bytes, at, start, end;
    uint32_t run; /* the number of the current one */
};

static bool typed_next(struct selecting *run, struct typed *typed) {
    if (!scan_next_run(typed->text, typed->n_bytes, &typed->at, &typed->start, &typed->end))
        return false;
    typed->run = run->n_runs++;
    return true;
}

/* Notes the word that was just used, if it is one run of those typed: then ranking can look for it
 * as such. Tokens come by rising place. */
static enum status note_word(struct selecting *run, const struct word *word, struct typed *typed) {
    struct selection *selection = run->selection;
    const struct token *token = &word->list->tokens[word->first];
    while (typed->end <= token->start && typed_next(run, typed))
        ;
    if (run->i_clause == SIZE_MAX || selection->n_words == SCAN_MAX_WORDS ||
        typed->start != token->start || typed->end != token->end)
        return STATUS_OK;
    struct selection_word noted = {
        .clause = run->i_clause, .typed_bytes = typed->end - typed->start, .run = typed->run};
    char *bytes = arena_copy(run->arena, typed->text + typed->start, noted.typed_bytes);
    noted.term = arena_copy(run->arena, token_term(word->list, token), token->term_bytes);
    if (!bytes || !noted.term)
        return error_no_memory(run->error);
    for (size_t i = 0; i < noted.typed_bytes; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] - 'A' + 'a');
    noted.typed = bytes;
    selection->words[selection->n_words++] = noted;
    return STATUS_OK;
}

/* A word as typed, by any of its tokens. */
static enum status any_of_word(struct selecting *run, struct typed *typed,
                               const struct token_list *list, unsigned columns, bool scores,
                               struct passage_set *set) {
    enum status status = STATUS_OK;
    bool has_weak_parts = false;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        bool is_weak = is_weak_part(list, &list->tokens[i]);
        has_weak_parts = has_weak_parts || is_weak;
        if (!is_weak && !is_passed_over(run, &list->tokens[i])) {
            status = word_use(run, &word, columns, NULL, scores, set);
            if (status == STATUS_OK)
                status = note_word(run, &word, typed);
        }
        i = word.end;
    }
    if (status == STATUS_OK && has_weak_parts)
        status = weak_parts_of_word(run, list, columns, scores, set);
    if (status == STATUS_OK && has_weak_parts && scores)
        status = keep_as_phrase(run, typed->text);
    return status;
}

/* A word as typed, whole: its tokens in their order, or their compound. */
static enum status whole_word(struct selecting *run, struct typed *typed,
                              const struct token_list *list, unsigned columns, bool scores,
                              struct passage_set *set) {
    enum status status = STATUS_OK;
    bool has_weak_parts = false;
    if (list->n_positions > 1)
        status = word_find_in_order(run, list, columns, set);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        bool is_set = list->n_positions == 1 || is_whole(&word);
        run->in_phrase = is_weak_part(list, &list->tokens[i]);
        has_weak_parts = has_weak_parts || run->in_phrase;
        status = word_use(run, &word, columns, NULL, scores, is_set ? set : NULL);
        if (status == STATUS_OK)
            status = note_word(run, &word, typed);
        i = word.end;
    }
    run->in_phrase = false;
    return status == STATUS_OK && has_weak_parts && scores ? keep_as_phrase(run, typed->text)
                                                           : status;
}

enum status word_select(struct selecting *run, const struct query_node *node, struct ask ask,
                        struct passage_set *set, bool *absent) {
    struct token_list list = {0};
    struct typed typed = {.text = node->text, .n_bytes = strlen(node->text)};
    unsigned columns = selecting_columns(node);
    enum status status = selecting_tokenize(run, node->text, TOKENS_OF_QUERY, &list);
    *absent = list.n_tokens == 0 || (ask.any && run->has_content && word_all_function_words(&list));
    if (status == STATUS_OK && !*absent)
        status = ask.any ? any_of_word(run, &typed, &list, columns, ask.scores, set)
                         : whole_word(run, &typed, &list, columns, ask.scores, set);
    while (typed_next(run, &typed))
        ; /* function words count too */
    if (status == STATUS_OK && list.n_tokens > 0 && list.n_positions == 1 && !*absent) {
        struct word word = word_next(&list, 0);
        status = add_split_word(run, &word, columns, ask.scores, set);
    }
    token_list_free(&list);
    return status;
}

enum status word_score_all(struct selecting *run, const struct token_list *list, unsigned columns,
                           const struct passage_set *set) {
    const struct passage_set *only = selecting_keep_set(run, set);
    enum status status = only ? STATUS_OK : error_no_memory(run->error);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        if (!is_passed_over(run, &list->tokens[i]))
            status = word_use(run, &word, columns, only, true, NULL);
        i = word.end;
    }
    return status;
}
