/* See prefix.h. */
#include "query/select/prefix.h"

#include <string.h>

#include "query/select/match.h"
#include "query/select/word.h"

/* Adds the postings of the terms that begin with `prefix`. */
static enum status read_prefix(struct selecting *run, const char *prefix, size_t n_bytes,
                               bool scores, struct posting_list *postings) {
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
    while (index_next(&run->searcher->index, terms, &status, run->error)) {
        struct term term = {.id = (uint32_t)sqlite3_column_int64(terms, 1),
                            .df = (uint32_t)sqlite3_column_int64(terms, 2)};
        if (scores)
            status = selecting_keep_term(run, (const char *)sqlite3_column_text(terms, 0),
                                         (size_t)sqlite3_column_bytes(terms, 0), &kept);
        if (status == STATUS_OK)
            status = postings_read(&run->searcher->postings, &term, postings, run->error);
    }
    sqlite3_finalize(terms);
    buffer_free(&end);
    return status;
}

/* The prefix of one word: the terms that begin with it, in capitals too, and the word's own stem
 * ("therapy*" finds "therapi"). The clause is named "therapy*": "therapy" is another. */
static enum status prefix_of_word(struct selecting *run, const struct token_list *list,
                                  unsigned columns, bool scores, struct passage_set *set) {
    struct posting_list postings = {0};
    const struct token *token = &list->tokens[0];
    const char *surface = token_surface(list, token);
    const char *term = token_term(list, token);
    size_t n_bytes = token->surface_bytes;
    char *capitals = arena_copy(run->arena, surface, n_bytes);
    char *label = arena_copy(run->arena, surface, n_bytes + 1);
    if (!capitals || !label)
        return error_no_memory(run->error);
    label[n_bytes] = '*';
    for (char *c = capitals; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    bool is_read = strncmp(term, surface, n_bytes) == 0 || strncmp(term, capitals, n_bytes) == 0;
    enum status status = read_prefix(run, surface, n_bytes, scores, &postings);
    if (status == STATUS_OK && strcmp(capitals, surface) != 0)
        status = read_prefix(run, capitals, n_bytes, scores, &postings);
    if (status == STATUS_OK && !is_read)
        status = word_read_term(run, term, token->term_bytes, &postings);
    if (status == STATUS_OK && postings.n_postings > 0)
        word_merge_postings(&postings);
    if (status == STATUS_OK)
        return word_use_postings(run, &postings, label, columns, NULL, scores, set);
    posting_list_free(&postings);
    return status;
}

enum status prefix_select(struct selecting *run, const struct query_node *node, struct ask ask,
                          struct passage_set *set, bool *absent) {
    struct token_list list = {0};
    unsigned columns = selecting_columns(node);
    enum status status = selecting_tokenize(run, node->text, TOKENS_OF_TEXT, &list);
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
            status = word_score_all(run, &list, columns, set);
        buffer_free(&match);
    }
    token_list_free(&list);
    return status;
}
