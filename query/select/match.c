/* See match.h. */
#include "query/select/match.h"

#include <stdlib.h>
#include <string.h>

#include "query/score/score.h"

bool match_append_phrase(struct buffer *match, const struct token_list *list) {
    const struct token *main = NULL; /* of the position that is being written */
    size_t n_words = 0;
    for (size_t i = 0; i < list->n_tokens; i++) {
        const struct token *token = &list->tokens[i];
        bool first = i == 0 || list->tokens[i - 1].position != token->position;
        if (first)
            main = token;
        /* An acronym shares its word's surface, a compound has its own. */
        if (!main->in_fts5 || !token->in_fts5 || token->surface != main->surface)
            continue;
        buffer_append_char(match, n_words == 0 ? '"' : first ? ' ' : '|');
        buffer_append(match, token_term(list, token), token->term_bytes);
        n_words++;
    }
    if (n_words > 0)
        buffer_append_char(match, '"');
    return n_words > 0;
}

void match_append_columns(struct buffer *match, unsigned columns) {
    static const char *const names[N_COLUMNS] = {"body", "headings", "title"};
    if (columns == ALL_COLUMNS)
        return;
    buffer_append_char(match, '{');
    for (size_t column = 0; column < N_COLUMNS; column++)
        if (columns >> column & 1)
            buffer_append_format(match, " %s", names[column]);
    buffer_append_string(match, " } : ");
}

static void free_match(struct match_set *found) {
    free(found->match);
    free(found->passages);
    *found = (struct match_set){0};
}

void match_forget(struct searcher *searcher) {
    for (size_t i = 0; i < SEARCHER_MAX_MATCHES; i++)
        free_match(&searcher->matches[i]);
}

static const struct match_set *kept_match(const struct searcher *searcher, const char *match) {
    for (size_t i = 0; i < SEARCHER_MAX_MATCHES; i++)
        if (searcher->matches[i].match && strcmp(searcher->matches[i].match, match) == 0)
            return &searcher->matches[i];
    return NULL;
}

/* False if there is no room for one more, or it does not rise: in a damaged index. */
static bool add_passage(struct match_set *found, uint32_t passage) {
    if (found->n_passages > 0 && found->passages[found->n_passages - 1] >= passage)
        return false;
    if (found->n_passages == found->capacity) {
        size_t capacity = found->capacity ? found->capacity * 2 : 16;
        uint32_t *passages = capacity <= SEARCHER_MAX_MATCHED
                                 ? reallocarray(found->passages, capacity, sizeof *passages)
                                 : NULL;
        if (!passages)
            return false;
        found->passages = passages;
        found->capacity = capacity;
    }
    found->passages[found->n_passages++] = passage;
    return true;
}

/* Asks FTS5; all of its answer is added to `set`, and as much as there is room for to `found`. */
static enum status ask(struct searcher *searcher, const char *match, struct passage_set *set,
                       struct match_set *found, bool *has_all, struct error *error) {
    sqlite3_stmt *rows = NULL;
    enum status status =
        index_prepare(&searcher->index,
                      "SELECT rowid FROM passages_fts WHERE passages_fts MATCH ?1", &rows, error);
    if (status == STATUS_OK)
        sqlite3_bind_text(rows, 1, match, -1, SQLITE_STATIC);
    *has_all = true;
    while (index_next(&searcher->index, rows, &status, error)) {
        uint32_t passage = (uint32_t)sqlite3_column_int64(rows, 0);
        passage_set_add(set, passage);
        *has_all = *has_all && passage < set->end && add_passage(found, passage);
    }
    sqlite3_finalize(rows);
    return status;
}

enum status match_run(struct searcher *searcher, const char *match, struct passage_set *set,
                      struct error *error) {
    const struct match_set *kept = kept_match(searcher, match);
    struct match_set found = {0};
    bool has_all;
    if (kept) {
        passage_set_add_rising(set, kept->passages, kept->n_passages);
        return STATUS_OK;
    }
    enum status status = ask(searcher, match, set, &found, &has_all, error);
    found.match = status == STATUS_OK && has_all ? strdup(match) : NULL;
    if (!found.match) {
        free_match(&found);
        return status;
    }
    struct match_set *slot = &searcher->matches[searcher->next_match++ % SEARCHER_MAX_MATCHES];
    free_match(slot);
    *slot = found;
    return STATUS_OK;
}

/* True if `word` stands at the position of tokens[i], in any of its forms, at `*place`; `*next` is
 * the first token of the position after. */
static bool word_at(const struct token_list *text, size_t i, const struct token_list *phrase,
                    const struct token *word, struct span *place, size_t *next) {
    uint32_t position = text->tokens[i].position;
    bool found = false;
    for (; i < text->n_tokens && text->tokens[i].position == position; i++) {
        const struct token *token = &text->tokens[i];
        if (found || token->surface_bytes != word->surface_bytes ||
            memcmp(token_surface(text, token), token_surface(phrase, word), word->surface_bytes) !=
                0)
            continue;
        found = true;
        *place = (struct span){token->start, token->end};
    }
    *next = i;
    return found;
}

bool match_phrase_at(const struct token_list *text, size_t i, const struct token_list *phrase,
                     struct span *span) {
    uint32_t position = text->tokens[i].position;
    *span = (struct span){text->tokens[i].start, 0};
    for (size_t j = 0; j < phrase->n_tokens; j++) {
        struct span place;
        if (j > 0 && phrase->tokens[j].position == phrase->tokens[j - 1].position)
            continue; /* the first form of each position is the word as written */
        if (i >= text->n_tokens || text->tokens[i].position != position++ ||
            !word_at(text, i, phrase, &phrase->tokens[j], &place, &i))
            return false;
        span->end = place.end;
    }
    return span->end > 0;
}

static bool holds_phrase(const struct token_list *text, const struct token_list *phrase) {
    struct span span;
    for (size_t i = 0; i < text->n_tokens; i++)
        if ((i == 0 || text->tokens[i].position != text->tokens[i - 1].position) &&
            match_phrase_at(text, i, phrase, &span))
            return true;
    return false;
}

/* Looks for the phrase in the columns of the passage in `row`. */
static enum status row_holds_phrase(struct searcher *searcher, sqlite3_stmt *row,
                                    const struct token_list *phrase, unsigned columns, bool *holds,
                                    struct error *error) {
    const char *language = (const char *)sqlite3_column_text(row, N_COLUMNS);
    enum status status = STATUS_OK;
    *holds = false;
    for (int column = 0; column < N_COLUMNS && status == STATUS_OK && !*holds; column++) {
        if (!(columns >> column & 1))
            continue;
        const char *text = (const char *)sqlite3_column_text(row, column);
        status = text ? tokenizer_run(searcher->tokenizer, text, strlen(text), language,
                                      TOKENS_OF_TEXT, &searcher->tokens, error)
                      : error_no_memory(error);
        *holds = status == STATUS_OK && holds_phrase(&searcher->tokens, phrase);
    }
    return status;
}

enum status match_exact(struct searcher *searcher, const struct token_list *phrase,
                        unsigned columns, struct passage_set *set, struct error *error) {
    sqlite3_stmt *row = NULL;
    enum status status =
        index_prepare(&searcher->index,
                      "SELECT p.text, p.headings, d.title, d.language FROM passages AS p"
                      " JOIN documents AS d ON d.id = p.document WHERE p.id = ?1",
                      &row, error);
    struct token_limit limit = {0};
    for (size_t i = 0; i < phrase->n_tokens; i++)
        token_limit_add(&limit, token_surface(phrase, &phrase->tokens[i]),
                        phrase->tokens[i].surface_bytes);
    tokenizer_limit(searcher->tokenizer, &limit);
    for (uint32_t i = passage_set_next(set, 0); i < set->end && status == STATUS_OK;
         i = passage_set_next(set, i + 1)) {
        bool holds = false;
        sqlite3_bind_int64(row, 1, i);
        if (sqlite3_step(row) == SQLITE_ROW)
            status = row_holds_phrase(searcher, row, phrase, columns, &holds, error);
        else
            status = index_error(&searcher->index, error);
        if (!holds)
            passage_set_remove(set, i);
        sqlite3_reset(row);
    }
    tokenizer_limit(searcher->tokenizer, NULL);
    sqlite3_finalize(row);
    return status;
}
