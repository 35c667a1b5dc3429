/* See report.h. */
#include "indexer/report/report.h"

#include <stdlib.h>
#include <string.h>

#include "store/array.h"
#include "store/json.h"
#include "store/stored_path.h"
#include "store/visible.h"

enum { REPORT_FORMAT = 1 };

static const char *const change_names[] = {"new", "changed", "removed"};

void report_free(struct report *report) {
    arena_free(&report->arena);
    free(report->changes);
    free(report->problems);
    free(report->unfetched);
    *report = (struct report){0};
}

/* Makes room for one more in an array of the report; false (and `failed`) when memory is out. */
static bool make_room(struct report *report, void **items, size_t n_items, size_t *capacity,
                      size_t item_bytes) {
    void *bigger = array_grow(*items, n_items, capacity, item_bytes);
    if (bigger)
        *items = bigger;
    else
        report->failed = true;
    return bigger != NULL;
}

static const char *keep(struct report *report, const char *string) {
    const char *copy = arena_string(&report->arena, string);
    report->failed = report->failed || !copy;
    return copy ? copy : "";
}

void report_change(struct report *report, enum change_kind kind, const char *path) {
    size_t *count = kind == CHANGE_NEW       ? &report->n_new
                    : kind == CHANGE_CHANGED ? &report->n_changed
                                             : &report->n_removed;
    ++*count;
    if (make_room(report, (void **)&report->changes, report->n_changes, &report->changes_capacity,
                  sizeof *report->changes))
        report->changes[report->n_changes++] = (struct report_change){kind, keep(report, path)};
}

void report_problem(struct report *report, const char *path, size_t line, const char *text) {
    if (make_room(report, (void **)&report->problems, report->n_problems,
                  &report->problems_capacity, sizeof *report->problems))
        report->problems[report->n_problems++] =
            (struct report_problem){keep(report, path), line, keep(report, text)};
}

void report_unfetched(struct report *report, const char *url) {
    if (make_room(report, (void **)&report->unfetched, report->n_unfetched_urls,
                  &report->unfetched_capacity, sizeof *report->unfetched))
        report->unfetched[report->n_unfetched_urls++] = keep(report, url);
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct report_change *)a)->path, ((const struct report_change *)b)->path);
}

static int by_place(const void *a, const void *b) {
    const struct report_problem *left = a;
    const struct report_problem *right = b;
    int order = strcmp(left->path, right->path);
    if (order != 0)
        return order;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return strcmp(left->text, right->text);
}

void report_sort(struct report *report, size_t first) {
    if (report->n_changes > 0)
        qsort(report->changes, report->n_changes, sizeof *report->changes, by_path);
    if (report->n_problems > first)
        qsort(report->problems + first, report->n_problems - first, sizeof *report->problems,
              by_place);
}

static void append_count(struct buffer *out, int64_t n, const char *one, const char *many) {
    buffer_append_format(out, "%lld %s", (long long)n, n == 1 ? one : many);
}

/* On one line: a file's name may hold line ends and other control characters. */
static void append_visible(struct buffer *out, const char *text) {
    visible_append(out, text, strlen(text), false);
}

void report_problems(const struct report *report, struct buffer *out) {
    for (size_t i = 0; i < report->n_problems; i++) {
        const struct report_problem *problem = &report->problems[i];
        buffer_append_string(out, "osler-index: ");
        append_visible(out, path_to_show(problem->path));
        if (problem->line > 0)
            buffer_append_format(out, ":%zu", problem->line);
        buffer_append_string(out, ": ");
        append_visible(out, problem->text);
        buffer_append_char(out, '\n');
    }
}

static void append_named(struct buffer *out, const char *what, const char *name) {
    buffer_append_format(out, "%-8s ", what);
    append_visible(out, name);
    buffer_append_char(out, '\n');
}

void report_text(const struct report *report, bool verbose, struct buffer *out) {
    for (size_t i = 0; (verbose || report->is_dry_run) && i < report->n_changes; i++)
        append_named(out, change_names[report->changes[i].kind],
                     path_to_show(report->changes[i].path));
    for (size_t i = 0; verbose && i < report->n_unfetched_urls; i++)
        append_named(out, "unfetched", report->unfetched[i]);
    buffer_append_format(out, "%s: %s", report->index, report->is_dry_run ? "would be: " : "");
    append_count(out, (int64_t)report->n_files, "file", "files");
    buffer_append_format(out, " (%zu new, %zu changed, %zu removed, %zu unchanged)", report->n_new,
                         report->n_changed, report->n_removed, report->n_unchanged);
    if (!report->is_dry_run) {
        buffer_append_string(out, "; ");
        append_count(out, report->n_documents, "document", "documents");
        buffer_append_string(out, ", ");
        append_count(out, report->n_passages, "passage", "passages");
        buffer_append_string(out, ", ");
        append_count(out, report->n_citations, "citation", "citations");
        buffer_append_string(out, " of ");
        append_count(out, report->n_sources, "source", "sources");
        if (report->n_unfetched > 0)
            buffer_append_format(out, " (%lld not fetched)", (long long)report->n_unfetched);
        if (report->n_fetched + report->n_fetch_unchanged + report->n_fetch_failed > 0)
            buffer_append_format(out, "; asked for sources: %zu came, %zu unchanged, %zu failed",
                                 report->n_fetched, report->n_fetch_unchanged,
                                 report->n_fetch_failed);
    }
    if (report->is_dry_run && report->n_due > 0) {
        buffer_append_string(out, "; ");
        append_count(out, (int64_t)report->n_due, "known source", "known sources");
        buffer_append_string(out, " would be fetched");
    }
    buffer_append_format(out, "; %.2f s\n", report->seconds);
}

static void add_counts(const struct report *report, struct json *json) {
    const struct {
        const char *name;
        size_t value;
    } counts[] = {
        {"files", report->n_files},
        {"new", report->n_new},
        {"changed", report->n_changed},
        {"removed", report->n_removed},
        {"unchanged", report->n_unchanged},
        {"bytes_read", (size_t)report->n_bytes_read},
        {"documents", (size_t)report->n_documents},
        {"passages", (size_t)report->n_passages},
        {"citations", (size_t)report->n_citations},
        {"sources", (size_t)report->n_sources},
        {"fetch_due", report->n_due},
        {"fetched", report->n_fetched},
        {"fetch_unchanged", report->n_fetch_unchanged},
        {"fetch_failed", report->n_fetch_failed},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_size(json, counts[i].name, counts[i].value);
    json_decimal(json, "seconds", report->seconds, 3);
}

static void add_changes(const struct report *report, struct json *json) {
    json_begin_array(json, "changes");
    for (size_t i = 0; i < report->n_changes; i++) {
        json_begin_object(json, NULL);
        json_string(json, "change", change_names[report->changes[i].kind]);
        json_string(json, "path", report->changes[i].path);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_problems(const struct report *report, struct json *json) {
    json_begin_array(json, "problems");
    for (size_t i = 0; i < report->n_problems; i++) {
        json_begin_object(json, NULL);
        json_string(json, "path", report->problems[i].path);
        json_size_or_null(json, "line", report->problems[i].line);
        json_string(json, "text", report->problems[i].text);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_unfetched(const struct report *report, struct json *json) {
    json_begin_array(json, "unfetched");
    for (size_t i = 0; i < report->n_unfetched_urls; i++)
        json_string(json, NULL, report->unfetched[i]);
    json_end_array(json);
}

enum status report_json(const struct report *report, struct buffer *out, struct error *error) {
    struct json json = {.out = out, .is_indented = true};
    json_begin_object(&json, NULL);
    json_size(&json, "format", REPORT_FORMAT);
    json_string(&json, "index", report->index);
    json_bool(&json, "dry_run", report->is_dry_run);
    add_counts(report, &json);
    add_changes(report, &json);
    add_problems(report, &json);
    add_unfetched(report, &json);
    json_end_object(&json);
    buffer_append_char(out, '\n');
    return out->failed ? error_no_memory(error) : STATUS_OK;
}
