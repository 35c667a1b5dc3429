/* One document as a reader leaves it: metadata, plain text in blocks, and links.
 *
 * Every reader (markdown.c, html.c, plain_text.c, jsonl.c) fills a `struct document` with the
 * functions below; passage.c and citation.c work on the result and know no format.
 *
 *   text     "AI in Healthcare\n\nOne of the most notable ...\n\nfirst item\nsecond item"
 *             |--heading 1---|    |----paragraph--------|    |--item--|  |--item---|
 *   runs     text [18, 90) = source [102, 174), text [90, 112) = source [176, 198), ...
 *   links    label = text [60, 82), url, source byte of the link
 *
 * Text is valid UTF-8 without NULs. White space inside a block is collapsed to single spaces,
 * except in BLOCK_CODE. Blocks are separated by "\n\n"; an item or a row is separated from the
 * item or row before it by "\n". Offsets are bytes; ranges are [start, end). */
#ifndef OSLER_INDEXER_DOCUMENT_DOCUMENT_H
#define OSLER_INDEXER_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/arena.h"
#include "store/buffer.h"

enum block_kind {
    BLOCK_HEADING,
    BLOCK_PARAGRAPH, /* also a quotation's paragraphs */
    BLOCK_ITEM,      /* one list item, or one paragraph of it */
    BLOCK_ROW,       /* one table row, cells joined by " | " */
    BLOCK_CODE,
};

struct block {
    enum block_kind kind;
    int level; /* of BLOCK_HEADING 1-6; where an item of a numbered list begins its number; or 0 */
    size_t start, end; /* in document.text */
};

struct link {
    char *url;         /* as written, entities decoded; absolute http or https only */
    char *title;       /* the link's title attribute, or NULL */
    size_t start, end; /* the label in document.text; may be empty */
    size_t block;      /* index of the block that holds it */
    size_t source;     /* byte of the source where the link begins, or NO_SOURCE */
};

/* Text bytes [text, text + n_bytes) are source bytes [source, source + n_bytes). */
struct source_run {
    size_t text, source, n_bytes;
};

/* Something wrong with an input that did not stop the reading of it. */
struct problem {
    size_t line; /* from 1; 0: the whole input */
    char *text;
};

#define NO_SOURCE ((size_t)-1)

struct document {
    struct arena arena; /* owns every string below */
    struct buffer text;

    /* NULL where the document does not say. Dates as written, trimmed; date.h makes them
     * comparable. */
    char *id; /* JSONL only: its _id */
    char *title, *author, *published, *modified, *site, *language, *canonical, *url;

    struct block *blocks;
    size_t n_blocks, blocks_capacity;
    struct link *links;
    size_t n_links, links_capacity;
    struct source_run *runs; /* by rising text; none: text and source offsets are the same */
    size_t n_runs, runs_capacity;
    size_t *line_ends; /* where lines of the source end inside a paragraph, item or row; by rising
                          text; only readers of which lines mean something to people tell */
    size_t n_line_ends, line_ends_capacity;
    size_t *pages; /* where in the text page 1, 2, ... begins; none: the source has no pages */
    size_t n_pages, pages_capacity;
    struct problem *problems;
    size_t n_problems, problems_capacity;

    bool in_block, pending_space, failed; /* `failed`: memory ran out; the rest is not complete */
};

void document_free(struct document *document); /* frees and zeroes; safe on a zeroed document */

/* Begins a block; text outside a block is dropped. */
void document_open_block(struct document *document, enum block_kind kind, int level);

/* Appends text to the open block. `source` is the source byte of text[0], or NO_SOURCE for text
 * that the source does not hold as it is (a decoded entity, a separator). White space is collapsed
 * across calls and dropped at the start of a block, except in BLOCK_CODE. */
void document_append(struct document *document, const char *text, size_t n_bytes, size_t source);

/* Notes that a line of the source ends at this place of the open block. */
void document_end_line(struct document *document);

/* Ends the block, dropping trailing white space; a block without text is removed. */
void document_close_block(struct document *document);

/* The next page of the source begins here, in a block or between two. */
void document_begin_page(struct document *document);

/* The page, from 1, that holds text byte `offset`; 0 if the source has no pages. */
size_t document_page(const struct document *document, size_t offset);

/* Begins a link in the open block at its current end; returns its index for document_close_link.
 * `url` and `title` (may be NULL) are copied. */
size_t document_open_link(struct document *document, const char *url, const char *title,
                          size_t source);
void document_close_link(struct document *document, size_t link);

void document_problem(struct document *document, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A trimmed copy in the document's arena with inner white space collapsed, or NULL if nothing is
 * left (or `text` is NULL). */
char *document_string(struct document *document, const char *text, size_t n_bytes);

/* The last run that starts at or before text byte `offset`, or NULL. */
const struct source_run *document_run_at(const struct document *document, size_t offset);

/* The source byte of text byte `offset`: inside a run exactly, between runs the end of the run
 * before. */
size_t document_source_offset(const struct document *document, size_t offset);

/* True for an absolute http or https URL, the only links that are citations. */
bool document_is_web_url(const char *url);

#endif
