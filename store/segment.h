/* A segment: a run of postings of one term, coded as they stand in a row of table `postings`.
 *
 *   segment      varint(number of postings, if no block but the last were short), directory, blocks
 *   block        POSTINGS_PER_BLOCK postings; the last of a segment has fewer, and so has a short
 *                one, out of which an update has taken some
 *
 *   directory, for each block:
 *     varint     its last passage less that of the block before; for the first, less the segment's
 *                first
 *     byte       the largest impact of its postings (bm25f.h), by the collection's reference
 *                lengths
 *     varint     bytes of the block; not for the last, which ends with the segment
 *
 *   block:
 *     byte       width: bits of each gap, 0-32; or SEGMENT_BITMAP; and SEGMENT_SHORT
 *     byte       if that is set: how many postings
 *     gaps       for each posting width bits, low ones first: its passage less the one before less
 *                1; before the first is the last passage of the block before, or the segment's
 *                first - 1
 *     bitmap     instead of gaps, if the block spans no more than SEGMENT_MAX_SPAN passages: a bit
 *                for each of them, low ones first, set if it has a posting. Of common words, which
 *                most of the work is about, passages are so counted by words and found at once
 *     flags      a bit for each posting: 0, it is once in the body and not elsewhere: the commonest
 *                case, about two of three
 *     counts     for each posting whose flag is 1 a byte: body | headings << 4 | title << 6, or
 *                SEGMENT_ESCAPE if one of them does not fit
 *     escapes    for each such three varints: body, headings, title
 *
 *   varint       7 bits a byte, low ones first, the high bit set on all but the last
 *
 * So one block is decoded without the others, and passages without their counts. */
#ifndef OSLER_STORE_SEGMENT_H
#define OSLER_STORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bits.h"
#include "store/buffer.h"
#include "store/schema.h"

enum {
    POSTINGS_PER_BLOCK = 128,
    SEGMENT_MAX_BLOCKS = 64,
    SEGMENT_MAX_BYTES = 4064, /* four fill an SQLite page of 16 KB */
    SEGMENT_PADDING = 8,      /* bytes after a segment that must be readable */
    SEGMENT_ESCAPE = 0xFF,
    SEGMENT_BITMAP = 0x80,
    SEGMENT_SHORT = 0x40,
    SEGMENT_MAX_SPAN = 10 * POSTINGS_PER_BLOCK, /* beyond, gaps take much less */
    SEGMENT_MAX_WORDS = SEGMENT_MAX_SPAN / 64,
};

struct posting {
    uint32_t passage;
    uint16_t counts[N_COLUMNS]; /* tf of each column, saturating */
    uint8_t impact;             /* when encoding only */
};

/* Appends as many of the postings (by rising passage, at least one) as one segment takes to `out`;
 * returns how many. Sets `*impact` to the largest impact of them. A failed allocation is left in
 * `out`. */
size_t segment_encode(const struct posting *postings, size_t n_postings, struct buffer *out,
                      uint8_t *impact);

/* A segment with its directory read. */
struct segment {
    const unsigned char *bytes; /* borrowed, padded */
    uint32_t first;             /* passage */
    size_t n_postings;          /* at most: as if no block were short */
    size_t n_blocks;
    uint32_t last[SEGMENT_MAX_BLOCKS]; /* passage of each block */
    uint16_t start[SEGMENT_MAX_BLOCKS + 1];
    uint8_t impact[SEGMENT_MAX_BLOCKS];
};

/* The number of postings of block `i`; 0 if it is damaged. */
size_t segment_block_postings(const struct segment *segment, size_t i);

enum segment_change {
    SEGMENT_REMADE,
    SEGMENT_EMPTIED,   /* nothing is left */
    SEGMENT_TO_REMAKE, /* too little is left, or it no longer fits: it has to be encoded anew */
    SEGMENT_DAMAGED,
};

struct segment_removal {
    uint64_t cf;        /* of the removed postings */
    uint32_t n_removed; /* how many these are */
    uint32_t first;     /* passage of what is left */
};

/* Appends the segment without its postings in `passages` (rising) to `out`; only the blocks that
 * had some are encoded anew, and blocks keep their impacts, which still bound what is left.
 * `removal` is set by SEGMENT_REMADE and SEGMENT_EMPTIED. */
enum segment_change segment_remove(const struct segment *segment, const uint32_t *passages,
                                   size_t n_passages, struct buffer *out,
                                   struct segment_removal *removal);

/* The passages of a block as bits of words. */
struct segment_bits {
    uint32_t first; /* passage, of bit 0 */
    size_t n_words; /* 0: the block is not coded so */
    uint64_t words[SEGMENT_MAX_WORDS];
};

/* A block that can be searched. */
struct segment_block {
    size_t n_postings;
    struct segment_bits bits;
    uint8_t n_before[SEGMENT_MAX_WORDS]; /* postings before each word of the bits */
    bool has_passages;                   /* for one with bits they are decoded when asked for */
    uint32_t passages[POSTINGS_PER_BLOCK];
    uint64_t flags[POSTINGS_PER_BLOCK / 64];
    const unsigned char *counts, *end; /* in the segment */
};

enum { SEGMENT_PLAIN = 1 }; /* packed counts: once in the body, not elsewhere */

/* False if `bytes` are no segment. */
bool segment_open(struct segment *segment, const unsigned char *bytes, size_t n_bytes,
                  uint32_t first);

/* Reads block `i`; false if it is damaged. */
bool segment_read_block(const struct segment *segment, size_t i, struct segment_block *block);

/* Reads no more of block `i` than its bits, if it has them, without looking whether they are as
 * many as its postings; else `bits` gets none. */
void segment_read_bits(const struct segment *segment, size_t i, struct segment_bits *bits);

/* The passages of a block, by rising passage. */
const uint32_t *segment_passages(struct segment_block *block);

/* The place of the first posting of `passage`, which is none after the block's last, or a later
 * one; `*found` is its passage. */
size_t segment_find(const struct segment_block *block, uint32_t passage, uint32_t *found);

/* The packed counts of posting `i`: as they are in the block, SEGMENT_PLAIN for flag 0. */
static inline uint8_t segment_packed_counts(const struct segment_block *block, size_t i) {
    uint64_t below = ((uint64_t)1 << i % 64) - 1;
    if (!(block->flags[i / 64] >> i % 64 & 1))
        return SEGMENT_PLAIN;
    size_t n_before = bits_count(block->flags[i / 64] & below);
    return block->counts[n_before + (i < 64 ? 0 : bits_count(block->flags[0]))];
}

/* The packed counts of all postings, in their order. */
void segment_all_packed_counts(const struct segment_block *block, uint8_t *packed);

/* The counts that are packed so; not those of SEGMENT_ESCAPE. */
static inline void segment_unpack_counts(uint8_t packed, uint16_t counts[N_COLUMNS]) {
    counts[COLUMN_BODY] = packed & 15;
    counts[COLUMN_HEADINGS] = packed >> 4 & 3;
    counts[COLUMN_TITLE] = packed >> 6;
}

/* The counts of all postings, in their order. */
void segment_all_counts(const struct segment_block *block,
                        uint16_t counts[POSTINGS_PER_BLOCK][N_COLUMNS]);

/* The counts of posting `i`, whatever they are. */
void segment_counts(const struct segment_block *block, size_t i, uint16_t counts[N_COLUMNS]);

#endif
