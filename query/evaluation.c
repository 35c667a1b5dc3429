/* See evaluation.h. */
#include "query/evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "query/ranking.h"

enum {
    WINDOW = 2 * LENGTHS_PER_CHUNK, /* passages; their sums stay in the first-level cache */
    WORD = 64,
    FEW = 32, /* passages of a set in a window that are looked up rather than summed */
};

/* A clause under evaluation. */
struct contributor {
    const struct clause *clause;
    double factor;     /* of the saturated x */
    fixed_score most;  /* that it can give anywhere */
    fixed_score bound; /* that it can give in this window */
};

struct run {
    const struct evaluation *evaluation;
    struct collector *collector;
    struct error *error;
    struct bm25f bm25f;
    double growth;
    struct contributor *contributors; /* by rising `most`; owned */
    size_t n_contributors;
    size_t n_other; /* the first so many are not essential in this window */
    uint32_t base;  /* of the window */
    const uint16_t (*tokens[WINDOW / LENGTHS_PER_CHUNK])[N_COLUMNS];
    fixed_score sums[WINDOW];
    double x[WINDOW]; /* of a clause with several forms */
    uint64_t touched[WINDOW / WORD], touched_x[WINDOW / WORD];
};

static int by_most(const void *a, const void *b) {
    const struct contributor *left = a;
    const struct contributor *right = b;
    if (left->most != right->most)
        return left->most < right->most ? -1 : 1;
    return (left->clause > right->clause) - (left->clause < right->clause);
}

static fixed_score bound_of(const struct run *run, const struct clause *clause, uint8_t impact) {
    return clause_bound(clause, impact, run->growth);
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
            clause->idf * (RANKING_K1 + 1) * (double)((fixed_score)1 << SCORE_BITS);
        for (size_t j = 0; j < clause->n_forms; j++)
            contributor->most += bound_of(run, clause, clause->forms[j].impact);
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
    return run->tokens[slot >> LENGTHS_SHIFT][slot & (LENGTHS_PER_CHUNK - 1)];
}

/* x of posting `i` of a decoded block. */
static inline double x_of(const struct run *run, const struct segment_block *block, size_t i,
                          const uint16_t *tokens) {
    enum { MAX_PLAIN = 15 }; /* the body alone */
    uint16_t counts[N_COLUMNS];
    if (block->counts[i] <= MAX_PLAIN)
        return RANKING_BODY_WEIGHT * block->counts[i] /
               (1 - RANKING_B + run->bm25f.norm_per_token[COLUMN_BODY] * tokens[COLUMN_BODY]);
    segment_counts(block, i, counts);
    return bm25f_x(&run->bm25f, counts, tokens);
}

static inline fixed_score score_of(const struct contributor *contributor, double x) {
    return (fixed_score)(contributor->factor * bm25f_saturate(x));
}

/* Adds the postings of a block that are in the window to the sums, or to run->x. */
static void add_block(struct run *run, const struct contributor *contributor,
                      const struct segment_block *block) {
    const struct passage_set *only = contributor->clause->only;
    bool is_part = contributor->clause->n_forms > 1;
    uint64_t *touched = is_part ? run->touched_x : run->touched;
    for (size_t i = 0; i < block->n_postings; i++) {
        size_t slot = (size_t)block->passages[i] - run->base; /* huge before the window */
        if (slot >= WINDOW || (only && !passage_set_has(only, block->passages[i])))
            continue;
        double x = x_of(run, block, i, tokens_at(run, slot));
        touched[slot / WORD] |= (uint64_t)1 << slot % WORD;
        if (is_part)
            run->x[slot] += x;
        else
            run->sums[slot] += score_of(contributor, x);
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
            run->sums[slot] += score_of(contributor, run->x[slot]);
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

/* The most that a form can give in the window; `*next` falls to the first block from there on. */
static enum status bound_form(struct run *run, const struct clause *clause, size_t form,
                              fixed_score *bound, uint64_t *next) {
    struct postings_cursor *cursor = clause->forms[form].cursor;
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
            status = bound_form(run, contributor->clause, j, &contributor->bound, next);
        if (i == run->n_other && *most + contributor->bound < least)
            run->n_other++;
        *most += contributor->bound;
    }
    return status;
}

/* ---- candidates ---- */

/* The most that a clause can give `passage`, as far as its blocks say. */
static enum status bound_passage(struct run *run, const struct clause *clause, uint32_t passage,
                                 fixed_score *bound) {
    enum status status = STATUS_OK;
    bool found;
    *bound = 0;
    for (size_t i = 0; i < clause->n_forms && status == STATUS_OK; i++) {
        const struct postings_cursor *cursor = clause->forms[i].cursor;
        status = postings_cursor_seek_block(clause->forms[i].cursor, passage, &found, run->error);
        if (status == STATUS_OK && found && cursor->segment.first <= passage)
            *bound += bound_of(run, clause, cursor->segment.impact[cursor->i_block]);
    }
    return status;
}

/* Adds what a clause gives `passage` to `*score`. */
static enum status look_up(struct run *run, const struct contributor *contributor, uint32_t passage,
                           fixed_score *score) {
    const struct clause *clause = contributor->clause;
    enum status status = STATUS_OK;
    double x = 0;
    if (clause->only && !passage_set_has(clause->only, passage))
        return STATUS_OK;
    for (size_t i = 0; i < clause->n_forms && status == STATUS_OK; i++) {
        struct postings_cursor *cursor = clause->forms[i].cursor;
        status = postings_cursor_seek(cursor, passage, run->error);
        if (status != STATUS_OK || cursor->passage != passage)
            continue;
        status = postings_cursor_read_block(cursor, run->error);
        if (status == STATUS_OK)
            x += x_of(run, &cursor->block, cursor->i, tokens_at(run, passage - run->base));
    }
    if (x > 0)
        *score += score_of(contributor, x);
    return status;
}

/* Completes the score of a passage that has `score` of all but the first `n_other` clauses, and
 * offers it, unless it cannot reach the least. */
static enum status consider(struct run *run, uint32_t passage, fixed_score score,
                            fixed_score others) {
    enum status status = STATUS_OK;
    for (size_t i = run->n_other; i > 0 && status == STATUS_OK; i--) {
        const struct contributor *contributor = &run->contributors[i - 1];
        fixed_score bound;
        if (score + others < run->collector->least)
            return STATUS_OK;
        others -= contributor->bound;
        status = bound_passage(run, contributor->clause, passage, &bound);
        if (status != STATUS_OK || score + others + bound < run->collector->least)
            return status;
        if (bound > 0)
            status = look_up(run, contributor, passage, &score);
    }
    if (status == STATUS_OK && score >= run->collector->least)
        status = run->collector->offer(run->collector, passage, score, run->error);
    return status;
}

/* The 64 members of the set from `passage` on. */
static uint64_t word_of_set(const struct passage_set *set, uint64_t passage) {
    return passage < set->end ? set->words[passage / WORD] : 0;
}

/* Considers what was summed, and clears it. */
static enum status consider_sums(struct run *run) {
    const struct passage_set *set = run->evaluation->set;
    enum status status = STATUS_OK;
    fixed_score others = 0;
    for (size_t i = 0; i < run->n_other; i++)
        others += run->contributors[i].bound;
    for (size_t i = 0; i < WINDOW / WORD; i++) {
        uint32_t first = run->base + (uint32_t)(i * WORD);
        uint64_t in_set = set ? word_of_set(set, first) : ~(uint64_t)0;
        /* What no clause scores is of interest only as a member of the set. */
        uint64_t word = set && run->collector->least <= 0 ? in_set : run->touched[i] & in_set;
        for (; word && status == STATUS_OK; word &= word - 1) {
            size_t bit = (size_t)__builtin_ctzll(word);
            fixed_score sum = run->sums[i * WORD + bit];
            if (sum + others >= run->collector->least)
                status = consider(run, first + (uint32_t)bit, sum, others);
        }
        if (run->touched[i])
            memset(&run->sums[i * WORD], 0, WORD * sizeof *run->sums);
        run->touched[i] = 0;
    }
    return status;
}

static size_t count_set(const struct run *run) {
    size_t count = 0;
    for (uint32_t i = 0; i < WINDOW; i += WORD)
        count += (size_t)__builtin_popcountll(
            word_of_set(run->evaluation->set, (uint64_t)run->base + i));
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
        return consider_sums(run);
    }
    for (size_t i = run->n_contributors; i > run->n_other && status == STATUS_OK; i--)
        status =
            add_contributor(run, &run->contributors[i - 1], most - run->contributors[i - 1].bound);
    return status == STATUS_OK ? consider_sums(run) : status;
}

enum status evaluation_run(const struct evaluation *evaluation, struct collector *collector,
                           struct error *error) {
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return error_no_memory(error);
    run->evaluation = evaluation;
    run->collector = collector;
    run->error = error;
    run->bm25f = collection_bm25f(evaluation->collection);
    run->growth = collection_growth(evaluation->collection);
    enum status status = prepare(run);
    uint64_t next = 0;
    while (status == STATUS_OK && next < evaluation->collection->next_passage) {
        if (evaluation->set)
            next = passage_set_next(evaluation->set, (uint32_t)next);
        if (next >= evaluation->collection->next_passage)
            break;
        run->base = (uint32_t)(next / WINDOW * WINDOW);
        status = evaluate_window(run, &next);
    }
    free(run->contributors);
    free(run);
    return status;
}
