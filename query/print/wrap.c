/* See wrap.h. */
#include "query/print/wrap.h"

#include <stdint.h>
#include <string.h>

#include "query/print/print_formats.h"
#include "store/utf8.h"

struct marks {
    const struct span *spans;
    size_t n_spans, next; /* the first that does not end before the place reached */
    bool is_open;         /* one is open in the line */
};

/* A word, or one wide character: East Asian text may be broken between any two. */
struct word {
    struct span span;
    size_t columns;
    size_t n_marks;
    size_t n_edges; /* marks that open and close in it */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t columns_at(const char *text, size_t at, size_t end, size_t *length) {
    *length = 1;
    if (text[at] > ' ' && text[at] < 0x7F)
        return 1; /* almost all of any text */
    uint32_t code_point = utf8_decode(text + at, end - at, length);
    return utf8_is_unsafe(code_point) ? 1 : utf8_columns(code_point);
}

static struct word word_at(const char *text, struct span rest) {
    struct word word = {{rest.start, rest.start}, 0, 0, 0};
    while (word.span.end < rest.end && !is_blank(text[word.span.end])) {
        size_t length;
        size_t columns = columns_at(text, word.span.end, rest.end, &length);
        if (columns == 2 && word.columns > 0)
            break;
        word.span.end += length;
        word.columns += columns;
        if (columns == 2)
            break;
    }
    return word;
}

static void pass_marks(struct marks *marks, size_t at) {
    while (marks->next < marks->n_spans && marks->spans[marks->next].end <= at)
        marks->next++;
}

static void count_marks(struct marks marks, struct word *word) {
    pass_marks(&marks, word->span.start);
    for (; marks.next < marks.n_spans && marks.spans[marks.next].start < word->span.end;
         marks.next++) {
        word->n_edges += marks.is_open && word->n_marks == 0 ? 1 : 2;
        word->n_marks++;
    }
}

/* Writes a word and opens and closes its marks; one that goes on behind it stays open. */
static void write_word(struct wrap *wrap, const char *text, const struct word *word,
                       struct marks *marks) {
    size_t at = word->span.start;
    pass_marks(marks, at);
    for (size_t i = 0; i < word->n_marks; i++) {
        const struct span *mark = &marks->spans[marks->next + i];
        size_t start = mark->start > at ? mark->start : at;
        size_t end = mark->end < word->span.end ? mark->end : word->span.end;
        print_clean(wrap->out, text + at, start - at);
        buffer_append_string(wrap->out, marks->is_open ? "" : wrap->mark_on);
        print_clean(wrap->out, text + start, end - start);
        marks->is_open = mark->end > word->span.end;
        buffer_append_string(wrap->out, marks->is_open ? "" : wrap->mark_off);
        at = end;
    }
    print_clean(wrap->out, text + at, word->span.end - at);
}

static void close_mark(struct wrap *wrap, struct marks *marks) {
    if (marks->is_open)
        buffer_append_string(wrap->out, wrap->mark_off);
    marks->is_open = false;
}

/* Marks do not go beyond their line: a pager shows each by itself. */
static void new_line(struct wrap *wrap, struct marks *marks) {
    close_mark(wrap, marks);
    buffer_append_format(wrap->out, "\n%*s", (int)wrap->indent, "");
    wrap->column = wrap->indent;
    wrap->has_word = false;
}

void wrap_text(struct wrap *wrap, const char *text, struct span span, const struct span *highlights,
               size_t n_highlights) {
    struct marks marks = {highlights, n_highlights, 0, false};
    bool spaced = !wrap->joined;
    wrap->joined = false;
    while (span.start < span.end) {
        const char c = text[span.start];
        if (is_blank(c)) {
            if (c == '\n' && wrap->has_word)
                new_line(wrap, &marks);
            spaced = true;
            span.start++;
            continue;
        }
        struct word word = word_at(text, span);
        count_marks(marks, &word);
        size_t columns = word.columns + word.n_edges * wrap->mark_columns / 2;
        size_t space = spaced && wrap->has_word ? 1 : 0;
        if (wrap->has_word && wrap->column + space + columns > wrap->width) {
            new_line(wrap, &marks);
            space = 0;
        }
        buffer_append_string(wrap->out, space ? " " : "");
        write_word(wrap, text, &word, &marks);
        wrap->column += space + columns;
        wrap->has_word = true;
        spaced = false;
        span.start = word.span.end;
    }
    close_mark(wrap, &marks);
}

void wrap_string(struct wrap *wrap, const char *text) {
    wrap_text(wrap, text, (struct span){0, strlen(text)}, NULL, 0);
}
