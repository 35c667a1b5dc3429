/* The evaluation against adding up everything, over more passages than a window or a segment has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "query/rank/evaluation.h"
#include "tests/unit/temporary_index.h"
#include "tests/unit/unpacked_list.h"

enum { N_PASSAGES = 20000, N_CLAUSES = 6, N_ROUNDS = 60 };

static size_t random_below(size_t n) {
    static uint64_t state = 3;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(state >> 33) % n;
}

struct world {
    struct index index;
    struct collection collection;
    struct lengths lengths;
    struct clause_list clauses;
    struct unpacked unpacked[2 * N_CLAUSES]; /* some of the clauses' forms */
    size_t n_unpacked, unpacks;              /* so many of three */
    struct passage_set only, set;
    fixed_score expected[N_PASSAGES];
    size_t n_offers[N_PASSAGES];
    size_t n_wanted;
};

/* Keeps the best n_wanted scores. */
struct best {
    struct collector collector;
    struct world *world;
    fixed_score scores[100];
    size_t n_scores;
};

static enum status offer(struct collector *collector, uint32_t passage, fixed_score score,
                         struct error *error) {
    (void)error;
    struct best *best = (struct best *)collector;
    struct world *world = best->world;
    assert_in_range(passage, 1, N_PASSAGES - 1);
    assert_int_equal(score, world->expected[passage]);
    world->n_offers[passage]++;
    size_t i = best->n_scores < world->n_wanted ? best->n_scores++ : best->n_scores;
    for (; i > 0 && best->scores[i - 1] < score; i--)
        if (i < world->n_wanted)
            best->scores[i] = best->scores[i - 1];
    if (i < world->n_wanted)
        best->scores[i] = score;
    if (best->n_scores == world->n_wanted)
        best->collector.least = best->scores[world->n_wanted - 1];
    return STATUS_OK;
}

static void open_world(struct world *world) {
    assert_int_equal(index_open(&world->index, "test.db", INDEX_CREATE, NULL), STATUS_OK);
    assert_int_equal(lengths_open(&world->lengths, &world->index, NULL), STATUS_OK);
    world->collection =
        (struct collection){.n_passages = N_PASSAGES - 1, .next_passage = N_PASSAGES};
    for (uint32_t i = 1; i < N_PASSAGES; i++) {
        const uint16_t tokens[N_COLUMNS] = {(uint16_t)(1 + random_below(300)),
                                            (uint16_t)random_below(5), (uint16_t)random_below(9)};
        assert_int_equal(lengths_set(&world->lengths, i, tokens, NULL), STATUS_OK);
        for (size_t column = 0; column < N_COLUMNS; column++)
            world->collection.tokens[column] += tokens[column];
    }
    /* Averages have moved since the impacts were made. */
    for (size_t column = 0; column < N_COLUMNS; column++)
        world->collection.reference[column] =
            (double)world->collection.tokens[column] / N_PASSAGES * (random_below(2) ? 0.9 : 1.2);
    assert_true(passage_set_init(&world->only, N_PASSAGES));
    assert_true(passage_set_init(&world->set, N_PASSAGES));
}

static void close_world(struct world *world) {
    passage_set_free(&world->only);
    passage_set_free(&world->set);
    lengths_close(&world->lengths);
    index_close(&world->index);
    free(world);
}

/* A form that one of `gap` passages has; `x` gets what it adds. */
static void add_form(struct world *world, struct clause *clause, size_t gap, double *x) {
    struct bm25f reference = bm25f_of(world->collection.reference);
    struct bm25f now = collection_bm25f(&world->collection);
    struct posting_list list = {0};
    struct postings_cursor *cursor;
    uint8_t largest = 0;
    for (uint32_t i = 1; i < N_PASSAGES; i++) {
        if (random_below(gap) > 0)
            continue;
        struct posting posting = {.passage = i, .counts = {(uint16_t)(1 + random_below(3))}};
        if (random_below(4) == 0)
            posting.counts[COLUMN_TITLE] = (uint16_t)random_below(6);
        const uint16_t *tokens;
        assert_int_equal(lengths_of(&world->lengths, i, &tokens, NULL), STATUS_OK);
        posting.impact = bm25f_impact(bm25f_x(&reference, posting.counts, tokens));
        largest = posting.impact > largest ? posting.impact : largest;
        x[i] += bm25f_x(&now, posting.counts, tokens);
        assert_int_equal(posting_list_add(&list, posting, NULL), STATUS_OK);
    }
    assert_int_equal(postings_cursor_open_list(&cursor, &list, NULL), STATUS_OK);
    if (list.n_postings > 0 && random_below(3) < world->unpacks) {
        cursor->unpacked = &world->unpacked[world->n_unpacked];
        world->unpacked[world->n_unpacked++] =
            unpacked_of(&list, N_PASSAGES, &now, &world->lengths);
    }
    const struct term term = {
        .df = (uint32_t)list.n_postings, .cf = list.n_postings, .impact = largest};
    assert_int_equal(clause_add_form(clause, cursor, &term, NULL), STATUS_OK);
    posting_list_free(&list);
}

/* Makes clauses, rare and common, some with several forms, some that score in a set only. */
static void make_clauses(struct world *world) {
    static double x[N_PASSAGES];
    memset(world->expected, 0, sizeof world->expected);
    for (size_t i = 0; i < N_CLAUSES; i++) {
        struct clause clause = {.label = "clause", .columns = ALL_COLUMNS};
        memset(x, 0, sizeof x);
        for (size_t n = random_below(3) ? 1 : 2; n > 0; n--)
            add_form(world, &clause, (size_t)1 << random_below(13), x);
        if (random_below(4) == 0)
            clause.only = &world->only;
        assert_int_equal(clause_list_add(&world->clauses, clause, &world->collection, NULL),
                         STATUS_OK);
        const struct clause *added = &world->clauses.clauses[world->clauses.n_clauses - 1];
        for (uint32_t j = 1; j < N_PASSAGES; j++)
            if (x[j] > 0 && (!added->only || passage_set_has(added->only, j)))
                world->expected[j] += clause_score(added, x[j]);
    }
}

static void fill_set(struct passage_set *set, size_t gap) {
    passage_set_minus(set, set);
    for (uint32_t i = 1; i < N_PASSAGES; i++)
        if (random_below(gap) == 0)
            passage_set_add(set, i);
}

static int falling(const void *a, const void *b) {
    fixed_score left = *(const fixed_score *)a;
    fixed_score right = *(const fixed_score *)b;
    return (left < right) - (left > right);
}

/* Everything that scores as much as the last of the best was offered, once. */
static void assert_best(struct world *world, const struct passage_set *set) {
    static fixed_score sorted[N_PASSAGES];
    struct best best = {.collector = {.n_wanted = world->n_wanted, .offer = offer}, .world = world};
    const struct evaluation evaluation = {&world->clauses, set, &world->collection,
                                          &world->lengths};
    size_t n = 0;
    memset(world->n_offers, 0, sizeof world->n_offers);
    assert_int_equal(evaluation_run(&evaluation, &best.collector, NULL), STATUS_OK);
    for (uint32_t i = 1; i < N_PASSAGES; i++)
        if (set ? passage_set_has(set, i) : world->expected[i] > 0)
            sorted[n++] = world->expected[i];
    qsort(sorted, n, sizeof *sorted, falling);
    fixed_score least = n < world->n_wanted ? -1 : sorted[world->n_wanted - 1];
    for (uint32_t i = 1; i < N_PASSAGES; i++) {
        bool is_member = set ? passage_set_has(set, i) : world->expected[i] > 0;
        assert_in_range(world->n_offers[i], is_member && world->expected[i] >= least, is_member);
    }
    assert_int_equal(best.n_scores, n < world->n_wanted ? n : world->n_wanted);
    for (size_t i = 0; i < best.n_scores; i++)
        assert_int_equal(best.scores[i], sorted[i]);
}

static void the_best_are_those_of_adding_up_everything(void **state) {
    (void)state;
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    open_world(world);
    for (size_t i = 0; i < N_ROUNDS; i++) {
        fill_set(&world->only, 1 + random_below(10));
        world->unpacks = i % 4;
        make_clauses(world);
        world->n_wanted = 1 + random_below(random_below(2) ? 10 : 100);
        assert_best(world, NULL);
        fill_set(&world->set, (size_t)1 << random_below(12));
        assert_best(world, &world->set);
        clause_list_free(&world->clauses);
        while (world->n_unpacked > 0)
            unpacked_free(&world->unpacked[--world->n_unpacked]);
    }
    close_world(world);
}

static void without_clauses_nothing_is_found_but_the_set_is(void **state) {
    (void)state;
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    open_world(world);
    world->n_wanted = 50;
    assert_best(world, NULL);
    fill_set(&world->set, 1000);
    assert_best(world, &world->set);
    close_world(world);
}

/* Adds a clause of the passages from `first` to before `end`, unpacked or (NULL) not. */
static void add_range(struct world *world, uint32_t first, uint32_t end,
                      struct unpacked *unpacked) {
    struct bm25f now = collection_bm25f(&world->collection);
    struct clause clause = {.label = "range", .columns = ALL_COLUMNS};
    struct posting_list list = {0};
    struct postings_cursor *cursor;
    const struct term term = {.df = end - first, .cf = end - first, .impact = IMPACT_MAX};
    for (uint32_t i = first; i < end; i++) {
        const struct posting posting = {.passage = i, .counts = {1}, .impact = IMPACT_MAX};
        assert_int_equal(posting_list_add(&list, posting, NULL), STATUS_OK);
    }
    assert_int_equal(postings_cursor_open_list(&cursor, &list, NULL), STATUS_OK);
    if (unpacked) {
        *unpacked = unpacked_of(&list, world->collection.next_passage, &now, &world->lengths);
        cursor->unpacked = unpacked;
    }
    assert_int_equal(clause_add_form(&clause, cursor, &term, NULL), STATUS_OK);
    assert_int_equal(clause_list_add(&world->clauses, clause, &world->collection, NULL), STATUS_OK);
    posting_list_free(&list);
}

static enum status offer_below_the_end(struct collector *collector, uint32_t passage,
                                       fixed_score score, struct error *error) {
    (void)error;
    const struct best *best = (const struct best *)collector;
    assert_true(passage < best->world->collection.next_passage);
    collector->least = score > collector->least ? score : collector->least;
    return STATUS_OK;
}

/* Of a damaged index. */
static void postings_behind_the_last_passage_are_left_out(void **state) {
    (void)state;
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    open_world(world);
    world->collection.next_passage = 2 * UNPACKED_WINDOW + 100;
    add_range(world, 1, world->collection.next_passage, &world->unpacked[0]);
    add_range(world, 2 * UNPACKED_WINDOW + 50, 2 * UNPACKED_WINDOW + 1000, NULL);
    struct best best = {.collector = {.n_wanted = 1, .offer = offer_below_the_end}, .world = world};
    const struct evaluation evaluation = {&world->clauses, NULL, &world->collection,
                                          &world->lengths};
    best.collector.least = clause_bound(&world->clauses.clauses[0], 1);
    assert_int_equal(evaluation_run(&evaluation, &best.collector, NULL), STATUS_OK);
    unpacked_free(&world->unpacked[0]);
    clause_list_free(&world->clauses);
    close_world(world);
}

static int stop(void *nothing) {
    (void)nothing;
    return 1;
}

static void lengths_that_cannot_be_read_are_an_error_though_nobody_asks_which(void **state) {
    (void)state;
    struct world *world = calloc(1, sizeof *world);
    struct lengths lengths;
    struct best best = {.collector = {.n_wanted = 1, .offer = offer_below_the_end}, .world = world};
    assert_non_null(world);
    open_world(world);
    add_range(world, 1, 10, NULL);
    assert_int_equal(lengths_open(&lengths, &world->index, NULL), STATUS_OK);
    const struct evaluation evaluation = {&world->clauses, NULL, &world->collection, &lengths};
    sqlite3_progress_handler(world->index.connection, 1, stop, NULL);
    assert_int_equal(evaluation_run(&evaluation, &best.collector, NULL), STATUS_INDEX);
    sqlite3_progress_handler(world->index.connection, 0, NULL, NULL);
    lengths_close(&lengths);
    clause_list_free(&world->clauses);
    close_world(world);
}

int main(void) {
#define IN_FOLDER(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, enter_temporary_folder, leave_temporary_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_best_are_those_of_adding_up_everything),
        IN_FOLDER(lengths_that_cannot_be_read_are_an_error_though_nobody_asks_which),
        IN_FOLDER(postings_behind_the_last_passage_are_left_out),
        IN_FOLDER(without_clauses_nothing_is_found_but_the_set_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
