/* See print.h. */
#include "query/print/print.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "query/print/print_formats.h"

const char *const print_format_names[] = {
    [PRINT_TEXT] = "text",     [PRINT_JSON] = "json",         [PRINT_JSONL] = "jsonl",
    [PRINT_TSV] = "tsv",       [PRINT_MARKDOWN] = "markdown", [PRINT_CSL_JSON] = "csl-json",
    [PRINT_BIBTEX] = "bibtex", [PRINT_TREC] = "trec",         NULL,
};

bool print_format_from_name(const char *name, enum print_format *format) {
    for (size_t i = 0; print_format_names[i]; i++) {
        if (strcmp(print_format_names[i], name) == 0) {
            *format = (enum print_format)i;
            return true;
        }
    }
    return false;
}

/* What parts an answer of a batch from the one before. */
static void separate(const struct printing *printing, struct buffer *out) {
    const bool is_first = printing->n_answers == 0;
    switch (printing->options->format) {
    case PRINT_JSON:
        buffer_append_string(out, is_first ? "[\n" : ",\n");
        break;
    case PRINT_TEXT:
    case PRINT_MARKDOWN:
    case PRINT_BIBTEX:
        buffer_append_string(out, is_first ? "" : "\n");
        break;
    default:
        break;
    }
}

enum status print_answer(struct printing *printing, const struct answer *answer, struct buffer *out,
                         struct error *error) {
    const struct print_options *options = printing->options;
    if (printing->is_batch)
        separate(printing, out);
    switch (options->format) {
    case PRINT_TEXT:
        print_text(answer, options, out);
        break;
    case PRINT_JSON:
        print_json(answer, options, true, out);
        if (!printing->is_batch) /* in an array a comma or bracket follows */
            buffer_append_char(out, '\n');
        break;
    case PRINT_JSONL:
        print_json(answer, options, false, out);
        buffer_append_char(out, '\n');
        break;
    case PRINT_TSV:
        print_tsv(answer, out);
        break;
    case PRINT_MARKDOWN:
        print_markdown(answer, out);
        break;
    case PRINT_CSL_JSON:
        print_csl_json(printing, answer, out);
        break;
    case PRINT_BIBTEX:
        print_bibtex(printing, answer, out);
        break;
    case PRINT_TREC:
        print_trec(answer, out);
        break;
    }
    printing->n_answers++;
    return out->failed ? error_no_memory(error) : STATUS_OK;
}

/* Closes the array of a batch, whose last element a failure is. */
static void end_array(const struct printing *printing, const struct error *failure,
                      struct buffer *out) {
    bool is_empty = printing->n_answers == 0;
    if (failure) {
        buffer_append_string(out, is_empty ? "[\n" : ",\n");
        print_error_json(failure, out);
        is_empty = false;
    }
    buffer_append_string(out, is_empty ? "[]\n" : "\n]\n");
}

enum status print_end(struct printing *printing, const struct error *failure, struct buffer *out,
                      struct error *error) {
    const enum print_format format = printing->options->format;
    if (format == PRINT_CSL_JSON && !failure)
        buffer_append_string(out, printing->n_items > 0 ? "\n]\n" : "[]\n");
    else if (format == PRINT_JSON && printing->is_batch)
        end_array(printing, failure, out);
    else if ((format == PRINT_JSON || format == PRINT_JSONL) && failure) {
        print_error_json(failure, out);
        buffer_append_char(out, '\n');
    }
    return out->failed ? error_no_memory(error) : STATUS_OK;
}

void printing_free(struct printing *printing) {
    tdestroy(printing->printed, free);
    printing->printed = NULL;
}
