/* See html_places.h. libxml2's nodes have a pointer for their user (_private), which html_tree.h
 * uses, and one for schemas (psvi), which HTML has none of: that has the place, from 1. */
#include "indexer/html/html_places.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { ENTITY_BYTES = 40 }; /* the longest name has 31 */

void html_places_init(struct html_places *places, const struct html_source *source,
                      const char *file, size_t n_file) {
    *places = (struct html_places){.text = source->text,
                                   .file = file,
                                   .n_text = source->n_bytes,
                                   .n_file = n_file,
                                   .unit_bytes = 1};
    places->is_same = source->text >= file && source->text <= file + n_file;
    if (places->is_same)
        places->mark_bytes = (size_t)(source->text - file);
    else if (n_file >= 2 && (memcmp(file, "\xff\xfe", 2) == 0 || memcmp(file, "\xfe\xff", 2) == 0))
        places->mark_bytes = places->unit_bytes = 2;
}

/* ---- noting ---- */

/* Where the parser is in places->text. */
static size_t place_of(const struct html_places *places, const xmlParserCtxt *parser) {
    const xmlParserInput *input = parser->input;
    size_t at = input->consumed + (size_t)(input->cur - input->base);
    return at < places->n_text ? at : places->n_text;
}

static void note(xmlNode *node, size_t place) {
    node->psvi = (void *)(uintptr_t)(place + 1);
}

static size_t noted(const xmlNode *node) {
    return node->psvi ? (size_t)(uintptr_t)node->psvi - 1 : NO_SOURCE;
}

void html_places_note_element(const struct html_places *places, const xmlParserCtxt *parser,
                              xmlNode *element) {
    const char *less = memrchr(places->text, '<', place_of(places, parser));
    size_t n_name = strlen((const char *)element->name);
    if (less && (size_t)(places->text + places->n_text - less) > n_name &&
        strncasecmp(less + 1, (const char *)element->name, n_name) == 0)
        note(element, (size_t)(less - places->text));
}

void html_places_note_text(const struct html_places *places, const xmlParserCtxt *parser,
                           xmlNode *node, const char *chunk, size_t n_bytes) {
    size_t end = place_of(places, parser);
    if (node->psvi)
        return; /* this is not its first chunk */
    if (n_bytes <= end && memcmp(places->text + end - n_bytes, chunk, n_bytes) == 0) {
        note(node, end - n_bytes);
        return;
    }
    size_t n_before = end < ENTITY_BYTES ? end : ENTITY_BYTES;
    const char *entity = memrchr(places->text + end - n_before, '&', n_before);
    if (entity)
        note(node, (size_t)(entity - places->text));
}

/* ---- text to file ---- */

/* Moves on over one character of the text. */
static void pass_character(const struct html_places *places, struct html_position *position) {
    const char *text = places->text;
    if (text[position->text_at] == '\n') {
        const char *rest = places->file + position->file_at;
        const char *newline = memchr(rest, '\n', places->n_file - position->file_at);
        size_t behind = newline ? (size_t)(newline - rest) + 1 : 0;
        position->file_at += behind + behind % places->unit_bytes;
    } else if (position->file_at + places->unit_bytes < places->n_file &&
               places->file[position->file_at] != '\n') {
        position->file_at += places->unit_bytes;
    }
    do
        position->text_at++;
    while (position->text_at < places->n_text &&
           ((unsigned char)text[position->text_at] & 0xC0) == 0x80);
    if (position->file_at > places->n_file)
        position->file_at = places->n_file;
}

/* The byte of the file for byte `text_at` of the text; NO_SOURCE behind the position. */
static size_t file_place(const struct html_places *places, struct html_position *position,
                         size_t text_at) {
    if (text_at == NO_SOURCE || places->is_same)
        return text_at == NO_SOURCE ? NO_SOURCE : text_at + places->mark_bytes;
    if (position->text_at == 0 && position->file_at == 0)
        position->file_at = places->mark_bytes;
    while (position->text_at < text_at && position->text_at < places->n_text)
        pass_character(places, position);
    return position->text_at == text_at ? position->file_at : NO_SOURCE;
}

size_t html_places_of_element(const struct html_places *places, struct html_position *position,
                              const xmlNode *element) {
    return file_place(places, position, noted(element));
}

/* ---- walking ---- */

void html_walk_begin(struct html_walk *walk, const xmlNode *node) {
    walk->content = (const char *)node->content;
    walk->text_at = noted(node);
}

/* The bytes of a comment or tag at `at`, which the content has not. */
static size_t tag_bytes(const char *at, size_t n_bytes) {
    bool is_comment = n_bytes >= 4 && memcmp(at, "<!--", 4) == 0;
    const char *end = is_comment ? memmem(at, n_bytes, "-->", 3) : memchr(at, '>', n_bytes);
    return end ? (size_t)(end - at) + (is_comment ? 3 : 1) : n_bytes;
}

/* The bytes of an entity at `at` that became another text in the content; 0 if it did not. */
static size_t entity_bytes(const char *at, size_t n_bytes, char content) {
    size_t n = 1;
    if (*at != '&')
        return 0;
    if (n < n_bytes && at[n] == '#')
        n++;
    else if (content == '&' && (n_bytes < 4 || strncasecmp(at, "&amp", 4) != 0))
        return 0;
    while (n < n_bytes && n < ENTITY_BYTES && isalnum((unsigned char)at[n]))
        n++;
    return n + (n < n_bytes && at[n] == ';');
}

static void pass_content_character(struct html_walk *walk) {
    do
        walk->content++;
    while (((unsigned char)*walk->content & 0xC0) == 0x80);
}

/* Goes over what is at this place in the text or in the content alone, or differs. True if both
 * have the same byte now. */
static bool is_in_step(struct html_walk *walk) {
    const struct html_places *places = walk->places;
    while (walk->text_at < places->n_text && *walk->content) {
        const char *at = places->text + walk->text_at;
        size_t n_left = places->n_text - walk->text_at;
        size_t n_entity = entity_bytes(at, n_left, *walk->content);
        if (n_entity > 0) {
            walk->text_at += n_entity;
            pass_content_character(walk);
        } else if (*at == *walk->content) {
            return true;
        } else if (*at == '<') {
            walk->text_at += tag_bytes(at, n_left);
        } else if (*at == '\r') {
            walk->text_at++;
        } else {
            break;
        }
    }
    walk->text_at = NO_SOURCE;
    return false;
}

bool html_walk_next(struct html_walk *walk, const char *from, const char *end,
                    struct source_run *run) {
    const struct html_places *places = walk->places;
    while (walk->text_at != NO_SOURCE && walk->content < from && is_in_step(walk))
        if (walk->content < from) {
            walk->content++;
            walk->text_at++;
        }
    if (walk->text_at == NO_SOURCE || walk->content >= end || !is_in_step(walk) ||
        walk->content >= end)
        return false;
    *run = (struct source_run){.text = (size_t)(walk->content - from),
                               .source = file_place(places, &walk->position, walk->text_at)};
    bool is_ascii = true;
    while (walk->content < end && walk->text_at < places->n_text &&
           places->text[walk->text_at] == *walk->content && *walk->content != '&') {
        is_ascii = (unsigned char)*walk->content < 0x80;
        if (!is_ascii && !places->is_same && run->n_bytes > 0)
            break; /* in the file it has another length */
        walk->content++;
        walk->text_at++;
        run->n_bytes++;
        if (!is_ascii && !places->is_same)
            break;
    }
    if (run->n_bytes == 0) { /* an ampersand as it is */
        walk->content++;
        walk->text_at++;
        run->n_bytes = 1;
    }
    return true;
}
