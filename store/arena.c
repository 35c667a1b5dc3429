/* See arena.h. */
#include "store/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 4096 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t used;
    size_t capacity;
    alignas(max_align_t) char bytes[];
};

void arena_free(struct arena *arena) {
    struct arena_chunk *chunk = arena->newest;
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    *arena = (struct arena){0};
}

void *arena_allocate(struct arena *arena, size_t n_bytes) {
    const size_t unit = alignof(max_align_t);
    if (n_bytes > SIZE_MAX / 2) {
        arena->failed = true;
        return NULL;
    }
    size_t rounded = (n_bytes + unit - 1) / unit * unit;
    struct arena_chunk *chunk = arena->newest;
    if (!chunk || chunk->capacity - chunk->used < rounded) {
        size_t capacity = rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES;
        chunk = malloc(sizeof *chunk + capacity);
        if (!chunk) {
            arena->failed = true;
            return NULL;
        }
        chunk->older = arena->newest;
        chunk->used = 0;
        chunk->capacity = capacity;
        arena->newest = chunk;
    }
    char *memory = chunk->bytes + chunk->used;
    chunk->used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t n_bytes) {
    char *copy = arena_allocate(arena, n_bytes + 1);
    if (copy && n_bytes > 0)
        memcpy(copy, bytes, n_bytes);
    return copy;
}

char *arena_string(struct arena *arena, const char *string) {
    return string ? arena_copy(arena, string, strlen(string)) : NULL;
}
