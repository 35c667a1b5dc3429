/* See raw_html.h. A scanner of four states: in a tag (`tag` is not empty), in a comment or
 * declaration
 * (`markup_end`), in a script (`skipped`), else in text. */
#include "indexer/readers/raw_html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "indexer/html/html_tag.h"
#include "indexer/readers/entity.h"

enum { TAG_NAME_BYTES = 16 }; /* longer names are of no known tag */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c) {
    return isalpha((unsigned char)c) && (unsigned char)c < 0x80;
}

void raw_html_free(struct raw_html *html) {
    buffer_free(&html->tag);
    buffer_free(&html->url);
    buffer_free(&html->title);
    *html = (struct raw_html){0};
}

void raw_html_begin(struct raw_html *html, enum block_kind kind) {
    html->in_html_block = true;
    html->block_kind = kind;
}

/* Puts the link of the open <a> into the document. */
static void open_link(struct raw_html *html) {
    html->link =
        block_writer_open_link(html->writer, html->url.data,
                               html->title.size > 0 ? html->title.data : NULL, html->link_source);
    html->has_link = true;
}

static void close_link(struct raw_html *html) {
    if (html->url.size == 0)
        return;
    if (!html->has_link)
        open_link(html);
    document_close_link(html->writer->document, html->link);
    html->has_link = false;
    buffer_clear(&html->url);
    buffer_clear(&html->title);
}

void raw_html_text(struct raw_html *html, const char *text, size_t n_bytes) {
    if (html->skipped)
        return;
    if (html->url.size > 0 && !html->has_link) {
        size_t n_blank = 0;
        while (n_blank < n_bytes && is_blank(text[n_blank]))
            n_blank++;
        if (n_blank < n_bytes)
            open_link(html);
    }
    block_writer_text(html->writer, text, n_bytes);
}

static void text_with_entities(struct raw_html *html, const char *text, size_t n_bytes) {
    const char *end = text + n_bytes;
    while (text < end) {
        const char *mark = memchr(text, '&', (size_t)(end - text));
        raw_html_text(html, text, (size_t)((mark ? mark : end) - text));
        if (!mark)
            return;
        char character[4];
        size_t n_character;
        size_t used = entity_decode(mark, (size_t)(end - mark), character, &n_character);
        if (used > 0)
            raw_html_text(html, character, n_character);
        else
            raw_html_text(html, mark, 1);
        text = mark + (used > 0 ? used : 1);
    }
}

/* The decoded value of the tag's attribute `name` into `value`, which is empty if there is none. */
static void read_attribute(const struct buffer *tag, const char *name, struct buffer *value) {
    const char *at = tag->data + 1;
    const char *end = tag->data + tag->size;
    size_t name_bytes = strlen(name);
    buffer_clear(value);
    while (at < end && !is_blank(*at))
        at++;
    while (at < end) {
        while (at < end && (is_blank(*at) || *at == '/'))
            at++;
        const char *key = at;
        while (at < end && !is_blank(*at) && *at != '=' && *at != '/')
            at++;
        size_t key_bytes = (size_t)(at - key);
        while (at < end && is_blank(*at))
            at++;
        if (at == end || *at != '=')
            continue;
        at++;
        while (at < end && is_blank(*at))
            at++;
        char quote = at < end && (*at == '"' || *at == '\'') ? *at++ : '\0';
        const char *start = at;
        while (at < end && (quote ? *at != quote : !is_blank(*at)))
            at++;
        if (key_bytes == name_bytes && strncasecmp(key, name, key_bytes) == 0) {
            entity_append_decoded(value, start, (size_t)(at - start));
            return;
        }
        if (quote && at < end)
            at++;
    }
}

/* As browsers do: no white space around a URL, no line ends inside. */
static void clean_url(struct buffer *url) {
    size_t used = 0;
    for (size_t i = 0; i < url->size; i++) {
        char c = url->data[i];
        if (c != '\t' && c != '\n' && c != '\r' && !(c == ' ' && used == 0))
            url->data[used++] = c;
    }
    while (used > 0 && url->data[used - 1] == ' ')
        used--;
    url->size = used;
    if (url->data)
        url->data[used] = '\0';
}

static void begin_link(struct raw_html *html) {
    close_link(html);
    read_attribute(&html->tag, "href", &html->url);
    clean_url(&html->url);
    if (!document_is_web_url(buffer_string(&html->url))) {
        buffer_clear(&html->url);
        return;
    }
    read_attribute(&html->tag, "title", &html->title);
    html->link_source = html->tag_source;
}

static void append_alternative_text(struct raw_html *html) {
    struct buffer alternative = {0};
    read_attribute(&html->tag, "alt", &alternative);
    if (alternative.size > 0)
        raw_html_text(html, alternative.data, alternative.size);
    html->writer->document->failed = html->writer->document->failed || alternative.failed;
    buffer_free(&alternative);
}

static void begin_block(struct raw_html *html, enum html_tag tag, bool is_end) {
    if (html->has_link)
        close_link(html);
    if (tag >= TAG_H1 && tag <= TAG_H6 && !is_end)
        block_writer_begin(html->writer, BLOCK_HEADING, (int)(tag - TAG_H1) + 1);
    else
        block_writer_begin(html->writer, tag == TAG_LI && !is_end ? BLOCK_ITEM : html->block_kind,
                           0);
}

static void finish_tag(struct raw_html *html) {
    const char *at = html->tag.data + 1;
    bool is_end = *at == '/';
    at += is_end;
    char name[TAG_NAME_BYTES] = "";
    for (size_t i = 0; i < sizeof name - 1 && isalnum((unsigned char)at[i]); i++)
        name[i] = (char)tolower((unsigned char)at[i]);
    const struct html_tag_info *info = html_tag_find(name);
    if (!is_end && (strcmp(name, "script") == 0 || strcmp(name, "style") == 0))
        html->skipped = name[1] == 'c' ? "script" : "style";
    else if (info->tag == TAG_A && is_end)
        close_link(html);
    else if (info->tag == TAG_A)
        begin_link(html);
    else if (info->tag == TAG_IMG)
        append_alternative_text(html);
    else if ((info->traits & TAG_BLOCK) && html->in_html_block && info->tag != TAG_TD &&
             info->tag != TAG_TH)
        begin_block(html, (enum html_tag)info->tag, is_end);
    else if ((info->traits & TAG_BLOCK) || info->tag == TAG_BR || info->tag == TAG_TD ||
             info->tag == TAG_TH)
        document_append(html->writer->document, " ", 1, NO_SOURCE);
    buffer_clear(&html->tag);
}

/* Reads on in a tag; returns where it stopped. */
static const char *read_tag(struct raw_html *html, const char *text, const char *end) {
    const char *at = text;
    for (; at < end && (html->tag_quote || *at != '>'); at++) {
        bool is_quote = *at == '"' || *at == '\'';
        if (html->tag_quote && *at == html->tag_quote)
            html->tag_quote = '\0';
        else if (!html->tag_quote && is_quote && html->tag_before == '=')
            html->tag_quote = *at;
        if (!is_blank(*at))
            html->tag_before = *at;
    }
    buffer_append(&html->tag, text, (size_t)(at - text));
    if (html->tag.failed)
        html->writer->document->failed = true;
    else if (at < end)
        finish_tag(html);
    return at < end ? at + 1 : end;
}

static void begin_tag(struct raw_html *html, const char *text) {
    buffer_append_char(&html->tag, '<');
    html->tag_source = decoded_source_of(html->writer->decoded, text);
    html->tag_quote = html->tag_before = '\0';
}

static bool starts_with(const char *text, const char *end, const char *start) {
    size_t n_bytes = strlen(start);
    return (size_t)(end - text) >= n_bytes && strncasecmp(text, start, n_bytes) == 0;
}

/* Drops a script up to its end tag. */
static const char *skip_script(struct raw_html *html, const char *text, const char *end) {
    const char *mark = text;
    while ((mark = memchr(mark, '<', (size_t)(end - mark)))) {
        if (starts_with(mark, end, "</") && starts_with(mark + 2, end, html->skipped)) {
            html->skipped = NULL;
            return mark;
        }
        mark++;
    }
    return end;
}

static const char *read_text(struct raw_html *html, const char *text, const char *end) {
    static const char *const markup[][2] = {
        {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", ">"}, {"<?", "?>"}};
    const char *mark = memchr(text, '<', (size_t)(end - text));
    text_with_entities(html, text, (size_t)((mark ? mark : end) - text));
    if (!mark)
        return end;
    const char *name = mark + 1 + starts_with(mark, end, "</");
    if (name < end && is_letter(*name)) {
        begin_tag(html, mark);
        return mark + 1;
    }
    for (size_t i = 0; i < sizeof markup / sizeof markup[0]; i++) {
        if (starts_with(mark, end, markup[i][0])) {
            html->markup_end = markup[i][1];
            return mark + strlen(markup[i][0]);
        }
    }
    raw_html_text(html, mark, 1);
    return mark + 1;
}

void raw_html_feed(struct raw_html *html, const char *text, size_t n_bytes) {
    const char *end = text + n_bytes;
    while (text < end && !html->writer->document->failed) {
        if (html->markup_end) {
            size_t end_bytes = strlen(html->markup_end);
            const char *found = memmem(text, (size_t)(end - text), html->markup_end, end_bytes);
            if (!found)
                return;
            html->markup_end = NULL;
            text = found + end_bytes;
        } else if (html->tag.size > 0) {
            text = read_tag(html, text, end);
        } else if (html->skipped) {
            text = skip_script(html, text, end);
        } else {
            text = read_text(html, text, end);
        }
    }
}

void raw_html_end(struct raw_html *html) {
    close_link(html);
    buffer_clear(&html->tag);
    html->markup_end = NULL;
    html->skipped = NULL;
    html->in_html_block = false;
}
