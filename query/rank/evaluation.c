/* See evaluation.h. */
#include "query/rank/evaluation.h"

#include <stdlib.h>

#include "query/rank/window.h"

enum {
    LEADING = 16, /* windows that are evaluated before the others */
};

static int by_most(const void *a, const void *b) {
    const struct contributor *left = a;
    const struct contributor *right = b;
    if (left->most != right->most)
        return left->most < right->most ? -1 : 1;
    if (left->clause != right->clause)
        return (left->clause > right->clause) - (left->clause < right->clause);
    return (left->form > right->form) - (left->form < right->form);
}

/* Fills in what only postings that are not unpacked need. */
static void prepare_packed(struct window *window) {
    double growth = collection_growth(window->evaluation->collection);
    for (int impact = 0; impact <= IMPACT_MAX; impact++)
        window->saturated[impact] = bm25f_bound((uint8_t)impact, growth);
    for (uint16_t tokens = 0; tokens < USUAL; tokens++)
        window->plain[tokens] = bm25f_saturate(plain_x(window, tokens));
}

/* Impacts of unpacked postings are by the average lengths of now. */
static void prepare_unpacked(struct contributor *contributor) {
    const struct unpacked *unpacked = contributor->unpacked;
    uint8_t most = 0;
    for (int impact = 1; impact <= IMPACT_MAX; impact++)
        contributor->bounds[impact] =
            clause_bound(contributor->clause, (double)impact / IMPACT_MAX);
    for (size_t i = 0; i < unpacked->n_windows; i++)
        most = unpacked->most[i] > most ? unpacked->most[i] : most;
    contributor->most = contributor->bounds[most];
}

static void add_contributor(struct window *window, const struct clause *clause, size_t form) {
    struct contributor *contributor = &window->contributors[window->n_contributors++];
    contributor->clause = clause;
    contributor->form = &clause->forms[form];
    contributor->cursor = clause->forms[form].cursor;
    contributor->unpacked = contributor->cursor->unpacked;
    contributor->slack = clause->n_forms > 1 ? SCORE_SLACK : 0;
    window->all_unpacked = window->all_unpacked && contributor->unpacked;
    window->is_exact = window->is_exact && !contributor->unpacked && clause->n_forms == 1;
}

static enum status prepare(struct window *window) {
    const struct clause_list *list = window->evaluation->clauses;
    size_t n_forms = 0;
    for (size_t i = 0; i < list->n_clauses; i++)
        n_forms += list->clauses[i].n_forms;
    window->contributors = calloc(n_forms + 1, sizeof *window->contributors);
    if (!window->contributors)
        return error_no_memory(window->error);
    window->all_unpacked = window->is_exact = true;
    for (size_t i = 0; i < list->n_clauses; i++)
        for (size_t j = 0; j < list->clauses[i].n_forms; j++)
            add_contributor(window, &list->clauses[i], j);
    if (!window->all_unpacked)
        prepare_packed(window);
    for (size_t i = 0; i < window->n_contributors; i++) {
        struct contributor *contributor = &window->contributors[i];
        if (contributor->unpacked)
            prepare_unpacked(contributor);
        else
            contributor->most = bound_of(window, contributor->clause, contributor->form->impact);
    }
    qsort(window->contributors, window->n_contributors, sizeof *window->contributors, by_most);
    return STATUS_OK;
}

/* ---- the order of the windows ---- */

/* Adds to `most` of each window what a contributor can give there. */
static void add_bounds(const struct contributor *contributor, fixed_score *most) {
    const struct unpacked *unpacked = contributor->unpacked;
    for (size_t w = 0; w < unpacked->n_windows; w++)
        most[w] += contributor->bounds[unpacked->most[w]];
}

/* What at least `n` passages score for the contributor alone; 0: not known. Each window has one
 * with the most of its impacts, which were rounded up. */
static fixed_score least_of_best(const struct contributor *contributor, size_t n) {
    const struct unpacked *unpacked = contributor->unpacked;
    size_t n_windows[IMPACT_MAX + 1] = {0};
    uint8_t impact = IMPACT_MAX;
    size_t n_best = 0;
    for (size_t i = 0; i < unpacked->n_windows; i++)
        n_windows[unpacked->most[i]]++;
    for (; impact > 0 && n_best + n_windows[impact] < n; impact--)
        n_best += n_windows[impact];
    return impact > 0 ? contributor->bounds[impact - 1] - 2 * SCORE_SLACK : 0;
}

/* Raises the least to what is known without looking at any passage. */
static void raise_least(struct window *window) {
    struct collector *collector = window->collector;
    for (size_t i = 0; i < window->n_contributors; i++) {
        const struct contributor *contributor = &window->contributors[i];
        fixed_score least =
            contributor->clause->only ? 0 : least_of_best(contributor, collector->n_wanted);
        collector->least = least > collector->least ? least : collector->least;
    }
}

/* Fills in the windows of the largest `most`, by falling `most`, the first of equals before the
 * others; returns how many. */
static size_t find_leading(const fixed_score *most, size_t n_windows, size_t leading[LEADING]) {
    size_t n = 0;
    for (size_t w = 0; w < n_windows; w++) {
        if (n == LEADING && most[w] <= most[leading[n - 1]])
            continue;
        size_t i = n < LEADING ? n++ : n - 1;
        for (; i > 0 && most[w] > most[leading[i - 1]]; i--)
            leading[i] = leading[i - 1];
        leading[i] = w;
    }
    return n;
}

/* Evaluates the windows that can have the highest scores and zeroes their `most`. */
static enum status evaluate_leading(struct window *window, fixed_score *most, size_t n_windows) {
    enum status status = STATUS_OK;
    uint64_t next;
    for (size_t i = 0; i < window->n_contributors; i++)
        add_bounds(&window->contributors[i], most);
    size_t leading[LEADING] = {0};
    size_t n_leading = find_leading(most, n_windows, leading);
    for (size_t i = 0; i < n_leading && status == STATUS_OK; i++) {
        fixed_score *here = &most[leading[i]];
        window->base = (uint32_t)leading[i] << UNPACKED_WINDOW_SHIFT;
        if (*here >= window->collector->least && *here > 0)
            status = window_evaluate(window, &next);
        *here = 0;
    }
    return status;
}

/* The first window from `w` on that may have a passage that reaches the least; n_windows: none. */
static size_t next_window(const fixed_score *most, size_t n_windows, size_t w, fixed_score least) {
    while (w < n_windows && (most[w] < least || most[w] == 0))
        w++;
    return w;
}

/* Evaluates all windows of unpacked postings: what is below the least can be left out. */
static enum status evaluate_by_most(struct window *window) {
    size_t n_windows = (window->evaluation->collection->next_passage >> UNPACKED_WINDOW_SHIFT) + 1;
    fixed_score *most = calloc(n_windows, sizeof *most);
    raise_least(window);
    enum status status =
        most ? evaluate_leading(window, most, n_windows) : error_no_memory(window->error);
    const fixed_score *least = &window->collector->least;
    uint64_t ignored;
    for (size_t w = 0; status == STATUS_OK;) {
        w = next_window(most, n_windows, w, *least);
        if (w == n_windows)
            break;
        size_t second = next_window(most, n_windows, w + 1, *least);
        size_t third = next_window(most, n_windows, second + 1, *least);
        window_prefetch_impacts(window, second);
        window_prefetch_bits(window, third);
        window->base = (uint32_t)w << UNPACKED_WINDOW_SHIFT;
        status = window_evaluate(window, &ignored);
        w = second;
    }
    free(most);
    return status;
}

static enum status evaluate_in_order(struct window *window) {
    const struct passage_set *set = window->evaluation->set;
    uint32_t end = window->evaluation->collection->next_passage;
    enum status status = STATUS_OK;
    uint64_t next = 0;
    while (status == STATUS_OK && next < end) {
        if (set)
            next = passage_set_next(set, (uint32_t)next);
        if (next >= end)
            break;
        window->base = (uint32_t)(next / WINDOW * WINDOW);
        status = window_evaluate(window, &next);
    }
    return status;
}

enum status evaluation_run(const struct evaluation *evaluation, struct collector *collector,
                           struct error *error) {
    struct window *window = calloc(1, sizeof *window);
    if (!window)
        return error_no_memory(error);
    window->evaluation = evaluation;
    window->collector = collector;
    window->error = error;
    window->bm25f = collection_bm25f(evaluation->collection);
    enum status status = prepare(window);
    if (status == STATUS_OK)
        status = window->all_unpacked && !evaluation->set && !collector->in_order
                     ? evaluate_by_most(window)
                     : evaluate_in_order(window);
    free(window->contributors);
    free(window);
    return status;
}
