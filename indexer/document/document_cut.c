/* See document_cut.h. The text is written anew, piece by piece; what points into it follows. */
#include "indexer/document/document_cut.h"

#include <stdbool.h>
#include <stdlib.h>

/* Bytes [start, end) of the old text, and where they went. */
struct piece {
    size_t start, end, to;
    size_t block; /* of the old document, then of the new one */
};

struct pieces {
    struct piece *pieces;
    size_t n_pieces;
};

/* Lists what is left of the blocks; false when memory is out. */
static bool list_pieces(const struct document *document, const struct cut *cuts, size_t n_cuts,
                        struct pieces *list) {
    size_t i_cut = 0;
    list->pieces = calloc(document->n_blocks + n_cuts + 1, sizeof *list->pieces);
    for (size_t i = 0; list->pieces && i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        size_t at = block->start;
        while (i_cut < n_cuts && cuts[i_cut].start < block->end) {
            if (cuts[i_cut].start > at)
                list->pieces[list->n_pieces++] =
                    (struct piece){.start = at, .end = cuts[i_cut].start, .block = i};
            at = cuts[i_cut++].end;
        }
        if (at < block->end)
            list->pieces[list->n_pieces++] =
                (struct piece){.start = at, .end = block->end, .block = i};
    }
    return list->pieces != NULL;
}

static void append_separator(struct buffer *text, const struct block *before,
                             const struct block *block) {
    bool is_list =
        (block->kind == BLOCK_ITEM || block->kind == BLOCK_ROW) && before->kind == block->kind;
    buffer_append_string(text, is_list ? "\n" : "\n\n");
}

/* Takes white space from the ends of what is left of a block. */
static void trim_piece(const char *text, struct piece *piece, bool is_first, bool is_last) {
    while (is_first && piece->start < piece->end && text[piece->start] == ' ')
        piece->start++;
    while (is_last && piece->end > piece->start && text[piece->end - 1] == ' ')
        piece->end--;
}

/* Writes the pieces to a new text and renumbers the blocks; pieces of which nothing is left go. */
static void move_blocks(struct document *document, struct pieces *list) {
    struct buffer text = {0};
    size_t n_blocks = 0;
    size_t n_kept = 0;
    size_t open = (size_t)-1; /* the old number of the last block */
    for (size_t i = 0; i < list->n_pieces; i++) {
        struct piece piece = list->pieces[i];
        bool is_last = i + 1 == list->n_pieces || list->pieces[i + 1].block != piece.block;
        trim_piece(document->text.data, &piece, piece.block != open, is_last);
        if (piece.start == piece.end)
            continue;
        if (piece.block != open) {
            struct block block = document->blocks[piece.block];
            if (n_blocks > 0)
                append_separator(&text, &document->blocks[n_blocks - 1], &block);
            block.start = text.size;
            document->blocks[n_blocks++] = block;
            open = piece.block;
        }
        piece.to = text.size;
        piece.block = n_blocks - 1;
        buffer_append(&text, document->text.data + piece.start, piece.end - piece.start);
        document->blocks[n_blocks - 1].end = text.size;
        list->pieces[n_kept++] = piece;
    }
    list->n_pieces = n_kept;
    document->n_blocks = n_blocks;
    document->failed = document->failed || text.failed;
    buffer_free(&document->text);
    document->text = text;
}

/* The piece that holds old byte `offset` or ends there; NULL: it was cut out. */
static const struct piece *piece_at(const struct pieces *list, size_t offset) {
    size_t low = 0;
    size_t high = list->n_pieces;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->pieces[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && offset <= list->pieces[low - 1].end ? &list->pieces[low - 1] : NULL;
}

static void move_links(struct document *document, const struct pieces *list) {
    size_t n_kept = 0;
    for (size_t i = 0; i < document->n_links; i++) {
        struct link link = document->links[i];
        const struct piece *piece = piece_at(list, link.start);
        if (!piece || (link.start == piece->end && link.end > link.start))
            continue;
        size_t end = link.end < piece->end ? link.end : piece->end;
        link.start = piece->to + (link.start - piece->start);
        link.end = piece->to + (end - piece->start);
        link.block = piece->block;
        document->links[n_kept++] = link;
    }
    document->n_links = n_kept;
}

static void move_line_ends(struct document *document, const struct pieces *list) {
    size_t n_kept = 0;
    for (size_t i = 0; i < document->n_line_ends; i++) {
        size_t at = document->line_ends[i];
        const struct piece *piece = piece_at(list, at);
        if (piece)
            document->line_ends[n_kept++] = piece->to + (at - piece->start);
    }
    document->n_line_ends = n_kept;
}

/* A run may reach over several pieces, and a piece over several runs. */
static void move_runs(struct document *document, const struct pieces *list) {
    size_t n_runs = 0;
    size_t i = 0;
    struct source_run *runs = calloc(document->n_runs + list->n_pieces + 1, sizeof *document->runs);
    document->failed = document->failed || !runs;
    for (size_t k = 0; runs && k < list->n_pieces; k++) {
        const struct piece *piece = &list->pieces[k];
        while (i < document->n_runs &&
               document->runs[i].text + document->runs[i].n_bytes <= piece->start)
            i++;
        for (size_t j = i; j < document->n_runs && document->runs[j].text < piece->end; j++) {
            struct source_run run = document->runs[j];
            size_t end = run.text + run.n_bytes < piece->end ? run.text + run.n_bytes : piece->end;
            size_t start = run.text > piece->start ? run.text : piece->start;
            runs[n_runs++] = (struct source_run){.text = piece->to + (start - piece->start),
                                                 .source = run.source + (start - run.text),
                                                 .n_bytes = end - start};
            i = j;
        }
    }
    free(document->runs);
    document->runs = runs;
    document->runs_capacity = runs ? document->n_runs + list->n_pieces + 1 : 0;
    document->n_runs = n_runs;
}

void document_cut(struct document *document, const struct cut *cuts, size_t n_cuts) {
    struct pieces list = {0};
    if (n_cuts == 0 || document->failed)
        return;
    if (list_pieces(document, cuts, n_cuts, &list)) {
        move_blocks(document, &list);
        move_links(document, &list);
        move_line_ends(document, &list);
        move_runs(document, &list);
    } else {
        document->failed = true;
    }
    free(list.pieces);
}
