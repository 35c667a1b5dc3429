/* Preloaded into a program, it lets the program's MEMORY_AT-th allocation fail and no other, and
 * writes how many there were into the file MEMORY_COUNT when the program ends. */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own, which need not be looked up: looking up allocates. */
extern void *__libc_malloc(size_t n_bytes);
extern void *__libc_calloc(size_t n_items, size_t n_bytes);
extern void *__libc_realloc(void *memory, size_t n_bytes);

static atomic_long n_allocations;
static long failing;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("MEMORY_AT");
    failing = at ? atol(at) : 0;
    atomic_store(&n_allocations, 0);
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("MEMORY_COUNT");
    long n = n_allocations;
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", n);
        fclose(file);
    }
}

static bool is_out(void) {
    bool is_it = atomic_fetch_add(&n_allocations, 1) + 1 == failing;
    if (is_it)
        errno = ENOMEM;
    return is_it;
}

void *malloc(size_t n_bytes) {
    return is_out() ? NULL : __libc_malloc(n_bytes);
}

void *calloc(size_t n_items, size_t n_bytes) {
    return is_out() ? NULL : __libc_calloc(n_items, n_bytes);
}

void *realloc(void *memory, size_t n_bytes) {
    return is_out() ? NULL : __libc_realloc(memory, n_bytes);
}
