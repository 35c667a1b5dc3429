/* The elements of a page that may be read, measured.
 *
 * The tree of libxml2 is walked once. Elements that are never read (scripts, forms' controls, what
 * is hidden) are left out with all that is in them; the rest stand in document order, so that the
 * descendants of element i are the elements (i, elements[i].end):
 *
 *   <body><div><p>..</p><p>..</p></div><nav><a>..</a></nav></body>
 *    1     2    3        4              5    6                        element 0 is <html>
 *
 * Lengths are characters, a run of white space counting as one. */
#ifndef OSLER_INDEXER_HTML_HTML_TREE_H
#define OSLER_INDEXER_HTML_HTML_TREE_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/document/document.h"
#include "store/buffer.h"

/* No element; element 0 is never a cell, a list item or the like. */
enum { HTML_NONE = 0 };

struct html_element {
    xmlNode *node;
    uint32_t parent;                /* its own index for element 0 */
    uint32_t end;                   /* index after its last descendant */
    uint32_t block;                 /* the nearest element at or above that is a block */
    uint32_t item;                  /* the nearest li, dd or dt at or above, or HTML_NONE */
    uint32_t cell;                  /* the nearest td or th at or above, or HTML_NONE */
    uint32_t depth;                 /* parents up to element 0 */
    uint32_t n_chars, n_link_chars; /* of all text in it */
    uint32_t n_own, n_own_link;     /* of a block: of the text that is in no inner block */
    float weight;      /* of a block: its own text outside links, if it looks like prose */
    float mass;        /* the weights of it and all in it */
    float live_mass;   /* mass without what was cut; set by html_region_find */
    float score;       /* set by html_region_find */
    uint8_t tag;       /* enum html_tag */
    uint8_t traits;    /* of enum html_tag_trait */
    uint8_t suspicion; /* enum html_suspicion */
    uint8_t hint;      /* 0 to 3: how surely it is marked as the article */
    bool is_key;       /* holds an h1 or what is marked as the article's body */
    bool in_pre;
    bool is_title_heading, holds_title_heading; /* set by html_titles_find */
    bool is_cut, in_furniture;                  /* set by html_region_find */
};

struct html_tree {
    struct html_element *elements; /* owned; none for a page without elements */
    size_t n_elements, elements_capacity;
    xmlNode **heads; /* owned: every meta, link, base, title and JSON-LD script, wherever it is */
    size_t n_heads, heads_capacity;
    bool failed; /* memory ran out */
};

enum html_trust {
    HTML_TRUST_WORDS,  /* class names and roles tell page furniture; hidden elements are left out */
    HTML_TRUST_HIDING, /* class names and roles tell nothing, but for consent to cookies */
    HTML_TRUST_TAGS,   /* nor is anything hidden */
};

/* Measures `page` into a zeroed `tree`; writes to the _private of the page's nodes. */
void html_tree_build(xmlDoc *page, enum html_trust trust, struct html_tree *tree);
void html_tree_free(struct html_tree *tree); /* frees and zeroes */

/* The element of a node that the walk has met, or NULL if it was left out. */
const struct html_element *html_tree_find(const struct html_tree *tree, const xmlNode *node);

/* The value of an attribute; NULL if it has none. Owned by the page. */
const char *html_attribute(const xmlNode *node, const char *name);

/* Appends the text in `node`, as it is, up to about `max_bytes`; scripts and styles are not text.
 */
void html_node_text(const xmlNode *node, size_t max_bytes, struct buffer *text);

/* The same as a string in the document's arena, as document_string makes it; NULL if it is blank.
 */
char *html_node_string(const xmlNode *node, size_t max_bytes, struct document *document);

#endif
