/* See typed_word.h. */
#include "query/select/typed_word.h"

#include <string.h>

#include "query/select/match.h"
#include "query/select/neighbour.h"
#include "query/select/word.h"

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

/* True if `word` is a compound of the whole list: all of it written as one word. */
static bool is_whole(const struct word *word) {
    const struct token_list *list = word->list;
    return list->n_positions > 1 && list->tokens[word->first].start == list->tokens[0].start &&
           list->tokens[word->first].end == list->tokens[list->n_tokens - 1].end;
}

/* A part of a compound that says nothing alone: the 19 of COVID-19, the x of X-ray. */
static bool is_weak_part(const struct token_list *list, const struct token *token) {
    const char *surface = token_surface(list, token);
    return list->n_positions > 1 &&
           (token->surface_bytes == 1 || surface[strspn(surface, "0123456789")] == '\0');
}

/* Adds the passages that hold the tokens of `list` in their order. */
static enum status find_in_order(struct selecting *run, const struct token_list *list,
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

/* The weak parts of a compound count, and are highlighted, where all of it stands. */
static enum status weak_parts_of_word(struct selecting *run, const struct token_list *list,
                                      unsigned columns, bool scores, struct passage_set *set) {
    struct passage_set whole = {0};
    enum status status = selecting_new_set(run, &whole);
    if (status == STATUS_OK)
        status = find_in_order(run, list, columns, &whole);
    const struct passage_set *only = status == STATUS_OK ? selecting_keep_set(run, &whole) : NULL;
    if (status == STATUS_OK && !only)
        status = error_no_memory(run->error);
    run->in_phrase = true;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = word_next(list, i);
        if (is_weak_part(list, &list->tokens[i]) && !word_is_passed_over(run, &list->tokens[i]))
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
        if (!is_weak && !word_is_passed_over(run, &list->tokens[i])) {
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
        status = find_in_order(run, list, columns, set);
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

enum status typed_word_select(struct selecting *run, const struct query_node *node, struct ask ask,
                              struct passage_set *set, bool *absent) {
    struct token_list list = {0};
    struct typed typed = {.text = node->text, .n_bytes = strlen(node->text)};
    unsigned columns = selecting_columns(node);
    enum status status = selecting_tokenize(run, node->text, TOKENS_OF_QUERY, &list);
    if (status == STATUS_OK)
        status = neighbour_forms(run, node, &list);
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
