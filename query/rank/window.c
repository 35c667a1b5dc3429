/* See window.h. */
#include "query/rank/window.h"

#include "store/bits.h"

enum {
    FEW = 32, /* passages of a set in a window that are looked up rather than summed */
};

static enum status read_lengths(struct window *window) {
    enum { N_CHUNKS = WINDOW / LENGTHS_PER_CHUNK };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < N_CHUNKS && status == STATUS_OK; i++)
        status = lengths_chunk(window->evaluation->lengths, (window->base >> LENGTHS_SHIFT) + i,
                               &window->tokens[i], window->error);
    return status;
}

/* ---- bounds in a window ---- */

/* Sets the bound of unpacked postings; `*next` falls to the first window from here on that has
 * some. */
static void bound_unpacked(const struct window *window, struct contributor *contributor,
                           uint64_t *next) {
    const struct unpacked *unpacked = contributor->unpacked;
    size_t i = window->base >> UNPACKED_WINDOW_SHIFT;
    contributor->bound = contributor->bounds[unpacked->most[i]];
    while (i < unpacked->n_windows && unpacked->most[i] == 0)
        i++;
    uint64_t first = i < unpacked->n_windows ? (uint64_t)i << UNPACKED_WINDOW_SHIFT : UINT64_MAX;
    *next = first < *next ? first : *next;
}

/* Sets the bound of other postings; `*next` falls to the first block from here on. */
static enum status bound_blocks(struct window *window, struct contributor *contributor,
                                uint64_t *next) {
    struct postings_cursor *cursor = contributor->cursor;
    uint64_t end = (uint64_t)window->base + WINDOW;
    uint8_t impact = 0;
    bool found;
    enum status status = postings_cursor_seek_block(cursor, window->base, &found, window->error);
    if (status != STATUS_OK || !found)
        return status;
    const struct segment *segment = &cursor->segment;
    size_t i = cursor->i_block;
    uint64_t first = i > 0 ? (uint64_t)segment->last[i - 1] + 1 : segment->first;
    *next = first < *next ? first : *next;
    if (first >= end)
        return STATUS_OK;
    for (; i < segment->n_blocks; i++) {
        impact = segment->impact[i] > impact ? segment->impact[i] : impact;
        if (segment->last[i] >= end - 1)
            break;
    }
    contributor->bound = i < segment->n_blocks
                             ? bound_of(window, contributor->clause, impact)
                             : contributor->most; /* the segment after may have more */
    return STATUS_OK;
}

/* Sets the bounds of the contributors and n_other; `*next` is the first passage that may have any
 * of those that are essential without regard to the window, `*most` what a passage of the window
 * can score. */
static enum status bound_window(struct window *window, uint64_t *next, fixed_score *most) {
    fixed_score least = window->collector->least;
    fixed_score anywhere = 0; /* what this one and those before it can give */
    enum status status = STATUS_OK;
    *most = 0;
    *next = UINT64_MAX;
    window->n_other = 0;
    for (size_t i = 0; i < window->n_contributors && status == STATUS_OK; i++) {
        struct contributor *contributor = &window->contributors[i];
        uint64_t ignored = UINT64_MAX;
        anywhere += contributor->most;
        contributor->bound = 0;
        if (contributor->unpacked)
            bound_unpacked(window, contributor, anywhere < least ? &ignored : next);
        else if (anywhere < least) /* not worth a look */
            contributor->bound = contributor->most;
        else
            status = bound_blocks(window, contributor, next);
        *most += contributor->bound;
        if (*most < least)
            window->n_other = i + 1;
    }
    return status;
}

/* ---- candidates ---- */

/* The 64 members of the set from `passage` on. */
static uint64_t word_of_set(const struct passage_set *set, uint64_t passage) {
    return passage < set->end ? set->words[passage / WORD] : 0;
}

/* Makes candidates of what was summed, if it reaches the least with `others`, and clears it. */
static void collect_sums(struct window *window, fixed_score others) {
    const struct passage_set *set = window->evaluation->set;
    fixed_score least = window->collector->least;
    size_t n = 0;
    for (size_t i = 0; i < WINDOW / WORD; i++) {
        uint64_t in_set = set ? word_of_set(set, window->base + i * WORD) : ~(uint64_t)0;
        /* What no clause scores is of interest only as a member of the set. */
        uint64_t word = set && least <= 0 ? in_set : window->touched[i] & in_set;
        for (; word; word &= word - 1) {
            /* Without a branch: which of them will do cannot be foreseen. */
            size_t slot = i * WORD + (size_t)__builtin_ctzll(word);
            window->slots[n] = (uint16_t)slot;
            fixed_score sum = window->sums[slot];
            window->scores[n] = sum;
            window->sums[slot] = 0;
            n += sum + others >= least;
        }
        for (word = window->touched[i] & ~in_set; word; word &= word - 1)
            window->sums[i * WORD + (size_t)__builtin_ctzll(word)] = 0;
        window->touched[i] = 0;
    }
    window->n_slots = n;
}

/* Drops the candidates that cannot reach the least with `others`. */
static void drop_slots(struct window *window, fixed_score others) {
    size_t n = 0;
    for (size_t i = 0; i < window->n_slots; i++) {
        window->slots[n] = window->slots[i];
        window->scores[n] = window->scores[i];
        n += window->scores[i] + others >= window->collector->least;
    }
    window->n_slots = n;
}

/* Adds what dense postings can give to the candidates. */
static void look_up_dense(struct window *window, const struct contributor *contributor) {
    const struct unpacked *unpacked = contributor->unpacked;
    const struct passage_set *only = contributor->clause->only;
    for (size_t i = 0; i < window->n_slots; i++) {
        uint32_t passage = window->base + window->slots[i];
        size_t place;
        bool found = unpacked_find_dense(unpacked, passage, &place);
        if (only && !passage_set_has(only, passage))
            continue;
        /* Without a branch: whether it is found cannot be foreseen, and the processor looks for
         * several at a time. */
        window->scores[i] += contributor->bounds[unpacked->impacts[place] & -(unsigned)found];
    }
}

/* The same of postings that are not dense: there are few in a window. They are put into the sums,
 * which are zeros now. */
static void look_up_sparse(struct window *window, const struct contributor *contributor) {
    const struct unpacked *unpacked = contributor->unpacked;
    const struct passage_set *only = contributor->clause->only;
    const uint32_t *passages = unpacked->passages;
    size_t first = unpacked_find_sparse(unpacked, window->base, contributor->cursor->i);
    size_t end = first;
    for (; end < unpacked->n_postings && passages[end] - window->base < WINDOW; end++)
        if (!only || passage_set_has(only, passages[end]))
            window->sums[passages[end] - window->base] =
                contributor->bounds[unpacked->impacts[end]];
    for (size_t i = 0; i < window->n_slots && first < end; i++)
        window->scores[i] += window->sums[window->slots[i]];
    for (size_t i = first; i < end; i++)
        window->sums[passages[i] - window->base] = 0;
    contributor->cursor->i = first;
}

/* Adds what other postings give to the candidates; `others` is the most that is to come after it.
 */
static enum status look_up_packed(struct window *window, const struct contributor *contributor,
                                  fixed_score others) {
    const struct passage_set *only = contributor->clause->only;
    struct postings_cursor *cursor = contributor->cursor;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < window->n_slots && status == STATUS_OK; i++) {
        uint32_t passage = window->base + window->slots[i];
        bool found;
        status = postings_cursor_seek_block(cursor, passage, &found, window->error);
        if (status != STATUS_OK || !found)
            break;
        if (cursor->segment.first > passage || (only && !passage_set_has(only, passage)))
            continue;
        if (!cursor->is_decoded &&
            window->scores[i] + others +
                    bound_of(window, contributor->clause, cursor->segment.impact[cursor->i_block]) <
                window->collector->least)
            continue;
        status = postings_cursor_seek(cursor, passage, window->error);
        if (status != STATUS_OK || cursor->passage != passage)
            continue;
        const uint16_t *tokens = tokens_at(window, window->slots[i]);
        uint8_t packed = segment_packed_counts(&cursor->block, cursor->i);
        window->scores[i] +=
            score_of(contributor, saturated_of(window, &cursor->block, cursor->i, packed, tokens));
    }
    return status;
}

static enum status look_up(struct window *window, const struct contributor *contributor,
                           fixed_score others) {
    if (!contributor->unpacked)
        return look_up_packed(window, contributor, others);
    if (unpacked_is_dense(contributor->unpacked))
        look_up_dense(window, contributor);
    else
        look_up_sparse(window, contributor);
    return STATUS_OK;
}

/* The score of a passage of which a bound is known. */
static enum status find_score(const struct window *window, size_t slot, fixed_score *score) {
    const struct clause_list *list = window->evaluation->clauses;
    uint32_t passage = window->base + (uint32_t)slot;
    enum status status = STATUS_OK;
    *score = 0;
    for (size_t i = 0; i < list->n_clauses && status == STATUS_OK; i++) {
        const struct clause *clause = &list->clauses[i];
        double x = 0;
        if (clause->only && !passage_set_has(clause->only, passage))
            continue;
        for (size_t j = 0; j < clause->n_forms && status == STATUS_OK; j++) {
            uint16_t counts[N_COLUMNS];
            status =
                postings_cursor_look_up(clause->forms[j].cursor, passage, counts, window->error);
            x += bm25f_x(&window->bm25f, counts, tokens_at(window, slot));
        }
        *score += clause_score(clause, x);
    }
    return status;
}

static enum status offer(struct window *window, size_t i) {
    enum status status = STATUS_OK;
    fixed_score score = window->scores[i];
    if (!window->is_exact && score >= window->collector->least)
        status = find_score(window, window->slots[i], &score);
    if (status != STATUS_OK || score < window->collector->least)
        return status;
    return window->collector->offer(window->collector, window->base + window->slots[i], score,
                                    window->error);
}

/* Completes the scores of what was summed that may reach the least, and offers them. */
static enum status consider(struct window *window) {
    enum status status = STATUS_OK;
    fixed_score others = 0;
    for (size_t i = 0; i < window->n_other; i++)
        others += window->contributors[i].bound;
    collect_sums(window, others);
    for (size_t i = window->n_other; i > 0 && window->n_slots > 0 && status == STATUS_OK; i--) {
        others -= window->contributors[i - 1].bound;
        status = look_up(window, &window->contributors[i - 1], others);
        drop_slots(window, others);
    }
    for (size_t i = 0; i < window->n_slots && status == STATUS_OK; i++)
        status = offer(window, i);
    return status;
}

/* ---- loading in advance ---- */

enum {
    LINE = 64, /* bytes that are loaded together */
    N_WORDS = WINDOW / WORD,
};

/* The dense postings of contributor `i`, if they reach into window `number`; else NULL. */
static const struct unpacked *dense_in(const struct window *window, size_t i, size_t number) {
    const struct unpacked *unpacked = window->contributors[i].unpacked;
    return unpacked_is_dense(unpacked) && number < unpacked->n_windows ? unpacked : NULL;
}

void window_prefetch_bits(const struct window *window, size_t number) {
    for (size_t i = 0; i < window->n_contributors; i++) {
        const struct unpacked *dense = dense_in(window, i, number);
        for (size_t w = 0; dense && w < N_WORDS; w += LINE / sizeof *dense->bits)
            __builtin_prefetch(&dense->bits[number * N_WORDS + w]);
        if (dense)
            __builtin_prefetch(&dense->n_before[number * N_WORDS]);
    }
}

void window_prefetch_impacts(const struct window *window, size_t number) {
    for (size_t i = 0; i < window->n_contributors; i++) {
        const struct unpacked *dense = dense_in(window, i, number);
        size_t first = dense ? dense->n_before[number * N_WORDS] : 0;
        size_t end = !dense                          ? 0
                     : number + 1 < dense->n_windows ? dense->n_before[(number + 1) * N_WORDS]
                                                     : dense->n_postings;
        for (; first < end; first += LINE)
            __builtin_prefetch(&dense->impacts[first]);
    }
}

/* ---- the whole ---- */

static size_t count_set(const struct window *window) {
    const struct passage_set *set = window->evaluation->set;
    size_t first = window->base / WORD;
    size_t n_words = set->end / WORD + 1 - first;
    return bits_count_all(set->words + first, n_words < N_WORDS ? n_words : N_WORDS);
}

enum status window_evaluate(struct window *window, uint64_t *next) {
    const struct passage_set *set = window->evaluation->set;
    uint64_t end = (uint64_t)window->base + WINDOW;
    uint64_t first;
    fixed_score most;
    *next = end;
    enum status status = bound_window(window, &first, &most);
    if (status != STATUS_OK)
        return status;
    bool has_members = set && window->collector->least <= 0;
    if (!has_members && first >= end) /* no essential clause has anything here */
        *next = first;
    if (!has_members && (first >= end || most < window->collector->least))
        return STATUS_OK;
    status = read_lengths(window);
    if (status == STATUS_OK && set && count_set(window) <= FEW) {
        for (size_t i = 0; i < window->n_contributors; i++)
            window->contributors[i].bound = window->contributors[i].most;
        window->n_other = window->n_contributors;
        for (size_t i = 0; i < WINDOW / WORD; i++)
            window->touched[i] = word_of_set(set, (uint64_t)window->base + i * WORD);
        return consider(window);
    }
    for (size_t i = window->n_contributors; i > window->n_other && status == STATUS_OK; i--)
        status = window_add(window, &window->contributors[i - 1],
                            most - window->contributors[i - 1].bound);
    return status == STATUS_OK ? consider(window) : status;
}
