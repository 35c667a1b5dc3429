/* See phrase.h. */
#include "query/select/phrase.h"

#include <string.h>

#include "query/select/match.h"
#include "query/select/word.h"

/* Passages that may hold the phrase: FTS5's where it has two words to go by, else those of one
 * word, or of all its function words. */
static enum status phrase_candidates(struct selecting *run, const struct token_list *list,
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
        struct word word = word_next(list, i);
        struct passage_set one = {0};
        status = selecting_new_set(run, &one);
        if (status == STATUS_OK)
            status = word_use(run, &word, columns, NULL, false, &one);
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

enum status phrase_select(struct selecting *run, const struct query_node *node, struct ask ask,
                          struct passage_set *set, bool *absent) {
    struct token_list asked = {0};
    struct token_list written = {0};
    unsigned columns = selecting_columns(node);
    enum status status = selecting_tokenize(run, node->text, TOKENS_OF_QUERY, &asked);
    if (status == STATUS_OK)
        status = selecting_tokenize(run, node->text, TOKENS_OF_TEXT, &written);
    *absent = asked.n_tokens == 0;
    if (status == STATUS_OK && !*absent)
        status = phrase_candidates(run, &asked, columns, set);
    if (status == STATUS_OK && !*absent)
        status = match_exact(run->searcher, &written, columns, set, run->error);
    if (status == STATUS_OK && !*absent && ask.scores) {
        run->in_phrase = true;
        status = word_score_all(run, &asked, columns, set);
        run->in_phrase = false;
    }
    if (status == STATUS_OK && !*absent && ask.scores)
        status = selecting_keep_phrase(run, &written);
    token_list_free(&asked);
    token_list_free(&written);
    return status;
}
