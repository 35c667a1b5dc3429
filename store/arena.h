/* Memory that is freed all at once: strings and small records that live as long as one document
 * or one answer. Zero-initialised it is empty and ready. As a buffer does, it remembers that memory
 * was out, so that a caller who copies what may be NULL need not ask after each copy. */
#ifndef OSLER_STORE_ARENA_H
#define OSLER_STORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *newest;
    bool failed; /* an allocation has failed since the arena was made or freed */
};

void arena_free(struct arena *arena); /* frees everything and zeroes; safe on a zeroed arena */

/* `n_bytes` of zeroed memory, aligned for any type, or NULL when memory is out. */
void *arena_allocate(struct arena *arena, size_t n_bytes);

/* A NUL-terminated copy of `n_bytes` bytes, or NULL when memory is out. */
char *arena_copy(struct arena *arena, const char *bytes, size_t n_bytes);

/* A copy of `string`; NULL gives NULL. */
char *arena_string(struct arena *arena, const char *string);

#endif
