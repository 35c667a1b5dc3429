/* See http_message.h. */
#include "indexer/fetch/http_message.h"

#include <stdbool.h>
#include <string.h>

#include "indexer/fetch/http_coding.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static void add_problem(struct http_message *message, const char *text) {
    if (message->n_problems < HTTP_MAX_PROBLEMS)
        message->problems[message->n_problems++] = text;
}

/* ---- the head ---- */

/* Reads "HTTP/1.1 200 OK" (HTTP/2 has no reason and no minor version). */
static enum status read_status_line(struct http_message *message, const char *line, size_t n_bytes,
                                    struct error *error) {
    size_t i = 5;
    if (n_bytes < i || memcmp(line, "HTTP/", i) != 0)
        return error_set(error, STATUS_INPUT, "not an HTTP response");
    while (i < n_bytes && (is_digit(line[i]) || line[i] == '.'))
        i++;
    while (i < n_bytes && line[i] == ' ')
        i++;
    if (n_bytes - i < 3 || !is_digit(line[i]) || !is_digit(line[i + 1]) || !is_digit(line[i + 2]) ||
        line[i] == '0' || (n_bytes - i > 3 && is_digit(line[i + 3])))
        return error_set(error, STATUS_INPUT, "an HTTP response without a status");
    message->status = (line[i] - '0') * 100 + (line[i + 1] - '0') * 10 + (line[i + 2] - '0');
    i += 3;
    while (i < n_bytes && line[i] == ' ')
        i++;
    while (n_bytes > i && (line[n_bytes - 1] == '\r' || line[n_bytes - 1] == ' '))
        n_bytes--;
    message->reason = arena_copy(&message->arena, line + i, n_bytes - i);
    return message->reason ? STATUS_OK : error_no_memory(error);
}

/* Reads one status line and its headers, which begin at message->head_bytes. */
static enum status read_head(struct http_message *message, const char *block, size_t n_bytes,
                             struct error *error) {
    const char *line = block + message->head_bytes;
    size_t rest = n_bytes - message->head_bytes;
    const char *newline = rest > 0 ? memchr(line, '\n', rest) : NULL;
    size_t line_bytes = newline ? (size_t)(newline - line) : rest;
    enum status status = read_status_line(message, line, line_bytes, error);
    if (status != STATUS_OK)
        return status;
    size_t n_read = 0;
    message->head_bytes += newline ? line_bytes + 1 : line_bytes;
    status = header_fields_read(block + message->head_bytes, n_bytes - message->head_bytes,
                                &message->arena, &message->headers, &n_read, error);
    message->head_bytes += n_read;
    return status;
}

static bool is_interim(const struct http_message *message, const char *block, size_t n_bytes) {
    return message->status < 200 && message->status != 101 && n_bytes - message->head_bytes > 5 &&
           memcmp(block + message->head_bytes, "HTTP/", 5) == 0;
}

/* ---- Content-Type ---- */

static size_t token_bytes(const char *text) {
    return strcspn(text, "()<>@,;:\\\"/[]?={} \t");
}

/* The parameter "charset" of a Content-Type's value, from its first semicolon on. */
static bool read_charset(struct http_message *message, const char *parameters) {
    while ((parameters = strpbrk(parameters, ";,"))) {
        parameters += 1 + strspn(parameters + 1, " \t");
        if (strncasecmp(parameters, "charset", 7) != 0)
            continue;
        const char *value = parameters + 7 + strspn(parameters + 7, " \t");
        if (*value != '=')
            continue;
        value += 1 + strspn(value + 1, " \t\"'");
        size_t n_bytes = strcspn(value, " \t\"';,");
        if (n_bytes == 0)
            continue;
        message->charset = header_lower_case(value, n_bytes, &message->arena);
        return message->charset;
    }
    return true;
}

/* Of several Content-Type headers the last that names a type counts, as in browsers. */
static bool read_content_type(struct http_message *message) {
    const char *value = NULL;
    size_t n_bytes = 0;
    for (size_t i = 0; i < message->headers.n_fields; i++) {
        const struct header_field *field = &message->headers.fields[i];
        if (strcmp(field->name, "content-type") != 0)
            continue;
        size_t type = token_bytes(field->value);
        size_t subtype = field->value[type] == '/' ? token_bytes(field->value + type + 1) : 0;
        if (type == 0 || subtype == 0)
            continue;
        value = field->value;
        n_bytes = type + 1 + subtype;
    }
    if (!value)
        return true;
    message->media_type = header_lower_case(value, n_bytes, &message->arena);
    return message->media_type && read_charset(message, value + n_bytes);
}

/* ---- codings ---- */

struct codings {
    const char
        *names[HTTP_MAX_CODINGS]; /* in lower case, in the order in which they were applied */
    size_t n_names;
    bool are_chunked;
    bool are_too_many;
};

static bool is_name(const char *name, size_t n_bytes, const char *expected) {
    return strlen(expected) == n_bytes && strncasecmp(name, expected, n_bytes) == 0;
}

/* Adds the codings that all headers called `header` list. False when memory is out. */
static bool add_codings(struct http_message *message, const char *header, struct codings *codings) {
    for (size_t i = 0; i < message->headers.n_fields; i++) {
        const char *at = message->headers.fields[i].value;
        if (strcmp(message->headers.fields[i].name, header) != 0)
            continue;
        while (*(at += strspn(at, " \t,"))) {
            size_t n_bytes = strcspn(at, " \t,;");
            if (is_name(at, n_bytes, "chunked"))
                codings->are_chunked = true;
            else if (n_bytes > 0 && !is_name(at, n_bytes, "identity")) {
                if (codings->n_names == HTTP_MAX_CODINGS) {
                    codings->are_too_many = true;
                    return true;
                }
                char *name = header_lower_case(at, n_bytes, &message->arena);
                if (!name)
                    return false;
                codings->names[codings->n_names++] = name;
            }
            at += strcspn(at, ",");
        }
    }
    return true;
}

/* The chunks are the outermost coding, so they come off first. */
static enum status remove_chunks(struct http_message *message, struct error *error) {
    struct codings codings = {0};
    if (!add_codings(message, "transfer-encoding", &codings))
        return error_no_memory(error);
    size_t length;
    const char *stated = header_fields_find(&message->headers, "content-length");
    if (!codings.are_chunked) {
        if (message->status != 304 && header_value_number(stated, &length) &&
            length > message->payload_bytes)
            add_problem(message, "the body is shorter than Content-Length says");
        return STATUS_OK;
    }
    enum coding_result result =
        http_dechunk(message->payload, message->payload_bytes, &message->dechunked);
    if (result == CODING_NO_MEMORY)
        return error_no_memory(error);
    if (result == CODING_ABSENT)
        return STATUS_OK;
    if (result == CODING_CUT)
        add_problem(message, "the body ends within its chunks");
    message->payload = buffer_string(&message->dechunked);
    message->payload_bytes = message->dechunked.size;
    return STATUS_OK;
}

/* Removes one coding from the body. */
static enum status remove_coding(struct http_message *message, const char *name,
                                 struct error *error) {
    struct buffer out = {0};
    enum coding_result result;
    if (strcmp(name, "gzip") == 0 || strcmp(name, "x-gzip") == 0)
        result = http_gunzip(message->body, message->body_bytes, &out);
    else if (strcmp(name, "deflate") == 0)
        result = http_inflate(message->body, message->body_bytes, &out);
    else
        return error_set(error, STATUS_INPUT, "the content coding %.40s is not supported", name);
    if (result == CODING_CUT)
        add_problem(message, "the compressed body is broken or ends early");
    if (result == CODING_WHOLE || result == CODING_CUT) {
        buffer_free(&message->decoded);
        message->decoded = out;
        message->body = buffer_string(&out);
        message->body_bytes = out.size;
        return STATUS_OK;
    }
    buffer_free(&out);
    if (result == CODING_TOO_LARGE)
        return error_set(error, STATUS_INPUT,
                         "the body decompresses to more than %d MB or %d times its size",
                         HTTP_BODY_MAX_BYTES >> 20, HTTP_MAX_RATIO);
    return result == CODING_ABSENT ? STATUS_OK : error_no_memory(error);
}

/* ---- all of it ---- */

enum status http_message_read(const char *block, size_t n_bytes, struct http_message *message,
                              struct error *error) {
    enum status status;
    do
        status = read_head(message, block, n_bytes, error);
    while (status == STATUS_OK && is_interim(message, block, n_bytes));
    if (status != STATUS_OK)
        return status;
    if (message->headers.is_cut)
        add_problem(message, "too many headers: only the first were read");
    message->payload = block + message->head_bytes;
    message->payload_bytes = n_bytes - message->head_bytes;
    if (!read_content_type(message))
        return error_no_memory(error);
    return remove_chunks(message, error);
}

enum status http_message_decode(struct http_message *message, struct error *error) {
    struct codings codings = {0};
    message->body = message->payload;
    message->body_bytes = message->payload_bytes;
    if (!add_codings(message, "content-encoding", &codings) ||
        !add_codings(message, "transfer-encoding", &codings))
        return error_no_memory(error);
    if (codings.are_too_many)
        return error_set(error, STATUS_INPUT, "more than %d content codings", HTTP_MAX_CODINGS);
    enum status status = STATUS_OK;
    for (size_t i = codings.n_names; status == STATUS_OK && i-- > 0;)
        status = remove_coding(message, codings.names[i], error);
    return status;
}

void http_message_free(struct http_message *message) {
    buffer_free(&message->decoded);
    buffer_free(&message->dechunked);
    arena_free(&message->arena);
    *message = (struct http_message){0};
}
