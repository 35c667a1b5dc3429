/* What a run did and met, to be printed as text or JSON. */
#ifndef OSLER_INDEXER_REPORT_REPORT_H
#define OSLER_INDEXER_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/arena.h"
#include "store/buffer.h"
#include "store/error.h"

enum change_kind { CHANGE_NEW, CHANGE_CHANGED, CHANGE_REMOVED };

struct report_change {
    enum change_kind kind;
    const char *path;
};

struct report_problem {
    const char *path;
    size_t line; /* from 1; 0: the whole file */
    const char *text;
};

/* Zero-initialised it is empty. */
struct report {
    struct arena arena; /* owns the strings */
    const char *index;  /* borrowed */
    bool is_dry_run;
    size_t n_files, n_new, n_changed, n_removed, n_unchanged; /* files */
    int64_t n_documents, n_passages, n_citations, n_sources;  /* in the index after the run */
    uint64_t n_bytes_read;
    double seconds;
    struct report_change *changes;
    size_t n_changes, changes_capacity;
    struct report_problem *problems;
    size_t n_problems, problems_capacity;
    size_t n_due; /* sources in the index before the run that are to be asked for */
    size_t n_fetched, n_fetch_unchanged, n_fetch_failed; /* sources that were asked for */
    int64_t n_unfetched;    /* sources that are cited and not in the index */
    const char **unfetched; /* their URLs, if they were asked for */
    size_t n_unfetched_urls, unfetched_capacity;
    bool failed; /* memory ran out */
};

void report_free(struct report *report); /* frees and zeroes */

void report_change(struct report *report, enum change_kind kind, const char *path);
void report_problem(struct report *report, const char *path, size_t line, const char *text);
void report_unfetched(struct report *report, const char *url);

/* Puts the changes, and the problems from the `first` on, into the order of their paths; work that
 * is done side by side ends in any. */
void report_sort(struct report *report, size_t first);

/* A line for people for each problem: "osler-index: FILE:LINE: what". */
void report_problems(const struct report *report, struct buffer *out);

/* The summary for people: counts on one line; with `verbose` each change and unfetched source too.
 */
void report_text(const struct report *report, bool verbose, struct buffer *out);

/* The same as a JSON object and a newline. Errors: STATUS_NO_MEMORY. */
enum status report_json(const struct report *report, struct buffer *out, struct error *error);

#endif
