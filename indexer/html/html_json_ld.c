/* See html_json_ld.h. */
#include "indexer/html/html_json_ld.h"

#include <errno.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/schema.h"

enum {
    SCRIPT_BYTES = 4 << 20, /* a longer script is no description of an article */
    NESTING = 8,            /* articles stand at most in a graph in an array in an object */
    MAX_AUTHORS = 20,       /* the rest of a list of names identifies nobody */
    REFERENCE_BYTES = 32,   /* the longest character reference has 31 letters */
};

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* How surely a type is that of a page's article: 2 for an article of some kind, 1 for the page or
 * what else fills one, 0 for all else. */
static int type_rank(const cJSON *type) {
    static const struct {
        const char *part;
        int rank;
    } parts[] = {{"article", 2}, {"posting", 2}, {"report", 2}, {"page", 1}, {"recipe", 1}};
    const cJSON *name = cJSON_IsArray(type) ? type->child : type;
    int best = 0;
    for (; name; name = cJSON_IsArray(type) ? name->next : NULL) {
        const char *text = cJSON_GetStringValue(name);
        for (size_t i = 0; text && i < sizeof parts / sizeof *parts; i++)
            if (parts[i].rank > best && strcasestr(text, parts[i].part))
                best = parts[i].rank;
    }
    return best;
}

/* Looks for the article and for bodies in `value`, its @graph and, if it is an array, its items. */
static void search(struct html_json_ld *json_ld, const cJSON *value, int nesting) {
    if (cJSON_IsArray(value) && nesting < NESTING)
        for (const cJSON *item = value->child; item; item = item->next)
            search(json_ld, item, nesting + 1);
    if (!cJSON_IsObject(value))
        return;
    int rank = type_rank(member(value, "@type"));
    if (rank > json_ld->rank) {
        json_ld->article = value;
        json_ld->rank = rank;
    }
    const char *body = cJSON_GetStringValue(member(value, "articleBody"));
    if (body && (!json_ld->body || strlen(body) > strlen(json_ld->body)))
        json_ld->body = body;
    if (nesting < NESTING)
        search(json_ld, member(value, "@graph"), nesting + 1);
}

/* The object with this @id and a name, among those that search() looks at; NULL if none has. */
static const cJSON *find_named(const cJSON *value, const char *id, int nesting) {
    const cJSON *found = NULL;
    if (nesting == NESTING)
        return NULL;
    if (cJSON_IsArray(value))
        for (const cJSON *item = value->child; item && !found; item = item->next)
            found = find_named(item, id, nesting + 1);
    if (!cJSON_IsObject(value))
        return found;
    const char *own = cJSON_GetStringValue(member(value, "@id"));
    if (own && strcmp(own, id) == 0 && member(value, "name"))
        return value;
    return find_named(member(value, "@graph"), id, nesting + 1);
}

/* `value`, or the object that it only refers to. */
static const cJSON *resolve(const struct html_json_ld *json_ld, const cJSON *value) {
    const char *id = cJSON_GetStringValue(member(value, "@id"));
    const cJSON *found = NULL;
    if (id && !member(value, "name"))
        for (size_t i = 0; i < json_ld->n_scripts && !found; i++)
            found = find_named(json_ld->scripts[i], id, 0);
    return found ? found : value;
}

void html_json_ld_read(const struct html_tree *tree, struct html_json_ld *json_ld) {
    if (tree->n_heads == 0)
        return;
    json_ld->scripts = calloc(tree->n_heads, sizeof *json_ld->scripts);
    json_ld->failed = !json_ld->scripts;
    struct buffer text = {0};
    for (size_t i = 0; i < tree->n_heads && !json_ld->failed; i++) {
        if (strcmp((const char *)tree->heads[i]->name, "script") != 0)
            continue;
        buffer_clear(&text);
        html_node_text(tree->heads[i], SCRIPT_BYTES, &text);
        const char *start = strpbrk(buffer_string(&text), "{[");
        errno = 0;
        cJSON *script = start ? cJSON_Parse(start) : NULL;
        if (!script) {
            json_ld->failed |= errno == ENOMEM; /* the only sign of it that cJSON leaves */
            continue;
        }
        json_ld->scripts[json_ld->n_scripts++] = script;
        search(json_ld, script, 0);
    }
    json_ld->failed = json_ld->failed || text.failed;
    buffer_free(&text);
}

void html_json_ld_free(struct html_json_ld *json_ld) {
    for (size_t i = 0; i < json_ld->n_scripts; i++)
        cJSON_Delete(json_ld->scripts[i]);
    free(json_ld->scripts);
    *json_ld = (struct html_json_ld){0};
}

const char *html_json_ld_string(const struct html_json_ld *json_ld, const char *key,
                                const char *inner) {
    const cJSON *value = member(json_ld->article, key);
    const cJSON *item = cJSON_IsArray(value) ? value->child : value;
    for (; item; item = cJSON_IsArray(value) ? item->next : NULL) {
        bool is_inside = cJSON_IsObject(item) && inner;
        const cJSON *found = is_inside ? member(resolve(json_ld, item), inner) : item;
        const char *text = cJSON_GetStringValue(found);
        if (text && *text)
            return text;
    }
    return NULL;
}

void html_json_ld_authors(const struct html_json_ld *json_ld, struct buffer *names) {
    const cJSON *value = member(json_ld->article, "author");
    const cJSON *item = cJSON_IsArray(value) ? value->child : value;
    size_t start = names->size;
    for (int i = 0; item && i < MAX_AUTHORS; i++) {
        const cJSON *name = cJSON_IsObject(item) ? member(resolve(json_ld, item), "name") : item;
        if (cJSON_IsArray(name))
            name = name->child;
        const char *text = cJSON_GetStringValue(name);
        bool is_new = text && *text && strncasecmp(text, "http", 4) != 0 &&
                      !(names->size > start && strstr(names->data + start, text));
        if (is_new && names->size > start)
            buffer_append_string(names, BETWEEN_AUTHORS);
        if (is_new)
            html_json_ld_plain(text, true, names);
        item = cJSON_IsArray(value) ? item->next : NULL;
    }
}

/* Appends what the character reference at `text`, which begins with '&', stands for; returns its
 * length, or 0 if it is none. */
static size_t append_reference(const char *text, struct buffer *plain) {
    char name[REFERENCE_BYTES];
    const char *end = memchr(text, ';', strnlen(text, REFERENCE_BYTES));
    if (!end || end - text < 3)
        return 0;
    size_t n_name = (size_t)(end - text) - 1;
    memcpy(name, text + 1, n_name);
    name[n_name] = '\0';
    unsigned long code = 0;
    if (name[0] == '#') {
        bool is_hex = name[1] == 'x' || name[1] == 'X';
        code = strtoul(name + 1 + is_hex, NULL, is_hex ? 16 : 10);
    } else {
        const htmlEntityDesc *entity = htmlEntityLookup((const xmlChar *)name);
        code = entity ? entity->value : 0;
    }
    if (code == 0 || code > 0x10ffff || !IS_CHAR(code))
        return 0;
    xmlChar utf8[8];
    buffer_append(plain, utf8, (size_t)xmlCopyChar(0, utf8, (int)code));
    return n_name + 2;
}

static bool parts_blocks(const char *tag) {
    const char *name = tag + (*tag == '/');
    return strncasecmp(name, "p", 1) == 0 || strncasecmp(name, "br", 2) == 0 ||
           strncasecmp(name, "div", 3) == 0 || strncasecmp(name, "li", 2) == 0 ||
           ((name[0] == 'h' || name[0] == 'H') && name[1] >= '1' && name[1] <= '6');
}

void html_json_ld_plain(const char *text, bool strip_tags, struct buffer *plain) {
    const char *last_close = strip_tags ? strrchr(text, '>') : NULL;
    while (*text) {
        size_t n_plain = strcspn(text, "<&");
        buffer_append(plain, text, n_plain);
        text += n_plain;
        bool is_tag = *text == '<' && last_close && text < last_close &&
                      strchr("/!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", text[1]);
        size_t n_reference = *text == '&' ? append_reference(text, plain) : 0;
        if (is_tag) {
            buffer_append_char(plain, parts_blocks(text + 1) ? '\n' : ' ');
            text = strchr(text, '>') + 1;
        } else if (n_reference > 0) {
            text += n_reference;
        } else if (*text) {
            buffer_append_char(plain, *text++);
        }
    }
}
