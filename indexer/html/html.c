/* The reader of web pages (see readers.h): the bytes are decoded, libxml2 builds its tree, the
 * article's region is found and its blocks become those of the document.
 *
 *   html_charset -> libxml2 -> html_tree -> html_titles, html_region -> html_blocks -> html_filter
 *                                        -> html_json_ld, html_metadata */
#include <string.h>

#include "indexer/document/readers.h"
#include "indexer/html/html_blocks.h"
#include "indexer/html/html_charset.h"
#include "indexer/html/html_json_ld.h"
#include "indexer/html/html_metadata.h"
#include "indexer/html/html_parse.h"
#include "indexer/html/html_region.h"
#include "indexer/html/html_titles.h"
#include "indexer/html/html_tree.h"

enum {
    PAGE_BYTES = 64 << 20, /* no article is longer, and the tree takes many times its page */
    MIN_CHARS = 250,       /* an article with less text was probably not found */
    MAX_CELLS = 200,       /* a longer row is no line of text */
    BETTER_FACTOR = 2,     /* what laxer rules find must be longer by this to be taken */
};

/* An article as one set of rules found it. */
struct article {
    struct html_titles titles;
    struct html_blocks blocks;
};

static void article_free(struct article *article) {
    html_titles_free(&article->titles);
    html_blocks_free(&article->blocks);
}

/* Finds the article in a measured tree; the caller frees it. False when memory is out. */
static bool article_find(struct html_tree *tree, const struct html_places *places,
                         struct article *article) {
    html_titles_find(tree, &article->titles);
    if (tree->n_elements > 0) {
        uint32_t region = html_region_find(tree);
        html_blocks_collect(tree, region, places, &article->blocks);
        html_blocks_filter(&article->blocks, &article->titles);
    }
    return !tree->failed && !article->titles.text.failed && !article->blocks.failed;
}

/* Where the article is too short to be one, tries laxer rules. False when memory is out. */
static bool article_find_laxly(xmlDoc *page, const struct html_places *places,
                               struct article *article) {
    bool is_ok = true;
    for (enum html_trust trust = HTML_TRUST_HIDING; trust <= HTML_TRUST_TAGS && is_ok; trust++) {
        size_t n_chars = html_blocks_kept_chars(&article->blocks);
        if (n_chars >= MIN_CHARS)
            break;
        struct html_tree tree = {0};
        struct article other = {0};
        html_tree_build(page, trust, &tree);
        is_ok = !tree.failed && article_find(&tree, places, &other);
        html_tree_free(&tree);
        if (html_blocks_kept_chars(&other.blocks) > BETTER_FACTOR * n_chars) {
            article_free(article);
            *article = other;
        } else {
            article_free(&other);
        }
    }
    return is_ok;
}

struct emission {
    struct document *document;
    const struct html_blocks *blocks;
    const struct html_places *places; /* NULL: none */
    struct html_position position;    /* of the last link */
    const char *base;
    size_t i_span; /* the first span that does not end before the next block */
    size_t i_run;  /* so of runs */
};

/* Appends blocks->text[start, end), with its places. */
static void append_range(struct emission *emission, size_t start, size_t end) {
    const struct html_blocks *blocks = emission->blocks;
    const char *text = blocks->text.data;
    while (start < end) {
        while (emission->i_run < blocks->n_runs &&
               blocks->runs[emission->i_run].text + blocks->runs[emission->i_run].n_bytes <= start)
            emission->i_run++;
        const struct source_run *run =
            emission->i_run < blocks->n_runs ? &blocks->runs[emission->i_run] : NULL;
        bool is_inside = run && run->text <= start;
        size_t run_end = run ? is_inside ? run->text + run->n_bytes : run->text : end;
        size_t next = run_end < end ? run_end : end;
        document_append(emission->document, text + start, next - start,
                        is_inside ? run->source + (start - run->text) : NO_SOURCE);
        start = next;
    }
}

/* Appends the text and the links of a block to the open block of the document. */
static void append_block(struct emission *emission, const struct html_block *block) {
    struct document *document = emission->document;
    const struct html_blocks *blocks = emission->blocks;
    size_t at = block->start;
    while (emission->i_span < blocks->n_spans && blocks->spans[emission->i_span].end <= at)
        emission->i_span++;
    for (; emission->i_span < blocks->n_spans; emission->i_span++) {
        const struct html_span *span = &blocks->spans[emission->i_span];
        if (span->start >= block->end)
            break;
        const char *url =
            html_resolve(document, html_attribute(span->node, "href"), emission->base);
        append_range(emission, at, span->start);
        size_t link = NO_SOURCE;
        size_t source = emission->places ? html_places_of_element(emission->places,
                                                                  &emission->position, span->node)
                                         : NO_SOURCE;
        if (url)
            link = document_open_link(document, url, html_attribute(span->node, "title"), source);
        append_range(emission, span->start, span->end);
        document_close_link(document, link);
        at = span->end;
    }
    append_range(emission, at, block->end);
}

/* The index after the cells of the row that block `first` begins, if they can be one line of text:
 * at least two kept cells of one block each. Else `first`. */
static size_t row_end(const struct html_blocks *blocks, size_t first) {
    size_t n_cells = 0;
    uint32_t cell = HTML_NONE;
    size_t i = first;
    for (; i < blocks->n_blocks; i++) {
        const struct html_block *block = &blocks->blocks[i];
        if (!block->is_kept)
            continue;
        if (block->kind != BLOCK_ROW || block->row != blocks->blocks[first].row)
            break;
        if (block->cell == cell || n_cells == MAX_CELLS)
            return first;
        cell = block->cell;
        n_cells++;
    }
    return n_cells > 1 ? i : first;
}

static void append_row(struct emission *emission, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        if (!emission->blocks->blocks[i].is_kept)
            continue;
        if (i > first)
            document_append(emission->document, " | ", 3, NO_SOURCE);
        append_block(emission, &emission->blocks->blocks[i]);
    }
}

static void emit_blocks(struct document *document, const struct html_blocks *blocks,
                        const struct html_places *places, const char *base) {
    struct emission emission = {
        .document = document, .blocks = blocks, .places = places, .base = base};
    for (size_t i = 0; i < blocks->n_blocks && !document->failed; i++) {
        const struct html_block *block = &blocks->blocks[i];
        if (!block->is_kept)
            continue;
        size_t end = block->kind == BLOCK_ROW ? row_end(blocks, i) : i;
        if (end > i) {
            document_open_block(document, BLOCK_ROW, 0);
            append_row(&emission, i, end);
            i = end - 1;
        } else {
            bool is_lone_cell = block->kind == BLOCK_ROW;
            document_open_block(document, is_lone_cell ? BLOCK_PARAGRAPH : block->kind,
                                block->level);
            append_block(&emission, block);
        }
        document_close_block(document);
    }
}

/* Emits the lines of a text as paragraphs. */
static void emit_text(struct document *document, const char *text) {
    while (*text) {
        size_t n_bytes = strcspn(text, "\n");
        document_open_block(document, BLOCK_PARAGRAPH, 0);
        document_append(document, text, n_bytes, NO_SOURCE);
        document_close_block(document);
        text += n_bytes + (text[n_bytes] == '\n');
    }
}

static void emit(struct document *document, const struct html_blocks *blocks,
                 const struct html_places *places, const char *base, const char *json_ld_body) {
    size_t n_chars = html_blocks_kept_chars(blocks);
    struct buffer body = {0};
    if (n_chars < MIN_CHARS && json_ld_body)
        html_json_ld_plain(json_ld_body, true, &body);
    if (body.size > BETTER_FACTOR * n_chars)
        emit_text(document, buffer_string(&body));
    else
        emit_blocks(document, blocks, places, base);
    document->failed = document->failed || body.failed;
    buffer_free(&body);
}

enum status html_read(const char *bytes, size_t n_bytes, const char *charset, bool has_places,
                      struct document *document, struct error *error) {
    struct html_source source = {0};
    struct html_tree tree = {0};
    struct html_json_ld json_ld = {0};
    struct article article = {0};
    struct html_places all_places = {0};
    const struct html_places *places = has_places ? &all_places : NULL;
    bool is_ok = false;
    xmlDoc *page = NULL;
    if (n_bytes > PAGE_BYTES) {
        document_problem(document, 0, "longer than %d MB; the rest is not read", PAGE_BYTES >> 20);
        n_bytes = PAGE_BYTES;
    }
    html_source_read(bytes, n_bytes, charset, document, &source);
    if (source.converted.failed)
        goto done;
    html_places_init(&all_places, &source, bytes, n_bytes);
    page = source.n_bytes > 0 ? html_parse(source.text, source.n_bytes, places, document) : NULL;
    if (page) {
        html_tree_build(page, HTML_TRUST_WORDS, &tree);
        html_json_ld_read(&tree, &json_ld);
        if (tree.failed || json_ld.failed || !article_find(&tree, places, &article))
            goto done;
        const char *base = html_metadata_read(&tree, &json_ld, document);
        if (!article_find_laxly(page, places, &article))
            goto done;
        emit(document, &article.blocks, places, base, json_ld.body);
    }
    is_ok = !document->failed && !document->text.failed;
done:
    article_free(&article);
    html_json_ld_free(&json_ld);
    html_tree_free(&tree);
    xmlFreeDoc(page);
    html_source_free(&source);
    return is_ok ? STATUS_OK : error_no_memory(error);
}
