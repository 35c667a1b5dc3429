/* A word of a query as it was typed: "asthma", but also "X-ray", "COVID-19" and "xray", which texts
 * write in one, in two, or with a hyphen. */
#ifndef OSLER_QUERY_SELECT_TYPED_WORD_H
#define OSLER_QUERY_SELECT_TYPED_WORD_H

#include "query/select/selection.h"

/* Adds the passages of a QUERY_WORD to the empty `set`; `*absent`: there is nothing in it to look
 * for. `set` may be NULL if it scores and may match by any token: they are then the passages that
 * its clauses score. */
enum status typed_word_select(struct selecting *run, const struct query_node *node, struct ask ask,
                              struct passage_set *set, bool *absent);

#endif
