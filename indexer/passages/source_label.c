/* See source_label.h. */
#include "indexer/passages/source_label.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "indexer/passages/source_heading.h"
#include "store/array.h"

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

/* The bytes of the punctuation beyond ASCII that text begins with: dashes, quotes, bullets; or 0.
 */
static size_t mark_bytes(const char *text, size_t n_bytes) {
    const unsigned char *byte = (const unsigned char *)text;
    if (n_bytes >= 3 && byte[0] == 0xE2 && byte[1] == 0x80)
        return 3;
    return n_bytes >= 2 && byte[0] == 0xC2 && byte[1] < 0xC0 ? 2 : 0;
}

/* The same of what text ends with. */
static size_t last_mark_bytes(const char *text, size_t n_bytes) {
    for (size_t length = 2; length <= 3; length++)
        if (n_bytes >= length && mark_bytes(text + n_bytes - length, length) == length)
            return length;
    return 0;
}

/* Moves [*text, *text + *n_bytes) to begin and end with a letter or digit, or with a mark that may
 * belong to it. */
static void trim(const char **text, size_t *n_bytes) {
    size_t length;
    while (*n_bytes > 0 && ((length = mark_bytes(*text, *n_bytes)) > 0 ||
                            (!is_letter_or_digit(**text) && !strchr("(\"", **text)))) {
        *text += length > 0 ? length : 1;
        *n_bytes -= length > 0 ? length : 1;
    }
    while (*n_bytes > 0 && ((length = last_mark_bytes(*text, *n_bytes)) > 0 ||
                            (!is_letter_or_digit((*text)[*n_bytes - 1]) &&
                             !strchr(")\"?!%", (*text)[*n_bytes - 1]))))
        *n_bytes -= length > 0 ? length : 1;
    if (*n_bytes > 0 && (*text)[*n_bytes - 1] == ')' && !memchr(*text, '(', *n_bytes))
        --*n_bytes;
    bool is_bracketed = *n_bytes > 2 && **text == '(' && (*text)[*n_bytes - 1] == ')' &&
                        !memchr(*text + 1, '(', *n_bytes - 1);
    if (is_bracketed) {
        ++*text;
        *n_bytes -= 2;
    }
}

/* True for an address, whole or shortened, instead of a name. */
static bool is_address(const char *text, size_t n_bytes, const char *url) {
    if (memchr(text, ' ', n_bytes))
        return false;
    if (n_bytes > 4 && (strncasecmp(text, "http", 4) == 0 || strncasecmp(text, "www.", 4) == 0))
        return true;
    return memchr(text, '.', n_bytes) && strncasecmp(after_www(url), text, n_bytes) == 0;
}

/* True for the mark of a footnote: "[^1]", "[^smith]", or "^1" where the note is nothing but an
 * address and so a definition of CommonMark. */
static bool is_mark(const char *text, size_t n_bytes) {
    if (n_bytes > 1 && text[0] == '^')
        return !memchr(text, ' ', n_bytes);
    return n_bytes > 2 && text[0] == '[' && text[1] == '^';
}

/* True for "Accessed 3 May 2024". */
static bool is_visit(const char *text, size_t n_bytes) {
    static const char *const words[] = {"accessed ", "last accessed ", "retrieved ", "viewed ",
                                        "archived "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (n_bytes > strlen(words[i]) && strncasecmp(text, words[i], strlen(words[i])) == 0)
            return true;
    return false;
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
        "and",        "or",
    };
    size_t n_letters = 0;
    for (size_t i = 0; i < n_bytes; i++)
        if (n_bytes - i >= 3 && memcmp(text + i, "\342\200", 2) == 0) /* a dash, U+2000-203F */
            i += 2;
        else
            n_letters += is_letter_or_digit(text[i]) && (text[i] < '0' || text[i] > '9');
    if (n_letters < 2 || is_address(text, n_bytes, url) || is_visit(text, n_bytes))
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
    if (is_mark(text, n_bytes))
        return false;
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

/* Ends the text before words that only lead to the address: "Title. Available at:". */
static void trim_lead(const char *text, size_t *n_bytes) {
    static const char *const leads[] = {"available at",
                                        "available from",
                                        "retrieved from",
                                        "accessed at",
                                        "available online",
                                        "online at",
                                        "url",
                                        "link",
                                        "doi",
                                        "source",
                                        "see",
                                        "via"};
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        const size_t n = strlen(leads[i]);
        if (*n_bytes > n + 1 && !is_letter_or_digit(text[*n_bytes - n - 1]) &&
            strncasecmp(text + *n_bytes - n, leads[i], n) == 0) {
            *n_bytes -= n;
            return;
        }
    }
}

/* Moves [*text, *text + *n_bytes) beyond the name of a list on one line, "Sources: ", or the number
 * of a list entry, "[3] ", "12. " or "[^note]: ", and trims. */
static void trim_entry(const char **text, size_t *n_bytes) {
    size_t number = source_heading_lead(*text, *n_bytes);
    *text += number;
    *n_bytes -= number;
    number = 0;
    while (*n_bytes > 0 && **text == ' ')
        ++*text, --*n_bytes;
    if (is_mark(*text, *n_bytes))
        while (number < *n_bytes && (*text)[number] != ']')
            number++;
    while (number < *n_bytes && strchr("[(^0123456789", (*text)[number]))
        number++;
    while (number > 0 && number < *n_bytes && strchr("]).: ", (*text)[number]))
        number++;
    *text += number;
    *n_bytes -= number;
    trim(text, n_bytes);
    trim_lead(*text, n_bytes);
    trim(text, n_bytes);
}

/* The part of an entry's text that names its source; NULL if [start, end) has none. */
static const char *name_in(struct document *document, size_t i_link, size_t start, size_t end) {
    if (start >= end)
        return NULL;
    const char *name = document->text.data + start;
    size_t n_bytes = end - start;
    trim_entry(&name, &n_bytes);
    return is_name(name, n_bytes, document->links[i_link].url) ? cut_name(document, name, n_bytes)
                                                               : NULL;
}

/* The number of line ends at or before text byte `offset`. */
static size_t lines_before(const struct document *document, size_t offset) {
    size_t low = 0;
    size_t high = document->n_line_ends;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (document->line_ends[middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* An entry that is looked at for its name: the bytes around a link that may hold it. */
struct entry {
    size_t start, end;           /* of the paragraph, within reach */
    size_t line_start, line_end; /* of the link's line */
};

static struct entry entry_at(const struct document *document, size_t i_link, size_t start,
                             size_t end) {
    const struct link *link = &document->links[i_link];
    struct entry entry = {start, end, start, end};
    if (link->start - start > ENTRY_BYTES)
        entry.start = link->start - ENTRY_BYTES;
    if (end > link->end && end - link->end > ENTRY_BYTES)
        entry.end = link->end + ENTRY_BYTES;
    size_t n_before = lines_before(document, link->start);
    if (n_before > 0 && document->line_ends[n_before - 1] > start)
        entry.line_start = document->line_ends[n_before - 1];
    size_t n_after = lines_before(document, link->end > link->start ? link->end - 1 : link->end);
    if (n_after < document->n_line_ends && document->line_ends[n_after] < end)
        entry.line_end = document->line_ends[n_after];
    if (entry.line_start < entry.start)
        entry.line_start = entry.start;
    if (entry.line_end > entry.end)
        entry.line_end = entry.end;
    return entry;
}

/* The name before the link: from the link before it on its line if that has no name itself, or from
 * the line after the link before, or from the beginning. */
static const char *name_before(struct document *document, size_t i_link,
                               const struct entry *entry) {
    const struct link *links = document->links;
    size_t from = entry->start;
    for (size_t i = i_link; i > 0 && i_link - i < ENTRY_LINKS; i--) {
        const struct link *before = &links[i - 1];
        if (before->start < entry->start)
            break;
        if (before->end <= entry->line_start) {
            size_t n_before = lines_before(document, before->end);
            bool ends = n_before < document->n_line_ends &&
                        document->line_ends[n_before] < entry->line_start;
            from = n_before > 0 && document->line_ends[n_before - 1] == before->end ? before->end
                   : ends ? document->line_ends[n_before]
                          : entry->line_start;
            break;
        }
        if (!has_name(document, before)) {
            from = before->end;
            break;
        }
    }
    return name_in(document, i_link, from, links[i_link].start);
}

/* The name behind the link: up to the next link on its line, or to the line of the next link; if
 * `is_line`, on its own line only. */
static const char *name_after(struct document *document, size_t i_link, const struct entry *entry,
                              bool is_line) {
    const struct link *link = &document->links[i_link];
    size_t end = is_line ? entry->line_end : entry->end;
    if (i_link + 1 < document->n_links && document->links[i_link + 1].start < end) {
        const struct link *next = &document->links[i_link + 1];
        size_t n_before = lines_before(document, next->start);
        end = n_before > 0 && document->line_ends[n_before - 1] >= link->end
                  ? document->line_ends[n_before - 1]
                  : next->start;
    }
    return name_in(document, i_link, link->end, end);
}

/* True if the entries of a paragraph begin with their links: nothing names the first one before it.
 */
static bool links_come_first(struct document *document, size_t i_link, size_t start) {
    while (i_link > 0 && document->links[i_link - 1].start >= start)
        i_link--;
    const char *name = document->text.data + start;
    size_t n_bytes = document->links[i_link].start - start;
    if (n_bytes > ENTRY_BYTES)
        return false;
    trim_entry(&name, &n_bytes);
    return !is_name(name, n_bytes, document->links[i_link].url);
}

/* What the text calls a link that has no name itself. One beside which there is nothing is another
 * address of the source before it. */
static const char *entry_text(struct document *document, size_t i_link, size_t start, size_t end) {
    bool first = links_come_first(document, i_link, start);
    for (size_t i = i_link; i_link - i < ENTRY_LINKS; i--) {
        struct entry entry = entry_at(document, i, start, end);
        const char *name =
            first ? name_after(document, i, &entry, false) : name_before(document, i, &entry);
        if (!name && first)
            name = name_before(document, i, &entry);
        else if (!name)
            name = name_after(document, i, &entry, i > 0 && document->links[i - 1].start >= start);
        bool is_other = i > 0 && document->links[i - 1].start >= start;
        if (name || !is_other || document->failed)
            return name;
    }
    return NULL;
}

const char *source_name(struct document *document, size_t i_link, size_t start, size_t end) {
    const struct link *link = &document->links[i_link];
    if (has_name(document, link))
        return cut_name(document, document->text.data + link->start, link->end - link->start);
    if (link->title && is_name(link->title, strlen(link->title), link->url))
        return link->title;
    return entry_text(document, i_link, start, end);
}

bool source_entries_add(struct source_entries *entries, struct document *document, size_t link) {
    struct source_entry *bigger =
        array_grow(entries->entries, entries->n_entries, &entries->capacity, sizeof *bigger);
    if (!bigger)
        return false;
    entries->entries = bigger;
    const struct block *block = &document->blocks[document->links[link].block];
    const char *label = source_name(document, link, block->start, block->end);
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
    const char *text = document->text.data + link->start;
    const char *label = is_mark(text, link->end - link->start)
                            ? NULL
                            : document_string(document, text, link->end - link->start);
    if (label || document->failed)
        return label;
    return title ? title : host_of(document, link->url);
}
