/* See definition.h. */
#include "indexer/passages/definition.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"

enum {
    MIN_SHORT = 2,
    MAX_SHORT = 10,
    MAX_LONG_BYTES = 400, /* words are shorter: what is longer is no text */
};

/* Bytes [start, end) of the text. */
struct range {
    size_t start, end;
};

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_letter_or_digit(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

static char lower(char c) {
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The short form that the parenthesis at `at` opens with: what stands before its first ',', ';' or
 * ')', if that is one word with a capital. */
static bool find_short_form(const char *text, size_t n_bytes, size_t at, struct range *form) {
    bool has_capital = false;
    *form = (struct range){at + 1, at + 1};
    while (form->end < n_bytes && form->end - form->start <= MAX_SHORT &&
           (is_letter_or_digit(text[form->end]) || text[form->end] == '-')) {
        has_capital = has_capital || (text[form->end] >= 'A' && text[form->end] <= 'Z');
        form->end++;
    }
    size_t length = form->end - form->start;
    bool closes = form->end < n_bytes &&
                  (text[form->end] == ')' || text[form->end] == ',' || text[form->end] == ';');
    return closes && has_capital && length >= MIN_SHORT && length <= MAX_SHORT &&
           text[form->start] != '-';
}

/* The first token that begins at `offset` or later. */
static size_t token_at(const struct token_list *tokens, size_t offset) {
    size_t low = 0;
    size_t high = tokens->n_tokens;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tokens->tokens[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The token that spans the short form, or NULL. */
static const struct token *short_token(const struct token_list *tokens, size_t first,
                                       const struct range *form) {
    for (size_t i = first; i < tokens->n_tokens && tokens->tokens[i].start == form->start; i++)
        if (tokens->tokens[i].end == form->end)
            return &tokens->tokens[i];
    return NULL;
}

/* True if a sentence or a list ends at `at`. */
static bool is_break(const char *text, size_t at, size_t end) {
    switch (text[at]) {
    case ';':
    case ':':
    case '(':
    case ')':
    case '\n':
        return true;
    case '.':
        return at + 1 < end && (text[at + 1] == ' ' || text[at + 1] == '\n');
    default:
        return false;
    }
}

/* Where the long form may begin: so many words before token `first`, in the same sentence. */
static size_t window_start(const char *text, const struct token_list *tokens, size_t first,
                           size_t at, size_t n_short) {
    size_t n_words = n_short + 5 < 2 * n_short ? n_short + 5 : 2 * n_short;
    size_t i = first;
    for (; i > 0 && n_words > 0; i--)
        n_words -= i == 1 || tokens->tokens[i - 1].position != tokens->tokens[i - 2].position;
    size_t start = first > 0 ? tokens->tokens[i].start : at;
    if (at - start > MAX_LONG_BYTES)
        start = at - MAX_LONG_BYTES;
    for (size_t j = at; j > start; j--)
        if (is_break(text, j - 1, at))
            return j;
    return start;
}

/* Matches the short form's letters with the window's, from the end; sets where the word of the
 * first begins. */
static bool match_letters(const char *text, const struct range *form, struct range *window) {
    size_t at = window->end;
    for (size_t i = form->end; i > form->start; i--) {
        char c = lower(text[i - 1]);
        bool is_first = i - 1 == form->start;
        if (!is_letter_or_digit(c))
            continue;
        while (at > window->start &&
               (lower(text[at - 1]) != c ||
                (is_first && at - 1 > window->start && is_letter_or_digit(text[at - 2]))))
            at--;
        if (at == window->start)
            return false;
        at--;
    }
    while (at > window->start && text[at - 1] != ' ' && text[at - 1] != '\n')
        at--;
    window->start = at;
    return true;
}

/* Appends the terms of the long form, which begins at `start` and ends before token `end`; returns
 * their number. */
static size_t append_long_form(const struct token_list *tokens, size_t start, size_t end,
                               const struct token *short_form, struct buffer *out) {
    size_t n_terms = 0;
    uint32_t before = UINT32_MAX;
    for (size_t i = token_at(tokens, start); i < end; i++) {
        const struct token *token = &tokens->tokens[i];
        bool is_main = token->position != before;
        before = token->position;
        if (!is_main || token->is_function_word)
            continue;
        if (n_terms == DEFINITION_MAX_TERMS ||
            strcmp(token_term(tokens, token), token_term(tokens, short_form)) == 0)
            return 0;
        buffer_append_string(out, n_terms++ > 0 ? " " : "");
        buffer_append(out, token_term(tokens, token), token->term_bytes);
    }
    return n_terms;
}

static enum status add(struct definition_list *list, const struct token_list *tokens,
                       const struct token *short_form, size_t start, size_t end,
                       struct error *error) {
    size_t before = list->strings.size;
    struct definition *definitions =
        array_grow(list->definitions, list->n_definitions, &list->capacity, sizeof *definitions);
    if (!definitions)
        return error_no_memory(error);
    list->definitions = definitions;
    buffer_append(&list->strings, token_term(tokens, short_form), short_form->term_bytes);
    buffer_append_char(&list->strings, '\0');
    struct definition definition = {before, list->strings.size};
    size_t n_terms = append_long_form(tokens, start, end, short_form, &list->strings);
    buffer_append_char(&list->strings, '\0');
    if (list->strings.failed)
        return error_no_memory(error);
    if (n_terms > 0)
        list->definitions[list->n_definitions++] = definition;
    else
        list->strings.size = before;
    return STATUS_OK;
}

enum status definitions_of(const char *text, size_t n_bytes, const struct token_list *tokens,
                           struct definition_list *list, struct error *error) {
    enum status status = STATUS_OK;
    const char *open = n_bytes > 0 ? memchr(text, '(', n_bytes) : NULL;
    while (open && status == STATUS_OK) {
        size_t at = (size_t)(open - text);
        struct range form;
        open = memchr(open + 1, '(', n_bytes - at - 1);
        if (at == 0 || !find_short_form(text, n_bytes, at, &form))
            continue;
        size_t first = token_at(tokens, at);
        const struct token *short_form = short_token(tokens, first, &form);
        size_t n_short = form.end - form.start;
        struct range window = {window_start(text, tokens, first, at, n_short), at};
        if (short_form && match_letters(text, &form, &window) && at - window.start > n_short)
            status = add(list, tokens, short_form, window.start, first, error);
    }
    return status;
}

void definition_list_free(struct definition_list *list) {
    free(list->definitions);
    buffer_free(&list->strings);
    *list = (struct definition_list){0};
}
