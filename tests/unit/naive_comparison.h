/* What a search answered against what naive_search.h and naive_rescore.h say it should have. */
#ifndef OSLER_TESTS_UNIT_NAIVE_COMPARISON_H
#define OSLER_TESTS_UNIT_NAIVE_COMPARISON_H

#include "query/search.h"
#include "store/buffer.h"
#include "tests/unit/naive_rescore.h"

static inline bool naive_is_near(double a, double b) {
    return fabs(a - b) < 1e-9;
}

static inline int naive_by_place(const struct naive_passage *a, const struct naive_passage *b) {
    int order = strcmp(a->document, b->document);
    return order ? order : (a->start > b->start) - (a->start < b->start);
}

static inline int naive_by_score(const void *a, const void *b) {
    const struct naive_passage *left = *(struct naive_passage *const *)a;
    const struct naive_passage *right = *(struct naive_passage *const *)b;
    if (!naive_is_near(left->score, right->score))
        return left->score < right->score ? 1 : -1;
    return naive_by_place(left, right);
}

/* What a hit should score. */
static inline double naive_final_score(const struct naive *naive,
                                       const struct naive_passage *passage, bool by_document) {
    if (by_document && naive->has_clauses)
        return passage->document_score;
    return naive->is_rescored ? passage->rescored : passage->score;
}

static inline int naive_by_rescored(const void *a, const void *b) {
    const struct naive_passage *left = *(struct naive_passage *const *)a;
    const struct naive_passage *right = *(struct naive_passage *const *)b;
    return (left->rescored < right->rescored) - (left->rescored > right->rescored);
}

static inline int naive_by_document_score(const void *a, const void *b) {
    const struct naive_passage *left = *(struct naive_passage *const *)a;
    const struct naive_passage *right = *(struct naive_passage *const *)b;
    return (left->document_score < right->document_score) -
           (left->document_score > right->document_score);
}

/* The passages that should be found, the best first, as far as those reach that the second stage
 * looks at for the best `n_wanted`; with `by_document` the best of each document by the first
 * stage.
 * `*n_selected` of them are selected. The caller frees. */
static inline struct naive_passage **naive_expected(const struct naive *naive, bool by_document,
                                                    size_t n_wanted, size_t *n_selected) {
    struct naive_passage **expected = calloc(naive->n_passages + 1, sizeof(*expected));
    size_t n = 0;
    for (size_t i = 0; i < naive->n_passages; i++)
        if (naive->passages[i].selected)
            expected[n++] = &naive->passages[i];
    qsort(expected, n, sizeof(*expected), naive_by_score);
    *n_selected = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_kept = true;
        for (size_t j = 0; j < *n_selected && by_document && is_kept; j++)
            is_kept = strcmp(expected[j]->path, expected[i]->path) != 0 ||
                      strcmp(expected[j]->document, expected[i]->document) != 0;
        if (is_kept)
            expected[(*n_selected)++] = expected[i];
    }
    size_t n_candidates = RANKING_CANDIDATES;
    while (n_candidates < n_wanted)
        n_candidates *= 2;
    if (*n_selected < n_candidates)
        n_candidates = *n_selected;
    if (by_document ? naive->has_clauses : naive->is_rescored)
        qsort(expected, n_candidates, sizeof(*expected),
              by_document ? naive_by_document_score : naive_by_rescored);
    return expected;
}

static inline const struct naive_passage *naive_passage_of_hit(const struct naive *naive,
                                                               const struct hit *hit) {
    for (size_t i = 0; i < naive->n_passages; i++)
        if ((size_t)naive->passages[i].start == hit->passage.bytes.start &&
            strcmp(naive->passages[i].document, hit->document.id) == 0 &&
            strcmp(naive->passages[i].path, hit->document.path) == 0 &&
            strcmp(naive->passages[i].texts[COLUMN_BODY], hit->passage.text) == 0)
            return &naive->passages[i];
    return NULL;
}

/* Equal scores are in the order of the documents' ids and the places in them. */
static inline bool naive_in_place_order(const struct hit *a, const struct hit *b) {
    int order = strcmp(a->document.id, b->document.id);
    return order < 0 || (order == 0 && a->passage.bytes.start <= b->passage.bytes.start);
}

/* Whether hit `i` is the passage, or one as good, that should be there; says in `why` if not. */
static inline bool naive_hit_agrees(const struct naive *naive, const struct search *search,
                                    const struct answer *answer, size_t i,
                                    const struct naive_passage *expected, struct buffer *why) {
    const struct hit *hit = &answer->hits[i];
    const struct naive_passage *found = naive_passage_of_hit(naive, hit);
    double found_score = found ? naive_final_score(naive, found, search->by_document) : -1;
    double score = naive_final_score(naive, expected, search->by_document);
    bool agrees = found && found->selected && naive_is_near(found_score, hit->score) &&
                  naive_is_near(score, hit->score);
    bool in_order = i == 0 || hit[-1].score > hit->score || naive_in_place_order(hit - 1, hit);
    if (!agrees)
        buffer_append_format(why,
                             "hit %zu (%s, byte %zu) scores %.12f; it should score %.12f%s, and "
                             "the hit here %.12f (%s, byte %zu)",
                             i + 1, hit->document.id, hit->passage.bytes.start, hit->score,
                             found_score, found && found->selected ? "" : " (not selected)", score,
                             expected->document, (size_t)expected->start);
    else if (!in_order)
        buffer_append_format(why, "hit %zu (%s) stands before %s with the same score", i,
                             hit[-1].document.id, hit->document.id);
    return agrees && in_order;
}

/* Whether the answer is that of the naive search, which has run for the same query; says in `why`
 * if not. */
static inline bool naive_agrees(const struct naive *naive, const struct search *search,
                                const struct answer *answer, struct buffer *why) {
    size_t n_selected;
    struct naive_passage **expected =
        naive_expected(naive, search->by_document, search->offset + search->limit, &n_selected);
    size_t left = n_selected > search->offset ? n_selected - search->offset : 0;
    size_t n_hits = left < search->limit ? left : search->limit;
    bool agrees = answer->total == n_selected && answer->n_hits == n_hits;
    if (!agrees)
        buffer_append_format(why, "%zu of %zu hits, expected %zu of %zu", answer->n_hits,
                             answer->total, n_hits, n_selected);
    for (size_t i = 0; i < n_hits && agrees; i++)
        agrees = naive_hit_agrees(naive, search, answer, i, expected[search->offset + i], why);
    free(expected);
    return agrees;
}

#endif
