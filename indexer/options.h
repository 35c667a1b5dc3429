/* The command line of osler-index. */
#ifndef OSLER_INDEXER_OPTIONS_H
#define OSLER_INDEXER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/report/progress.h"
#include "indexer/sources/source_fetch.h"
#include "store/error.h"

enum index_mode_option {
    MODE_UPDATE,
    MODE_CHECK,
    MODE_STATS,
    MODE_LINKS,
    MODE_EXTRACT,
    MODE_HELP,
    MODE_VERSION
};

struct options {
    enum index_mode_option mode;
    const char *index_path;
    const char *const *paths; /* what follows the options; points into argv */
    size_t n_paths;
    size_t n_jobs;
    const char *archive; /* folder, or NULL */
    struct source_fetch_options fetch;
    bool rebuild, dry_run, json, quiet, verbose;
    enum progress_when progress;
};

/* Reads argv. Errors: STATUS_USAGE. */
enum status options_read(int argc, char **argv, struct options *options, struct error *error);

/* The text of --help. */
extern const char options_help[];

#endif
