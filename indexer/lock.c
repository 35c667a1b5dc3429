/* See lock.h. */
#include "indexer/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* True if `path` still names the open file: its last holder may have removed it meanwhile. */
static bool is_current(int descriptor, const char *path) {
    struct stat open_file;
    struct stat named;
    return fstat(descriptor, &open_file) == 0 && stat(path, &named) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

enum status lock_take(struct lock *lock, const char *index_path, struct error *error) {
    *lock = (struct lock){.descriptor = -1};
    if (asprintf(&lock->path, "%s.lock", index_path) < 0) {
        lock->path = NULL;
        return error_no_memory(error);
    }
    enum status status = STATUS_OK;
    do {
        if (lock->descriptor >= 0)
            close(lock->descriptor);
        lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (lock->descriptor < 0)
            status = error_set(error, STATUS_INDEX, "%s: %s", lock->path, strerror(errno));
        else if (flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0)
            status = errno == EWOULDBLOCK
                         ? error_set(error, STATUS_BUSY,
                                     "%s: another osler-index is at work on this index", index_path)
                         : error_set(error, STATUS_INDEX, "%s: %s", lock->path, strerror(errno));
    } while (status == STATUS_OK && !is_current(lock->descriptor, lock->path));
    if (status != STATUS_OK) {
        if (lock->descriptor >= 0)
            close(lock->descriptor);
        free(lock->path);
        *lock = (struct lock){.descriptor = -1};
    }
    return status;
}

void lock_release(struct lock *lock) {
    if (!lock->path)
        return;
    unlink(lock->path);
    close(lock->descriptor);
    free(lock->path);
    *lock = (struct lock){.descriptor = -1};
}
