/* See html_byline.h. */
#include "indexer/html/html_byline.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "indexer/document/date.h"
#include "indexer/html/html_tag.h"

enum {
    BYLINE_CHARS = 100,  /* a longer byline holds more than names */
    DATE_CHARS = 60,     /* a longer line holds more than a date */
    CHAR_BYTES = 4,      /* of UTF-8, at most */
    DATE_ELEMENTS = 150, /* a date of publication stands no further from the title */
    DAY_BYTES = 10,      /* of "YYYY-MM-DD"; less is no date of publication */
};

/* True if `names`, a class, has a word `part`, alone or among others joined by hyphens and
 * underscores; `is_whole`: alone. */
static bool has_word(const char *names, const char *part, bool is_whole) {
    size_t n_bytes = strlen(part);
    const char *inner_ends = is_whole ? " \t\r\n" : " \t\r\n-_";
    for (const char *at = names; at && *at; at += strcspn(at, inner_ends)) {
        at += strspn(at, inner_ends);
        if (strcspn(at, inner_ends) == n_bytes && strncasecmp(at, part, n_bytes) == 0)
            return true;
    }
    return false;
}

/* How surely an element is the author's name; 0: it is not. */
static int author_rank(const xmlNode *node) {
    if (!node->properties)
        return 0;
    if (has_word(html_attribute(node, "rel"), "author", true))
        return 5;
    if (has_word(html_attribute(node, "itemprop"), "author", true))
        return 4;
    const char *class_name = html_attribute(node, "class");
    if (class_name && strcasestr(class_name, "comment"))
        return 0;
    if (has_word(class_name, "author", true) || has_word(class_name, "byline", true))
        return 3;
    if (has_word(class_name, "author", false) || has_word(class_name, "byline", false))
        return 2;
    const char *url = html_attribute(node, "href");
    return url && (strstr(url, "/author/") || strstr(url, "/authors/"));
}

/* The part of an author's element that is the name alone, if it is marked; else the element. */
static const xmlNode *find_name(const struct html_tree *tree, uint32_t author) {
    for (uint32_t i = author + 1; i < tree->elements[author].end; i++) {
        const xmlNode *node = tree->elements[i].node;
        if (tree->elements[i].n_chars > 0 &&
            has_word(html_attribute(node, "itemprop"), "name", true))
            return node;
    }
    return tree->elements[author].node;
}

/* `name` behind "By" and the like. */
static char *skip_label(char *name) {
    static const char *const labels[] = {"by",      "written by", "posted by", "published by",
                                         "authors", "author",     "autor",     "von",
                                         "par",     "por"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t n_label = strlen(labels[i]);
        if (strncasecmp(name, labels[i], n_label) == 0 &&
            (name[n_label] == ' ' || name[n_label] == ':'))
            name += n_label + strspn(name + n_label, " :");
    }
    return name;
}

/* Cuts off what begins with a digit, a date or a count, and the small words before it. */
static void cut_numbers(char *name) {
    char *end = name;
    while ((end = strchr(end, ' ')) != NULL && !isdigit((unsigned char)end[1]))
        end++;
    while (end && end > name) {
        *end = '\0';
        char *last = strrchr(name, ' ');
        end = last && islower((unsigned char)last[1]) ? last : NULL;
    }
}

char *html_byline_clean(char *name) {
    static const char *const ends[] = {" | ", " • ", " · ", " — ", " – ", " - "};
    if (!name)
        return NULL;
    name = skip_label(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *end = strstr(name, ends[i]);
        if (end && end > name)
            *end = '\0';
    }
    cut_numbers(name);
    return *name ? name : NULL;
}

char *html_byline_author(const struct html_tree *tree, struct document *document) {
    uint32_t best = 0;
    int best_rank = 0;
    for (uint32_t i = 0; i < tree->n_elements; i++) {
        const struct html_element *element = &tree->elements[i];
        bool is_short = element->n_chars > 0 && element->n_chars < BYLINE_CHARS;
        int rank = is_short ? author_rank(element->node) : 0;
        if (rank > best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    if (best_rank == 0)
        return NULL;
    char *name = html_node_string(find_name(tree, best), BYLINE_CHARS * CHAR_BYTES, document);
    name = html_byline_clean(name);
    return name && name[strlen(name) - 1] != ':' ? name : NULL;
}

/* The first whole date in `text`, in the document's arena, or NULL. */
static char *find_date(const char *text, struct document *document) {
    for (const char *at = text; at; at = strpbrk(at, " :,\t\n")) {
        at += strspn(at, " :,\t\n");
        bool may_begin = isdigit((unsigned char)*at) || isupper((unsigned char)*at);
        char *date = may_begin ? date_normalize(&document->arena, at) : NULL;
        if (date)
            date[strcspn(date, " ,;")] = '\0';
        if (date && strlen(date) >= DAY_BYTES)
            return date;
        if (!*at)
            break;
    }
    return NULL;
}

/* The date that is marked up as that of publication; NULL if `element` has none. A <time> in a
 * byline counts as furniture, as one in a comment does. */
static char *read_marked(const struct html_element *element, bool is_in_furniture,
                         struct document *document) {
    const char *date = html_attribute(element->node, "datetime");
    if (!date)
        date = html_attribute(element->node, "content");
    bool is_published = has_word(html_attribute(element->node, "itemprop"), "datePublished", true);
    bool is_date =
        date && isdigit((unsigned char)*date) &&
        (is_published || (element->tag == TAG_TIME && element->in_furniture == is_in_furniture));
    return is_date ? document_string(document, date, strlen(date)) : NULL;
}

/* The date in an element that is named as one, unless it is that of a change. */
static char *read_named(const struct html_element *element, struct document *document) {
    static const char *const names[] = {"date",      "published", "pubdate", "time",
                                        "timestamp", "dateline",  "posted"};
    const char *class_name = html_attribute(element->node, "class");
    bool is_named = element->tag == TAG_TIME ||
                    has_word(html_attribute(element->node, "itemprop"), "datePublished", true);
    for (size_t i = 0; class_name && i < sizeof names / sizeof *names && !is_named; i++)
        is_named = has_word(class_name, names[i], false);
    if (!is_named)
        return NULL;
    const char *title = html_attribute(element->node, "title");
    char *text = html_node_string(element->node, DATE_CHARS * CHAR_BYTES, document);
    if (text &&
        (strcasestr(text, "updated") || strcasestr(text, "modified") || strcasestr(text, "review")))
        return NULL;
    bool has_title = title && strlen(title) <= DATE_CHARS * CHAR_BYTES;
    char *date = has_title ? find_date(title, document) : NULL;
    return date ? date : find_date(text, document);
}

char *html_byline_date(const struct html_tree *tree, struct document *document) {
    size_t heading = 0;
    char *date = NULL;
    while (heading < tree->n_elements && !tree->elements[heading].is_title_heading)
        heading++;
    if (heading == tree->n_elements)
        heading = 0;
    size_t first = heading > DATE_ELEMENTS ? heading - DATE_ELEMENTS : 0;
    size_t end =
        heading + DATE_ELEMENTS < tree->n_elements ? heading + DATE_ELEMENTS : tree->n_elements;
    for (size_t i = first; i < end && !date; i++)
        date = read_marked(&tree->elements[i], false, document);
    for (size_t i = first; i < end && !date; i++)
        if (tree->elements[i].n_chars > 0 && tree->elements[i].n_chars < DATE_CHARS)
            date = read_named(&tree->elements[i], document);
    for (size_t i = heading; i < end && !date; i++)
        date = read_marked(&tree->elements[i], true, document);
    return date;
}
