/* See html_slug.h. */
#include "indexer/html/html_slug.h"

#include <ctype.h>

#include "indexer/html/html_tag.h"
#include "indexer/html/html_tree.h"

enum {
    SLUG_LEVELS = 3,  /* wrappers between a section and its heading */
    SLUG_WORDS = 4,   /* of a section's; furniture has such headings too */
    SLUG_BYTES = 200, /* of a heading; generators cut ids too */
};

/* The first heading at or in `node` that nothing but wrappers stand before; NULL if there is none.
 */
static const xmlNode *first_heading(const xmlNode *node) {
    for (int level = 0; node && level <= SLUG_LEVELS; level++) {
        enum html_tag tag = html_tag_find((const char *)node->name)->tag;
        if (tag >= TAG_H1 && tag <= TAG_H6)
            return node;
        node = node->children;
        while (node && (node->type != XML_ELEMENT_NODE ||
                        html_tag_find((const char *)node->name)->tag == TAG_A))
            node = node->next;
    }
    return NULL;
}

bool html_slug_is(const char *id, const xmlNode *node) {
    struct buffer text = {0};
    const xmlNode *heading = first_heading(node);
    size_t n_words = 0;
    if (heading)
        html_node_text(heading, SLUG_BYTES, &text);
    const char *at = buffer_string(&text);
    for (bool in_word = false; *id; id++) {
        n_words += isalpha((unsigned char)*id) && !in_word;
        in_word = isalpha((unsigned char)*id);
        while (in_word && *at && !isalpha((unsigned char)*at))
            at++;
        if (in_word && tolower((unsigned char)*at++) != tolower((unsigned char)*id))
            break;
    }
    buffer_free(&text);
    return *id == '\0' && n_words >= (heading == node ? 1 : SLUG_WORDS);
}
