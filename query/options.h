/* The command line of osler-query. */
#ifndef OSLER_QUERY_OPTIONS_H
#define OSLER_QUERY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "query/print/print.h"
#include "query/search.h"
#include "store/buffer.h"
#include "store/error.h"

enum color_when { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
    const char *index_path;
    const char *batch;    /* a file, "-" for standard input; NULL: one query */
    struct buffer query;  /* the words of the command line, joined by spaces */
    struct search search; /* but for its query */
    struct print_options print;
    enum color_when color;
    bool use_pager;
    bool help, version;
};

/* Reads argv into a zeroed `options`. Errors: STATUS_USAGE, STATUS_NO_MEMORY; print.format is set
 * even then. */
enum status options_read(int argc, char **argv, struct options *options, struct error *error);
void options_free(struct options *options);

/* The text of --help. */
extern const char options_help[];

#endif
