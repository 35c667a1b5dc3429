/* See html_titles.h. */
#include "indexer/html/html_titles.h"

#include <string.h>
#include <strings.h>

#include "indexer/html/html_tag.h"

enum {
    TITLE_BYTES = 1000,   /* of a title; the rest tells nothing more */
    HEADING_CHARS = 10,   /* a shorter heading may be in a title by chance */
    BEGINNING_CHARS = 20, /* a heading this long that begins a title is that title, cut */
};

/* Decodes the character at `s` (valid UTF-8) and returns its length. */
static size_t decode_character(const unsigned char *s, unsigned *code) {
    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    size_t n_bytes = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    *code = s[0] & (0xffU >> (n_bytes + 1));
    for (size_t i = 1; i < n_bytes; i++)
        *code = *code << 6 | (s[i] & 0x3fU);
    return n_bytes;
}

static bool is_word_character(unsigned code) {
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
               (code >= '0' && code <= '9');
    bool is_latin_mark = code < 0xc0 && code != 0xaa && code != 0xb5 && code != 0xba;
    bool is_punctuation = (code >= 0x2000 && code < 0x2070) || (code >= 0x3000 && code < 0x3004) ||
                          (code >= 0x3008 && code < 0x3020) || (code >= 0xff00 && code < 0xff10);
    return !is_latin_mark && !is_punctuation && code != 0xd7 && code != 0xf7 && code != 0xfffd;
}

/* The small letter of a capital of the Latin, Greek and Cyrillic blocks whose two cases have the
 * same number of bytes, which are the ones that titles in capitals are written in. */
static unsigned to_lower(unsigned code) {
    if ((code >= 'A' && code <= 'Z') || (code >= 0xc0 && code <= 0xde) ||
        (code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f))
        return code + 0x20;
    if (code >= 0x400 && code <= 0x40f)
        return code + 0x50;
    bool is_even_capital = (code >= 0x100 && code < 0x130) || (code >= 0x132 && code < 0x138) ||
                           (code >= 0x14a && code < 0x178);
    return is_even_capital ? code | 1 : code;
}

void html_normal_form(const char *text, size_t n_bytes, struct buffer *normal) {
    const unsigned char *s = (const unsigned char *)text;
    const unsigned char *end = s + n_bytes;
    size_t start = normal->size;
    bool after_word = false;
    while (s < end) {
        unsigned code;
        size_t n = decode_character(s, &code);
        bool is_word = is_word_character(code);
        if (is_word && !after_word && normal->size > start)
            buffer_append_char(normal, ' ');
        code = to_lower(code);
        char two[2] = {(char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f))};
        if (is_word && n == 1)
            buffer_append_char(normal, (char)code);
        else if (is_word)
            buffer_append(normal, n == 2 ? two : (const char *)s, n);
        after_word = is_word;
        s += n;
    }
}

static void add_title(struct html_titles *titles, const char *text, size_t n_bytes) {
    if (titles->n_titles == HTML_MAX_TITLES)
        return;
    size_t start = titles->text.size;
    html_normal_form(text, n_bytes, &titles->text);
    size_t end = titles->text.size;
    buffer_append_char(&titles->text, '\0');
    if (end == start)
        return;
    titles->ranges[titles->n_titles].start = start;
    titles->ranges[titles->n_titles++].end = end;
}

static void add_node_title(struct html_titles *titles, const xmlNode *node) {
    struct buffer text = {0};
    html_node_text(node, TITLE_BYTES, &text);
    add_title(titles, buffer_string(&text), text.size);
    titles->text.failed = titles->text.failed || text.failed;
    buffer_free(&text);
}

static void add_head_title(struct html_titles *titles, const xmlNode *node) {
    if (strcmp((const char *)node->name, "title") == 0)
        add_node_title(titles, node);
    if (strcmp((const char *)node->name, "meta") != 0)
        return;
    const char *key = html_attribute(node, "property");
    if (!key)
        key = html_attribute(node, "name");
    if (!key || (strcasecmp(key, "og:title") != 0 && strcasecmp(key, "twitter:title") != 0))
        return;
    const char *content = html_attribute(node, "content");
    size_t n_bytes = content ? strlen(content) : 0;
    if (n_bytes > 0 && n_bytes <= TITLE_BYTES)
        add_title(titles, content, n_bytes);
}

static size_t count_chars(const char *text) {
    size_t n_chars = 0;
    for (; *text; text++)
        n_chars += ((unsigned char)*text & 0xc0) != 0x80;
    return n_chars;
}

/* True if the heading is long enough to be no accident and stands in one of the titles. */
static bool is_in_title(const struct html_titles *titles, const xmlNode *heading) {
    struct buffer text = {0};
    struct buffer normal = {0};
    bool is_found = false;
    html_node_text(heading, TITLE_BYTES, &text);
    html_normal_form(buffer_string(&text), text.size, &normal);
    if (count_chars(buffer_string(&normal)) >= HEADING_CHARS)
        for (size_t i = 0; i < titles->n_titles && !is_found; i++)
            is_found = strstr(titles->text.data + titles->ranges[i].start, normal.data) != NULL;
    buffer_free(&normal);
    buffer_free(&text);
    return is_found;
}

void html_titles_find(struct html_tree *tree, struct html_titles *titles) {
    for (size_t i = 0; i < tree->n_heads; i++)
        add_head_title(titles, tree->heads[i]);
    for (size_t i = 0; i < tree->n_elements; i++)
        if (tree->elements[i].tag == TAG_H1)
            add_node_title(titles, tree->elements[i].node);
    bool has_any = false;
    for (size_t i = 0; i < tree->n_elements && !titles->text.failed; i++) {
        struct html_element *element = &tree->elements[i];
        if (element->tag == TAG_H1 || element->tag == TAG_H2)
            element->is_title_heading = is_in_title(titles, element->node);
        has_any = has_any || element->is_title_heading;
    }
    for (size_t i = tree->n_elements; i-- > 0;) {
        struct html_element *element = &tree->elements[i];
        if (!has_any)
            element->is_title_heading = element->tag == TAG_H1;
        if (element->is_title_heading)
            element->holds_title_heading = true;
        if (element->holds_title_heading)
            tree->elements[element->parent].holds_title_heading = true;
    }
}

void html_titles_free(struct html_titles *titles) {
    buffer_free(&titles->text);
    *titles = (struct html_titles){0};
}

bool html_titles_repeat(const struct html_titles *titles, const char *normal, size_t n_bytes) {
    for (size_t i = 0; i < titles->n_titles; i++) {
        const char *title = titles->text.data + titles->ranges[i].start;
        size_t n_title = titles->ranges[i].end - titles->ranges[i].start;
        if (n_bytes > n_title || memcmp(title, normal, n_bytes) != 0)
            continue;
        if (n_bytes == n_title || n_bytes > BEGINNING_CHARS)
            return true;
    }
    return false;
}
