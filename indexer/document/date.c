/* See date.h. */
#include "indexer/document/date.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* What strptime(3) tries in turn, and how much of the date it gives. */
static const struct {
    const char *format;
    size_t n_bytes; /* of "YYYY-MM-DD" */
} formats[] = {
    {"%Y/%m/%d", 10}, {"%B %d, %Y", 10}, {"%B %d %Y", 10}, {"%d %B %Y", 10},     {"%d. %B %Y", 10},
    {"%d-%B-%Y", 10}, {"%Y.%m.%d", 10},  {"%d.%m.%Y", 10}, {"%a, %d %B %Y", 10}, {"%Y-%m-%d", 10},
    {"%B %Y", 7},     {"%Y/%m", 7},      {"%Y-%m", 7},
};

/* Longer than any date with its weekday and time; what follows is a remark. */
enum { PLAIN_BYTES = 48 };

static bool are_digits(const char *text, size_t n_digits) {
    for (size_t i = 0; i < n_digits; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static int number(const char *digits) { /* of two */
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* True if there is such a day; of February 29 the year is not asked. */
static bool is_day(const char *month, const char *day) {
    static const int n_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int i_month = number(month) - 1;
    return i_month >= 0 && i_month < 12 && number(day) >= 1 && number(day) <= n_days[i_month];
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
        return is_day(text + 5, "01");
    return text[7] == '-' && are_digits(text + 8, 2) && !are_digits(text + 10, 1) &&
           is_day(text + 5, text + 8);
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes at `at`, which follow `before`, that only dress a date: the "th" of "5th", the "of " of
 * "5 of May", the "." of "Mar.", the "t" of "Sept". */
static size_t ornament(const char *at, char before) {
    static const char *const ordinals[] = {"st", "nd", "rd", "th"};
    bool is_after_digit = before >= '0' && before <= '9';
    for (size_t i = 0; i < 4 && is_after_digit; i++)
        if (strncasecmp(at, ordinals[i], 2) == 0 && !is_letter(at[2]))
            return 2;
    if (before == ' ' && strncasecmp(at, "of ", 3) == 0)
        return 3;
    if (*at == '.' && is_letter(before))
        return 1;
    bool is_sept = is_letter(before) && (*at == 't' || *at == 'T') && !is_letter(at[1]);
    return is_sept && (before == 'p' || before == 'P') ? 1 : 0;
}

/* The beginning of `text` as strptime(3) knows dates. */
static void plain_date(const char *text, char *plain) {
    size_t n_bytes = 0;
    char before = '\0';
    while (*text && n_bytes + 1 < PLAIN_BYTES) {
        size_t n_ornament = before ? ornament(text, before) : 0;
        text += n_ornament;
        if (n_ornament == 0)
            plain[n_bytes++] = before = *text++;
    }
    plain[n_bytes] = '\0';
}

/* What may follow a date: nothing, a time, a remark. */
static bool is_end(const char *rest) {
    return *rest == '\0' || strchr(" ,;T", *rest) != NULL;
}

char *date_normalize(struct arena *arena, const char *text) {
    char date[32];
    char plain[PLAIN_BYTES];
    if (!text)
        return NULL;
    if (is_iso(text))
        return arena_string(arena, text);
    if (are_digits(text, 8) && text[8] == '\0' && is_day(text + 4, text + 6)) {
        snprintf(date, sizeof date, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
        return arena_string(arena, date);
    }
    plain_date(text, plain);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm time = {.tm_mday = 1};
        const char *rest = strptime(plain, formats[i].format, &time);
        if (rest && is_end(rest) && time.tm_year >= 1000 - 1900 && time.tm_year < 10000 - 1900) {
            strftime(date, sizeof date, "%Y-%m-%d", &time);
            return is_day(date + 5, date + 8) ? arena_copy(arena, date, formats[i].n_bytes) : NULL;
        }
    }
    return NULL;
}
