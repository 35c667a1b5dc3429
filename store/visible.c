/* See visible.h. */
#include "store/visible.h"

#include <stdint.h>

#include "store/utf8.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

void visible_append(struct buffer *out, const char *text, size_t n_bytes, bool keeps_lines) {
    for (size_t i = 0; i < n_bytes;) {
        size_t plain = i;
        while (plain < n_bytes && text[plain] >= 0x20 && text[plain] < 0x7F)
            plain++;
        if (plain > i) {
            buffer_append(out, text + i, plain - i);
            i = plain;
            continue;
        }
        size_t length;
        uint32_t code_point = utf8_decode(text + i, n_bytes - i, &length);
        bool is_kept = keeps_lines && (code_point == '\t' || code_point == '\n');
        if (!is_kept && (code_point == '\t' || code_point == '\n' || code_point == '\r'))
            buffer_append_char(out, ' ');
        else if (!is_kept && utf8_is_unsafe(code_point))
            buffer_append_string(out, replacement);
        else
            buffer_append(out, text + i, length);
        i += length;
    }
}
