/* See options.h. */
#include "query/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query/edits.h"

/* More hits than this are no answer but a dump, and each costs memory. */
enum { MAX_LIMIT = 100000, MIN_WIDTH = 20, MAX_WIDTH = 1000 };

const char options_help[] =
    "usage: osler-query [OPTIONS] QUERY...\n"
    "Finds passages of articles and of the sources they cite, the best first, with citations.\n"
    "\n"
    "  -i, --index FILE     the index (default: $OSLER_INDEX, else osler.db)\n"
    "  -n, --limit N        show N hits (default 10)\n"
    "      --offset N       pass over the first N\n"
    "  -f, --format F       text (default), json, jsonl, tsv, markdown, csl-json, bibtex, trec\n"
    "      --unit UNIT      passage (default): every one; document: the best of each document\n"
    "      --batch FILE     one query a line, - for stdin; id<TAB>query gives it an id\n"
    "  -c, --count          only how many match\n"
    "      --explain        why each hit scored what it did\n"
    "      --color WHEN     auto (a terminal), always, never\n"
    "      --no-pager       do not show a long answer through $PAGER\n"
    "      --width N        columns of text (default: the terminal's, else 80)\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "Query: words rank by relevance, any may match. \"exact phrase\"  +must  -not  AND OR NOT ( )\n"
    "prefix*  a NEAR/5 b  title: heading: author: site: kind:article|source lang: before:2025-08\n"
    "after:2025 cites:URL-or-host cited-by:DOCUMENT\n"
    "Exit: 0 hits, 1 none, 2 usage, 3 the index cannot be read.\n";

enum {
    OPTION_OFFSET = 256,
    OPTION_UNIT,
    OPTION_BATCH,
    OPTION_EXPLAIN,
    OPTION_COLOR,
    OPTION_NO_PAGER,
    OPTION_WIDTH,
};

static const struct option long_options[] = {
    {"index", required_argument, NULL, 'i'},
    {"limit", required_argument, NULL, 'n'},
    {"offset", required_argument, NULL, OPTION_OFFSET},
    {"format", required_argument, NULL, 'f'},
    {"unit", required_argument, NULL, OPTION_UNIT},
    {"batch", required_argument, NULL, OPTION_BATCH},
    {"count", no_argument, NULL, 'c'},
    {"explain", no_argument, NULL, OPTION_EXPLAIN},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"no-pager", no_argument, NULL, OPTION_NO_PAGER},
    {"width", required_argument, NULL, OPTION_WIDTH},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static enum status set_number(const char *option, const char *text, size_t least, size_t most,
                              size_t *number, struct error *error) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || text[0] == '-' || value < least || value > most)
        return error_set(error, STATUS_USAGE, "%s takes a number from %zu to %zu, not \"%s\"",
                         option, least, most, text);
    *number = (size_t)value;
    return STATUS_OK;
}

/* The place of `text` among `names`, which end with NULL. */
static enum status set_choice(const char *option, const char *text, const char *const *names,
                              int *choice, struct error *error) {
    struct buffer all = {0};
    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0) {
            *choice = i;
            buffer_free(&all);
            return STATUS_OK;
        }
        buffer_append_format(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    enum status status = error_set(error, STATUS_USAGE, "%s takes one of %s, not \"%s\"", option,
                                   buffer_string(&all), text);
    buffer_free(&all);
    return status;
}

static enum status set_format(struct options *options, struct error *error) {
    int choice = PRINT_TEXT;
    enum status status = set_choice("--format", optarg, print_format_names, &choice, error);
    if (status == STATUS_OK)
        options->print.format = (enum print_format)choice;
    return status;
}

static enum status set_unit(struct options *options, struct error *error) {
    static const char *const names[] = {"passage", "document", NULL};
    int choice = 0;
    enum status status = set_choice("--unit", optarg, names, &choice, error);
    options->search.by_document = choice == 1;
    return status;
}

static enum status set_color(struct options *options, struct error *error) {
    static const char *const names[] = {"auto", "always", "never", NULL};
    int choice = COLOR_AUTO;
    enum status status = set_choice("--color", optarg, names, &choice, error);
    options->color = (enum color_when)choice;
    return status;
}

/* The long option that is most like `typed`, which begins with "--"; NULL if none is like it. */
static const char *option_like(const char *typed) {
    const size_t n_bytes = strcspn(typed + 2, "=");
    const char *best = NULL;
    size_t best_edits = EDITS_MOST + 1;
    for (size_t i = 0; long_options[i].name && n_bytes <= EDITS_MAX_BYTES; i++) {
        const char *name = long_options[i].name;
        const size_t edits = edits_count(typed + 2, n_bytes, name, strlen(name), false);
        if (edits < best_edits) {
            best = name;
            best_edits = edits;
        }
    }
    return best;
}

/* `last` is the argument that was begun last: in "-xyz" not yet the one with the unknown letter. */
static enum status unknown_option(const char *last, struct error *error) {
    const char letter[] = {'-', (char)optopt, '\0'};
    bool is_long = optopt == 0 || (strncmp(last, "--", 2) == 0 && strchr(last, '='));
    const char *like = is_long && strlen(last) > 2 ? option_like(last) : NULL;
    if (like)
        return error_set(error, STATUS_USAGE, "unknown option \"%.*s\": did you mean --%s?",
                         (int)strcspn(last, "="), last, like);
    return error_set(error, STATUS_USAGE,
                     "unknown option \"%s\" (a query that begins with - goes after --)",
                     is_long ? last : letter);
}

static enum status set_option(struct options *options, int option, char **argv,
                              struct error *error) {
    switch (option) {
    case 'i':
        options->index_path = optarg;
        return STATUS_OK;
    case 'n':
        return set_number("--limit", optarg, 0, MAX_LIMIT, &options->search.limit, error);
    case OPTION_OFFSET:
        return set_number("--offset", optarg, 0, SIZE_MAX / 2, &options->search.offset, error);
    case 'f':
        return set_format(options, error);
    case OPTION_UNIT:
        return set_unit(options, error);
    case OPTION_BATCH:
        options->batch = optarg;
        return STATUS_OK;
    case 'c':
        options->search.count_only = true;
        return STATUS_OK;
    case OPTION_EXPLAIN:
        options->search.explain = options->print.explain = true;
        return STATUS_OK;
    case OPTION_COLOR:
        return set_color(options, error);
    case OPTION_NO_PAGER:
        options->use_pager = false;
        return STATUS_OK;
    case OPTION_WIDTH:
        return set_number("--width", optarg, MIN_WIDTH, MAX_WIDTH, &options->print.width, error);
    case 'h':
        options->help = true;
        return STATUS_OK;
    case 'V':
        options->version = true;
        return STATUS_OK;
    case ':':
        return error_set(error, STATUS_USAGE, "option \"%s\" needs a value", argv[optind - 1]);
    default:
        return unknown_option(argv[optind - 1], error);
    }
}

/* Finds --format before all else, so that an error in any option is told in the format asked for.
 */
static void find_format(int argc, char **argv, struct options *options) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *name = NULL;
        if (strncmp(argv[i], "--format=", 9) == 0)
            name = argv[i] + 9;
        else if (strcmp(argv[i], "--format") == 0 || strcmp(argv[i], "-f") == 0)
            name = i + 1 < argc ? argv[i + 1] : NULL;
        else if (strncmp(argv[i], "-f", 2) == 0)
            name = argv[i] + 2;
        if (name)
            print_format_from_name(name, &options->print.format);
    }
}

enum status options_read(int argc, char **argv, struct options *options, struct error *error) {
    enum { DEFAULT_LIMIT = 10 };
    const char *index_path = getenv("OSLER_INDEX");
    options->index_path = index_path && *index_path ? index_path : "osler.db";
    options->search.limit = DEFAULT_LIMIT;
    options->use_pager = true;
    find_format(argc, argv, options);
    enum status status = STATUS_OK;
    int option;
    opterr = 0;
    while (status == STATUS_OK &&
           (option = getopt_long(argc, argv, ":i:n:f:chV", long_options, NULL)) != -1)
        status = set_option(options, option, argv, error);
    for (int i = optind; i < argc; i++) {
        if (i > optind)
            buffer_append_char(&options->query, ' ');
        buffer_append_string(&options->query, argv[i]);
    }
    options->search.ids_only = options->print.format == PRINT_TREC;
    options->search.no_total = options->search.limit > 0 && options->print.format != PRINT_JSON &&
                               options->print.format != PRINT_JSONL;
    if (options->query.failed)
        return error_no_memory(error);
    if (status != STATUS_OK || options->help || options->version)
        return status;
    if (!options->batch && optind == argc)
        return error_set(error, STATUS_USAGE,
                         "no QUERY given; one that begins with - goes behind --");
    if (options->batch && optind < argc)
        return error_set(error, STATUS_USAGE, "\"%s\": --batch takes its queries from its file",
                         argv[optind]);
    return STATUS_OK;
}

void options_free(struct options *options) {
    buffer_free(&options->query);
}
