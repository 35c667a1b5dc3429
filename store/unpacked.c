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

static enum status damaged(struct error *error) {
    return error_set(error, STATUS_INDEX, "postings cannot be unpacked");
}

enum status unpacked_open(struct unpacked *unpacked, uint32_t end, size_t n_postings,
                          struct error *error) {
    size_t n_words = (size_t)end / 64 + 1;
    bool is_dense = n_postings > end / DENSE_GAP;
    *unpacked = (struct unpacked){.end = end,
                                  .capacity = n_postings,
                                  .n_windows = ((size_t)end >> UNPACKED_WINDOW_SHIFT) + 1};
    if (n_postings > end)
        return damaged(error);
    if (is_dense) {
        unpacked->bits = calloc(n_words, sizeof *unpacked->bits);
        unpacked->n_before = malloc(n_words * sizeof *unpacked->n_before);
    } else {
        unpacked->passages = malloc((n_postings + 1) * sizeof *unpacked->passages);
    }
    unpacked->packed = malloc(n_postings + 1);
    unpacked->impacts = malloc(n_postings + 1);
    unpacked->most = calloc(unpacked->n_windows, 1);
    bool has_room = is_dense ? unpacked->bits && unpacked->n_before : unpacked->passages != NULL;
    return has_room && unpacked->packed && unpacked->impacts && unpacked->most
               ? STATUS_OK
               : error_no_memory(error);
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

static enum status add_escapes(struct unpacked *self, struct segment_block *block,
                               const uint8_t *packed, struct error *error) {
    const uint32_t *passages = segment_passages(block);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < block->n_postings && status == STATUS_OK; i++)
        if (packed[i] == SEGMENT_ESCAPE)
            status = add_escape(self, block, i, passages[i], error);
    return status;
}

/* Sets the bits of a block that has bits itself. */
static void add_words(struct unpacked *self, const struct segment_bits *bits) {
    uint64_t *words = self->bits + bits->first / 64;
    unsigned shift = bits->first % 64;
    for (size_t i = 0; i < bits->n_words; i++) {
        words[i] |= bits->words[i] << shift;
        if (shift > 0 && bits->words[i] >> (64 - shift))
            words[i + 1] |= bits->words[i] >> (64 - shift);
    }
}

static enum status add_block(struct unpacked *self, struct segment_block *block,
                             struct error *error) {
    uint8_t *packed = self->packed + self->n_postings;
    if (block->n_postings > self->capacity - self->n_postings)
        return damaged(error);
    segment_all_packed_counts(block, packed);
    if (self->bits && block->bits.n_words > 0) {
        add_words(self, &block->bits);
    } else {
        const uint32_t *passages = segment_passages(block);
        if (self->passages)
            memcpy(self->passages + self->n_postings, passages,
                   block->n_postings * sizeof *passages);
        for (size_t i = 0; i < block->n_postings && self->bits; i++)
            self->bits[passages[i] / 64] |= (uint64_t)1 << passages[i] % 64;
    }
    self->n_postings += block->n_postings;
    return memchr(packed, SEGMENT_ESCAPE, block->n_postings)
               ? add_escapes(self, block, packed, error)
               : STATUS_OK;
}

enum status unpacked_add_segment(struct unpacked *unpacked, const void *bytes, size_t n_bytes,
                                 uint32_t first, struct error *error) {
    unsigned char padded[SEGMENT_MAX_BYTES + SEGMENT_PADDING];
    struct segment segment;
    struct segment_block block;
    enum status status = STATUS_OK;
    if (n_bytes == 0 || n_bytes > SEGMENT_MAX_BYTES)
        return damaged(error);
    memcpy(padded, bytes, n_bytes);
    memset(padded + n_bytes, 0, SEGMENT_PADDING);
    if (!segment_open(&segment, padded, n_bytes, first) || first < unpacked->next ||
        segment.last[segment.n_blocks - 1] >= unpacked->end)
        return damaged(error);
    for (size_t i = 0; i < segment.n_blocks && status == STATUS_OK; i++)
        status = segment_read_block(&segment, i, &block) ? add_block(unpacked, &block, error)
                                                         : damaged(error);
    unpacked->next = segment.last[segment.n_blocks - 1] + 1;
    return status;
}

void unpacked_formula_init(struct unpacked_formula *formula, const struct bm25f *bm25f) {
    uint16_t counts[N_COLUMNS] = {0};
    uint16_t tokens[N_COLUMNS] = {0};
    formula->bm25f = *bm25f;
    for (uint16_t i = 0; i < UNPACKED_FEW; i++)
        for (uint16_t j = 0; j < UNPACKED_USUAL; j++) {
            counts[COLUMN_BODY] = i;
            tokens[COLUMN_BODY] = j;
            formula->usual[i][j] = bm25f_impact(bm25f_x(bm25f, counts, tokens));
        }
}

/* The impact of posting `i`, with these packed counts. */
static inline uint8_t impact_of(const struct unpacked *self, size_t i, uint8_t packed,
                                uint32_t passage, const struct unpacked_formula *formula,
                                const uint16_t *tokens) {
    uint16_t counts[N_COLUMNS];
    if (packed < UNPACKED_FEW && tokens[COLUMN_BODY] < UNPACKED_USUAL)
        return formula->usual[packed][tokens[COLUMN_BODY]];
    if (packed == SEGMENT_ESCAPE)
        unpacked_counts(self, i, passage, counts);
    else
        segment_unpack_counts(packed, counts);
    return bm25f_impact(bm25f_x(&formula->bm25f, counts, tokens));
}

/* The postings of a chunk of lengths, as their impacts are filled in. */
struct chunk {
    size_t number;
    const uint16_t (*lengths)[N_COLUMNS];
    size_t i; /* of the first posting; then of the first behind it */
};

static void find_impacts_of_sparse(struct unpacked *self, const struct unpacked_formula *formula,
                                   struct chunk *chunk) {
    const uint32_t *passages = self->passages;
    const uint8_t *packed = self->packed;
    uint8_t *impacts = self->impacts;
    size_t n = self->n_postings;
    size_t i = chunk->i;
    for (; i < n && passages[i] >> LENGTHS_SHIFT == chunk->number; i++) {
        const uint16_t *tokens = chunk->lengths[passages[i] & (LENGTHS_PER_CHUNK - 1)];
        impacts[i] = impact_of(self, i, packed[i], passages[i], formula, tokens);
    }
    chunk->i = i;
}

/* The same of dense ones; n_before is filled in too. */
static void find_impacts_of_dense(struct unpacked *self, const struct unpacked_formula *formula,
                                  struct chunk *chunk) {
    const uint8_t *packed = self->packed;
    uint8_t *impacts = self->impacts;
    size_t w = chunk->number * LENGTHS_PER_CHUNK / 64;
    size_t end = w + LENGTHS_PER_CHUNK / 64;
    size_t i = chunk->i;
    for (; w < end && w <= self->end / 64; w++) {
        self->n_before[w] = (uint32_t)i;
        for (uint64_t word = self->bits[w]; word; word &= word - 1, i++) {
            uint32_t passage = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(word));
            const uint16_t *tokens = chunk->lengths[passage & (LENGTHS_PER_CHUNK - 1)];
            impacts[i] = impact_of(self, i, packed[i], passage, formula, tokens);
        }
    }
    chunk->i = i;
}

/* The largest impact; a loop of its own, so that the compiler compares many at once. */
static uint8_t most_of(const uint8_t *impacts, size_t n) {
    uint8_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = impacts[i] > most ? impacts[i] : most;
    return most;
}

enum status unpacked_close(struct unpacked *unpacked, const struct unpacked_formula *formula,
                           struct lengths *lengths, struct error *error) {
    struct chunk chunk = {.i = 0};
    size_t n_chunks = ((size_t)unpacked->end >> LENGTHS_SHIFT) + 1;
    bool is_dense = unpacked_is_dense(unpacked);
    for (size_t i = 0; i < n_chunks && (is_dense || chunk.i < unpacked->n_postings); i++) {
        if (!is_dense)
            i = unpacked->passages[chunk.i] >> LENGTHS_SHIFT;
        size_t first = chunk.i;
        chunk.number = i;
        enum status status = lengths_chunk(lengths, i, &chunk.lengths, error);
        if (status != STATUS_OK)
            return status;
        if (is_dense)
            find_impacts_of_dense(unpacked, formula, &chunk);
        else
            find_impacts_of_sparse(unpacked, formula, &chunk);
        uint8_t *most = &unpacked->most[i * LENGTHS_PER_CHUNK / UNPACKED_WINDOW];
        uint8_t most_here = most_of(unpacked->impacts + first, chunk.i - first);
        *most = most_here > *most ? most_here : *most;
    }
    if (!is_dense)
        unpacked->passages[unpacked->n_postings] = UINT32_MAX;
    unpacked->impacts[unpacked->n_postings] = 0;
    return STATUS_OK;
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
