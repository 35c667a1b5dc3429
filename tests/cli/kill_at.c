/* Preloaded into a program, kills it before its KILL_AT-th change of the disk; without KILL_AT
 * writes the number of changes into the file KILL_COUNT when the program ends. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long n_changes;

static void count(void) {
    const char *kill_at = getenv("KILL_AT");
    long n = atomic_fetch_add(&n_changes, 1) + 1;
    if (kill_at && n == atol(kill_at))
        kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("KILL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", (long)n_changes);
        fclose(file);
    }
}

#define CHANGES_DISK(type, name, parameters, arguments)                                            \
    type name parameters {                                                                         \
        type(*real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name);                      \
        count();                                                                                   \
        return real arguments;                                                                     \
    }

CHANGES_DISK(ssize_t, write, (int file, const void *bytes, size_t n), (file, bytes, n))
CHANGES_DISK(ssize_t, pwrite, (int file, const void *bytes, size_t n, off_t at),
             (file, bytes, n, at))
CHANGES_DISK(ssize_t, pwrite64, (int file, const void *bytes, size_t n, off64_t at),
             (file, bytes, n, at))
CHANGES_DISK(int, fsync, (int file), (file))
CHANGES_DISK(int, fdatasync, (int file), (file))
CHANGES_DISK(int, ftruncate, (int file, off_t size), (file, size))
CHANGES_DISK(int, ftruncate64, (int file, off64_t size), (file, size))
CHANGES_DISK(int, unlink, (const char *path), (path))
CHANGES_DISK(int, rename, (const char *from, const char *to), (from, to))
