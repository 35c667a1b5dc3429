/* A document as one string, for tests to compare: a line for each block, then one for each link.
 *
 *   h1 AI in Healthcare
 *   p See the report.
 *   link [the report] https://who.int/report "title" at 12 */
#ifndef OSLER_TESTS_UNIT_DOCUMENT_OUTLINE_H
#define OSLER_TESTS_UNIT_DOCUMENT_OUTLINE_H

#include <string.h>

#include "indexer/document/document.h"

static inline void outline_block(struct buffer *out, const struct document *document, size_t i) {
    static const char *const names[] = {
        [BLOCK_HEADING] = "h", [BLOCK_PARAGRAPH] = "p", [BLOCK_ITEM] = "item",
        [BLOCK_ROW] = "row",   [BLOCK_CODE] = "code",
    };
    const struct block *block = &document->blocks[i];
    buffer_append_string(out, names[block->kind]);
    if (block->kind == BLOCK_HEADING)
        buffer_append_format(out, "%d", block->level);
    buffer_append_char(out, ' ');
    buffer_append(out, document->text.data + block->start, block->end - block->start);
    buffer_append_char(out, '\n');
}

static inline void outline_link(struct buffer *out, const struct document *document, size_t i) {
    const struct link *link = &document->links[i];
    buffer_append_string(out, "link [");
    buffer_append(out, document->text.data + link->start, link->end - link->start);
    buffer_append_format(out, "] %s", link->url);
    if (link->title)
        buffer_append_format(out, " \"%s\"", link->title);
    if (link->source != NO_SOURCE)
        buffer_append_format(out, " at %zu", link->source);
    buffer_append_char(out, '\n');
}

/* The caller frees `out`. */
static inline const char *outline(const struct document *document, struct buffer *out) {
    for (size_t i = 0; i < document->n_blocks; i++)
        outline_block(out, document, i);
    for (size_t i = 0; i < document->n_links; i++)
        outline_link(out, document, i);
    return buffer_string(out);
}

/* True if every run of the text has the bytes of the source, and there are some. */
static inline bool runs_are_exact(const struct document *document, const char *source,
                                  size_t n_bytes) {
    for (size_t i = 0; i < document->n_runs; i++) {
        const struct source_run *run = &document->runs[i];
        if (run->source + run->n_bytes > n_bytes ||
            memcmp(document->text.data + run->text, source + run->source, run->n_bytes) != 0)
            return false;
    }
    return document->n_runs > 0;
}

#endif
