/* Postings in memory, coded as in the index. */
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

#endif
