/* See front_matter.h. libyaml's events are read one by one: aliases are never expanded, so that a
 * few lines cannot become gigabytes. */
#include "indexer/readers/front_matter.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "indexer/readers/front_matter_lines.h"

enum {
    FRONT_MATTER_MAX_BYTES =
        64 * 1024,       /* libyaml is not linear in it; real ones have a few hundred */
    YAML_MAX_DEPTH = 16, /* authors need 3 */
};

struct reading {
    struct front_matter_fields fields;
    enum front_matter_key key; /* whose value is being read */
    size_t depth;              /* open mappings and lists */
    bool is_mapping[YAML_MAX_DEPTH];
    bool expects_key[YAML_MAX_DEPTH]; /* of a mapping */
    bool in_name;                     /* inside authors: the value of `name` follows */
    bool too_deep;
};

/* End of the line at `at`, before its line end. */
static const char *line_end(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline ? newline : end;
    return newline && stop > at && stop[-1] == '\r' ? stop - 1 : stop;
}

/* The line after the one at `at`, or `end`. */
static const char *next_line(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : end;
}

static bool is_line(const char *at, const char *end, const char *wanted) {
    const char *stop = line_end(at, end);
    while (stop > at && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    return (size_t)(stop - at) == strlen(wanted) && memcmp(at, wanted, strlen(wanted)) == 0;
}

/* True if the line is `key:` or `key: value`, or has another `separator` than ':'. */
static bool is_key_line(const char *at, const char *end, char separator) {
    const char *stop = line_end(at, end);
    char quote = at < stop && (*at == '"' || *at == '\'') ? *at++ : '\0';
    const char *name = at;
    while (at < stop && (isalnum((unsigned char)*at) || strchr("_-.@", *at)))
        at++;
    if (at == name || (quote && (at == stop || *at++ != quote)))
        return false;
    while (at < stop && *at == ' ')
        at++;
    return at < stop && *at == separator && (at + 1 == stop || at[1] == ' ' || at[1] == '\t');
}

/* Skips blank lines and comments. */
static const char *first_content_line(const char *at, const char *end) {
    while (at < end) {
        const char *stop = line_end(at, end);
        const char *word = at;
        while (word < stop && (*word == ' ' || *word == '\t'))
            word++;
        if (word < stop && *word != '#')
            break;
        at = next_line(at, end);
    }
    return at;
}

static bool is_null(const yaml_event_t *event) {
    const char *value = (const char *)event->data.scalar.value;
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (strcmp(value, "~") == 0 || strcasecmp(value, "null") == 0);
}

/* True for a value inside that of `author`: in a list, or the `name` of a mapping. */
static bool is_author(const struct reading *reading) {
    size_t top = reading->depth - 1;
    if (reading->key != KEY_AUTHOR)
        return false;
    if (!reading->is_mapping[top])
        return top == 1;
    return reading->in_name && (top == 1 || (top == 2 && !reading->is_mapping[1]));
}

static void read_scalar(struct reading *reading, const yaml_event_t *event) {
    const char *text = (const char *)event->data.scalar.value;
    size_t n_bytes = event->data.scalar.length;
    if (reading->depth == 0)
        return;
    size_t top = reading->depth - 1;
    if (reading->is_mapping[top] && reading->expects_key[top]) {
        reading->expects_key[top] = false;
        if (top == 0)
            reading->key = front_matter_key_named(text, n_bytes);
        else
            reading->in_name = n_bytes == 4 && memcmp(text, "name", 4) == 0;
        return;
    }
    reading->expects_key[top] = true;
    if (reading->key != KEY_OTHER && !is_null(event) && (top == 0 || is_author(reading)))
        front_matter_set(&reading->fields, reading->key, text, n_bytes);
}

static void open_collection(struct reading *reading, bool is_mapping) {
    if (reading->depth > 0) /* it is a value (or a key, which nobody writes) of the one around it */
        reading->expects_key[reading->depth - 1] = !reading->expects_key[reading->depth - 1];
    if (reading->depth == YAML_MAX_DEPTH) {
        reading->too_deep = true;
        return;
    }
    reading->is_mapping[reading->depth] = is_mapping;
    reading->expects_key[reading->depth] = true;
    reading->depth++;
}

/* Reads one event; false after the last. */
static bool read_event(struct reading *reading, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        read_scalar(reading, event);
        break;
    case YAML_ALIAS_EVENT:
        if (reading->depth > 0)
            reading->expects_key[reading->depth - 1] = !reading->expects_key[reading->depth - 1];
        break;
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        open_collection(reading, event->type == YAML_MAPPING_START_EVENT);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        reading->depth--;
        break;
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_END_EVENT:
        return false;
    default:
        break;
    }
    return !reading->too_deep;
}

/* What libyaml does not take is read line by line: nearly always it is a ": " without quotes. */
static void read_lines_instead(struct reading *reading, const yaml_parser_t *parser,
                               const char *yaml, size_t n_bytes) {
    struct document *document = reading->fields.document;
    size_t line = parser->problem_mark.line;
    if (parser->error == YAML_READER_ERROR) { /* it knows only the byte */
        line = 0;
        for (size_t i = 0; i < parser->problem_offset; i++)
            line += yaml[i] == '\n';
    }
    if (parser->error == YAML_MEMORY_ERROR) {
        document->failed = true;
        return;
    }
    /* libyaml counts lines from 0, and the file has a line of --- above */
    document_problem(document, line + 2, "front matter: %s; it is read line by line",
                     parser->problem);
    front_matter_clear(&reading->fields);
    front_matter_read_lines(&reading->fields, ':', yaml, n_bytes);
}

static void read_yaml(const char *yaml, size_t n_bytes, struct document *document) {
    struct reading reading = {.fields = {.document = document}};
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        document->failed = true;
        return;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, n_bytes);
    bool more = true;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            read_lines_instead(&reading, &parser, yaml, n_bytes);
            break;
        }
        more = read_event(&reading, &event);
        if (reading.too_deep)
            document_problem(document, event.start_mark.line + 2,
                             "front matter: nested more than %d levels deep", YAML_MAX_DEPTH);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    front_matter_finish(&reading.fields);
}

static void read_toml(const char *toml, size_t n_bytes, struct document *document) {
    struct front_matter_fields fields = {.document = document};
    front_matter_read_lines(&fields, '=', toml, n_bytes);
    front_matter_finish(&fields);
}

size_t front_matter_read(const char *text, size_t n_bytes, struct document *document) {
    const char *end = text + n_bytes;
    bool is_toml = n_bytes >= 3 && is_line(text, end, "+++");
    if (n_bytes < 3 || (!is_toml && !is_line(text, end, "---")))
        return 0;
    if (n_bytes > FRONT_MATTER_MAX_BYTES)
        end = text + FRONT_MATTER_MAX_BYTES;
    const char *first = next_line(text, end);
    if (!is_key_line(first_content_line(first, end), end, is_toml ? '=' : ':'))
        return 0;
    for (const char *line = first; line < end; line = next_line(line, end)) {
        if (!is_line(line, end, is_toml ? "+++" : "---") && (is_toml || !is_line(line, end, "...")))
            continue;
        (is_toml ? read_toml : read_yaml)(first, (size_t)(line - first), document);
        return (size_t)(next_line(line, text + n_bytes) - text);
    }
    document_problem(document, 1, "front matter is not closed: no line of %s follows",
                     is_toml ? "+++" : "---");
    return 0;
}
