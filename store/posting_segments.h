/* Postings of a term in memory, coded as in the index; and a cache of those of common terms, which
 * are read at once: a query goes through most of them, and the next one often has them again. */
#ifndef OSLER_STORE_POSTING_SEGMENTS_H
#define OSLER_STORE_POSTING_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"
#include "store/segment.h"

struct posting_segments {
    struct buffer bytes; /* of all segments and, once closed, SEGMENT_PADDING */
    struct posting_segment {
        uint32_t first; /* passage */
        size_t start;   /* in bytes */
    } * segments;       /* by rising passage; once closed, one more begins where the last ends */
    size_t n_segments, capacity;
};

/* Notes that a segment of passages from `first` on follows: its bytes are then to be appended to
 * segments->bytes. Errors, of these three: STATUS_NO_MEMORY. */
enum status posting_segments_add(struct posting_segments *segments, uint32_t first,
                                 struct error *error);
enum status posting_segments_close(struct posting_segments *segments, struct error *error);
void posting_segments_free(struct posting_segments *segments); /* frees and zeroes */

static inline const unsigned char *posting_segments_bytes(const struct posting_segments *segments,
                                                          size_t i, size_t *n_bytes) {
    const struct posting_segment *segment = &segments->segments[i];
    *n_bytes = segment[1].start - segment->start;
    return (const unsigned char *)segments->bytes.data + segment->start;
}

enum {
    COMMON_TERM_DF = 8192,      /* passages that a common term has: several segments */
    CACHE_MAX_TERMS = 256,      /* at most */
    CACHE_MAX_BYTES = 16 << 20, /* when this is reached, others are read as they are needed */
};

struct postings_cache {
    struct cached_postings {
        uint32_t term; /* its id */
        uint64_t used; /* when, as uses are counted */
        struct posting_segments segments;
    } entries[CACHE_MAX_TERMS];
    size_t n_entries;
    size_t n_bytes;
    uint64_t n_uses;
};

/* The postings of the term, or NULL. They stay where they are until the cache is trimmed. */
const struct posting_segments *postings_cache_find(struct postings_cache *cache, uint32_t term);

/* Takes over `segments`, which are closed, and zeroes them; NULL: there is no room. */
const struct posting_segments *postings_cache_add(struct postings_cache *cache, uint32_t term,
                                                  struct posting_segments *segments);

/* Makes room by forgetting what was not used for longest, if the cache is half full. */
void postings_cache_trim(struct postings_cache *cache);
void postings_cache_free(struct postings_cache *cache); /* frees and zeroes */

#endif
