/* See line_starts.h. */
#include "store/line_starts.h"

#include <stdint.h>

enum { VARINT_BITS = 7, MORE = 0x80, SIZE_BITS = 8 * sizeof(size_t) };

static void append_varint(struct buffer *out, size_t value) {
    for (; value >= MORE; value >>= VARINT_BITS)
        buffer_append_char(out, (char)(value | MORE));
    buffer_append_char(out, (char)value);
}

static bool read_varint(const unsigned char **at, const unsigned char *end, size_t *value) {
    *value = 0;
    for (unsigned shift = 0; *at < end && shift < SIZE_BITS; shift += VARINT_BITS) {
        unsigned char byte = *(*at)++;
        *value |= (size_t)(byte & (MORE - 1)) << shift;
        if (byte < MORE)
            return true;
    }
    return false;
}

void line_starts_append(struct buffer *starts, size_t n_bytes, size_t n_lines) {
    append_varint(starts, n_bytes);
    append_varint(starts, n_lines);
}

bool line_starts_next(const unsigned char **at, const unsigned char *end, size_t *n_bytes,
                      size_t *n_lines) {
    return read_varint(at, end, n_bytes) && read_varint(at, end, n_lines);
}
