/* See utf8.h. */
#include "store/utf8.h"

struct code_point_range {
    uint32_t first, last;
};

/* The blocks of Unicode 15 that matter, not every character of them. */
static const struct code_point_range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x0E34, 0x0E3A}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};
static const struct code_point_range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
/* C0 (0) to C1 (0x9F) without ASCII; separators and embeddings; isolates. */
static const struct code_point_range unsafe[] = {
    {0x0000, 0x001F},
    {0x007F, 0x009F},
    {0x2028, 0x202E},
    {0x2066, 0x2069},
    {UTF8_INVALID, UTF8_INVALID},
};

static bool is_in(const struct code_point_range *ranges, size_t n_ranges, uint32_t code_point) {
    for (size_t i = 0; i < n_ranges; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

uint32_t utf8_decode(const char *text, size_t n_bytes, size_t *length) {
    const unsigned char *byte = (const unsigned char *)text;
    *length = 1;
    if (byte[0] < 0x80)
        return byte[0];
    size_t n = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    if (byte[0] < 0xC2 || byte[0] > 0xF4 || n > n_bytes)
        return UTF8_INVALID;
    uint32_t code_point = byte[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return UTF8_INVALID;
        code_point = code_point << 6 | (byte[i] & 0x3Fu);
    }
    const bool overlong = (n == 3 && code_point < 0x800) || (n == 4 && code_point < 0x10000);
    if (overlong || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return UTF8_INVALID;
    *length = n;
    return code_point;
}

size_t utf8_space_bytes(const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    if (byte[0] == '\0')
        return 0;
    if (byte[0] <= ' ' || byte[0] == 0x7F)
        return 1;
    if (byte[0] == 0xC2 && byte[1] == 0xA0) /* U+00A0 */
        return 2;
    if (byte[0] == 0xE2 && byte[1] == 0x80 && /* U+2000 to U+200A, U+2028, U+2029, U+202F */
        ((byte[2] >= 0x80 && byte[2] <= 0x8A) || byte[2] == 0xA8 || byte[2] == 0xA9 ||
         byte[2] == 0xAF))
        return 3;
    return byte[0] == 0xE3 && byte[1] == 0x80 && byte[2] == 0x80 ? 3 : 0; /* U+3000 */
}

size_t utf8_quote_bytes(const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    if (byte[0] == '"')
        return 1;
    if (byte[0] == 0xC2 && (byte[1] == 0xAB || byte[1] == 0xBB))
        return 2;
    if (byte[0] == 0xE2 && byte[1] == 0x80 && byte[2] >= 0x9C && byte[2] <= 0x9F)
        return 3;
    return 0;
}

bool utf8_is_unsafe(uint32_t code_point) {
    if (code_point >= 0x20 && code_point < 0x7F)
        return false; /* almost all of any text */
    return is_in(unsafe, sizeof unsafe / sizeof *unsafe, code_point);
}

size_t utf8_columns(uint32_t code_point) {
    if (code_point < 0x300)
        return 1;
    if (is_in(combining, sizeof combining / sizeof *combining, code_point))
        return 0;
    return is_in(wide, sizeof wide / sizeof *wide, code_point) ? 2 : 1;
}
