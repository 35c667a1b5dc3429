/* A posting as it is kept in memory until it is written: a few bytes, whatever follows it.
 *
 *   head     varint(passage less that of the posting before << 1 | plain)
 *   counts   unless plain, which is once in the body and not elsewhere, a byte:
 *            body | headings << 4 | title << 6; or ESCAPE, and three varints */
#ifndef OSLER_INDEXER_POSTINGS_CODED_POSTING_H
#define OSLER_INDEXER_POSTINGS_CODED_POSTING_H

#include <stdbool.h>
#include <stdint.h>

#include "store/segment.h"

enum {
    CODED_HEAD_MAX_BYTES = 5,
    CODED_COUNTS_MAX_BYTES = 1 + 3 * N_COLUMNS,
    CODED_POSTING_MAX_BYTES = CODED_HEAD_MAX_BYTES + CODED_COUNTS_MAX_BYTES
};

static inline bool coded_posting_is_plain(const uint16_t counts[N_COLUMNS]) {
    return counts[COLUMN_BODY] == 1 && counts[COLUMN_HEADINGS] == 0 && counts[COLUMN_TITLE] == 0;
}

static inline unsigned char *coded_posting_write_varint(unsigned char *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (unsigned char)((value & 0x7F) | 0x80);
    *at++ = (unsigned char)value;
    return at;
}

/* Both return where what they have written ends. */
static inline unsigned char *coded_posting_write_head(unsigned char *at, uint32_t step,
                                                      bool is_plain) {
    return coded_posting_write_varint(at, (uint64_t)step << 1 | (is_plain ? 1 : 0));
}
unsigned char *coded_posting_write_counts(unsigned char *at, const uint16_t counts[N_COLUMNS]);

/* Reads a posting from `*at`, which goes behind it; the passage is how far it is from the one
 * before. */
struct posting coded_posting_read(const unsigned char **at);

/* Reads the counts of a posting whose head is read. */
void coded_posting_read_counts(const unsigned char **at, bool is_plain, uint16_t counts[N_COLUMNS]);

#endif
