/* See segment.h: writing. */
#include <string.h>

#include "store/segment.h"

enum { MAX_BODY = 15, MAX_OTHER = 3, VARINT_BYTES = 5 };

static unsigned char *write_varint(unsigned char *at, uint32_t value) {
    for (; value >= 0x80; value >>= 7)
        *at++ = (unsigned char)((value & 0x7F) | 0x80);
    *at++ = (unsigned char)value;
    return at;
}

static uint8_t pack_counts(const uint16_t counts[N_COLUMNS]) {
    if (counts[COLUMN_BODY] > MAX_BODY || counts[COLUMN_HEADINGS] > MAX_OTHER ||
        counts[COLUMN_TITLE] > MAX_OTHER)
        return SEGMENT_ESCAPE;
    return (uint8_t)(counts[COLUMN_BODY] | counts[COLUMN_HEADINGS] << 4 |
                     counts[COLUMN_TITLE] << 6);
}

static unsigned char *write_bitmap(unsigned char *at, uint32_t before,
                                   const struct posting *postings, size_t n_postings) {
    size_t n_bytes = (postings[n_postings - 1].passage - before + 7) / 8;
    memset(at, 0, n_bytes);
    for (size_t i = 0; i < n_postings; i++) {
        size_t bit = postings[i].passage - before - 1;
        at[bit / 8] = (unsigned char)(at[bit / 8] | 1U << bit % 8);
    }
    return at + n_bytes;
}

static unsigned char *write_gaps(unsigned char *at, unsigned width, uint32_t before,
                                 const struct posting *postings, size_t n_postings) {
    uint64_t waiting = 0;
    unsigned n_waiting = 0;
    for (size_t i = 0; i < n_postings; i++) {
        waiting |= (uint64_t)(postings[i].passage - before - 1) << n_waiting;
        before = postings[i].passage;
        for (n_waiting += width; n_waiting >= 8; n_waiting -= 8, waiting >>= 8)
            *at++ = (unsigned char)waiting;
    }
    if (n_waiting > 0)
        *at++ = (unsigned char)waiting;
    return at;
}

/* The bits that every gap fits in. */
static unsigned width_of(uint32_t before, const struct posting *postings, size_t n_postings) {
    uint32_t all = 0; /* bits that are set in any gap */
    for (size_t i = 0; i < n_postings; i++) {
        all |= postings[i].passage - before - 1;
        before = postings[i].passage;
    }
    return all ? 32 - (unsigned)__builtin_clz(all) : 0;
}

static unsigned char *write_passages(unsigned char *at, uint32_t before,
                                     const struct posting *postings, size_t n_postings,
                                     bool is_last) {
    unsigned width = width_of(before, postings, n_postings);
    bool is_full = n_postings == POSTINGS_PER_BLOCK;
    uint32_t span = postings[n_postings - 1].passage - before;
    bool is_bitmap = width > 0 && span <= SEGMENT_MAX_SPAN && (is_full || !is_last);
    unsigned kind = is_bitmap ? SEGMENT_BITMAP : width;
    *at++ = (unsigned char)(kind | (is_full || is_last ? 0 : SEGMENT_SHORT));
    if (!is_full && !is_last)
        *at++ = (unsigned char)n_postings;
    return is_bitmap ? write_bitmap(at, before, postings, n_postings)
                     : write_gaps(at, width, before, postings, n_postings);
}

static unsigned char *write_escapes(unsigned char *at, const struct posting *postings,
                                    size_t n_postings) {
    for (size_t i = 0; i < n_postings; i++)
        for (size_t column = 0;
             column < N_COLUMNS && pack_counts(postings[i].counts) == SEGMENT_ESCAPE; column++)
            at = write_varint(at, postings[i].counts[column]);
    return at;
}

static unsigned char *write_counts(unsigned char *at, const struct posting *postings,
                                   size_t n_postings) {
    unsigned char *flags = at;
    bool has_escapes = false;
    at += (n_postings + 7) / 8;
    memset(flags, 0, (size_t)(at - flags));
    /* Without a branch for what cannot be foreseen. */
    for (size_t i = 0; i < n_postings; i++) {
        uint8_t packed = pack_counts(postings[i].counts);
        bool is_plain = packed == SEGMENT_PLAIN;
        flags[i / 8] = (unsigned char)(flags[i / 8] | !is_plain << i % 8);
        *at = packed;
        at += !is_plain;
        has_escapes = has_escapes || packed == SEGMENT_ESCAPE;
    }
    return has_escapes ? write_escapes(at, postings, n_postings) : at;
}

enum {
    BLOCK_MAX_BYTES = 3 + POSTINGS_PER_BLOCK * 4 + POSTINGS_PER_BLOCK / 8 + POSTINGS_PER_BLOCK +
                      POSTINGS_PER_BLOCK * N_COLUMNS * 3,
    ENTRY_MAX_BYTES = VARINT_BYTES + 1 + 3, /* of the directory */
};

/* A segment that is being made. */
struct encoding {
    unsigned char directory[SEGMENT_MAX_BLOCKS * ENTRY_MAX_BYTES];
    unsigned char blocks[SEGMENT_MAX_BYTES + BLOCK_MAX_BYTES];
    unsigned char *entry, *block; /* where the next ones go */
    unsigned char *block_before;
    size_t n_blocks;
    uint32_t first, before; /* passages: the segment's first, the last of the blocks */
    uint8_t impact;
};

static void encoding_begin(struct encoding *self, uint32_t first) {
    self->entry = self->directory;
    self->block = self->blocks;
    self->block_before = NULL;
    self->n_blocks = 0;
    self->first = first;
    self->before = first - 1;
    self->impact = 0;
}

/* Writes a block without taking it into the segment; returns its end. */
static unsigned char *encoding_write(struct encoding *self, const struct posting *postings,
                                     size_t n_postings, bool is_last) {
    unsigned char *end = write_passages(self->block, self->before, postings, n_postings, is_last);
    return write_counts(end, postings, n_postings);
}

static bool encoding_fits(const struct encoding *self, const unsigned char *end) {
    return VARINT_BYTES + (size_t)(self->entry - self->directory) + ENTRY_MAX_BYTES +
               (size_t)(end - self->blocks) <=
           SEGMENT_MAX_BYTES;
}

/* Takes in the block that ends at `end`. */
static void encoding_take(struct encoding *self, unsigned char *end, uint32_t last,
                          uint8_t impact) {
    if (self->block_before)
        self->entry = write_varint(self->entry, (uint32_t)(self->block - self->block_before));
    self->entry =
        write_varint(self->entry, last - (self->n_blocks > 0 ? self->before : self->first));
    *self->entry++ = impact;
    self->impact = impact > self->impact ? impact : self->impact;
    self->block_before = self->block;
    self->block = end;
    self->before = last;
    self->n_blocks++;
}

/* `n_last` is the number of postings in the last block. */
static void encoding_append(const struct encoding *self, size_t n_last, struct buffer *out) {
    unsigned char head[VARINT_BYTES];
    uint32_t n_postings = (uint32_t)((self->n_blocks - 1) * POSTINGS_PER_BLOCK + n_last);
    buffer_append(out, head, (size_t)(write_varint(head, n_postings) - head));
    buffer_append(out, self->directory, (size_t)(self->entry - self->directory));
    buffer_append(out, self->blocks, (size_t)(self->block - self->blocks));
}

size_t segment_encode(const struct posting *postings, size_t n_postings, struct buffer *out,
                      uint8_t *impact) {
    struct encoding encoding;
    size_t n_done = 0;
    size_t n = 0;
    encoding_begin(&encoding, postings[0].passage);
    while (encoding.n_blocks < SEGMENT_MAX_BLOCKS && n_done < n_postings) {
        size_t n_more = n_postings - n_done;
        n_more = n_more < POSTINGS_PER_BLOCK ? n_more : (size_t)POSTINGS_PER_BLOCK;
        unsigned char *end = encoding_write(&encoding, postings + n_done, n_more, true);
        if (encoding.n_blocks > 0 && !encoding_fits(&encoding, end))
            break;
        uint8_t largest = 0;
        for (size_t j = n_done; j < n_done + n_more; j++)
            largest = postings[j].impact > largest ? postings[j].impact : largest;
        n = n_more;
        n_done += n;
        encoding_take(&encoding, end, postings[n_done - 1].passage, largest);
    }
    *impact = encoding.impact;
    encoding_append(&encoding, n, out);
    return n_done;
}

/* ---- removing ---- */

/* The postings of a block but those of passages[0, n_passages); these are counted in `removal`,
 * those in `postings`. */
static size_t keep_postings(struct segment_block *block, const uint32_t *passages,
                            size_t n_passages, struct posting *postings,
                            struct segment_removal *removal) {
    uint16_t counts[POSTINGS_PER_BLOCK][N_COLUMNS];
    const uint32_t *all = segment_passages(block);
    size_t n_kept = 0;
    size_t j = 0;
    segment_all_counts(block, counts);
    for (size_t i = 0; i < block->n_postings; i++) {
        while (j < n_passages && passages[j] < all[i])
            j++;
        if (j < n_passages && passages[j] == all[i]) {
            removal->n_removed++;
            for (size_t column = 0; column < N_COLUMNS; column++)
                removal->cf += counts[i][column];
            continue;
        }
        postings[n_kept].passage = all[i];
        memcpy(postings[n_kept++].counts, counts[i], sizeof counts[i]);
    }
    return n_kept;
}

enum segment_change segment_remove(const struct segment *segment, const uint32_t *passages,
                                   size_t n_passages, struct buffer *out,
                                   struct segment_removal *removal) {
    struct encoding encoding;
    struct segment_block block;
    struct posting postings[POSTINGS_PER_BLOCK];
    size_t n_last = 0;
    size_t n_left = 0;
    bool fits = true;
    encoding.n_blocks = 0;
    *removal = (struct segment_removal){0};
    for (size_t i = 0, j = 0, n; i < segment->n_blocks && fits; i++, j += n) {
        bool is_last = i + 1 == segment->n_blocks;
        for (n = 0; j + n < n_passages && passages[j + n] <= segment->last[i];)
            n++;
        const unsigned char *bytes = segment->bytes + segment->start[i];
        size_t n_bytes = (size_t)(segment->start[i + 1] - segment->start[i]);
        uint32_t before = i > 0 ? segment->last[i - 1] : segment->first - 1;
        bool follows = encoding.n_blocks > 0 ? encoding.before == before : i == 0;
        bool is_same = n == 0 && follows;
        if (n_bytes > BLOCK_MAX_BYTES || (!is_same && !segment_read_block(segment, i, &block)))
            return SEGMENT_DAMAGED;
        size_t n_kept = is_same ? segment_block_postings(segment, i)
                                : keep_postings(&block, passages + j, n, postings, removal);
        if (n_kept == 0)
            continue;
        if (encoding.n_blocks == 0)
            encoding_begin(&encoding, is_same ? segment->first : postings[0].passage);
        unsigned char *end = encoding.block + n_bytes;
        if (is_same)
            memcpy(encoding.block, bytes, n_bytes);
        else
            end = encoding_write(&encoding, postings, n_kept, is_last);
        fits = encoding_fits(&encoding, end);
        encoding_take(&encoding, end, is_same ? segment->last[i] : postings[n_kept - 1].passage,
                      segment->impact[i]);
        n_last = n_kept;
        n_left += n_kept;
    }
    if (n_left == 0)
        return SEGMENT_EMPTIED;
    if (!fits || n_left * 2 < encoding.n_blocks * POSTINGS_PER_BLOCK - POSTINGS_PER_BLOCK)
        return SEGMENT_TO_REMAKE;
    removal->first = encoding.first;
    encoding_append(&encoding, n_last, out);
    return SEGMENT_REMADE;
}
