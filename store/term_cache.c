/* See term_cache.h. */
#include "store/term_cache.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/hash.h"

void term_cache_open(struct term_cache *cache) {
    if (!cache->slots)
        cache->slots = calloc(TERM_CACHE_SLOTS, sizeof *cache->slots);
}

void term_cache_close(struct term_cache *cache) {
    free(cache->slots);
    *cache = (struct term_cache){0};
}

/* The slot of a name; NULL: it has none. */
static struct term_cache_slot *slot_of(const struct term_cache *cache, const char *name,
                                       size_t n_bytes) {
    if (!cache->slots || n_bytes == 0 || n_bytes > TERM_CACHE_MAX_BYTES)
        return NULL;
    return &cache->slots[hash_of(name, n_bytes) % TERM_CACHE_SLOTS];
}

const struct term *term_cache_find(const struct term_cache *cache, const char *name,
                                   size_t n_bytes) {
    const struct term_cache_slot *slot = slot_of(cache, name, n_bytes);
    bool is_it = slot && slot->n_bytes == n_bytes && memcmp(slot->name, name, n_bytes) == 0;
    return is_it ? &slot->term : NULL;
}

void term_cache_keep(struct term_cache *cache, const char *name, size_t n_bytes,
                     const struct term *term) {
    struct term_cache_slot *slot = slot_of(cache, name, n_bytes);
    if (!slot)
        return;
    memcpy(slot->name, name, n_bytes);
    slot->n_bytes = (uint8_t)n_bytes;
    slot->term = *term;
}
