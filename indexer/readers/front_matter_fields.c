/* See front_matter_fields.h. */
#include "indexer/readers/front_matter_fields.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "store/schema.h"

static const struct {
    const char *name;
    enum front_matter_key key;
} known_keys[] = {
    {"title", KEY_TITLE},    {"date", KEY_DATE},
    {"author", KEY_AUTHOR},  {"authors", KEY_AUTHOR},
    {"lang", KEY_LANGUAGE},  {"language", KEY_LANGUAGE},
    {"url", KEY_URL},        {"canonical_url", KEY_CANONICAL},
    {"published", KEY_DATE}, {"canonical", KEY_CANONICAL},
};

enum front_matter_key front_matter_key_named(const char *name, size_t n_bytes) {
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++)
        if (strlen(known_keys[i].name) == n_bytes &&
            strncasecmp(name, known_keys[i].name, n_bytes) == 0)
            return known_keys[i].key;
    return KEY_OTHER;
}

static void add_author(struct front_matter_fields *fields, const char *name) {
    if (fields->authors.size > 0)
        buffer_append_string(&fields->authors, BETWEEN_AUTHORS);
    buffer_append_string(&fields->authors, name);
}

static void set_once(char **field, char *value) {
    if (!*field)
        *field = value;
}

void front_matter_set(struct front_matter_fields *fields, enum front_matter_key key,
                      const char *text, size_t n_bytes) {
    struct document *document = fields->document;
    char *value = key == KEY_OTHER ? NULL : document_string(document, text, n_bytes);
    if (!value)
        return;
    switch (key) {
    case KEY_TITLE:
        set_once(&document->title, value);
        break;
    case KEY_DATE:
        set_once(&document->published, value);
        break;
    case KEY_LANGUAGE:
        for (char *c = value; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        set_once(&document->language, value);
        break;
    case KEY_URL: /* sites also write paths here */
        if (document_is_web_url(value))
            set_once(&document->url, value);
        break;
    case KEY_CANONICAL:
        if (document_is_web_url(value))
            set_once(&document->canonical, value);
        break;
    case KEY_AUTHOR:
        add_author(fields, value);
        break;
    case KEY_OTHER:
        break;
    }
}

void front_matter_clear(struct front_matter_fields *fields) {
    struct document *document = fields->document;
    document->title = document->published = document->language = NULL;
    document->url = document->canonical = NULL;
    buffer_clear(&fields->authors);
}

void front_matter_finish(struct front_matter_fields *fields) {
    struct document *document = fields->document;
    if (fields->authors.size > 0)
        set_once(&document->author,
                 document_string(document, fields->authors.data, fields->authors.size));
    document->failed = document->failed || fields->authors.failed;
    buffer_free(&fields->authors);
}
