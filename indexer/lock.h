/* One osler-index at a time for each index: a lock file beside it, FILE.lock, held by flock(2), so
 * that it is let go however the process ends. */
#ifndef OSLER_INDEXER_LOCK_H
#define OSLER_INDEXER_LOCK_H

#include "store/error.h"

struct lock {
    int descriptor;
    char *path; /* owned; NULL: not held */
};

/* Takes the lock of the index at `index_path`. Errors: STATUS_BUSY (another holds it),
 * STATUS_INDEX. */
enum status lock_take(struct lock *lock, const char *index_path, struct error *error);
void lock_release(struct lock *lock); /* safe on a zeroed lock */

#endif
