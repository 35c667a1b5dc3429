/* See pdf_margins.h. */
#include "indexer/readers/pdf_margins.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Of the page's height, from its edge: an inch of a letter page is .09, heads stand a little
 * lower. */
static const double margin = .12;

/* Two pages may begin with the same words by chance, as a form does. */
enum { MIN_REPEATS = 3 };

/* Longer lines at an edge are text. */
enum { KEY_BYTES = 120, NUMBER_BYTES = 6 };

struct edge_line {
    size_t i_line, page;
    char key[KEY_BYTES]; /* the text, each run of digits being one "#" */
};

static bool is_at_edge(const struct pdf_layout *layout, const struct pdf_line *line) {
    double height = layout->page_heights[line->page];
    return line->n_bytes < KEY_BYTES &&
           (line->y_max < height * margin || line->y_min > height * (1 - margin) ||
            pdf_line_is_vertical(line));
}

static bool is_number(const char *text, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (!isdigit((unsigned char)text[i]))
            return false;
    return n_bytes <= NUMBER_BYTES;
}

static void write_key(const char *text, size_t n_bytes, char key[KEY_BYTES]) {
    size_t used = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        bool digit = isdigit((unsigned char)text[i]) != 0;
        if (!digit || used == 0 || key[used - 1] != '#')
            key[used++] = digit ? '#' : text[i];
    }
    key[used] = '\0';
}

static int by_key_and_page(const void *a, const void *b) {
    const struct edge_line *left = a;
    const struct edge_line *right = b;
    int order = strcmp(left->key, right->key);
    return order ? order : (left->page > right->page) - (left->page < right->page);
}

/* The number of pages among lines of one key. */
static size_t count_pages(const struct edge_line *lines, size_t n_lines) {
    size_t n_pages = 1;
    for (size_t i = 1; i < n_lines; i++)
        n_pages += lines[i].page != lines[i - 1].page;
    return n_pages;
}

static void mark_repeats(struct edge_line *lines, size_t n_lines, size_t n_pages, bool *is_margin) {
    qsort(lines, n_lines, sizeof *lines, by_key_and_page);
    for (size_t start = 0, stop = 0; start < n_lines; start = stop) {
        while (stop < n_lines && strcmp(lines[stop].key, lines[start].key) == 0)
            stop++;
        size_t n_repeats = count_pages(lines + start, stop - start);
        bool on_all = n_pages > 1 && n_repeats == n_pages;
        for (size_t i = start; (on_all || n_repeats >= MIN_REPEATS) && i < stop; i++)
            is_margin[lines[i].i_line] = true;
    }
}

enum status pdf_margins_find(const struct pdf_layout *layout, bool *is_margin,
                             struct error *error) {
    size_t n_edge_lines = 0;
    for (size_t i = 0; i < layout->n_lines; i++)
        n_edge_lines += is_at_edge(layout, &layout->lines[i]);
    struct edge_line *edge_lines = calloc(n_edge_lines + 1, sizeof *edge_lines);
    if (!edge_lines)
        return error_no_memory(error);
    size_t n_used = 0;
    for (size_t i = 0; i < layout->n_lines; i++) {
        const struct pdf_line *line = &layout->lines[i];
        if (!is_at_edge(layout, line))
            continue;
        const char *text = layout->text.data + line->text;
        is_margin[i] = is_number(text, line->n_bytes);
        edge_lines[n_used] = (struct edge_line){.i_line = i, .page = line->page};
        write_key(text, line->n_bytes, edge_lines[n_used++].key);
    }
    mark_repeats(edge_lines, n_used, layout->n_pages, is_margin);
    free(edge_lines);
    return STATUS_OK;
}
