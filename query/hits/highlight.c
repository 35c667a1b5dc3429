/* See highlight.h. */
#include "query/hits/highlight.h"

#include <string.h>

#include "query/select/match.h"

static bool is_term(const struct selection *selection, const char *term) {
    size_t first = 0;
    for (size_t end = selection->n_terms; first < end;) {
        const size_t middle = first + (end - first) / 2;
        const int order = strcmp(selection->terms[middle], term);
        if (order == 0)
            return true;
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return false;
}

/* The longest of the phrases that stand at the position of tokens[i]; empty: none does. */
static struct span phrase_at(const struct selection *selection, const struct token_list *list,
                             size_t i) {
    struct span longest = {0};
    bool is_first = i == 0 || list->tokens[i - 1].position != list->tokens[i].position;
    for (size_t k = 0; is_first && k < selection->n_phrases; k++) {
        struct span span;
        if (match_phrase_at(list, i, &selection->phrases[k], &span) && span.end > longest.end)
            longest = span;
    }
    return longest;
}

/* Adds a span that begins at or after the last one, joining them if they touch. */
static void add_span(struct span *spans, size_t *n_spans, struct span span) {
    struct span *last = *n_spans > 0 ? &spans[*n_spans - 1] : NULL;
    if (last && span.start <= last->end)
        last->end = span.end > last->end ? span.end : last->end;
    else
        spans[(*n_spans)++] = span;
}

enum status highlight_text(struct searcher *searcher, const struct selection *selection,
                           const char *text, const char *language, struct arena *arena,
                           struct span **spans, size_t *n_spans, struct error *error) {
    const struct token_list *list = &searcher->tokens;
    tokenizer_limit(searcher->tokenizer, &selection->limit);
    enum status status = tokenizer_run(searcher->tokenizer, text, strlen(text), language,
                                       TOKENS_OF_TEXT, &searcher->tokens, error);
    tokenizer_limit(searcher->tokenizer, NULL);
    if (status != STATUS_OK)
        return status;
    *n_spans = 0;
    *spans = arena_allocate(arena, (list->n_tokens + 1) * sizeof **spans);
    if (!*spans)
        return error_no_memory(error);
    for (size_t i = 0; i < list->n_tokens; i++) {
        const struct token *token = &list->tokens[i];
        struct span span = phrase_at(selection, list, i);
        if (span.end == 0 && is_term(selection, token_term(list, token)))
            span = (struct span){token->start, token->end};
        if (span.end > 0)
            add_span(*spans, n_spans, span);
    }
    return STATUS_OK;
}
