/* What a page says of its article in JSON-LD (schema.org): the first object whose @type is an
 * Article, Posting or Report of some kind, else a page, in any of its scripts. */
#ifndef OSLER_INDEXER_HTML_HTML_JSON_LD_H
#define OSLER_INDEXER_HTML_HTML_JSON_LD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "indexer/html/html_tree.h"
#include "store/buffer.h"

/* Zero-initialised it says nothing. */
struct html_json_ld {
    cJSON **scripts; /* owned */
    size_t n_scripts;
    const cJSON *article; /* or NULL */
    int rank;             /* how surely `article` is one; 0: there is none */
    const char *body;     /* the longest articleBody of any object, or NULL; may hold HTML */
    bool failed;          /* memory ran out */
};

/* Reads the scripts among tree->heads into a zeroed `json_ld`; a broken one is skipped. */
void html_json_ld_read(const struct html_tree *tree, struct html_json_ld *json_ld);
void html_json_ld_free(struct html_json_ld *json_ld); /* frees and zeroes */

/* The string at `key` of the article, or of the object at `key` its `inner` (which may be NULL); of
 * an array the first that has one. NULL if there is none. */
const char *html_json_ld_string(const struct html_json_ld *json_ld, const char *key,
                                const char *inner);

/* Appends the names of the article's authors, joined by ", ". */
void html_json_ld_authors(const struct html_json_ld *json_ld, struct buffer *names);

/* Appends `text` with character references decoded and, if `strip_tags`, each tag as a space or,
 * where it parts blocks, as a line end. */
void html_json_ld_plain(const char *text, bool strip_tags, struct buffer *plain);

#endif
