/* See html_tree.h. */
#include "indexer/html/html_tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/html/html_slug.h"
#include "indexer/html/html_tag.h"
#include "indexer/html/html_words.h"
#include "store/array.h"

enum {
    PROSE_CHARS = 25,     /* a block with less text of its own is a label, not prose */
    TEXT_MAX_NODES = 500, /* html_node_text looks at no more: headings nest in hostile pages */
};

static const float ITEM_WEIGHT = 0.3F; /* lists are more often menus than articles */

/* The attributes that the rules look at; NULL where the element has none. */
struct attributes {
    const char *class_name, *id, *role, *itemprop;
    bool is_hidden;
};

struct walk {
    struct html_tree *tree;
    enum html_trust trust;
    uint32_t current;               /* index of the innermost open element */
    uint32_t n_chars, n_link_chars; /* of the text so far */
    bool in_link, after_space;
};

static const char *attribute_value(const xmlAttr *attribute) {
    const xmlNode *value = attribute->children;
    return value && value->content ? (const char *)value->content : "";
}

const char *html_attribute(const xmlNode *node, const char *name) {
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
        if (strcmp((const char *)attribute->name, name) == 0)
            return attribute_value(attribute);
    return NULL;
}

static const char *skip_style_space(const char *style) {
    while (*style == ' ' || *style == ':' || *style == '\t' || *style == '\n')
        style++;
    return style;
}

/* True if an inline style takes the element off the page. */
static bool style_hides(const char *style) {
    const char *display = strcasestr(style, "display");
    if (display && strncasecmp(skip_style_space(display + 7), "none", 4) == 0)
        return true;
    const char *visibility = strcasestr(style, "visibility");
    return visibility && strncasecmp(skip_style_space(visibility + 10), "hidden", 6) == 0;
}

static void read_attribute(struct attributes *found, const char *name, const char *value) {
    switch (name[0]) {
    case 'c':
        if (strcmp(name, "class") == 0)
            found->class_name = value;
        break;
    case 'i':
        if (strcmp(name, "id") == 0)
            found->id = value;
        else if (strcmp(name, "itemprop") == 0)
            found->itemprop = value;
        break;
    case 'r':
        if (strcmp(name, "role") == 0)
            found->role = value;
        break;
    case 'h':
        if (strcmp(name, "hidden") == 0)
            found->is_hidden = true;
        break;
    case 'a':
        if (strcmp(name, "aria-hidden") == 0 && strcasecmp(value, "true") == 0)
            found->is_hidden = true;
        break;
    case 's':
        if (strcmp(name, "style") == 0 && style_hides(value))
            found->is_hidden = true;
        break;
    default:
        break;
    }
}

static bool is_furniture_role(const char *role) {
    static const char *const roles[] = {"alert",         "alertdialog", "banner",
                                        "complementary", "dialog",      "contentinfo",
                                        "navigation",    "search",      "menu"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcasecmp(role, roles[i]) == 0)
            return true;
    return false;
}

static uint8_t find_suspicion(const xmlNode *node, const struct html_tag_info *info,
                              const struct attributes *attributes, enum html_trust trust) {
    const char *class_name = attributes->class_name;
    if (info->tag == TAG_HTML || info->tag == TAG_BODY || info->tag == TAG_MAIN)
        return HTML_TRUSTED;
    if (info->traits & TAG_SOFT)
        return HTML_FURNITURE;
    if (trust != HTML_TRUST_WORDS)
        return html_words_name_consent(class_name, attributes->id) ? HTML_FURNITURE : HTML_TRUSTED;
    if (attributes->role && is_furniture_role(attributes->role))
        return HTML_FURNITURE;
    if (!class_name && !attributes->id)
        return HTML_TRUSTED;
    enum html_suspicion suspicion = html_words_suspicion(class_name, attributes->id);
    if (suspicion != HTML_TRUSTED && attributes->id && html_slug_is(attributes->id, node))
        suspicion = html_words_suspicion(class_name, NULL);
    return (uint8_t)suspicion;
}

static uint8_t find_hint(const struct html_tag_info *info, const struct attributes *attributes) {
    if (attributes->itemprop && strcasecmp(attributes->itemprop, "articleBody") == 0)
        return 3;
    switch (info->tag) {
    case TAG_P:
    case TAG_SPAN:
    case TAG_A:
    case TAG_LI:
    case TAG_UL:
    case TAG_H1:
    case TAG_H2:
    case TAG_H3:
    case TAG_IMG:
        return 0;
    default:
        break;
    }
    if (html_words_name_article(attributes->class_name) || html_words_name_article(attributes->id))
        return 2;
    return info->tag == TAG_ARTICLE;
}

/* Makes room for one more item; false (and tree.failed) when memory is out. */
static bool make_room(struct html_tree *tree, void **items, size_t n_items, size_t *capacity,
                      size_t item_bytes) {
    void *bigger = n_items < UINT32_MAX ? array_grow(*items, n_items, capacity, item_bytes) : NULL;
    if (bigger)
        *items = bigger;
    else
        tree->failed = true;
    return bigger != NULL;
}

static void add_head(struct html_tree *tree, xmlNode *node) {
    void *heads = tree->heads;
    bool has_room = make_room(tree, &heads, tree->n_heads, &tree->heads_capacity, sizeof node);
    tree->heads = heads;
    if (has_room)
        tree->heads[tree->n_heads++] = node;
}

/* True for a <head> that holds the page: without a <body> tag, libxml2 takes the elements that came
 * with HTML 5 for what a head may hold. */
static bool is_body(const xmlNode *head) {
    for (const xmlNode *child = head->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && (html_tag_find((const char *)child->name)->traits &
                                                (TAG_BLOCK | TAG_HARD)) == TAG_BLOCK)
            return true;
    return false;
}

/* Keeps what says something about the page; true if `node` is such and holds no text to read. */
static bool note_head(struct html_tree *tree, const struct html_tag_info *info, xmlNode *node) {
    if (info->tag == TAG_SCRIPT) {
        const char *type = html_attribute(node, "type");
        if (type && strcasestr(type, "ld+json"))
            add_head(tree, node);
        return true;
    }
    if (info->tag == TAG_HEAD && is_body(node))
        return false;
    if (info->tag == TAG_HEAD) {
        for (xmlNode *child = node->children; child; child = child->next)
            if (child->type == XML_ELEMENT_NODE)
                note_head(tree, html_tag_find((const char *)child->name), child);
        return true;
    }
    if (info->tag != TAG_META && info->tag != TAG_LINK && info->tag != TAG_BASE &&
        info->tag != TAG_TITLE)
        return false;
    add_head(tree, node);
    return true;
}

/* Fills what an element has from its place; `index` is its own. */
static void inherit(struct html_element *element, const struct html_element *parent,
                    uint32_t index) {
    element->depth = index > 0 ? parent->depth + 1 : 0;
    element->block = element->traits & TAG_BLOCK ? index : parent->block;
    element->item = parent->item;
    element->cell = parent->cell;
    element->in_pre = parent->in_pre || element->tag == TAG_PRE;
    if (element->tag == TAG_LI || element->tag == TAG_DD || element->tag == TAG_DT)
        element->item = index;
    if (element->tag == TAG_TD || element->tag == TAG_TH)
        element->cell = index;
}

/* True for the button that a heading consists of where a click on it shows the text below. */
static bool is_button_of_heading(const struct walk *walk, const xmlNode *node) {
    const struct html_tree *tree = walk->tree;
    if (tree->n_elements == 0 || strcmp((const char *)node->name, "button") != 0)
        return false;
    enum html_tag tag = tree->elements[tree->elements[walk->current].block].tag;
    return tag >= TAG_H1 && tag <= TAG_H6;
}

/* Begins an element; false if it is left out. */
static bool enter(struct walk *walk, xmlNode *node) {
    struct html_tree *tree = walk->tree;
    const struct html_tag_info *info = html_tag_find((const char *)node->name);
    node->_private = NULL;
    if (note_head(tree, info, node))
        return false;
    bool is_question = (info->traits & TAG_HARD) && is_button_of_heading(walk, node);
    if ((info->traits & TAG_HARD) && !is_question && info->tag != TAG_HEAD)
        return false;
    struct attributes attributes = {0};
    for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
        read_attribute(&attributes, (const char *)attribute->name, attribute_value(attribute));
    bool is_root = info->tag == TAG_HTML || info->tag == TAG_BODY || tree->n_elements == 0;
    bool is_answer =
        attributes.is_hidden && html_words_name_answer(attributes.class_name, attributes.id);
    if (attributes.is_hidden && !is_answer && walk->trust != HTML_TRUST_TAGS && !is_root)
        return false;
    void *elements = tree->elements;
    bool has_room = make_room(tree, &elements, tree->n_elements, &tree->elements_capacity,
                              sizeof *tree->elements);
    tree->elements = elements;
    if (!has_room)
        return false;
    uint32_t index = (uint32_t)tree->n_elements++;
    struct html_element *element = &tree->elements[index];
    *element = (struct html_element){.node = node,
                                     .parent = walk->current,
                                     .n_chars = walk->n_chars,
                                     .n_link_chars = walk->n_link_chars,
                                     .tag = info->tag,
                                     .traits = is_question ? 0 : info->traits};
    inherit(element, &tree->elements[walk->current], index);
    element->suspicion = find_suspicion(node, info, &attributes, walk->trust);
    element->hint = node->properties ? find_hint(info, &attributes) : info->tag == TAG_ARTICLE;
    element->is_key = info->tag == TAG_H1 || element->hint == 3;
    node->_private = (void *)(uintptr_t)(index + 1);
    walk->current = index;
    walk->in_link = walk->in_link || info->tag == TAG_A;
    walk->after_space = walk->after_space || (element->traits & TAG_BLOCK);
    return true;
}

static void weigh(struct html_element *element) {
    bool is_heading = element->tag >= TAG_H1 && element->tag <= TAG_H6;
    if (!(element->traits & TAG_BLOCK) || is_heading)
        return;
    uint32_t n_prose = element->n_own - element->n_own_link;
    if (n_prose < PROSE_CHARS || element->n_own_link * 2 > element->n_own)
        return;
    element->weight = (float)n_prose * (element->item ? ITEM_WEIGHT : 1);
}

/* Ends the innermost open element. */
static void leave(struct walk *walk) {
    struct html_element *element = &walk->tree->elements[walk->current];
    element->end = (uint32_t)walk->tree->n_elements;
    element->n_chars = walk->n_chars - element->n_chars;
    element->n_link_chars = walk->n_link_chars - element->n_link_chars;
    weigh(element);
    element->mass += element->weight;
    if (element->tag == TAG_A)
        walk->in_link = false;
    walk->after_space = walk->after_space || (element->traits & TAG_BLOCK);
    if (walk->current > 0) {
        struct html_element *parent = &walk->tree->elements[element->parent];
        parent->mass += element->mass;
        parent->is_key = parent->is_key || element->is_key;
    }
    walk->current = element->parent;
}

static void count_text(struct walk *walk, const char *text) {
    uint32_t n_chars = 0;
    bool after_space = walk->after_space;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            n_chars += !after_space;
            after_space = true;
        } else {
            n_chars += (c & 0xc0) != 0x80;
            after_space = false;
        }
    }
    walk->after_space = after_space;
    walk->n_chars += n_chars;
    struct html_element *block = &walk->tree->elements[walk->tree->elements[walk->current].block];
    block->n_own += n_chars;
    if (walk->in_link) {
        walk->n_link_chars += n_chars;
        block->n_own_link += n_chars;
    }
}

void html_tree_build(xmlDoc *page, enum html_trust trust, struct html_tree *tree) {
    struct walk walk = {.tree = tree, .trust = trust, .after_space = true};
    xmlNode *root = xmlDocGetRootElement(page);
    xmlNode *node = root;
    while (node && !tree->failed) {
        if (node->type == XML_ELEMENT_NODE && enter(&walk, node)) {
            if (node->children) {
                node = node->children;
                continue;
            }
            leave(&walk);
        } else if (node->type == XML_TEXT_NODE && node->content) {
            count_text(&walk, (const char *)node->content);
        }
        while (node != root && !node->next) {
            node = node->parent;
            leave(&walk);
        }
        node = node == root ? NULL : node->next;
    }
}

void html_tree_free(struct html_tree *tree) {
    free(tree->elements);
    free(tree->heads);
    *tree = (struct html_tree){0};
}

const struct html_element *html_tree_find(const struct html_tree *tree, const xmlNode *node) {
    uintptr_t index = (uintptr_t)node->_private;
    return index > 0 ? &tree->elements[index - 1] : NULL;
}

/* Appends `content`, cut at a character so that `text` grows to `max_bytes` from `n_before` on. */
static void append_up_to(const xmlChar *content, size_t max_bytes, size_t n_before,
                         struct buffer *text) {
    size_t room = max_bytes - (text->size - n_before);
    size_t n_bytes = content ? strnlen((const char *)content, room + 1) : 0;
    if (n_bytes > room)
        for (n_bytes = room; n_bytes > 0 && (content[n_bytes] & 0xc0) == 0x80;)
            n_bytes--;
    buffer_append(text, content, n_bytes);
}

void html_node_text(const xmlNode *node, size_t max_bytes, struct buffer *text) {
    const xmlNode *root = node;
    size_t n_before = text->size;
    for (int n_nodes = 0; n_nodes < TEXT_MAX_NODES; n_nodes++) {
        bool is_read = false;
        if (node->type == XML_ELEMENT_NODE) {
            const struct html_tag_info *info = html_tag_find((const char *)node->name);
            is_read = !(info->traits & TAG_HARD);
            if (info->tag == TAG_BR || (info->traits & TAG_BLOCK))
                append_up_to((const xmlChar *)" ", max_bytes, n_before, text);
        } else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            append_up_to(node->content, max_bytes, n_before, text);
        }
        if ((is_read || node == root) && node->children) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next)
            node = node->parent;
        if (node == root)
            return;
        node = node->next;
    }
}

char *html_node_string(const xmlNode *node, size_t max_bytes, struct document *document) {
    struct buffer text = {0};
    html_node_text(node, max_bytes, &text);
    char *string = document_string(document, buffer_string(&text), text.size);
    document->failed = document->failed || text.failed;
    buffer_free(&text);
    return string;
}
