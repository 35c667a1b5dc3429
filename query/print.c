/* See print.h. */
#include "query/print.h"

#include <string.h>

#include "query/print_formats.h"

bool print_format_from_name(const char *name, enum print_format *format) {
    static const char *const names[] = {
        [PRINT_TEXT] = "text",     [PRINT_JSON] = "json",         [PRINT_JSONL] = "jsonl",
        [PRINT_TSV] = "tsv",       [PRINT_MARKDOWN] = "markdown", [PRINT_CSL_JSON] = "csl-json",
        [PRINT_BIBTEX] = "bibtex", [PRINT_TREC] = "trec",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *format = (enum print_format)i;
            return true;
        }
    }
    return false;
}

enum status print_answer(const struct answer *answer, const struct print_options *options,
                         struct buffer *out, struct error *error) {
    switch (options->format) {
    case PRINT_TEXT:
        print_text(answer, options, out);
        break;
    case PRINT_JSON:
        print_json(answer, options, true, out);
        break;
    case PRINT_JSONL:
        print_json(answer, options, false, out);
        break;
    case PRINT_TSV:
        print_tsv(answer, out);
        break;
    case PRINT_MARKDOWN:
        print_markdown(answer, out);
        break;
    case PRINT_CSL_JSON:
        print_csl_json(answer, out);
        break;
    case PRINT_BIBTEX:
        print_bibtex(answer, out);
        break;
    case PRINT_TREC:
        print_trec(answer, out);
        break;
    }
    return out->failed ? error_no_memory(error) : STATUS_OK;
}
