/* Writes JSON into a buffer, value by value, from left to right.
 *
 *     struct json json = {.out = &out, .is_indented = true};
 *     json_begin_object(&json, NULL);
 *     json_string(&json, "title", title);
 *     json_begin_array(&json, "tags");
 *     json_string(&json, NULL, tag);
 *     json_end_array(&json);
 *     json_end_object(&json);
 *
 * `name` is the member's; it is NULL for what stands in an array or by itself. Whatever bytes
 * strings hold, the text is valid UTF-8 (invalid bytes become U+FFFD) without control characters
 * that a terminal would act on. Nothing is written after the end of the outermost value.
 *
 * Memory that ran out is remembered by the buffer alone. */
#ifndef OSLER_STORE_JSON_H
#define OSLER_STORE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "store/buffer.h"

struct json {
    struct buffer *out; /* borrowed; what it holds stays in front */
    bool is_indented;   /* a line for each member of an object; else everything on one line */
    bool follows_value; /* a comma is due before the next value */
    unsigned depth;     /* objects and arrays that are open */
};

void json_begin_object(struct json *json, const char *name);
void json_end_object(struct json *json);
void json_begin_array(struct json *json, const char *name);
void json_end_array(struct json *json);

/* NULL is written as null. */
void json_string(struct json *json, const char *name, const char *string);
/* The same of `n_bytes` bytes. */
void json_text(struct json *json, const char *name, const char *text, size_t n_bytes);
void json_bool(struct json *json, const char *name, bool value);
/* Rounded to that many decimals, 15 digits at most; null for what is not finite. */
void json_decimal(struct json *json, const char *name, double number, unsigned n_decimals);
void json_size(struct json *json, const char *name, size_t size);
/* 0 is written as null. */
void json_size_or_null(struct json *json, const char *name, size_t size);
/* [first, second] */
void json_pair(struct json *json, const char *name, size_t first, size_t second);

#endif
