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
    "      --offline         no network: sources come from the archive only\n"
    "      --archive DIR     where fetched sources are kept, as WARC (default: FILE.archive)\n"
    "      --max-age TIME    fetch sources again that are older: 90s 45m 12h 30d 4w (default: "
    "30d)\n"
    "      --host-delay TIME pause between two requests to one host (default: 1s)\n"
    "      --contact TEXT    an address for the User-Agent, for those who run the servers\n"
    "      --allow-private   let sources be fetched from private and loopback addresses\n"
    "      --rebuild         build from nothing beside the old index, then swap\n"
    "  -j, --jobs N          worker threads (default: the cores)\n"
    "      --dry-run         say what would change, change nothing\n"
    "      --check           verify the index; exit 0 if it is sound\n"
    "      --stats           say what is in the index\n"
    "      --links           the health of every cited link, and where it is cited\n"
    "      --extract [FILE]  print the text that would be indexed of one file (stdin: as HTML)\n"
    "      --json            the report of any mode as JSON on stdout\n"
    "      --progress WHEN   progress on stderr: auto (a terminal), always, never\n"
    "  -q, --quiet           no summary\n"
    "  -v, --verbose         name each changed file and each source that was not fetched\n"
    "  -h, --help            this text\n"
    "  -V, --version         the version\n"
    "\n"
    "Reads .md .markdown .html .htm .txt .jsonl .jsonl.gz .warc .warc.gz\n"
    "Exit: 0 all well, 1 published but some inputs or sources failed, 2 usage, 3 the index cannot\n"
    "be read or written, 4 another osler-index holds it.\n";

enum {
    OPTION_OFFLINE = 256,
    OPTION_ARCHIVE,
    OPTION_MAX_AGE,
    OPTION_HOST_DELAY,
    OPTION_CONTACT,
    OPTION_ALLOW_PRIVATE,
    OPTION_LINKS,
    OPTION_REBUILD,
    OPTION_DRY_RUN,
    OPTION_CHECK,
    OPTION_STATS,
    OPTION_EXTRACT,
    OPTION_JSON,
    OPTION_PROGRESS
};

static const struct option long_options[] = {
    {"index", required_argument, NULL, 'i'},
    {"offline", no_argument, NULL, OPTION_OFFLINE},
    {"archive", required_argument, NULL, OPTION_ARCHIVE},
    {"max-age", required_argument, NULL, OPTION_MAX_AGE},
    {"host-delay", required_argument, NULL, OPTION_HOST_DELAY},
    {"contact", required_argument, NULL, OPTION_CONTACT},
    {"allow-private", no_argument, NULL, OPTION_ALLOW_PRIVATE},
    {"links", no_argument, NULL, OPTION_LINKS},
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
        return error_set(error, STATUS_USAGE,
                         "--check, --stats, --links and --extract exclude each other");
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

/* A number and its unit: "500ms", "12h", "1.5d". */
static enum status set_duration(const char *option, const char *text, int64_t *milliseconds,
                                struct error *error) {
    static const struct {
        const char *unit;
        double milliseconds;
    } units[] = {{"ms", 1},     {"s", 1e3},         {"m", 60e3},
                 {"h", 3600e3}, {"d", 24 * 3600e3}, {"w", 7 * 24 * 3600e3}};
    char *end;
    double number = strtod(text, &end);
    /* strtod knows exponents and hexadecimal numbers too. */
    bool is_number = end > text && strspn(text, "0123456789.") == (size_t)(end - text) &&
                     text[0] != '.' && number < 1e9;
    for (size_t i = 0; i < sizeof units / sizeof *units && is_number; i++)
        if (strcmp(end, units[i].unit) == 0) {
            *milliseconds = (int64_t)(number * units[i].milliseconds);
            return STATUS_OK;
        }
    return error_set(error, STATUS_USAGE, "%s takes a time such as 90s, 12h or 30d, not \"%s\"",
                     option, text);
}

/* The options about sources. */
static enum status set_source_option(struct options *options, int option, struct error *error) {
    int64_t milliseconds = 0;
    enum status status = STATUS_OK;
    switch (option) {
    case OPTION_OFFLINE:
        options->fetch.offline = true;
        break;
    case OPTION_ARCHIVE:
        options->archive = optarg;
        break;
    case OPTION_MAX_AGE:
        status = set_duration("--max-age", optarg, &milliseconds, error);
        options->fetch.max_age_s = milliseconds / 1000;
        break;
    case OPTION_HOST_DELAY:
        status = set_duration("--host-delay", optarg, &options->fetch.host_delay_ms, error);
        break;
    case OPTION_CONTACT:
        options->fetch.contact = optarg;
        break;
    default:
        options->fetch.allow_private = true;
        break;
    }
    return status;
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
    case OPTION_OFFLINE:
    case OPTION_ARCHIVE:
    case OPTION_MAX_AGE:
    case OPTION_HOST_DELAY:
    case OPTION_CONTACT:
    case OPTION_ALLOW_PRIVATE:
        return set_source_option(options, option, error);
    case OPTION_LINKS:
        return set_mode(options, MODE_LINKS, error);
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
    bool asks_index =
        options->mode == MODE_CHECK || options->mode == MODE_STATS || options->mode == MODE_LINKS;
    if (asks_index && options->n_paths > 0)
        return error_set(error, STATUS_USAGE, "\"%s\": --check, --stats and --links take no PATH",
                         options->paths[0]);
    return STATUS_OK;
}

enum status options_read(int argc, char **argv, struct options *options, struct error *error) {
    const char *index_path = getenv("OSLER_INDEX");
    long n_cores = sysconf(_SC_NPROCESSORS_ONLN);
    *options = (struct options){
        .index_path = index_path && *index_path ? index_path : "osler.db",
        .fetch = {.max_age_s = SOURCE_MAX_AGE_S, .host_delay_ms = SOURCE_HOST_DELAY_MS},
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
