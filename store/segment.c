/* See segment.h: reading. */
#include "store/segment.h"

#include <endian.h>
#include <string.h>

enum { VARINT_BYTES = 5 };

/* Reads a varint at `*at`; false if the bytes end inside it or it exceeds 32 bits. */
static bool read_varint(const unsigned char **at, const unsigned char *end, uint32_t *value) {
    uint64_t wide = 0;
    for (unsigned shift = 0; *at < end && shift < 7 * VARINT_BYTES; shift += 7) {
        unsigned char byte = *(*at)++;
        wide |= (uint64_t)(byte & 0x7F) << shift;
        *value = (uint32_t)wide;
        if (byte < 0x80)
            return wide <= UINT32_MAX;
    }
    return false;
}

bool segment_open(struct segment *segment, const unsigned char *bytes, size_t n_bytes,
                  uint32_t first) {
    const unsigned char *at = bytes;
    const unsigned char *end = bytes + n_bytes;
    uint32_t n_postings;
    uint64_t last = first;
    size_t start = 0; /* of the block in the blocks */
    if (n_bytes > SEGMENT_MAX_BYTES || !read_varint(&at, end, &n_postings) || n_postings == 0 ||
        n_postings > SEGMENT_MAX_BLOCKS * POSTINGS_PER_BLOCK)
        return false;
    segment->bytes = bytes;
    segment->first = first;
    segment->n_postings = n_postings;
    segment->n_blocks = (n_postings + POSTINGS_PER_BLOCK - 1) / POSTINGS_PER_BLOCK;
    for (size_t i = 0; i < segment->n_blocks; i++) {
        uint32_t step;
        uint32_t block_bytes = 0;
        if (!read_varint(&at, end, &step) || at == end)
            return false;
        last += step;
        segment->last[i] = (uint32_t)last;
        segment->impact[i] = *at++;
        segment->start[i] = (uint16_t)start;
        if (i + 1 < segment->n_blocks && !read_varint(&at, end, &block_bytes))
            return false;
        start += block_bytes;
        if (last > UINT32_MAX || start > n_bytes)
            return false;
    }
    size_t head = (size_t)(at - bytes);
    for (size_t i = 0; i < segment->n_blocks; i++)
        segment->start[i] = (uint16_t)(segment->start[i] + head);
    segment->start[segment->n_blocks] = (uint16_t)n_bytes;
    return head + start <= n_bytes;
}

/* Fills `passages` from gaps of `width` bits. A gap is read as part of eight bytes, whence the
 * padding. */
static uint64_t unpack_gaps(const unsigned char *gaps, unsigned width, uint64_t passage,
                            size_t n_postings, uint32_t *passages) {
    uint64_t mask = ((uint64_t)1 << width) - 1;
    for (size_t i = 0, bit = 0; i < n_postings; i++, bit += width) {
        uint64_t word;
        memcpy(&word, gaps + bit / 8, sizeof word);
        passage += (le64toh(word) >> bit % 8 & mask) + 1;
        passages[i] = (uint32_t)passage;
    }
    return passage;
}

/* Sets flags, counts and end from the bytes at `flags`; false if these are too few. */
static bool open_counts(struct segment_block *block, const unsigned char *flags,
                        const unsigned char *end) {
    size_t flag_bytes = (block->n_postings + 7) / 8;
    size_t n_counts = 0;
    size_t n_escapes = 0;
    uint32_t count;
    memset(block->flags, 0, sizeof block->flags);
    memcpy(block->flags, flags, flag_bytes);
    for (size_t i = 0; i < POSTINGS_PER_BLOCK / 64; i++) {
        block->flags[i] = le64toh(block->flags[i]);
        n_counts += bits_count(block->flags[i]);
    }
    block->counts = flags + flag_bytes;
    block->end = end;
    if (block->n_postings % 8 > 0 && flags[flag_bytes - 1] >> block->n_postings % 8)
        return false; /* flags of no posting */
    if ((size_t)(end - block->counts) < n_counts)
        return false;
    const unsigned char *at = block->counts + n_counts;
    if (at == end) /* as a rule: no escapes */
        return !memchr(block->counts, SEGMENT_ESCAPE, n_counts);
    for (size_t i = 0; i < n_counts; i++)
        n_escapes += block->counts[i] == SEGMENT_ESCAPE;
    for (size_t i = 0; i < n_escapes * N_COLUMNS; i++)
        if (!read_varint(&at, end, &count))
            return false;
    return true;
}

/* The passage before those of block `i`; modulo 2^32, as are the differences made with it. */
static uint32_t passage_before(const struct segment *segment, size_t i) {
    return i > 0 ? segment->last[i - 1] : segment->first - 1;
}

static size_t bitmap_bytes(const struct segment *segment, size_t i) {
    return (segment->last[i] - passage_before(segment, i) + 7) / 8;
}

void segment_read_bits(const struct segment *segment, size_t i, struct segment_bits *bits) {
    const unsigned char *at = segment->bytes + segment->start[i];
    const unsigned char *end = segment->bytes + segment->start[i + 1];
    uint32_t n_bits = segment->last[i] - passage_before(segment, i);
    size_t n_bytes = bitmap_bytes(segment, i);
    bits->n_words = 0;
    unsigned kind = at < end ? *at++ : 0;
    if (kind & SEGMENT_SHORT)
        at++;
    if ((kind & ~(unsigned)SEGMENT_SHORT) != SEGMENT_BITMAP || n_bits == 0 ||
        n_bits > SEGMENT_MAX_SPAN || at > end || n_bytes > (size_t)(end - at))
        return;
    bits->first = passage_before(segment, i) + 1;
    bits->n_words = (n_bits + 63) / 64;
    bits->words[bits->n_words - 1] = 0;
    memcpy(bits->words, at, n_bytes);
    for (size_t j = 0; j < bits->n_words; j++)
        bits->words[j] = le64toh(bits->words[j]);
    if (n_bits % 64 > 0)
        bits->words[bits->n_words - 1] &= ((uint64_t)1 << n_bits % 64) - 1;
}

/* Fills in n_before; false if the bits are not those of the block's postings. */
static bool count_bits(struct segment_block *block, uint32_t last) {
    const struct segment_bits *bits = &block->bits;
    size_t count = 0;
    for (size_t i = 0; i < bits->n_words; i++) {
        block->n_before[i] = (uint8_t)count;
        count += bits_count(bits->words[i]);
        if (count > block->n_postings)
            return false;
    }
    size_t last_bit = last - bits->first;
    return count == block->n_postings && bits->words[last_bit / 64] >> last_bit % 64 & 1;
}

size_t segment_block_postings(const struct segment *segment, size_t i) {
    const unsigned char *at = segment->bytes + segment->start[i];
    bool is_last = i + 1 == segment->n_blocks;
    size_t most = is_last ? segment->n_postings - i * POSTINGS_PER_BLOCK : POSTINGS_PER_BLOCK;
    size_t n_bytes = (size_t)(segment->start[i + 1] - segment->start[i]);
    if (n_bytes == 0 || !(*at & SEGMENT_SHORT))
        return most;
    return n_bytes > 1 && at[1] <= most ? at[1] : 0;
}

bool segment_read_block(const struct segment *segment, size_t i, struct segment_block *block) {
    const unsigned char *at = segment->bytes + segment->start[i];
    const unsigned char *end = segment->bytes + segment->start[i + 1];
    size_t n_postings = segment_block_postings(segment, i);
    segment_read_bits(segment, i, &block->bits);
    bool is_bitmap = block->bits.n_words > 0;
    unsigned width = at < end ? *at++ : 0;
    if (width & SEGMENT_SHORT) {
        at++;
        width &= ~(unsigned)SEGMENT_SHORT;
    }
    block->n_postings = n_postings;
    size_t n_bytes = is_bitmap ? bitmap_bytes(segment, i) : (n_postings * width + 7) / 8;
    if (n_postings == 0 || at > end || (width > 32 && !is_bitmap) ||
        (size_t)(end - at) < n_bytes + (n_postings + 7) / 8 ||
        !open_counts(block, at + n_bytes, end))
        return false;
    block->has_passages = !is_bitmap;
    if (is_bitmap)
        return count_bits(block, segment->last[i]) && (i > 0 || block->bits.words[0] & 1);
    uint64_t before = i > 0 ? segment->last[i - 1] : (uint64_t)segment->first - 1;
    uint64_t last = unpack_gaps(at, width, before, n_postings, block->passages);
    return last == segment->last[i] && (i > 0 || block->passages[0] == segment->first);
}

const uint32_t *segment_passages(struct segment_block *block) {
    const struct segment_bits *bits = &block->bits;
    uint32_t *passage = block->passages;
    for (size_t i = 0; i < bits->n_words && !block->has_passages; i++)
        for (uint64_t word = bits->words[i]; word; word &= word - 1)
            *passage++ = bits->first + (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
    block->has_passages = true;
    return block->passages;
}

static size_t find_bit(const struct segment_block *block, uint32_t passage, uint32_t *found) {
    const struct segment_bits *bits = &block->bits;
    size_t bit = passage > bits->first ? passage - bits->first : 0;
    size_t i = bit / 64;
    uint64_t word = bits->words[i] & ~(uint64_t)0 << bit % 64;
    while (word == 0)
        word = bits->words[++i];
    uint64_t before = (word & -word) - 1;
    *found = bits->first + (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
    return block->n_before[i] + bits_count(bits->words[i] & before);
}

size_t segment_find(const struct segment_block *block, uint32_t passage, uint32_t *found) {
    if (!block->has_passages)
        return find_bit(block, passage, found);
    size_t low = 0; /* those before it are before `passage` */
    for (size_t left = block->n_postings; left > 1; left -= left / 2)
        low += block->passages[low + left / 2 - 1] < passage ? left / 2 : 0;
    *found = block->passages[low];
    return low;
}

/* Reads the counts of the escape that stands at block->counts[i]. */
static void read_escape(const struct segment_block *block, size_t i, uint16_t counts[N_COLUMNS]) {
    const unsigned char *at =
        block->counts + bits_count(block->flags[0]) + bits_count(block->flags[1]);
    uint32_t value = 0;
    for (size_t j = 0; j < i; j++)
        for (size_t column = 0; column < N_COLUMNS && block->counts[j] == SEGMENT_ESCAPE; column++)
            read_varint(&at, block->end, &value);
    for (size_t column = 0; column < N_COLUMNS; column++) {
        read_varint(&at, block->end, &value);
        counts[column] = value < UINT16_MAX ? (uint16_t)value : UINT16_MAX;
    }
}

/* Where the counts of posting `i` stand in block->counts. */
static size_t place_of_counts(const struct segment_block *block, size_t i) {
    size_t n_before = 0;
    for (size_t j = 0; j < i; j++)
        n_before += block->flags[j / 64] >> j % 64 & 1;
    return n_before;
}

void segment_all_packed_counts(const struct segment_block *block, uint8_t *packed) {
    const uint8_t *counts = block->counts;
    memset(packed, SEGMENT_PLAIN, block->n_postings);
    for (size_t i = 0; i < POSTINGS_PER_BLOCK / 64; i++)
        for (uint64_t word = block->flags[i]; word; word &= word - 1)
            packed[i * 64 + (size_t)__builtin_ctzll(word)] = *counts++;
}

void segment_counts(const struct segment_block *block, size_t i, uint16_t counts[N_COLUMNS]) {
    uint8_t packed = segment_packed_counts(block, i);
    if (packed == SEGMENT_ESCAPE)
        read_escape(block, place_of_counts(block, i), counts);
    else
        segment_unpack_counts(packed, counts);
}

void segment_all_counts(const struct segment_block *block,
                        uint16_t counts[POSTINGS_PER_BLOCK][N_COLUMNS]) {
    size_t place = 0;
    for (size_t i = 0; i < block->n_postings; i++) {
        bool is_plain = !(block->flags[i / 64] >> i % 64 & 1);
        uint8_t packed = is_plain ? SEGMENT_PLAIN : block->counts[place];
        if (packed == SEGMENT_ESCAPE)
            read_escape(block, place, counts[i]);
        else
            segment_unpack_counts(packed, counts[i]);
        place += !is_plain;
    }
}
