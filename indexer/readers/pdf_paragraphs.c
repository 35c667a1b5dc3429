/* See pdf_paragraphs.h. A PDF knows glyphs and their places; what a paragraph or a heading is has
 * to be seen, as readers see it, from sizes, indents and punctuation. */
#include "indexer/readers/pdf_paragraphs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/readers/pdf_margins.h"
#include "store/utf8.h"

/* Heads stand out by their size: printers' scales have steps of about a sixth. By size of the body,
 * what is larger is a heading of level 3, 2 or 1. */
static const double heading_sizes[] = {1.15, 1.35, 1.7};

/* A difference between sizes of one font is rounding. */
static const double size_tolerance = .06;

/* Indents are of one em or more; of font sizes. */
static const double indent = .8;

/* A last line of a paragraph leaves a part of its block free; ragged lines leave less. */
static const double short_line = .25;

/* Longer ones are text in large letters. */
enum { HEADING_MAX_BYTES = 200, HEADING_MAX_LINES = 4 };

struct lines {
    const struct pdf_layout *layout;
    const struct pdf_line **kept; /* those that are no running heads */
    size_t n_kept;
    double body_size;
    size_t page; /* pages that the document has begun */
};

static const char *text_of(const struct lines *lines, const struct pdf_line *line) {
    return lines->layout->text.data + line->text;
}

/* ---- what a line looks like ---- */

/* Symbol fonts map their glyphs, which are bullets, ticks and arrows, to private characters. */
static bool is_bullet(uint32_t code_point) {
    static const uint32_t bullets[] = {0x2022, 0x2023, 0x25A0, 0x25AA,
                                       0x25CB, 0x25CF, 0x25E6, 0x2713};
    for (size_t i = 0; i < sizeof bullets / sizeof bullets[0]; i++)
        if (bullets[i] == code_point)
            return true;
    return code_point >= 0xF020 && code_point <= 0xF0FF;
}

/* Bytes of the bullet and its space at the start of the line; 0 if there is none. */
static size_t bullet_bytes(const struct lines *lines, const struct pdf_line *line) {
    const char *text = text_of(lines, line);
    size_t length;
    if (!is_bullet(utf8_decode(text, line->n_bytes, &length)))
        return 0;
    return length < line->n_bytes && text[length] == ' ' ? length + 1 : length;
}

/* True if the line ends with a full stop or its like, quotes and brackets after it included. */
static bool ends_sentence(const struct lines *lines, const struct pdf_line *line) {
    const char *text = text_of(lines, line);
    size_t n_bytes = line->n_bytes;
    while (n_bytes > 1) {
        if (strchr("\"')]", text[n_bytes - 1]))
            n_bytes--;
        else if (n_bytes > 3 && (memcmp(text + n_bytes - 3, "\xE2\x80\x9D", 3) == 0 ||
                                 memcmp(text + n_bytes - 3, "\xE2\x80\x99", 3) == 0))
            n_bytes -= 3;
        else
            break;
    }
    return strchr(".!?:;", text[n_bytes - 1]) != NULL;
}

static bool begins_lower(const struct lines *lines, const struct pdf_line *line) {
    return islower((unsigned char)*text_of(lines, line)) != 0;
}

static bool have_one_size(const struct pdf_line *a, const struct pdf_line *b) {
    double difference = a->size > b->size ? a->size - b->size : b->size - a->size;
    return difference <= size_tolerance * a->size;
}

static int heading_level(const struct lines *lines, const struct pdf_line *line) {
    int level = 0;
    for (int i = 0; i < 3; i++)
        if (line->size >= heading_sizes[i] * lines->body_size)
            level = 3 - i;
    return level;
}

/* ---- how lines join ---- */

/* How a line ends when its word goes on in the next one. */
enum joint {
    JOINT_SPACE,
    JOINT_HYPHEN, /* it stays, without a space: "COVID-19" */
    JOINT_NONE,   /* the hyphen only breaks the line: "pa-tient" */
};

/* Bytes of the hyphen at the end of the line, 0 if there is none: "-", U+2010, U+00AD. */
static size_t hyphen_bytes(const char *text, size_t n_bytes) {
    if (n_bytes > 1 && text[n_bytes - 1] == '-')
        return 1;
    if (n_bytes > 3 && memcmp(text + n_bytes - 3, "\xE2\x80\x90", 3) == 0)
        return 3;
    return n_bytes > 2 && memcmp(text + n_bytes - 2, "\xC2\xAD", 2) == 0 ? 2 : 0;
}

static bool begins_with_word(const char *text, size_t n_bytes, const char *word) {
    size_t length = strlen(word);
    return n_bytes > length && memcmp(text, word, length) == 0 && text[length] == ' ';
}

static enum joint joint_between(const struct lines *lines, const struct pdf_line *line,
                                const struct pdf_line *next) {
    const char *text = text_of(lines, line);
    const char *following = text_of(lines, next);
    size_t hyphen = hyphen_bytes(text, line->n_bytes);
    size_t word_end = line->n_bytes - hyphen;
    size_t word = word_end;
    bool has_hyphen = false;
    while (word > 0 && text[word - 1] != ' ')
        has_hyphen |= text[--word] == '-';
    if (hyphen == 0 || word == word_end)
        return JOINT_SPACE;
    if (begins_with_word(following, next->n_bytes, "and") ||
        begins_with_word(following, next->n_bytes, "or"))
        return JOINT_SPACE; /* "pre- and postnatal" */
    unsigned char before = (unsigned char)text[word_end - 1];
    unsigned char after = (unsigned char)*following;
    bool is_broken = (islower(before) || before >= 0x80) && (islower(after) || after >= 0x80);
    return is_broken && !has_hyphen ? JOINT_NONE : JOINT_HYPHEN;
}

/* ---- where a paragraph ends ---- */

/* Within a block a new paragraph shows by what its lines leave free at their ends. */
static bool begins_in_block(const struct lines *lines, size_t first, size_t i, double left,
                            double right) {
    const struct pdf_line *before = lines->kept[i - 1];
    const struct pdf_line *line = lines->kept[i];
    if (!ends_sentence(lines, before))
        return false;
    bool is_short = right - before->x_max > short_line * (right - left);
    bool is_indented = line->x_min - before->x_min > indent * line->size;
    /* The second line of an indented paragraph stands farther left, too. */
    bool is_outdented = before->x_min - line->x_min > indent * line->size && i - first > 1;
    return is_short || is_indented || is_outdented;
}

/* True if line i is the first of a paragraph, when the one before it belongs to one that begins
 * with line `first`. `left` and `right` are the edges of the block of line i - 1. */
static bool begins_paragraph(const struct lines *lines, size_t first, size_t i, double left,
                             double right) {
    const struct pdf_line *before = lines->kept[i - 1];
    const struct pdf_line *line = lines->kept[i];
    if (bullet_bytes(lines, before) == before->n_bytes)
        return false; /* its text stands beside it */
    if (!have_one_size(before, line) || bullet_bytes(lines, line) > 0)
        return true;
    if (joint_between(lines, before, line) != JOINT_SPACE)
        return false;
    if (before->block == line->block)
        return begins_in_block(lines, first, i, left, right);
    if (heading_level(lines, line) > 0)
        return before->page != line->page || line->y_min - before->y_max > line->size;
    return ends_sentence(lines, before) || !begins_lower(lines, line);
}

/* ---- writing ---- */

static void append_line(struct lines *lines, const struct pdf_line *line,
                        const struct pdf_line *next, struct document *document) {
    enum joint joint = next ? joint_between(lines, line, next) : JOINT_SPACE;
    const char *text = text_of(lines, line);
    size_t n_bytes = line->n_bytes;
    size_t bullet = bullet_bytes(lines, line);
    while (lines->page <= line->page) {
        document_begin_page(document);
        lines->page++;
    }
    if (joint == JOINT_NONE)
        n_bytes -= hyphen_bytes(text, n_bytes);
    document_append(document, text + bullet, n_bytes - bullet, NO_SOURCE);
    if (joint == JOINT_SPACE)
        document_append(document, " ", 1, NO_SOURCE);
}

static bool has_letter(const struct lines *lines, const struct pdf_line *line) {
    const char *text = text_of(lines, line);
    for (size_t i = 0; i < line->n_bytes; i++)
        if (isalpha((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
            return true;
    return false;
}

/* Writes the lines [first, stop) as one block. */
static void append_paragraph(struct lines *lines, size_t first, size_t stop,
                             struct document *document) {
    const struct pdf_line *line = lines->kept[first];
    int level = heading_level(lines, line);
    size_t n_bytes = 0;
    for (size_t i = first; i < stop; i++)
        n_bytes += lines->kept[i]->n_bytes;
    bool is_item = bullet_bytes(lines, line) > 0;
    bool is_heading = level > 0 && !is_item && stop - first <= HEADING_MAX_LINES &&
                      n_bytes <= HEADING_MAX_BYTES && has_letter(lines, line);
    enum block_kind kind = is_heading ? BLOCK_HEADING : is_item ? BLOCK_ITEM : BLOCK_PARAGRAPH;
    document_open_block(document, kind, is_heading ? level : 0);
    for (size_t i = first; i < stop; i++)
        append_line(lines, lines->kept[i], i + 1 < stop ? lines->kept[i + 1] : NULL, document);
    document_close_block(document);
}

/* ---- all lines ---- */

static int by_size(const void *a, const void *b) {
    const struct pdf_line *const *left = a;
    const struct pdf_line *const *right = b;
    return ((*left)->size > (*right)->size) - ((*left)->size < (*right)->size);
}

/* The size of the middle byte of all text, which is that of running text. */
static enum status find_body_size(struct lines *lines, struct error *error) {
    const struct pdf_line **sorted = calloc(lines->n_kept + 1, sizeof *sorted);
    if (!sorted)
        return error_no_memory(error);
    size_t n_bytes = 0;
    for (size_t i = 0; i < lines->n_kept; i++) {
        sorted[i] = lines->kept[i];
        n_bytes += lines->kept[i]->n_bytes;
    }
    qsort(sorted, lines->n_kept, sizeof *sorted, by_size);
    size_t passed = 0;
    for (size_t i = 0; i < lines->n_kept && passed <= n_bytes / 2; i++) {
        passed += sorted[i]->n_bytes;
        lines->body_size = sorted[i]->size;
    }
    free(sorted);
    return STATUS_OK;
}

static enum status keep_text(const struct pdf_layout *layout, struct lines *lines,
                             struct error *error) {
    bool *is_margin = calloc(layout->n_lines + 1, sizeof *is_margin);
    lines->kept = calloc(layout->n_lines + 1, sizeof *lines->kept);
    enum status status = STATUS_OK;
    if (!is_margin || !lines->kept)
        status = error_no_memory(error);
    if (status == STATUS_OK)
        status = pdf_margins_find(layout, is_margin, error);
    for (size_t i = 0; status == STATUS_OK && i < layout->n_lines; i++)
        if (!is_margin[i])
            lines->kept[lines->n_kept++] = &layout->lines[i];
    free(is_margin);
    return status;
}

enum status pdf_paragraphs_append(const struct pdf_layout *layout, struct document *document,
                                  struct error *error) {
    struct lines lines = {.layout = layout};
    enum status status = keep_text(layout, &lines, error);
    if (status == STATUS_OK)
        status = find_body_size(&lines, error);
    double left = 0;
    double right = 0;
    size_t first = 0;
    for (size_t i = 0; status == STATUS_OK && i < lines.n_kept; i++) {
        const struct pdf_line *line = lines.kept[i];
        if (i > first && begins_paragraph(&lines, first, i, left, right)) {
            append_paragraph(&lines, first, i, document);
            first = i;
        }
        /* The edges of the block are those of its lines so far. */
        bool is_first_of_block = i == 0 || lines.kept[i - 1]->block != line->block;
        left = is_first_of_block || line->x_min < left ? line->x_min : left;
        right = is_first_of_block || line->x_max > right ? line->x_max : right;
    }
    if (lines.n_kept > first)
        append_paragraph(&lines, first, lines.n_kept, document);
    while (status == STATUS_OK && lines.page < layout->n_pages) {
        document_begin_page(document);
        lines.page++;
    }
    if (status == STATUS_OK && document->failed)
        status = error_no_memory(error);
    free(lines.kept);
    return status;
}
