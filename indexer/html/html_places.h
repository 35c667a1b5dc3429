/* Where in its file the text of a web page stands.
 *
 *   file   the bytes on disk, in whatever encoding
 *   text   those as UTF-8, without a mark: what libxml2 reads (html_charset.h)
 *   node   of the tree: knows where in `text` it begins; its content is walked beside `text` from
 *          there, over entities, comments and stray tags that it does not have
 *
 * Where text and file differ (pages that are not UTF-8) characters are counted along each line:
 * exact for encodings of one byte a character, for others the line is. */
#ifndef OSLER_INDEXER_HTML_HTML_PLACES_H
#define OSLER_INDEXER_HTML_HTML_PLACES_H

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

#include "indexer/document/document.h"
#include "indexer/html/html_charset.h"

struct html_places {
    const char *text, *file; /* borrowed */
    size_t n_text, n_file;
    size_t mark_bytes; /* at the start of the file */
    size_t unit_bytes; /* of a character in the file */
    bool is_same;      /* text and file, but for the mark */
};

void html_places_init(struct html_places *places, const struct html_source *source,
                      const char *file, size_t n_file);

/* To be called when `parser`, which reads places->text, has just made an element; and when it has
 * just appended `n_bytes` of `chunk` to a text node. */
void html_places_note_element(const struct html_places *places, const xmlParserCtxt *parser,
                              xmlNode *element);
void html_places_note_text(const struct html_places *places, const xmlParserCtxt *parser,
                           xmlNode *node, const char *chunk, size_t n_bytes);

/* A way through the file: only forward. Zero-initialised it is at the start. */
struct html_position {
    size_t text_at, file_at;
};

/* The byte of the file where a noted element begins, or NO_SOURCE. */
size_t html_places_of_element(const struct html_places *places, struct html_position *position,
                              const xmlNode *element);

/* A walk through the content of a text node. */
struct html_walk {
    const struct html_places *places;
    struct html_position position;
    const char *content; /* up to here */
    size_t text_at;      /* and here; NO_SOURCE: they do not fit together */
};

void html_walk_begin(struct html_walk *walk, const xmlNode *node);

/* Goes on to `from` in the content and takes the next run of bytes before `end` that the file has
 * as they are: `run->text` is relative to `from`. False if there is none. */
bool html_walk_next(struct html_walk *walk, const char *from, const char *end,
                    struct source_run *run);

#endif
