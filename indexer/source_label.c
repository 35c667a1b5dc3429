/* See source_label.h. */
#include "indexer/source_label.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A name is cut at a word near this length: a title fits, a list of twenty authors does not. */
enum { LABEL_BYTES = 120 };

/* An entry's text and links beyond these are not read for its name. */
enum { ENTRY_BYTES = 1000, ENTRY_LINKS = 8 };

static bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static const char *after_scheme(const char *url) {
    size_t n_bytes = strspn(url, "HTPShtps");
    return strncmp(url + n_bytes, "://", 3) == 0 ? url + n_bytes + 3 : url;
}

static const char *after_www(const char *url) {
    const char *host = after_scheme(url);
    return strncasecmp(host, "www.", 4) == 0 ? host + 4 : host;
}

static size_t without_fragment(const char *url) {
    size_t n_bytes = strcspn(url, "#");
    while (n_bytes > 0 && url[n_bytes - 1] == '/')
        n_bytes--;
    return n_bytes;
}

/* Orders URLs so that those of the same page are equal; see citation.h. */
static int compare_urls(const char *a, const char *b) {
    a = after_www(a);
    b = after_www(b);
    size_t a_bytes = without_fragment(a);
    size_t b_bytes = without_fragment(b);
    bool is_host = true;
    for (size_t i = 0; i < a_bytes && i < b_bytes; i++) {
        is_host = is_host && a[i] != '/' && a[i] != '?';
        unsigned char x = (unsigned char)(is_host ? to_lower(a[i]) : a[i]);
        unsigned char y = (unsigned char)(is_host ? to_lower(b[i]) : b[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

/* Moves [*text, *text + *n_bytes) to begin and end with a letter or digit, or with a mark that may
 * belong to it. */
static void trim(const char **text, size_t *n_bytes) {
    while (*n_bytes > 0 && !is_letter_or_digit(**text) && !strchr("(\"", **text))
        ++*text, --*n_bytes;
    while (*n_bytes > 0 && !is_letter_or_digit((*text)[*n_bytes - 1]) &&
           !strchr(")\"?!%", (*text)[*n_bytes - 1]))
        --*n_bytes;
}

/* True for an address, whole or shortened, instead of a name. */
static bool is_address(const char *text, size_t n_bytes, const char *url) {
    if (memchr(text, ' ', n_bytes))
        return false;
    if (n_bytes > 4 && (strncasecmp(text, "http", 4) == 0 || strncasecmp(text, "www.", 4) == 0))
        return true;
    return memchr(text, '.', n_bytes) && strncasecmp(after_www(url), text, n_bytes) == 0;
}

/* True if a label names its source: it has letters, and is not "source", "here" or an address. */
static bool is_name(const char *text, size_t n_bytes, const char *url) {
    static const char *const silent[] = {
        "source",     "sources",
        "here",       "link",
        "this",       "this link",
        "click here", "read more",
        "more",       "ref",
        "reference",  "citation",
        "cite",       "see",
        "via",        "url",
        "website",    "web",
        "see here",   "see more",
        "online",     "see source",
        "note",       "footnote",
        "learn more", "full text",
        "page",       "read more here",
        "permalink",  "article",
        "pdf",        "html",
        "doi",        "download",
        "abstract",   "pubmed",
        "crossref",   "google scholar",
    };
    size_t n_letters = 0;
    for (size_t i = 0; i < n_bytes; i++)
        n_letters += is_letter_or_digit(text[i]) && (text[i] < '0' || text[i] > '9');
    if (n_letters < 2 || is_address(text, n_bytes, url))
        return false;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        if (strlen(silent[i]) == n_bytes && strncasecmp(text, silent[i], n_bytes) == 0)
            return false;
    return true;
}

/* True if the trimmed label of `link` names its source. */
static bool has_name(const struct document *document, const struct link *link) {
    const char *text = document->text.data + link->start;
    size_t n_bytes = link->end - link->start;
    trim(&text, &n_bytes);
    return is_name(text, n_bytes, link->url);
}

static const char *cut_name(struct document *document, const char *text, size_t n_bytes) {
    if (n_bytes > LABEL_BYTES) {
        size_t end = LABEL_BYTES;
        while (end > LABEL_BYTES / 2 && text[end] != ' ')
            end--;
        n_bytes = text[end] == ' ' ? end : LABEL_BYTES;
        while (n_bytes > 0 && ((unsigned char)text[n_bytes] & 0xC0) == 0x80)
            n_bytes--;
    }
    trim(&text, &n_bytes);
    return document_string(document, text, n_bytes);
}

/* Moves [*text, *text + *n_bytes) beyond the number of a list entry, "[3] " or "12. ", and trims.
 */
static void trim_entry(const char **text, size_t *n_bytes) {
    size_t number = 0;
    while (number < *n_bytes && strchr("[(^0123456789", (*text)[number]))
        number++;
    while (number > 0 && number < *n_bytes && strchr("]).: ", (*text)[number]))
        number++;
    *text += number;
    *n_bytes -= number;
    trim(text, n_bytes);
}

/* The text of a list entry without its number up to its first address, or if there is none the text
 * after it: "Smith J. Title" of "[3] Smith J. Title. https://... (2020)". NULL if nothing is left.
 */
static const char *entry_text(struct document *document, size_t i_link) {
    const struct link *links = document->links;
    const struct block *block = &document->blocks[links[i_link].block];
    size_t end = block->end - block->start < ENTRY_BYTES ? block->end : block->start + ENTRY_BYTES;
    size_t first = i_link; /* the first link without a name before i_link, or that */
    for (size_t i = i_link; i > 0 && links[i - 1].block == links[i_link].block; i--) {
        if (i_link - i >= ENTRY_LINKS)
            break;
        if (!has_name(document, &links[i - 1]))
            first = i - 1;
    }
    const char *text = document->text.data;
    size_t before_end = links[first].start < end ? links[first].start : end;
    const char *name = text + block->start;
    size_t n_bytes = before_end - block->start;
    trim_entry(&name, &n_bytes);
    if (!is_name(name, n_bytes, links[i_link].url)) {
        size_t after = links[i_link].end < end ? links[i_link].end : end;
        size_t next = i_link + 1 < document->n_links && links[i_link + 1].start < end
                          ? links[i_link + 1].start
                          : end;
        name = text + after;
        n_bytes = next > after ? next - after : 0;
        trim_entry(&name, &n_bytes);
    }
    return is_name(name, n_bytes, links[i_link].url) ? cut_name(document, name, n_bytes) : NULL;
}

bool source_entries_add(struct source_entries *entries, struct document *document, size_t link) {
    if (entries->n_entries == entries->capacity) {
        size_t capacity = entries->capacity ? entries->capacity * 2 : 16;
        struct source_entry *bigger = realloc(entries->entries, capacity * sizeof *bigger);
        if (!bigger)
            return false;
        entries->entries = bigger;
        entries->capacity = capacity;
    }
    const struct link *source = &document->links[link];
    const char *label = NULL;
    if (has_name(document, source))
        label =
            cut_name(document, document->text.data + source->start, source->end - source->start);
    else if (source->title && is_name(source->title, strlen(source->title), source->url))
        label = source->title;
    else
        label = entry_text(document, link);
    entries->entries[entries->n_entries++] = (struct source_entry){.link = link, .label = label};
    return !document->failed;
}

/* The document of the comparison, which qsort cannot pass on its own. */
static int compare_entries(const void *a, const void *b, void *context) {
    const struct document *document = context;
    const struct source_entry *x = a;
    const struct source_entry *y = b;
    int order = compare_urls(document->links[x->link].url, document->links[y->link].url);
    if (order != 0)
        return order;
    if (!x->label != !y->label)
        return x->label ? -1 : 1;
    return (x->link > y->link) - (x->link < y->link);
}

void source_entries_finish(struct source_entries *entries, const struct document *document) {
    if (entries->n_entries == 0)
        return;
    qsort_r(entries->entries, entries->n_entries, sizeof *entries->entries, compare_entries,
            (void *)document);
    size_t n_kept = 1;
    for (size_t i = 1; i < entries->n_entries; i++) {
        const char *last = document->links[entries->entries[n_kept - 1].link].url;
        if (compare_urls(last, document->links[entries->entries[i].link].url) != 0)
            entries->entries[n_kept++] = entries->entries[i];
    }
    entries->n_entries = n_kept;
}

struct source_entry *source_entries_find(const struct source_entries *entries,
                                         const struct document *document, const char *url) {
    size_t low = 0;
    size_t high = entries->n_entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct source_entry *entry = &entries->entries[middle];
        int order = compare_urls(document->links[entry->link].url, url);
        if (order == 0)
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void source_entries_free(struct source_entries *entries) {
    free(entries->entries);
    *entries = (struct source_entries){0};
}

static const char *host_of(struct document *document, const char *url) {
    const char *host = after_scheme(url);
    size_t n_bytes = strcspn(host, "/?#");
    const char *user_end = memchr(host, '@', n_bytes);
    if (user_end) {
        n_bytes -= (size_t)(user_end + 1 - host);
        host = user_end + 1;
    }
    const char *name = document_string(document, host, n_bytes);
    return name ? name : document->failed ? NULL : url;
}

const char *source_label(struct document *document, const struct link *link,
                         const struct source_entry *entry) {
    const char *title = link->title && *link->title ? link->title : NULL;
    if (!has_name(document, link)) {
        if (entry && entry->label)
            return entry->label;
        if (title && is_name(title, strlen(title), link->url))
            return title;
    }
    const char *label =
        document_string(document, document->text.data + link->start, link->end - link->start);
    if (label || document->failed)
        return label;
    return title ? title : host_of(document, link->url);
}
