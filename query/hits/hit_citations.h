/* What a hit cites, and who cites it. */
#ifndef OSLER_QUERY_HITS_HIT_CITATIONS_H
#define OSLER_QUERY_HITS_HIT_CITATIONS_H

#include "query/hits/hit.h"

/* Fills hit->citations with those of its passage, in the order of the text. */
enum status hit_read_citations(struct hit_reader *reader, int64_t document, uint32_t passage,
                               struct hit *hit, struct error *error);

/* Fills hit->cited_by if the hit is of a document with a URL. */
enum status hit_read_cited_by(struct hit_reader *reader, int64_t document, struct hit *hit,
                              struct error *error);

#endif
