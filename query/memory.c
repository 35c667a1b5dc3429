/* See memory.h. SQLite parses and plans in some thousand small pieces, most of which it frees again
 * at once. malloc takes five times as long for them as a list of free pieces of each size.
 *
 *   a piece    8 bytes: how many follow | those: what SQLite has, or if free, the next free piece
 */
#include "query/memory.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

union piece {
    uint64_t n_bytes;
    union piece *next;
};

enum {
    STEP_BYTES = 16, /* from size to size, that of a piece included */
    N_SIZES = 80,    /* what is larger is malloc's */
    BLOCK_BYTES = 32 << 10,
};

static struct {
    union piece *unused[N_SIZES];
    char *rest; /* of the block that pieces are cut from */
    size_t rest_bytes;
} pool;

static size_t size_number(size_t n_bytes) {
    return (n_bytes + sizeof(union piece) - 1) / STEP_BYTES;
}

/* A piece that was never used; NULL when memory is out. */
static union piece *cut_piece(size_t number) {
    const size_t n_bytes = STEP_BYTES * (number + 1);
    if (n_bytes > pool.rest_bytes) {
        char *block = malloc(BLOCK_BYTES);
        if (!block)
            return NULL;
        pool.rest = block;
        pool.rest_bytes = BLOCK_BYTES;
    }
    union piece *piece = (void *)pool.rest;
    pool.rest += n_bytes;
    pool.rest_bytes -= n_bytes;
    piece->n_bytes = n_bytes - sizeof *piece;
    return piece;
}

static void *allocate(int n_bytes) {
    const size_t number = size_number((size_t)n_bytes);
    union piece *piece;
    if (number >= N_SIZES) {
        piece = malloc(sizeof *piece + (size_t)n_bytes);
        if (piece)
            piece->n_bytes = (uint64_t)n_bytes;
    } else if ((piece = pool.unused[number])) {
        pool.unused[number] = piece[1].next;
    } else {
        piece = cut_piece(number);
    }
    return piece ? piece + 1 : NULL;
}

static int bytes_of(void *memory) {
    return memory ? (int)((union piece *)memory)[-1].n_bytes : 0;
}

static void release(void *memory) {
    union piece *piece = (union piece *)memory - 1;
    const size_t number = size_number((size_t)bytes_of(memory));
    if (number >= N_SIZES) {
        free(piece);
    } else {
        piece[1].next = pool.unused[number];
        pool.unused[number] = piece;
    }
}

static void *reallocate(void *memory, int n_bytes) {
    const int before = bytes_of(memory);
    if (n_bytes <= before)
        return memory;
    void *larger = allocate(n_bytes);
    if (larger) {
        memcpy(larger, memory, (size_t)before);
        release(memory);
    }
    return larger;
}

static int round_up(int n_bytes) {
    const size_t number = size_number((size_t)n_bytes);
    return number >= N_SIZES ? (n_bytes + 7) & ~7
                             : (int)(STEP_BYTES * (number + 1) - sizeof(union piece));
}

static int start(void *context) {
    (void)context;
    return SQLITE_OK;
}

static void stop(void *context) {
    (void)context;
}

/* A page of the heap that is touched for the first time interrupts the process; those that nearly
 * every query needs take a third of that time if the system hands them out together. */
static void fill_heap(void) {
    enum { HEAP_BYTES = 512 << 10, MOST_KEPT = 64 << 20, LEAST_MAPPED = 32 << 20 };
    /* The heap keeps what is freed; these are what glibc would arrive at by itself. */
    mallopt(M_TRIM_THRESHOLD, MOST_KEPT);
    mallopt(M_MMAP_THRESHOLD, LEAST_MAPPED);
    char *heap = malloc(HEAP_BYTES);
    if (heap) {
        char *page = heap - (uintptr_t)heap % (uintptr_t)sysconf(_SC_PAGESIZE);
        madvise(page, HEAP_BYTES, MADV_POPULATE_WRITE); /* Linux before 5.14 does not know it */
    }
    free(heap);
}

void memory_prepare(void) {
    static const sqlite3_mem_methods methods = {allocate, release, reallocate, bytes_of,
                                                round_up, start,   stop,       NULL};
    fill_heap();
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0); /* no pages in advance */
}
