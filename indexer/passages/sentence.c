/* See sentence.h.
 *
 * The scan halts at each stop (". ! ? …" and their relatives of other scripts) and decides by the
 * word before it and the first character of what comes after. When in doubt a stop ends nothing:
 * two sentences taken as one read better than half a sentence. What it looks at ahead is either
 * short or consumed, so that a text is scanned in linear time. */
#include "indexer/passages/sentence.h"

#include <string.h>

#include "indexer/passages/abbreviation.h"

/* The longest bracketed remark that counts as a mark of the sentence before it: a publisher's name
 * fits, most clauses do not. */
enum { REMARK_BYTES = 100 };

/* More opening quotes and brackets in a row than any text has. */
enum { MAX_OPENERS = 4 };

/* Longer numbers at the start of a sentence are years, not the markers of a list ("12. Twelfth").
 */
enum { MAX_MARKER_BYTES = 3 };

/* A run of stops and what it is made of. */
struct stop {
    size_t end;
    bool is_single_dot;
    bool is_ellipsis; /* "...", ".." or "…" and no "!" or "?" */
    bool is_wide;     /* a CJK stop: nothing needs to follow it */
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* Bytes of other scripts count as letters: their words are never in the tables. */
static bool is_letter(char c) {
    return is_upper(c) || is_lower(c) || (unsigned char)c >= 0x80;
}

/* The bytes of the first of `strings` (NULL-terminated) that text[at, n) begins with, or 0. */
static size_t match_any(const char *text, size_t n, size_t at, const char *const *strings) {
    for (; *strings; strings++) {
        size_t length = strlen(*strings);
        if (length <= n - at && memcmp(text + at, *strings, length) == 0)
            return length;
    }
    return 0;
}

/* The bytes of the stop at `at`, or 0. */
static size_t stop_at(const char *text, size_t n, size_t at, bool *is_wide) {
    static const char *const wide[] = {"。", "！", "？", "｡", NULL};
    static const char *const narrow[] = {"…", "।", "؟", "۔", NULL};
    *is_wide = false;
    if (at >= n)
        return 0;
    if ((unsigned char)text[at] < 0x80)
        return text[at] == '.' || text[at] == '!' || text[at] == '?';
    size_t length = match_any(text, n, at, wide);
    *is_wide = length > 0;
    return length > 0 ? length : match_any(text, n, at, narrow);
}

/* The first stop or newline in text[at, n), or n. */
static size_t find_stop(const char *text, size_t n, size_t at) {
    /* 1: a stop or newline, 2: may begin one of the stops of stop_at. */
    static const unsigned char marks[256] = {
        ['\n'] = 1, ['.'] = 1,  ['!'] = 1,  ['?'] = 1,  [0xE2] = 2,
        [0xE3] = 2, [0xEF] = 2, [0xE0] = 2, [0xD8] = 2, [0xDB] = 2,
    };
    for (;; at++) {
        while (at < n && marks[(unsigned char)text[at]] == 0)
            at++;
        bool is_wide;
        if (at >= n || marks[(unsigned char)text[at]] == 1 || stop_at(text, n, at, &is_wide) > 0)
            return at;
    }
}

static struct stop read_stops(const char *text, size_t n, size_t at) {
    struct stop stop = {.end = at};
    bool is_wide;
    bool has_mark = false;
    for (size_t length; (length = stop_at(text, n, stop.end, &is_wide)) > 0; stop.end += length) {
        stop.is_wide |= is_wide;
        has_mark |= text[stop.end] == '!' || text[stop.end] == '?';
    }
    stop.is_single_dot = stop.end == at + 1 && text[at] == '.';
    stop.is_ellipsis =
        !has_mark && (text[at] == '.' ? stop.end > at + 1 : (unsigned char)text[at] == 0xE2);
    return stop;
}

static size_t skip_closers(const char *text, size_t n, size_t at) {
    static const char *const closers[] = {")", "]",  "}",  "\"", "'",  "”",  "’",  "»",
                                          "›", "」", "』", "）", "】", "》", "〉", NULL};
    size_t length;
    while (at < n && !is_space(text[at]) && (length = match_any(text, n, at, closers)) > 0)
        at += length;
    return at;
}

/* After the marks of footnotes that follow a stop without a space: "[1][2]", "[3, 4]", "¹²". */
static size_t skip_footnotes(const char *text, size_t n, size_t at) {
    static const char *const raised[] = {"¹", "²", "³", "⁰", "⁴", "⁵", "⁶", "⁷",
                                         "⁸", "⁹", "†", "‡", "⁾", "⁽", NULL};
    for (;;) {
        size_t length =
            at < n && (unsigned char)text[at] >= 0xC2 ? match_any(text, n, at, raised) : 0;
        size_t end = at + 1;
        if (length == 0 && at < n && text[at] == '[') {
            while (end < n && (is_digit(text[end]) || strchr(" ,-^", text[end])))
                end++;
            length = end < n && text[end] == ']' && end > at + 1 ? end + 1 - at : 0;
        }
        if (length == 0)
            return at;
        at += length;
    }
}

/* The character at `at`; only its case and class are asked, so damage is of no matter. */
static unsigned code_point(const char *text, size_t n, size_t at) {
    unsigned char first = (unsigned char)text[at];
    unsigned char second = at + 1 < n ? (unsigned char)text[at + 1] : 0;
    return first >= 0xC2 && first < 0xE0 ? (first & 0x1Fu) << 6 | (second & 0x3Fu) : first;
}

/* Lower case in Latin, Greek and Cyrillic. */
static bool is_lower_case(unsigned c) {
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    if (c >= 0x100 && c < 0x180)
        return (c & 1) == ((c >= 0x139 && c <= 0x148) || c >= 0x179 ? 0 : 1);
    return (c >= 0xDF && c <= 0xFF && c != 0xF7) || (c >= 0x3AC && c <= 0x3CE) ||
           (c >= 0x430 && c <= 0x45F);
}

/* "iPhone", "mRNA": names that keep their small first letter at the start of a sentence. */
static bool is_camel(const char *text, size_t n, size_t at) {
    return at + 1 < n && is_lower(text[at]) &&
           (is_upper(text[at + 1]) ||
            (at + 2 < n && is_lower(text[at + 1]) && is_upper(text[at + 2])));
}

static size_t skip_spaces(const char *text, size_t n, size_t at) {
    while (at < n && is_space(text[at]) && text[at] != '\n')
        at++;
    return at;
}

static size_t skip_openers(const char *text, size_t n, size_t at) {
    static const char *const marks[] = {"(", "[", "\"", "'",  "“",  "‘",  "«", "‹",
                                        "¿", "¡", "「", "『", "（", "【", NULL};
    size_t length;
    for (int i = 0; i < MAX_OPENERS && at < n && !is_upper(text[at]) && !is_lower(text[at]); i++) {
        if ((length = match_any(text, n, at, marks)) == 0)
            break;
        at += length;
    }
    return at;
}

bool sentence_may_begin(const char *text, size_t n_bytes, size_t offset) {
    size_t at = skip_openers(text, n_bytes, offset);
    if (at >= n_bytes || text[at] == '\n')
        return true;
    if (strchr(",;:.!?)]", text[at]))
        return false;
    return !is_lower_case(code_point(text, n_bytes, at)) || is_camel(text, n_bytes, at);
}

static size_t word_end(const char *text, size_t n, size_t at) {
    size_t end = at;
    while (end < n && end - at <= ABBREVIATION_BYTES && is_letter(text[end]))
        end++;
    return end;
}

/* True if a word that commonly opens a sentence stands at `at`; "A" of "A. Smith" does not. */
static bool is_opener(const struct abbreviations *known, const char *text, size_t n, size_t at) {
    at = skip_openers(text, n, at);
    size_t end = word_end(text, n, at);
    return (end >= n || text[end] != '.') && abbreviation_opener(known, text + at, end - at);
}

/* "5", "S1", "II", "#3", "B": what may follow "No.", "Fig." or "Vol.". */
static bool is_number(const char *text, size_t n, size_t at) {
    size_t end = at;
    size_t n_roman = 0;
    while (end < n && end - at < 4 && (is_upper(text[end]) || is_digit(text[end])))
        n_roman += strchr("IVXLC", text[end++]) != NULL;
    if (end == at)
        return at < n && text[at] == '#';
    bool is_word = end < n && is_letter(text[end]);
    bool is_letter_alone = end == at + 1 && text[at] != 'A' && text[at] != 'I';
    return is_digit(text[at]) || is_digit(text[end - 1]) ||
           (!is_word && (is_letter_alone || (n_roman == end - at && n_roman > 1)));
}

/* The start of the word that ends at `end`: letters with single stops between them. */
static size_t word_before(const char *text, size_t start, size_t end) {
    size_t at = end;
    while (at > start && end - at <= ABBREVIATION_BYTES &&
           (is_letter(text[at - 1]) || text[at - 1] == '.'))
        at--;
    return at;
}

/* True for the "J" at `at` of "J. Smith", not for "B" of "hepatitis B. The" or "TNFRSF11B. The". */
static bool is_initial(const char *text, size_t start, size_t at) {
    if (at > start && (is_digit(text[at - 1]) ||
                       (text[at - 1] == '-' && !(at > start + 1 && text[at - 2] == '.'))))
        return false;
    size_t before = at;
    while (before > start && text[before - 1] == ' ')
        before--;
    size_t word = word_before(text, start, before);
    return !abbreviation_lettered(text + word, before - word);
}

/* "1.", "12.", "a." at the very start of a sentence number it. */
static bool is_list_marker(const char *text, size_t start, size_t dot) {
    size_t n_bytes = dot - start;
    if (n_bytes == 0 || n_bytes > MAX_MARKER_BYTES)
        return false;
    for (size_t i = start; i < dot; i++)
        if (!is_digit(text[i]) && (n_bytes > 1 || !is_letter(text[i])))
            return false;
    return true;
}

/* "3." of "am 3. Mai"; longer numbers are years. */
static bool is_ordinal(const char *text, size_t start, size_t dot) {
    size_t at = dot;
    while (at > start && is_digit(text[at - 1]))
        at--;
    return at < dot && dot - at <= 2 && (at == start || text[at - 1] == ' ' || text[at - 1] == '(');
}

/* Does the sentence from `start` end at the single full stop at `dot`, when the next word, which
 * has no lower-case letter, begins at `next`? */
static bool full_stop_ends(const struct abbreviations *known, const char *text, size_t n,
                           size_t start, size_t dot, size_t next) {
    if (is_list_marker(text, start, dot))
        return false;
    size_t word = word_before(text, start, dot);
    size_t inner = skip_openers(text, n, next);
    if (abbreviation_numbers(known) && is_ordinal(text, start, dot))
        return is_opener(known, text, n, next);
    enum abbreviation kind = abbreviation_of(known, text + word, dot - word);
    if (kind == NO_ABBREVIATION && dot == word + 1 && is_upper(text[word]))
        return !is_initial(text, start, word) || is_opener(known, text, n, next);
    switch (kind) {
    case BEFORE_ANYTHING:
        return false;
    case BEFORE_NAME:
        return is_opener(known, text, n, next);
    case BEFORE_LOWER_CASE:
        return inner < n && (is_upper(text[inner]) || (unsigned char)text[inner] >= 0x80);
    case BEFORE_NUMBER:
        return !is_number(text, n, next);
    default:
        return true;
    }
}

/* The end of a bracketed remark at `at` that belongs to the sentence before it, or 0: "(World
 * Economic Forum)" and "[12]", not "(1) First ..." nor "(He left.)". */
static size_t remark_end(const char *text, size_t n, size_t at) {
    if (at >= n || (text[at] != '(' && text[at] != '['))
        return 0;
    char closing = text[at] == '(' ? ')' : ']';
    size_t n_letters = 0;
    size_t end = at + 1;
    while (end < n && end - at < REMARK_BYTES && !strchr(".!?\n()[]", text[end]))
        n_letters += is_letter(text[end++]);
    if (end >= n || text[end] != closing || (n_letters < 3 && closing == ')'))
        return 0;
    end++;
    while (end < n && (text[end] == '.' || text[end] == ','))
        end++;
    size_t next = skip_spaces(text, n, end);
    bool is_apart = next > end || next >= n || text[next] == '\n';
    return is_apart && sentence_may_begin(text, n, next) ? end : 0;
}

/* After footnote numbers glued to the word before: "outcomes.12 The", "outcomes.1,2 The"; else 0.
 */
static size_t glued_number_end(const struct abbreviations *known, const char *text, size_t n,
                               size_t start, size_t dot, size_t at) {
    bool is_word = dot >= start + 3 && is_lower(text[dot - 1]) && is_lower(text[dot - 2]) &&
                   is_lower(text[dot - 3]);
    size_t end = at;
    while (end < n && end - at < ABBREVIATION_BYTES &&
           (is_digit(text[end]) || (end > at && (text[end] == ',' || text[end] == '-'))))
        end++;
    size_t next = skip_spaces(text, n, end);
    if (!is_word || end == at || next == end || next >= n || !is_upper(text[next]))
        return 0;
    size_t word = word_before(text, start, dot);
    return abbreviation_of(known, text + word, dot - word) == NO_ABBREVIATION ? end : 0;
}

/* True if the space after the stop was forgotten: "the disease.The cause", but not "Node.js" or
 * "System.Out". */
static bool lacks_space(const struct abbreviations *known, const char *text, size_t n, size_t start,
                        size_t stop, size_t next) {
    bool is_word = stop >= start + 2 && is_lower(text[stop - 1]) && is_lower(text[stop - 2]);
    if (!is_word || next >= n || !is_upper(text[next]))
        return false;
    size_t end = word_end(text, n, next);
    return end < n && text[end] == ' ' && is_opener(known, text, n, next) &&
           full_stop_ends(known, text, n, start, stop, next);
}

/* The end of the sentence if it ends with the stops at `at`, else 0. */
static size_t end_at_stops(const struct abbreviations *known, const char *text, size_t n,
                           size_t start, size_t at, const struct stop *stop) {
    size_t end = skip_footnotes(text, n, skip_closers(text, n, stop->end));
    size_t next = skip_spaces(text, n, end);
    if (next >= n || text[next] == '\n' || stop->is_wide)
        return end;
    if (next == end && lacks_space(known, text, n, start, at, end))
        return end;
    if (next == end)
        return stop->is_single_dot ? glued_number_end(known, text, n, start, at, end) : 0;
    bool is_elision = at > start && (text[at - 1] == '[' || text[at - 1] == '(');
    if (is_elision || (stop->is_ellipsis && is_digit(text[next])))
        return 0;
    size_t remark = remark_end(text, n, next);
    if (remark == 0 && !sentence_may_begin(text, n, next))
        return 0;
    if (stop->is_single_dot && !full_stop_ends(known, text, n, start, at, next))
        return 0;
    return remark > 0 ? remark : end;
}

size_t sentence_end(const char *text, size_t n_bytes, size_t start, const char *language) {
    const struct abbreviations *known = abbreviations_of(language);
    while (start < n_bytes && is_space(text[start]))
        start++;
    size_t at = start;
    while ((at = find_stop(text, n_bytes, at)) < n_bytes && text[at] != '\n') {
        struct stop stop = read_stops(text, n_bytes, at);
        size_t end = end_at_stops(known, text, n_bytes, start, at, &stop);
        if (end > 0)
            return end;
        at = stop.end;
    }
    while (at > start && is_space(text[at - 1]))
        at--;
    return at;
}
