/* See error.h. */
#include "store/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts an incomplete UTF-8 sequence that truncation left at the end of `text`. */
static void cut_at_character(char *text) {
    size_t end = strlen(text);
    size_t start = end;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (end - (start - 1) < want)
        text[start - 1] = '\0';
}

enum status error_set(struct error *error, enum status status, const char *format, ...) {
    if (!error)
        return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof error->text)
        cut_at_character(error->text);
    return status;
}

enum status error_no_memory(struct error *error) {
    return error_set(error, STATUS_NO_MEMORY, "out of memory");
}
