/* Title, author, dates, site, language and address of a web page.
 *
 * Each is said in several places; the first of these that says it counts (JSON-LD is that of
 * html_json_ld.h, names are those of <meta>):
 *
 *   title      og:title and its like, JSON-LD, html_headline.h; without the name of the site
 *   author     JSON-LD, citation_author, author and their like, html_byline.h
 *   published  JSON-LD, article:published_time and its like, html_byline.h, the address
 *   modified   JSON-LD, article:modified_time, og:updated_time and their like
 *   site       og:site_name, JSON-LD, citation_journal_title, application-name, twitter:site, host
 *   language   <html lang>, og:locale, content-language, JSON-LD
 *   canonical  link rel=canonical, og:url, JSON-LD; always an absolute http or https URL */
#ifndef OSLER_INDEXER_HTML_HTML_METADATA_H
#define OSLER_INDEXER_HTML_HTML_METADATA_H

#include "indexer/document/document.h"
#include "indexer/html/html_json_ld.h"
#include "indexer/html/html_tree.h"

/* Fills the metadata of `document` from a tree that html_titles_find has marked. Returns what
 * relative addresses of the page are relative to, or NULL; owned by the document. */
const char *html_metadata_read(const struct html_tree *tree, const struct html_json_ld *json_ld,
                               struct document *document);

/* `address` as an absolute http or https URL, in the document's arena; NULL if it is none or only a
 * place on the same page. `base` may be NULL. */
const char *html_resolve(struct document *document, const char *address, const char *base);

#endif
