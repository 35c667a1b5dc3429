/* See fts5.h. */
#ifdef OSLER_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
#endif
#include "store/fts5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/fts5_api.h"
#include "store/stemmer.h"
#include "store/tokenizer.h"

struct fts5_module {
    sqlite3 *connection;
    bool verbatim;
    struct fts5_words columns[N_COLUMNS];
    size_t n_columns, next_column; /* of the row that is replayed */
};

/* What FTS5 knows as one tokenizer: made for each open FTS5 table. */
struct instance {
    struct fts5_module *module;
    struct tokenizer *tokenizer;
    struct token_list list;
};

void fts5_replay(struct fts5_module *module, const struct fts5_words columns[N_COLUMNS]) {
    memcpy(module->columns, columns, sizeof module->columns);
    module->n_columns = N_COLUMNS;
    module->next_column = 0;
}

static int create_instance(void *context, const char **arguments, int n_arguments,
                           Fts5Tokenizer **out) {
    (void)arguments;
    (void)n_arguments;
    struct instance *self = calloc(1, sizeof *self);
    if (!self)
        return SQLITE_NOMEM;
    self->module = context;
    if (tokenizer_open(self->module->connection, &self->tokenizer, NULL) != STATUS_OK) {
        free(self);
        return SQLITE_ERROR;
    }
    *out = (Fts5Tokenizer *)self;
    return SQLITE_OK;
}

static void delete_instance(Fts5Tokenizer *tokenizer) {
    struct instance *self = (struct instance *)tokenizer;
    tokenizer_close(self->tokenizer);
    token_list_free(&self->list);
    free(self);
}

/* Where FTS5 is handed the tokens of a list. */
struct emission {
    const struct token_list *list;
    size_t offset; /* of the list's text in the text that FTS5 gave */
    void *context;
    fts5_callback *emit;
};

static int emit_token(const struct emission *emission, size_t i, int flags) {
    const struct token *token = &emission->list->tokens[i];
    return emission->emit(emission->context, flags, token_term(emission->list, token),
                          token->term_bytes, (int)(emission->offset + token->start),
                          (int)(emission->offset + token->end));
}

/* Tokens [first, end) that FTS5 has, at the position of the token before. */
static int emit_alternatives(const struct emission *emission, size_t first, size_t end) {
    int result = SQLITE_OK;
    for (size_t i = first; i < end && result == SQLITE_OK; i++)
        if (emission->list->tokens[i].in_fts5)
            result = emit_token(emission, i, FTS5_TOKEN_COLOCATED);
    return result;
}

/* A function word has no position in FTS5, or the words around it would not be neighbours there. A
 * compound that begins with one ("in-house") moves to the position after. */
static int emit_list(const struct token_list *list, size_t offset, void *context,
                     fts5_callback *emit) {
    const struct emission emission = {list, offset, context, emit};
    int result = SQLITE_OK;
    size_t passed = 0; /* tokens [passed, i) are those of function words just before */
    size_t end;
    for (size_t i = 0; i < list->n_tokens && result == SQLITE_OK; i = end) {
        end = i + 1;
        while (end < list->n_tokens && list->tokens[end].position == list->tokens[i].position)
            end++;
        if (!list->tokens[i].in_fts5)
            continue;
        result = emit_token(&emission, i, 0);
        if (result == SQLITE_OK)
            result = emit_alternatives(&emission, passed, i);
        if (result == SQLITE_OK)
            result = emit_alternatives(&emission, i + 1, end);
        passed = end;
    }
    for (size_t i = passed; i < list->n_tokens && result == SQLITE_OK; i++)
        if (list->tokens[i].in_fts5)
            result = emit_token(&emission, i, 0);
    return result;
}

int fts5_emit(const struct token_list *list, void *context, fts5_callback *emit) {
    return emit_list(list, 0, context, emit);
}

/* FTS5 does not ask where a word stands that it inserts or deletes. */
static int emit_words(const struct fts5_words *words, void *context, fts5_callback *emit) {
    int result = SQLITE_OK;
    for (size_t i = 0; i < words->n_words && result == SQLITE_OK; i++) {
        size_t number = words->words[i] >> FTS5_WORD_BITS;
        int flags = words->words[i] & FTS5_WORD_COLOCATED ? FTS5_TOKEN_COLOCATED : 0;
        if (words->words[i] & FTS5_WORD)
            result = emit(context, flags, lexicon_term(words->lexicon, number),
                          words->lexicon->terms[number].n_bytes, 0, 0);
    }
    return result;
}

/* "diabet aid|AIDS": words parted by spaces, alternatives by bars. */
static int emit_verbatim(const char *text, int n_bytes, void *context, fts5_callback *emit) {
    int result = SQLITE_OK;
    int flags = 0;
    for (int start = 0, end; start < n_bytes && result == SQLITE_OK; start = end + 1) {
        for (end = start; end < n_bytes && text[end] != ' ' && text[end] != '|';)
            end++;
        if (end > start)
            result = emit(context, flags, text + start, end - start, start, end);
        flags = end < n_bytes && text[end] == '|' ? FTS5_TOKEN_COLOCATED : 0;
    }
    return result;
}

static const char mark_open[] = "\xEE\x80\x80";
static const char mark_close[] = "\xEE\x80\x81";

bool fts5_is_marked(const char *text) {
    return strncmp(text, mark_open, sizeof mark_open - 1) == 0;
}

void fts5_mark(const char *language, bool is_explicit, char mark[FTS5_MARK_BYTES + 1]) {
    char code[STEMMER_CODE_BYTES + 1];
    stemmer_code(language, code);
    bool is_needed = is_explicit || strcmp(code, "en") != 0;
    snprintf(mark, FTS5_MARK_BYTES + 1, "%s%s%s", is_needed ? mark_open : "", is_needed ? code : "",
             is_needed ? mark_close : "");
}

/* Reads the language mark at the start of `text` into `code`; returns its bytes, 0 if there is
 * none. */
static size_t language_mark(const char *text, size_t n_bytes, char code[STEMMER_CODE_BYTES + 1]) {
    if (n_bytes < FTS5_MARK_BYTES || memcmp(text, mark_open, 3) != 0 ||
        memcmp(text + 5, mark_close, 3) != 0)
        return 0;
    memcpy(code, text + 3, STEMMER_CODE_BYTES);
    code[STEMMER_CODE_BYTES] = '\0';
    return FTS5_MARK_BYTES;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                    int n_bytes, fts5_callback *emit) {
    struct instance *self = (struct instance *)tokenizer;
    struct fts5_module *module = self->module;
    bool is_query = flags & FTS5_TOKENIZE_QUERY;
    if (is_query && module->verbatim)
        return emit_verbatim(text, n_bytes, context, emit);
    if (!is_query && module->next_column < module->n_columns) {
        const struct fts5_words *words = &module->columns[module->next_column++];
        if (words->text_bytes == (size_t)n_bytes)
            return emit_words(words, context, emit);
    }
    char code[STEMMER_CODE_BYTES + 1] = "en";
    size_t mark = language_mark(text, (size_t)n_bytes, code);
    enum token_use use = is_query ? TOKENS_OF_QUERY : TOKENS_OF_TEXT;
    if (tokenizer_run(self->tokenizer, text + mark, (size_t)n_bytes - mark, code, use, &self->list,
                      NULL) != STATUS_OK)
        return SQLITE_NOMEM;
    return emit_list(&self->list, mark, context, emit);
}

enum status fts5_register(sqlite3 *connection, bool verbatim, struct fts5_module **module,
                          struct error *error) {
    static fts5_tokenizer functions = {create_instance, delete_instance, tokenize};
    fts5_api *api;
    enum status status = fts5_api_of(connection, &api, error);
    if (status != STATUS_OK)
        return status;
    struct fts5_module *self = calloc(1, sizeof *self);
    if (!self)
        return error_no_memory(error);
    self->connection = connection;
    self->verbatim = verbatim;
    if (api->xCreateTokenizer(api, "osler", self, &functions, free) != SQLITE_OK)
        return error_set(error, STATUS_INDEX, "cannot register the tokenizer: %s",
                         sqlite3_errmsg(connection));
    if (module)
        *module = self;
    return STATUS_OK;
}
