/* See adjacent_references.h. */
#include "indexer/readers/adjacent_references.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"

/* Articles have no more sources; what is defined is one bit each. */
enum { MAX_DIGITS = 3, MAX_NUMBERS = 1000 };

/* The number in "[n]" at text[at], or -1. */
static int number_at(const char *text, size_t n_bytes, size_t at) {
    int number = 0;
    size_t i = at + 1;
    if (at >= n_bytes || text[at] != '[')
        return -1;
    for (; i < n_bytes && i - at <= MAX_DIGITS && text[i] >= '0' && text[i] <= '9'; i++)
        number = number * 10 + (text[i] - '0');
    return i > at + 1 && i < n_bytes && text[i] == ']' ? number : -1;
}

/* Notes the numbers that definitions, "[n]: URL" at the beginning of a line, are for. */
static void find_defined(const char *text, size_t n_bytes, bool *is_defined) {
    for (size_t at = 0; at < n_bytes;) {
        size_t indent = 0;
        while (indent < 3 && at + indent < n_bytes && text[at + indent] == ' ')
            indent++;
        int number = number_at(text, n_bytes, at + indent);
        const char *end = memchr(text + at, '\n', n_bytes - at);
        const char *close = number < 0 ? NULL : memchr(text + at, ']', n_bytes - at);
        if (close && close + 1 < text + n_bytes && close[1] == ':')
            is_defined[number] = true;
        at = end ? (size_t)(end + 1 - text) : n_bytes;
    }
}

/* The '[' of the "[n]" that ends before `end`, or `end`. */
static size_t open_before(const char *text, size_t end) {
    size_t at = end;
    while (at > 0 && end - at <= MAX_DIGITS + 1) {
        at--;
        if (text[at] == '[')
            return at;
    }
    return end;
}

/* True if what stands before `open` without a space is the beginning of an address. */
static bool is_in_address(const char *text, size_t open) {
    enum { REACH = 200 }; /* bounds the work */
    size_t start = open;
    while (start > 0 && open - start < REACH && !strchr(" \t\r\n", text[start - 1]))
        start--;
    return memmem(text + start, open - start, "://", 3) != NULL;
}

void adjacent_references_part(struct decoded *decoded) {
    const char *text = buffer_string(&decoded->text);
    size_t n_bytes = decoded->text.size;
    bool is_defined[MAX_NUMBERS] = {false};
    size_t *places = NULL;
    size_t n_places = 0;
    size_t capacity = 0;
    if (!memmem(text, n_bytes, "][", 2))
        return;
    find_defined(text, n_bytes, is_defined);
    for (const char *found = text;
         (found = memmem(found, n_bytes - (size_t)(found - text), "][", 2)); found++) {
        size_t at = (size_t)(found - text) + 1;
        size_t open = open_before(text, at);
        bool is_image = open > 0 && text[open - 1] == '!';
        bool is_escaped = open > 0 && text[open - 1] == '\\';
        if (open == at || is_image || is_escaped)
            continue;
        int first = number_at(text, n_bytes, open);
        int second = number_at(text, n_bytes, at);
        if (first < 0 || second < 0 || !is_defined[first] || !is_defined[second] ||
            is_in_address(text, open))
            continue;
        size_t *grown = array_grow(places, n_places, &capacity, sizeof *places);
        if (!grown) {
            decoded->text.failed = true;
            break;
        }
        places = grown;
        places[n_places++] = at;
    }
    if (n_places > 0 && !decoded->text.failed)
        decoded_insert_spaces(decoded, places, n_places);
    free(places);
}
