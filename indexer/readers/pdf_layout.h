/* What pdftotext -bbox-layout prints: metadata, and the lines of each page with their places.
 *
 *   <title>Screening</title>
 *   <meta name="Author" content="A. Okafor"/>
 *   <page width="612.0" height="792.0">
 *     <block xMin=...>
 *       <line xMin="72.0" yMin="96.1" xMax="540.0" yMax="107.9">
 *         <word xMin="72.0" yMin="96.1" xMax="101.7" yMax="107.9">Early</word>
 *
 * Places are in points, y downwards. What a page shows is escaped there, so tags are tags. */
#ifndef OSLER_INDEXER_READERS_PDF_LAYOUT_H
#define OSLER_INDEXER_READERS_PDF_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/arena.h"
#include "store/buffer.h"
#include "store/error.h"

struct pdf_line {
    size_t text, n_bytes; /* in pdf_layout.text; words separated by single spaces */
    double x_min, y_min, x_max, y_max;
    double size;  /* height of its longest word: that of the font, whatever is raised beside it */
    size_t page;  /* from 0 */
    size_t block; /* lines of one block stand together; rises over the whole layout */
};

struct pdf_layout {
    struct arena arena; /* owns the strings */
    /* NULL where the file does not say; dates as pdftotext prints them. */
    char *title, *author, *created, *modified;
    struct buffer text;
    struct pdf_line *lines; /* in reading order; none is empty */
    size_t n_lines, lines_capacity;
    double *page_heights;
    size_t n_pages, pages_capacity;
    bool failed;
};

/* Fills a zeroed `layout` from output that may be cut anywhere. Errors: STATUS_NO_MEMORY. */
enum status pdf_layout_read(const struct buffer *output, struct pdf_layout *layout,
                            struct error *error);

/* True for text that runs up or down the page, as at the edge of tables and of archives' copies. */
bool pdf_line_is_vertical(const struct pdf_line *line);

void pdf_layout_free(struct pdf_layout *layout); /* frees and zeroes */

#endif
