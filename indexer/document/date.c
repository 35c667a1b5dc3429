/* See date.h. */
#include "indexer/document/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What strptime(3) tries in turn, and how much of the date it gives. */
static const struct {
    const char *format;
    size_t n_bytes; /* of "YYYY-MM-DD" */
} formats[] = {
    {"%Y/%m/%d", 10},     {"%B %d, %Y", 10}, {"%B %d %Y", 10}, {"%d %B %Y", 10},
    {"%d. %B %Y", 10},    {"%d-%B-%Y", 10},  {"%Y.%m.%d", 10}, {"%d.%m.%Y", 10},
    {"%a, %d %B %Y", 10}, {"%B %Y", 7},      {"%Y/%m", 7},
};

static bool are_digits(const char *text, size_t n_digits) {
    for (size_t i = 0; i < n_digits; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* YYYY, YYYY-MM, YYYY-MM-DD, or the last with more behind. */
static bool is_iso(const char *text) {
    if (!are_digits(text, 4))
        return false;
    if (text[4] == '\0')
        return true;
    if (text[4] != '-' || !are_digits(text + 5, 2))
        return false;
    if (text[7] == '\0')
        return true;
    return text[7] == '-' && are_digits(text + 8, 2) && !are_digits(text + 10, 1);
}

/* What may follow a date: nothing, a time, a remark. */
static bool is_end(const char *rest) {
    return *rest == '\0' || strchr(" ,;T", *rest) != NULL;
}

char *date_normalize(struct arena *arena, const char *text) {
    char date[32];
    if (!text)
        return NULL;
    if (is_iso(text))
        return arena_string(arena, text);
    if (are_digits(text, 8) && text[8] == '\0') {
        snprintf(date, sizeof date, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
        return arena_string(arena, date);
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm time = {.tm_mday = 1};
        const char *rest = strptime(text, formats[i].format, &time);
        if (rest && is_end(rest) && time.tm_year >= 1000 - 1900 && time.tm_year < 10000 - 1900) {
            strftime(date, sizeof date, "%Y-%m-%d", &time);
            return arena_copy(arena, date, formats[i].n_bytes);
        }
    }
    return NULL;
}
