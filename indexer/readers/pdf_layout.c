/* See pdf_layout.h. */
#include "indexer/readers/pdf_layout.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/readers/entity.h"
#include "store/array.h"
#include "store/utf8.h"

/* Fonts' glyphs for two or three letters at once, which no one types into a search. */
static const struct {
    uint32_t code_point;
    const char *letters;
} ligatures[] = {
    {0xFB00, "ff"},  {0xFB01, "fi"}, {0xFB02, "fl"}, {0xFB03, "ffi"},
    {0xFB04, "ffl"}, {0xFB05, "st"}, {0xFB06, "st"},
};

static bool begins_with(const char *at, const char *end, const char *prefix) {
    size_t n_bytes = strlen(prefix);
    return (size_t)(end - at) >= n_bytes && memcmp(at, prefix, n_bytes) == 0;
}

/* The number of an attribute (` xMin="`) of the tag [at, end); 0 if there is none. A hostile file
 * can make it anything, so it is held in the range of real pages. */
static double number_of(const char *at, const char *end, const char *attribute) {
    static const double most = 1e6;
    const char *found = memmem(at, (size_t)(end - at), attribute, strlen(attribute));
    double value = found ? strtod(found + strlen(attribute), NULL) : 0;
    if (!isfinite(value))
        return 0;
    return value > most ? most : value < -most ? -most : value;
}

/* `items` with room for one more, or NULL and `failed`. */
static void *grow(struct pdf_layout *layout, void *items, size_t n_items, size_t *capacity,
                  size_t item_bytes) {
    void *bigger = array_grow(items, n_items, capacity, item_bytes);
    layout->failed = layout->failed || !bigger;
    return bigger;
}

static void begin_page(struct pdf_layout *layout, const char *at, const char *end) {
    double *heights = grow(layout, layout->page_heights, layout->n_pages, &layout->pages_capacity,
                           sizeof *heights);
    if (!heights)
        return;
    layout->page_heights = heights;
    heights[layout->n_pages++] = number_of(at, end, " height=\"");
}

/* Appends a decoded word without what is no text. */
static void append_characters(struct buffer *out, const char *at, size_t n_bytes) {
    const char *end = at + n_bytes;
    size_t length;
    for (; at < end; at += length) {
        uint32_t code_point = utf8_decode(at, (size_t)(end - at), &length);
        const char *letters = NULL;
        for (size_t i = 0; i < sizeof ligatures / sizeof ligatures[0]; i++)
            if (ligatures[i].code_point == code_point)
                letters = ligatures[i].letters;
        if (letters)
            buffer_append_string(out, letters);
        else if (!utf8_is_unsafe(code_point))
            buffer_append(out, at, length);
    }
}

/* A line that is still without words. */
static void begin_line(struct pdf_layout *layout, size_t block, const char *at, const char *end) {
    struct pdf_line *lines =
        grow(layout, layout->lines, layout->n_lines, &layout->lines_capacity, sizeof *lines);
    if (!lines)
        return;
    layout->lines = lines;
    lines[layout->n_lines++] = (struct pdf_line){.text = layout->text.size,
                                                 .x_min = number_of(at, end, " xMin=\""),
                                                 .y_min = number_of(at, end, " yMin=\""),
                                                 .x_max = number_of(at, end, " xMax=\""),
                                                 .y_max = number_of(at, end, " yMax=\""),
                                                 .page = layout->n_pages - 1,
                                                 .block = block};
}

/* Adds the word of the tag that ends before `at` to the last line; returns its bytes. */
static size_t add_word(struct pdf_layout *layout, const char *at, const char *end,
                       struct buffer *word) {
    struct pdf_line *line = &layout->lines[layout->n_lines - 1];
    buffer_clear(word);
    entity_append_decoded(word, at, (size_t)(end - at));
    size_t before = layout->text.size;
    if (line->n_bytes > 0)
        buffer_append_char(&layout->text, ' ');
    size_t start = layout->text.size;
    append_characters(&layout->text, buffer_string(word), word->size);
    if (layout->text.size == start)
        layout->text.size = before;
    line->n_bytes = layout->text.size - line->text;
    layout->failed = layout->failed || word->failed || layout->text.failed;
    return layout->text.size - before;
}

/* The end of the tag that begins at `at`: its ">", or `end`. */
static const char *tag_end(const char *at, const char *end) {
    const char *found = memchr(at, '>', (size_t)(end - at));
    return found ? found : end;
}

static const char *read_word(struct pdf_layout *layout, const char *at, const char *end,
                             struct buffer *word, size_t *longest) {
    const char *close = tag_end(at, end);
    const char *text = close < end ? close + 1 : end;
    const char *stop = memchr(text, '<', (size_t)(end - text));
    if (!stop)
        return end; /* cut */
    size_t n_bytes = add_word(layout, text, stop, word);
    if (n_bytes > *longest) {
        *longest = n_bytes;
        layout->lines[layout->n_lines - 1].size =
            number_of(at, close, " yMax=\"") - number_of(at, close, " yMin=\"");
    }
    return stop;
}

/* Ends the last line: one without words is dropped, of one that runs up or down the page the size
 * is its width. */
static void end_line(struct pdf_layout *layout) {
    struct pdf_line *line = &layout->lines[layout->n_lines - 1];
    double width = line->x_max - line->x_min;
    if (line->n_bytes == 0)
        layout->n_lines--;
    else if (pdf_line_is_vertical(line) && width < line->size)
        line->size = width;
}

/* Everything after the head. */
static void read_pages(struct pdf_layout *layout, const char *at, const char *end) {
    struct buffer word = {0};
    size_t block = 0;
    size_t longest = 0; /* word of the line, in bytes */
    bool in_line = false;
    while (!layout->failed && (at = memchr(at, '<', (size_t)(end - at)))) {
        const char *close = tag_end(at, end);
        if (begins_with(at, end, "<word ") && in_line) {
            at = read_word(layout, at, end, &word, &longest);
            continue;
        }
        if (begins_with(at, end, "<page ")) {
            begin_page(layout, at, close);
        } else if (begins_with(at, end, "<block ")) {
            block++;
        } else if (begins_with(at, end, "<line ") && layout->n_pages > 0 && !in_line) {
            begin_line(layout, block, at, close);
            longest = 0;
            in_line = true;
        } else if (begins_with(at, end, "</line>") && in_line) {
            end_line(layout);
            in_line = false;
        }
        at = close;
    }
    if (in_line)
        end_line(layout);
    buffer_free(&word);
}

/* What stands in [at, end) between `before` and `after`, trimmed; NULL if nothing. */
static char *head_string(struct pdf_layout *layout, const char *at, const char *end,
                         const char *before, const char *after) {
    const char *start = memmem(at, (size_t)(end - at), before, strlen(before));
    if (!start)
        return NULL;
    start += strlen(before);
    const char *stop = memmem(start, (size_t)(end - start), after, strlen(after));
    if (!stop)
        return NULL;
    struct buffer decoded = {0};
    struct buffer clean = {0};
    entity_append_decoded(&decoded, start, (size_t)(stop - start));
    append_characters(&clean, buffer_string(&decoded), decoded.size);
    char *string = NULL;
    if (strspn(buffer_string(&clean), " ") < clean.size) {
        string = arena_copy(&layout->arena, buffer_string(&clean), clean.size);
        layout->failed = layout->failed || !string;
    }
    layout->failed = layout->failed || decoded.failed || clean.failed;
    buffer_free(&decoded);
    buffer_free(&clean);
    return string;
}

static void read_head(struct pdf_layout *layout, const char *at, const char *end) {
    layout->title = head_string(layout, at, end, "<title>", "</title>");
    layout->author = head_string(layout, at, end, "<meta name=\"Author\" content=\"", "\"/>");
    layout->created =
        head_string(layout, at, end, "<meta name=\"CreationDate\" content=\"", "\"/>");
    layout->modified = head_string(layout, at, end, "<meta name=\"ModDate\" content=\"", "\"/>");
}

bool pdf_line_is_vertical(const struct pdf_line *line) {
    return line->n_bytes > 3 && line->y_max - line->y_min > 2 * (line->x_max - line->x_min);
}

enum status pdf_layout_read(const struct buffer *output, struct pdf_layout *layout,
                            struct error *error) {
    const char *at = buffer_string(output);
    const char *end = at + output->size;
    const char *body = memmem(at, output->size, "<body>", strlen("<body>"));
    read_head(layout, at, body ? body : end);
    read_pages(layout, body ? body : end, end);
    return layout->failed ? error_no_memory(error) : STATUS_OK;
}

void pdf_layout_free(struct pdf_layout *layout) {
    arena_free(&layout->arena);
    buffer_free(&layout->text);
    free(layout->lines);
    free(layout->page_heights);
    *layout = (struct pdf_layout){0};
}
