/* See html_blocks.h; the filter is in html_filter.c. */
#include "indexer/html/html_blocks.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/html/html_tag.h"
#include "store/array.h"

enum {
    LIST_ITEMS = 2,     /* a list of links with more items is a menu, whatever their length */
    ITEM_CHARS = 60,    /* so is one with longer items: they are headlines */
    LEAD_CHARS = 50,    /* a block of a lead with less prose is a name or a date */
    LEAD_MASS = 200,    /* in 84 judged pages shorter leads are no part of the article */
    SECTION_CHARS = 400 /* a longer section has text of its own beside its links */
};

static const float LEAD_SHARE = 0.5F; /* of the region's mass, at most */

struct collector {
    const struct html_tree *tree;
    struct html_blocks *blocks;
    const xmlNode *link;              /* the open <a> with an address, or NULL */
    const struct html_element *owner; /* of the text that comes next */
    bool is_page_link;                /* `link` leads to a place on the same page */
    bool is_open, pending_space;
    bool after_break;      /* nothing but white space since the last <br> */
    struct html_walk walk; /* through the text node, if it has places; see note_runs */
};

static bool make_room(struct html_blocks *blocks, void **items, size_t n_items, size_t *capacity,
                      size_t item_bytes) {
    void *bigger = array_grow(*items, n_items, capacity, item_bytes);
    if (bigger)
        *items = bigger;
    else
        blocks->failed = true;
    return bigger != NULL;
}

static bool is_long_list(const struct html_element *list) {
    uint32_t n_items = 0;
    for (const xmlNode *child = list->node->children; child; child = child->next)
        n_items += child->type == XML_ELEMENT_NODE;
    return n_items > LIST_ITEMS || list->n_chars > ITEM_CHARS * n_items;
}

/* True for what is little more than links: menus, link tables, teasers. */
static bool is_link_list(const struct html_element *element) {
    if (element->n_link_chars * 2 <= element->n_chars)
        return false;
    switch (element->tag) {
    case TAG_UL:
    case TAG_OL:
    case TAG_DL:
        return is_long_list(element);
    case TAG_TABLE:
        return true;
    case TAG_DIV:
    case TAG_SECTION:
        return element->n_chars < SECTION_CHARS &&
               (float)element->n_link_chars > 0.6F * (float)element->n_chars;
    default:
        return false;
    }
}

static uint32_t parent_index(const struct html_tree *tree, uint32_t index) {
    return index == HTML_NONE ? HTML_NONE : tree->elements[index].parent;
}

static void open_block(struct collector *collector) {
    const struct html_tree *tree = collector->tree;
    const struct html_element *owner = collector->owner;
    struct html_blocks *blocks = collector->blocks;
    void *items = blocks->blocks;
    bool has_room = make_room(blocks, &items, blocks->n_blocks, &blocks->blocks_capacity,
                              sizeof *blocks->blocks);
    blocks->blocks = items;
    if (!has_room)
        return;
    struct html_block block = {.start = blocks->text.size,
                               .kind = BLOCK_PARAGRAPH,
                               .list = parent_index(tree, owner->item),
                               .row = parent_index(tree, owner->cell),
                               .cell = owner->cell,
                               .tag = owner->tag,
                               .is_text = owner->traits & TAG_TEXT,
                               .is_kept = true};
    if (owner->in_pre) {
        block.kind = BLOCK_CODE;
    } else if (owner->tag >= TAG_H1 && owner->tag <= TAG_H6) {
        block.kind = BLOCK_HEADING;
        block.level = owner->tag - TAG_H1 + 1;
    } else if (owner->item > owner->cell) {
        block.kind = BLOCK_ITEM;
    } else if (owner->cell != HTML_NONE) {
        block.kind = BLOCK_ROW;
    }
    blocks->blocks[blocks->n_blocks++] = block;
    collector->is_open = true;
    collector->pending_space = false;
}

/* Ends the open block; the next one belongs to `owner`. */
static void end_block(struct collector *collector, const struct html_element *owner) {
    struct html_blocks *blocks = collector->blocks;
    collector->owner = owner;
    if (!collector->is_open)
        return;
    collector->is_open = false;
    struct html_block *block = &blocks->blocks[blocks->n_blocks - 1];
    block->end = blocks->text.size;
    if (block->n_chars == 0) {
        blocks->n_blocks--;
        blocks->text.size = block->start;
    }
}

/* Lengthens the span of the open link over text from `start` on, or begins it. */
static void note_link(struct collector *collector, size_t start) {
    struct html_blocks *blocks = collector->blocks;
    struct html_span *last = blocks->n_spans > 0 ? &blocks->spans[blocks->n_spans - 1] : NULL;
    if (last && last->node == collector->link &&
        last->start >= blocks->blocks[blocks->n_blocks - 1].start) {
        last->end = blocks->text.size;
        return;
    }
    void *spans = blocks->spans;
    bool has_room =
        make_room(blocks, &spans, blocks->n_spans, &blocks->spans_capacity, sizeof *blocks->spans);
    blocks->spans = spans;
    if (has_room)
        blocks->spans[blocks->n_spans++] =
            (struct html_span){collector->link, start, blocks->text.size};
}

/* The bytes of the character at `text` that is white space (`*is_space`) or not to be seen at all:
 * a no-break space, a zero-width space, a soft hyphen, a byte order mark. 0 for any other. */
static size_t unseen_bytes(const char *text, bool *is_space) {
    char c = *text;
    *is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (*is_space)
        return 1;
    if (c == '\xc2') {
        *is_space = text[1] == '\xa0';
        return *is_space || text[1] == '\xad' ? 2 : 0;
    }
    bool is_zero_width = (c == '\xe2' && strncmp(text, "\xe2\x80\x8b", 3) == 0) ||
                         (c == '\xef' && strncmp(text, "\xef\xbb\xbf", 3) == 0);
    return is_zero_width ? 3 : 0;
}

/* True if `run` only goes on, behind a space, with what the last run has. */
static bool goes_on(const struct collector *collector, const struct source_run *run) {
    const struct html_blocks *blocks = collector->blocks;
    const struct source_run *last = blocks->n_runs > 0 ? &blocks->runs[blocks->n_runs - 1] : NULL;
    return last && last->text + last->n_bytes + 1 == run->text &&
           last->source + last->n_bytes + 1 == run->source &&
           blocks->text.data[run->text - 1] == ' ' &&
           collector->walk.places->file[run->source - 1] == ' ';
}

/* Notes where in the file the word stands that was just appended, if it is of a text node. */
static void note_runs(struct collector *collector, const char *word, size_t n_bytes, size_t start) {
    struct html_blocks *blocks = collector->blocks;
    struct source_run run;
    while (html_walk_next(&collector->walk, word, word + n_bytes, &run)) {
        void *runs = blocks->runs;
        if (run.source == NO_SOURCE)
            continue;
        bool has_room =
            make_room(blocks, &runs, blocks->n_runs, &blocks->runs_capacity, sizeof *blocks->runs);
        blocks->runs = runs;
        if (!has_room)
            return;
        run.text += start;
        if (goes_on(collector, &run))
            blocks->runs[blocks->n_runs - 1].n_bytes += run.n_bytes + 1;
        else
            blocks->runs[blocks->n_runs++] = run;
    }
}

static void append_word(struct collector *collector, const char *word, size_t n_bytes) {
    struct html_blocks *blocks = collector->blocks;
    if (!collector->is_open)
        open_block(collector);
    if (!collector->is_open)
        return;
    struct html_block *block = &blocks->blocks[blocks->n_blocks - 1];
    uint32_t n_chars = 0;
    if (collector->pending_space && block->n_chars > 0) {
        buffer_append_char(&blocks->text, ' ');
        n_chars++;
    }
    collector->pending_space = false;
    collector->after_break = false;
    size_t start = blocks->text.size;
    buffer_append(&blocks->text, word, n_bytes);
    if (collector->walk.content)
        note_runs(collector, word, n_bytes, start);
    for (size_t i = 0; i < n_bytes; i++)
        n_chars += ((unsigned char)word[i] & 0xc0) != 0x80;
    block->n_chars += n_chars;
    if (collector->link) {
        block->n_link_chars += n_chars;
        block->in_page_link = block->in_page_link || collector->is_page_link;
        note_link(collector, start);
    }
}

/* Appends what stands in <pre> as it is; empty lines before it are dropped. */
static void append_code(struct collector *collector, const char *text) {
    if (!collector->is_open) {
        size_t n_blank = strspn(text, " \t\r\n");
        if (!text[n_blank])
            return;
        while (n_blank > 0 && text[n_blank - 1] != '\n')
            n_blank--;
        text += n_blank;
    }
    append_word(collector, text, strlen(text));
}

static void append_text(struct collector *collector, const char *text) {
    if (collector->owner->in_pre) {
        append_code(collector, text);
        return;
    }
    while (*text) {
        bool is_space;
        size_t n_unseen = unseen_bytes(text, &is_space);
        if (n_unseen > 0) {
            collector->pending_space = collector->pending_space || is_space;
            text += n_unseen;
            continue;
        }
        const char *word = text;
        while (*text && unseen_bytes(text, &is_space) == 0)
            text++;
        append_word(collector, word, (size_t)(text - word));
    }
}

/* Begins an element; NULL if it is not read. */
static const struct html_element *enter(struct collector *collector, const xmlNode *node,
                                        const xmlNode *region) {
    const struct html_element *element = html_tree_find(collector->tree, node);
    if (!element || (node != region && (element->is_cut || is_link_list(element)))) {
        /* What is left out parts the text around it if it is a block. */
        if (element && (element->traits & TAG_BLOCK))
            end_block(collector, collector->owner);
        return NULL;
    }
    if (element->tag == TAG_BR) {
        if (collector->after_break && !collector->owner->in_pre)
            end_block(collector, collector->owner);
        append_text(collector, "\n");
        collector->after_break = true;
    }
    const char *url = element->tag == TAG_A ? html_attribute(node, "href") : NULL;
    if (url) {
        collector->link = node;
        collector->is_page_link = url[0] == '#';
    }
    if (element->traits & TAG_BLOCK)
        end_block(collector, element);
    return element;
}

static void leave(struct collector *collector, const xmlNode *node) {
    const struct html_element *element = html_tree_find(collector->tree, node);
    if (element->tag == TAG_A)
        collector->link = NULL;
    if (element->traits & TAG_BLOCK) {
        uint32_t outer = collector->tree->elements[element->parent].block;
        end_block(collector, &collector->tree->elements[outer]);
    }
}

/* Collects the blocks of an element and all that is in it. */
static void collect(struct collector *collector, const struct html_element *root) {
    const struct html_blocks *blocks = collector->blocks;
    const xmlNode *node = root->node;
    collector->owner = &collector->tree->elements[root->block];
    while (node && !blocks->failed) {
        if (node->type == XML_ELEMENT_NODE && enter(collector, node, root->node)) {
            if (node->children) {
                node = node->children;
                continue;
            }
            leave(collector, node);
        } else if (node->type == XML_TEXT_NODE && node->content) {
            if (collector->walk.places)
                html_walk_begin(&collector->walk, node);
            append_text(collector, (const char *)node->content);
            collector->walk.content = NULL;
        }
        while (node != root->node && !node->next) {
            node = node->parent;
            leave(collector, node);
        }
        node = node == root->node ? NULL : node->next;
    }
    end_block(collector, collector->owner);
}

/* The first element from `index` on that is prose, as the lead of an article is; `region` if none
 * is before that. */
static uint32_t next_prose(const struct html_tree *tree, uint32_t index, uint32_t region) {
    while (index < region) {
        const struct html_element *element = &tree->elements[index];
        bool is_left_out = element->end <= region && (element->is_cut || is_link_list(element));
        if (!is_left_out && element->end <= region && element->weight >= LEAD_CHARS)
            break;
        index = is_left_out ? element->end : index + 1;
    }
    return index;
}

/* Collects the prose between the title and the region, which begins an article that its page parts
 * in two. Less than a few sentences is a line under the title, much more is no lead. */
static void collect_lead(struct collector *collector, uint32_t region) {
    const struct html_tree *tree = collector->tree;
    const struct html_element *elements = tree->elements;
    uint32_t title = region;
    while (title > 0 && (!elements[title].is_title_heading || elements[title].is_cut))
        title--;
    if (title == 0 || title == region)
        return;
    uint32_t first = next_prose(tree, elements[title].end, region);
    float mass = 0;
    for (uint32_t i = first; i < region; i = next_prose(tree, elements[i].end, region))
        mass += elements[i].weight;
    if (mass < LEAD_MASS || mass > LEAD_SHARE * elements[region].live_mass)
        return;
    for (uint32_t i = first; i < region; i = next_prose(tree, elements[i].end, region))
        collect(collector, &elements[i]);
}

void html_blocks_collect(const struct html_tree *tree, uint32_t region,
                         const struct html_places *places, struct html_blocks *blocks) {
    struct collector collector = {.tree = tree, .blocks = blocks, .walk = {.places = places}};
    collect_lead(&collector, region);
    collect(&collector, &tree->elements[region]);
    blocks->failed = blocks->failed || blocks->text.failed;
}

size_t html_blocks_kept_chars(const struct html_blocks *blocks) {
    size_t n_chars = 0;
    for (size_t i = 0; i < blocks->n_blocks; i++)
        n_chars += blocks->blocks[i].is_kept ? blocks->blocks[i].n_chars : 0;
    return n_chars;
}

void html_blocks_free(struct html_blocks *blocks) {
    buffer_free(&blocks->text);
    free(blocks->blocks);
    free(blocks->spans);
    free(blocks->runs);
    *blocks = (struct html_blocks){0};
}
