/* --format tsv and trec: one line a hit, for other programs. */
#include <stdlib.h>
#include <string.h>

#include "query/print/print_formats.h"
#include "query/print/snippet.h"
#include "store/utf8.h"

enum { SNIPPET_BYTES = 300, SCORE_DECIMALS = 6 };

static void print_plain_snippet(const struct hit *hit, struct span span, struct buffer *out) {
    const char *text = hit->passage.text;
    if (span.start > 0)
        buffer_append_string(out, "…");
    print_clean(out, text + span.start, span.end - span.start);
    if (text[span.end] != '\0')
        buffer_append_string(out, "…");
}

static void print_headings(struct buffer *out, const struct hit *hit) {
    for (size_t i = 0; i < hit->passage.n_headings; i++) {
        buffer_append_string(out, i > 0 ? " > " : "");
        print_clean_string(out, hit->passage.headings[i]);
    }
}

void print_tsv(const struct answer *answer, struct buffer *out) {
    for (size_t i = 0; i < answer->n_hits; i++) {
        const struct hit *hit = &answer->hits[i];
        if (answer->query_id) {
            print_clean_string(out, answer->query_id);
            buffer_append_char(out, '\t');
        }
        buffer_append_format(out, "%zu\t", hit->rank);
        print_decimal(out, hit->score, SCORE_DECIMALS);
        buffer_append_char(out, '\t');
        print_clean_string(out, hit->document.id);
        buffer_append_char(out, '\t');
        print_clean_string(out, hit->document.path ? hit->document.path : hit->document.url);
        struct span span;
        snippet_of(hit->passage.text, hit->passage.highlights, hit->passage.n_highlights,
                   SNIPPET_BYTES, &span);
        const size_t line = print_match_line(hit, span);
        buffer_append_char(out, '\t');
        if (line > 0)
            buffer_append_format(out, "%zu", line);
        buffer_append_char(out, '\t');
        print_headings(out, hit);
        buffer_append_char(out, '\t');
        print_plain_snippet(hit, span, out);
        buffer_append_char(out, '\n');
    }
}

/* Columns are separated by white space, so that an id must hold none, and not be empty. */
static void print_trec_id(struct buffer *out, const char *id) {
    const size_t n_bytes = strlen(id);
    for (size_t i = 0; i < n_bytes;) {
        size_t length;
        const bool unsafe = utf8_is_unsafe(utf8_decode(id + i, n_bytes - i, &length));
        if (unsafe || utf8_space_bytes(id + i) > 0)
            buffer_append_char(out, '_');
        else
            buffer_append(out, id + i, length);
        i += length;
    }
    if (n_bytes == 0)
        buffer_append_char(out, '_');
}

/* trec_eval refuses a run that names a document twice: only the best passage of each counts. */
void print_trec(const struct answer *answer, struct buffer *out) {
    bool *is_first = print_first_hits(answer);
    if (!is_first) {
        out->failed = true;
        return;
    }
    size_t rank = answer->n_hits > 0 ? answer->hits[0].rank : 1;
    for (size_t i = 0; i < answer->n_hits; i++) {
        if (!is_first[i])
            continue;
        print_trec_id(out, answer->query_id ? answer->query_id : "1");
        buffer_append_string(out, " Q0 ");
        print_trec_id(out, answer->hits[i].document.id);
        buffer_append_format(out, " %zu ", rank++);
        print_decimal(out, answer->hits[i].score, SCORE_DECIMALS);
        buffer_append_string(out, " osler\n");
    }
    free(is_first);
}
