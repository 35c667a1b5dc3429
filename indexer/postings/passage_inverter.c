/* See passage_inverter.h. */
#include "indexer/postings/passage_inverter.h"

#include <string.h>

static enum status take_in(struct passage_inverter *self, const char *text, size_t n_bytes,
                           struct inverted_text *words, struct error *error) {
    enum status status = tokenizer_run(self->tokenizer, text, n_bytes, self->language,
                                       TOKENS_OF_TEXT, &self->tokens, error);
    return status == STATUS_OK ? inversion_add_text(self->inversion, &self->tokens, words, error)
                               : status;
}

enum status passage_inverter_add(struct passage_inverter *inverter, const char *text,
                                 size_t n_bytes, const char *headings, struct error *error) {
    struct inverted_text body;
    const struct inverted_text *const columns[N_COLUMNS] = {
        [COLUMN_BODY] = &body,
        [COLUMN_HEADINGS] = &inverter->headings_words,
        [COLUMN_TITLE] = &inverter->title_words};
    bool is_first = !inverter->headings;
    enum status status = STATUS_OK;
    if (is_first)
        status = take_in(inverter, inverter->title, strlen(inverter->title), &inverter->title_words,
                         error);
    if (status == STATUS_OK && (is_first || strcmp(inverter->headings, headings) != 0))
        status = take_in(inverter, headings, strlen(headings), &inverter->headings_words, error);
    inverter->headings = headings;
    if (status == STATUS_OK)
        status = take_in(inverter, text, n_bytes, &body, error);
    if (status == STATUS_OK)
        status = definitions_of(text, n_bytes, &inverter->tokens, inverter->definitions, error);
    return status == STATUS_OK ? inversion_add_passage(inverter->inversion, columns, error)
                               : status;
}

void passage_inverter_free(struct passage_inverter *inverter) {
    token_list_free(&inverter->tokens);
}
