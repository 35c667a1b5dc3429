/* Ids that generators of documents make of headings: "sharing-a-record-with-family". */
#ifndef OSLER_INDEXER_HTML_HTML_SLUG_H
#define OSLER_INDEXER_HTML_HTML_SLUG_H

#include <libxml/tree.h>
#include <stdbool.h>

/* True if the id of `node` is made of the words of the heading that it is or begins with: it does
 * not say then what the element is for. One of few words may: "related-articles". */
bool html_slug_is(const char *id, const xmlNode *node);

#endif
