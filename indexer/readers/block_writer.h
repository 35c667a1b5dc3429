/* Writes the events of a parser as blocks of a document: a block opens with its first text, so that
 * nothing empty is written, and cells of a row are joined as they come. */
#ifndef OSLER_INDEXER_READERS_BLOCK_WRITER_H
#define OSLER_INDEXER_READERS_BLOCK_WRITER_H

#include <stddef.h>

#include "indexer/document/decode.h"
#include "indexer/document/document.h"

/* Begin with {.document = ..., .decoded = ..., .kind = BLOCK_PARAGRAPH}. */
struct block_writer {
    struct document *document;     /* borrowed */
    const struct decoded *decoded; /* borrowed */
    enum block_kind kind;          /* of the block that the next text opens */
    int level;
    size_t n_cell_ends; /* cells of the row that ended since the last text */
};

/* Ends the open block; the next text opens one of `kind`. A block whose links all have empty labels
 * and that has no other text gets their URLs as text. */
void block_writer_begin(struct block_writer *writer, enum block_kind kind, int level);

/* Appends text, with its source if it lies in decoded.text. */
void block_writer_text(struct block_writer *writer, const char *text, size_t n_bytes);

/* See document_open_link. */
size_t block_writer_open_link(struct block_writer *writer, const char *url, const char *title,
                              size_t source);

#endif
