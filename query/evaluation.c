/* See evaluation.h. */
#include "query/evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "query/ranking.h"

enum {
    WINDOW = UNPACKED_WINDOW, /* passages; their sums stay in the first-level cache */
    WORD = 64,
    FEW = 32,     /* passages of a set in a window that are looked up rather than summed */
    LEADING = 16, /* windows that are evaluated before the others */
    USUAL = 512,  /* tokens that few passages exceed */
};

/* A clause under evaluation. */
struct contributor {
    const struct clause *clause;
    double factor;     /* of the saturated x */
    fixed_score most;  /* that it can give anywhere */
    fixed_score bound; /* that it can give in this window */
    bool is_unpacked;  /* it has one form, which is: */
    /* If a form is unpacked: what its postings can give at most, by their impact; 0 for none. */
    fixed_score bounds[IMPACT_MAX + 1];
};

struct run {
    const struct evaluation *evaluation;
    struct collector *collector;
    struct error *error;
    struct bm25f bm25f;
    double saturated[IMPACT_MAX + 1]; /* the most, for each impact */
    double plain[USUAL];              /* saturated x of SEGMENT_PLAIN, by the tokens of the body */
    struct contributor *contributors; /* by rising `most`; owned */
    size_t n_contributors;
    bool has_unpacked; /* one of them; then sums are bounds, otherwise scores */
    bool all_unpacked;
    size_t n_other; /* the first so many are not essential in this window */
    uint32_t base;  /* of the window */
    const uint16_t (*tokens[WINDOW / LENGTHS_PER_CHUNK])[N_COLUMNS];
    fixed_score sums[WINDOW];
    double x[WINDOW]; /* of a clause with several forms */
    uint64_t touched[WINDOW / WORD], touched_x[WINDOW / WORD];
    /* Passages of the window that may yet reach the least. */
    uint16_t slots[WINDOW];
    fixed_score scores[WINDOW];
    size_t n_slots;
};

static int by_most(const void *a, const void *b) {
    const struct contributor *left = a;
    const struct contributor *right = b;
    if (left->most != right->most)
        return left->most < right->most ? -1 : 1;
    return (left->clause > right->clause) - (left->clause < right->clause);
}

static fixed_score bound_of(const struct run *run, const struct clause *clause, uint8_t impact) {
    return clause_bound(clause, run->saturated[impact]);
}

/* Impacts of unpacked postings are by the average lengths of now. */
static void prepare_unpacked(struct run *run, struct contributor *contributor) {
    const struct clause *clause = contributor->clause;
    size_t n_unpacked = 0;
    for (size_t i = 0; i < clause->n_forms; i++)
        n_unpacked += clause->forms[i].cursor->unpacked != NULL;
    run->all_unpacked = run->all_unpacked && n_unpacked == clause->n_forms;
    if (n_unpacked == 0)
        return;
    run->has_unpacked = true;
    contributor->is_unpacked = clause->n_forms == 1;
    for (int impact = 1; impact <= IMPACT_MAX; impact++)
        contributor->bounds[impact] = clause_bound(clause, (double)impact / IMPACT_MAX);
}

/* The most that a form can give anywhere. */
static fixed_score most_of(const struct run *run, const struct contributor *contributor,
                           const struct clause_form *form) {
    const struct unpacked *unpacked = form->cursor->unpacked;
    uint8_t most = 0;
    if (!unpacked)
        return bound_of(run, contributor->clause, form->impact);
    for (size_t i = 0; i < unpacked->n_windows; i++)
        most = unpacked->most[i] > most ? unpacked->most[i] : most;
    return contributor->bounds[most];
}

static enum status prepare(struct run *run) {
    const struct clause_list *list = run->evaluation->clauses;
    run->contributors = calloc(list->n_clauses + 1, sizeof *run->contributors);
    if (!run->contributors)
        return error_no_memory(run->error);
    for (size_t i = 0; i < list->n_clauses; i++) {
        struct contributor *contributor = &run->contributors[i];
        const struct clause *clause = &list->clauses[i];
        contributor->clause = clause;
        contributor->factor =
            clause->weight * (RANKING_K1 + 1) * (double)((fixed_score)1 << SCORE_BITS);
        prepare_unpacked(run, contributor);
        for (size_t j = 0; j < clause->n_forms; j++)
            contributor->most += most_of(run, contributor, &clause->forms[j]);
    }
    run->n_contributors = list->n_clauses;
    qsort(run->contributors, run->n_contributors, sizeof *run->contributors, by_most);
    return STATUS_OK;
}

static enum status read_lengths(struct run *run) {
    enum { N_CHUNKS = WINDOW / LENGTHS_PER_CHUNK };
    for (size_t i = 0; i < N_CHUNKS; i++) {
        run->tokens[i] =
            lengths_chunk(run->evaluation->lengths, (run->base >> LENGTHS_SHIFT) + i, run->error);
        if (!run->tokens[i])
            return run->error->status;
    }
    return STATUS_OK;
}

/* ---- sums of the essential clauses ---- */

static const uint16_t *tokens_at(const struct run *run, size_t slot) {
    return &run->tokens[slot >> LENGTHS_SHIFT][slot & (LENGTHS_PER_CHUNK - 1)][0];
}

static inline double plain_x(const struct run *run, uint16_t body_tokens) {
    return RANKING_BODY_WEIGHT /
           (1 - RANKING_B + run->bm25f.norm_per_token[COLUMN_BODY] * body_tokens);
}

/* x of posting `i`, with these packed counts, of a block. */
static inline double x_of(const struct run *run, const struct segment_block *block, size_t i,
                          uint8_t packed, const uint16_t *tokens) {
    uint16_t counts[N_COLUMNS];
    if (packed == SEGMENT_PLAIN)
        return plain_x(run, tokens[COLUMN_BODY]);
    if (packed == SEGMENT_ESCAPE)
        segment_counts(block, i, counts);
    else
        segment_unpack_counts(packed, counts);
    return bm25f_x(&run->bm25f, counts, tokens);
}

/* The same, saturated: two divisions are saved where most postings are. */
static inline double saturated_of(const struct run *run, const struct segment_block *block,
                                  size_t i, uint8_t packed, const uint16_t *tokens) {
    if (packed == SEGMENT_PLAIN && tokens[COLUMN_BODY] < USUAL)
        return run->plain[tokens[COLUMN_BODY]];
    return bm25f_saturate(x_of(run, block, i, packed, tokens));
}

/* x of the passage at which the cursor is. */
static double x_at(const struct run *run, const struct postings_cursor *cursor,
                   const uint16_t *tokens) {
    uint16_t counts[N_COLUMNS];
    postings_cursor_counts(cursor, counts);
    return bm25f_x(&run->bm25f, counts, tokens);
}

static inline fixed_score score_of(const struct contributor *contributor, double saturated) {
    return (fixed_score)(contributor->factor * saturated);
}

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

/* Adds the postings of a block that are in the window to the sums, or to run->x. */
static void add_block(struct run *run, const struct contributor *contributor,
                      struct segment_block *block) {
    const uint32_t *passages = segment_passages(block);
    const struct passage_set *only = contributor->clause->only;
    bool is_part = contributor->clause->n_forms > 1;
    uint8_t packed[POSTINGS_PER_BLOCK];
    uint64_t *touched = is_part ? run->touched_x : run->touched;
    size_t start = first_from(passages, block->n_postings, run->base);
    size_t end = first_from(passages, block->n_postings, (uint64_t)run->base + WINDOW);
    if (end - start > POSTINGS_PER_BLOCK / 4)
        segment_all_packed_counts(block, packed);
    else
        for (size_t i = start; i < end; i++)
            packed[i] = segment_packed_counts(block, i);
    for (size_t i = start; i < end; i++)
        __builtin_prefetch(tokens_at(run, passages[i] - run->base));
    for (size_t i = start; i < end; i++) {
        size_t slot = passages[i] - run->base;
        if (only && !passage_set_has(only, passages[i]))
            continue;
        touched[slot / WORD] |= (uint64_t)1 << slot % WORD;
        if (is_part)
            run->x[slot] += x_of(run, block, i, packed[i], tokens_at(run, slot));
        else
            run->sums[slot] +=
                score_of(contributor, saturated_of(run, block, i, packed[i], tokens_at(run, slot)));
    }
}

/* Adds what posting `i` of unpacked ones, of the passage at `slot`, can give: to the sums, or to
 * run->x. */
static inline void add_posting(struct run *run, const struct contributor *contributor,
                               const struct unpacked *unpacked, size_t i, size_t slot) {
    uint16_t counts[N_COLUMNS];
    uint32_t passage = run->base + (uint32_t)slot;
    uint64_t bit = (uint64_t)1 << slot % WORD;
    if (contributor->clause->only && !passage_set_has(contributor->clause->only, passage))
        return;
    if (contributor->is_unpacked) {
        run->sums[slot] += contributor->bounds[unpacked->impacts[i]];
        run->touched[slot / WORD] |= bit;
        return;
    }
    unpacked_counts(unpacked, i, passage, counts);
    run->x[slot] += bm25f_x(&run->bm25f, counts, tokens_at(run, slot));
    run->touched_x[slot / WORD] |= bit;
}

static void add_sparse(struct run *run, const struct contributor *contributor,
                       struct postings_cursor *cursor) {
    const struct unpacked *unpacked = cursor->unpacked;
    size_t i = unpacked_find_sparse(unpacked, run->base, cursor->i);
    for (; i < unpacked->n_postings && unpacked->passages[i] - run->base < WINDOW; i++)
        add_posting(run, contributor, unpacked, i, unpacked->passages[i] - run->base);
    cursor->i = i;
}

static void add_dense(struct run *run, const struct contributor *contributor,
                      const struct unpacked *unpacked) {
    bool is_plain = contributor->is_unpacked && !contributor->clause->only;
    size_t i_word = run->base / WORD;
    size_t n_words = unpacked->end / WORD + 1 - i_word;
    size_t i = unpacked->n_before[i_word];
    for (size_t w = 0; w < n_words && w < WINDOW / WORD; w++) {
        uint64_t word = unpacked->bits[i_word + w];
        fixed_score *sums = run->sums + w * WORD;
        for (; word && !is_plain; word &= word - 1)
            add_posting(run, contributor, unpacked, i++, w * WORD + (size_t)__builtin_ctzll(word));
        run->touched[w] |= word;
        for (; word; word &= word - 1)
            sums[__builtin_ctzll(word)] += contributor->bounds[unpacked->impacts[i++]];
    }
}

/* Adds one form's postings in the window, but for blocks whose passages cannot reach the least with
 * `rest`, the most that the other clauses give. */
static enum status add_form(struct run *run, const struct contributor *contributor, size_t form,
                            fixed_score rest) {
    struct postings_cursor *cursor = contributor->clause->forms[form].cursor;
    uint64_t passage = run->base;
    uint64_t end = passage + WINDOW;
    bool found;
    if (cursor->unpacked && unpacked_is_dense(cursor->unpacked))
        add_dense(run, contributor, cursor->unpacked);
    else if (cursor->unpacked)
        add_sparse(run, contributor, cursor);
    if (cursor->unpacked)
        return STATUS_OK;
    while (passage < end) {
        enum status status =
            postings_cursor_seek_block(cursor, (uint32_t)passage, &found, run->error);
        if (status != STATUS_OK || !found)
            return status;
        size_t i = cursor->i_block;
        const struct segment *segment = &cursor->segment;
        uint64_t first = i > 0 ? (uint64_t)segment->last[i - 1] + 1 : segment->first;
        if (first >= end)
            break;
        bool matters =
            contributor->clause->n_forms > 1 ||
            bound_of(run, contributor->clause, segment->impact[i]) + rest >= run->collector->least;
        if (matters) {
            status = postings_cursor_read_block(cursor, run->error);
            if (status != STATUS_OK)
                return status;
            add_block(run, contributor, &cursor->block);
        }
        passage = (uint64_t)segment->last[i] + 1;
    }
    return STATUS_OK;
}

/* Turns what the forms of a clause have in common into sums. */
static void add_x(struct run *run, const struct contributor *contributor) {
    for (size_t i = 0; i < WINDOW / WORD; i++) {
        for (uint64_t word = run->touched_x[i]; word; word &= word - 1) {
            size_t slot = i * WORD + (size_t)__builtin_ctzll(word);
            run->sums[slot] += score_of(contributor, bm25f_saturate(run->x[slot]));
            run->x[slot] = 0;
        }
        run->touched[i] |= run->touched_x[i];
        run->touched_x[i] = 0;
    }
}

static enum status add_contributor(struct run *run, const struct contributor *contributor,
                                   fixed_score rest) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < contributor->clause->n_forms && status == STATUS_OK; i++)
        status = add_form(run, contributor, i, rest);
    if (contributor->clause->n_forms > 1)
        add_x(run, contributor);
    return status;
}

/* ---- bounds in a window ---- */

/* The same as below of unpacked postings. */
static void bound_unpacked(const struct run *run, const struct contributor *contributor,
                           const struct unpacked *unpacked, fixed_score *bound, uint64_t *next) {
    size_t i = run->base >> UNPACKED_WINDOW_SHIFT;
    *bound += contributor->bounds[unpacked->most[i]];
    while (i < unpacked->n_windows && unpacked->most[i] == 0)
        i++;
    uint64_t first = i < unpacked->n_windows ? (uint64_t)i << UNPACKED_WINDOW_SHIFT : UINT64_MAX;
    *next = first < *next ? first : *next;
}

/* The most that a form can give in the window; `*next` falls to the first block from there on. */
static enum status bound_form(struct run *run, const struct contributor *contributor, size_t form,
                              fixed_score *bound, uint64_t *next) {
    const struct clause *clause = contributor->clause;
    struct postings_cursor *cursor = clause->forms[form].cursor;
    if (cursor->unpacked) {
        bound_unpacked(run, contributor, cursor->unpacked, bound, next);
        return STATUS_OK;
    }
    uint64_t end = (uint64_t)run->base + WINDOW;
    uint8_t impact = 0;
    bool found;
    enum status status = postings_cursor_seek_block(cursor, run->base, &found, run->error);
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
    if (i == segment->n_blocks) /* the segment after may have more */
        impact = clause->forms[form].impact;
    *bound += bound_of(run, clause, impact);
    return STATUS_OK;
}

/* Sets n_other and the bounds of the essential clauses; `*next` is the first passage that may have
 * any of these, `*most` what a passage of the window can score. */
static enum status bound_window(struct run *run, uint64_t *next, fixed_score *most) {
    fixed_score least = run->collector->least;
    enum status status = STATUS_OK;
    size_t i = 0;
    *most = 0;
    *next = UINT64_MAX;
    for (; i < run->n_contributors && *most + run->contributors[i].most < least; i++) {
        run->contributors[i].bound = run->contributors[i].most;
        *most += run->contributors[i].bound;
    }
    run->n_other = i;
    for (; i < run->n_contributors && status == STATUS_OK; i++) {
        struct contributor *contributor = &run->contributors[i];
        contributor->bound = 0;
        for (size_t j = 0; j < contributor->clause->n_forms && status == STATUS_OK; j++)
            status = bound_form(run, contributor, j, &contributor->bound, next);
        if (i == run->n_other && *most + contributor->bound < least)
            run->n_other++;
        *most += contributor->bound;
    }
    return status;
}

/* ---- candidates ---- */

/* The 64 members of the set from `passage` on. */
static uint64_t word_of_set(const struct passage_set *set, uint64_t passage) {
    return passage < set->end ? set->words[passage / WORD] : 0;
}

/* Makes candidates of what was summed, if it reaches the least with `others`, and clears it. */
static void collect_sums(struct run *run, fixed_score others) {
    const struct passage_set *set = run->evaluation->set;
    fixed_score least = run->collector->least;
    size_t n = 0;
    for (size_t i = 0; i < WINDOW / WORD; i++) {
        uint64_t in_set = set ? word_of_set(set, run->base + i * WORD) : ~(uint64_t)0;
        /* What no clause scores is of interest only as a member of the set. */
        uint64_t word = set && least <= 0 ? in_set : run->touched[i] & in_set;
        for (; word; word &= word - 1) {
            /* Without a branch: which of them will do cannot be foreseen. */
            size_t slot = i * WORD + (size_t)__builtin_ctzll(word);
            run->slots[n] = (uint16_t)slot;
            fixed_score sum = run->sums[slot];
            run->scores[n] = sum;
            run->sums[slot] = 0;
            n += sum + others >= least;
        }
        for (word = run->touched[i] & ~in_set; word; word &= word - 1)
            run->sums[i * WORD + (size_t)__builtin_ctzll(word)] = 0;
        run->touched[i] = 0;
    }
    run->n_slots = n;
}

/* Drops the candidates that cannot reach the least with `others`. */
static void drop_slots(struct run *run, fixed_score others) {
    size_t n = 0;
    for (size_t i = 0; i < run->n_slots; i++) {
        run->slots[n] = run->slots[i];
        run->scores[n] = run->scores[i];
        n += run->scores[i] + others >= run->collector->least;
    }
    run->n_slots = n;
}

/* Adds what unpacked postings can give to the candidates. */
static void look_up_unpacked(struct run *run, const struct contributor *contributor) {
    struct postings_cursor *cursor = contributor->clause->forms[0].cursor;
    const struct unpacked *unpacked = cursor->unpacked;
    const struct passage_set *only = contributor->clause->only;
    for (size_t i = 0; i < run->n_slots; i++) {
        uint32_t passage = run->base + run->slots[i];
        bool found;
        if (unpacked_is_dense(unpacked)) {
            found = unpacked_find_dense(unpacked, passage, &cursor->i);
        } else {
            cursor->i = unpacked_find_sparse(unpacked, passage, cursor->i);
            found = unpacked->passages[cursor->i] == passage;
        }
        if (found && (!only || passage_set_has(only, passage)))
            run->scores[i] += contributor->bounds[unpacked->impacts[cursor->i]];
    }
}

/* Adds to run->x what a form of several gives to the candidates. */
static enum status look_up_part(struct run *run, const struct contributor *contributor,
                                size_t form) {
    const struct passage_set *only = contributor->clause->only;
    struct postings_cursor *cursor = contributor->clause->forms[form].cursor;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->n_slots && status == STATUS_OK; i++) {
        uint32_t passage = run->base + run->slots[i];
        if (only && !passage_set_has(only, passage))
            continue;
        status = postings_cursor_seek(cursor, passage, run->error);
        if (status == STATUS_OK && cursor->passage == passage)
            run->x[run->slots[i]] += x_at(run, cursor, tokens_at(run, run->slots[i]));
    }
    return status;
}

/* Adds what the only form of a clause gives to the scores of the candidates. */
static enum status look_up_form(struct run *run, const struct contributor *contributor,
                                fixed_score others) {
    const struct passage_set *only = contributor->clause->only;
    struct postings_cursor *cursor = contributor->clause->forms[0].cursor;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->n_slots && status == STATUS_OK; i++) {
        uint32_t passage = run->base + run->slots[i];
        bool found;
        status = postings_cursor_seek_block(cursor, passage, &found, run->error);
        if (status != STATUS_OK || !found)
            break;
        if (cursor->segment.first > passage || (only && !passage_set_has(only, passage)))
            continue;
        if (!cursor->is_decoded &&
            run->scores[i] + others +
                    bound_of(run, contributor->clause, cursor->segment.impact[cursor->i_block]) <
                run->collector->least)
            continue;
        status = postings_cursor_seek(cursor, passage, run->error);
        if (status != STATUS_OK || cursor->passage != passage)
            continue;
        const uint16_t *tokens = tokens_at(run, run->slots[i]);
        uint8_t packed = segment_packed_counts(&cursor->block, cursor->i);
        run->scores[i] +=
            score_of(contributor, saturated_of(run, &cursor->block, cursor->i, packed, tokens));
    }
    return status;
}

/* Adds what a clause gives to the candidates; `others` is the most that is to come after it. */
static enum status look_up(struct run *run, const struct contributor *contributor,
                           fixed_score others) {
    const struct clause *clause = contributor->clause;
    enum status status = STATUS_OK;
    if (contributor->is_unpacked)
        look_up_unpacked(run, contributor);
    else if (clause->n_forms == 1)
        status = look_up_form(run, contributor, others);
    for (size_t i = 0; i < clause->n_forms && clause->n_forms > 1 && status == STATUS_OK; i++)
        status = look_up_part(run, contributor, i);
    for (size_t i = 0; i < run->n_slots && clause->n_forms > 1; i++) {
        run->scores[i] += score_of(contributor, bm25f_saturate(run->x[run->slots[i]]));
        run->x[run->slots[i]] = 0;
    }
    return status;
}

/* The score of a passage of which a bound is known. */
static enum status find_score(struct run *run, size_t slot, fixed_score *score) {
    uint32_t passage = run->base + (uint32_t)slot;
    const uint16_t *tokens = tokens_at(run, slot);
    enum status status = STATUS_OK;
    *score = 0;
    for (size_t i = 0; i < run->n_contributors && status == STATUS_OK; i++) {
        const struct clause *clause = run->contributors[i].clause;
        double x = 0;
        if (clause->only && !passage_set_has(clause->only, passage))
            continue;
        for (size_t j = 0; j < clause->n_forms && status == STATUS_OK; j++) {
            struct postings_cursor *cursor = clause->forms[j].cursor;
            status = postings_cursor_seek(cursor, passage, run->error);
            if (status == STATUS_OK && cursor->passage == passage)
                x += x_at(run, cursor, tokens);
        }
        *score += score_of(&run->contributors[i], bm25f_saturate(x));
    }
    return status;
}

static enum status offer(struct run *run, size_t i) {
    enum status status = STATUS_OK;
    fixed_score score = run->scores[i];
    if (run->has_unpacked && score >= run->collector->least)
        status = find_score(run, run->slots[i], &score);
    if (status != STATUS_OK || score < run->collector->least)
        return status;
    return run->collector->offer(run->collector, run->base + run->slots[i], score, run->error);
}

/* Completes the scores of what was summed that may reach the least, and offers them. */
static enum status consider(struct run *run) {
    enum status status = STATUS_OK;
    fixed_score others = 0;
    for (size_t i = 0; i < run->n_other; i++)
        others += run->contributors[i].bound;
    collect_sums(run, others);
    for (size_t i = run->n_other; i > 0 && run->n_slots > 0 && status == STATUS_OK; i--) {
        others -= run->contributors[i - 1].bound;
        status = look_up(run, &run->contributors[i - 1], others);
        drop_slots(run, others);
    }
    for (size_t i = 0; i < run->n_slots && status == STATUS_OK; i++)
        status = offer(run, i);
    return status;
}

static size_t count_set(const struct run *run) {
    size_t count = 0;
    for (uint32_t i = 0; i < WINDOW; i += WORD)
        count += bits_count(word_of_set(run->evaluation->set, (uint64_t)run->base + i));
    return count;
}

/* Evaluates the window at run->base; `*next` is where to go on. */
static enum status evaluate_window(struct run *run, uint64_t *next) {
    const struct passage_set *set = run->evaluation->set;
    uint64_t end = (uint64_t)run->base + WINDOW;
    uint64_t first;
    fixed_score most;
    *next = end;
    enum status status = bound_window(run, &first, &most);
    if (status != STATUS_OK)
        return status;
    bool has_members = set && run->collector->least <= 0;
    if (!has_members && first >= end) /* no essential clause has anything here */
        *next = first;
    if (!has_members && (first >= end || most < run->collector->least))
        return STATUS_OK;
    status = read_lengths(run);
    if (status == STATUS_OK && set && count_set(run) <= FEW) {
        for (size_t i = 0; i < run->n_contributors; i++)
            run->contributors[i].bound = run->contributors[i].most;
        run->n_other = run->n_contributors;
        for (size_t i = 0; i < WINDOW / WORD; i++)
            run->touched[i] = word_of_set(set, (uint64_t)run->base + i * WORD);
        return consider(run);
    }
    for (size_t i = run->n_contributors; i > run->n_other && status == STATUS_OK; i--)
        status =
            add_contributor(run, &run->contributors[i - 1], most - run->contributors[i - 1].bound);
    return status == STATUS_OK ? consider(run) : status;
}

/* ---- the order of the windows ---- */

/* Adds to `most` of each window what a clause can give there. */
static void add_bounds(const struct contributor *contributor, fixed_score *most) {
    const struct clause *clause = contributor->clause;
    for (size_t i = 0; i < clause->n_forms; i++) {
        const struct unpacked *unpacked = clause->forms[i].cursor->unpacked;
        for (size_t w = 0; w < unpacked->n_windows; w++)
            most[w] += contributor->bounds[unpacked->most[w]];
    }
}

/* Evaluates the windows that can have the highest scores and zeroes their `most`. */
static enum status evaluate_leading(struct run *run, fixed_score *most, size_t n_windows) {
    enum status status = STATUS_OK;
    uint64_t next;
    for (size_t i = 0; i < run->n_contributors; i++)
        add_bounds(&run->contributors[i], most);
    for (size_t i = 0; i < LEADING && i < n_windows && status == STATUS_OK; i++) {
        size_t best = 0;
        for (size_t w = 1; w < n_windows; w++)
            best = most[w] > most[best] ? w : best;
        run->base = (uint32_t)best << UNPACKED_WINDOW_SHIFT;
        if (most[best] >= run->collector->least && most[best] > 0)
            status = evaluate_window(run, &next);
        most[best] = 0;
    }
    return status;
}

/* Evaluates all windows of unpacked postings: what is below the least can be left out. */
static enum status evaluate_by_most(struct run *run) {
    size_t n_windows = (run->evaluation->collection->next_passage >> UNPACKED_WINDOW_SHIFT) + 1;
    fixed_score *most = calloc(n_windows, sizeof *most);
    enum status status =
        most ? evaluate_leading(run, most, n_windows) : error_no_memory(run->error);
    uint64_t next;
    for (size_t w = 0; w < n_windows && status == STATUS_OK; w++) {
        run->base = (uint32_t)w << UNPACKED_WINDOW_SHIFT;
        if (most[w] >= run->collector->least && most[w] > 0)
            status = evaluate_window(run, &next);
    }
    free(most);
    return status;
}

static enum status evaluate_in_order(struct run *run) {
    const struct passage_set *set = run->evaluation->set;
    uint32_t end = run->evaluation->collection->next_passage;
    enum status status = STATUS_OK;
    uint64_t next = 0;
    while (status == STATUS_OK && next < end) {
        if (set)
            next = passage_set_next(set, (uint32_t)next);
        if (next >= end)
            break;
        run->base = (uint32_t)(next / WINDOW * WINDOW);
        status = evaluate_window(run, &next);
    }
    return status;
}

enum status evaluation_run(const struct evaluation *evaluation, struct collector *collector,
                           struct error *error) {
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return error_no_memory(error);
    run->evaluation = evaluation;
    run->all_unpacked = true;
    run->collector = collector;
    run->error = error;
    run->bm25f = collection_bm25f(evaluation->collection);
    double growth = collection_growth(evaluation->collection);
    for (int impact = 0; impact <= IMPACT_MAX; impact++)
        run->saturated[impact] = bm25f_bound((uint8_t)impact, growth);
    for (uint16_t tokens = 0; tokens < USUAL; tokens++)
        run->plain[tokens] = bm25f_saturate(plain_x(run, tokens));
    enum status status = prepare(run);
    if (status == STATUS_OK)
        status = run->all_unpacked && !evaluation->set && !collector->in_order
                     ? evaluate_by_most(run)
                     : evaluate_in_order(run);
    free(run->contributors);
    free(run);
    return status;
}
