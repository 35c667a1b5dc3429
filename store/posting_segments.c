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
