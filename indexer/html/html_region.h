/* Finds the part of a page that is its article: what looks like page furniture is cut, prose lets
 * its ancestors score, and the best of them may grow to a parent that holds more of the same. */
#ifndef OSLER_INDEXER_HTML_HTML_REGION_H
#define OSLER_INDEXER_HTML_HTML_REGION_H

#include "indexer/html/html_tree.h"

/* The index of the element that holds the article; marks in `tree` what was cut, also within it.
 * The tree has elements, and html_titles_find has marked them. tree->failed: no memory. */
uint32_t html_region_find(struct html_tree *tree);

#endif
