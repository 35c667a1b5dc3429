/* See select.h. */
#include "query/select.h"

#include <stdlib.h>
#include <string.h>

#include "query/filter.h"
#include "query/match.h"

struct run {
    struct searcher *searcher;
    struct arena *arena;
    struct selection *selection;
    struct error *error;
    bool has_content; /* the query has a word that is no function word */
    uint32_t end;     /* of every set */
};

/* How a node is asked. */
struct ask {
    bool scores; /* its words add to the score */
    bool any;    /* a word of several tokens matches by any of them, else by all in their order */
};

static enum status evaluate(struct run *run, const struct query_node *node, struct ask ask,
                            struct passage_set *set, bool *absent);

static unsigned columns_of(const struct query_node *node) {
    switch (node->field) {
    case FIELD_TITLE:
        return 1 << COLUMN_TITLE;
    case FIELD_HEADING:
        return 1 << COLUMN_HEADINGS;
    case FIELD_ANY:
        break;
    }
    return ALL_COLUMNS;
}

static enum status new_set(struct run *run, struct passage_set *set) {
    return passage_set_init(set, run->end) ? STATUS_OK : error_no_memory(run->error);
}

/* Tokenizes `text`; in a query each word stands for its stems in all languages of the index. */
static enum status tokenize(struct run *run, const char *text, enum token_use use,
                            struct token_list *list) {
    struct searcher *searcher = run->searcher;
    struct token_list other = {0};
    enum status status =
        tokenizer_run(searcher->tokenizer, text, strlen(text), NULL, use, list, run->error);
    for (size_t i = 0; i < searcher->n_languages && use == TOKENS_OF_QUERY && status == STATUS_OK;
         i++) {
        status = tokenizer_run(searcher->tokenizer, text, strlen(text), searcher->languages[i], use,
                               &other, run->error);
        if (status == STATUS_OK)
            status = token_list_merge(list, &other, run->error);
    }
    token_list_free(&other);
    return status;
}

/* Keeps `set` for as long as the selection; returns where, or NULL when memory is out. */
static const struct passage_set *keep_set(struct run *run, const struct passage_set *set) {
    struct selection *selection = run->selection;
    if (selection->n_sets == selection->sets_capacity)
        return NULL;
    struct passage_set *copy = &selection->sets[selection->n_sets];
    if (!passage_set_init(copy, run->end))
        return NULL;
    selection->n_sets++;
    passage_set_or(copy, set);
    return copy;
}

static enum status keep_term(struct run *run, const char *term, size_t n_bytes, const char **kept) {
    struct selection *selection = run->selection;
    if (selection->n_terms == selection->terms_capacity) {
        size_t capacity = selection->terms_capacity ? selection->terms_capacity * 2 : 16;
        const char **terms = realloc(selection->terms, capacity * sizeof *terms);
        if (!terms)
            return error_no_memory(run->error);
        selection->terms = terms;
        selection->terms_capacity = capacity;
    }
    *kept = arena_copy(run->arena, term, n_bytes);
    if (!*kept)
        return error_no_memory(run->error);
    selection->terms[selection->n_terms++] = *kept;
    return STATUS_OK;
}

/* ---- postings of a word ---- */

static int by_passage(const void *a, const void *b) {
    uint32_t left = ((const struct posting *)a)->passage;
    uint32_t right = ((const struct posting *)b)->passage;
    return (left > right) - (left < right);
}

static uint16_t add_saturating(uint16_t a, uint16_t b) {
    return (uint16_t)(a > UINT16_MAX - b ? UINT16_MAX : a + b);
}

/* Makes one posting of several for the same passage, after the lists of alternatives were appended.
 */
static void merge_postings(struct posting_list *list) {
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

/* Drops the postings that have nothing in `columns`. */
static void restrict_postings(struct posting_list *list, unsigned columns) {
    size_t n_kept = 0;
    for (size_t i = 0; i < list->n_postings; i++) {
        bool counts = false;
        for (size_t column = 0; column < N_COLUMNS; column++)
            counts = counts || ((columns >> column & 1) && list->postings[i].counts[column] > 0);
        if (counts)
            list->postings[n_kept++] = list->postings[i];
    }
    list->n_postings = n_kept;
}

/* The clause that counts the same already: each word scores once, however often it is asked. */
static struct clause *find_clause(struct run *run, const char *label, unsigned columns,
                                  const struct passage_set *only) {
    struct clause_list *list = &run->selection->clauses;
    for (size_t i = 0; i < list->n_clauses; i++)
        if (list->clauses[i].columns == columns && list->clauses[i].only == only &&
            strcmp(list->clauses[i].label, label) == 0)
            return &list->clauses[i];
    return NULL;
}

/* Takes over `postings`: adds their passages to `set` (may be NULL) and, if `scores`, a clause. */
static enum status use_postings(struct run *run, struct posting_list *postings, const char *label,
                                unsigned columns, const struct passage_set *only, bool scores,
                                struct passage_set *set) {
    if (columns != ALL_COLUMNS)
        restrict_postings(postings, columns);
    for (size_t i = 0; set && i < postings->n_postings; i++)
        passage_set_add(set, postings->postings[i].passage);
    if (scores && postings->n_postings > 0 && !find_clause(run, label, columns, only))
        return clause_list_add(
            &run->selection->clauses,
            (struct clause){
                .label = label, .postings = *postings, .columns = columns, .only = only},
            &run->searcher->collection, run->error);
    posting_list_free(postings);
    return STATUS_OK;
}

/* Appends the postings of one term. */
static enum status read_term(struct run *run, const char *term, size_t n_bytes,
                             struct posting_list *postings) {
    struct term found;
    struct postings_reader *reader = &run->searcher->postings;
    enum status status = postings_find(reader, term, n_bytes, &found, run->error);
    if (status == STATUS_OK && found.df > 0)
        status = postings_read(reader, &found, postings, run->error);
    return status;
}

/* A word and the alternatives that are the same word: tokens [first, end) of one position and span.
 */
struct word {
    const struct token_list *list;
    size_t first, end;
};

/* Reads the postings of one form of a word; `forms` names the first and those that the index has.
 */
static enum status read_form(struct run *run, const char *term, size_t n_bytes, bool scores,
                             struct buffer *forms, struct posting_list *postings) {
    const char *kept;
    size_t n_before = postings->n_postings;
    enum status status = scores ? keep_term(run, term, n_bytes, &kept) : STATUS_OK;
    if (status == STATUS_OK)
        status = read_term(run, term, n_bytes, postings);
    if (forms->size == 0 || postings->n_postings > n_before) {
        buffer_append_string(forms, forms->size > 0 ? "|" : "");
        buffer_append(forms, term, n_bytes);
    }
    return status;
}

/* A word in capitals that the index does not have as an acronym ("LUNGS") is just that word. */
static enum status read_uncapitalized(struct run *run, const struct word *word, bool scores,
                                      struct buffer *forms, struct posting_list *postings) {
    const struct token *token = &word->list->tokens[word->first];
    const char *term = token_term(word->list, token);
    struct token_list list = {0};
    if (postings->n_postings > 0 || term[0] < 'A' || term[0] > 'Z')
        return STATUS_OK;
    enum status status = tokenize(run, token_surface(word->list, token), TOKENS_OF_TEXT, &list);
    if (status == STATUS_OK && list.n_tokens > 0)
        status = read_form(run, token_term(&list, &list.tokens[0]), list.tokens[0].term_bytes,
                           scores, forms, postings);
    token_list_free(&list);
    return status;
}

/* Reads the postings of `word` and uses them as above. */
static enum status use_word(struct run *run, const struct word *word, unsigned columns,
                            const struct passage_set *only, bool scores, struct passage_set *set) {
    struct posting_list postings = {0};
    struct buffer forms = {0};
    enum status status = STATUS_OK;
    for (size_t i = word->first; i < word->end && status == STATUS_OK; i++)
        status = read_form(run, token_term(word->list, &word->list->tokens[i]),
                           word->list->tokens[i].term_bytes, scores, &forms, &postings);
    if (status == STATUS_OK)
        status = read_uncapitalized(run, word, scores, &forms, &postings);
    if (word->end - word->first > 1 && postings.n_postings > 0)
        merge_postings(&postings);
    const char *label = arena_string(run->arena, buffer_string(&forms));
    if (status == STATUS_OK && (forms.failed || !label))
        status = error_no_memory(run->error);
    buffer_free(&forms);
    if (status == STATUS_OK)
        return use_postings(run, &postings, label, columns, only, scores, set);
    posting_list_free(&postings);
    return status;
}

/* The next word of `list` from token `i` on. A compound is a word of its own beside its first part.
 */
static struct word next_word(const struct token_list *list, size_t i) {
    size_t end = i + 1;
    const struct token *main = &list->tokens[i];
    while (end < list->n_tokens && list->tokens[end].position == main->position &&
           list->tokens[end].surface == main->surface)
        end++;
    return (struct word){list, i, end};
}

static bool is_function_words(const struct token_list *list) {
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

/* "xray" also stands for "x ray", "ehealth" for "e health": a single letter that is no English
 * word, and a word that the index has. Such passages are added to `set` and score as if they held
 * the word once. */
static enum status add_split_word(struct run *run, const struct word *word, unsigned columns,
                                  bool scores, struct passage_set *set) {
    enum { MIN_BYTES = 4 };
    const struct token *token = &word->list->tokens[word->first];
    const char *surface = token_surface(word->list, token);
    if (token->surface_bytes < MIN_BYTES || surface[0] < 'b' || surface[0] > 'z' ||
        surface[0] == 'i')
        return STATUS_OK;
    struct token_list rest = {0};
    struct term found = {0};
    struct buffer match = {0};
    enum status status = tokenize(run, surface + 1, TOKENS_OF_TEXT, &rest);
    if (status == STATUS_OK && rest.n_tokens == 1 && !rest.tokens[0].is_function_word)
        status = postings_find(&run->searcher->postings, token_term(&rest, &rest.tokens[0]),
                               rest.tokens[0].term_bytes, &found, run->error);
    if (status == STATUS_OK && found.df > 0) {
        struct passage_set split = {0};
        match_append_columns(&match, columns);
        buffer_append_format(&match, "\"%c %s\"", surface[0], token_term(&rest, &rest.tokens[0]));
        status = match.failed ? error_no_memory(run->error) : new_set(run, &split);
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
            status = use_postings(run, &postings, label, ALL_COLUMNS, NULL, scores, set);
        else
            posting_list_free(&postings);
        passage_set_free(&split);
    }
    buffer_free(&match);
    token_list_free(&rest);
    return status;
}

/* ---- leaves ---- */

/* A part of a compound that says nothing alone: the 19 of COVID-19, the x of X-ray. */
static bool is_weak_part(const struct token_list *list, const struct token *token) {
    const char *surface = token_surface(list, token);
    return list->n_positions > 1 &&
           (token->surface_bytes == 1 || surface[strspn(surface, "0123456789")] == '\0');
}

/* Adds the passages that hold the tokens of `list` in their order. */
static enum status find_in_order(struct run *run, const struct token_list *list, unsigned columns,
                                 struct passage_set *set) {
    struct buffer match = {0};
    enum status status = STATUS_OK;
    match_append_columns(&match, columns);
    if (match_append_phrase(&match, list))
        status = match.failed ? error_no_memory(run->error)
                              : match_run(run->searcher, buffer_string(&match), set, run->error);
    buffer_free(&match);
    return status;
}

/* The weak parts of a compound count where all of it stands. */
static enum status weak_parts_of_word(struct run *run, const struct token_list *list,
                                      unsigned columns, bool scores, struct passage_set *set) {
    struct passage_set whole = {0};
    enum status status = new_set(run, &whole);
    if (status == STATUS_OK)
        status = find_in_order(run, list, columns, &whole);
    const struct passage_set *only = status == STATUS_OK ? keep_set(run, &whole) : NULL;
    if (status == STATUS_OK && !only)
        status = error_no_memory(run->error);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = next_word(list, i);
        if (is_weak_part(list, &list->tokens[i]))
            status = use_word(run, &word, columns, only, scores, NULL);
        i = word.end;
    }
    if (status == STATUS_OK)
        passage_set_or(set, &whole);
    passage_set_free(&whole);
    return status;
}

/* A word as typed, by any of its tokens. */
static enum status any_of_word(struct run *run, const struct token_list *list, unsigned columns,
                               bool scores, struct passage_set *set) {
    enum status status = STATUS_OK;
    bool has_weak_parts = false;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = next_word(list, i);
        bool is_weak = is_weak_part(list, &list->tokens[i]);
        has_weak_parts = has_weak_parts || is_weak;
        if (!is_weak && (!list->tokens[i].is_function_word || !run->has_content))
            status = use_word(run, &word, columns, NULL, scores, set);
        i = word.end;
    }
    if (status == STATUS_OK && has_weak_parts)
        status = weak_parts_of_word(run, list, columns, scores, set);
    return status;
}

/* A word as typed, whole: its tokens in their order, or their compound. */
static enum status whole_word(struct run *run, const struct token_list *list, unsigned columns,
                              bool scores, struct passage_set *set) {
    enum status status = STATUS_OK;
    if (list->n_positions > 1)
        status = find_in_order(run, list, columns, set);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = next_word(list, i);
        bool is_set = list->n_positions == 1 || is_whole(&word);
        status = use_word(run, &word, columns, NULL, scores, is_set ? set : NULL);
        i = word.end;
    }
    return status;
}

static enum status evaluate_word(struct run *run, const struct query_node *node, struct ask ask,
                                 struct passage_set *set, bool *absent) {
    struct token_list list = {0};
    unsigned columns = columns_of(node);
    enum status status = tokenize(run, node->text, TOKENS_OF_QUERY, &list);
    *absent = list.n_tokens == 0 || (ask.any && run->has_content && is_function_words(&list));
    if (status == STATUS_OK && !*absent)
        status = ask.any ? any_of_word(run, &list, columns, ask.scores, set)
                         : whole_word(run, &list, columns, ask.scores, set);
    if (status == STATUS_OK && list.n_tokens > 0 && list.n_positions == 1 && !*absent) {
        struct word word = next_word(&list, 0);
        status = add_split_word(run, &word, columns, ask.scores, set);
    }
    token_list_free(&list);
    return status;
}

/* Adds clauses for the words of `list` that score in `set` only. */
static enum status score_words(struct run *run, const struct token_list *list, unsigned columns,
                               const struct passage_set *set) {
    const struct passage_set *only = keep_set(run, set);
    enum status status = only ? STATUS_OK : error_no_memory(run->error);
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = next_word(list, i);
        if (!list->tokens[i].is_function_word || !run->has_content)
            status = use_word(run, &word, columns, only, true, NULL);
        i = word.end;
    }
    return status;
}

/* Passages that may hold the phrase: FTS5's where it has two words to go by, else those of one
 * word, or of all its function words. */
static enum status phrase_candidates(struct run *run, const struct token_list *list,
                                     unsigned columns, struct passage_set *set) {
    struct buffer match = {0};
    enum status status = STATUS_OK;
    match_append_columns(&match, columns);
    if (match_append_phrase(&match, list)) {
        status = match.failed ? error_no_memory(run->error)
                              : match_run(run->searcher, buffer_string(&match), set, run->error);
        buffer_free(&match);
        return status;
    }
    buffer_free(&match);
    bool first = true;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        struct word word = next_word(list, i);
        struct passage_set one = {0};
        status = new_set(run, &one);
        if (status == STATUS_OK)
            status = use_word(run, &word, columns, NULL, false, &one);
        if (status == STATUS_OK && first)
            passage_set_or(set, &one);
        else if (status == STATUS_OK)
            passage_set_and(set, &one);
        passage_set_free(&one);
        first = false;
        i = word.end;
    }
    return status;
}

static enum status evaluate_phrase(struct run *run, const struct query_node *node, struct ask ask,
                                   struct passage_set *set, bool *absent) {
    struct token_list asked = {0};
    struct token_list written = {0};
    unsigned columns = columns_of(node);
    enum status status = tokenize(run, node->text, TOKENS_OF_QUERY, &asked);
    if (status == STATUS_OK)
        status = tokenize(run, node->text, TOKENS_OF_TEXT, &written);
    *absent = asked.n_tokens == 0;
    if (status == STATUS_OK && !*absent)
        status = phrase_candidates(run, &asked, columns, set);
    if (status == STATUS_OK && !*absent)
        status = match_exact(run->searcher, &written, columns, set, run->error);
    if (status == STATUS_OK && !*absent && ask.scores)
        status = score_words(run, &asked, columns, set);
    token_list_free(&asked);
    token_list_free(&written);
    return status;
}

/* Adds the postings of the terms that begin with `prefix`. */
static enum status read_prefix(struct run *run, const char *prefix, size_t n_bytes, bool scores,
                               struct posting_list *postings) {
    sqlite3_stmt *terms = NULL;
    const char *kept;
    struct buffer end = {0};
    buffer_append(&end, prefix, n_bytes);
    buffer_append(&end, "\xF4\x8F\xBF\xBF", 4); /* U+10FFFF: after every term with the prefix */
    enum status status = end.failed ? error_no_memory(run->error)
                                    : index_prepare(&run->searcher->index,
                                                    "SELECT term, id, df FROM terms"
                                                    " WHERE term >= ?1 AND term < ?2 LIMIT ?3",
                                                    &terms, run->error);
    if (status == STATUS_OK) {
        sqlite3_bind_text(terms, 1, prefix, (int)n_bytes, SQLITE_STATIC);
        sqlite3_bind_text(terms, 2, end.data, (int)end.size, SQLITE_STATIC);
        sqlite3_bind_int(terms, 3, PREFIX_MAX_TERMS);
    }
    while (status == STATUS_OK && sqlite3_step(terms) == SQLITE_ROW) {
        struct term term = {.id = (uint32_t)sqlite3_column_int64(terms, 1),
                            .df = (uint32_t)sqlite3_column_int64(terms, 2)};
        if (scores)
            status = keep_term(run, (const char *)sqlite3_column_text(terms, 0),
                               (size_t)sqlite3_column_bytes(terms, 0), &kept);
        if (status == STATUS_OK)
            status = postings_read(&run->searcher->postings, &term, postings, run->error);
    }
    sqlite3_finalize(terms);
    buffer_free(&end);
    return status;
}

/* The prefix of one word: the terms that begin with it, in capitals too, and the word's own stem
 * ("therapy*" finds "therapi"). */
static enum status prefix_of_word(struct run *run, const struct token_list *list, unsigned columns,
                                  bool scores, struct passage_set *set) {
    struct posting_list postings = {0};
    const struct token *token = &list->tokens[0];
    const char *surface = token_surface(list, token);
    char *capitals = arena_copy(run->arena, surface, token->surface_bytes);
    const char *label = arena_copy(run->arena, surface, token->surface_bytes);
    if (!capitals || !label)
        return error_no_memory(run->error);
    for (char *c = capitals; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    enum status status = read_prefix(run, surface, token->surface_bytes, scores, &postings);
    if (status == STATUS_OK && strcmp(capitals, surface) != 0)
        status = read_prefix(run, capitals, token->surface_bytes, scores, &postings);
    if (status == STATUS_OK && strncmp(token_term(list, token), surface, token->surface_bytes) != 0)
        status = read_term(run, token_term(list, token), token->term_bytes, &postings);
    if (status == STATUS_OK && postings.n_postings > 0)
        merge_postings(&postings);
    if (status == STATUS_OK)
        return use_postings(run, &postings, label, columns, NULL, scores, set);
    posting_list_free(&postings);
    return status;
}

static enum status evaluate_prefix(struct run *run, const struct query_node *node, struct ask ask,
                                   struct passage_set *set, bool *absent) {
    struct token_list list = {0};
    unsigned columns = columns_of(node);
    enum status status = tokenize(run, node->text, TOKENS_OF_TEXT, &list);
    *absent = list.n_tokens == 0;
    if (status == STATUS_OK && list.n_positions == 1)
        status = prefix_of_word(run, &list, columns, ask.scores, set);
    else if (status == STATUS_OK && !*absent) {
        struct buffer match = {0};
        match_append_columns(&match, columns);
        if (match_append_phrase(&match, &list)) {
            buffer_append_string(&match, " *");
            status = match.failed
                         ? error_no_memory(run->error)
                         : match_run(run->searcher, buffer_string(&match), set, run->error);
        }
        if (status == STATUS_OK && ask.scores)
            status = score_words(run, &list, columns, set);
        buffer_free(&match);
    }
    token_list_free(&list);
    return status;
}

/* Narrows `set` to the passages that match `child` by itself, which also gives it its clauses. */
static enum status narrow(struct run *run, const struct query_node *child, struct ask ask,
                          struct passage_set *set) {
    struct passage_set one = {0};
    bool absent = false;
    ask.any = false;
    enum status status = new_set(run, &one);
    if (status == STATUS_OK)
        status = evaluate(run, child, ask, &one, &absent);
    if (status == STATUS_OK && !absent)
        passage_set_and(set, &one);
    passage_set_free(&one);
    return status;
}

/* NEAR counts the words that FTS5 has: function words between take no room. */
static enum status evaluate_near(struct run *run, const struct query_node *node, struct ask ask,
                                 struct passage_set *set, bool *absent) {
    struct buffer match = {0};
    struct token_list list = {0};
    size_t n_operands = 0;
    enum status status = STATUS_OK;
    match_append_columns(&match, columns_of(node));
    buffer_append_string(&match, "NEAR(");
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++) {
        status = tokenize(run, node->children[i]->text, TOKENS_OF_QUERY, &list);
        if (status != STATUS_OK || !match_append_phrase(&match, &list))
            continue;
        buffer_append_string(&match, node->children[i]->kind == QUERY_PREFIX ? "* " : " ");
        n_operands++;
    }
    buffer_append_format(&match, ", %zu)", node->distance);
    *absent = n_operands == 0;
    if (status == STATUS_OK && match.failed)
        status = error_no_memory(run->error);
    if (status == STATUS_OK && !*absent)
        status = match_run(run->searcher, buffer_string(&match), set, run->error);
    for (size_t i = 0; i < node->n_children && status == STATUS_OK && !*absent; i++)
        status = narrow(run, node->children[i], ask, set);
    token_list_free(&list);
    buffer_free(&match);
    return status;
}

/* ---- groups ---- */

/* What a group has gathered from its children. */
struct gathered {
    struct passage_set required, any, excluded;
    size_t n_must, n_required, n_should, n_children;
};

static enum status gather(struct run *run, const struct query_node *child, struct ask ask,
                          struct gathered *gathered) {
    struct passage_set one = {0};
    bool absent = false;
    bool positive = child->occur == OCCUR_SHOULD || child->occur == OCCUR_MUST;
    struct ask asked = {.scores = ask.scores && positive, .any = child->occur == OCCUR_SHOULD};
    enum status status = new_set(run, &one);
    if (status == STATUS_OK)
        status = evaluate(run, child, asked, &one, &absent);
    if (status == STATUS_OK && !absent) {
        gathered->n_children++;
        switch (child->occur) {
        case OCCUR_MUST:
        case OCCUR_FILTER:
            if (gathered->n_required++ == 0)
                passage_set_or(&gathered->required, &one);
            else
                passage_set_and(&gathered->required, &one);
            gathered->n_must += child->occur == OCCUR_MUST;
            break;
        case OCCUR_SHOULD:
            gathered->n_should++;
            passage_set_or(&gathered->any, &one);
            break;
        case OCCUR_MUST_NOT:
            passage_set_or(&gathered->excluded, &one);
            break;
        }
    }
    passage_set_free(&one);
    return status;
}

static enum status evaluate_group(struct run *run, const struct query_node *node, struct ask ask,
                                  struct passage_set *set, bool *absent) {
    struct gathered gathered = {0};
    enum status status = new_set(run, &gathered.required);
    if (status == STATUS_OK)
        status = new_set(run, &gathered.any);
    if (status == STATUS_OK)
        status = new_set(run, &gathered.excluded);
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        status = gather(run, node->children[i], ask, &gathered);
    *absent = gathered.n_children == 0;
    if (status == STATUS_OK && !*absent) {
        bool needs_any = gathered.n_should > 0 && gathered.n_must == 0;
        if (gathered.n_required > 0)
            passage_set_or(set, &gathered.required);
        else if (needs_any)
            passage_set_or(set, &gathered.any);
        else
            status = filter_everything(run->searcher, set, run->error);
        if (gathered.n_required > 0 && needs_any)
            passage_set_and(set, &gathered.any);
        passage_set_minus(set, &gathered.excluded);
    }
    passage_set_free(&gathered.required);
    passage_set_free(&gathered.any);
    passage_set_free(&gathered.excluded);
    return status;
}

/* Adds the passages that match `node` to the empty `set`. `*absent`: there is nothing in it to look
 * for
 * ("&"), as if it had not been typed. Recursion is bounded by QUERY_MAX_DEPTH. */
static enum status evaluate(struct run *run, const struct query_node *node, struct ask ask,
                            struct passage_set *set, bool *absent) {
    switch (node->kind) {
    case QUERY_GROUP:
        return evaluate_group(run, node, ask, set, absent);
    case QUERY_WORD:
        return evaluate_word(run, node, ask, set, absent);
    case QUERY_PHRASE:
        return evaluate_phrase(run, node, ask, set, absent);
    case QUERY_PREFIX:
        return evaluate_prefix(run, node, ask, set, absent);
    case QUERY_NEAR:
        return evaluate_near(run, node, ask, set, absent);
    case QUERY_FILTER:
        *absent = false;
        return filter_run(run->searcher, node->filter, node->text, set, run->error);
    }
    return STATUS_OK;
}

/* ---- the whole query ---- */

/* Counts the nodes and finds out whether one that scores has a word that is no function word. */
static enum status look_over(struct run *run, const struct query_node *node, size_t *n_nodes) {
    enum status status = STATUS_OK;
    ++*n_nodes;
    if (node->occur == OCCUR_MUST_NOT || node->occur == OCCUR_FILTER)
        return STATUS_OK;
    for (size_t i = 0; i < node->n_children && status == STATUS_OK; i++)
        status = look_over(run, node->children[i], n_nodes);
    if (status != STATUS_OK || !node->text || run->has_content)
        return status;
    status = tokenize(run, node->text, TOKENS_OF_QUERY, &run->searcher->tokens);
    run->has_content =
        run->searcher->tokens.n_tokens > 0 && !is_function_words(&run->searcher->tokens);
    return status;
}

enum status select_passages(struct searcher *searcher, const struct query_tree *tree,
                            struct arena *arena, struct selection *selection, struct error *error) {
    struct run run = {.searcher = searcher,
                      .arena = arena,
                      .selection = selection,
                      .error = error,
                      .end = searcher->collection.next_passage};
    bool absent = true;
    size_t n_nodes = 0;
    enum status status = look_over(&run, tree->root, &n_nodes);
    if (status == STATUS_OK)
        status = new_set(&run, &selection->passages);
    /* At most one set for each node, so that clauses may point to them. */
    selection->sets = calloc(n_nodes + 1, sizeof *selection->sets);
    selection->sets_capacity = n_nodes;
    if (!selection->sets)
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = evaluate(&run, tree->root, (struct ask){.scores = true, .any = true},
                          &selection->passages, &absent);
    return status;
}

void selection_free(struct selection *selection) {
    for (size_t i = 0; i < selection->n_sets; i++)
        passage_set_free(&selection->sets[i]);
    free(selection->sets);
    free(selection->terms);
    clause_list_free(&selection->clauses);
    passage_set_free(&selection->passages);
    *selection = (struct selection){0};
}
