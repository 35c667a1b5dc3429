/* See link.h. */
#include "query/hits/link.h"

#include <stdbool.h>
#include <string.h>

#include "store/buffer.h"

/* Enough words to be found once on a page, few enough to survive small edits of it. */
enum { EDGE_WORDS = 5 };

/* Percent-encodes all but RFC 3986's unreserved characters; "-" is part of the directive's syntax.
 */
static void append_encoded(struct buffer *out, const char *text, size_t n_bytes) {
    static const char hex[] = "0123456789ABCDEF";
    char *end = buffer_reserve(out, 3 * n_bytes);
    if (!end)
        return;
    for (size_t i = 0; i < n_bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            *end++ = (char)c;
            continue;
        }
        *end++ = '%';
        *end++ = hex[c >> 4];
        *end++ = hex[c & 15];
    }
    *end = '\0';
    out->size = (size_t)(end - out->data);
}

/* The bytes of the first EDGE_WORDS words of `text`. */
static size_t first_words(const char *text, size_t n_bytes) {
    size_t n_words = 0;
    for (size_t i = 0; i < n_bytes; i++)
        if (text[i] == ' ' && ++n_words == EDGE_WORDS)
            return i;
    return n_bytes;
}

/* Where the last EDGE_WORDS words begin. */
static size_t last_words(const char *text, size_t n_bytes) {
    size_t n_words = 0;
    for (size_t i = n_bytes; i > 0; i--)
        if (text[i - 1] == ' ' && ++n_words == EDGE_WORDS)
            return i;
    return 0;
}

const char *link_to_page(struct arena *arena, const char *url, size_t page) {
    struct buffer link = {0};
    buffer_append_format(&link, "%.*s#page=%zu", (int)strcspn(url, "#"), url, page);
    const char *copy = link.failed ? NULL : arena_string(arena, buffer_string(&link));
    buffer_free(&link);
    return copy;
}

const char *link_to_passage(struct arena *arena, const char *url, const char *text) {
    struct buffer link = {0};
    size_t n_bytes = strcspn(text, "\n");
    size_t head = first_words(text, n_bytes);
    size_t tail = last_words(text, n_bytes);
    buffer_append_string(&link, url);
    buffer_append_string(&link, strchr(url, '#') ? ":~:text=" : "#:~:text=");
    if (tail > head) {
        append_encoded(&link, text, head);
        buffer_append_char(&link, ',');
        append_encoded(&link, text + tail, n_bytes - tail);
    } else {
        append_encoded(&link, text, n_bytes);
    }
    const char *copy = link.failed ? NULL : arena_string(arena, buffer_string(&link));
    buffer_free(&link);
    return copy;
}
