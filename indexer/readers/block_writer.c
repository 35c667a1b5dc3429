/* See block_writer.h. */
#include "indexer/readers/block_writer.h"

#include <string.h>

#define CELL_SEPARATOR " | "

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The open block may hold nothing but links without a label: an icon, say. */
static void label_links_by_url(struct document *document) {
    size_t i_block = document->n_blocks - 1;
    if (document->text.size > document->blocks[i_block].start)
        return;
    size_t first = document->n_links;
    while (first > 0 && document->links[first - 1].block == i_block)
        first--;
    for (size_t i = first; i < document->n_links; i++) {
        struct link *link = &document->links[i];
        document_append(document, " ", 1, NO_SOURCE);
        link->start = document->text.size + (i > first);
        document_append(document, link->url, strlen(link->url), NO_SOURCE);
        link->end = document->text.size;
    }
}

void block_writer_begin(struct block_writer *writer, enum block_kind kind, int level) {
    if (writer->document->in_block) {
        label_links_by_url(writer->document);
        document_close_block(writer->document);
    }
    writer->kind = kind;
    writer->level = level;
    writer->n_cell_ends = 0;
    if (kind == BLOCK_CODE) /* now, for the indentation of its first line is text too */
        document_open_block(writer->document, kind, level);
}

static void open_block(struct block_writer *writer) {
    if (!writer->document->in_block)
        document_open_block(writer->document, writer->kind, writer->level);
    for (; writer->n_cell_ends > 0; writer->n_cell_ends--)
        document_append(writer->document, CELL_SEPARATOR, strlen(CELL_SEPARATOR), NO_SOURCE);
}

void block_writer_text(struct block_writer *writer, const char *text, size_t n_bytes) {
    if (!writer->document->in_block || writer->n_cell_ends > 0) {
        size_t n_blank = 0;
        while (n_blank < n_bytes && is_blank(text[n_blank]))
            n_blank++;
        if (n_blank == n_bytes)
            return;
        text += n_blank;
        n_bytes -= n_blank;
        open_block(writer);
    }
    decoded_append(writer->decoded, text, n_bytes, writer->document);
}

size_t block_writer_open_link(struct block_writer *writer, const char *url, const char *title,
                              size_t source) {
    open_block(writer);
    return document_open_link(writer->document, url, title, source);
}
