/* osler-index: wires the command line to the work, prints, and gives the exit code. */
#include <curl/curl.h>
#include <libxml/parser.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "indexer/extract.h"
#include "indexer/options.h"
#include "indexer/report/check.h"
#include "indexer/report/links.h"
#include "indexer/report/statistics.h"
#include "indexer/update.h"
#include "store/visible.h"

#define VERSION "osler-index 0.1.0\n"

enum exit_code { EXIT_WELL, EXIT_INPUTS_FAILED, EXIT_USAGE, EXIT_INDEX, EXIT_HELD };

static enum exit_code exit_code_of(enum status status) {
    switch (status) {
    case STATUS_OK:
        return EXIT_WELL;
    case STATUS_INPUT:
        return EXIT_INPUTS_FAILED;
    case STATUS_USAGE:
        return EXIT_USAGE;
    case STATUS_BUSY:
        return EXIT_HELD;
    case STATUS_INDEX:
    case STATUS_NO_MEMORY:
        break;
    }
    return EXIT_INDEX;
}

/* Set by the first ^C or SIGTERM: fetching ends, and what came is published. The second one kills.
 */
static volatile sig_atomic_t stop;

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Writes to `stream` what articles and names of files are part of: into a pipe as it is, on a
 * terminal without what that would act on. */
static void print(FILE *stream, const struct buffer *out) {
    struct buffer visible = {0};
    bool is_terminal = isatty(fileno(stream));
    if (is_terminal)
        visible_append(&visible, buffer_string(out), out->size, true);
    const struct buffer *shown = is_terminal ? &visible : out;
    fwrite(buffer_string(shown), 1, shown->size, stream);
    buffer_free(&visible);
}

static void print_problems(const struct report *report) {
    struct buffer out = {0};
    report_problems(report, &out);
    print(stderr, &out);
    buffer_free(&out);
}

static void print_failure(const struct error *error) {
    struct buffer out = {0};
    buffer_append_format(&out, "osler-index: %s\n%s", error->text,
                         error->status == STATUS_USAGE ? "Try osler-index --help.\n" : "");
    print(stderr, &out);
    buffer_free(&out);
}

static enum status update(const struct options *options, struct report *report, struct buffer *out,
                          struct error *error) {
    struct progress progress = {0};
    const struct update work = {.index_path = options->index_path,
                                .paths = options->paths,
                                .n_paths = options->n_paths,
                                .n_jobs = options->n_jobs,
                                .archive = options->archive,
                                .fetch = options->fetch,
                                .rebuild = options->rebuild,
                                .dry_run = options->dry_run,
                                .progress = &progress,
                                .progress_stream = stderr,
                                .progress_when =
                                    options->quiet ? PROGRESS_NEVER : options->progress};
    enum status status = update_run(&work, report, error);
    if (status == STATUS_OK && !options->dry_run && (options->json || !options->quiet))
        status =
            update_count(options->index_path, options->verbose || options->json, report, error);
    if (status == STATUS_OK && options->json)
        status = report_json(report, out, error);
    else if (status == STATUS_OK && !options->quiet)
        report_text(report, options->verbose, out);
    return status;
}

static enum status check(const struct options *options, struct report *report, struct buffer *out,
                         struct error *error) {
    enum status status = check_index(options->index_path, report, error);
    report->index = options->index_path;
    if (status == STATUS_OK && options->json)
        status = report_json(report, out, error);
    else if (status == STATUS_OK && report->n_problems == 0 && !options->quiet)
        buffer_append_format(out, "%s: sound\n", options->index_path);
    return status;
}

static enum status run(const struct options *options, struct report *report, struct buffer *out,
                       struct error *error) {
    switch (options->mode) {
    case MODE_UPDATE:
        return update(options, report, out, error);
    case MODE_CHECK:
        return check(options, report, out, error);
    case MODE_LINKS:
        return links_print(options->index_path, options->json, out, error);
    case MODE_STATS:
        return statistics_print(options->index_path, options->json, out, error);
    case MODE_EXTRACT:
        return extract_print(options->n_paths > 0 ? options->paths[0] : NULL, options->json, report,
                             out, error);
    case MODE_HELP:
        buffer_append_string(out, options_help);
        return STATUS_OK;
    case MODE_VERSION:
        buffer_append_string(out, VERSION);
        return STATUS_OK;
    }
    return STATUS_OK;
}

int main(int argc, char **argv) {
    struct options options;
    struct report report = {0};
    struct buffer out = {0};
    struct error error = {0};
    /* Before there are threads; counting memory would cost each malloc a lock. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    enum status status = options_read(argc, argv, &options, &error);
    options.fetch.stop = &stop;
    bool fetches = options.mode == MODE_UPDATE && !options.fetch.offline && !options.dry_run;
    if (status == STATUS_OK && fetches && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        status = error_no_memory(&error);
    if (status == STATUS_OK && options.mode == MODE_UPDATE)
        catch_signals();
    if (status == STATUS_OK)
        status = run(&options, &report, &out, &error);
    print_problems(&report);
    if (status == STATUS_OK)
        print(stdout, &out);
    else
        print_failure(&error);
    if (fflush(stdout) != 0 && status == STATUS_OK) {
        perror("osler-index: stdout");
        status = STATUS_INDEX;
    }
    if (status == STATUS_OK && report.n_problems > 0)
        status = options.mode == MODE_CHECK ? STATUS_INDEX : STATUS_INPUT;
    buffer_free(&out);
    report_free(&report);
    xmlCleanupParser();
    return (int)exit_code_of(status);
}
