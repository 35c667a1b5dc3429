/* Forms that a word of a query has because of the words beside it:
 *
 *   type II, stage 4         (ii 2), (4 iv): a numeral after the name of a kind is written in either
 *                            way, and "I" is one there
 *   chicken pox, e mail      (chicken chickenpox) (pox chickenpox): the index has the two as one
 *                            word, in more passages than one of them; in fewer it may only have
 *                            "second-hand", which has both */
#ifndef OSLER_QUERY_SELECT_NEIGHBOUR_H
#define OSLER_QUERY_SELECT_NEIGHBOUR_H

#include "query/select/selection.h"

/* Adds them to `list`, the tokens of the QUERY_WORD `node`, as alternatives. */
enum status neighbour_forms(struct selecting *run, const struct query_node *node,
                            struct token_list *list);

#endif
