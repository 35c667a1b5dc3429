/* The input files below the paths that osler-index was given.
 *
 * Symbolic links are followed. Every file and every folder is taken once, however many paths and
 * links lead to it: under its real name if a path leads there without a link, else under the name
 * that took the fewest links, of those the first in byte order. Hidden files and folders (".name")
 * are skipped unless they were given by name. What cannot be read is a problem, and the walk goes
 * on; what stands below a problem's path may still exist, so a caller must not take it for gone. */
#ifndef OSLER_INDEXER_INPUT_WALK_H
#define OSLER_INDEXER_INPUT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/input/file_kind.h"
#include "store/arena.h"
#include "store/error.h"

struct walk_file {
    const char *path; /* absolute, as found: its folders and itself may be links */
    enum file_kind kind;
    uint64_t size;
    int64_t modified_ns, changed_ns; /* mtime and ctime since 1970 */
    uint64_t inode, device;
};

struct walk_problem {
    const char *path; /* absolute, or as given if it could not be made so */
    const char *text; /* what is wrong, without the path */
    bool hides_known; /* for the caller: the index has files there */
};

/* Zero-initialised it is empty and ready. */
struct walk {
    struct arena arena;      /* owns every string */
    struct walk_file *files; /* regular files, by rising path (bytewise) */
    size_t n_files, files_capacity;
    struct walk_problem *problems; /* by rising path */
    size_t n_problems, problems_capacity;
};

/* Fills a zeroed `walk`. No file is opened, so a FIFO blocks nothing. Errors: STATUS_NO_MEMORY. */
enum status walk_files(const char *const *paths, size_t n_paths, struct walk *walk,
                       struct error *error);
void walk_free(struct walk *walk); /* frees and zeroes; safe on a zeroed walk */

#endif
