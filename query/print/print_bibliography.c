/* --format csl-json and bibtex: the documents of the hits, once each, for a reference manager. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/print/print_formats.h"
#include "store/json.h"

enum { MOST_DATE_PARTS = 3 };

/* Year, month and day at the beginning of an ISO 8601 date; n_parts is 0 for any other text. */
struct date {
    size_t n_parts;
    unsigned parts[MOST_DATE_PARTS];
    size_t n_bytes; /* of the parts as written */
};

static struct date date_of(const char *text) {
    static const size_t n_digits[MOST_DATE_PARTS] = {4, 2, 2};
    static const unsigned most[MOST_DATE_PARTS] = {9999, 12, 31};
    struct date date = {0};
    const char *at = text;
    if (!text)
        return date;
    while (date.n_parts < MOST_DATE_PARTS) {
        if (date.n_parts > 0 && *at++ != '-')
            break;
        unsigned number = 0;
        size_t n = 0;
        for (; n < n_digits[date.n_parts] && isdigit((unsigned char)at[n]); n++)
            number = 10 * number + (unsigned)(at[n] - '0');
        if (n < n_digits[date.n_parts] || isdigit((unsigned char)at[n]) || number == 0 ||
            number > most[date.n_parts])
            break;
        date.parts[date.n_parts++] = number;
        at += n;
        date.n_bytes = (size_t)(at - text);
    }
    return date;
}

static void add_date_parts(struct json *json, const struct date *date) {
    json_begin_array(json, "date-parts");
    json_begin_array(json, NULL);
    for (size_t i = 0; i < date->n_parts; i++)
        json_size(json, NULL, date->parts[i]);
    json_end_array(json);
    json_end_array(json);
}

static void add_date(struct json *json, const char *name, const char *text) {
    if (!text)
        return;
    const struct date date = date_of(text);
    json_begin_object(json, name);
    if (date.n_parts > 0)
        add_date_parts(json, &date);
    else
        json_string(json, "literal", text);
    json_end_object(json);
}

static void add_known(struct json *json, const char *name, const char *string) {
    if (string)
        json_string(json, name, string);
}

/* Leads `*names` to the next of names that are separated by BETWEEN_AUTHORS and returns its bytes,
 * 0 at the end. */
static size_t next_author(const char **names) {
    *names += strspn(*names, "; ");
    return strcspn(*names, ";");
}

static void add_authors(struct json *json, const char *names) {
    if (!names)
        return;
    json_begin_array(json, "author");
    for (size_t n_bytes; (n_bytes = next_author(&names)) > 0; names += n_bytes) {
        json_begin_object(json, NULL);
        json_text(json, "literal", names, n_bytes);
        json_end_object(json);
    }
    json_end_array(json);
}

static void print_item(struct buffer *out, const struct hit *hit) {
    struct json json = {.out = out, .is_indented = true};
    json_begin_object(&json, NULL);
    json_string(&json, "id", hit->document.id);
    json_string(&json, "type", hit->document.url ? "webpage" : "article");
    json_string(&json, "title", hit->document.title);
    add_authors(&json, hit->document.author);
    add_date(&json, "issued", hit->document.published);
    add_date(&json, "accessed", hit->document.retrieved);
    add_known(&json, "container-title", hit->document.site);
    add_known(&json, "URL", hit->document.url);
    add_known(&json, "language", hit->document.language);
    json_end_object(&json);
}

void print_csl_json(struct printing *printing, const struct answer *answer, struct buffer *out) {
    for (size_t i = 0; i < answer->n_hits; i++) {
        if (!print_is_new(printing, answer->hits[i].document.id, out))
            continue;
        buffer_append_string(out, printing->n_items++ == 0 ? "[\n" : ",\n");
        print_item(out, &answer->hits[i]);
    }
}

/* A key that stays while the document's id and title do: "healthcare2025-1a2b3c4d". */
static void print_key(struct buffer *out, const struct hit *hit) {
    enum { LEAST_LETTERS = 4, MOST_LETTERS = 20 }; /* of the word of the title that names it */
    const char *at = hit->document.title;
    size_t n = 0;
    while (*at && n < LEAST_LETTERS) {
        at += n;
        while (*at && !isalpha((unsigned char)*at))
            at++;
        for (n = 0; isalpha((unsigned char)at[n]);)
            n++;
    }
    for (size_t i = 0; i < n && i < MOST_LETTERS; i++)
        buffer_append_char(out, (char)tolower((unsigned char)at[i]));
    buffer_append_string(out, n == 0 ? "document" : "");
    const struct date date = date_of(hit->document.published);
    if (date.n_parts > 0)
        buffer_append_format(out, "%u", date.parts[0]);
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *id = hit->document.id; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 16777619u;
    buffer_append_format(out, "-%08x", (unsigned)hash);
}

/* Braces become commands, because BibTeX counts them even where they are escaped. */
static void print_latex(struct buffer *out, const char *text, size_t n_bytes) {
    static const char specials[] = "\\{}$&%#_^~";
    static const char *const escapes[] = {
        "\\textbackslash{}",
        "\\textbraceleft{}",
        "\\textbraceright{}",
        "\\$",
        "\\&",
        "\\%",
        "\\#",
        "\\_",
        "\\textasciicircum{}",
        "\\textasciitilde{}",
    };
    size_t printed = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        const char *special = text[i] ? strchr(specials, text[i]) : NULL;
        if (!special)
            continue;
        print_clean(out, text + printed, i - printed);
        buffer_append_string(out, escapes[special - specials]);
        printed = i + 1;
    }
    print_clean(out, text + printed, n_bytes - printed);
}

static void print_field(struct buffer *out, const char *name, const char *open, const char *value,
                        const char *close) {
    if (!value)
        return;
    buffer_append_format(out, ",\n  %s = %s", name, open);
    print_latex(out, value, strlen(value));
    buffer_append_string(out, close);
}

static void print_authors(struct buffer *out, const char *names) {
    size_t n_bytes = names ? next_author(&names) : 0;
    for (bool is_first = true; n_bytes > 0; is_first = false) {
        buffer_append_string(out, is_first ? ",\n  author = {{" : " and {");
        print_latex(out, names, n_bytes);
        names += n_bytes;
        n_bytes = next_author(&names);
        buffer_append_string(out, n_bytes > 0 ? "}" : "}}");
    }
}

/* biblatex reads only ISO dates in `field`; any other text goes to `other`, unless that is NULL. */
static void print_date(struct buffer *out, const char *field, const char *other, const char *text) {
    const struct date date = date_of(text);
    if (date.n_parts > 0)
        buffer_append_format(out, ",\n  %s = {%.*s}", field, (int)date.n_bytes, text);
    else if (other)
        print_field(out, other, "{", text, "}");
}

static void print_entry(struct buffer *out, const struct hit *hit) {
    buffer_append_string(out, hit->document.url ? "@online{" : "@misc{");
    print_key(out, hit);
    print_field(out, "title", "{{", hit->document.title, "}}");
    print_authors(out, hit->document.author);
    print_field(out, "organization", "{{", hit->document.site, "}}");
    print_date(out, "date", "note", hit->document.published);
    if (hit->document.url) {
        buffer_append_string(out, ",\n  url = {");
        print_encoded(out, hit->document.url, "{}\\");
        buffer_append_char(out, '}');
    } else {
        print_field(out, "howpublished", "{", hit->document.path, "}");
    }
    print_date(out, "urldate", NULL, hit->document.retrieved);
    buffer_append_string(out, "\n}\n");
}

/* BibTeX reads over what stands between entries, but for '@'. */
static void print_query(struct buffer *out, const struct answer *answer) {
    buffer_append_string(out, "% ");
    print_clean_string(out, answer->query_id);
    buffer_append_string(out, ": ");
    for (const char *at = answer->query; *at;) {
        const size_t n_bytes = strcspn(at, "@");
        print_clean(out, at, n_bytes);
        at += n_bytes;
        if (*at == '@') {
            buffer_append_char(out, ' ');
            at++;
        }
    }
    buffer_append_char(out, '\n');
}

void print_bibtex(struct printing *printing, const struct answer *answer, struct buffer *out) {
    if (answer->query_id)
        print_query(out, answer);
    bool is_first = !answer->query_id;
    for (size_t i = 0; i < answer->n_hits; i++) {
        if (!print_is_new(printing, answer->hits[i].document.id, out))
            continue;
        buffer_append_string(out, is_first ? "" : "\n");
        print_entry(out, &answer->hits[i]);
        printing->n_items++;
        is_first = false;
    }
}
