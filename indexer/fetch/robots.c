/* See robots.h.
 *
 * `rules` holds the rules of all groups that apply, in a row: 'A' (allow) or 'D' (disallow), the
 * normalized pattern, NUL. In a normalized pattern '*' is a wildcard and a '$' at its end an
 * anchor; every other '*' or '$' is percent-encoded, as it is in a normalized target. */
#include "indexer/fetch/robots.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct line {
    const char *key, *value;
    size_t key_bytes, value_bytes;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Takes "key : value # comment" apart; false if it is not of that form. */
static bool split_line(const char *text, size_t n_bytes, struct line *line) {
    const char *comment = memchr(text, '#', n_bytes);
    if (comment)
        n_bytes = (size_t)(comment - text);
    const char *colon = memchr(text, ':', n_bytes);
    if (!colon)
        return false;
    const char *end = text + n_bytes;
    const char *key_end = colon;
    const char *value = colon + 1;
    while (text < key_end && is_blank(*text))
        text++;
    while (key_end > text && is_blank(key_end[-1]))
        key_end--;
    while (value < end && is_blank(*value))
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    *line = (struct line){text, value, (size_t)(key_end - text), (size_t)(end - value)};
    return true;
}

static bool key_is(const struct line *line, const char *key) {
    return line->key_bytes == strlen(key) && strncasecmp(line->key, key, line->key_bytes) == 0;
}

static bool is_wildcard_agent(const struct line *line) {
    return line->value_bytes >= 1 && line->value[0] == '*' &&
           (line->value_bytes == 1 || is_blank(line->value[1]));
}

/* A product token is letters, '-' and '_'; a version behind it is not part of it. */
static bool is_our_agent(const struct line *line, const char *product) {
    size_t n_bytes = 0;
    while (n_bytes < line->value_bytes &&
           (isalpha((unsigned char)line->value[n_bytes]) || line->value[n_bytes] == '-' ||
            line->value[n_bytes] == '_'))
        n_bytes++;
    return n_bytes == strlen(product) && strncasecmp(line->value, product, n_bytes) == 0;
}

static int hex_value(char c) {
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static bool is_escape(const char *text, size_t n_bytes) {
    return n_bytes >= 3 && text[0] == '%' && isxdigit((unsigned char)text[1]) &&
           isxdigit((unsigned char)text[2]);
}

/* Appends one octet of a path or query in the one way in which it is compared (section 2.2.2). In a
 * query ':' and '/' mean the same encoded or not. */
static void append_octet(struct buffer *out, unsigned char octet, bool was_escaped, bool in_query) {
    bool is_plain = octet > ' ' && octet < 0x7F && octet != '*' && octet != '$' && octet != '%';
    if (was_escaped)
        is_plain = (octet < 0x80 && isalnum(octet)) || (octet && strchr("-._~", octet)) ||
                   (in_query && (octet == ':' || octet == '/'));
    if (is_plain)
        buffer_append_char(out, (char)octet);
    else
        buffer_append_format(out, "%%%02X", octet);
}

/* Appends `text` as it is compared. In a pattern '*' and a final '$' are kept. */
static void append_normalized(struct buffer *out, const char *text, size_t n_bytes,
                              bool is_pattern) {
    bool in_query = false;
    for (size_t i = 0; i < n_bytes; i++) {
        char c = text[i];
        if (is_pattern && (c == '*' || (c == '$' && i + 1 == n_bytes))) {
            buffer_append_char(out, c);
        } else if (is_escape(text + i, n_bytes - i)) {
            int octet = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
            append_octet(out, (unsigned char)octet, true, in_query);
            i += 2;
        } else {
            append_octet(out, (unsigned char)c, false, in_query);
            in_query |= c == '?';
        }
    }
}

/* An empty pattern matches nothing, and one that begins with neither '/' nor '*' cannot match. */
static void append_rule(struct buffer *rules, const struct line *line) {
    if (line->value_bytes == 0 || (line->value[0] != '/' && line->value[0] != '*'))
        return;
    buffer_append_char(rules, key_is(line, "allow") ? 'A' : 'D');
    append_normalized(rules, line->value, line->value_bytes, true);
    buffer_append_char(rules, '\0');
}

/* Where the parser stands: User-agent lines in a row start a group, rules follow. Other records,
 * such as Sitemap, change nothing (section 2.2.4). */
struct parser {
    const char *product;
    bool in_agents;           /* the last record was a User-agent line */
    bool is_ours, is_default; /* the group is for us; for everybody */
    bool found_ours;          /* some group was for us: those for everybody do not count */
    struct buffer ours, defaults;
};

static void parse_line(struct parser *parser, const struct line *line) {
    if (key_is(line, "user-agent")) {
        if (!parser->in_agents)
            parser->is_ours = parser->is_default = false;
        parser->in_agents = true;
        if (is_wildcard_agent(line))
            parser->is_default = true;
        else if (is_our_agent(line, parser->product))
            parser->is_ours = parser->found_ours = true;
    } else if (key_is(line, "allow") || key_is(line, "disallow")) {
        parser->in_agents = false;
        if (parser->is_ours)
            append_rule(&parser->ours, line);
        if (parser->is_default)
            append_rule(&parser->defaults, line);
    }
}

enum status robots_parse(struct robots *robots, const char *bytes, size_t n_bytes,
                         const char *product, struct error *error) {
    struct parser parser = {.product = product};
    *robots = (struct robots){0};
    bool is_cut = n_bytes > ROBOTS_MAX_BYTES;
    if (is_cut)
        n_bytes = ROBOTS_MAX_BYTES;
    size_t at = n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < n_bytes) {
        size_t end = at;
        while (end < n_bytes && bytes[end] != '\n' && bytes[end] != '\r')
            end++;
        struct line line;
        /* Half a pattern would match more than was meant. */
        bool is_whole = end < n_bytes || !is_cut;
        if (is_whole && split_line(bytes + at, end - at, &line))
            parse_line(&parser, &line);
        at = end + 1;
    }
    bool failed = parser.ours.failed || parser.defaults.failed;
    struct buffer *unused = parser.found_ours ? &parser.defaults : &parser.ours;
    robots->rules = parser.found_ours ? parser.ours : parser.defaults;
    buffer_free(unused);
    if (failed)
        robots_free(robots);
    return failed ? error_no_memory(error) : STATUS_OK;
}

void robots_free(struct robots *robots) {
    buffer_free(&robots->rules);
}

/* True if `pattern` matches the beginning of `target`, or all of it if it ends with '$'. Each piece
 * between wildcards is taken where it first occurs, so nothing is ever tried twice. */
static bool pattern_matches(const char *pattern, size_t pattern_bytes, const char *target,
                            size_t target_bytes) {
    bool is_anchored = pattern_bytes > 0 && pattern[pattern_bytes - 1] == '$';
    const char *pattern_end = pattern + pattern_bytes - is_anchored;
    const char *target_end = target + target_bytes;
    for (bool is_first = true;; is_first = false) {
        const char *star = memchr(pattern, '*', (size_t)(pattern_end - pattern));
        size_t n_piece = (size_t)((star ? star : pattern_end) - pattern);
        size_t n_left = (size_t)(target_end - target);
        if (n_piece > n_left)
            return false;
        if (is_first) {
            if (memcmp(pattern, target, n_piece) != 0)
                return false;
        } else if (!star && is_anchored) {
            return memcmp(target_end - n_piece, pattern, n_piece) == 0;
        } else {
            target = memmem(target, n_left, pattern, n_piece);
            if (!target)
                return false;
        }
        target += n_piece;
        if (!star)
            return !is_anchored || target == target_end;
        pattern = star + 1;
    }
}

enum status robots_allows(const struct robots *robots, const char *target, bool *allowed,
                          struct error *error) {
    static const char own_path[] = "/robots.txt";
    *allowed = true;
    if (robots->rules.size == 0 || strcmp(target, own_path) == 0)
        return STATUS_OK;
    struct buffer normalized = {0};
    append_normalized(&normalized, target, strlen(target), false);
    if (normalized.failed) {
        buffer_free(&normalized);
        return error_no_memory(error);
    }
    size_t longest = 0;
    const char *end = robots->rules.data + robots->rules.size;
    for (const char *rule = robots->rules.data; rule < end;) {
        bool is_allow = *rule++ == 'A';
        size_t n_bytes = strlen(rule);
        /* The longest pattern that matches decides; of two as long, the one that allows. */
        if ((n_bytes > longest || (n_bytes == longest && is_allow)) &&
            pattern_matches(rule, n_bytes, buffer_string(&normalized), normalized.size)) {
            longest = n_bytes;
            *allowed = is_allow;
        }
        rule += n_bytes + 1;
    }
    buffer_free(&normalized);
    return STATUS_OK;
}
