/* A word, or part of one, that a query asks for: its postings, and the clause that scores it. How
 * the words that a person types are taken apart is in typed_word.h. */
#ifndef OSLER_QUERY_SELECT_WORD_H
#define OSLER_QUERY_SELECT_WORD_H

#include "query/select/selection.h"

/* A word and the alternatives that are the same word: tokens [first, end) of one position and span.
 */
struct word {
    const struct token_list *list;
    size_t first, end;
};

/* The next word of `list` from token `i` on. A compound is a word of its own beside its first part.
 */
struct word word_next(const struct token_list *list, size_t i);

/* True if every word of `list` is a function word. */
bool word_all_function_words(const struct token_list *list);

/* Looks `word` up, adds its passages to `set` (may be NULL) and, if `scores`, a
 * clause that counts in `columns` and in the passages of `only` (NULL: everywhere). */
enum status word_use(struct selecting *run, const struct word *word, unsigned columns,
                     const struct passage_set *only, bool scores, struct passage_set *set);

/* The same with postings at hand, which are taken over; `label` names the clause. */
enum status word_use_postings(struct selecting *run, struct posting_list *postings,
                              const char *label, unsigned columns, const struct passage_set *only,
                              bool scores, struct passage_set *set);

/* Appends the postings of one term. */
enum status word_read_term(struct selecting *run, const char *term, size_t n_bytes,
                           struct posting_list *postings);

/* Makes one posting of several for the same passage, after lists were appended. */
void word_merge_postings(struct posting_list *list);

/* Function words do not score beside others, nor as a part of a name: "TFAP2A". */
bool word_is_passed_over(const struct selecting *run, const struct token *token);

/* Adds clauses for the words of `list` that score in the passages of `set` only. */
enum status word_score_all(struct selecting *run, const struct token_list *list, unsigned columns,
                           const struct passage_set *set);

#endif
