/* See posting_segments.h. */
#include "store/posting_segments.h"

#include <stdlib.h>

enum status posting_segments_add(struct posting_segments *segments, uint32_t first,
                                 struct error *error) {
    if (segments->n_segments == segments->capacity) {
        size_t capacity = segments->capacity ? segments->capacity * 2 : 2;
        struct posting_segment *more =
            reallocarray(segments->segments, capacity, sizeof *segments->segments);
        if (!more)
            return error_no_memory(error);
        segments->segments = more;
        segments->capacity = capacity;
    }
    segments->segments[segments->n_segments++] =
        (struct posting_segment){first, segments->bytes.size};
    return STATUS_OK;
}

enum status posting_segments_close(struct posting_segments *segments, struct error *error) {
    static const char padding[SEGMENT_PADDING];
    enum status status = posting_segments_add(segments, UINT32_MAX, error);
    if (status != STATUS_OK)
        return status;
    segments->n_segments--;
    buffer_append(&segments->bytes, padding, sizeof padding);
    return segments->bytes.failed ? error_no_memory(error) : STATUS_OK;
}

void posting_segments_free(struct posting_segments *segments) {
    buffer_free(&segments->bytes);
    free(segments->segments);
    *segments = (struct posting_segments){0};
}

const struct posting_segments *postings_cache_find(struct postings_cache *cache, uint32_t term) {
    for (size_t i = 0; i < cache->n_entries; i++)
        if (cache->entries[i].term == term) {
            cache->entries[i].used = ++cache->n_uses;
            return &cache->entries[i].segments;
        }
    return NULL;
}

const struct posting_segments *postings_cache_add(struct postings_cache *cache, uint32_t term,
                                                  struct posting_segments *segments) {
    if (cache->n_entries == CACHE_MAX_TERMS ||
        cache->n_bytes + segments->bytes.size > CACHE_MAX_BYTES)
        return NULL;
    struct cached_postings *entry = &cache->entries[cache->n_entries++];
    *entry = (struct cached_postings){term, ++cache->n_uses, *segments};
    cache->n_bytes += segments->bytes.size;
    *segments = (struct posting_segments){0};
    return &entry->segments;
}

static void drop(struct postings_cache *cache, size_t i) {
    cache->n_bytes -= cache->entries[i].segments.bytes.size;
    posting_segments_free(&cache->entries[i].segments);
    cache->entries[i] = cache->entries[--cache->n_entries];
}

void postings_cache_trim(struct postings_cache *cache) {
    while (cache->n_entries > CACHE_MAX_TERMS / 2 || cache->n_bytes > CACHE_MAX_BYTES / 2) {
        size_t oldest = 0;
        for (size_t i = 1; i < cache->n_entries; i++)
            if (cache->entries[i].used < cache->entries[oldest].used)
                oldest = i;
        drop(cache, oldest);
    }
}

void postings_cache_free(struct postings_cache *cache) {
    while (cache->n_entries > 0)
        drop(cache, cache->n_entries - 1);
    *cache = (struct postings_cache){0};
}
