/* --format text, for people:
 *
 *    1. The Transformative Role of AI in Healthcare › AI Innovations
 *       corpus/transformative-role.md:7
 *       …the collaboration between *Mount* *Sinai* and Nvidia, which aims to leverage AI …
 *       [1] Modern Healthcare News <http://www.modernhealthcare.com/> [dead]
 *
 * Paths and URLs are never broken, so that they can be clicked, copied and grepped. Nothing of a
 * document reaches the terminal but visible characters: print_clean and print_encoded see to that.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "query/print/note_marks.h"
#include "query/print/print_formats.h"
#include "query/print/snippet.h"
#include "query/print/wrap.h"
#include "store/utf8.h"

enum {
    DEFAULT_WIDTH = 80,
    LEAST_WIDTH = 20, /* of text beside the indentation; a narrower terminal breaks lines itself */
    WRAP_WASTE = 4,   /* columns that stay empty at the end of a line, about */
    SNIPPET_LINES = 3,
    CLAIM_LINES = 2,
    CLAIM_INDENT = 2,
    CITED_BY_COLUMNS = 14, /* "cited by ", ":" and a line number, about */
    EXPLAIN_INDENT = 2,
    HOST_BYTES = 256,
    DATE_BYTES = 10, /* of 2025-08-01T12:00:00Z */
};

enum style { STYLE_TITLE, STYLE_PATH, STYLE_LINE, STYLE_MATCH, STYLE_FAINT, STYLE_WARNING };

struct text_printer {
    struct buffer *out;
    bool color;
    size_t indent; /* of all lines of a hit but the first */
    size_t width;
    char folder[PATH_MAX]; /* the working directory, "" if unknown; for file:// links */
    char host[HOST_BYTES];
    struct arena arena; /* of texts that are shown otherwise */
};

static const char *style_code(enum style style) {
    static const char *const codes[] = {
        [STYLE_TITLE] = "\033[1m",    [STYLE_PATH] = "\033[35m", [STYLE_LINE] = "\033[32m",
        [STYLE_MATCH] = "\033[1;31m", [STYLE_FAINT] = "\033[2m", [STYLE_WARNING] = "\033[33m",
    };
    return codes[style];
}

static const char style_end[] = "\033[0m";

static void begin_style(struct text_printer *printer, enum style style) {
    if (printer->color)
        buffer_append_string(printer->out, style_code(style));
}

static void end_style(struct text_printer *printer) {
    if (printer->color)
        buffer_append_string(printer->out, style_end);
}

static void begin_line(struct text_printer *printer, size_t indent) {
    buffer_append_format(printer->out, "%*s", (int)indent, "");
}

static void end_line(struct text_printer *printer) {
    buffer_append_char(printer->out, '\n');
}

/* OSC 8: what is printed between this and end_link opens `url`. */
static void begin_link(struct text_printer *printer, const char *url) {
    buffer_append_string(printer->out, "\033]8;;");
    print_encoded(printer->out, url, "");
    buffer_append_string(printer->out, "\033\\");
}

static void end_link(struct text_printer *printer) {
    buffer_append_string(printer->out, "\033]8;;\033\\");
}

/* Prints `url`, as a link to `target` where that can be one. */
static void write_url(struct text_printer *printer, const char *url, const char *target) {
    const bool is_link = printer->color && print_is_web_url(target);
    if (is_link)
        begin_link(printer, target);
    print_clean_string(printer->out, url);
    if (is_link)
        end_link(printer);
}

/* `line` is 0 if there is none to go to. */
static void write_path(struct text_printer *printer, const char *path, size_t line) {
    const bool is_absolute = path[0] == '/';
    const bool is_link = printer->color && (is_absolute || printer->folder[0]);
    if (is_link) {
        buffer_append_string(printer->out, "\033]8;;file://");
        print_encoded(printer->out, printer->host, "");
        if (!is_absolute) {
            print_encoded(printer->out, printer->folder, "%?#");
            buffer_append_char(printer->out, '/');
        }
        print_encoded(printer->out, path, "%?#");
        buffer_append_string(printer->out, "\033\\");
    }
    begin_style(printer, STYLE_PATH);
    print_clean_string(printer->out, path);
    end_style(printer);
    if (is_link)
        end_link(printer);
    if (line == 0)
        return;
    buffer_append_char(printer->out, ':');
    begin_style(printer, STYLE_LINE);
    buffer_append_format(printer->out, "%zu", line);
    end_style(printer);
}

static struct wrap wrap_of(const struct text_printer *printer) {
    return (struct wrap){
        .out = printer->out,
        .indent = printer->indent,
        .width = printer->width,
        .column = printer->indent,
        .mark_on = printer->color ? style_code(STYLE_MATCH) : "*",
        .mark_off = printer->color ? style_end : "*",
        .mark_columns = printer->color ? 0 : 2,
    };
}

static void print_title(struct text_printer *printer, const struct hit *hit) {
    struct wrap wrap = wrap_of(printer);
    buffer_append_format(printer->out, "%*zu. ", (int)(printer->indent - 2), hit->rank);
    begin_style(printer, STYLE_TITLE);
    wrap_string(&wrap, hit->document.title);
    for (size_t i = 0; i < hit->passage.n_headings; i++) {
        wrap_string(&wrap, wrap.has_word ? "›" : "");
        wrap_string(&wrap, hit->passage.headings[i]);
    }
    end_style(printer);
    end_line(printer);
}

/* "2025-08-01" of "2025-08-01T12:00:00Z"; other dates as they are. */
static size_t date_bytes(const char *date) {
    size_t n_bytes = strlen(date);
    return n_bytes > DATE_BYTES && date[DATE_BYTES] == 'T' ? DATE_BYTES : n_bytes;
}

static void print_detail(struct text_printer *printer, struct wrap *wrap, const char *what,
                         const char *value, size_t n_bytes) {
    if (wrap->has_word)
        wrap_string(wrap, "·");
    else
        begin_line(printer, printer->indent);
    wrap_string(wrap, what);
    wrap_text(wrap, value, (struct span){0, n_bytes}, NULL, 0);
}

static void print_place(struct text_printer *printer, const struct hit *hit, struct span shown) {
    const char *url = hit->document.url;
    const char *target = hit->link ? hit->link : url;
    begin_line(printer, printer->indent);
    if (hit->document.path)
        write_path(printer, hit->document.path, print_match_line(hit, shown));
    if (hit->document.path && url)
        buffer_append_string(printer->out, "  ");
    if (url) {
        begin_style(printer, STYLE_PATH);
        write_url(printer, url, target);
        end_style(printer);
    }
    end_line(printer);
    struct wrap wrap = wrap_of(printer);
    if (hit->document.site)
        print_detail(printer, &wrap, "", hit->document.site, strlen(hit->document.site));
    if (hit->document.published)
        print_detail(printer, &wrap, "published", hit->document.published,
                     date_bytes(hit->document.published));
    if (hit->passage.page > 0) {
        char page[24];
        int n_bytes = snprintf(page, sizeof page, "%zu", hit->passage.page);
        print_detail(printer, &wrap, "page", page, (size_t)n_bytes);
    }
    for (size_t i = 0; i < hit->document.n_also_at; i++)
        print_detail(printer, &wrap, "also at", hit->document.also_at[i],
                     strlen(hit->document.also_at[i]));
    if (hit->document.retrieved)
        print_detail(printer, &wrap, "retrieved", hit->document.retrieved,
                     date_bytes(hit->document.retrieved));
    if (wrap.has_word)
        end_line(printer);
}

static size_t columns_of(const char *text, size_t n_bytes) {
    unsigned char all = 0; /* bits of any byte */
    for (size_t i = 0; i < n_bytes; i++)
        all |= (unsigned char)text[i];
    if (all < 0x80)
        return n_bytes;
    size_t columns = 0;
    for (size_t i = 0, length; i < n_bytes; i += length) {
        length = 1;
        columns += (unsigned char)text[i] < 0x80
                       ? 1
                       : utf8_columns(utf8_decode(text + i, n_bytes - i, &length));
    }
    return columns;
}

/* The part of `text` that fills about `n_lines` lines. */
static struct span choose_snippet(const struct wrap *wrap, size_t n_lines, const char *text,
                                  const struct span *highlights, size_t n_highlights) {
    const size_t n_bytes = strlen(text);
    const size_t columns = columns_of(text, n_bytes);
    const size_t line_columns = wrap->width - wrap->indent - WRAP_WASTE;
    const double bytes_per_column = columns > 0 ? (double)n_bytes / (double)columns : 1;
    struct span span;
    snippet_of(text, highlights, n_highlights,
               (size_t)((double)(n_lines * line_columns) * bytes_per_column), &span);
    return span;
}

/* Writes a part of `text` and shows by "…" where it was cut. */
static void write_snippet(struct wrap *wrap, const char *text, struct span span,
                          const struct span *highlights, size_t n_highlights) {
    if (span.start > 0) {
        wrap_string(wrap, "…");
        wrap->joined = !snippet_sentence_begins(text, span.start);
    }
    wrap->width -= 2; /* room for the last " …" */
    wrap_text(wrap, text, span, highlights, n_highlights);
    wrap->width += 2;
    if (text[span.end] != '\0')
        buffer_append_string(wrap->out, snippet_sentence_ends(text, span.end) ? " …" : "…");
}

static void print_snippet(struct text_printer *printer, const struct hit *hit, struct span shown) {
    struct wrap wrap = wrap_of(printer);
    begin_line(printer, printer->indent);
    write_snippet(&wrap, hit->passage.text, shown, hit->passage.highlights,
                  hit->passage.n_highlights);
    end_line(printer);
}

static void print_citations(struct text_printer *printer, const struct hit *hit) {
    for (size_t i = 0; i < hit->n_citations; i++) {
        const struct hit_citation *citation = &hit->citations[i];
        const char *label = citation->label ? citation->label : "";
        const char *health = citation->health ? citation->health : "unfetched";
        begin_line(printer, printer->indent);
        begin_style(printer, STYLE_FAINT);
        buffer_append_format(printer->out, "[%zu]", i + 1);
        end_style(printer);
        if (*label && strcmp(label, citation->url) != 0) {
            buffer_append_char(printer->out, ' ');
            print_clean_string(printer->out, label);
        }
        buffer_append_string(printer->out, " <");
        write_url(printer, citation->url, citation->url);
        buffer_append_char(printer->out, '>');
        if (strcmp(health, "live") != 0 && strcmp(health, "unfetched") != 0) {
            begin_style(printer, STYLE_WARNING);
            buffer_append_string(printer->out, " [");
            print_clean_string(printer->out, health);
            buffer_append_char(printer->out, ']');
            end_style(printer);
        }
        end_line(printer);
    }
}

/* True if two links say the same: one claim may have several to one source. */
static bool are_same(const struct hit_citing *citing, const struct hit_citing *other) {
    return strcmp(citing->document, other->document) == 0 &&
           citing->first_line == other->first_line && !citing->claim == !other->claim &&
           (!citing->claim || strcmp(citing->claim, other->claim) == 0);
}

static void print_cited_by(struct text_printer *printer, const struct hit *hit) {
    for (size_t i = 0; i < hit->n_cited_by; i++) {
        const struct hit_citing *citing = &hit->cited_by[i];
        const char *path = citing->path ? citing->path : citing->document;
        if (i > 0 && are_same(citing, citing - 1))
            continue;
        struct wrap wrap = wrap_of(printer);
        begin_line(printer, printer->indent);
        buffer_append_string(printer->out, "cited by ");
        write_path(printer, path, citing->path ? citing->first_line : 0);
        const char *claim =
            citing->claim ? note_marks_hide_in(citing->claim, &printer->arena) : NULL;
        printer->out->failed = printer->out->failed || (citing->claim && !claim);
        if (claim) {
            wrap.column += columns_of(path, strlen(path)) + CITED_BY_COLUMNS;
            wrap.indent += CLAIM_INDENT;
            wrap.has_word = true;
            wrap_string(&wrap, "—");
            const struct span shown = choose_snippet(&wrap, CLAIM_LINES, claim, NULL, 0);
            write_snippet(&wrap, claim, shown, NULL, 0);
        }
        end_line(printer);
    }
}

static void print_explanation(struct text_printer *printer, const char *explanation) {
    while (*explanation) {
        const size_t n_bytes = strcspn(explanation, "\n");
        begin_line(printer, printer->indent + EXPLAIN_INDENT);
        print_clean(printer->out, explanation, n_bytes);
        end_line(printer);
        explanation += n_bytes + (explanation[n_bytes] == '\n');
    }
}

/* Fills what file:// links need; without them paths are no links. */
static void find_place(struct text_printer *printer) {
    if (!getcwd(printer->folder, sizeof printer->folder))
        printer->folder[0] = '\0';
    if (gethostname(printer->host, sizeof printer->host - 1) != 0)
        printer->host[0] = '\0';
}

/* What stands above the answer to a query of a batch. */
static void print_query(struct text_printer *printer, const struct answer *answer) {
    begin_style(printer, STYLE_TITLE);
    buffer_append_string(printer->out, "==> ");
    print_clean_string(printer->out, answer->query_id);
    buffer_append_string(printer->out, ": ");
    print_clean_string(printer->out, answer->query);
    buffer_append_string(printer->out, " <==");
    end_style(printer);
    end_line(printer);
    if (answer->n_hits == 0)
        buffer_append_string(printer->out, "nothing found\n");
}

static void print_hit(struct text_printer *printer, const struct hit *hit, bool explain) {
    const struct wrap wrap = wrap_of(printer);
    const struct span shown = choose_snippet(&wrap, SNIPPET_LINES, hit->passage.text,
                                             hit->passage.highlights, hit->passage.n_highlights);
    print_title(printer, hit);
    print_place(printer, hit, shown);
    print_snippet(printer, hit, shown);
    print_citations(printer, hit);
    print_cited_by(printer, hit);
    if (explain && hit->explanation)
        print_explanation(printer, hit->explanation);
}

void print_text(const struct answer *answer, const struct print_options *options,
                struct buffer *out) {
    struct text_printer printer = {.out = out, .color = options->color};
    if (answer->query_id)
        print_query(&printer, answer);
    if (answer->n_hits == 0)
        return;
    const size_t last_rank = answer->hits[answer->n_hits - 1].rank;
    printer.indent = (size_t)snprintf(NULL, 0, "%zu. ", last_rank);
    printer.width = options->width ? options->width : DEFAULT_WIDTH;
    if (printer.width < printer.indent + LEAST_WIDTH)
        printer.width = printer.indent + LEAST_WIDTH;
    if (printer.color)
        find_place(&printer);
    for (size_t i = 0; i < answer->n_hits; i++) {
        struct hit hit;
        if (!note_marks_hide(&answer->hits[i], &printer.arena, &hit)) {
            out->failed = true;
            break;
        }
        if (i > 0)
            end_line(&printer);
        print_hit(&printer, &hit, options->explain);
    }
    arena_free(&printer.arena);
}
