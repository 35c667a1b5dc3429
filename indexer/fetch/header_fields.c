/* See header_fields.h. */
#include "indexer/fetch/header_fields.h"

#include <stdint.h>
#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The end of the line that begins at `start`, after its newline. */
static size_t line_end(const char *bytes, size_t n_bytes, size_t start) {
    const char *newline = memchr(bytes + start, '\n', n_bytes - start);
    return newline ? (size_t)(newline - bytes) + 1 : n_bytes;
}

static bool is_empty_line(const char *line, size_t n_bytes) {
    return line[0] == '\n' || (n_bytes > 1 && line[0] == '\r' && line[1] == '\n');
}

/* The end of the head without its blank line; `*n_lines` are the lines in it, at most. */
static size_t head_end(const char *bytes, size_t n_bytes, size_t *n_lines) {
    size_t end = 0;
    *n_lines = 0;
    while (end < n_bytes && !is_empty_line(bytes + end, n_bytes - end)) {
        *n_lines += end < HEADER_FIELDS_MAX_BYTES;
        end = line_end(bytes, n_bytes, end);
    }
    return end;
}

char *header_lower_case(const char *bytes, size_t n_bytes, struct arena *arena) {
    char *copy = arena_copy(arena, bytes, n_bytes);
    for (size_t i = 0; copy && i < n_bytes; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + ('a' - 'A'));
    return copy;
}

static bool is_control(char c) {
    return (c >= '\0' && c < ' ' && c != '\t') || c == 127;
}

/* A copy without white space around it, in which a line end with the white space after it, and any
 * run of other control characters, is one space. */
static char *copy_value(const char *bytes, size_t n_bytes, struct arena *arena) {
    while (n_bytes > 0 && (is_blank(bytes[0]) || is_control(bytes[0]))) {
        bytes++;
        n_bytes--;
    }
    while (n_bytes > 0 && (is_blank(bytes[n_bytes - 1]) || is_control(bytes[n_bytes - 1])))
        n_bytes--;
    char *copy = arena_copy(arena, bytes, n_bytes);
    size_t n_kept = 0;
    bool after_control = false;
    for (size_t i = 0; copy && i < n_bytes; i++) {
        bool control = is_control(bytes[i]);
        if (!control && !(after_control && is_blank(bytes[i])))
            copy[n_kept++] = bytes[i];
        else if (control && !after_control)
            copy[n_kept++] = ' ';
        after_control = control || (after_control && is_blank(bytes[i]));
    }
    if (copy)
        copy[n_kept] = '\0';
    return copy;
}

/* Adds the field of bytes[0, n_bytes), if it is one. False when memory is out. */
static bool add(struct header_fields *fields, const char *bytes, size_t n_bytes,
                struct arena *arena) {
    const char *colon = memchr(bytes, ':', n_bytes);
    size_t name_bytes = colon ? (size_t)(colon - bytes) : 0;
    while (name_bytes > 0 && is_blank(bytes[name_bytes - 1]))
        name_bytes--;
    if (name_bytes == 0 || is_blank(bytes[0]) || memchr(bytes, '\n', name_bytes) ||
        memchr(bytes, '\0', name_bytes))
        return true;
    struct header_field *field = &fields->fields[fields->n_fields++];
    field->name = header_lower_case(bytes, name_bytes, arena);
    field->value = copy_value(colon + 1, (size_t)(bytes + n_bytes - colon) - 1, arena);
    return field->name && field->value;
}

enum status header_fields_read(const char *bytes, size_t n_bytes, struct arena *arena,
                               struct header_fields *fields, size_t *n_read, struct error *error) {
    size_t n_lines;
    size_t head_bytes = head_end(bytes, n_bytes, &n_lines);
    *fields = (struct header_fields){0};
    *n_read = head_bytes < n_bytes ? line_end(bytes, n_bytes, head_bytes) : n_bytes;
    if (n_lines == 0)
        return STATUS_OK;
    fields->fields = arena_allocate(arena, n_lines * sizeof *fields->fields);
    if (!fields->fields)
        return error_no_memory(error);
    for (size_t start = 0, end; start < head_bytes; start = end) {
        end = line_end(bytes, head_bytes, start);
        while (end < head_bytes && is_blank(bytes[end]))
            end = line_end(bytes, head_bytes, end);
        fields->is_cut = end > HEADER_FIELDS_MAX_BYTES;
        if (fields->is_cut)
            break;
        if (!add(fields, bytes + start, end - start, arena))
            return error_no_memory(error);
    }
    return STATUS_OK;
}

const char *header_fields_find(const struct header_fields *fields, const char *name) {
    for (size_t i = 0; i < fields->n_fields; i++)
        if (strcmp(fields->fields[i].name, name) == 0)
            return fields->fields[i].value;
    return NULL;
}

bool header_value_number(const char *value, size_t *number) {
    size_t sum = 0;
    if (!value || !*value)
        return false;
    for (; *value; value++) {
        if (*value < '0' || *value > '9' || sum > ((size_t)INT64_MAX - 9) / 10)
            return false;
        sum = sum * 10 + (size_t)(*value - '0');
    }
    *number = sum;
    return true;
}
