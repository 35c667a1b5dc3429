/* An answer to text in one of the formats of --format. Writes to a buffer, never to stdout. */
#ifndef OSLER_QUERY_PRINT_PRINT_H
#define OSLER_QUERY_PRINT_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "query/hits/answer.h"
#include "store/buffer.h"
#include "store/error.h"

enum print_format {
    PRINT_TEXT,
    PRINT_JSON,     /* one object, indented; the grammar is doc/output-json.md */
    PRINT_JSONL,    /* one answer a line */
    PRINT_TSV,      /* one hit a line */
    PRINT_MARKDOWN, /* a quotation with its sources, to paste into an article */
    PRINT_CSL_JSON, /* the documents as citeproc data, once each */
    PRINT_BIBTEX,   /* likewise */
    PRINT_TREC,     /* QUERY-ID Q0 DOCUMENT-ID RANK SCORE osler */
};

struct print_options {
    enum print_format format;
    bool color;   /* ANSI colours and OSC 8 hyperlinks, text only */
    size_t width; /* columns of text output */
    bool explain;
};

/* One output, of an answer or of a batch of them; zero-initialised but for `options` it is ready.
 */
struct printing {
    const struct print_options *options;
    bool is_batch;    /* each answer is named by its query, all are one file of the format */
    size_t n_answers; /* so far */
    size_t n_items;   /* documents of csl-json and bibtex, each once: */
    void *printed;    /* their ids, a tsearch tree */
};

/* The formats by their numbers; NULL ends them. */
extern const char *const print_format_names[];

/* False for a name that is no format. */
bool print_format_from_name(const char *name, enum print_format *format);

/* Appends `answer` to `out`. Errors: STATUS_NO_MEMORY. */
enum status print_answer(struct printing *printing, const struct answer *answer, struct buffer *out,
                         struct error *error);

/* Appends what closes the output, and in JSON `failure` unless that is NULL. */
enum status print_end(struct printing *printing, const struct error *failure, struct buffer *out,
                      struct error *error);

void printing_free(struct printing *printing);

#endif
