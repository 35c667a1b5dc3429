/* A window of passages under evaluation (evaluation.h): what the clauses give to each of them. */
#ifndef OSLER_QUERY_RANK_WINDOW_H
#define OSLER_QUERY_RANK_WINDOW_H

#include "query/rank/evaluation.h"
#include "query/score/ranking.h"

enum {
    WINDOW = UNPACKED_WINDOW, /* passages; their sums stay in the first-level cache */
    WORD = 64,
    USUAL = 512, /* tokens that few passages exceed */
};

/* A form of a clause under evaluation. What it gives is found as if the clause had no other:
 * together they give no more, for saturation only takes away. */
struct contributor {
    const struct clause *clause;
    const struct clause_form *form;
    struct postings_cursor *cursor;  /* of the form */
    const struct unpacked *unpacked; /* the cursor's; NULL: it has none */
    fixed_score slack; /* what is added for rounding: 0 where there is no other form */
    fixed_score most;  /* that it can give anywhere */
    fixed_score bound; /* that it can give in this window */
    fixed_score bounds[IMPACT_MAX + 1]; /* unpacked: the most, by the impact; 0 for none */
};

struct window {
    const struct evaluation *evaluation;
    struct collector *collector;
    struct error *error;
    struct bm25f bm25f;
    double saturated[IMPACT_MAX + 1]; /* the most, for each impact */
    double plain[USUAL];              /* saturated x of SEGMENT_PLAIN, by the tokens of the body */
    struct contributor *contributors; /* by rising `most`; owned */
    size_t n_contributors;
    bool all_unpacked; /* all postings are */
    bool is_exact;     /* none is, and clauses have one form: sums are scores, otherwise bounds */
    size_t n_other;    /* the first so many are not essential in this window */
    uint32_t base;     /* of the window */
    const uint16_t (*tokens[WINDOW / LENGTHS_PER_CHUNK])[N_COLUMNS];
    fixed_score sums[WINDOW];
    uint64_t touched[WINDOW / WORD];
    /* Passages of the window that may yet reach the least. */
    uint16_t slots[WINDOW];
    fixed_score scores[WINDOW];
    size_t n_slots;
};

/* Adds what the postings of a contributor give in the window to the sums, but for blocks whose
 * passages cannot reach the least with `rest`, the most that the others give. Errors: STATUS_INDEX.
 */
enum status window_add(struct window *window, const struct contributor *contributor,
                       fixed_score rest);

/* Evaluates the window at window->base; `*next` is where to go on. Errors: those of evaluation_run.
 */
enum status window_evaluate(struct window *window, uint64_t *next);

/* Where all postings are unpacked: begins to load the dense ones of window `number`, which then
 * need not be waited for; their impacts are found by their bits, and so come after them. A number
 * behind the last is fine. */
void window_prefetch_bits(const struct window *window, size_t number);
void window_prefetch_impacts(const struct window *window, size_t number);

/* ---- what a contributor gives ---- */

static inline fixed_score bound_of(const struct window *window, const struct clause *clause,
                                   uint8_t impact) {
    return clause_bound(clause, window->saturated[impact]);
}

static inline const uint16_t *tokens_at(const struct window *window, size_t slot) {
    return &window->tokens[slot >> LENGTHS_SHIFT][slot & (LENGTHS_PER_CHUNK - 1)][0];
}

static inline double plain_x(const struct window *window, uint16_t body_tokens) {
    return RANKING_BODY_WEIGHT /
           (1 - RANKING_B + window->bm25f.norm_per_token[COLUMN_BODY] * body_tokens);
}

/* x of posting `i`, with these packed counts, of a block. */
static inline double x_of(const struct window *window, const struct segment_block *block, size_t i,
                          uint8_t packed, const uint16_t *tokens) {
    uint16_t counts[N_COLUMNS];
    if (packed == SEGMENT_PLAIN)
        return plain_x(window, tokens[COLUMN_BODY]);
    if (packed == SEGMENT_ESCAPE)
        segment_counts(block, i, counts);
    else
        segment_unpack_counts(packed, counts);
    return bm25f_x(&window->bm25f, counts, tokens);
}

/* The same, saturated: two divisions are saved where most postings are. */
static inline double saturated_of(const struct window *window, const struct segment_block *block,
                                  size_t i, uint8_t packed, const uint16_t *tokens) {
    if (packed == SEGMENT_PLAIN && tokens[COLUMN_BODY] < USUAL)
        return window->plain[tokens[COLUMN_BODY]];
    return bm25f_saturate(x_of(window, block, i, packed, tokens));
}

static inline fixed_score score_of(const struct contributor *contributor, double saturated) {
    return clause_score_of_saturated(contributor->clause, saturated) + contributor->slack;
}

#endif
