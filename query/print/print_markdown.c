/* --format markdown: each hit as a quotation with its source below and the citations of the passage
 * as a list, to paste into an article. Text is escaped so that it reads as it was. */
#include <ctype.h>
#include <string.h>

#include "query/print/note_marks.h"
#include "query/print/print_formats.h"

static const char link_unsafe[] = "()<>[]\\"; /* percent-encoded in ](...) */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* True for what Markdown would take as markup at text[i]. */
static bool needs_escape(const char *text, size_t i, size_t line_start, size_t end) {
    const char c = text[i];
    if (strchr("\\`*[]<~", c))
        return true;
    if (c == '&')
        return i + 1 < end && (text[i + 1] == '#' || isalnum((unsigned char)text[i + 1]));
    if (c == '_')
        return i == line_start || i + 1 == end || !is_word(text[i - 1]) || !is_word(text[i + 1]);
    if (i == line_start)
        return strchr("#>+-=", c) != NULL;
    if ((c != '.' && c != ')') || (i + 1 < end && !isspace((unsigned char)text[i + 1])))
        return false;
    size_t digits = line_start;
    while (digits < i && isdigit((unsigned char)text[digits]))
        digits++;
    return digits == i;
}

/* One line of text; `end` is before its newline. */
static void print_line(struct buffer *out, const char *text, size_t start, size_t end) {
    while (start < end && isspace((unsigned char)text[start]))
        start++;
    size_t printed = start;
    for (size_t i = start; i < end; i++) {
        if (!needs_escape(text, i, start, end))
            continue;
        print_clean(out, text + printed, i - printed);
        buffer_append_char(out, '\\');
        buffer_append_char(out, text[i]);
        printed = i + 1;
    }
    print_clean(out, text + printed, end - printed);
}

/* A quotation: rows stay lines, blank lines part paragraphs. */
static void print_quotation(struct buffer *out, const char *text) {
    size_t start = 0;
    for (;;) {
        const size_t end = start + strcspn(text + start, "\n");
        buffer_append_string(out, end > start ? "> " : ">");
        print_line(out, text, start, end);
        if (end > start && text[end] == '\n' && text[end + 1] != '\n' && text[end + 1] != '\0')
            buffer_append_char(out, '\\'); /* a hard line break */
        buffer_append_char(out, '\n');
        if (text[end] == '\0' || text[end + 1] == '\0')
            return;
        start = end + 1;
    }
}

/* "#ai-in-healthcare": how GitHub, Pandoc and most others name a heading of a Markdown file. */
static void print_heading_anchor(struct buffer *out, const char *path, const struct hit *hit) {
    const char *dot = strrchr(path, '.');
    const bool is_markdown = dot && (strcmp(dot, ".md") == 0 || strcmp(dot, ".markdown") == 0);
    if (!is_markdown || hit->passage.n_headings == 0)
        return;
    buffer_append_char(out, '#');
    for (const char *at = hit->passage.headings[hit->passage.n_headings - 1]; *at; at++) {
        if (isupper((unsigned char)*at))
            buffer_append_char(out, (char)tolower((unsigned char)*at));
        else if (is_word(*at) || *at == '-' || *at == '_')
            buffer_append_char(out, *at);
        else if (*at == ' ')
            buffer_append_char(out, '-');
    }
}

static void print_inline(struct buffer *out, const char *text) {
    print_line(out, text, 0, strlen(text));
}

static void print_source(struct buffer *out, const struct hit *hit) {
    const char *url = hit->link ? hit->link : hit->document.url;
    const char *path = hit->document.path;
    const bool is_web = print_is_web_url(url);
    buffer_append_string(out, "\n— ");
    buffer_append_string(out, is_web || path ? "[" : "");
    print_inline(out, hit->document.title);
    if (is_web || path) {
        buffer_append_string(out, "](");
        print_encoded(out, is_web ? url : path, is_web ? link_unsafe : "()<>[]\\%?#");
        if (!is_web)
            print_heading_anchor(out, path, hit);
        buffer_append_char(out, ')');
    }
    buffer_append_char(out, '\n');
}

static void print_citations(struct buffer *out, const struct hit *hit) {
    for (size_t i = 0; i < hit->n_citations; i++) {
        const struct hit_citation *citation = &hit->citations[i];
        const bool is_web = print_is_web_url(citation->url);
        const char *label = citation->label && *citation->label ? citation->label : citation->url;
        buffer_append_string(out, i == 0 ? "\n- " : "- ");
        buffer_append_string(out, is_web ? "[" : "");
        print_inline(out, label);
        if (is_web) {
            buffer_append_string(out, "](");
            print_encoded(out, citation->url, link_unsafe);
            buffer_append_char(out, ')');
        }
        buffer_append_char(out, '\n');
    }
}

/* What stands above the answer to a query of a batch. */
static void print_query(struct buffer *out, const struct answer *answer) {
    buffer_append_string(out, "## ");
    print_inline(out, *answer->query ? answer->query : answer->query_id);
    buffer_append_string(out, answer->n_hits > 0 ? "\n\n" : "\n\nNothing found.\n");
}

void print_markdown(const struct answer *answer, struct buffer *out) {
    if (answer->query_id)
        print_query(out, answer);
    for (size_t i = 0; i < answer->n_hits; i++) {
        if (i > 0)
            buffer_append_char(out, '\n');
        struct arena arena = {0};
        struct hit hit;
        out->failed = !note_marks_hide(&answer->hits[i], &arena, &hit) || out->failed;
        if (!out->failed) {
            print_quotation(out, hit.passage.text);
            print_source(out, &hit);
            print_citations(out, &hit);
        }
        arena_free(&arena);
    }
}
