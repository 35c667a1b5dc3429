/* A temporary folder that is the working directory, the files of a small collection in it, and the
 * index of them. */
#ifndef OSLER_TESTS_UNIT_TEMPORARY_INDEX_H
#define OSLER_TESTS_UNIT_TEMPORARY_INDEX_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/report/report.h"
#include "indexer/update.h"

struct temporary_folder {
    char path[40];
};

/* cmocka's setup and teardown: `*state` is the folder. */
static inline int enter_temporary_folder(void **state) {
    struct temporary_folder *folder = calloc(1, sizeof *folder);
    *state = folder;
    if (!folder)
        return -1;
    snprintf(folder->path, sizeof folder->path, "/tmp/osler-unit.XXXXXX");
    return mkdtemp(folder->path) && chdir(folder->path) == 0 ? 0 : -1;
}

static inline int leave_temporary_folder(void **state) {
    struct temporary_folder *folder = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder->path);
    free(folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static inline void write_bytes(const char *name, const void *bytes, size_t n_bytes) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n_bytes, file), n_bytes);
    assert_int_equal(fclose(file), 0);
}

static inline void write_file(const char *name, const char *text) {
    write_bytes(name, text, strlen(text));
}

/* Brings the index at `index_path` up to date with everything below `path`. */
static inline void update_index(const char *index_path, const char *path) {
    struct progress progress = {0};
    const struct update update = {.index_path = index_path,
                                  .paths = &path,
                                  .n_paths = 1,
                                  .n_jobs = 2,
                                  .fetch = {.offline = true},
                                  .progress = &progress,
                                  .progress_when = PROGRESS_NEVER};
    struct report report = {0};
    struct error error = {0};
    if (update_run(&update, &report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    report_free(&report);
}

#endif
