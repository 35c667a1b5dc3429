/* Stems that the stemmer leaves apart though they are of one word, found by their letters. */
#ifndef OSLER_QUERY_RANK_VARIANT_H
#define OSLER_QUERY_RANK_VARIANT_H

#include "query/rank/expanding.h"

/* Adds the stems of the index that are most like that of `word`. */
enum status variants_add(struct expanding *run, const struct selection_word *word);

#endif
