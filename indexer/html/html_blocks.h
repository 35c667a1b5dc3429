/* The text blocks of a page's article: collected from its region, then filtered.
 *
 * A block ends where a block element (html_tag.h) begins or ends, so that
 *
 *   <li>one <b>w</b>ord<p>two</p>three</li>    has three blocks, two of them with owner <li> */
#ifndef OSLER_INDEXER_HTML_HTML_BLOCKS_H
#define OSLER_INDEXER_HTML_HTML_BLOCKS_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document/document.h"
#include "indexer/html/html_places.h"
#include "indexer/html/html_titles.h"
#include "indexer/html/html_tree.h"
#include "store/buffer.h"

struct html_block {
    size_t start, end; /* bytes in text; white space is collapsed but for BLOCK_CODE */
    uint32_t n_chars, n_link_chars;
    enum block_kind kind;
    int level;          /* of a BLOCK_HEADING */
    uint32_t list, row; /* index of the list (the row) that it is an item (in a cell) of, or 0 */
    uint32_t cell;
    uint8_t tag;       /* of the owner: the nearest block element */
    bool is_text;      /* the owner is made for running text */
    bool in_page_link; /* has a link to a place on the same page */
    bool is_kept;      /* all are when collected */
};

/* Text bytes [start, end) are in the link `node`, an <a>. */
struct html_span {
    const xmlNode *node;
    size_t start, end;
};

/* Zero-initialised it is empty. */
struct html_blocks {
    struct buffer text;
    struct html_block *blocks; /* owned */
    size_t n_blocks, blocks_capacity;
    struct html_span *spans; /* owned; by rising start */
    size_t n_spans, spans_capacity;
    struct source_run *runs; /* owned; by rising text: where in the file it is */
    size_t n_runs, runs_capacity;
    bool failed; /* memory ran out */
};

/* Appends the blocks of element `region`, and before them the sentences that stand between it and
 * the title, without what was cut and without lists of links; with their runs unless `places` is
 * NULL. */
void html_blocks_collect(const struct html_tree *tree, uint32_t region,
                         const struct html_places *places, struct html_blocks *blocks);

/* Clears is_kept of the blocks that are no part of the article: labels, titles, repetitions, and at
 * the end what invites to follow, share or subscribe. */
void html_blocks_filter(struct html_blocks *blocks, const struct html_titles *titles);

/* The characters of the kept blocks. */
size_t html_blocks_kept_chars(const struct html_blocks *blocks);

void html_blocks_free(struct html_blocks *blocks); /* frees and zeroes */

#endif
