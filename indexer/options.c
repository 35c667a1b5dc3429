/* See options.h. */
#include "indexer/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More threads than this only wait for the one that writes. */
enum { MAX_JOBS = 64 };

const char options_help[] =
    "usage: osler-index [OPTIONS] PATH...\n"
    "Brings a search index up to date with the articles under PATH and the sources they cite.\n"
    "\n"
    "  -i, --index FILE      the index (default: $OSLER_INDEX, else osler.db)\n"
    "      --rebuild         build from nothing beside the old index, then swap\n"
    "  -j, --jobs N          worker threads (default: the cores)\n"
    "      --dry-run         say what would change, change nothing\n"
    "      --check           verify the index; exit 0 if it is sound\n"
    "      --stats           say what is in the index\n"
    "      --extract [FILE]  print the text that would be indexed of one file (stdin: as HTML)\n"
    "      --json            the report of any mode as JSON on stdout\n"
    "      --progress WHEN   progress on stderr: auto (a terminal), always, never\n"
    "  -q, --quiet           no summary\n"
    "  -v, --verbose         name each changed file and each source that was not fetched\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n"
    "\n"
    "Reads .md .markdown .html .htm .txt .jsonl .jsonl.gz\n"
    "Exit: 0 all well, 1 published but some inputs failed, 2 usage, 3 the index cannot be read or\n"
    "written, 4 another osler-index holds it.\n";

enum {
    OPTION_REBUILD = 256,
    OPTION_DRY_RUN,
    OPTION_CHECK,
    OPTION_STATS,
    OPTION_EXTRACT,
    OPTION_JSON,
    OPTION_PROGRESS
};

static const struct option long_options[] = {
    {"index", required_argument, NULL, 'i'},
    {"rebuild", no_argument, NULL, OPTION_REBUILD},
    {"jobs", required_argument, NULL, 'j'},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"stats", no_argument, NULL, OPTION_STATS},
    {"extract", no_argument, NULL, OPTION_EXTRACT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"progress", required_argument, NULL, OPTION_PROGRESS},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static enum status set_mode(struct options *options, enum index_mode_option mode,
                            struct error *error) {
    if (options->mode != MODE_UPDATE && options->mode != mode && mode != MODE_HELP)
        return error_set(error, STATUS_USAGE, "--check, --stats and --extract exclude each other");
    options->mode = mode;
    return STATUS_OK;
}

static enum status set_jobs(struct options *options, const char *text, struct error *error) {
    char *end;
    errno = 0;
    long n_jobs = strtol(text, &end, 10);
    if (errno || end == text || *end || n_jobs < 1)
        return error_set(error, STATUS_USAGE, "--jobs takes a number from 1, not \"%s\"", text);
    options->n_jobs = n_jobs < MAX_JOBS ? (size_t)n_jobs : MAX_JOBS;
    return STATUS_OK;
}

/* `last` is the argument that was begun last: in "-xyz" not yet the one with the unknown letter. */
static enum status unknown_option(const char *last, struct error *error) {
    const char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = optopt == 0 || (strncmp(last, "--", 2) == 0 && strchr(last, '='));
    return error_set(error, STATUS_USAGE, "unknown option \"%s\"", is_long ? last : letter);
}

static enum status set_option(struct options *options, int option, char **argv,
                              struct error *error) {
    switch (option) {
    case 'i':
        options->index_path = optarg;
        return STATUS_OK;
    case 'j':
        return set_jobs(options, optarg, error);
    case 'q':
        options->quiet = true;
        return STATUS_OK;
    case 'v':
        options->verbose = true;
        return STATUS_OK;
    case 'h':
        return set_mode(options, MODE_HELP, error);
    case 'V':
        return set_mode(options, MODE_VERSION, error);
    case OPTION_REBUILD:
        options->rebuild = true;
        return STATUS_OK;
    case OPTION_DRY_RUN:
        options->dry_run = true;
        return STATUS_OK;
    case OPTION_JSON:
        options->json = true;
        return STATUS_OK;
    case OPTION_CHECK:
        return set_mode(options, MODE_CHECK, error);
    case OPTION_STATS:
        return set_mode(options, MODE_STATS, error);
    case OPTION_EXTRACT:
        return set_mode(options, MODE_EXTRACT, error);
    case OPTION_PROGRESS:
        if (progress_when_from_name(optarg, &options->progress))
            return STATUS_OK;
        return error_set(error, STATUS_USAGE, "--progress takes auto, always or never, not \"%s\"",
                         optarg);
    case ':':
        return error_set(error, STATUS_USAGE, "option \"%s\" needs a value", argv[optind - 1]);
    default:
        return unknown_option(argv[optind - 1], error);
    }
}

static enum status check_paths(const struct options *options, struct error *error) {
    if (options->mode == MODE_UPDATE && options->n_paths == 0)
        return error_set(error, STATUS_USAGE, "no PATH given");
    if (options->mode == MODE_EXTRACT && options->n_paths > 1)
        return error_set(error, STATUS_USAGE, "--extract takes one file");
    if ((options->mode == MODE_CHECK || options->mode == MODE_STATS) && options->n_paths > 0)
        return error_set(error, STATUS_USAGE, "\"%s\": --check and --stats take no PATH",
                         options->paths[0]);
    return STATUS_OK;
}

enum status options_read(int argc, char **argv, struct options *options, struct error *error) {
    const char *index_path = getenv("OSLER_INDEX");
    long n_cores = sysconf(_SC_NPROCESSORS_ONLN);
    *options = (struct options){
        .index_path = index_path && *index_path ? index_path : "osler.db",
        .n_jobs = n_cores < 1          ? 1
                  : n_cores < MAX_JOBS ? (size_t)n_cores
                                       : MAX_JOBS,
    };
    enum status status = STATUS_OK;
    int option;
    opterr = 0;
    while (status == STATUS_OK &&
           (option = getopt_long(argc, argv, ":i:j:qvhV", long_options, NULL)) != -1)
        status = set_option(options, option, argv, error);
    options->paths = (const char *const *)argv + optind;
    options->n_paths = (size_t)(argc - optind);
    return status == STATUS_OK ? check_paths(options, error) : status;
}
