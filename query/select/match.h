/* What FTS5 is asked: sets of passages that hold a phrase or words near each other. */
#ifndef OSLER_QUERY_SELECT_MATCH_H
#define OSLER_QUERY_SELECT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "query/score/passage_set.h"
#include "query/score/span.h"
#include "query/select/searcher.h"
#include "store/buffer.h"

/* Appends the tokens of `list` as an FTS5 phrase: "diabet mellitus|MELLITUS". Function words, which
 * FTS5 does not have, are left out, and so are compounds; false (and nothing appended) if no word
 * is left. */
bool match_append_phrase(struct buffer *match, const struct token_list *list);

/* Appends FTS5's column filter for `columns` (bits), nothing for all of them. */
void match_append_columns(struct buffer *match, unsigned columns);

/* Adds the passages that match an FTS5 expression in verbatim words to `set`. */
enum status match_run(struct searcher *searcher, const char *match, struct passage_set *set,
                      struct error *error);

/* Drops what searcher->matches keeps: when the index has changed, and at the end. */
void match_forget(struct searcher *searcher);

/* Keeps in `set` the passages where the words of `phrase` (tokenized as text) stand in this order,
 * unstemmed, in one of `columns`. */
enum status match_exact(struct searcher *searcher, const struct token_list *phrase,
                        unsigned columns, struct passage_set *set, struct error *error);

/* True if the words of `phrase` stand in `text` from the position of tokens[i] on, which is the
 * first token there, at bytes `*span`. A text that tokenizer_limit has thinned out will do if it
 * has the phrase's words. */
bool match_phrase_at(const struct token_list *text, size_t i, const struct token_list *phrase,
                     struct span *span);

#endif
