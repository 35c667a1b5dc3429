/* See footnote.h. */
#include "indexer/readers/footnote.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/document/document_cut.h"
#include "indexer/passages/source_label.h"
#include "store/array.h"

/* Longer ones are no labels; of more links in a note the first are enough for anyone. Both bound
 * what a note that is cited often can grow to. */
enum { LABEL_BYTES = 100, NOTE_LINKS = 8 };

struct note {
    const char *label; /* in the text, without "[^" and "]" */
    size_t label_bytes;
    size_t start, end;          /* of the note in the text, its label included */
    size_t first_link, n_links; /* that it holds */
    bool is_marked;
};

struct notes {
    struct note *notes; /* by rising place; then by label */
    size_t n_notes, capacity;
};

/* The place of the next "[^" in text[at, end), or `end`. Looking for the bracket alone, which few
 * texts have, is faster than memmem. */
static size_t next_mark(const char *text, size_t at, size_t end) {
    for (const char *open; at < end && (open = memchr(text + at, '[', end - at)); at++) {
        at = (size_t)(open - text);
        if (at + 1 < end && text[at + 1] == '^')
            return at;
    }
    return end;
}

/* The bytes of the "[^label]" at text[at, end), or 0. */
static size_t mark_bytes(const char *text, size_t at, size_t end) {
    size_t close = at + 2;
    if (end - at < 4 || text[at] != '[' || text[at + 1] != '^')
        return 0;
    while (close < end && close - at < LABEL_BYTES && !strchr("[] \n", text[close]))
        close++;
    return close > at + 2 && close < end && text[close] == ']' ? close + 1 - at : 0;
}

/* True if a note begins at `at`. */
static bool is_note(const char *text, size_t at, size_t end) {
    size_t n_bytes = mark_bytes(text, at, end);
    return n_bytes > 0 && at + n_bytes < end && text[at + n_bytes] == ':';
}

static void add_note(struct document *document, struct notes *list, size_t start, size_t end) {
    struct note *notes = array_grow(list->notes, list->n_notes, &list->capacity, sizeof *notes);
    if (!notes) {
        document->failed = true;
        return;
    }
    list->notes = notes;
    const char *text = document->text.data;
    notes[list->n_notes++] = (struct note){.label = text + start + 2,
                                           .label_bytes = mark_bytes(text, start, end) - 3,
                                           .start = start,
                                           .end = end};
}

/* Adds the notes of a block: one at its beginning or at that of each line; `*i_line` is the first
 * line end in or after the block. */
static void find_in_block(struct document *document, const struct block *block, size_t *i_line,
                          struct notes *list) {
    const char *text = document->text.data;
    size_t open = block->end; /* where the note that is under way begins */
    size_t at = block->start;
    while (*i_line < document->n_line_ends && document->line_ends[*i_line] < block->start)
        ++*i_line;
    for (;;) {
        while (at < block->end && text[at] == ' ')
            at++;
        if (is_note(text, at, block->end)) {
            if (open < at)
                add_note(document, list, open, at);
            open = at;
        }
        if (*i_line == document->n_line_ends || document->line_ends[*i_line] >= block->end)
            break;
        at = document->line_ends[(*i_line)++];
    }
    if (open < block->end)
        add_note(document, list, open, block->end);
}

static void find_notes(struct document *document, struct notes *list) {
    size_t i_line = 0;
    for (size_t i = 0; i < document->n_blocks && !document->failed; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind == BLOCK_PARAGRAPH || block->kind == BLOCK_ITEM)
            find_in_block(document, block, &i_line, list);
    }
    size_t i_link = 0;
    for (size_t i = 0; i < list->n_notes; i++) {
        struct note *note = &list->notes[i];
        while (i_link < document->n_links && document->links[i_link].start < note->start)
            i_link++;
        note->first_link = i_link;
        while (i_link < document->n_links && document->links[i_link].start < note->end)
            i_link++;
        note->n_links = i_link - note->first_link;
    }
}

static int by_label(const void *a, const void *b) {
    const struct note *x = *(const struct note *const *)a;
    const struct note *y = *(const struct note *const *)b;
    size_t least = x->label_bytes < y->label_bytes ? x->label_bytes : y->label_bytes;
    int order = strncasecmp(x->label, y->label, least);
    return order != 0 ? order
                      : (x->label_bytes > y->label_bytes) - (x->label_bytes < y->label_bytes);
}

static int by_label_and_place(const void *a, const void *b) {
    const struct note *x = *(const struct note *const *)a;
    const struct note *y = *(const struct note *const *)b;
    int order = by_label(a, b);
    return order != 0 ? order : (x->start > y->start) - (x->start < y->start);
}

/* The links of the document as they come to be. */
struct links {
    struct link *links;
    size_t n_links, capacity;
};

static void add_link(struct document *document, struct links *list, struct link link) {
    struct link *links = array_grow(list->links, list->n_links, &list->capacity, sizeof *links);
    if (!links) {
        document->failed = true;
        return;
    }
    list->links = links;
    links[list->n_links++] = link;
}

/* The first note of that label, or NULL. */
static struct note *note_of(struct note **sorted, size_t n_notes, const char *label,
                            size_t label_bytes) {
    const struct note key = {.label = label, .label_bytes = label_bytes};
    const struct note *const wanted = &key;
    size_t low = 0;
    size_t high = n_notes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_label(&sorted[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n_notes && by_label(&sorted[low], &wanted) == 0 ? sorted[low] : NULL;
}

/* Names the links of a note, so that its marks have it for a title. */
static void name_links(struct document *document, const struct note *note) {
    for (size_t i = 0; i < note->n_links && i < NOTE_LINKS; i++) {
        const char *name = source_name(document, note->first_link + i, note->start, note->end);
        if (name)
            document->links[note->first_link + i].title = (char *)name;
    }
}

/* Makes the mark at `at` links to what `note` links to. */
static void link_mark(struct document *document, struct links *list, size_t block, size_t at,
                      size_t n_bytes, struct note *note) {
    size_t n_links = note->n_links < NOTE_LINKS ? note->n_links : NOTE_LINKS;
    if (!note->is_marked)
        name_links(document, note);
    for (size_t i = 0; i < n_links && !document->failed; i++) {
        struct link link = document->links[note->first_link + i];
        link.start = at;
        link.end = at + n_bytes;
        link.block = block;
        link.source = document_source_offset(document, at);
        add_link(document, list, link);
    }
    note->is_marked = true;
}

/* Finds the marks in the text of a block before `end`, and keeps the other links up to there. */
static void find_marks(struct document *document, size_t i_block, size_t start, size_t end,
                       const struct notes *notes, struct note **sorted, struct links *list,
                       size_t *i_link) {
    const char *text = document->text.data;
    for (size_t at = start; at < end && !document->failed;) {
        at = next_mark(text, at, end);
        while (*i_link < document->n_links && document->links[*i_link].start < at)
            add_link(document, list, document->links[(*i_link)++]);
        size_t n_bytes = at < end ? mark_bytes(text, at, end) : 0;
        struct note *note =
            n_bytes > 0 ? note_of(sorted, notes->n_notes, text + at + 2, n_bytes - 3) : NULL;
        if (note && note->n_links > 0)
            link_mark(document, list, i_block, at, n_bytes, note);
        at += n_bytes > 0 ? n_bytes : 2;
    }
}

/* Goes through the text between the notes. */
static void link_marks(struct document *document, const struct notes *notes, struct note **sorted,
                       struct links *list) {
    size_t i_note = 0;
    size_t i_link = 0;
    for (size_t i = 0; i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        size_t at = block->start;
        for (; i_note < notes->n_notes && notes->notes[i_note].start < block->end; i_note++) {
            const struct note *note = &notes->notes[i_note];
            find_marks(document, i, at, note->start, notes, sorted, list, &i_link);
            while (i_link < document->n_links && document->links[i_link].start < note->end)
                add_link(document, list, document->links[i_link++]);
            at = note->end;
        }
        if (block->kind != BLOCK_CODE)
            find_marks(document, i, at, block->end, notes, sorted, list, &i_link);
    }
    while (i_link < document->n_links)
        add_link(document, list, document->links[i_link++]);
}

/* Takes out the notes whose marks are links now. */
static void cut_notes(struct document *document, const struct notes *notes) {
    struct cut *cuts = calloc(notes->n_notes + 1, sizeof *cuts);
    size_t n_cuts = 0;
    document->failed = document->failed || !cuts;
    for (size_t i = 0; cuts && i < notes->n_notes; i++)
        if (notes->notes[i].is_marked)
            cuts[n_cuts++] = (struct cut){notes->notes[i].start, notes->notes[i].end};
    if (cuts)
        document_cut(document, cuts, n_cuts);
    free(cuts);
}

void footnotes_resolve(struct document *document) {
    struct notes notes = {0};
    struct links links = {0};
    size_t n_bytes = document->text.size;
    if (document->failed || next_mark(document->text.data, 0, n_bytes) == n_bytes)
        return;
    find_notes(document, &notes);
    struct note **sorted = calloc(notes.n_notes + 1, sizeof *sorted);
    document->failed = document->failed || !sorted;
    if (sorted && notes.n_notes > 0) {
        for (size_t i = 0; i < notes.n_notes; i++)
            sorted[i] = &notes.notes[i];
        qsort(sorted, notes.n_notes, sizeof *sorted, by_label_and_place);
        link_marks(document, &notes, sorted, &links);
        if (!document->failed) {
            free(document->links);
            document->links = links.links;
            document->n_links = links.n_links;
            document->links_capacity = links.capacity;
            links = (struct links){0};
            cut_notes(document, &notes);
        }
    }
    free(links.links);
    free(sorted);
    free(notes.notes);
}
