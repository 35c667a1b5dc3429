/* See plain_text.h and readers.h. */
#include "indexer/readers/plain_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "indexer/document/readers.h"

/* Longer ones are data, not addresses of pages; browsers and servers stop at about as much. */
enum { URL_MAX_BYTES = 8192 };

struct url_span {
    const char *start, *end;
};

/* True for a character that no URL goes on after: white space, quotes, angle brackets, and of what
 * is not ASCII the spaces, quotes and full stops of Unicode (U+00A0, U+2000-206F, U+3000-303F). */
static bool ends_url(const char *at, const char *end) {
    unsigned char c = (unsigned char)*at;
    if (c <= ' ' || c == 0x7F || strchr("<>\"`", c))
        return true;
    unsigned char next = end - at > 1 ? (unsigned char)at[1] : 0;
    return (c == 0xC2 && next == 0xA0) || (c == 0xE2 && (next == 0x80 || next == 0x81)) ||
           (c == 0xE3 && next == 0x80);
}

/* Steps back over closing punctuation, and over brackets that the URL does not open itself. */
static const char *trim_url(const char *start, const char *end) {
    static const char openers[] = "([{";
    static const char closers[] = ")]}";
    ptrdiff_t n_unopened[sizeof closers] = {0};
    for (const char *at = start; at < end; at++) {
        const char *opener = strchr(openers, *at);
        const char *closer = strchr(closers, *at);
        if (opener)
            n_unopened[opener - openers]--;
        else if (closer)
            n_unopened[closer - closers]++;
    }
    while (end > start) {
        const char *closer = strchr(closers, end[-1]);
        if (closer && n_unopened[closer - closers] > 0)
            n_unopened[closer - closers]--;
        else if (!strchr(".,;:!?'*_~", end[-1]))
            break;
        end--;
    }
    return end;
}

/* The first URL in [at, end); false if there is none. */
static bool find_url(const char *at, const char *end, struct url_span *url) {
    const char *begin = at;
    const char *colon = at;
    while ((colon = memchr(colon, ':', (size_t)(end - colon)))) {
        bool has_slashes = end - colon > 3 && colon[1] == '/' && colon[2] == '/';
        size_t before = (size_t)(colon - begin);
        size_t scheme = 0;
        if (has_slashes && before >= 5 && strncasecmp(colon - 5, "https", 5) == 0)
            scheme = 5;
        else if (has_slashes && before >= 4 && strncasecmp(colon - 4, "http", 4) == 0)
            scheme = 4;
        const char *start = colon - scheme;
        colon++;
        if (scheme == 0 || (start > begin && isalnum((unsigned char)start[-1])))
            continue;
        const char *host = colon + 2;
        const char *stop = host;
        while (stop < end && !ends_url(stop, end))
            stop++;
        stop = trim_url(host, stop);
        if (stop > host && stop - start <= URL_MAX_BYTES &&
            (isalnum((unsigned char)*host) || *host == '[' || (unsigned char)*host >= 0x80)) {
            *url = (struct url_span){start, stop};
            return true;
        }
        colon = stop; /* what was looked at is not looked at again */
    }
    return false;
}

static void append_url(struct document *document, const struct decoded *decoded,
                       struct url_span url) {
    size_t n_bytes = (size_t)(url.end - url.start);
    char address[URL_MAX_BYTES + 1];
    memcpy(address, url.start, n_bytes);
    address[n_bytes] = '\0';
    size_t link =
        document_open_link(document, address, NULL, decoded_source_of(decoded, url.start));
    decoded_append(decoded, url.start, n_bytes, document);
    document_close_link(document, link);
}

/* Appends text of a paragraph and notes where its lines end. */
static void append_lines(struct document *document, const struct decoded *decoded, const char *text,
                         const char *end) {
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline ? newline + 1 : end;
        decoded_append(decoded, text, (size_t)(next - text), document);
        if (newline)
            document_end_line(document);
        text = next;
    }
}

static void append_paragraph(struct document *document, const struct decoded *decoded,
                             const char *text, const char *end) {
    struct url_span url;
    document_open_block(document, BLOCK_PARAGRAPH, 0);
    while (find_url(text, end, &url)) {
        append_lines(document, decoded, text, url.start);
        append_url(document, decoded, url);
        text = url.end;
    }
    append_lines(document, decoded, text, end);
    document_close_block(document);
}

static bool is_blank_line(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\f' || *at == '\v'))
        at++;
    return at == end;
}

void plain_text_append(struct document *document, const struct decoded *decoded, const char *text,
                       size_t n_bytes) {
    const char *end = text + n_bytes;
    const char *paragraph = text;
    for (const char *line = text; line < end && !document->failed;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *next = newline ? newline + 1 : end;
        if (is_blank_line(line, newline ? newline : end)) {
            if (line > paragraph)
                append_paragraph(document, decoded, paragraph, line);
            paragraph = next;
        }
        line = next;
    }
    if (end > paragraph)
        append_paragraph(document, decoded, paragraph, end);
}

enum status plain_text_read(const char *bytes, size_t n_bytes, struct document *document,
                            struct error *error) {
    struct decoded decoded = {0};
    enum status status = decode_text(bytes, n_bytes, document, &decoded, error);
    if (status == STATUS_OK) {
        plain_text_append(document, &decoded, buffer_string(&decoded.text), decoded.text.size);
        if (document->failed)
            status = error_no_memory(error);
    }
    decoded_free(&decoded);
    return status;
}
