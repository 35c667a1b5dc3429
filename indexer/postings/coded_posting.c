/* See coded_posting.h. */
#include "indexer/postings/coded_posting.h"

enum { ESCAPE = 0xFF, MAX_BODY = 15, MAX_OTHER = 3 };

static uint64_t read_varint(const unsigned char **at) {
    uint64_t value = 0;
    unsigned shift = 0;
    do
        value |= (uint64_t)(**at & 0x7F) << shift;
    while (shift += 7, *(*at)++ >= 0x80);
    return value;
}

unsigned char *coded_posting_write_counts(unsigned char *at, const uint16_t counts[N_COLUMNS]) {
    unsigned body = counts[COLUMN_BODY];
    unsigned headings = counts[COLUMN_HEADINGS];
    unsigned title = counts[COLUMN_TITLE];
    unsigned packed = body | headings << 4 | title << 6;
    if (coded_posting_is_plain(counts))
        return at;
    if (body <= MAX_BODY && headings <= MAX_OTHER && title <= MAX_OTHER && packed != ESCAPE) {
        *at++ = (unsigned char)packed;
        return at;
    }
    *at++ = ESCAPE;
    for (size_t column = 0; column < N_COLUMNS; column++)
        at = coded_posting_write_varint(at, counts[column]);
    return at;
}

void coded_posting_read_counts(const unsigned char **at, bool is_plain,
                               uint16_t counts[N_COLUMNS]) {
    unsigned packed = is_plain ? 1 : *(*at)++;
    if (packed != ESCAPE) {
        counts[COLUMN_BODY] = packed & MAX_BODY;
        counts[COLUMN_HEADINGS] = (packed >> 4) & MAX_OTHER;
        counts[COLUMN_TITLE] = (uint16_t)(packed >> 6);
        return;
    }
    for (size_t column = 0; column < N_COLUMNS; column++)
        counts[column] = (uint16_t)read_varint(at);
}

struct posting coded_posting_read(const unsigned char **at) {
    uint64_t head = read_varint(at);
    struct posting posting = {.passage = (uint32_t)(head >> 1)};
    coded_posting_read_counts(at, head & 1, posting.counts);
    return posting;
}
