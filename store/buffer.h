/* A growable run of bytes.
 *
 * Zero-initialised it is empty and ready. An allocation that fails sets `failed` and makes every
 * later append a no-op, so a caller may append freely and check once at the end. */
#ifndef OSLER_STORE_BUFFER_H
#define OSLER_STORE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data;      /* owned; NUL-terminated once anything was appended; may hold NULs too */
    size_t size;     /* bytes in use, without the closing NUL */
    size_t capacity; /* bytes allocated */
    bool failed;
};

void buffer_free(struct buffer *buffer);  /* frees and zeroes; safe on a zeroed buffer */
void buffer_clear(struct buffer *buffer); /* keeps the memory, and `failed` */
void buffer_append(struct buffer *buffer, const void *bytes, size_t n_bytes);
void buffer_append_string(struct buffer *buffer, const char *string); /* NULL appends nothing */
void buffer_append_char(struct buffer *buffer, char c);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for `n_bytes` more and returns where they go, or NULL (and `failed`). The caller
 * writes there, adds to `size` what it wrote, and closes with a NUL. */
char *buffer_reserve(struct buffer *buffer, size_t n_bytes);

/* The bytes as a C string: never NULL, "" when empty or failed. Valid until the next change. */
const char *buffer_string(const struct buffer *buffer);

#endif
