/* See json.h. */
#include "store/json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/utf8.h"

static void append_escape(struct buffer *out, uint32_t code_point) {
    static const char characters[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found =
        code_point > 0 && code_point < 0x80 ? strchr(characters, (int)code_point) : NULL;
    if (found)
        buffer_append_format(out, "\\%c", letters[found - characters]);
    else
        buffer_append_format(out, "\\u%04x",
                             code_point == UTF8_INVALID ? 0xFFFDu : (unsigned)code_point);
}

/* Of ASCII what needs no escape: most of any text. */
static bool is_plain(char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void append_quoted(struct buffer *out, const char *text, size_t n_bytes) {
    size_t length;
    size_t n_copied = 0;
    buffer_append_char(out, '"');
    for (size_t i = 0; i < n_bytes; i += length) {
        while (i < n_bytes && is_plain(text[i]))
            i++;
        if (i == n_bytes)
            break;
        const uint32_t code_point = utf8_decode(text + i, n_bytes - i, &length);
        if (code_point != '"' && code_point != '\\' && !utf8_is_unsafe(code_point))
            continue;
        buffer_append(out, text + n_copied, i - n_copied);
        append_escape(out, code_point);
        n_copied = i + length;
    }
    buffer_append(out, text + n_copied, n_bytes - n_copied);
    buffer_append_char(out, '"');
}

static void begin_line(const struct json *json) {
    buffer_append_char(json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++)
        buffer_append_char(json->out, '\t');
}

/* Writes what stands before a value: members have lines of their own, elements do not. */
static void begin_value(struct json *json, const char *name) {
    if (json->follows_value)
        buffer_append_string(json->out, json->is_indented && !name ? ", " : ",");
    json->follows_value = true;
    if (!name)
        return;
    if (json->is_indented)
        begin_line(json);
    append_quoted(json->out, name, strlen(name));
    buffer_append_string(json->out, json->is_indented ? ":\t" : ":");
}

static void begin_nested(struct json *json, const char *name, char bracket) {
    begin_value(json, name);
    buffer_append_char(json->out, bracket);
    json->follows_value = false;
    json->depth++;
}

static void end_nested(struct json *json, char bracket) {
    buffer_append_char(json->out, bracket);
    json->follows_value = true;
}

void json_begin_object(struct json *json, const char *name) {
    begin_nested(json, name, '{');
}

void json_end_object(struct json *json) {
    json->depth--;
    if (json->is_indented)
        begin_line(json);
    end_nested(json, '}');
}

void json_begin_array(struct json *json, const char *name) {
    begin_nested(json, name, '[');
}

void json_end_array(struct json *json) {
    json->depth--;
    end_nested(json, ']');
}

void json_text(struct json *json, const char *name, const char *text, size_t n_bytes) {
    begin_value(json, name);
    if (text)
        append_quoted(json->out, text, n_bytes);
    else
        buffer_append_string(json->out, "null");
}

void json_string(struct json *json, const char *name, const char *string) {
    json_text(json, name, string, string ? strlen(string) : 0);
}

void json_bool(struct json *json, const char *name, bool value) {
    begin_value(json, name);
    buffer_append_string(json->out, value ? "true" : "false");
}

void json_decimal(struct json *json, const char *name, double number, unsigned n_decimals) {
    const double unit = pow(10, n_decimals);
    const double rounded = round(number * unit) / unit + 0.0; /* which is 0 where it was -0 */
    char text[32];
    if (!isfinite(rounded)) {
        json_string(json, name, NULL);
        return;
    }
    begin_value(json, name);
    snprintf(text, sizeof text, "%.15g", rounded);
    /* The point is the locale's, of one byte or more. */
    const char *rest = text + strspn(text, "-0123456789");
    buffer_append(json->out, text, (size_t)(rest - text));
    if (*rest && *rest != 'e') {
        buffer_append_char(json->out, '.');
        rest += strcspn(rest, "0123456789");
    }
    buffer_append_string(json->out, rest);
}

void json_size(struct json *json, const char *name, size_t size) {
    char digits[3 * sizeof size];
    size_t first = sizeof digits;
    begin_value(json, name);
    do /* an answer has many: snprintf() took a quarter of the instructions of printing it */
        digits[--first] = (char)('0' + size % 10);
    while (size /= 10);
    buffer_append(json->out, digits + first, sizeof digits - first);
}

void json_size_or_null(struct json *json, const char *name, size_t size) {
    if (size > 0)
        json_size(json, name, size);
    else
        json_string(json, name, NULL);
}

void json_pair(struct json *json, const char *name, size_t first, size_t second) {
    json_begin_array(json, name);
    json_size(json, NULL, first);
    json_size(json, NULL, second);
    json_end_array(json);
}
