/* See window.h: the sums of the essential clauses. */
#include "query/rank/window.h"

/* The first posting of a block that is of `passage` or a later one. */
static size_t first_from(const uint32_t *passages, size_t n_postings, uint64_t passage) {
    size_t low = 0;
    size_t high = n_postings;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (passages[middle] < passage)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Passages of the window are before it. A damaged index may have postings behind its last passage,
 * where unpacked ones cannot be looked up. */
static uint64_t end_of(const struct window *window) {
    uint64_t end = (uint64_t)window->base + WINDOW;
    uint32_t next_passage = window->evaluation->collection->next_passage;
    return end < next_passage ? end : next_passage;
}

/* Adds the postings of a block that are in the window. */
static void add_block(struct window *window, const struct contributor *contributor,
                      struct segment_block *block) {
    const uint32_t *passages = segment_passages(block);
    const struct passage_set *only = contributor->clause->only;
    uint8_t packed[POSTINGS_PER_BLOCK];
    size_t start = first_from(passages, block->n_postings, window->base);
    size_t end = first_from(passages, block->n_postings, end_of(window));
    if (end - start > POSTINGS_PER_BLOCK / 4)
        segment_all_packed_counts(block, packed);
    else
        for (size_t i = start; i < end; i++)
            packed[i] = segment_packed_counts(block, i);
    for (size_t i = start; i < end; i++)
        __builtin_prefetch(tokens_at(window, passages[i] - window->base));
    for (size_t i = start; i < end; i++) {
        size_t slot = passages[i] - window->base;
        if (only && !passage_set_has(only, passages[i]))
            continue;
        window->touched[slot / WORD] |= (uint64_t)1 << slot % WORD;
        window->sums[slot] += score_of(
            contributor, saturated_of(window, block, i, packed[i], tokens_at(window, slot)));
    }
}

/* Adds the postings of the blocks that matter. */
static enum status add_blocks(struct window *window, const struct contributor *contributor,
                              fixed_score rest) {
    struct postings_cursor *cursor = contributor->cursor;
    uint64_t passage = window->base;
    uint64_t end = passage + WINDOW;
    bool found;
    while (passage < end) {
        enum status status =
            postings_cursor_seek_block(cursor, (uint32_t)passage, &found, window->error);
        if (status != STATUS_OK || !found)
            return status;
        size_t i = cursor->i_block;
        const struct segment *segment = &cursor->segment;
        uint64_t first = i > 0 ? (uint64_t)segment->last[i - 1] + 1 : segment->first;
        if (first >= end)
            break;
        if (bound_of(window, contributor->clause, segment->impact[i]) + rest >=
            window->collector->least) {
            status = postings_cursor_read_block(cursor, window->error);
            if (status != STATUS_OK)
                return status;
            add_block(window, contributor, &cursor->block);
        }
        passage = (uint64_t)segment->last[i] + 1;
    }
    return STATUS_OK;
}

static void add_sparse(struct window *window, const struct contributor *contributor) {
    const struct unpacked *unpacked = contributor->unpacked;
    const struct passage_set *only = contributor->clause->only;
    size_t i = unpacked_find_sparse(unpacked, window->base, contributor->cursor->i);
    for (; i < unpacked->n_postings && unpacked->passages[i] - window->base < WINDOW; i++) {
        size_t slot = unpacked->passages[i] - window->base;
        if (only && !passage_set_has(only, unpacked->passages[i]))
            continue;
        window->touched[slot / WORD] |= (uint64_t)1 << slot % WORD;
        window->sums[slot] += contributor->bounds[unpacked->impacts[i]];
    }
    contributor->cursor->i = i;
}

static void add_dense(struct window *window, const struct contributor *contributor) {
    const struct unpacked *unpacked = contributor->unpacked;
    const struct passage_set *only = contributor->clause->only;
    size_t first = window->base / WORD;
    size_t n_words = unpacked->end / WORD + 1 - first;
    size_t i = unpacked->n_before[first];
    for (size_t w = 0; w < n_words && w < WINDOW / WORD; w++) {
        uint64_t in_set = only ? only->words[first + w] : ~(uint64_t)0;
        fixed_score *sums = window->sums + w * WORD;
        window->touched[w] |= unpacked->bits[first + w] & in_set;
        for (uint64_t word = unpacked->bits[first + w]; word; word &= word - 1, i++) {
            size_t bit = (size_t)__builtin_ctzll(word);
            sums[bit] += in_set >> bit & 1 ? contributor->bounds[unpacked->impacts[i]] : 0;
        }
    }
}

enum status window_add(struct window *window, const struct contributor *contributor,
                       fixed_score rest) {
    if (!contributor->unpacked)
        return add_blocks(window, contributor, rest);
    if (unpacked_is_dense(contributor->unpacked))
        add_dense(window, contributor);
    else
        add_sparse(window, contributor);
    return STATUS_OK;
}
