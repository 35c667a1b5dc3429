/* Preloaded into a program, it does something at the program's DISK_AT-th change of the disk, and
 * writes how many there were into the file DISK_COUNT when the program ends. DISK_ACTION is
 *
 *   kill   the program dies before the change, as by kill -9
 *   stop   it stops there until it gets SIGCONT
 *   full   from there on whatever it writes fails as on a full disk */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long n_changes;

static bool is_action(const char *name) {
    const char *action = getenv("DISK_ACTION");
    return action && strcmp(action, name) == 0;
}

/* True if a write must fail. */
static bool count_change(void) {
    const char *at = getenv("DISK_AT");
    long n = atomic_fetch_add(&n_changes, 1) + 1;
    if (at && n == atol(at) && is_action("kill"))
        kill(getpid(), SIGKILL);
    if (at && n == atol(at) && is_action("stop"))
        kill(getpid(), SIGSTOP);
    return at && n >= atol(at) && is_action("full");
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("DISK_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", (long)n_changes);
        fclose(file);
    }
}

#define CALL_REAL(type, name, types, arguments)                                                    \
    type(*real) types = (type(*) types)dlsym(RTLD_NEXT, #name);                                    \
    return real arguments

/* Of what a full disk refuses, only files: file descriptors 1 and 2 may lead anywhere. */
#define WRITES(name, parameters, types, arguments)                                                 \
    ssize_t name parameters {                                                                      \
        if (file > STDERR_FILENO && count_change()) {                                              \
            errno = ENOSPC;                                                                        \
            return -1;                                                                             \
        }                                                                                          \
        CALL_REAL(ssize_t, name, types, arguments);                                                \
    }

#define CHANGES(name, parameters, types, arguments)                                                \
    int name parameters {                                                                          \
        count_change();                                                                            \
        CALL_REAL(int, name, types, arguments);                                                    \
    }

WRITES(write, (int file, const void *bytes, size_t n), (int, const void *, size_t),
       (file, bytes, n))
WRITES(pwrite, (int file, const void *bytes, size_t n, off_t at),
       (int, const void *, size_t, off_t), (file, bytes, n, at))
WRITES(pwrite64, (int file, const void *bytes, size_t n, off64_t at),
       (int, const void *, size_t, off64_t), (file, bytes, n, at))
CHANGES(fsync, (int file), (int), (file))
CHANGES(fdatasync, (int file), (int), (file))
CHANGES(ftruncate, (int file, off_t n), (int, off_t), (file, n))
CHANGES(ftruncate64, (int file, off64_t n), (int, off64_t), (file, n))
CHANGES(unlink, (const char *path), (const char *), (path))
CHANGES(rename, (const char *from, const char *to), (const char *, const char *), (from, to))
