/* See memory.h. */
#include "query/memory.h"

#include <malloc.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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
    fill_heap();
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0); /* no pages in advance */
}
