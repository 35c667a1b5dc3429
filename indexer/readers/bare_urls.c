/* See bare_urls.h. */
#include "indexer/readers/bare_urls.h"

#include <ctype.h>
#include <string.h>

/* URLs times bytes, summed over the paragraphs. This much takes md4c some 0.1 s; a page of links
 * has a hundredth of it. */
enum { MAX_WORK = 2000000000 };

/* The shortest mark of a URL: a text has no more URLs than it has room for. */
enum { MARK_BYTES = sizeof "://" - 1 };

/* The number of places where md4c may see a bare URL. */
static size_t count_urls(const char *text, size_t n_bytes) {
    static const char *const marks[] = {"://", "www."};
    const char *end = text + n_bytes;
    size_t n_urls = 0;
    for (size_t i = 0; i < 2; i++) {
        const char *at = text;
        while ((at = memmem(at, (size_t)(end - at), marks[i], strlen(marks[i])))) {
            n_urls++;
            at += strlen(marks[i]);
        }
    }
    return n_urls;
}

/* True if the URL that has `mark` in it is the target of a link with brackets. */
static bool is_in_brackets(const char *text, const char *mark) {
    while (mark > text && isalpha((unsigned char)mark[-1]))
        mark--;
    size_t n_before = (size_t)(mark - text);
    return (n_before > 0 && mark[-1] == '<') || (n_before > 1 && memcmp(mark - 2, "](", 2) == 0) ||
           (n_before > 2 && memcmp(mark - 3, "]: ", 3) == 0);
}

bool bare_urls_are_there(const char *text, size_t n_bytes) {
    const char *end = text + n_bytes;
    for (const char *at = text; at < end; at++) {
        bool is_mark =
            (end - at > 3 && memcmp(at, "://", 3) == 0) ||
            (end - at > 4 && memcmp(at, "www.", 4) == 0 && !(at > text && at[-1] == '/'));
        if (is_mark && !is_in_brackets(text, at))
            return true;
    }
    return false;
}

/* True if a line surely ends the paragraph before it: a blank one, or the first of a list item. */
static bool is_paragraph_end(const char *line, const char *end) {
    const char *at = line;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    if (at == end || *at == '\n')
        return true;
    return at - line < 4 && memchr(line, '\t', (size_t)(at - line)) == NULL && strchr("-+*", *at) &&
           end - at > 2 && at[1] == ' ' && !strchr(" \t\r\n", at[2]);
}

bool bare_urls_are_too_many(const char *text, size_t n_bytes) {
    if (n_bytes / MARK_BYTES * n_bytes <= MAX_WORK ||
        count_urls(text, n_bytes) * n_bytes <= MAX_WORK)
        return false;
    size_t work = 0;
    const char *end = text + n_bytes;
    const char *paragraph = text;
    for (const char *line = text; line < end && work <= MAX_WORK;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        line = newline ? newline + 1 : end;
        if (line == end || is_paragraph_end(line, end)) {
            size_t paragraph_bytes = (size_t)(line - paragraph);
            work += count_urls(paragraph, paragraph_bytes) * paragraph_bytes;
            paragraph = line;
        }
    }
    return work > MAX_WORK;
}

size_t bare_url_bytes(const char *text, size_t n_bytes) {
    size_t n_open = 0;
    size_t n_close = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        n_open += text[i] == '(';
        n_close += text[i] == ')';
    }
    for (; n_bytes > 0; n_bytes--) {
        if (text[n_bytes - 1] == ')' && n_close > n_open)
            n_close--;
        else if (!strchr("?!.,:;*_~'\"", text[n_bytes - 1]))
            break;
    }
    return n_bytes;
}
