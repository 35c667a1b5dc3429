/* Every number that ranking depends on, with where it comes from. Those of the first stage are in
 * store/bm25f.h, because the index is made with them. */
#ifndef OSLER_QUERY_RANKING_H
#define OSLER_QUERY_RANKING_H

#include "store/bm25f.h"

#endif
