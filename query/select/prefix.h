/* Words that begin so. */
#ifndef OSLER_QUERY_SELECT_PREFIX_H
#define OSLER_QUERY_SELECT_PREFIX_H

#include "query/select/selection.h"

/* A prefix stands for at most this many terms, the first in byte order: bounds the work of "a*". */
enum { PREFIX_MAX_TERMS = 5000 };

/* Adds the passages of a QUERY_PREFIX to the empty `set`; `*absent`: there is nothing in it to look
 * for. */
enum status prefix_select(struct selecting *run, const struct query_node *node, struct ask ask,
                          struct passage_set *set, bool *absent);

#endif
