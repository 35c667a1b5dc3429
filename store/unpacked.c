/* See unpacked.h. */
#include "store/unpacked.h"

#include <stdlib.h>
#include <string.h>

enum { DENSE_GAP = 64 }; /* passages for a posting, at most, of a dense term */

void unpacked_free(struct unpacked *unpacked) {
    free(unpacked->passages);
    free(unpacked->bits);
    free(unpacked->n_before);
    free(unpacked->packed);
    free(unpacked->impacts);
    free(unpacked->most);
    free(unpacked->escapes);
    *unpacked = (struct unpacked){0};
}

/* ---- making ---- */

/* Room for `n_more` postings and the end of the list. */
static enum status reserve(struct unpacked *self, size_t n_more, struct error *error) {
    if (self->capacity > self->n_postings + n_more)
        return STATUS_OK;
    size_t capacity = self->n_postings + n_more + self->capacity / 2 + 1;
    uint32_t *passages = reallocarray(self->passages, capacity, sizeof *passages);
    if (!passages)
        return error_no_memory(error);
    self->passages = passages;
    uint8_t *packed = realloc(self->packed, capacity);
    if (!packed)
        return error_no_memory(error);
    self->packed = packed;
    self->capacity = capacity;
    return STATUS_OK;
}

static enum status add_escape(struct unpacked *self, const struct segment_block *block, size_t i,
                              uint32_t passage, struct error *error) {
    if (self->n_escapes == self->escapes_capacity) {
        size_t capacity = self->escapes_capacity ? self->escapes_capacity * 2 : 8;
        struct posting *escapes = reallocarray(self->escapes, capacity, sizeof *escapes);
        if (!escapes)
            return error_no_memory(error);
        self->escapes = escapes;
        self->escapes_capacity = capacity;
    }
    struct posting *escape = &self->escapes[self->n_escapes++];
    *escape = (struct posting){.passage = passage};
    segment_counts(block, i, escape->counts);
    return STATUS_OK;
}

static enum status add_block(struct unpacked *self, struct segment_block *block,
                             struct error *error) {
    const uint32_t *passages = segment_passages(block);
    uint8_t packed[POSTINGS_PER_BLOCK];
    enum status status = reserve(self, block->n_postings, error);
    if (status != STATUS_OK)
        return status;
    segment_all_packed_counts(block, packed);
    memcpy(self->passages + self->n_postings, passages, block->n_postings * sizeof *passages);
    memcpy(self->packed + self->n_postings, packed, block->n_postings);
    self->n_postings += block->n_postings;
    for (size_t i = 0; i < block->n_postings && status == STATUS_OK; i++)
        if (packed[i] == SEGMENT_ESCAPE)
            status = add_escape(self, block, i, passages[i], error);
    return status;
}

static enum status damaged(struct error *error) {
    return error_set(error, STATUS_INDEX, "postings cannot be unpacked");
}

enum status unpacked_add_segment(struct unpacked *unpacked, const void *bytes, size_t n_bytes,
                                 uint32_t first, struct error *error) {
    unsigned char padded[SEGMENT_MAX_BYTES + SEGMENT_PADDING];
    struct segment segment;
    struct segment_block block;
    enum status status = STATUS_OK;
    size_t n = unpacked->n_postings;
    if (n_bytes == 0 || n_bytes > SEGMENT_MAX_BYTES)
        return damaged(error);
    memcpy(padded, bytes, n_bytes);
    memset(padded + n_bytes, 0, SEGMENT_PADDING);
    if (!segment_open(&segment, padded, n_bytes, first) ||
        (n > 0 && first <= unpacked->passages[n - 1]) ||
        segment.last[segment.n_blocks - 1] >= unpacked->end)
        return damaged(error);
    for (size_t i = 0; i < segment.n_blocks && status == STATUS_OK; i++)
        status = segment_read_block(&segment, i, &block) ? add_block(unpacked, &block, error)
                                                         : damaged(error);
    return status;
}

/* The impact of posting `i`. */
static uint8_t impact_of(const struct unpacked *self, size_t i, const struct bm25f *bm25f,
                         const uint16_t *tokens) {
    uint16_t counts[N_COLUMNS];
    unpacked_counts(self, i, self->passages[i], counts);
    return bm25f_impact(bm25f_x(bm25f, counts, tokens));
}

/* Fills in impacts and most. */
static enum status find_impacts(struct unpacked *self, const struct bm25f *bm25f,
                                struct lengths *lengths, struct error *error) {
    enum { USUAL = 512, FEW = 4 }; /* tokens, and counts in the body alone, that few exceed */
    uint8_t usual[FEW][USUAL] = {{0}};
    const uint16_t(*chunk)[N_COLUMNS] = NULL;
    size_t number = SIZE_MAX;
    for (size_t i = 0; i < self->n_postings; i++) {
        uint32_t passage = self->passages[i];
        if (passage >> LENGTHS_SHIFT != number) {
            number = passage >> LENGTHS_SHIFT;
            chunk = lengths_chunk(lengths, number, error);
            if (!chunk)
                return error ? error->status : STATUS_INDEX;
        }
        const uint16_t *tokens = chunk[passage & (LENGTHS_PER_CHUNK - 1)];
        uint8_t packed = self->packed[i];
        uint8_t other = 0;
        uint8_t *impact = packed < FEW && tokens[COLUMN_BODY] < USUAL
                              ? &usual[packed][tokens[COLUMN_BODY]]
                              : &other;
        uint8_t *most = &self->most[passage >> UNPACKED_WINDOW_SHIFT];
        if (*impact == 0)
            *impact = impact_of(self, i, bm25f, tokens);
        self->impacts[i] = *impact;
        *most = *impact > *most ? *impact : *most;
    }
    return STATUS_OK;
}

/* Makes bits of the passages. */
static enum status make_dense(struct unpacked *self, struct error *error) {
    size_t n_words = (size_t)self->end / 64 + 1;
    self->bits = calloc(n_words, sizeof *self->bits);
    self->n_before = malloc(n_words * sizeof *self->n_before);
    if (!self->bits || !self->n_before)
        return error_no_memory(error);
    for (size_t i = 0; i < self->n_postings; i++)
        self->bits[self->passages[i] / 64] |= (uint64_t)1 << self->passages[i] % 64;
    uint32_t count = 0;
    for (size_t i = 0; i < n_words; i++) {
        self->n_before[i] = count;
        count += bits_count(self->bits[i]);
    }
    free(self->passages);
    self->passages = NULL;
    return STATUS_OK;
}

enum status unpacked_close(struct unpacked *unpacked, const struct bm25f *bm25f,
                           struct lengths *lengths, struct error *error) {
    unpacked->n_windows = ((size_t)unpacked->end >> UNPACKED_WINDOW_SHIFT) + 1;
    unpacked->impacts = malloc(unpacked->n_postings + 1);
    unpacked->most = calloc(unpacked->n_windows, 1);
    enum status status = reserve(unpacked, 0, error);
    if (!unpacked->impacts || !unpacked->most)
        status = error_no_memory(error);
    if (status != STATUS_OK)
        return status;
    unpacked->passages[unpacked->n_postings] = UINT32_MAX;
    status = find_impacts(unpacked, bm25f, lengths, error);
    bool is_dense = unpacked->n_postings > unpacked->end / DENSE_GAP;
    return status == STATUS_OK && is_dense ? make_dense(unpacked, error) : status;
}

/* ---- looking up ---- */

size_t unpacked_find_sparse(const struct unpacked *unpacked, uint32_t passage, size_t from) {
    const uint32_t *passages = unpacked->passages;
    size_t low = 0; /* those before it are before `passage` */
    size_t high = unpacked->n_postings;
    if (from <= high && (from == 0 || passages[from - 1] < passage)) {
        size_t step = 1;
        for (low = from; low + step <= high && passages[low + step - 1] < passage; step *= 2)
            low += step;
        high = low + step <= high ? low + step - 1 : high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (passages[middle] < passage)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t unpacked_find(const struct unpacked *unpacked, uint32_t passage, size_t from,
                     uint32_t *found) {
    *found = UINT32_MAX;
    if (!unpacked_is_dense(unpacked)) {
        size_t i = unpacked_find_sparse(unpacked, passage, from);
        *found = unpacked->passages[i];
        return i;
    }
    if (passage >= unpacked->end)
        return unpacked->n_postings;
    size_t w = passage / 64;
    uint64_t word = unpacked->bits[w] & ~(uint64_t)0 << passage % 64;
    while (word == 0 && w < unpacked->end / 64)
        word = unpacked->bits[++w];
    if (word == 0)
        return unpacked->n_postings;
    uint64_t before = (word & -word) - 1;
    *found = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(word));
    return unpacked->n_before[w] + bits_count(unpacked->bits[w] & before);
}

void unpacked_counts(const struct unpacked *unpacked, size_t i, uint32_t passage,
                     uint16_t counts[N_COLUMNS]) {
    segment_unpack_counts(unpacked->packed[i], counts);
    if (unpacked->packed[i] != SEGMENT_ESCAPE)
        return;
    size_t low = 0;
    for (size_t high = unpacked->n_escapes; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (unpacked->escapes[middle].passage < passage)
            low = middle + 1;
        else
            high = middle;
    }
    memcpy(counts, unpacked->escapes[low].counts, N_COLUMNS * sizeof *counts);
}

/* ---- the cache ---- */

static size_t bytes_of(const struct unpacked *unpacked) {
    size_t n_words = unpacked_is_dense(unpacked) ? (size_t)unpacked->end / 64 + 1 : 0;
    return sizeof *unpacked + n_words * (sizeof *unpacked->bits + sizeof *unpacked->n_before) +
           (n_words > 0 ? 0 : unpacked->n_postings * sizeof *unpacked->passages) +
           2 * unpacked->n_postings + unpacked->n_windows +
           unpacked->n_escapes * sizeof *unpacked->escapes;
}

static void empty(struct unpacked_cache *cache, struct unpacked_slot *slot) {
    if (slot->unpacked) {
        cache->n_bytes -= bytes_of(slot->unpacked);
        unpacked_free(slot->unpacked);
        free(slot->unpacked);
    }
    *slot = (struct unpacked_slot){0};
}

/* The slot that has the term, or else the one that it can have: free, or unused for longest. */
static struct unpacked_slot *slot_of(struct unpacked_cache *cache, uint32_t term) {
    size_t n_sets = UNPACKED_CACHE_SLOTS / UNPACKED_CACHE_WAYS;
    struct unpacked_slot *slots = cache->slots + term % n_sets * UNPACKED_CACHE_WAYS;
    struct unpacked_slot *best = slots;
    for (size_t i = 0; i < UNPACKED_CACHE_WAYS; i++) {
        if (slots[i].unpacked && slots[i].term == term)
            return &slots[i];
        if (best->unpacked && (!slots[i].unpacked || slots[i].used < best->used))
            best = &slots[i];
    }
    return best;
}

const struct unpacked *unpacked_cache_find(struct unpacked_cache *cache, uint32_t term,
                                           bool *has_room) {
    *has_room = false;
    if (!cache->slots)
        return NULL;
    struct unpacked_slot *slot = slot_of(cache, term);
    if (slot->unpacked && slot->term == term) {
        slot->used = cache->n_queries;
        return slot->unpacked;
    }
    bool is_in_use = slot->unpacked && slot->used == cache->n_queries;
    *has_room = !is_in_use && cache->n_bytes < UNPACKED_CACHE_MAX_BYTES;
    return NULL;
}

const struct unpacked *unpacked_cache_add(struct unpacked_cache *cache, uint32_t term,
                                          struct unpacked *unpacked) {
    struct unpacked_slot *slot = slot_of(cache, term);
    struct unpacked *copy = malloc(sizeof *copy);
    if (!copy)
        return NULL;
    empty(cache, slot);
    *copy = *unpacked;
    *unpacked = (struct unpacked){0};
    *slot = (struct unpacked_slot){term, cache->n_queries, copy};
    cache->n_bytes += bytes_of(copy);
    return copy;
}

void unpacked_cache_next_query(struct unpacked_cache *cache) {
    cache->n_queries++;
    if (!cache->slots && cache->n_queries > 1) /* without memory there is just no cache */
        cache->slots = calloc(UNPACKED_CACHE_SLOTS, sizeof *cache->slots);
    for (size_t i = 0;
         i < UNPACKED_CACHE_SLOTS && cache->n_bytes > UNPACKED_CACHE_MAX_BYTES / 4 * 3; i++)
        if (cache->n_queries - cache->slots[i].used > UNPACKED_CACHE_QUERIES)
            empty(cache, &cache->slots[i]);
}

void unpacked_cache_free(struct unpacked_cache *cache) {
    for (size_t i = 0; i < UNPACKED_CACHE_SLOTS && cache->slots; i++)
        empty(cache, &cache->slots[i]);
    free(cache->slots);
    *cache = (struct unpacked_cache){0};
}
