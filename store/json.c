/* See json.h. */
#include "store/json.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "store/utf8.h"

enum { FIRST_PRINT_BYTES = 4096 }; /* one hit; cJSON doubles it */

static cJSON *checked(struct json *json, cJSON *value) {
    if (!value)
        json->failed = true;
    return value;
}

cJSON *json_object(struct json *json) {
    return checked(json, cJSON_CreateObject());
}

cJSON *json_array(struct json *json) {
    return checked(json, cJSON_CreateArray());
}

cJSON *json_add_object(struct json *json, cJSON *object, const char *name) {
    return checked(json, cJSON_AddObjectToObject(object, name));
}

cJSON *json_add_array(struct json *json, cJSON *object, const char *name) {
    return checked(json, cJSON_AddArrayToObject(object, name));
}

/* Gives `value` to `array`, or deletes it. */
static cJSON *append(struct json *json, cJSON *array, cJSON *value) {
    if (checked(json, value) && cJSON_AddItemToArray(array, value))
        return value;
    cJSON_Delete(value);
    return checked(json, NULL);
}

cJSON *json_append_object(struct json *json, cJSON *array) {
    return append(json, array, cJSON_CreateObject());
}

cJSON *json_append_array(struct json *json, cJSON *array) {
    return append(json, array, cJSON_CreateArray());
}

void json_add_string(struct json *json, cJSON *object, const char *name, const char *string) {
    checked(json, string ? cJSON_AddStringToObject(object, name, string)
                         : cJSON_AddNullToObject(object, name));
}

void json_add_text(struct json *json, cJSON *object, const char *name, const char *text,
                   size_t n_bytes) {
    struct buffer copy = {0};
    buffer_append(&copy, text, text ? n_bytes : 0);
    json->failed = json->failed || copy.failed;
    json_add_string(json, object, name, text ? buffer_string(&copy) : NULL);
    buffer_free(&copy);
}

void json_add_bool(struct json *json, cJSON *object, const char *name, bool value) {
    checked(json, cJSON_AddBoolToObject(object, name, value));
}

void json_add_decimal(struct json *json, cJSON *object, const char *name, double number,
                      unsigned n_decimals) {
    const double unit = pow(10, n_decimals);
    const double rounded = round(number * unit) / unit;
    checked(json, isfinite(rounded) ? cJSON_AddNumberToObject(object, name, rounded)
                                    : cJSON_AddNullToObject(object, name));
}

void json_add_size(struct json *json, cJSON *object, const char *name, size_t size) {
    checked(json, cJSON_AddNumberToObject(object, name, (double)size));
}

void json_add_size_or_null(struct json *json, cJSON *object, const char *name, size_t size) {
    if (size > 0)
        json_add_size(json, object, name, size);
    else
        checked(json, cJSON_AddNullToObject(object, name));
}

void json_append_size(struct json *json, cJSON *array, size_t size) {
    append(json, array, cJSON_CreateNumber((double)size));
}

void json_append_string(struct json *json, cJSON *array, const char *string) {
    append(json, array, cJSON_CreateString(string));
}

static void fill_pair(struct json *json, cJSON *pair, size_t first, size_t second) {
    json_append_size(json, pair, first);
    json_append_size(json, pair, second);
}

void json_add_pair(struct json *json, cJSON *object, const char *name, size_t first,
                   size_t second) {
    fill_pair(json, json_add_array(json, object, name), first, second);
}

void json_append_pair(struct json *json, cJSON *array, size_t first, size_t second) {
    fill_pair(json, json_append_array(json, array), first, second);
}

/* cJSON escapes C0 controls and passes all other bytes as they are. Outside strings it writes ASCII
 * only, so that what is replaced here is always inside one. */
static void append_valid(struct buffer *out, const char *text) {
    const size_t n_bytes = strlen(text);
    size_t copied = 0;
    for (size_t i = 0; i < n_bytes;) {
        size_t length;
        uint32_t code_point = utf8_decode(text + i, n_bytes - i, &length);
        if (code_point >= 0x7F && utf8_is_unsafe(code_point)) {
            buffer_append(out, text + copied, i - copied);
            buffer_append_format(out, "\\u%04x",
                                 code_point == UTF8_INVALID ? 0xFFFDu : (unsigned)code_point);
            copied = i + length;
        }
        i += length;
    }
    buffer_append(out, text + copied, n_bytes - copied);
}

void json_print(struct json *json, cJSON *root, bool indented, struct buffer *out) {
    char *text = json->failed ? NULL : cJSON_PrintBuffered(root, FIRST_PRINT_BYTES, indented);
    if (text) {
        append_valid(out, text);
        buffer_append_char(out, '\n');
    } else {
        out->failed = true;
    }
    cJSON_free(text);
    cJSON_Delete(root);
}
