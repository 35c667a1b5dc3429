/* JSON values to print, over cJSON. An object or array may be NULL, which is what a failed
 * allocation leaves; `failed` is set then and by every failure after. */
#ifndef OSLER_STORE_JSON_H
#define OSLER_STORE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/buffer.h"

struct json {
    bool failed;
};

cJSON *json_object(struct json *json);
cJSON *json_array(struct json *json);

/* An object or array under `name` of `object`, owned by it. */
cJSON *json_add_object(struct json *json, cJSON *object, const char *name);
cJSON *json_add_array(struct json *json, cJSON *object, const char *name);
/* An object or array at the end of `array`, owned by it. */
cJSON *json_append_object(struct json *json, cJSON *array);
cJSON *json_append_array(struct json *json, cJSON *array);

/* NULL is written as null. */
void json_add_string(struct json *json, cJSON *object, const char *name, const char *string);
/* The same of `n_bytes` bytes, without NULs. */
void json_add_text(struct json *json, cJSON *object, const char *name, const char *text,
                   size_t n_bytes);
void json_add_bool(struct json *json, cJSON *object, const char *name, bool value);
/* Rounded to that many decimals; null for what is not finite. */
void json_add_decimal(struct json *json, cJSON *object, const char *name, double number,
                      unsigned n_decimals);
void json_add_size(struct json *json, cJSON *object, const char *name, size_t size);
/* 0 is written as null. */
void json_add_size_or_null(struct json *json, cJSON *object, const char *name, size_t size);
/* [first, second] */
void json_add_pair(struct json *json, cJSON *object, const char *name, size_t first, size_t second);
void json_append_pair(struct json *json, cJSON *array, size_t first, size_t second);
void json_append_string(struct json *json, cJSON *array, const char *string);
void json_append_size(struct json *json, cJSON *array, size_t size);

/* Appends `root` and a newline to `out` and deletes it. Whatever bytes its strings hold, the text
 * is valid UTF-8 (invalid bytes become U+FFFD) and holds no control characters that a terminal
 * would act on. */
void json_print(struct json *json, cJSON *root, bool indented, struct buffer *out);

#endif
