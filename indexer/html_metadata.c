/* See html_metadata.h. */
#include "indexer/html_metadata.h"

#include <libxml/uri.h>
#include <string.h>
#include <strings.h>

#include "indexer/html_tag.h"
#include "indexer/html_titles.h"

enum {
    ADDRESS_BYTES = 4000, /* servers and browsers refuse longer addresses */
    FIELD_BYTES = 2000,   /* a longer title, name or date is none */
    BYLINE_CHARS = 100,   /* a longer byline holds more than names */
    TIME_ELEMENTS = 150,  /* a date of publication stands no further from the title */
};

/* What <meta> elements say: places in `values`, best first where several mean the same. */
enum meta {
    META_NONE,
    META_OG_TITLE,
    META_AUTHOR,
    META_LAST_AUTHOR = META_AUTHOR + 4,
    META_PUBLISHED,
    META_LAST_PUBLISHED = META_PUBLISHED + 7,
    META_MODIFIED,
    META_LAST_MODIFIED = META_MODIFIED + 3,
    META_SITE,
    META_LAST_SITE = META_SITE + 2,
    META_LOCALE,
    META_LANGUAGE,
    META_URL,
    N_METAS,
};

static const struct {
    const char *key;
    int meta;
} meta_keys[] = {
    {"og:title", META_OG_TITLE},
    {"author", META_AUTHOR},
    {"parsely-author", META_AUTHOR + 1},
    {"sailthru.author", META_AUTHOR + 2},
    {"byl", META_AUTHOR + 3},
    {"dc.creator", META_AUTHOR + 4},
    {"article:published_time", META_PUBLISHED},
    {"datepublished", META_PUBLISHED + 1},
    {"date", META_PUBLISHED + 2},
    {"dc.date", META_PUBLISHED + 3},
    {"pubdate", META_PUBLISHED + 4},
    {"sailthru.date", META_PUBLISHED + 5},
    {"parsely-pub-date", META_PUBLISHED + 6},
    {"publish-date", META_PUBLISHED + 7},
    {"article:modified_time", META_MODIFIED},
    {"datemodified", META_MODIFIED + 1},
    {"og:updated_time", META_MODIFIED + 2},
    {"last-modified", META_MODIFIED + 3},
    {"og:site_name", META_SITE},
    {"application-name", META_SITE + 1},
    {"twitter:site", META_SITE + 2},
    {"og:locale", META_LOCALE},
    {"content-language", META_LANGUAGE},
    {"og:url", META_URL},
};

struct reader {
    const struct html_tree *tree;
    const struct html_json_ld *json_ld;
    struct document *document;
    const char *values[N_METAS];  /* owned by the page; NULL: not said */
    const xmlNode *title;         /* <title>, or NULL */
    const char *canonical, *base; /* as written, or NULL */
};

static void note_meta(struct reader *reader, const xmlNode *node) {
    static const char *const key_names[] = {"property", "name", "itemprop", "http-equiv"};
    const char *content = html_attribute(node, "content");
    size_t n_bytes = content ? strnlen(content, FIELD_BYTES + 1) : 0;
    if (n_bytes == strspn(content ? content : "", " \t\r\n") || n_bytes > FIELD_BYTES)
        return;
    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++) {
        const char *key = html_attribute(node, key_names[i]);
        for (size_t j = 0; key && j < sizeof meta_keys / sizeof *meta_keys; j++) {
            const char **value = &reader->values[meta_keys[j].meta];
            if (!*value && strcasecmp(key, meta_keys[j].key) == 0)
                *value = content;
        }
    }
}

static void note_heads(struct reader *reader) {
    for (size_t i = 0; i < reader->tree->n_heads; i++) {
        const xmlNode *node = reader->tree->heads[i];
        const char *relation = html_attribute(node, "rel");
        switch (html_tag_find((const char *)node->name)->tag) {
        case TAG_META:
            note_meta(reader, node);
            break;
        case TAG_TITLE:
            reader->title = reader->title ? reader->title : node;
            break;
        case TAG_BASE:
            reader->base = reader->base ? reader->base : html_attribute(node, "href");
            break;
        case TAG_LINK:
            if (!reader->canonical && relation && strcasecmp(relation, "canonical") == 0)
                reader->canonical = html_attribute(node, "href");
            break;
        default:
            break;
        }
    }
}

static const char *first_value(const struct reader *reader, int first, int last) {
    for (int i = first; i <= last; i++)
        if (reader->values[i])
            return reader->values[i];
    return NULL;
}

static char *copy_string(struct reader *reader, const char *text) {
    return text ? document_string(reader->document, text, strlen(text)) : NULL;
}

/* The same of a string of JSON-LD, in which other programs' character references may stand. */
static char *copy_json_ld(struct reader *reader, const char *key, const char *inner) {
    const char *text = html_json_ld_string(reader->json_ld, key, inner);
    if (!text || strnlen(text, FIELD_BYTES + 1) > FIELD_BYTES)
        return NULL;
    struct buffer plain = {0};
    html_json_ld_plain(text, false, &plain);
    char *copy = document_string(reader->document, buffer_string(&plain), plain.size);
    reader->document->failed = reader->document->failed || plain.failed;
    buffer_free(&plain);
    return copy;
}

static char *copy_node_text(struct reader *reader, const xmlNode *node) {
    struct buffer text = {0};
    html_node_text(node, FIELD_BYTES, &text);
    char *copy = document_string(reader->document, buffer_string(&text), text.size);
    reader->document->failed = reader->document->failed || text.failed;
    buffer_free(&text);
    return copy;
}

/* A server's root-relative or relative address made absolute; NULL if libxml2 sees no sense in it.
 */
static char *build_url(struct document *document, const char *address, const char *base) {
    xmlChar *escaped =
        xmlURIEscapeStr((const xmlChar *)address, (const xmlChar *)"!#$%&'()*+,-./:;=?@[]_~");
    xmlChar *url = escaped ? xmlBuildURI(escaped, (const xmlChar *)base) : NULL;
    char *copy = url ? arena_string(&document->arena, (const char *)url) : NULL;
    document->failed = document->failed || !escaped || (url && !copy);
    xmlFree(url);
    xmlFree(escaped);
    return copy;
}

const char *html_resolve(struct document *document, const char *address, const char *base) {
    address += strspn(address, " \t\r\n");
    size_t n_bytes = strnlen(address, ADDRESS_BYTES + 1);
    if (n_bytes == 0 || n_bytes > ADDRESS_BYTES || address[0] == '#')
        return NULL;
    char *trimmed = document_string(document, address, n_bytes);
    if (!trimmed || document_is_web_url(trimmed))
        return trimmed;
    if (!base) {
        bool has_host = trimmed[0] == '/' && trimmed[1] == '/' && trimmed[2];
        return has_host ? build_url(document, trimmed, "https://localhost/") : NULL;
    }
    char *url = build_url(document, trimmed, base);
    return url && document_is_web_url(url) ? url : NULL;
}

/* <title> without the name of the site that follows the last separator. */
static char *copy_page_title(struct reader *reader) {
    static const char *const separators[] = {" | ", " – ", " — ", " - "};
    char *title = reader->title ? copy_node_text(reader, reader->title) : NULL;
    size_t best = 0;
    for (size_t i = 0; title && i < sizeof separators / sizeof *separators && best == 0; i++)
        for (char *at = title; (at = strstr(at, separators[i])) != NULL; at++)
            best = (size_t)(at - title);
    if (best > 0)
        title[best] = '\0';
    return title;
}

/* The h1 that repeats a title, else the first. */
static const xmlNode *find_title_heading(const struct html_tree *tree) {
    const xmlNode *first = NULL;
    for (size_t i = 0; i < tree->n_elements; i++) {
        const struct html_element *element = &tree->elements[i];
        if (element->tag != TAG_H1)
            continue;
        if (element->is_title_heading)
            return element->node;
        first = first ? first : element->node;
    }
    return first;
}

static void read_title(struct reader *reader) {
    struct document *document = reader->document;
    document->title = copy_string(reader, reader->values[META_OG_TITLE]);
    if (!document->title)
        document->title = copy_json_ld(reader, "headline", NULL);
    const xmlNode *heading = document->title ? NULL : find_title_heading(reader->tree);
    if (heading)
        document->title = copy_node_text(reader, heading);
    if (!document->title)
        document->title = copy_page_title(reader);
}

/* True if `words`, separated by white space, hold `word`. */
static bool has_word(const char *words, const char *word) {
    size_t n_bytes = strlen(word);
    for (; words && *words; words += strcspn(words, " ")) {
        words += strspn(words, " ");
        if (strcspn(words, " ") == n_bytes && strncasecmp(words, word, n_bytes) == 0)
            return true;
    }
    return false;
}

/* How surely an element is the author's name: 3 rel, 2 itemprop, 1 class, 0 not. */
static int author_rank(const xmlNode *node) {
    if (!node->properties)
        return 0;
    if (has_word(html_attribute(node, "rel"), "author"))
        return 3;
    if (has_word(html_attribute(node, "itemprop"), "author"))
        return 2;
    const char *class_name = html_attribute(node, "class");
    return has_word(class_name, "author") || has_word(class_name, "byline");
}

/* The author's name as the page shows it, without "By". */
static char *copy_shown_author(struct reader *reader) {
    const struct html_tree *tree = reader->tree;
    const xmlNode *best = NULL;
    int best_rank = 0;
    for (size_t i = 0; i < tree->n_elements && best_rank < 3; i++) {
        int rank = tree->elements[i].n_chars > 0 && tree->elements[i].n_chars < BYLINE_CHARS
                       ? author_rank(tree->elements[i].node)
                       : 0;
        if (rank > best_rank) {
            best = tree->elements[i].node;
            best_rank = rank;
        }
    }
    char *name = best ? copy_node_text(reader, best) : NULL;
    if (name && strncasecmp(name, "by ", 3) == 0)
        name += 3;
    return name && *name ? name : NULL;
}

static void read_author(struct reader *reader) {
    struct document *document = reader->document;
    struct buffer names = {0};
    html_json_ld_authors(reader->json_ld, &names);
    if (names.size <= FIELD_BYTES)
        document->author = document_string(document, names.data, names.size);
    document->failed = document->failed || names.failed;
    buffer_free(&names);
    for (int i = META_AUTHOR; i <= META_LAST_AUTHOR && !document->author; i++)
        if (reader->values[i] && strncasecmp(reader->values[i], "http", 4) != 0)
            document->author = copy_string(reader, reader->values[i]);
    if (!document->author)
        document->author = copy_shown_author(reader);
}

/* The first dated <time> that stands near the title heading, outside page furniture. */
static const char *find_time(const struct html_tree *tree) {
    size_t heading = 0;
    while (heading < tree->n_elements && !tree->elements[heading].is_title_heading)
        heading++;
    if (heading == tree->n_elements)
        return NULL;
    size_t first = heading > TIME_ELEMENTS ? heading - TIME_ELEMENTS : 0;
    for (size_t i = first; i < tree->n_elements && i < heading + TIME_ELEMENTS; i++) {
        const char *time = tree->elements[i].tag == TAG_TIME && !tree->elements[i].in_furniture
                               ? html_attribute(tree->elements[i].node, "datetime")
                               : NULL;
        if (time && time[0] >= '0' && time[0] <= '9')
            return time;
    }
    return NULL;
}

/* The date in an address like .../2025/03/14/..., as 2025-03-14. */
static char *copy_address_date(struct reader *reader, const char *url) {
    static const char shape[] = "/dddd/dd/dd";
    for (; url && (url = strchr(url, '/')) != NULL; url++) {
        size_t n_matched = 0;
        while (shape[n_matched] &&
               (shape[n_matched] == 'd' ? url[n_matched] >= '0' && url[n_matched] <= '9'
                                        : url[n_matched] == '/'))
            n_matched++;
        bool is_year = strncmp(url, "/19", 3) == 0 || strncmp(url, "/20", 3) == 0;
        if (shape[n_matched] || !is_year || (url[n_matched] >= '0' && url[n_matched] <= '9'))
            continue;
        char *date = document_string(reader->document, url + 1, sizeof shape - 2);
        if (date)
            date[4] = date[7] = '-';
        return date;
    }
    return NULL;
}

static void read_dates(struct reader *reader) {
    struct document *document = reader->document;
    document->published = copy_json_ld(reader, "datePublished", NULL);
    if (!document->published)
        document->published =
            copy_string(reader, first_value(reader, META_PUBLISHED, META_LAST_PUBLISHED));
    if (!document->published)
        document->published = copy_string(reader, find_time(reader->tree));
    if (!document->published)
        document->published = copy_address_date(reader, document->canonical);
    document->modified = copy_json_ld(reader, "dateModified", NULL);
    if (!document->modified)
        document->modified =
            copy_string(reader, first_value(reader, META_MODIFIED, META_LAST_MODIFIED));
}

static char *copy_host(struct reader *reader, const char *url) {
    const char *host = url ? strstr(url, "://") : NULL;
    return host ? document_string(reader->document, host + 3, strcspn(host + 3, "/?#:")) : NULL;
}

static void read_site(struct reader *reader) {
    struct document *document = reader->document;
    document->site = copy_string(reader, reader->values[META_SITE]);
    if (!document->site)
        document->site = copy_json_ld(reader, "publisher", "name");
    if (!document->site)
        document->site = copy_string(reader, first_value(reader, META_SITE, META_LAST_SITE));
    if (!document->site)
        document->site = copy_host(reader, document->canonical);
}

static void read_language(struct reader *reader) {
    struct document *document = reader->document;
    const struct html_tree *tree = reader->tree;
    if (tree->n_elements > 0) {
        const char *lang = html_attribute(tree->elements[0].node, "lang");
        document->language =
            copy_string(reader, lang ? lang : html_attribute(tree->elements[0].node, "xml:lang"));
    }
    if (!document->language)
        document->language = copy_string(reader, first_value(reader, META_LOCALE, META_LANGUAGE));
    if (!document->language)
        document->language = copy_json_ld(reader, "inLanguage", "alternateName");
    for (char *c = document->language; c && *c; c++)
        if (*c == '_') /* og:locale is a locale of POSIX, the others are BCP 47 */
            *c = '-';
}

static void read_canonical(struct reader *reader) {
    struct document *document = reader->document;
    const char *places[] = {reader->canonical, reader->values[META_URL],
                            html_json_ld_string(reader->json_ld, "mainEntityOfPage", "@id"),
                            html_json_ld_string(reader->json_ld, "url", NULL)};
    for (size_t i = 0; i < sizeof places / sizeof *places && !document->canonical; i++)
        if (places[i]) /* not const to the document, which owns it */
            document->canonical =
                (char *)(uintptr_t)html_resolve(document, places[i], reader->base);
}

const char *html_metadata_read(const struct html_tree *tree, const struct html_json_ld *json_ld,
                               struct document *document) {
    struct reader reader = {.tree = tree, .json_ld = json_ld, .document = document};
    note_heads(&reader);
    read_canonical(&reader);
    read_title(&reader);
    read_author(&reader);
    read_dates(&reader);
    read_site(&reader);
    read_language(&reader);
    const char *base =
        reader.base ? html_resolve(document, reader.base, document->canonical) : NULL;
    return base ? base : document->canonical;
}
