/* See html_headline.h. */
#include "indexer/html/html_headline.h"

#include <string.h>

#include "indexer/html/html_tag.h"
#include "indexer/html/html_titles.h"

enum {
    TITLE_BYTES = 2000, /* a longer title is none */
    TITLE_WORDS = 3,    /* a <title> with less is the name of a site rather than of a page */
    NAME_BYTES = 4,     /* a shorter name may be in another by chance */
    MAX_PARTS = 8,      /* of a title, looked at in search of the site: each is a walk */
};

/* Appends the letters and digits of `text`, in small letters. */
static void append_letters(const char *text, size_t n_bytes, struct buffer *letters) {
    struct buffer normal = {0};
    html_normal_form(text, n_bytes, &normal);
    for (size_t i = 0; i < normal.size; i++)
        if (normal.data[i] != ' ')
            buffer_append_char(letters, normal.data[i]);
    letters->failed = letters->failed || normal.failed;
    buffer_free(&normal);
}

/* True if `left` is a part of the name `right`, or little more than it, whatever stands between
 * their letters. */
static bool are_alike(const char *left, const char *right, size_t n_right,
                      struct document *document) {
    struct buffer a = {0};
    struct buffer b = {0};
    append_letters(left, strlen(left), &a);
    append_letters(right, n_right, &b);
    bool is_long = a.size >= NAME_BYTES && b.size >= NAME_BYTES;
    bool are_equal = a.size == b.size && a.size > 0 && memcmp(a.data, b.data, a.size) == 0;
    bool are_same = are_equal || (is_long && strstr(b.data, a.data)) ||
                    (is_long && a.size <= b.size * 2 && strstr(a.data, b.data));
    document->failed = document->failed || a.failed || b.failed;
    buffer_free(&a);
    buffer_free(&b);
    return are_same;
}

/* True if the letters of `text` are those of a heading that repeats the title. */
static bool is_heading(const struct html_tree *tree, const char *text, size_t n_bytes,
                       struct document *document) {
    struct buffer wanted = {0};
    struct buffer heading = {0};
    struct buffer found = {0};
    bool is_found = false;
    append_letters(text, n_bytes, &wanted);
    for (size_t i = 0; i < tree->n_elements && !is_found && wanted.size > 0; i++) {
        if (!tree->elements[i].is_title_heading)
            continue;
        buffer_clear(&heading);
        buffer_clear(&found);
        html_node_text(tree->elements[i].node, TITLE_BYTES, &heading);
        append_letters(buffer_string(&heading), heading.size, &found);
        is_found = found.size == wanted.size && memcmp(found.data, wanted.data, found.size) == 0;
    }
    document->failed = document->failed || wanted.failed || heading.failed || found.failed;
    buffer_free(&wanted);
    buffer_free(&heading);
    buffer_free(&found);
    return is_found;
}

/* <title> without what follows its last separator. */
static char *copy_page_title(const xmlNode *page_title, struct document *document) {
    static const char *const separators[] = {" | ", " – ", " — ", " - "};
    char *title = page_title ? html_node_string(page_title, TITLE_BYTES, document) : NULL;
    size_t best = 0;
    for (size_t i = 0; title && i < sizeof separators / sizeof *separators && best == 0; i++)
        for (char *at = title; (at = strstr(at, separators[i])) != NULL; at++)
            best = (size_t)(at - title);
    if (best > 0)
        title[best] = '\0';
    return title;
}

/* The first h1, or the first that <title> has, or NULL. */
static const xmlNode *find_heading(const struct html_tree *tree, const xmlNode *page_title,
                                   bool is_in_title, struct document *document) {
    const xmlNode *found = NULL;
    struct buffer text = {0};
    struct buffer title = {0};
    struct buffer heading = {0};
    if (page_title)
        html_node_text(page_title, TITLE_BYTES, &text);
    append_letters(buffer_string(&text), text.size, &title);
    for (size_t i = 0; i < tree->n_elements && !found; i++) {
        if (tree->elements[i].tag != TAG_H1)
            continue;
        buffer_clear(&text);
        buffer_clear(&heading);
        html_node_text(tree->elements[i].node, TITLE_BYTES, &text);
        append_letters(buffer_string(&text), text.size, &heading);
        if (heading.size > 0 && (!is_in_title || strstr(buffer_string(&title), heading.data)))
            found = tree->elements[i].node;
    }
    document->failed = document->failed || text.failed || title.failed || heading.failed;
    buffer_free(&text);
    buffer_free(&title);
    buffer_free(&heading);
    return found;
}

static size_t count_words(const char *text) {
    size_t n_words = 0;
    for (; *text; text += strspn(text, " ")) {
        text += strcspn(text, " ");
        n_words++;
    }
    return n_words;
}

char *html_headline_find(const struct html_tree *tree, const xmlNode *page_title,
                         struct document *document) {
    const xmlNode *heading = find_heading(tree, page_title, true, document);
    char *title = heading ? NULL : copy_page_title(page_title, document);
    if (!heading && (!title || count_words(title) < TITLE_WORDS))
        heading = find_heading(tree, page_title, false, document);
    return heading ? html_node_string(heading, TITLE_BYTES, document) : title;
}

/* The length of the separator that `text` begins with, 0 for none. */
static size_t separator_bytes(const char *text) {
    static const char *const separators[] = {" | ", " - ", " – ",  " — ", " · ",
                                             " • ", " » ", " :: ", " // "};
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t n_separator = strlen(separators[i]);
        if (strncmp(text, separators[i], n_separator) == 0)
            return n_separator;
    }
    return 0;
}

void html_headline_cut(const struct html_tree *tree, char *title, struct document *document) {
    const char *site = document->site ? document->site : "";
    const char *url = document->canonical ? strstr(document->canonical, "://") : NULL;
    const char *host = url ? url + 3 : "";
    size_t n_parts = 0;
    char *last = NULL;
    for (char *at = title; at && n_parts < MAX_PARTS && (at = strchr(at + 1, ' ')) != NULL;) {
        if (separator_bytes(at) == 0)
            continue;
        if (is_heading(tree, title, (size_t)(at - title), document)) {
            *at = '\0';
            return;
        }
        last = at;
        n_parts++;
    }
    const char *tail = last ? last + separator_bytes(last) : NULL;
    if (tail && (are_alike(tail, site, strlen(site), document) ||
                 are_alike(tail, host, strcspn(host, "/?#:"), document)))
        *last = '\0';
}
