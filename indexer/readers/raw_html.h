/* Raw HTML inside Markdown: tags and comments are dropped, text stays.
 *
 *   <p align="center">Read <a href="https://who.int">the report</a><br>by WHO<!-- draft --></p>
 *   gives the block "Read the report by WHO" with a link
 *
 * In an HTML block, tags such as <p> and <li> begin a new block and <h1> to <h6> a heading; within
 * a paragraph of Markdown they are white space. What <script> and <style> hold is dropped. */
#ifndef OSLER_INDEXER_READERS_RAW_HTML_H
#define OSLER_INDEXER_READERS_RAW_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/readers/block_writer.h"
#include "store/buffer.h"

/* Zero-initialise, then set `writer`. */
struct raw_html {
    struct block_writer *writer; /* borrowed */

    struct buffer tag;      /* the tag being read, from its '<'; empty: none */
    size_t tag_source;      /* source byte of its '<' */
    char tag_quote;         /* the quote that it is inside of, or 0 */
    char tag_before;        /* its last byte that is not white space */
    const char *markup_end; /* what ends the comment or declaration being read, or NULL */
    const char *skipped;    /* "script" or "style" while inside one, else NULL */

    struct buffer url, title; /* of the open <a>; no url: none is open */
    size_t link_source;       /* of that <a> */
    bool has_link;            /* it had text, so that the document has a link for it: */
    size_t link;

    bool in_html_block;         /* else within a paragraph */
    enum block_kind block_kind; /* of that block's paragraphs */
};

void raw_html_free(struct raw_html *html); /* frees and zeroes */

/* Begins an HTML block whose paragraphs are of `kind`. */
void raw_html_begin(struct raw_html *html, enum block_kind kind);

/* Reads on. md4c splits HTML at line ends only: no `<!--` or `-->` is split between two calls. */
void raw_html_feed(struct raw_html *html, const char *text, size_t n_bytes);

/* Text of the paragraph that is no tag: dropped inside of <script> and <style>. */
void raw_html_text(struct raw_html *html, const char *text, size_t n_bytes);

/* Ends a block of the document: what was open is closed. */
void raw_html_end(struct raw_html *html);

#endif
