/* See numbered_sources.h. */
#include "indexer/passages/numbered_sources.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/passages/cited_sentence.h"
#include "indexer/passages/source_label.h"
#include "store/array.h"

/* More sources than any article has; the numbers of "[3-6]"; the addresses of one source that are
 * cited. */
enum { MAX_NUMBER = 999, MAX_RANGE = 20, ENTRY_LINKS = 2 };

/* Text that is nothing but marks would make its links fill the memory: one for so many bytes is
 * more than any text has. */
enum { BYTES_PER_LINK = 8, LINKS_ALLOWED = 256 };

struct entry {
    size_t start, end; /* of its text; equal: there is none */
    bool is_named;     /* its links have its name for a title */
};

struct pass {
    struct document *document;
    struct entry entries[MAX_NUMBER + 1];
    struct entry *open; /* the one that is being read, or NULL */
    size_t i_line;      /* the next line end */
    struct link *links; /* of the document, as they come to be */
    size_t n_links, capacity;
    size_t n_old; /* links that the document has and that are taken over */
    size_t n_allowed;
};

/* Reads a number from 1 to MAX_NUMBER at `*at` and moves there; 0 if there is none. */
static int read_number(const char *text, size_t *at, size_t end) {
    int number = 0;
    size_t i = *at;
    if (i < end && text[i] == '0')
        return 0;
    while (i < end && text[i] >= '0' && text[i] <= '9' && number <= MAX_NUMBER)
        number = number * 10 + (text[i++] - '0');
    if (number == 0 || number > MAX_NUMBER)
        return 0;
    *at = i;
    return number;
}

/* The number that an entry at `at` begins with, or 0. */
static int entry_number(const char *text, size_t at, size_t end) {
    bool is_bracketed = at < end && text[at] == '[';
    at += is_bracketed;
    int number = read_number(text, &at, end);
    bool is_closed =
        at < end && (is_bracketed ? text[at] == ']' : text[at] == '.' || text[at] == ')');
    return is_closed && (is_bracketed || (at + 1 < end && text[at + 1] == ' ')) ? number : 0;
}

static void end_entry(struct pass *pass, size_t at) {
    if (pass->open)
        pass->open->end = at;
    pass->open = NULL;
}

/* What begins at `at` is entry `number`, or 0: none. The first of each number counts. */
static void begin_entry(struct pass *pass, int number, size_t at) {
    if (number == 0)
        return;
    struct entry *entry = &pass->entries[number];
    end_entry(pass, at);
    if (entry->end > 0)
        return;
    entry->start = at;
    pass->open = entry;
}

/* Entries of one line, as those of a page with <br> between them: each comes behind a link of the
 * one before, and has the next number. */
static void find_in_line(struct pass *pass, const struct block *block, int number) {
    const struct document *document = pass->document;
    const char *text = document->text.data;
    size_t i = cited_sentence_link(document, block->start);
    for (; i < document->n_links && document->links[i].end < block->end; i++) {
        bool is_last = i + 1 == document->n_links || document->links[i + 1].start > block->end;
        size_t end = is_last ? block->end : document->links[i + 1].start;
        for (size_t at = document->links[i].end + 1; at < end; at++)
            if (text[at - 1] == ' ' && entry_number(text, at, block->end) == number + 1) {
                begin_entry(pass, ++number, at);
                break;
            }
    }
}

static void find_in_section(struct pass *pass, const struct section *section) {
    const struct document *document = pass->document;
    const char *text = document->text.data;
    for (size_t i = section->first_block; i < section->end_block; i++) {
        const struct block *block = &document->blocks[i];
        bool is_numbered =
            block->kind == BLOCK_ITEM && block->level > 0 && block->level <= MAX_NUMBER;
        size_t i_line = pass->i_line;
        int number = is_numbered ? block->level : entry_number(text, block->start, block->end);
        begin_entry(pass, number, block->start);
        while (pass->i_line < document->n_line_ends &&
               document->line_ends[pass->i_line] < block->end) {
            size_t at = document->line_ends[pass->i_line++];
            at += at < block->end && text[at] == ' ';
            if (at > block->start)
                begin_entry(pass, entry_number(text, at, block->end), at);
        }
        if (number > 0 && !is_numbered && pass->i_line == i_line)
            find_in_line(pass, block, number);
    }
    end_entry(pass, document->blocks[section->end_block - 1].end);
}

static bool add_link(struct pass *pass, struct link link) {
    struct link *links =
        array_grow(pass->links, pass->n_links, &pass->capacity, sizeof *pass->links);
    if (!links)
        return false;
    pass->links = links;
    pass->links[pass->n_links++] = link;
    return true;
}

/* Takes over the links that begin before text byte `end`. */
static bool keep_links(struct pass *pass, size_t end) {
    const struct document *document = pass->document;
    while (pass->n_old < document->n_links && document->links[pass->n_old].start < end)
        if (!add_link(pass, document->links[pass->n_old++]))
            return false;
    return true;
}

/* Names the links of an entry [first, first + ENTRY_LINKS), so that its marks have it for a title.
 */
static void name_links(struct document *document, struct entry *entry, size_t first) {
    for (size_t i = first; i < document->n_links && i < first + ENTRY_LINKS; i++) {
        if (document->links[i].start >= entry->end)
            break;
        const char *name = source_name(document, i, entry->start, entry->end);
        if (name)
            document->links[i].title = (char *)name;
    }
    entry->is_named = true;
}

/* Makes the mark [at, end) a link to each page of an entry. */
static bool cite_entry(struct pass *pass, struct entry *entry, size_t block, size_t at,
                       size_t end) {
    const struct document *document = pass->document;
    size_t first = cited_sentence_link(document, entry->start);
    if (!entry->is_named)
        name_links(pass->document, entry, first);
    for (size_t i = first; i < document->n_links && i < first + ENTRY_LINKS; i++) {
        struct link link = document->links[i];
        if (link.start >= entry->end || pass->n_allowed == 0)
            break;
        pass->n_allowed--;
        link.start = at;
        link.end = end;
        link.block = block;
        link.source = document_source_offset(document, at);
        if (!add_link(pass, link))
            return false;
    }
    return true;
}

/* True if a link's label has some of the text [at, end): "[[2](url)]" is a link already. */
static bool is_linked(const struct document *document, size_t at, size_t end) {
    size_t i = cited_sentence_link(document, at);
    return i < document->n_links && document->links[i].start < end && at < document->links[i].end;
}

/* Reads the numbers of the mark whose '[' is at `at` and cites each, or with `only_looks` does not.
 * Sets `*end` behind the mark, or to 0 if there is none. False when memory is out. */
static bool read_mark(struct pass *pass, size_t block, size_t at, bool only_looks, size_t *end) {
    const struct document *document = pass->document;
    const char *text = document->text.data;
    size_t limit = document->blocks[block].end;
    size_t mark_end = *end;
    size_t i = at + 1;
    int before = 0; /* the first number of a range */
    *end = 0;
    for (;;) {
        int number = read_number(text, &i, limit);
        if (number == 0 || (before > 0 && (number <= before || number - before > MAX_RANGE)))
            return true;
        for (int n = before > 0 ? before + 1 : number; n <= number; n++) {
            if (pass->entries[n].end == 0)
                return true;
            if (!only_looks && !cite_entry(pass, &pass->entries[n], block, at, mark_end))
                return false;
        }
        if (i < limit && text[i] == ']')
            break;
        bool is_dash = i + 3 <= limit && memcmp(text + i, "\342\200\223", 3) == 0; /* U+2013 */
        before = i < limit && (text[i] == '-' || is_dash) ? number : 0;
        if (i >= limit || (before == 0 && !strchr(",;", text[i])))
            return true;
        i += is_dash ? 3 : 1;
        i += i < limit && text[i] == ' ';
    }
    *end = i + 1;
    return true;
}

static bool find_marks(struct pass *pass, size_t i_block) {
    const struct document *document = pass->document;
    const struct block *block = &document->blocks[i_block];
    const char *text = document->text.data;
    const char *open;
    size_t at = block->start;
    while (at < block->end && (open = memchr(text + at, '[', block->end - at))) {
        at = (size_t)(open - text);
        size_t end = 0;
        if (!read_mark(pass, i_block, at, true, &end))
            return false;
        if (end > 0 && !is_linked(document, at, end) &&
            (!keep_links(pass, at) || !read_mark(pass, i_block, at, false, &end)))
            return false;
        at = end > 0 ? end : at + 1;
    }
    return true;
}

static bool link_marks(struct pass *pass, const struct passage_list *passages) {
    for (size_t i = 0; i < passages->n_sections; i++) {
        const struct section *section = &passages->sections[i];
        for (size_t b = section->first_block; b < section->end_block && !section->is_sources; b++)
            if (pass->document->blocks[b].kind != BLOCK_CODE && !find_marks(pass, b))
                return false;
    }
    return !pass->document->failed && keep_links(pass, (size_t)-1);
}

enum status numbered_sources_link(struct document *document, const struct passage_list *passages,
                                  struct error *error) {
    struct pass pass = {.document = document,
                        .n_allowed = document->text.size / BYTES_PER_LINK + LINKS_ALLOWED};
    bool has_sources = false;
    for (size_t i = 0; i < passages->n_sections && document->n_links > 0; i++) {
        const struct section *section = &passages->sections[i];
        if (!section->is_sources || section->first_block == section->end_block)
            continue;
        find_in_section(&pass, section);
        has_sources = true;
    }
    if (!has_sources)
        return STATUS_OK;
    if (!link_marks(&pass, passages)) {
        free(pass.links);
        return error_no_memory(error);
    }
    free(document->links);
    document->links = pass.links;
    document->n_links = pass.n_links;
    document->links_capacity = pass.capacity;
    return STATUS_OK;
}
