/* The titles of a page and the headings that repeat them: the article is near such a heading, and
 * the heading itself is no part of its text. */
#ifndef OSLER_INDEXER_HTML_HTML_TITLES_H
#define OSLER_INDEXER_HTML_HTML_TITLES_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/html/html_tree.h"
#include "store/buffer.h"

enum { HTML_MAX_TITLES = 16 }; /* a page with more h1 than this has no title among them */

/* Normal forms (html_normal_form), one after another in `text`. Zero-initialised it is empty. */
struct html_titles {
    struct buffer text;
    struct {
        size_t start, end;
    } ranges[HTML_MAX_TITLES];
    size_t n_titles;
};

/* Fills a zeroed `titles` from <title>, og:title, twitter:title and every h1, and marks the title
 * headings in `tree`. `titles->text.failed`: no memory. */
void html_titles_find(struct html_tree *tree, struct html_titles *titles);
void html_titles_free(struct html_titles *titles); /* frees and zeroes */

/* True if the normal form equals a title or, being long, begins one. */
bool html_titles_repeat(const struct html_titles *titles, const char *normal, size_t n_bytes);

/* Appends the words of `text` in lower case, joined by single spaces: what stays of a title when
 * another place on the page writes it with other punctuation. */
void html_normal_form(const char *text, size_t n_bytes, struct buffer *normal);

#endif
