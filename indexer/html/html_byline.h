/* The author and the date of publication as a page shows them to its readers, for pages whose head
 * does not say them. */
#ifndef OSLER_INDEXER_HTML_HTML_BYLINE_H
#define OSLER_INDEXER_HTML_HTML_BYLINE_H

#include "indexer/document/document.h"
#include "indexer/html/html_tree.h"

/* The author's name without "By" and what stands behind it, in the document's arena; NULL if none
 * is shown. The tree is one that html_titles_find has marked. */
char *html_byline_author(const struct html_tree *tree, struct document *document);

/* `name` without "By" and the like before it and dates and the like behind it, changed in place;
 * NULL if nothing is left (or `name` is NULL). */
char *html_byline_clean(char *name);

/* The date of publication that stands near the title, likewise; as written if it is marked up. */
char *html_byline_date(const struct html_tree *tree, struct document *document);

#endif
