/* See token_list.h. */
#include "store/token_list.h"

#include <stdlib.h>
#include <string.h>

static bool grow(struct token_list *list, size_t capacity) {
    struct token *tokens = reallocarray(list->tokens, capacity, sizeof *tokens);
    if (!tokens)
        return false;
    list->tokens = tokens;
    list->capacity = capacity;
    return true;
}

enum status token_list_start(struct token_list *list, size_t text_bytes, size_t n_tokens,
                             size_t string_bytes, struct error *error) {
    list->n_tokens = 0;
    list->n_positions = 0;
    list->text_bytes = text_bytes;
    buffer_clear(&list->strings);
    bool has_room = list->capacity >= n_tokens || grow(list, n_tokens);
    return buffer_reserve(&list->strings, string_bytes) && has_room ? STATUS_OK
                                                                    : error_no_memory(error);
}

uint32_t token_list_keep(struct token_list *list, const char *surface, size_t n_bytes) {
    uint32_t offset = (uint32_t)list->strings.size;
    char *place = buffer_reserve(&list->strings, n_bytes + 1);
    if (!place)
        return offset;
    memcpy(place, surface, n_bytes);
    place[n_bytes] = '\0';
    list->strings.size += n_bytes + 1;
    return offset;
}

static bool has_term(const struct token_list *list, uint32_t position,
                     const struct token_form *form) {
    for (size_t i = list->n_tokens; i > 0 && list->tokens[i - 1].position == position; i--)
        if (list->tokens[i - 1].term_bytes == form->n_bytes &&
            memcmp(token_term(list, &list->tokens[i - 1]), form->term, form->n_bytes) == 0)
            return true;
    return false;
}

enum status token_list_add(struct token_list *list, uint32_t position,
                           const struct token_form *form, struct error *error) {
    if (has_term(list, position, form))
        return STATUS_OK;
    if (list->n_tokens == list->capacity && !grow(list, list->n_tokens * 2 + 256))
        return error_no_memory(error);
    uint32_t place =
        form->is_surface ? form->surface : token_list_keep(list, form->term, form->n_bytes);
    list->tokens[list->n_tokens++] = (struct token){.term = place,
                                                    .surface = form->surface,
                                                    .term_bytes = (uint16_t)form->n_bytes,
                                                    .surface_bytes = form->surface_bytes,
                                                    .position = position,
                                                    .is_function_word = form->is_function_word,
                                                    .in_fts5 = form->in_fts5,
                                                    .start = form->start,
                                                    .end = form->end};
    return list->strings.failed ? error_no_memory(error) : STATUS_OK;
}

/* Inserts `token` of `other` before list->tokens[place], whose position has the main form at
 * `main`. */
static enum status insert_form(struct token_list *list, size_t place, size_t main,
                               const struct token_list *other, const struct token *token,
                               struct error *error) {
    if (list->n_tokens == list->capacity && !grow(list, list->capacity * 2))
        return error_no_memory(error);
    memmove(list->tokens + place + 1, list->tokens + place,
            (list->n_tokens - place) * sizeof *list->tokens);
    list->n_tokens++;
    list->tokens[place] = list->tokens[main];
    list->tokens[place].term = token_list_keep(list, token_term(other, token), token->term_bytes);
    list->tokens[place].term_bytes = token->term_bytes;
    list->tokens[place].in_fts5 = token->in_fts5;
    return list->strings.failed ? error_no_memory(error) : STATUS_OK;
}

enum status token_list_merge(struct token_list *list, const struct token_list *other,
                             struct error *error) {
    enum status status = STATUS_OK;
    size_t j = 0;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        size_t main = i;
        uint32_t position = list->tokens[i].position;
        while (j < other->n_tokens && other->tokens[j].position < position)
            j++;
        bool found = j == other->n_tokens || other->tokens[j].position != position;
        for (; i < list->n_tokens && list->tokens[i].position == position; i++)
            found = found || strcmp(token_term(list, &list->tokens[i]),
                                    token_term(other, &other->tokens[j])) == 0;
        if (found)
            continue;
        status = insert_form(list, main + 1, main, other, &other->tokens[j], error);
        i++;
    }
    return status;
}

void token_list_free(struct token_list *list) {
    free(list->tokens);
    buffer_free(&list->strings);
    *list = (struct token_list){0};
}
