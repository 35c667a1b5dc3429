/* See entity.h. Names are those of HTML 4, which libxml2 knows. */
#include "indexer/readers/entity.h"

#include <stdbool.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

static int digit_value(char c, unsigned base) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (base == 16 && c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The value of "#8217" or "#x2019"; false if it is no number. */
static bool numeric_value(const char *body, size_t n_bytes, unsigned *value) {
    unsigned base = n_bytes > 1 && (body[1] == 'x' || body[1] == 'X') ? 16 : 10;
    size_t i = base == 16 ? 2 : 1;
    if (i == n_bytes)
        return false;
    *value = 0;
    for (; i < n_bytes; i++) {
        int digit = digit_value(body[i], base);
        if (digit < 0)
            return false;
        if (*value <= 0x10FFFF) /* more digits cannot make it a character again */
            *value = *value * base + (unsigned)digit;
    }
    if (*value == 0 || *value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000))
        *value = 0xFFFD;
    return true;
}

size_t entity_decode(const char *text, size_t n_bytes, char out[4], size_t *n_out) {
    if (n_bytes < 3 || text[0] != '&')
        return 0;
    const char *body = text + 1;
    size_t limit = n_bytes < ENTITY_MAX_BYTES ? n_bytes : ENTITY_MAX_BYTES;
    const char *semicolon = memchr(body, ';', limit - 1);
    if (!semicolon || semicolon == body)
        return 0;
    size_t body_bytes = (size_t)(semicolon - body);
    unsigned value;
    if (body[0] == '#') {
        if (!numeric_value(body, body_bytes, &value))
            return 0;
    } else {
        xmlChar name[ENTITY_MAX_BYTES];
        memcpy(name, body, body_bytes);
        name[body_bytes] = '\0';
        const htmlEntityDesc *entity = htmlEntityLookup(name);
        if (!entity)
            return 0;
        value = entity->value;
    }
    *n_out = (size_t)xmlCopyCharMultiByte((xmlChar *)out, (int)value);
    return body_bytes + 2;
}

void entity_append_decoded(struct buffer *out, const char *text, size_t n_bytes) {
    const char *end = text + n_bytes;
    while (text < end) {
        const char *mark = memchr(text, '&', (size_t)(end - text));
        const char *plain_end = mark ? mark : end;
        buffer_append(out, text, (size_t)(plain_end - text));
        if (!mark)
            return;
        char character[4];
        size_t n_character;
        size_t used = entity_decode(mark, (size_t)(end - mark), character, &n_character);
        if (used == 0) {
            buffer_append_char(out, '&');
            used = 1;
        } else {
            buffer_append(out, character, n_character);
        }
        text = mark + used;
    }
}
