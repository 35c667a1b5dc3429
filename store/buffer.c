/* See buffer.h. */
#include "store/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer) {
    buffer->size = 0;
    if (buffer->data)
        buffer->data[0] = '\0';
}

char *buffer_reserve(struct buffer *buffer, size_t n_bytes) {
    if (buffer->failed || n_bytes >= SIZE_MAX / 2 - buffer->size) {
        buffer->failed = true;
        return NULL;
    }
    size_t needed = buffer->size + n_bytes + 1;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
        while (capacity < needed)
            capacity *= 2;
        char *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->failed = true;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->size;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t n_bytes) {
    char *end = buffer_reserve(buffer, n_bytes);
    if (!end)
        return;
    if (n_bytes > 0)
        memcpy(end, bytes, n_bytes);
    buffer->size += n_bytes;
    buffer->data[buffer->size] = '\0';
}

void buffer_append_string(struct buffer *buffer, const char *string) {
    if (string)
        buffer_append(buffer, string, strlen(string));
}

void buffer_append_char(struct buffer *buffer, char c) {
    buffer_append(buffer, &c, 1);
}

void buffer_append_format(struct buffer *buffer, const char *format, ...) {
    enum { USUAL_BYTES = 32 }; /* what needs more is formatted twice */
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char *end = buffer_reserve(buffer, USUAL_BYTES);
    size_t room = end ? buffer->capacity - buffer->size : 0;
    int length = vsnprintf(end, room, format, arguments);
    va_end(arguments);
    if (end && length >= 0 && (size_t)length >= room) {
        end = buffer_reserve(buffer, (size_t)length);
        length = end ? vsnprintf(end, (size_t)length + 1, format, again) : -1;
    }
    va_end(again);
    if (end && length >= 0)
        buffer->size += (size_t)length;
    if (buffer->data)
        buffer->data[buffer->size] = '\0';
}

const char *buffer_string(const struct buffer *buffer) {
    return buffer->data && buffer->size > 0 ? buffer->data : "";
}
