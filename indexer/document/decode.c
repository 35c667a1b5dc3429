/* See decode.h. Nearly all files are UTF-8 without a fault: they cost one pass and one copy, and
 * have no shifts. */
#include "indexer/document/decode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"

#define REPLACEMENT 0xFFFDu

enum damage { DAMAGE_NUL, DAMAGE_NOT_UTF8, DAMAGE_SURROGATE, DAMAGE_ODD_BYTE, N_DAMAGES };

static const char *const damage_text[N_DAMAGES][2] = {
    [DAMAGE_NUL] = {"1 NUL byte, read as U+FFFD", "%zu NUL bytes, read as U+FFFD"},
    [DAMAGE_NOT_UTF8] = {"1 byte is not UTF-8, read as windows-1252",
                         "%zu bytes are not UTF-8, read as windows-1252"},
    [DAMAGE_SURROGATE] = {"1 unpaired surrogate in UTF-16, read as U+FFFD",
                          "%zu unpaired surrogates in UTF-16, read as U+FFFD"},
    [DAMAGE_ODD_BYTE] = {"UTF-16 that ends with half a character", NULL},
};

/* Bytes 0x80 to 0x9F; those above are Latin-1. The five that windows-1252 leaves open are the C1
 * controls that browsers make of them (WHATWG Encoding Standard). */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

struct decoding {
    struct decoded *out;
    struct {
        size_t first; /* source byte */
        size_t count;
    } damage[N_DAMAGES];
};

void decoded_free(struct decoded *decoded) {
    buffer_free(&decoded->text);
    free(decoded->shifts);
    *decoded = (struct decoded){0};
}

/* From here on the text comes from `source`. */
static void add_shift(struct decoded *decoded, size_t source) {
    size_t *shifts =
        array_grow(decoded->shifts, decoded->n_shifts, &decoded->capacity, 2 * sizeof *shifts);
    if (!shifts) {
        decoded->text.failed = true;
        return;
    }
    decoded->shifts = shifts;
    size_t *pair = shifts + 2 * decoded->n_shifts++;
    pair[0] = decoded->text.size;
    pair[1] = source;
}

/* Appends a character that the source writes in other bytes, which end at `source_end`. */
static void append_character(struct decoded *decoded, uint32_t character, size_t source_end) {
    char bytes[4];
    size_t n_bytes;
    if (character < 0x80) {
        bytes[0] = (char)character;
        n_bytes = 1;
    } else if (character < 0x800) {
        bytes[0] = (char)(0xC0 | character >> 6);
        n_bytes = 2;
    } else if (character < 0x10000) {
        bytes[0] = (char)(0xE0 | character >> 12);
        n_bytes = 3;
    } else {
        bytes[0] = (char)(0xF0 | character >> 18);
        n_bytes = 4;
    }
    for (size_t i = 1; i < n_bytes; i++)
        bytes[i] = (char)(0x80 | (character >> 6 * (n_bytes - 1 - i) & 0x3F));
    buffer_append(&decoded->text, bytes, n_bytes);
    add_shift(decoded, source_end);
}

static void note_damage(struct decoding *decoding, enum damage kind, size_t place) {
    if (decoding->damage[kind].count++ == 0)
        decoding->damage[kind].first = place;
}

static void report_damage(const struct decoding *decoding, struct document *document) {
    for (size_t kind = 0; kind < N_DAMAGES; kind++) {
        size_t count = decoding->damage[kind].count;
        if (count == 0)
            continue;
        /* The text up to the damage has the line ends of the source, in any encoding. */
        size_t line = 1;
        const struct decoded *decoded = decoding->out;
        size_t first = decoding->damage[kind].first;
        const char *at = decoded->text.data;
        const char *end = at ? at + decoded->text.size : at;
        while (at && (at = memchr(at, '\n', (size_t)(end - at)))) {
            if (decoded_source_offset(decoded, (size_t)(at - decoded->text.data)) >= first)
                break;
            line++;
            at++;
        }
        if (count == 1)
            document_problem(document, line, "%s", damage_text[kind][0]);
        else
            document_problem(document, line, damage_text[kind][1], count);
    }
}

static bool is_continuation(unsigned char byte) {
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the UTF-8 character at `bytes`, of which there are `n_bytes`; 0 if it is none. */
static size_t character_bytes(const unsigned char *bytes, size_t n_bytes) {
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size_t want = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (n_bytes < want)
        return 0;
    for (size_t i = 1; i < want; i++)
        if (!is_continuation(bytes[i]))
            return 0;
    /* Overlong forms, surrogates, and what is above U+10FFFF. */
    if ((lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xED && bytes[1] > 0x9F) ||
        (lead == 0xF0 && bytes[1] < 0x90) || (lead == 0xF4 && bytes[1] > 0x8F))
        return 0;
    return want;
}

/* Length of the longest start of `bytes` that is UTF-8 without NUL. */
static size_t valid_bytes(const unsigned char *bytes, size_t n_bytes) {
    const uint64_t high = 0x8080808080808080u;
    const uint64_t low = 0x0101010101010101u;
    size_t i = 0;
    while (i < n_bytes) {
        uint64_t word;
        while (n_bytes - i >= sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            if ((word | ((word - low) & ~word)) & high) /* a byte above 0x7F, or a NUL */
                break;
            i += sizeof word;
        }
        for (size_t end = i; i < n_bytes && i - end < sizeof word;) {
            size_t length = bytes[i] == '\0' ? 0 : character_bytes(bytes + i, n_bytes - i);
            if (length == 0)
                return i;
            i += length;
        }
    }
    return i;
}

static void decode_utf8(const char *bytes, size_t n_bytes, struct decoding *decoding) {
    struct decoded *out = decoding->out;
    size_t i = 0;
    if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        i = 3;
        add_shift(out, i);
    }
    while (i < n_bytes) {
        size_t valid = valid_bytes((const unsigned char *)bytes + i, n_bytes - i);
        buffer_append(&out->text, bytes + i, valid);
        i += valid;
        if (i == n_bytes)
            break;
        unsigned char byte = (unsigned char)bytes[i];
        note_damage(decoding, byte == 0 ? DAMAGE_NUL : DAMAGE_NOT_UTF8, i);
        uint32_t character = byte == 0     ? REPLACEMENT
                             : byte < 0xA0 ? windows_1252[byte - 0x80]
                                           : byte;
        i++;
        append_character(out, character, i);
    }
}

static uint32_t unit_at(const char *bytes, size_t i, bool is_big_endian) {
    uint32_t first = (unsigned char)bytes[i];
    uint32_t second = (unsigned char)bytes[i + 1];
    return is_big_endian ? first << 8 | second : second << 8 | first;
}

static void decode_utf16(const char *bytes, size_t n_bytes, struct decoding *decoding) {
    bool is_big_endian = (unsigned char)bytes[0] == 0xFE;
    size_t i = 2;
    while (n_bytes - i >= 2) {
        uint32_t character = unit_at(bytes, i, is_big_endian);
        size_t place = i;
        i += 2;
        if (character >= 0xD800 && character < 0xE000) {
            uint32_t next = n_bytes - i >= 2 ? unit_at(bytes, i, is_big_endian) : 0;
            if (character < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
                character = 0x10000 + ((character - 0xD800) << 10) + (next - 0xDC00);
                i += 2;
            } else {
                note_damage(decoding, DAMAGE_SURROGATE, place);
                character = REPLACEMENT;
            }
        } else if (character == 0) {
            note_damage(decoding, DAMAGE_NUL, place);
            character = REPLACEMENT;
        }
        if (place == 2)
            add_shift(decoding->out, place);
        append_character(decoding->out, character, i);
    }
    if (i < n_bytes)
        note_damage(decoding, DAMAGE_ODD_BYTE, i);
}

enum status decode_text(const char *bytes, size_t n_bytes, struct document *document,
                        struct decoded *decoded, struct error *error) {
    struct decoding decoding = {.out = decoded};
    decoded->source = bytes;
    decoded->source_bytes = n_bytes;
    buffer_reserve(&decoded->text, n_bytes);
    if (n_bytes >= 2 && (memcmp(bytes, "\xFE\xFF", 2) == 0 || memcmp(bytes, "\xFF\xFE", 2) == 0))
        decode_utf16(bytes, n_bytes, &decoding);
    else
        decode_utf8(bytes, n_bytes, &decoding);
    if (decoded->text.failed)
        return error_no_memory(error);
    report_damage(&decoding, document);
    return document->failed ? error_no_memory(error) : STATUS_OK;
}

/* The number of shifts at or before `offset`. */
static size_t shifts_before(const struct decoded *decoded, size_t offset) {
    size_t low = 0;
    size_t high = decoded->n_shifts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (decoded->shifts[2 * middle] <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t decoded_source_offset(const struct decoded *decoded, size_t offset) {
    if (decoded->n_shifts == 0)
        return offset;
    size_t n_before = shifts_before(decoded, offset);
    const size_t *shift = decoded->shifts + 2 * n_before;
    size_t source = n_before == 0 ? offset : shift[-1] + (offset - shift[-2]);
    /* A character may be longer here than in the source: its later bytes stay inside it. */
    if (n_before < decoded->n_shifts && source >= shift[1])
        source = shift[1] - 1;
    return source;
}

size_t decoded_source_of(const struct decoded *decoded, const char *pointer) {
    uintptr_t start = (uintptr_t)decoded->text.data;
    uintptr_t place = (uintptr_t)pointer;
    if (start == 0 || place < start || place - start > decoded->text.size)
        return NO_SOURCE;
    return decoded_source_offset(decoded, place - start);
}

void decoded_insert_spaces(struct decoded *decoded, const size_t *places, size_t n_places) {
    struct decoded spaced = {.source = decoded->source, .source_bytes = decoded->source_bytes};
    size_t from = 0;
    size_t i_shift = 0;
    for (size_t i = 0; i <= n_places; i++) {
        size_t to = i < n_places ? places[i] : decoded->text.size;
        for (; i_shift < decoded->n_shifts && decoded->shifts[2 * i_shift] < to; i_shift++) {
            size_t at = decoded->shifts[2 * i_shift];
            buffer_append(&spaced.text, decoded->text.data + from, at - from);
            add_shift(&spaced, decoded->shifts[2 * i_shift + 1]);
            from = at;
        }
        buffer_append(&spaced.text, decoded->text.data + from, to - from);
        from = to;
        if (i < n_places) {
            buffer_append_char(&spaced.text, ' ');
            add_shift(&spaced, decoded_source_offset(decoded, to));
        }
    }
    decoded_free(decoded);
    *decoded = spaced;
}

/* Length of the longest start of the `n_bytes` of valid UTF-8 at `text` whose characters do (or do
 * not, as `same` says) have the same bytes at `source`. */
static size_t stretch(const struct decoded *decoded, const char *text, size_t n_bytes,
                      size_t source, bool same) {
    size_t i = 0;
    while (i < n_bytes) {
        size_t length = character_bytes((const unsigned char *)text + i, n_bytes - i);
        if (length == 0) /* a cut character */
            length = n_bytes - i;
        bool is_same = source + i + length <= decoded->source_bytes &&
                       memcmp(text + i, decoded->source + source + i, length) == 0;
        if (is_same != same)
            break;
        i += length;
    }
    return i;
}

void decoded_append(const struct decoded *decoded, const char *text, size_t n_bytes,
                    struct document *document) {
    size_t source = decoded_source_of(decoded, text);
    if (source == NO_SOURCE || decoded->n_shifts == 0) {
        document_append(document, text, n_bytes, source);
        return;
    }
    size_t offset = (size_t)(text - decoded->text.data);
    size_t end = offset + n_bytes;
    size_t i_shift = shifts_before(decoded, offset);
    while (offset < end) {
        const size_t *next = decoded->shifts + 2 * i_shift;
        size_t piece_end = i_shift < decoded->n_shifts && next[0] < end ? next[0] : end;
        source = i_shift == 0 ? offset : next[-1] + (offset - next[-2]);
        while (offset < piece_end) {
            const char *piece = decoded->text.data + offset;
            size_t same = stretch(decoded, piece, piece_end - offset, source, true);
            document_append(document, piece, same, source);
            size_t other =
                stretch(decoded, piece + same, piece_end - offset - same, source + same, false);
            document_append(document, piece + same, other, NO_SOURCE);
            offset += same + other;
            source += same + other;
        }
        i_shift++;
    }
}
