/* Forms that a word of a query has because of the words beside it:
 *
 *   type II        (ii 2)               a numeral after a kind, however it is written;
 *                                       "I" is one there
 *   chicken pox    (chicken chickenpox) (pox chickenpox)
 *                                       what both are as one word, if more passages have
 *                                       that than one of them: of fewer all may have
 *                                       "second-hand", which has both */
#ifndef OSLER_QUERY_SELECT_NEIGHBOUR_H
#define OSLER_QUERY_SELECT_NEIGHBOUR_H

#include "query/select/selection.h"

/* Adds them to `list`, the tokens of the QUERY_WORD `node`, as alternatives. */
enum status neighbour_forms(struct selecting *run, const struct query_node *node,
                            struct token_list *list);

#endif
