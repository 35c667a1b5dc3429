/* What the formats share: see print_formats.h. */
#include <math.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/print/print_formats.h"
#include "store/visible.h"

void print_clean(struct buffer *out, const char *text, size_t n_bytes) {
    visible_append(out, text, n_bytes, false);
}

void print_clean_string(struct buffer *out, const char *text) {
    if (text)
        print_clean(out, text, strlen(text));
}

void print_encoded(struct buffer *out, const char *url, const char *also) {
    for (const char *at = url; *at; at++) {
        if (*at > ' ' && *at < 0x7F && !strchr(also, *at))
            buffer_append_char(out, *at);
        else
            buffer_append_format(out, "%%%02X", (unsigned)(unsigned char)*at);
    }
}

bool print_is_web_url(const char *url) {
    return url && (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0);
}

void print_decimal(struct buffer *out, double number, unsigned n_decimals) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < n_decimals; i++)
        unit *= 10;
    const double scaled = round(fabs(number) * (double)unit);
    const uint64_t whole = isfinite(scaled) && scaled < 1e18 ? (uint64_t)scaled : 0;
    if (number < 0 && whole > 0)
        buffer_append_char(out, '-');
    buffer_append_format(out, "%llu.%0*llu", (unsigned long long)(whole / unit), (int)n_decimals,
                         (unsigned long long)(whole % unit));
}

size_t print_match_line(const struct hit *hit, struct span shown) {
    if (!hit->document.path)
        return 0; /* a source: its places are those of its extracted text */
    size_t i = 0;
    while (i < hit->passage.n_highlights && hit->passage.highlights[i].start < shown.start)
        i++;
    bool matches = i < hit->passage.n_highlights && hit->passage.highlights[i].start < shown.end;
    size_t line = hit->passage.first_line;
    for (size_t k = 0; matches && k < hit->passage.n_line_starts; k++) {
        if (hit->passage.line_starts[k].byte > hit->passage.highlights[i].start)
            break;
        line = hit->passage.line_starts[k].line;
    }
    return line;
}

static int compare_hits(const void *left, const void *right) {
    const struct hit *a = *(const struct hit *const *)left;
    const struct hit *b = *(const struct hit *const *)right;
    int order = strcmp(a->document.id, b->document.id);
    return order != 0 ? order : (a > b) - (a < b);
}

bool *print_first_hits(const struct answer *answer) {
    bool *is_first = calloc(answer->n_hits + 1, sizeof *is_first);
    const struct hit **hits = calloc(answer->n_hits + 1, sizeof *hits);
    if (!is_first || !hits) {
        free(is_first);
        free(hits);
        return NULL;
    }
    for (size_t i = 0; i < answer->n_hits; i++)
        hits[i] = &answer->hits[i];
    qsort(hits, answer->n_hits, sizeof *hits, compare_hits);
    for (size_t i = 0; i < answer->n_hits; i++)
        is_first[hits[i] - answer->hits] =
            i == 0 || strcmp(hits[i]->document.id, hits[i - 1]->document.id) != 0;
    free(hits);
    return is_first;
}

static int compare_ids(const void *a, const void *b) {
    return strcmp(a, b);
}

bool print_is_new(struct printing *printing, const char *id, struct buffer *out) {
    char *copy = strdup(id);
    char **found = copy ? tsearch(copy, &printing->printed, compare_ids) : NULL;
    const bool is_new = found && *found == copy;
    if (!found)
        out->failed = true;
    if (!is_new)
        free(copy);
    return is_new;
}
