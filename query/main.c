/* osler-query: wires the command line to the search, prints, and gives the exit code. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "query/memory.h"
#include "query/options.h"
#include "query/print/print.h"
#include "query/print/print_formats.h"
#include "query/search.h"

#define VERSION "osler-query 0.1.0\n"

enum exit_code { EXIT_HITS, EXIT_NO_HITS, EXIT_USAGE, EXIT_INDEX };

enum { DEFAULT_WIDTH = 80 };

/* What the whole run has come to. */
struct run {
    const struct options *options;
    struct searcher *searcher;
    struct printing *printing;
    bool found;   /* hits, for any query */
    bool matches; /* passages that match, be they before or after the hits asked for */
};

/* True if the pager has shown `out`; false if there is no pager, or none is wanted. */
static bool show_in_pager(const struct options *options, const struct buffer *out) {
    bool wanted = options->use_pager && !options->batch && !options->search.count_only &&
                  options->print.format == PRINT_TEXT && isatty(STDOUT_FILENO);
    const char *pager = getenv("PAGER");
    if (!wanted || out->size == 0 || (pager && !*pager))
        return false;
    /* less: leave at once if it fits on the screen, keep colours, leave the text there. */
    setenv("LESS", "FRX", 0);
    FILE *pipe = popen(pager ? pager : "less", "w");
    if (!pipe)
        return false;
    /* A reader who leaves early has seen enough. */
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    fwrite(buffer_string(out), 1, out->size, pipe);
    int status = pclose(pipe);
    signal(SIGPIPE, before);
    enum { NOT_FOUND = 127 }; /* what the shell says */
    return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

static enum status print_out(const struct options *options, const struct buffer *out,
                             struct error *error) {
    if (show_in_pager(options, out) ||
        fwrite(buffer_string(out), 1, out->size, stdout) == out->size)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT, "stdout: %s", strerror(errno));
}

static enum status flush_output(struct error *error) {
    return fflush(stdout) == 0 ? STATUS_OK
                               : error_set(error, STATUS_INPUT, "stdout: %s", strerror(errno));
}

/* One line, which names the query of a batch. */
static void print_notice(const struct answer *answer, const char *prefix, const char *text) {
    struct buffer line = {0};
    print_clean_string(&line, answer->query_id);
    buffer_append_string(&line, answer->query_id ? ": " : "");
    buffer_append_string(&line, prefix);
    print_clean_string(&line, text);
    fprintf(stderr, "osler-query: %s\n", buffer_string(&line));
    buffer_free(&line);
}

static enum status run_query(struct run *run, const char *id, const char *query,
                             struct error *error) {
    struct answer answer = {0};
    struct buffer out = {0};
    struct search search = run->options->search;
    search.query = query;
    enum status status = searcher_run(run->searcher, &search, &answer, error);
    answer.query_id = id;
    for (size_t i = 0; i < answer.n_notices; i++)
        print_notice(&answer, "", answer.notices[i]);
    bool is_json =
        run->options->print.format == PRINT_JSON || run->options->print.format == PRINT_JSONL;
    if (status == STATUS_OK && answer.suggestion && !is_json) /* which has a field for it */
        print_notice(&answer, "did you mean: ", answer.suggestion);
    run->matches = run->matches || answer.total > 0;
    run->found = run->found || (search.count_only ? answer.total > 0 : answer.n_hits > 0);
    if (status == STATUS_OK && search.count_only)
        buffer_append_format(&out, "%s%s%zu\n", id ? id : "", id ? "\t" : "", answer.total);
    else if (status == STATUS_OK)
        status = print_answer(run->printing, &answer, &out, error);
    if (status == STATUS_OK)
        status = print_out(run->options, &out, error);
    buffer_free(&out);
    answer_free(&answer);
    return status;
}

/* Runs each line of the batch: "query" or "id<TAB>query"; a query without an id is named by its
 * line. */
static enum status run_batch(struct run *run, FILE *file, struct error *error) {
    char *line = NULL;
    size_t capacity = 0;
    enum status status = STATUS_OK;
    ssize_t length;
    for (size_t number = 1; status == STATUS_OK && (length = getline(&line, &capacity, file)) >= 0;
         number++) {
        line[strcspn(line, "\r\n")] = '\0';
        char *tab = strchr(line, '\t');
        char own_id[24];
        snprintf(own_id, sizeof own_id, "%zu", number);
        if (tab)
            *tab = '\0';
        if (tab || *line)
            status = run_query(run, tab ? line : own_id, tab ? tab + 1 : line, error);
        /* Whoever asks may wait for the answer before asking on. */
        if (status == STATUS_OK && run->options->print.format == PRINT_JSONL)
            status = flush_output(error);
    }
    if (status == STATUS_OK && ferror(file))
        status = error_set(error, STATUS_USAGE, "%s: %s", run->options->batch, strerror(errno));
    free(line);
    return status;
}

static enum status run_all(struct run *run, struct error *error) {
    const char *batch = run->options->batch;
    if (!batch)
        return run_query(run, NULL, buffer_string(&run->options->query), error);
    FILE *file = strcmp(batch, "-") == 0 ? stdin : fopen(batch, "re");
    if (!file)
        return error_set(error, STATUS_USAGE, "%s: %s", batch, strerror(errno));
    enum status status = run_batch(run, file, error);
    if (file != stdin)
        fclose(file);
    return status;
}

/* Fits the output to where it goes. */
static void fit_terminal(struct options *options) {
    struct winsize size;
    bool terminal = isatty(STDOUT_FILENO);
    if (options->print.width == 0) {
        bool known = terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        options->print.width = known ? size.ws_col : DEFAULT_WIDTH;
    }
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    bool is_dumb = !term || strcmp(term, "dumb") == 0;
    options->print.color =
        options->color == COLOR_ALWAYS ||
        (options->color == COLOR_AUTO && terminal && !is_dumb && !(no_color && *no_color));
}

static void print_failure(struct printing *printing, const struct error *failure) {
    struct buffer out = {0};
    print_clean_string(&out, failure->text); /* it may quote the command line */
    fprintf(stderr, "osler-query: %s\n%s", buffer_string(&out),
            failure->status == STATUS_USAGE ? "Try osler-query --help.\n" : "");
    buffer_clear(&out);
    if (print_end(printing, failure, &out, NULL) == STATUS_OK)
        fwrite(buffer_string(&out), 1, out.size, stdout);
    buffer_free(&out);
}

/* Writes what closes the output. */
static enum status end_output(struct run *run, struct error *error) {
    struct buffer out = {0};
    enum status status = STATUS_OK;
    if (!run->options->search.count_only)
        status = print_end(run->printing, NULL, &out, error);
    if (status == STATUS_OK)
        status = print_out(run->options, &out, error);
    buffer_free(&out);
    return status;
}

static enum exit_code exit_code_of(enum status status, bool found) {
    if (status == STATUS_OK)
        return found ? EXIT_HITS : EXIT_NO_HITS;
    return status == STATUS_USAGE ? EXIT_USAGE : EXIT_INDEX;
}

static enum status run_program(struct options *options, struct printing *printing, bool *found,
                               struct error *error) {
    /* Never closed: nothing is written, and the end of the process frees everything at once, which
     * spares a fiftieth of a query. */
    static struct searcher *searcher;
    fit_terminal(options);
    printing->is_batch = options->batch != NULL;
    enum status status = searcher_open(options->index_path, &searcher, error);
    struct run run = {.options = options, .searcher = searcher, .printing = printing};
    if (status == STATUS_OK)
        status = run_all(&run, error);
    if (status == STATUS_OK)
        status = end_output(&run, error);
    if (status == STATUS_OK)
        status = flush_output(error);
    if (status == STATUS_OK && !run.found && !options->search.count_only)
        fprintf(stderr, "osler-query: %s\n",
                run.matches ? "no hits in that range" : "nothing found");
    *found = run.found;
    return status;
}

int main(int argc, char **argv) {
    struct options options = {0};
    struct error error = {0};
    struct printing printing = {.options = &options.print};
    bool found = false;
    memory_prepare();
    enum status status = options_read(argc, argv, &options, &error);
    if (status == STATUS_OK && (options.help || options.version)) {
        fputs(options.help ? options_help : VERSION, stdout);
        status = flush_output(&error);
        found = true;
    } else if (status == STATUS_OK) {
        status = run_program(&options, &printing, &found, &error);
    }
    if (status != STATUS_OK)
        print_failure(&printing, &error);
    printing_free(&printing);
    options_free(&options);
    return (int)exit_code_of(status, found);
}
