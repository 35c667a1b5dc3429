/* See html_metadata.h. */
#include "indexer/html/html_metadata.h"

#include <libxml/uri.h>
#include <string.h>
#include <strings.h>

#include "indexer/html/html_byline.h"
#include "indexer/html/html_headline.h"
#include "indexer/html/html_tag.h"
#include "store/schema.h"

enum {
    ADDRESS_BYTES = 4000, /* servers and browsers refuse longer addresses */
    FIELD_BYTES = 2000,   /* a longer title, name or date is none */
};

/* What <meta> elements say. */
enum meta {
    META_TITLE,
    META_AUTHOR,
    META_PUBLISHED,
    META_MODIFIED,
    META_SITE,
    META_OTHER_SITE, /* names that are worse than what JSON-LD says */
    META_LANGUAGE,
    META_URL,
    N_METAS,
};

/* Their names; of those that mean the same, the best first. */
static const struct {
    const char *key;
    enum meta meta;
} meta_keys[] = {
    {"og:title", META_TITLE},
    {"citation_title", META_TITLE},
    {"dc.title", META_TITLE},
    {"dcterms.title", META_TITLE},
    {"citation_author", META_AUTHOR},
    {"author", META_AUTHOR},
    {"parsely-author", META_AUTHOR},
    {"sailthru.author", META_AUTHOR},
    {"byl", META_AUTHOR},
    {"dc.creator", META_AUTHOR},
    {"dcterms.creator", META_AUTHOR},
    {"article:author", META_AUTHOR},
    {"article:published_time", META_PUBLISHED},
    {"citation_publication_date", META_PUBLISHED},
    {"citation_online_date", META_PUBLISHED},
    {"citation_date", META_PUBLISHED},
    {"datepublished", META_PUBLISHED},
    {"date", META_PUBLISHED},
    {"dc.date.issued", META_PUBLISHED},
    {"dcterms.issued", META_PUBLISHED},
    {"dc.date", META_PUBLISHED},
    {"dcterms.date", META_PUBLISHED},
    {"dcterms.created", META_PUBLISHED},
    {"pubdate", META_PUBLISHED},
    {"publishdate", META_PUBLISHED},
    {"sailthru.date", META_PUBLISHED},
    {"parsely-pub-date", META_PUBLISHED},
    {"publish-date", META_PUBLISHED},
    {"published_time", META_PUBLISHED},
    {"og:article:published_time", META_PUBLISHED},
    {"article:published", META_PUBLISHED},
    {"article:modified_time", META_MODIFIED},
    {"datemodified", META_MODIFIED},
    {"og:updated_time", META_MODIFIED},
    {"dcterms.modified", META_MODIFIED},
    {"dc.date.modified", META_MODIFIED},
    {"article:modified", META_MODIFIED},
    {"last-modified", META_MODIFIED},
    {"og:site_name", META_SITE},
    {"citation_journal_title", META_OTHER_SITE},
    {"application-name", META_OTHER_SITE},
    {"twitter:site", META_OTHER_SITE},
    {"og:locale", META_LANGUAGE},
    {"content-language", META_LANGUAGE},
    {"dc.language", META_LANGUAGE},
    {"citation_language", META_LANGUAGE},
    {"og:url", META_URL},
    {"citation_public_url", META_URL},
};

enum { N_META_KEYS = sizeof meta_keys / sizeof *meta_keys };

struct reader {
    const struct html_tree *tree;
    const struct html_json_ld *json_ld;
    struct document *document;
    const char *values[N_METAS];  /* owned by the page; NULL: not said */
    size_t keys[N_METAS];         /* which of meta_keys said it */
    const xmlNode *title;         /* <title>, or NULL */
    const char *canonical, *base; /* as written, or NULL */
};

/* What a <meta> says, or NULL. */
static const char *meta_content(const xmlNode *node) {
    const char *content = html_attribute(node, "content");
    size_t n_bytes = content ? strnlen(content, FIELD_BYTES + 1) : 0;
    if (n_bytes == strspn(content ? content : "", " \t\r\n") || n_bytes > FIELD_BYTES)
        return NULL;
    return content;
}

/* The attributes in which the name of a <meta> may stand. */
static const char *const name_attributes[] = {"property", "name", "itemprop", "http-equiv"};

enum { N_NAME_ATTRIBUTES = sizeof name_attributes / sizeof *name_attributes };

static void note_named(struct reader *reader, const char *name, const char *content) {
    for (size_t i = 0; i < N_META_KEYS; i++) {
        enum meta meta = meta_keys[i].meta;
        if (strcasecmp(name, meta_keys[i].key) != 0)
            continue;
        bool is_address = meta == META_AUTHOR && strncasecmp(content, "http", 4) == 0;
        if (is_address || (reader->values[meta] && reader->keys[meta] <= i))
            return;
        reader->values[meta] = content;
        reader->keys[meta] = i;
        return;
    }
}

static void note_meta(struct reader *reader, const xmlNode *node) {
    const char *content = meta_content(node);
    for (size_t i = 0; content && i < N_NAME_ATTRIBUTES; i++) {
        const char *name = html_attribute(node, name_attributes[i]);
        if (name)
            note_named(reader, name, content);
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

static void read_title(struct reader *reader) {
    struct document *document = reader->document;
    document->title = copy_string(reader, reader->values[META_TITLE]);
    if (!document->title)
        document->title = copy_json_ld(reader, "headline", NULL);
    if (!document->title)
        document->title = html_headline_find(reader->tree, reader->title, document);
    html_headline_cut(reader->tree, document->title, document);
}

static bool is_named(const xmlNode *meta, const char *key) {
    for (size_t i = 0; i < N_NAME_ATTRIBUTES; i++) {
        const char *name = html_attribute(meta, name_attributes[i]);
        if (name && strcasecmp(name, key) == 0)
            return true;
    }
    return false;
}

/* Appends the contents of all <meta> of a name: journals have one for each author. */
static void append_authors(const struct reader *reader, const char *key, struct buffer *names) {
    for (size_t i = 0; i < reader->tree->n_heads && names->size < FIELD_BYTES; i++) {
        const xmlNode *node = reader->tree->heads[i];
        const char *content = is_named(node, key) ? meta_content(node) : NULL;
        if (!content || strncasecmp(content, "http", 4) == 0 ||
            strstr(buffer_string(names), content))
            continue;
        if (names->size > 0)
            buffer_append_string(names, BETWEEN_AUTHORS);
        buffer_append_string(names, content);
    }
}

static void read_author(struct reader *reader) {
    struct document *document = reader->document;
    struct buffer names = {0};
    html_json_ld_authors(reader->json_ld, &names);
    if (names.size == 0 && reader->values[META_AUTHOR])
        append_authors(reader, meta_keys[reader->keys[META_AUTHOR]].key, &names);
    if (names.size <= FIELD_BYTES)
        document->author = html_byline_clean(document_string(document, names.data, names.size));
    document->failed = document->failed || names.failed;
    buffer_free(&names);
    if (!document->author)
        document->author = html_byline_author(reader->tree, document);
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
        document->published = copy_string(reader, reader->values[META_PUBLISHED]);
    if (!document->published)
        document->published = html_byline_date(reader->tree, document);
    if (!document->published)
        document->published = copy_address_date(reader, document->canonical);
    document->modified = copy_json_ld(reader, "dateModified", NULL);
    if (!document->modified)
        document->modified = copy_string(reader, reader->values[META_MODIFIED]);
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
        document->site = copy_string(reader, reader->values[META_OTHER_SITE]);
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
        document->language = copy_string(reader, reader->values[META_LANGUAGE]);
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
    read_site(&reader);
    read_title(&reader);
    read_author(&reader);
    read_dates(&reader);
    read_language(&reader);
    const char *base =
        reader.base ? html_resolve(document, reader.base, document->canonical) : NULL;
    return base ? base : document->canonical;
}
