/* What a run has to do: the files that are there, held against those in the index. */
#ifndef OSLER_INDEXER_PLAN_H
#define OSLER_INDEXER_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/input/input_file.h"
#include "indexer/input/walk.h"
#include "store/arena.h"
#include "store/error.h"
#include "store/index.h"

enum plan_action {
    PLAN_KEEP,   /* nothing about it has changed */
    PLAN_RENEW,  /* touched, but its bytes are the same */
    PLAN_READ,   /* new, or its bytes have changed */
    PLAN_REMOVE, /* in the index, and gone */
    PLAN_FAILED, /* cannot be read: the index keeps what it has */
};

struct plan_item {
    enum plan_action action;
    const char *name; /* the path as stored: relative to the index's folder if below it */
    const struct walk_file *file;       /* NULL for PLAN_REMOVE */
    int64_t known;                      /* id of its row in files; 0: new */
    bool has_problems;                  /* the known version has some */
    unsigned char sha256[SHA256_BYTES]; /* of the known version */
    struct file_state state;            /* PLAN_RENEW: as it is now */
    const char *failure;                /* PLAN_FAILED: why */
};

/* The file's path for messages: as it was found. */
static inline const char *plan_item_path(const struct plan_item *item) {
    return item->file ? item->file->path : item->name;
}

/* Sets `text` to what is said of a file or folder that cannot be read because of `why`; `is_known`:
 * the index has something of it. */
void plan_failure(const char *why, bool is_known, struct error *text);

/* Zero-initialised it is empty. */
struct plan {
    struct arena arena;      /* owns the names */
    struct plan_item *items; /* by rising absolute path */
    size_t n_items, capacity;
    size_t n_kept, n_renew, n_read, n_remove; /* items; what failed is kept */
};

/* Fills a zeroed plan. `index` is NULL for an index that is made anew. A known file counts as gone
 * if it is below one of `paths`, was not found, and is not below the path of a problem of `walk`,
 * whose files may still be there: then `hides_known` of that is set. `folder` is the real path of
 * the index's folder. A known file whose stat(2) differs is read, to see whether its bytes do. */
enum status plan_make(struct plan *plan, struct index *index, struct walk *walk,
                      const char *const *paths, size_t n_paths, const char *folder,
                      struct error *error);
void plan_free(struct plan *plan); /* frees and zeroes */

#endif
