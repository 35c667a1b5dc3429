/* See rank.h. */
#include "query/rank.h"

#include <stdlib.h>
#include <string.h>

/* A ranked passage with what decides between equal scores. */
struct candidate {
    struct ranked ranked;
    char *document; /* its id; read only where scores are equal; owned */
    int64_t start;
};

struct candidates {
    struct candidate *items;
    size_t n_items;
};

static void candidates_free(struct candidates *candidates) {
    for (size_t i = 0; i < candidates->n_items; i++)
        free(candidates->items[i].document);
    free(candidates->items);
}

static int by_score(const void *a, const void *b) {
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->ranked.score != right->ranked.score)
        return left->ranked.score > right->ranked.score ? -1 : 1;
    return (left->ranked.passage > right->ranked.passage) -
           (left->ranked.passage < right->ranked.passage);
}

static int by_place(const void *a, const void *b) {
    const struct candidate *left = a;
    const struct candidate *right = b;
    int order = strcmp(left->document, right->document);
    if (order == 0)
        order = (left->start > right->start) - (left->start < right->start);
    return order ? order : by_score(a, b);
}

/* Restores the heap whose least score is at the root, after scores[root] changed. */
static void sift_down(double *heap, size_t n, size_t root) {
    for (;;) {
        size_t least = 2 * root + 1;
        if (least >= n)
            return;
        if (least + 1 < n && heap[least + 1] < heap[least])
            least++;
        if (heap[root] <= heap[least])
            return;
        double score = heap[root];
        heap[root] = heap[least];
        heap[least] = score;
        root = least;
    }
}

/* The score of the best `n`-th of `set`, or of its worst if it has fewer; -1 when memory is out. */
static double threshold(const struct passage_set *set, const double *scores, size_t n,
                        size_t set_size) {
    size_t capacity = n < set_size ? n : set_size;
    double *heap = malloc((capacity + 1) * sizeof *heap);
    size_t used = 0;
    if (!heap)
        return -1;
    for (uint32_t i = passage_set_next(set, 0); i < set->end; i = passage_set_next(set, i + 1)) {
        if (used < capacity) {
            heap[used++] = scores[i];
            for (size_t root = used / 2; used == capacity && root-- > 0;)
                sift_down(heap, used, root);
        } else if (capacity > 0 && scores[i] > heap[0]) {
            heap[0] = scores[i];
            sift_down(heap, used, 0);
        }
    }
    double score = used > 0 ? heap[0] : 0;
    free(heap);
    return score;
}

/* All passages of `set` that score at least the `n`-th best, the best first. */
static enum status best_of(const struct passage_set *set, const double *scores, size_t n,
                           size_t set_size, struct candidates *best, struct error *error) {
    double least = threshold(set, scores, n, set_size);
    size_t n_items = 0;
    if (least < 0)
        return error_no_memory(error);
    for (uint32_t i = passage_set_next(set, 0); i < set->end; i = passage_set_next(set, i + 1))
        n_items += scores[i] >= least;
    best->items = calloc(n_items + 1, sizeof *best->items);
    if (!best->items)
        return error_no_memory(error);
    for (uint32_t i = passage_set_next(set, 0); i < set->end; i = passage_set_next(set, i + 1))
        if (scores[i] >= least)
            best->items[best->n_items++].ranked = (struct ranked){i, scores[i]};
    qsort(best->items, best->n_items, sizeof *best->items, by_score);
    return STATUS_OK;
}

static enum status read_place(struct index *index, sqlite3_stmt *place, struct candidate *candidate,
                              struct error *error) {
    sqlite3_bind_int64(place, 1, candidate->ranked.passage);
    if (sqlite3_step(place) != SQLITE_ROW)
        return index_error(index, error);
    const char *document = (const char *)sqlite3_column_text(place, 0);
    candidate->document = document ? strdup(document) : NULL;
    candidate->start = sqlite3_column_int64(place, 1);
    sqlite3_reset(place);
    return candidate->document ? STATUS_OK : error_no_memory(error);
}

/* Puts candidates of equal score in the order of their places. */
static enum status settle_ties(struct searcher *searcher, struct candidates *best,
                               struct error *error) {
    sqlite3_stmt *place = NULL;
    enum status status = index_prepare(
        &searcher->index,
        "SELECT coalesce(d.name, f.path), p.start FROM passages AS p JOIN documents AS d"
        " ON d.id = p.document JOIN files AS f ON f.id = d.file WHERE p.id = ?1",
        &place, error);
    for (size_t i = 0; i < best->n_items && status == STATUS_OK;) {
        size_t end = i + 1;
        while (end < best->n_items && best->items[end].ranked.score == best->items[i].ranked.score)
            end++;
        for (size_t j = i; j < end && end - i > 1 && status == STATUS_OK; j++)
            status = read_place(&searcher->index, place, &best->items[j], error);
        if (end - i > 1 && status == STATUS_OK)
            qsort(best->items + i, end - i, sizeof *best->items, by_place);
        i = end;
    }
    sqlite3_finalize(place);
    return status;
}

/* ---- by document ---- */

static enum status read_document_starts(struct searcher *searcher, struct error *error) {
    sqlite3_stmt *starts = NULL;
    if (searcher->document_starts.words)
        return STATUS_OK;
    if (!passage_set_init(&searcher->document_starts, searcher->collection.next_passage))
        return error_no_memory(error);
    enum status status =
        index_prepare(&searcher->index, "SELECT first_passage FROM documents WHERE n_passages > 0",
                      &starts, error);
    while (status == STATUS_OK && sqlite3_step(starts) == SQLITE_ROW)
        passage_set_add(&searcher->document_starts, (uint32_t)sqlite3_column_int64(starts, 0));
    sqlite3_finalize(starts);
    return status;
}

/* Leaves in `set` only the best passage of each document (the first of equals). */
static enum status keep_best_of_documents(struct searcher *searcher, const double *scores,
                                          struct passage_set *set, struct error *error) {
    enum status status = read_document_starts(searcher, error);
    uint32_t best = set->end;
    uint32_t best_document = set->end;
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = passage_set_next(set, 0); i < set->end; i = passage_set_next(set, i + 1)) {
        uint32_t document = passage_set_previous(&searcher->document_starts, i);
        uint32_t loser = set->end;
        if (document != best_document) {
            best = i;
            best_document = document;
        } else if (scores[i] > scores[best]) {
            loser = best;
            best = i;
        } else {
            loser = i;
        }
        if (loser < set->end)
            set->words[loser / 64] &= ~((uint64_t)1 << loser % 64);
    }
    return STATUS_OK;
}

enum status rank_passages(struct searcher *searcher, const struct selection *selection,
                          size_t offset, size_t limit, bool by_document, struct ranking *ranking,
                          struct error *error) {
    struct passage_set set = {0};
    struct candidates best = {0};
    double *scores = calloc((size_t)selection->passages.end + 1, sizeof *scores);
    enum status status = scores && passage_set_init(&set, selection->passages.end)
                             ? STATUS_OK
                             : error_no_memory(error);
    if (status == STATUS_OK) {
        passage_set_or(&set, &selection->passages);
        /* Without hits to show there is only the total to find. */
        if (limit > 0)
            status = score_all(&selection->clauses, &searcher->collection, &searcher->lengths, &set,
                               scores, error);
    }
    if (status == STATUS_OK && by_document)
        status = keep_best_of_documents(searcher, scores, &set, error);
    size_t n_wanted = limit < SIZE_MAX - offset ? offset + limit : SIZE_MAX;
    if (status == STATUS_OK) {
        ranking->total = passage_set_count(&set);
        if (limit > 0)
            status = best_of(&set, scores, n_wanted, ranking->total, &best, error);
    }
    if (status == STATUS_OK)
        status = settle_ties(searcher, &best, error);
    if (status == STATUS_OK) {
        ranking->ranked = calloc(best.n_items + 1, sizeof *ranking->ranked);
        for (size_t i = offset; ranking->ranked && i < best.n_items && i < n_wanted; i++)
            ranking->ranked[ranking->n_ranked++] = best.items[i].ranked;
        if (!ranking->ranked)
            status = error_no_memory(error);
    }
    candidates_free(&best);
    passage_set_free(&set);
    free(scores);
    return status;
}

void ranking_free(struct ranking *ranking) {
    free(ranking->ranked);
    *ranking = (struct ranking){0};
}
