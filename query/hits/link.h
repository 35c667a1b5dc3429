/* Links that open a page at a passage. */
#ifndef OSLER_QUERY_HITS_LINK_H
#define OSLER_QUERY_HITS_LINK_H

#include "store/arena.h"

/* `url` with a text directive (WICG, URL Fragment Text Directives): "#:~:text=first words,last
 * words" of the passage's first paragraph. In the arena; NULL when memory is out. */
const char *link_to_passage(struct arena *arena, const char *url, const char *text);

/* `url` with a page of a PDF (RFC 8118, 3): "#page=3". In the arena; NULL when memory is out. */
const char *link_to_page(struct arena *arena, const char *url, size_t page);

#endif
