/* The title of a page's article, for pages whose head does not name it, and any title without the
 * name of the site. */
#ifndef OSLER_INDEXER_HTML_HTML_HEADLINE_H
#define OSLER_INDEXER_HTML_HTML_HEADLINE_H

#include "indexer/document/document.h"
#include "indexer/html/html_tree.h"

/* The h1 that stands in <title> (`page_title`, which may be NULL), else <title> up to its last
 * separator, else the first h1; in the document's arena. NULL if there is none. */
char *html_headline_find(const struct html_tree *tree, const xmlNode *page_title,
                         struct document *document);

/* Cuts the name of the site off `title`, which may be NULL: what follows a separator and is in the
 * name or the host of the document's site, or follows the whole heading of the page. The tree is
 * one that html_titles_find has marked. */
void html_headline_cut(const struct html_tree *tree, char *title, struct document *document);

#endif
