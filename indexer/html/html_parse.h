/* The tree of a web page, by libxml2, without what no rule ever looks at. */
#ifndef OSLER_INDEXER_HTML_HTML_PARSE_H
#define OSLER_INDEXER_HTML_HTML_PARSE_H

#include <libxml/tree.h>
#include <stddef.h>

#include "indexer/document/document.h"
#include "indexer/html/html_places.h"

/* The tree of `text` (valid UTF-8, at most INT_MAX bytes), which the caller frees with xmlFreeDoc;
 * NULL for a page without content or when memory is out. It lacks comments, scripts other than
 * JSON-LD, and attributes that this reader has no use for. A page that is nested too deeply ends
 * there, with a problem of `document`. Its nodes have their places in `places` unless that is NULL.
 */
xmlDoc *html_parse(const char *text, size_t n_bytes, const struct html_places *places,
                   struct document *document);

#endif
