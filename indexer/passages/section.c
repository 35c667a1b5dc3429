/* See section.h. */
#include "indexer/passages/section.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/passages/cited_sentence.h"
#include "indexer/passages/source_heading.h"
#include "store/array.h"

enum { MAX_LEVEL = 6 };

/* Longer headings are paragraphs by mistake; a heading path is stored with every passage. */
enum { HEADING_BYTES = 300 };

/* Paths may take this many times the bytes of the text, plus a little; after that a section has
 * only its own heading. Stops a million headings under one long heading. */
enum { PATH_FACTOR = 8, PATH_EXTRA_BYTES = 65536 };

/* An entry of a list of sources: a full reference with many authors fits, a paragraph does not. */
enum { ENTRY_BYTES = 600, SHORT_LINE_BYTES = 160 };

static bool equals(const char *a, size_t a_bytes, const char *b) {
    return strlen(b) == a_bytes && strncasecmp(a, b, a_bytes) == 0;
}

static enum source_heading block_name(const struct document *document, const struct block *block) {
    size_t n_bytes = block->end - block->start;
    return n_bytes > 2 * SOURCE_HEADING_BYTES
               ? NO_LIST
               : source_heading(document->text.data + block->start, n_bytes);
}

static bool has_link(const struct document *document, const struct block *block) {
    size_t i = cited_sentence_link(document, block->start);
    return i < document->n_links && document->links[i].start <= block->end;
}

static bool contains(const char *text, size_t n_bytes, const char *word) {
    return memmem(text, n_bytes, word, strlen(word)) != NULL;
}

/* A link, an address, or a year. */
static bool is_reference(const struct document *document, const struct block *block) {
    const char *text = document->text.data + block->start;
    size_t n_bytes = block->end - block->start;
    if (has_link(document, block) || contains(text, n_bytes, "http") ||
        contains(text, n_bytes, "www.") || contains(text, n_bytes, "doi"))
        return true;
    for (size_t i = 0; i + 4 <= n_bytes; i++)
        if ((memcmp(text + i, "19", 2) == 0 || memcmp(text + i, "20", 2) == 0) &&
            strspn(text + i, "0123456789") == 4)
            return true;
    return false;
}

static bool is_entry(const struct document *document, const struct block *block,
                     enum source_heading name) {
    size_t n_bytes = block->end - block->start;
    if (block->kind == BLOCK_CODE || n_bytes > ENTRY_BYTES)
        return false;
    if (name == NOTES)
        return is_reference(document, block);
    bool is_list = block->kind == BLOCK_ITEM || block->kind == BLOCK_ROW;
    return is_list || n_bytes <= SHORT_LINE_BYTES || is_reference(document, block);
}

/* True if most of blocks [first, end), and of their bytes, are entries of a list of sources. */
static bool is_list(const struct document *document, size_t first, size_t end,
                    enum source_heading name) {
    size_t n_entries = 0;
    size_t n_entry_bytes = 0;
    size_t n_bytes = 0;
    for (size_t i = first; i < end; i++) {
        const struct block *block = &document->blocks[i];
        size_t size = block->end - block->start;
        bool counts = is_entry(document, block, name);
        n_entries += counts;
        n_entry_bytes += counts ? size : 0;
        n_bytes += size;
    }
    return n_entries * 2 > end - first && n_entry_bytes * 2 > n_bytes;
}

static size_t clip(const char *text, size_t n_bytes) {
    if (n_bytes <= HEADING_BYTES)
        return n_bytes;
    size_t end = HEADING_BYTES;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

/* The headings that are open at some place of the document. */
struct path {
    const struct block *open[MAX_LEVEL]; /* by level; NULL: none */
    size_t n_bytes;                      /* that all paths took so far */
};

static int level_of(const struct block *heading) {
    return heading->level < 1 ? 1 : heading->level > MAX_LEVEL ? MAX_LEVEL : heading->level;
}

static void path_enter(struct path *path, const struct block *heading) {
    int level = level_of(heading);
    path->open[level - 1] = heading;
    for (int i = level; i < MAX_LEVEL; i++)
        path->open[i] = NULL;
}

/* The open headings joined by newlines, in the document's arena; NULL when memory is out. */
static const char *path_join(struct document *document, struct path *path,
                             const struct block *heading) {
    struct buffer joined = {0};
    bool is_cheap = path->n_bytes <= PATH_FACTOR * document->text.size + PATH_EXTRA_BYTES;
    for (int i = 0; i < MAX_LEVEL; i++) {
        const struct block *block = path->open[i];
        if (!block || (!is_cheap && block != heading))
            continue;
        const char *text = document->text.data + block->start;
        if (joined.size > 0)
            buffer_append_char(&joined, '\n');
        buffer_append(&joined, text, clip(text, block->end - block->start));
    }
    path->n_bytes += joined.size;
    const char *copy =
        joined.failed ? NULL : arena_copy(&document->arena, buffer_string(&joined), joined.size);
    buffer_free(&joined);
    return copy;
}

static struct section *add_section(struct passage_list *list) {
    struct section *sections =
        array_grow(list->sections, list->n_sections, &list->sections_capacity, sizeof *sections);
    if (!sections)
        return NULL;
    list->sections = sections;
    sections[list->n_sections] = (struct section){.headings = ""};
    return &sections[list->n_sections++];
}

/* The first level-1 heading if it only repeats the title. */
static bool is_title(const struct document *document, const struct block *block) {
    size_t n_bytes = block->end - block->start;
    return block->level == 1 && document->title &&
           equals(document->text.data + block->start, n_bytes, document->title);
}

static bool divide(struct document *document, struct passage_list *list) {
    struct path path = {0};
    bool has_level_1 = false;
    for (size_t i = 0; i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        bool is_heading = block->kind == BLOCK_HEADING;
        if (is_heading || list->n_sections == 0) {
            struct section *section = add_section(list);
            if (!section)
                return false;
            section->first_block = section->end_block = i + is_heading;
        }
        if (!is_heading) {
            list->sections[list->n_sections - 1].end_block = i + 1;
            continue;
        }
        path_enter(&path, block);
        if (block->level == 1 && !has_level_1 && is_title(document, block))
            path.open[0] = NULL;
        has_level_1 |= block->level == 1;
        struct section *section = &list->sections[list->n_sections - 1];
        section->headings = path_join(document, &path, block);
        if (!section->headings)
            return false;
    }
    return true;
}

/* The heading of a section, or NULL before the first. */
static const struct block *heading_of(const struct document *document,
                                      const struct section *section) {
    if (section->first_block == 0)
        return NULL;
    const struct block *block = &document->blocks[section->first_block - 1];
    return block->kind == BLOCK_HEADING ? block : NULL;
}

/* The blocks from the first of a section on that are items with links. */
static size_t count_link_items(const struct document *document, const struct section *section) {
    size_t n_items = 0;
    for (size_t i = section->first_block; i < section->end_block; i++, n_items++) {
        const struct block *block = &document->blocks[i];
        bool is_item = block->kind == BLOCK_ITEM || block->kind == BLOCK_ROW;
        if (!is_item || block->end - block->start > ENTRY_BYTES || !has_link(document, block))
            break;
    }
    return n_items;
}

/* True for nothing but items with links: a list of sources wherever it stands, for an article may
 * go on after it ("About the author"). */
static bool is_list_of_links(const struct document *document, const struct section *section) {
    return section->first_block < section->end_block &&
           count_link_items(document, section) == section->end_block - section->first_block;
}

/* Makes blocks from `begin` on of section `i` a section of their own, behind it. False when memory
 * is out. */
static bool split_section(struct passage_list *list, size_t i, size_t begin) {
    if (!add_section(list))
        return false;
    struct section *section = &list->sections[i];
    memmove(section + 1, section, (list->n_sections - 1 - i) * sizeof *section);
    section[0].end_block = section[1].first_block = begin;
    return true;
}

/* Parts the prose that follows the last list of links ("Jane Roe is a nurse.") from it. */
static bool split_prose(const struct document *document, struct passage_list *list) {
    for (size_t i = list->n_sections; i > 0; i--) {
        const struct section *section = &list->sections[i - 1];
        const struct block *heading = heading_of(document, section);
        if (!heading || block_name(document, heading) != SOURCES)
            continue;
        size_t n_items = count_link_items(document, section);
        bool has_prose =
            n_items > 0 && !is_list(document, section->first_block, section->end_block, SOURCES);
        return !has_prose || split_section(list, i - 1, section->first_block + n_items);
    }
    return true;
}

/* Marks the sections that are lists of sources by their own heading or one above it, if any text
 * stands before them: those at the end, and earlier ones whose look leaves no doubt. Headings
 * without text between and after them do no harm. */
static void mark_sources(const struct document *document, struct passage_list *list) {
    enum source_heading names[MAX_LEVEL + 1] = {NO_LIST};
    size_t n_tail = 0;
    bool has_text = false;
    for (size_t i = 0; i < list->n_sections; i++) {
        struct section *section = &list->sections[i];
        const struct block *heading = heading_of(document, section);
        int level = heading ? level_of(heading) : 0;
        enum source_heading name = heading ? block_name(document, heading) : NO_LIST;
        for (int above = level - 1; above > 0 && name == NO_LIST; above--)
            name = names[above];
        for (int below = level; below <= MAX_LEVEL; below++)
            names[below] = below == level ? name : NO_LIST;
        bool is_empty = section->first_block == section->end_block;
        bool is_sources =
            name != NO_LIST && has_text &&
            (is_empty || is_list(document, section->first_block, section->end_block, name));
        section->is_sources = name == SOURCES && has_text && is_list_of_links(document, section);
        if (is_sources || (is_empty && n_tail > 0)) {
            n_tail++;
        } else {
            n_tail = 0;
            has_text |= !is_empty;
        }
    }
    for (size_t i = list->n_sections - n_tail; i < list->n_sections; i++)
        list->sections[i].is_sources = true;
}

/* True if the links [first, end) of a paragraph are addresses in full with no more than a name
 * before each. */
static bool are_named(const struct document *document, size_t start, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const struct link *link = &document->links[i];
        size_t n_bytes = link->start - start;
        bool is_address = link->end - link->start > 4 &&
                          memcmp(document->text.data + link->start, "http", 4) == 0;
        if (link->start < start || n_bytes > SHORT_LINE_BYTES || !is_address)
            return false;
        start = link->end;
    }
    return true;
}

/* True for one paragraph "Sources: [WHO](https://...), [NHS](https://...)", or with bare URLs
 * "Sources: WHO https://...; NHS https://...". */
static bool is_inline_list(const struct document *document, const struct block *block) {
    size_t n_name =
        source_heading_lead(document->text.data + block->start, block->end - block->start);
    if (block->kind != BLOCK_PARAGRAPH || n_name == 0)
        return false;
    size_t start = block->start + n_name;
    size_t first = cited_sentence_link(document, block->start);
    size_t end = first;
    while (end < document->n_links && document->links[end].start < block->end)
        end++;
    return end - first >= 2 && (!cited_sentence_says(document, start, block->end, false) ||
                                are_named(document, start, first, end));
}

/* The block of `section` that begins a list of sources without a heading, or its end_block. */
static size_t find_unheaded_list(const struct document *document, const struct section *section) {
    for (size_t i = section->end_block; i > section->first_block; i--) {
        const struct block *block = &document->blocks[i - 1];
        bool is_last = i == section->end_block;
        if (is_last && is_inline_list(document, block))
            return i - 1;
        if (!is_last && block->kind == BLOCK_PARAGRAPH && block_name(document, block) == SOURCES)
            return i - 1;
        bool is_item = block->kind == BLOCK_ITEM || block->kind == BLOCK_ROW;
        if (!is_entry(document, block, is_item ? SOURCES : NOTES))
            break;
    }
    return section->end_block;
}

/* Gives a list of sources without a heading a section of its own, after the last one of text. */
static bool split_unheaded_list(const struct document *document, struct passage_list *list) {
    size_t last = list->n_sections;
    while (last > 0 && list->sections[last - 1].is_sources)
        last--;
    if (last == 0)
        return true;
    size_t begin = find_unheaded_list(document, &list->sections[last - 1]);
    if (begin == list->sections[last - 1].end_block || begin == 0)
        return true;
    if (!split_section(list, last - 1, begin))
        return false;
    list->sections[last].is_sources = true;
    return true;
}

enum status sections_of(struct document *document, struct passage_list *list, struct error *error) {
    if (!divide(document, list) || !split_prose(document, list))
        return error_no_memory(error);
    mark_sources(document, list);
    if (!split_unheaded_list(document, list))
        return error_no_memory(error);
    return STATUS_OK;
}
