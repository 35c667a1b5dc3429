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

/* Adds the postings of a block that are in the window to the sums, or to window->x. */
static void add_block(struct window *window, const struct contributor *contributor,
                      struct segment_block *block) {
    const uint32_t *passages = segment_passages(block);
    const struct passage_set *only = contributor->clause->only;
    bool is_part = contributor->clause->n_forms > 1;
    uint8_t packed[POSTINGS_PER_BLOCK];
    uint64_t *touched = is_part ? window->touched_x : window->touched;
    size_t start = first_from(passages, block->n_postings, window->base);
    size_t end = first_from(passages, block->n_postings, (uint64_t)window->base + WINDOW);
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
        touched[slot / WORD] |= (uint64_t)1 << slot % WORD;
        if (is_part)
            window->x[slot] += x_of(window, block, i, packed[i], tokens_at(window, slot));
        else
            window->sums[slot] += score_of(
                contributor, saturated_of(window, block, i, packed[i], tokens_at(window, slot)));
    }
}

/* Adds what posting `i` of unpacked ones, of the passage at `slot`, can give: to the sums, or to
 * window->x. */
static inline void add_posting(struct window *window, const struct contributor *contributor,
                               const struct unpacked *unpacked, size_t i, size_t slot) {
    uint16_t counts[N_COLUMNS];
    uint32_t passage = window->base + (uint32_t)slot;
    uint64_t bit = (uint64_t)1 << slot % WORD;
    if (contributor->clause->only && !passage_set_has(contributor->clause->only, passage))
        return;
    if (contributor->is_unpacked) {
        window->sums[slot] += contributor->bounds[unpacked->impacts[i]];
        window->touched[slot / WORD] |= bit;
        return;
    }
    unpacked_counts(unpacked, i, passage, counts);
    window->x[slot] += bm25f_x(&window->bm25f, counts, tokens_at(window, slot));
    window->touched_x[slot / WORD] |= bit;
}

static void add_sparse(struct window *window, const struct contributor *contributor,
                       struct postings_cursor *cursor) {
    const struct unpacked *unpacked = cursor->unpacked;
    size_t i = unpacked_find_sparse(unpacked, window->base, cursor->i);
    for (; i < unpacked->n_postings && unpacked->passages[i] - window->base < WINDOW; i++)
        add_posting(window, contributor, unpacked, i, unpacked->passages[i] - window->base);
    cursor->i = i;
}

static void add_dense(struct window *window, const struct contributor *contributor,
                      const struct unpacked *unpacked) {
    bool is_plain = contributor->is_unpacked && !contributor->clause->only;
    size_t i_word = window->base / WORD;
    size_t n_words = unpacked->end / WORD + 1 - i_word;
    size_t i = unpacked->n_before[i_word];
    for (size_t w = 0; w < n_words && w < WINDOW / WORD; w++) {
        uint64_t word = unpacked->bits[i_word + w];
        fixed_score *sums = window->sums + w * WORD;
        for (; word && !is_plain; word &= word - 1)
            add_posting(window, contributor, unpacked, i++,
                        w * WORD + (size_t)__builtin_ctzll(word));
        window->touched[w] |= word;
        for (; word; word &= word - 1)
            sums[__builtin_ctzll(word)] += contributor->bounds[unpacked->impacts[i++]];
    }
}

/* Adds one form's postings in the window, but for blocks whose passages cannot reach the least with
 * `rest`, the most that the other clauses give. */
static enum status add_form(struct window *window, const struct contributor *contributor,
                            size_t form, fixed_score rest) {
    struct postings_cursor *cursor = contributor->clause->forms[form].cursor;
    uint64_t passage = window->base;
    uint64_t end = passage + WINDOW;
    bool found;
    if (cursor->unpacked && unpacked_is_dense(cursor->unpacked))
        add_dense(window, contributor, cursor->unpacked);
    else if (cursor->unpacked)
        add_sparse(window, contributor, cursor);
    if (cursor->unpacked)
        return STATUS_OK;
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
        bool matters = contributor->clause->n_forms > 1 ||
                       bound_of(window, contributor->clause, segment->impact[i]) + rest >=
                           window->collector->least;
        if (matters) {
            status = postings_cursor_read_block(cursor, window->error);
            if (status != STATUS_OK)
                return status;
            add_block(window, contributor, &cursor->block);
        }
        passage = (uint64_t)segment->last[i] + 1;
    }
    return STATUS_OK;
}

/* Turns what the forms of a clause have in common into sums. */
static void add_x(struct window *window, const struct contributor *contributor) {
    for (size_t i = 0; i < WINDOW / WORD; i++) {
        for (uint64_t word = window->touched_x[i]; word; word &= word - 1) {
            size_t slot = i * WORD + (size_t)__builtin_ctzll(word);
            window->sums[slot] += score_of(contributor, bm25f_saturate(window->x[slot]));
            window->x[slot] = 0;
        }
        window->touched[i] |= window->touched_x[i];
        window->touched_x[i] = 0;
    }
}

enum status window_add(struct window *window, const struct contributor *contributor,
                       fixed_score rest) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < contributor->clause->n_forms && status == STATUS_OK; i++)
        status = add_form(window, contributor, i, rest);
    if (contributor->clause->n_forms > 1)
        add_x(window, contributor);
    return status;
}
