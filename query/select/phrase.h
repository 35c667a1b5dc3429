/* Words in quotes: these, in this order, in these forms. */
#ifndef OSLER_QUERY_SELECT_PHRASE_H
#define OSLER_QUERY_SELECT_PHRASE_H

#include "query/select/selection.h"

/* Adds the passages of a QUERY_PHRASE to the empty `set`; `*absent`: there is nothing in it to look
 * for. */
enum status phrase_select(struct selecting *run, const struct query_node *node, struct ask ask,
                          struct passage_set *set, bool *absent);

#endif
