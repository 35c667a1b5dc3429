/* See document.h. */
#include "indexer/document/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/array.h"

void document_free(struct document *document) {
    arena_free(&document->arena);
    buffer_free(&document->text);
    free(document->blocks);
    free(document->links);
    free(document->runs);
    free(document->line_ends);
    free(document->pages);
    free(document->problems);
    *document = (struct document){0};
}

/* A NUL is one too: text holds none. */
static bool is_space(char c) {
    static const bool spaces[256] = {['\0'] = true, [' '] = true,  ['\t'] = true, ['\n'] = true,
                                     ['\r'] = true, ['\f'] = true, ['\v'] = true};
    return spaces[(unsigned char)c];
}

static struct block *open_block(struct document *document) {
    return document->in_block ? &document->blocks[document->n_blocks - 1] : NULL;
}

void document_open_block(struct document *document, enum block_kind kind, int level) {
    document_close_block(document);
    struct block *blocks = array_grow(document->blocks, document->n_blocks,
                                      &document->blocks_capacity, sizeof *blocks);
    if (!blocks) {
        document->failed = true;
        return;
    }
    document->blocks = blocks;
    if (document->n_blocks > 0) {
        enum block_kind before = blocks[document->n_blocks - 1].kind;
        bool is_list = (kind == BLOCK_ITEM || kind == BLOCK_ROW) && before == kind;
        buffer_append_string(&document->text, is_list ? "\n" : "\n\n");
    }
    size_t start = document->text.size;
    blocks[document->n_blocks++] = (struct block){kind, level, start, start};
    document->in_block = true;
    document->pending_space = false;
}

/* Records that the next `n_bytes` of text are the source's at `source`, joining adjacent runs. */
static void add_run(struct document *document, size_t source, size_t n_bytes) {
    size_t text = document->text.size;
    if (document->n_runs > 0) {
        struct source_run *last = &document->runs[document->n_runs - 1];
        if (last->text + last->n_bytes == text && last->source + last->n_bytes == source) {
            last->n_bytes += n_bytes;
            return;
        }
    }
    struct source_run *runs =
        array_grow(document->runs, document->n_runs, &document->runs_capacity, sizeof *runs);
    if (!runs) {
        document->failed = true;
        return;
    }
    document->runs = runs;
    runs[document->n_runs++] = (struct source_run){text, source, n_bytes};
}

static void append_bytes(struct document *document, const char *text, size_t n_bytes,
                         size_t source) {
    if (source != NO_SOURCE)
        add_run(document, source, n_bytes);
    buffer_append(&document->text, text, n_bytes);
}

/* Code keeps its white space, but lines end in '\n' alone and NULs are dropped. */
static void append_code(struct document *document, const char *text, size_t n_bytes,
                        size_t source) {
    size_t i = 0;
    while (i < n_bytes) {
        size_t start = i;
        while (i < n_bytes && text[i] != '\r' && text[i] != '\0')
            i++;
        if (i > start)
            append_bytes(document, text + start, i - start,
                         source == NO_SOURCE ? source : source + start);
        if (i == n_bytes)
            return;
        bool is_line_end = text[i] == '\r' && !(i + 1 < n_bytes && text[i + 1] == '\n');
        if (is_line_end)
            append_bytes(document, "\n", 1, NO_SOURCE);
        i++;
    }
}

/* Length of the words at the start of `text` that single spaces separate: they need no change. */
static size_t collapsed_bytes(const char *text, size_t n_bytes) {
    size_t i = 0;
    while (i < n_bytes) {
        if (is_space(text[i]) && (text[i] != ' ' || i + 1 == n_bytes || is_space(text[i + 1])))
            break;
        i++;
    }
    return i;
}

void document_append(struct document *document, const char *text, size_t n_bytes, size_t source) {
    struct block *block = open_block(document);
    if (!block || document->failed)
        return;
    if (block->kind == BLOCK_CODE) {
        append_code(document, text, n_bytes, source);
        return;
    }
    size_t i = 0;
    while (i < n_bytes) {
        if (is_space(text[i])) {
            document->pending_space = true;
            i++;
            continue;
        }
        size_t start = i;
        i += collapsed_bytes(text + i, n_bytes - i);
        bool is_first = document->text.size == block->start ||
                        is_space(document->text.data[document->text.size - 1]);
        if (document->pending_space && !is_first) {
            if (start > 0 && text[start - 1] == ' ')
                start--; /* that very space */
            else
                append_bytes(document, " ", 1, NO_SOURCE);
        }
        document->pending_space = false;
        append_bytes(document, text + start, i - start,
                     source == NO_SOURCE ? source : source + start);
    }
}

void document_end_line(struct document *document) {
    const struct block *block = open_block(document);
    if (!block || block->kind == BLOCK_CODE || document->text.size == block->start)
        return;
    size_t *line_ends = array_grow(document->line_ends, document->n_line_ends,
                                   &document->line_ends_capacity, sizeof *line_ends);
    if (!line_ends) {
        document->failed = true;
        return;
    }
    document->line_ends = line_ends;
    line_ends[document->n_line_ends++] = document->text.size;
}

/* Takes back the last block, which has no text, with its separator and its links; pages that begin
 * in it begin where it was. */
static void remove_block(struct document *document) {
    struct buffer *text = &document->text;
    document->n_blocks--;
    while (text->size > 0 && text->data[text->size - 1] == '\n')
        text->size--;
    while (document->n_links > 0 &&
           document->links[document->n_links - 1].block == document->n_blocks)
        document->n_links--;
    for (size_t i = document->n_pages; i > 0 && document->pages[i - 1] > text->size; i--)
        document->pages[i - 1] = text->size;
}

/* Ends the links of the last block where it ends. Of links in one another, the outer begins first
 * and ends last: all have to be looked at. */
static void clip_links(struct document *document) {
    size_t end = document->text.size;
    size_t i_block = document->n_blocks - 1;
    for (size_t i = document->n_links; i > 0 && document->links[i - 1].block == i_block; i--) {
        struct link *link = &document->links[i - 1];
        if (link->end > end)
            link->end = end;
        if (link->start > end)
            link->start = end;
    }
}

static void clip_runs(struct document *document) {
    size_t end = document->text.size;
    while (document->n_runs > 0) {
        struct source_run *last = &document->runs[document->n_runs - 1];
        if (last->text + last->n_bytes <= end)
            return;
        if (last->text < end)
            last->n_bytes = end - last->text;
        else
            document->n_runs--;
    }
}

void document_close_block(struct document *document) {
    struct block *block = open_block(document);
    if (!block)
        return;
    document->in_block = false;
    struct buffer *text = &document->text;
    while (text->size > block->start && is_space(text->data[text->size - 1]))
        text->size--;
    block->end = text->size;
    if (block->end == block->start)
        remove_block(document);
    else
        clip_links(document);
    clip_runs(document);
    if (text->data)
        text->data[text->size] = '\0';
    document->failed = document->failed || text->failed;
}

void document_begin_page(struct document *document) {
    size_t *pages =
        array_grow(document->pages, document->n_pages, &document->pages_capacity, sizeof *pages);
    if (!pages) {
        document->failed = true;
        return;
    }
    document->pages = pages;
    pages[document->n_pages++] = document->text.size;
}

size_t document_page(const struct document *document, size_t offset) {
    size_t low = 0;
    size_t high = document->n_pages; /* the last page that begins at or before it is below high */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (document->pages[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t document_open_link(struct document *document, const char *url, const char *title,
                          size_t source) {
    struct link *links =
        array_grow(document->links, document->n_links, &document->links_capacity, sizeof *links);
    char *url_copy = arena_string(&document->arena, url);
    if (links)
        document->links = links;
    if (!links || !url_copy || !document->in_block) {
        document->failed = document->failed || !links || !url_copy;
        return NO_SOURCE;
    }
    /* The label starts after the space that waits to be written before it. */
    size_t start = document->text.size;
    if (document->pending_space && start > document->blocks[document->n_blocks - 1].start) {
        append_bytes(document, " ", 1, NO_SOURCE);
        document->pending_space = false;
        start = document->text.size;
    }
    links[document->n_links] = (struct link){.url = url_copy,
                                             .title = arena_string(&document->arena, title),
                                             .start = start,
                                             .end = start,
                                             .block = document->n_blocks - 1,
                                             .source = source};
    return document->n_links++;
}

void document_close_link(struct document *document, size_t link) {
    if (link >= document->n_links)
        return;
    struct link *closed = &document->links[link];
    closed->end = document->text.size;
    if (closed->start < closed->end && is_space(document->text.data[closed->start]))
        closed->start++; /* "[ label](...)" after a word */
}

void document_problem(struct document *document, size_t line, const char *format, ...) {
    struct problem *problems = array_grow(document->problems, document->n_problems,
                                          &document->problems_capacity, sizeof *problems);
    if (!problems) {
        document->failed = true;
        return;
    }
    document->problems = problems;
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *copy = arena_string(&document->arena, text);
    if (!copy) {
        document->failed = true;
        return;
    }
    problems[document->n_problems++] = (struct problem){line, copy};
}

char *document_string(struct document *document, const char *text, size_t n_bytes) {
    if (!text)
        return NULL;
    char *copy = arena_copy(&document->arena, text, n_bytes);
    if (!copy) {
        document->failed = true;
        return NULL;
    }
    size_t used = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        if (!is_space(copy[i]))
            copy[used++] = copy[i];
        else if (used > 0 && copy[used - 1] != ' ')
            copy[used++] = ' ';
    }
    while (used > 0 && copy[used - 1] == ' ')
        used--;
    copy[used] = '\0';
    return used > 0 ? copy : NULL;
}

const struct source_run *document_run_at(const struct document *document, size_t offset) {
    size_t low = 0;
    size_t high = document->n_runs; /* the last run that starts at or before offset is below high */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (document->runs[middle].text <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &document->runs[low - 1] : NULL;
}

size_t document_source_offset(const struct document *document, size_t offset) {
    if (document->n_runs == 0)
        return offset;
    const struct source_run *run = document_run_at(document, offset);
    if (!run)
        return document->runs[0].source;
    size_t inside = offset - run->text;
    return run->source + (inside < run->n_bytes ? inside : run->n_bytes);
}

bool document_is_web_url(const char *url) {
    return (strncasecmp(url, "http://", 7) == 0 && url[7]) ||
           (strncasecmp(url, "https://", 8) == 0 && url[8]);
}
