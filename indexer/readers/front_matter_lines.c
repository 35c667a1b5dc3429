/* See front_matter_lines.h. */
#include "indexer/readers/front_matter_lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the string in quotes that begins at `at`, its escaped quotes without their backslash.
 * Returns its end, or NULL if it has none on its line. */
static const char *take_quoted(struct front_matter_fields *fields, enum front_matter_key key,
                               const char *at, const char *end) {
    struct buffer value = {0};
    char quote = *at++;
    for (; at < end && *at != quote && *at != '\n'; at++) {
        if (quote == '"' && *at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\'))
            at++;
        buffer_append_char(&value, *at);
    }
    bool is_closed = at < end && *at == quote;
    if (is_closed)
        front_matter_set(fields, key, buffer_string(&value), value.size);
    fields->document->failed = fields->document->failed || value.failed;
    buffer_free(&value);
    return is_closed ? at + 1 : NULL;
}

/* Takes the value at `at`: a string in quotes, or what stands before one of `ends` or a comment.
 * Returns its end. */
static const char *take_value(struct front_matter_fields *fields, enum front_matter_key key,
                              const char *at, const char *end, const char *ends) {
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = take_quoted(fields, key, at, end);
        if (close)
            return close;
    }
    bool is_nested = at < end && strchr("|>{&*", *at);
    const char *stop = at;
    while (stop < end && !strchr(ends, *stop) && !(*stop == '#' && stop > at && is_blank(stop[-1])))
        stop++;
    if (!is_nested)
        front_matter_set(fields, key, at, (size_t)(stop - at));
    return stop;
}

/* Takes the values of a list, whose '[' is at `at`. Returns its end. */
static const char *take_list(struct front_matter_fields *fields, enum front_matter_key key,
                             const char *at, const char *end) {
    at++;
    while (at < end && *at != ']') {
        if (is_blank(*at) || *at == ',')
            at++;
        else if (*at == '#')
            while (at < end && *at != '\n')
                at++;
        else if (*at == '{') /* a value of several fields, commas among them */
            while (at < end && *at++ != '}')
                ;
        else
            at = take_value(fields, key, at, end, ",]\n");
    }
    return at;
}

/* The end of the name at `at`. */
static const char *name_end(const char *at, const char *end) {
    while (at < end && (isalnum((unsigned char)*at) || *at == '_' || *at == '-'))
        at++;
    return at;
}

void front_matter_read_lines(struct front_matter_fields *fields, char separator, const char *text,
                             size_t n_bytes) {
    const char *end = text + n_bytes;
    for (const char *at = text; at < end;) {
        if (separator == '=' && *at == '[')
            return;
        const char *stop = name_end(at, end);
        enum front_matter_key key = front_matter_key_named(at, (size_t)(stop - at));
        at = stop;
        while (at < end && (*at == ' ' || *at == '\t'))
            at++;
        if (at < end && *at == separator) {
            do
                at++;
            while (at < end && (*at == ' ' || *at == '\t'));
            at = at < end && *at == '[' ? take_list(fields, key, at, end)
                                        : take_value(fields, key, at, end, "\n");
        }
        const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        at = newline ? newline + 1 : end;
    }
}
