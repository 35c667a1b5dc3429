/* Title, author, dates, site, language and address of a web page.
 *
 * Each is said in several places; the first of these that says it counts (JSON-LD is that of
 * html_json_ld.h, names are those of <meta>):
 *
 *   title      og:title, JSON-LD, the h1 that repeats <title>, the first h1, <title> without the
 * site author     JSON-LD, author and its like, rel=author, itemprop=author, class author or byline
 *   published  JSON-LD, article:published_time and its like, <time> near the title, the address
 *   modified   JSON-LD, article:modified_time, og:updated_time, last-modified
 *   site       og:site_name, JSON-LD, application-name, twitter:site, the host
 *   language   <html lang>, og:locale, content-language, JSON-LD
 *   canonical  link rel=canonical, og:url, JSON-LD; always an absolute http or https URL */
#ifndef OSLER_INDEXER_HTML_METADATA_H
#define OSLER_INDEXER_HTML_METADATA_H

#include "indexer/document.h"
#include "indexer/html_json_ld.h"
#include "indexer/html_tree.h"

/* Fills the metadata of `document` from a tree that html_titles_find has marked. Returns what
 * relative addresses of the page are relative to, or NULL; owned by the document. */
const char *html_metadata_read(const struct html_tree *tree, const struct html_json_ld *json_ld,
                               struct document *document);

/* `address` as an absolute http or https URL, in the document's arena; NULL if it is none or only a
 * place on the same page. `base` may be NULL. */
const char *html_resolve(struct document *document, const char *address, const char *base);

#endif
