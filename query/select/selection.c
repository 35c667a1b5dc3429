/* See selection.h. */
#include "query/select/selection.h"

#include <stdlib.h>
#include <string.h>

unsigned selecting_columns(const struct query_node *node) {
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

enum status selecting_new_set(struct selecting *run, struct passage_set *set) {
    return passage_set_init(set, run->end) ? STATUS_OK : error_no_memory(run->error);
}

enum status selecting_tokenize(struct selecting *run, const char *text, enum token_use use,
                               struct token_list *list) {
    struct searcher *searcher = run->searcher;
    const struct collection *collection = &searcher->collection;
    struct token_list other = {0};
    enum status status =
        tokenizer_run(searcher->tokenizer, text, strlen(text), NULL, use, list, run->error);
    for (size_t i = 0; i < collection->n_languages && use == TOKENS_OF_QUERY && status == STATUS_OK;
         i++) {
        status = tokenizer_run(searcher->tokenizer, text, strlen(text), collection->languages[i],
                               use, &other, run->error);
        if (status == STATUS_OK)
            status = token_list_merge(list, &other, run->error);
    }
    token_list_free(&other);
    return status;
}

const struct passage_set *selecting_keep_set(struct selecting *run, const struct passage_set *set) {
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

enum status selecting_keep_term(struct selecting *run, const char *term, size_t n_bytes,
                                const char **kept) {
    struct selection *selection = run->selection;
    *kept = NULL;
    if (run->in_phrase)
        return STATUS_OK;
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

enum status selecting_keep_phrase(struct selecting *run, struct token_list *phrase) {
    struct selection *selection = run->selection;
    if (selection->n_phrases == selection->phrases_capacity) {
        size_t capacity = selection->phrases_capacity ? selection->phrases_capacity * 2 : 4;
        struct token_list *phrases = realloc(selection->phrases, capacity * sizeof *phrases);
        if (!phrases)
            return error_no_memory(run->error);
        selection->phrases = phrases;
        selection->phrases_capacity = capacity;
    }
    selection->phrases[selection->n_phrases++] = *phrase;
    *phrase = (struct token_list){0};
    return STATUS_OK;
}

/* Drops the passages that no clause scores. */
static enum status drop_unscored(struct selection *selection, struct error *error) {
    struct passage_set *set = &selection->passages;
    enum status status = STATUS_OK;
    for (uint32_t i = passage_set_next(set, 0); i < set->end && status == STATUS_OK;
         i = passage_set_next(set, i + 1)) {
        bool scores = false;
        for (size_t j = 0; j < selection->clauses.n_clauses && !scores && status == STATUS_OK; j++)
            status = clause_has(&selection->clauses.clauses[j], i, &scores, error);
        if (!scores)
            passage_set_remove(set, i);
    }
    return status;
}

enum status selection_collect(struct selection *selection, uint32_t end, struct error *error) {
    enum { FEW = 64 }; /* one of so many passages: they are looked up one by one */
    struct passage_set scored = {0};
    enum status status = STATUS_OK;
    if (!selection->by_clauses)
        return STATUS_OK;
    selection->by_clauses = false;
    if (selection->is_restricted && passage_set_count(&selection->passages) < end / FEW)
        return drop_unscored(selection, error);
    if (!passage_set_init(&scored, end))
        return error_no_memory(error);
    for (size_t i = 0; i < selection->clauses.n_clauses && status == STATUS_OK; i++)
        status = clause_select(&selection->clauses.clauses[i], &scored, error);
    if (selection->is_restricted)
        passage_set_and(&scored, &selection->passages);
    passage_set_free(&selection->passages);
    selection->passages = scored;
    return status;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void selection_finish(struct selection *selection) {
    selection->limit = (struct token_limit){0};
    if (selection->n_terms > 0)
        qsort(selection->terms, selection->n_terms, sizeof *selection->terms, by_bytes);
    for (size_t i = 0; i < selection->n_terms; i++)
        token_limit_add(&selection->limit, selection->terms[i], strlen(selection->terms[i]));
    for (size_t i = 0; i < selection->n_phrases; i++) {
        const struct token_list *phrase = &selection->phrases[i];
        for (size_t k = 0; k < phrase->n_tokens; k++)
            token_limit_add(&selection->limit, token_surface(phrase, &phrase->tokens[k]),
                            phrase->tokens[k].surface_bytes);
    }
}

void selection_free(struct selection *selection) {
    for (size_t i = 0; i < selection->n_sets; i++)
        passage_set_free(&selection->sets[i]);
    free(selection->sets);
    free(selection->terms);
    for (size_t i = 0; i < selection->n_phrases; i++)
        token_list_free(&selection->phrases[i]);
    free(selection->phrases);
    clause_list_free(&selection->clauses);
    passage_set_free(&selection->passages);
    *selection = (struct selection){0};
}
