/* The Markdown reader; see readers.h. md4c hands out most text as pointers into what it was given:
 * its place in the file follows from the pointer. */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <md4c.h>

#include "indexer/document/decode.h"
#include "indexer/document/readers.h"
#include "indexer/readers/adjacent_references.h"
#include "indexer/readers/bare_urls.h"
#include "indexer/readers/block_writer.h"
#include "indexer/readers/entity.h"
#include "indexer/readers/footnote.h"
#include "indexer/readers/front_matter.h"
#include "indexer/readers/plain_text.h"
#include "indexer/readers/raw_html.h"

enum {
    FLAGS = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS |
            MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_PERMISSIVEWWWAUTOLINKS,
    /* md4c counts in 32 bits, its marks in fewer; no article comes near. */
    MARKDOWN_MAX_BYTES = 256 * 1024 * 1024,
    /* The URLs that links copy from a reference definition may be this many times the file: else a
     * long definition that is used often would make a small file fill the memory. */
    MAX_URL_GROWTH = 16,
    URL_BYTES_ALLOWED = 64 * 1024, /* in any case */
    /* How far behind the text before it an empty link is looked for. */
    EMPTY_LINK_DISTANCE = 256,
};

struct markdown {
    struct block_writer writer;
    struct raw_html html;
    const char *text, *end; /* what md4c reads: decoded.text without its front matter */
    const char *after;      /* end of the last piece of it that md4c handed out */
    size_t n_items;         /* open list items */
    int next_number;        /* of the outermost list's next item; 0: it has no numbers */
    int number;             /* of the item that has no text yet, or 0 */
    bool has_cell;          /* the table row had one */

    struct buffer url, title; /* of the open link */
    bool has_link;            /* a link of Markdown is open: */
    size_t link;
    bool link_has_source;
    size_t n_label_images; /* images that began in its label before any text */
    const char *href;      /* its URL as md4c gave it */

    size_t n_sparse_cells; /* cells that tables have beyond what is written */
    size_t url_bytes;
    const char *refusal; /* why md4c was stopped, or NULL */
};

/* md4c 0.4.8 stops at negative values only. */
enum { GO_ON = 0, STOP = -1 };

static int state(const struct markdown *markdown) {
    return markdown->refusal || markdown->writer.document->failed ? STOP : GO_ON;
}

static bool is_in_text(const struct markdown *markdown, const char *pointer) {
    uintptr_t place = (uintptr_t)pointer;
    return place >= (uintptr_t)markdown->text && place <= (uintptr_t)markdown->end;
}

static void append_attribute(struct buffer *out, const MD_ATTRIBUTE *attribute) {
    for (size_t i = 0; attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++) {
        MD_OFFSET start = attribute->substr_offsets[i];
        MD_OFFSET n_bytes = attribute->substr_offsets[i + 1] - start;
        if (attribute->substr_types[i] == MD_TEXT_ENTITY)
            entity_append_decoded(out, attribute->text + start, n_bytes);
        else
            buffer_append(out, attribute->text + start, n_bytes);
    }
}

static void enter_link(struct markdown *markdown, const MD_SPAN_A_DETAIL *detail) {
    buffer_clear(&markdown->url);
    buffer_clear(&markdown->title);
    append_attribute(&markdown->url, &detail->href);
    append_attribute(&markdown->title, &detail->title);
    markdown->url_bytes += markdown->url.size + markdown->title.size;
    size_t n_bytes = (size_t)(markdown->end - markdown->text);
    if (markdown->url_bytes > n_bytes * MAX_URL_GROWTH + URL_BYTES_ALLOWED)
        markdown->refusal = "its links repeat a few long URLs too often";
    else if (document_is_web_url(buffer_string(&markdown->url))) {
        markdown->link = block_writer_open_link(
            &markdown->writer, markdown->url.data,
            markdown->title.size > 0 ? markdown->title.data : NULL, NO_SOURCE);
        markdown->has_link = true;
        markdown->link_has_source = false;
        markdown->n_label_images = 0;
        markdown->href = detail->href.text;
    }
}

static void set_link_source(struct markdown *markdown, const char *place) {
    struct document *document = markdown->writer.document;
    markdown->link_has_source = true;
    if (markdown->link < document->n_links)
        document->links[markdown->link].source = decoded_source_of(markdown->writer.decoded, place);
}

/* Where the open link begins, from `first`, the first piece of its label: an autolink is its own
 * label; else a '[' comes before it, with emphasis, code marks, images or a line's start in
 * between. */
static const char *link_start(const struct markdown *markdown, const char *first) {
    bool is_www = !is_in_text(markdown, markdown->href) && markdown->end - first >= 4 &&
                  memcmp(first, "www.", 4) == 0 &&
                  strncmp(markdown->url.data + strlen("http://"), "www.", 4) == 0;
    const char *least = markdown->after;
    if (first == markdown->href || (is_www && (first == least || first[-1] != '[')))
        return first > least && first[-1] == '<' ? first - 1 : first;
    size_t n_images = markdown->n_label_images;
    for (const char *at = first; at > least;) {
        at--;
        if (*at == '[' && n_images-- == 0)
            return at;
        if (!strchr("[*_~`\\! \t\r\n>", *at))
            break;
    }
    return first;
}

/* The '[' of the "[](" before the URL of an inline link or image; NULL if it has a label. */
static const char *empty_label(const struct markdown *markdown, const char *url) {
    if (!is_in_text(markdown, url))
        return NULL;
    while (url > markdown->after && strchr("< \t\r\n", url[-1]))
        url--;
    return url - markdown->text >= 3 && memcmp(url - 3, "[](", 3) == 0 ? url - 3 : NULL;
}

/* Where a link without text in its label begins. */
static const char *empty_link_start(const struct markdown *markdown) {
    const char *label = empty_label(markdown, markdown->href);
    if (label)
        return label;
    /* A reference, or a URL with entities: at the next '[', more or less. */
    size_t distance = (size_t)(markdown->end - markdown->after);
    if (distance > EMPTY_LINK_DISTANCE)
        distance = EMPTY_LINK_DISTANCE;
    const char *bracket = memchr(markdown->after, '[', distance);
    return bracket ? bracket : markdown->after;
}

static void leave_link(struct markdown *markdown) {
    if (!markdown->has_link)
        return;
    if (!markdown->link_has_source)
        set_link_source(markdown, empty_link_start(markdown));
    document_close_link(markdown->writer.document, markdown->link);
    markdown->has_link = false;
}

static void end_block(struct markdown *markdown) {
    leave_link(markdown); /* md4c forgets the end of a bare URL that a table cuts */
    raw_html_end(&markdown->html);
    if (markdown->writer.document->in_block)
        markdown->number = 0;
    block_writer_begin(&markdown->writer, markdown->n_items > 0 ? BLOCK_ITEM : BLOCK_PARAGRAPH,
                       markdown->number);
}

/* `numbered` is NULL for a list with bullets. */
static void begin_list(struct markdown *markdown, const MD_BLOCK_OL_DETAIL *numbered) {
    if (markdown->n_items > 0)
        return;
    markdown->next_number = numbered && numbered->start < INT_MAX ? (int)numbered->start : 0;
}

static void begin_item(struct markdown *markdown) {
    bool has_number = markdown->n_items == 0 && markdown->next_number > 0;
    if (has_number)
        markdown->number = markdown->next_number;
    markdown->next_number += has_number && markdown->next_number < INT_MAX;
    markdown->n_items++;
    markdown->writer.kind = BLOCK_ITEM;
    markdown->writer.level = markdown->number;
}

/* md4c gives every row as many cells as the header has, so that n bytes can become n * n cells. */
static void count_cells(struct markdown *markdown, const MD_BLOCK_TABLE_DETAIL *table) {
    size_t n_rows = (size_t)table->head_row_count + table->body_row_count;
    markdown->n_sparse_cells += n_rows * table->col_count;
    if (markdown->n_sparse_cells > (size_t)(markdown->end - markdown->text))
        markdown->refusal = "its tables have more cells than the file has bytes";
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *user) {
    struct markdown *markdown = user;
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        markdown->writer.n_cell_ends += markdown->has_cell;
        markdown->has_cell = true;
        return state(markdown);
    }
    end_block(markdown);
    switch (type) {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        begin_list(markdown, type == MD_BLOCK_OL ? detail : NULL);
        break;
    case MD_BLOCK_LI:
        begin_item(markdown);
        break;
    case MD_BLOCK_H:
        block_writer_begin(&markdown->writer, BLOCK_HEADING,
                           (int)((const MD_BLOCK_H_DETAIL *)detail)->level);
        break;
    case MD_BLOCK_CODE:
        block_writer_begin(&markdown->writer, BLOCK_CODE, 0);
        break;
    case MD_BLOCK_HTML:
        raw_html_begin(&markdown->html, markdown->writer.kind);
        break;
    case MD_BLOCK_TABLE:
        count_cells(markdown, detail);
        break;
    case MD_BLOCK_TR:
        markdown->has_cell = false;
        block_writer_begin(&markdown->writer, BLOCK_ROW, 0);
        break;
    default:
        break;
    }
    return state(markdown);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *user) {
    struct markdown *markdown = user;
    (void)detail;
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        raw_html_end(&markdown->html);
        return state(markdown);
    }
    if (type == MD_BLOCK_LI) {
        markdown->n_items--;
        markdown->number = 0;
    }
    end_block(markdown);
    return state(markdown);
}

/* The label of a link may be an image without a text of its own. */
static void leave_image(struct markdown *markdown, const MD_SPAN_IMG_DETAIL *detail) {
    if (!markdown->has_link || markdown->link_has_source)
        return;
    const char *label = empty_label(markdown, detail->src.text);
    if (label && label > markdown->text && markdown->n_label_images > 0) {
        markdown->n_label_images--; /* its '[' is not before this place */
        set_link_source(markdown, link_start(markdown, label - 1));
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *user) {
    struct markdown *markdown = user;
    if (type == MD_SPAN_A)
        enter_link(markdown, detail);
    else if (type == MD_SPAN_IMG && markdown->has_link && !markdown->link_has_source)
        markdown->n_label_images++;
    return state(markdown);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *user) {
    struct markdown *markdown = user;
    if (type == MD_SPAN_A)
        leave_link(markdown);
    else if (type == MD_SPAN_IMG)
        leave_image(markdown, detail);
    return state(markdown);
}

static void append_entity(struct markdown *markdown, const char *text, size_t n_bytes) {
    char character[4];
    size_t n_character;
    if (entity_decode(text, n_bytes, character, &n_character) > 0)
        raw_html_text(&markdown->html, character, n_character);
    else
        raw_html_text(&markdown->html, text, n_bytes);
}

/* The text of a bare URL, of which md4c takes too much: the rest of it is text after the link. */
static void append_bare_url(struct markdown *markdown, const char *text, size_t n_bytes) {
    const size_t n_url = bare_url_bytes(text, n_bytes);
    const struct document *document = markdown->writer.document;
    char *url = markdown->link < document->n_links ? document->links[markdown->link].url : NULL;
    if (n_url > 0 && n_url < n_bytes && url && strlen(url) == n_bytes) {
        url[n_url] = '\0';
        raw_html_text(&markdown->html, text, n_url);
        leave_link(markdown);
        text += n_url;
        n_bytes -= n_url;
    }
    raw_html_text(&markdown->html, text, n_bytes);
}

static int append_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE n_bytes, void *user) {
    struct markdown *markdown = user;
    bool is_source = is_in_text(markdown, text);
    if (is_source && markdown->has_link && !markdown->link_has_source)
        set_link_source(markdown, link_start(markdown, text));
    /* md4c writes line ends of code itself: where one follows in the source too, it is that one. */
    if (type == MD_TEXT_CODE && !is_source && n_bytes == 1 && *text == '\n' &&
        markdown->after < markdown->end && *markdown->after == '\n') {
        text = markdown->after;
        is_source = true;
    }
    switch (type) {
    case MD_TEXT_HTML:
        raw_html_feed(&markdown->html, text, n_bytes);
        break;
    case MD_TEXT_ENTITY:
        append_entity(markdown, text, n_bytes);
        break;
    case MD_TEXT_NULLCHAR:
        raw_html_text(&markdown->html, "\xEF\xBF\xBD", 3);
        break;
    default:
        if (markdown->has_link && text == markdown->href && text > markdown->text &&
            text[-1] != '<')
            append_bare_url(markdown, text, n_bytes);
        else
            raw_html_text(&markdown->html, text, n_bytes);
        break;
    }
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
        document_end_line(markdown->writer.document);
    if (is_source)
        markdown->after = text + n_bytes;
    return state(markdown);
}

static void set_title(struct document *document) {
    for (size_t i = 0; i < document->n_blocks && !document->title; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind == BLOCK_HEADING && block->level == 1)
            document->title = document_string(document, document->text.data + block->start,
                                              block->end - block->start);
    }
}

/* Drops what was read of the body. */
static void clear_body(struct document *document) {
    buffer_clear(&document->text);
    document->n_blocks = document->n_links = document->n_runs = document->n_line_ends = 0;
    document->in_block = document->pending_space = false;
}

static void read_body(const char *text, size_t n_bytes, const struct decoded *decoded,
                      struct document *document) {
    struct markdown markdown = {
        .writer = {.document = document, .decoded = decoded, .kind = BLOCK_PARAGRAPH},
        .text = text,
        .end = text + n_bytes,
        .after = text,
    };
    markdown.html.writer = &markdown.writer;
    bool finds_bare_urls = !bare_urls_are_too_many(text, n_bytes);
    const MD_PARSER parser = {.flags =
                                  finds_bare_urls ? FLAGS : FLAGS & ~MD_FLAG_PERMISSIVEAUTOLINKS,
                              .enter_block = enter_block,
                              .leave_block = leave_block,
                              .enter_span = enter_span,
                              .leave_span = leave_span,
                              .text = append_text};
    if (n_bytes > MARKDOWN_MAX_BYTES)
        markdown.refusal = "it is larger than 256 MiB";
    else if (md_parse(text, (MD_SIZE)n_bytes, &parser, &markdown) != 0 && !markdown.refusal)
        document->failed = true; /* all that is left is memory */
    document->failed = document->failed || markdown.url.failed || markdown.title.failed ||
                       markdown.html.tag.failed || markdown.html.url.failed ||
                       markdown.html.title.failed;
    raw_html_free(&markdown.html);
    buffer_free(&markdown.title);
    buffer_free(&markdown.url);
    if (!finds_bare_urls && !markdown.refusal && bare_urls_are_there(text, n_bytes))
        document_problem(document, 0,
                         "a paragraph has too many URLs: those without brackets are "
                         "read as text, not as links");
    if (markdown.refusal && !document->failed) {
        document_problem(document, 0, "%s: read as plain text", markdown.refusal);
        clear_body(document);
        plain_text_append(document, decoded, text, n_bytes);
    }
}

enum status markdown_read(const char *bytes, size_t n_bytes, struct document *document,
                          struct error *error) {
    struct decoded decoded = {0};
    enum status status = decode_text(bytes, n_bytes, document, &decoded, error);
    if (status == STATUS_OK)
        adjacent_references_part(&decoded);
    if (status == STATUS_OK && decoded.text.failed)
        status = error_no_memory(error);
    if (status == STATUS_OK) {
        const char *text = buffer_string(&decoded.text);
        size_t front = front_matter_read(text, decoded.text.size, document);
        if (!document->failed)
            read_body(text + front, decoded.text.size - front, &decoded, document);
        footnotes_resolve(document);
        set_title(document);
        if (document->failed)
            status = error_no_memory(error);
    }
    decoded_free(&decoded);
    return status;
}
