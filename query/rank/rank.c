/* See rank.h. */
#include "query/rank/rank.h"

#include <stdlib.h>
#include <string.h>

#include "query/rank/evaluation.h"
#include "query/score/ranking.h"

/* A ranked passage with what decides between equal scores. */
struct candidate {
    uint32_t passage;
    fixed_score score;
    char *document; /* its id; read only where scores are equal; owned */
    int64_t start;
};

/* The best so far: every passage that scores no less than the n_wanted-th best of those seen. */
struct candidates {
    struct collector collector; /* the first member: offers come to it */
    struct candidate *items;
    size_t n_items, capacity;
    fixed_score *heap; /* the n_wanted best scores, the least at the root */
    size_t n_heap, heap_capacity;
    /* By document: the best passage of the last document, not in `items` yet. */
    struct index *index;
    sqlite3_stmt *select_document;
    struct candidate current;
    int64_t current_document; /* 0: none yet */
};

static void candidates_free(struct candidates *candidates) {
    for (size_t i = 0; i < candidates->n_items; i++)
        free(candidates->items[i].document);
    free(candidates->items);
    free(candidates->heap);
    sqlite3_finalize(candidates->select_document);
}

static int by_score(const void *a, const void *b) {
    const struct candidate *left = a;
    const struct candidate *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return (left->passage > right->passage) - (left->passage < right->passage);
}

static int by_place(const void *a, const void *b) {
    const struct candidate *left = a;
    const struct candidate *right = b;
    int order = strcmp(left->document, right->document);
    if (order == 0)
        order = (left->start > right->start) - (left->start < right->start);
    return order ? order : by_score(a, b);
}

/* Moves the root's score down to where it belongs. */
static void sift_down(fixed_score *heap, size_t n, size_t root) {
    fixed_score score = heap[root];
    for (size_t least = 2 * root + 1; least < n; least = 2 * root + 1) {
        if (least + 1 < n && heap[least + 1] < heap[least])
            least++;
        if (score <= heap[least])
            break;
        heap[root] = heap[least];
        root = least;
    }
    heap[root] = score;
}

static void sift_up(fixed_score *heap, size_t leaf) {
    fixed_score score = heap[leaf];
    for (; leaf > 0 && heap[(leaf - 1) / 2] > score; leaf = (leaf - 1) / 2)
        heap[leaf] = heap[(leaf - 1) / 2];
    heap[leaf] = score;
}

/* Room for one more in both arrays. */
static bool make_room(struct candidates *best) {
    if (best->n_items == best->capacity) {
        size_t capacity = best->capacity ? best->capacity * 2 : 64;
        struct candidate *items = realloc(best->items, capacity * sizeof *items);
        if (!items)
            return false;
        best->items = items;
        best->capacity = capacity;
    }
    if (best->n_heap == best->heap_capacity) {
        size_t capacity = best->heap_capacity ? best->heap_capacity * 2 : 64;
        fixed_score *heap = realloc(best->heap, capacity * sizeof *heap);
        if (!heap)
            return false;
        best->heap = heap;
        best->heap_capacity = capacity;
    }
    return true;
}

static enum status offer(struct candidates *best, uint32_t passage, fixed_score score,
                         struct error *error) {
    if (best->collector.n_wanted == 0 || score < best->collector.least)
        return STATUS_OK;
    if (!make_room(best))
        return error_no_memory(error);
    best->items[best->n_items++] = (struct candidate){.passage = passage, .score = score};
    if (best->n_heap < best->collector.n_wanted) {
        best->heap[best->n_heap] = score;
        sift_up(best->heap, best->n_heap++);
    } else if (score > best->heap[0]) {
        best->heap[0] = score;
        sift_down(best->heap, best->n_heap, 0);
    }
    if (best->n_heap == best->collector.n_wanted)
        best->collector.least = best->heap[0];
    return STATUS_OK;
}

static enum status offer_passage(struct collector *collector, uint32_t passage, fixed_score score,
                                 struct error *error) {
    return offer((struct candidates *)collector, passage, score, error);
}

/* Offers the best passage of the document that all offers of are made. */
static enum status close_document(struct candidates *best, struct error *error) {
    return best->current_document == 0
               ? STATUS_OK
               : offer(best, best->current.passage, best->current.score, error);
}

/* Of a document's passages, which follow each other, only the best counts, the first of equals. */
static enum status offer_of_document(struct collector *collector, uint32_t passage,
                                     fixed_score score, struct error *error) {
    struct candidates *best = (struct candidates *)collector;
    enum status status = STATUS_OK;
    sqlite3_bind_int64(best->select_document, 1, passage);
    if (sqlite3_step(best->select_document) != SQLITE_ROW)
        return index_error(best->index, error);
    int64_t document = sqlite3_column_int64(best->select_document, 0);
    sqlite3_reset(best->select_document);
    if (document == best->current_document && score <= best->current.score)
        return STATUS_OK;
    if (document != best->current_document)
        status = close_document(best, error);
    best->current = (struct candidate){.passage = passage, .score = score};
    best->current_document = document;
    return status;
}

/* Drops what was good enough only for a while, and sorts. */
static void settle(struct candidates *best) {
    size_t n_kept = 0;
    for (size_t i = 0; i < best->n_items; i++)
        if (best->items[i].score >= best->collector.least)
            best->items[n_kept++] = best->items[i];
    best->n_items = n_kept;
    if (n_kept > 0)
        qsort(best->items, n_kept, sizeof *best->items, by_score);
}

static const char place_sql[] =
    "SELECT coalesce(d.name, f.path), p.start FROM passages AS p JOIN documents AS d"
    " ON d.id = p.document JOIN files AS f ON f.id = d.file WHERE p.id = ?1";

static enum status read_place(struct searcher *searcher, struct candidate *candidate,
                              struct error *error) {
    sqlite3_stmt **place = &searcher->select_place;
    enum status status =
        *place ? STATUS_OK : index_prepare(&searcher->index, place_sql, place, error);
    if (status != STATUS_OK)
        return status;
    sqlite3_bind_int64(*place, 1, candidate->passage);
    if (sqlite3_step(*place) != SQLITE_ROW)
        status = index_error(&searcher->index, error);
    const char *document = (const char *)sqlite3_column_text(*place, 0);
    candidate->document = document ? strdup(document) : NULL;
    candidate->start = sqlite3_column_int64(*place, 1);
    sqlite3_reset(*place);
    return status == STATUS_OK && !candidate->document ? error_no_memory(error) : status;
}

/* Puts candidates of equal score in the order of their places, as far as this decides which are
 * the ones from `first` to before `last`, and their order. */
static enum status settle_ties(struct searcher *searcher, struct candidates *best, size_t first,
                               size_t last, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < best->n_items && i < last && status == STATUS_OK;) {
        size_t end = i + 1;
        while (end < best->n_items && best->items[end].score == best->items[i].score)
            end++;
        bool matters = end - i > 1 && end > first;
        for (size_t j = i; j < end && matters && status == STATUS_OK; j++)
            status = read_place(searcher, &best->items[j], error);
        if (matters && status == STATUS_OK)
            qsort(best->items + i, end - i, sizeof *best->items, by_place);
        i = end;
    }
    return status;
}

/* ---- how many there are ---- */

static enum status read_document_starts(struct searcher *searcher, struct error *error) {
    sqlite3_stmt *starts = NULL;
    if (searcher->document_starts.words)
        return STATUS_OK;
    if (!passage_set_init(&searcher->document_starts, searcher->collection.next_passage))
        return error_no_memory(error);
    enum status status =
        index_prepare(&searcher->index, "SELECT first_passage FROM documents WHERE n_passages > 0",
                      &starts, error);
    while (index_next(&searcher->index, starts, &status, error))
        passage_set_add(&searcher->document_starts, (uint32_t)sqlite3_column_int64(starts, 0));
    sqlite3_finalize(starts);
    return status;
}

/* How many documents have a passage in `set`. */
static size_t count_documents(const struct passage_set *starts, const struct passage_set *set) {
    size_t count = 0;
    for (uint32_t i = passage_set_next(set, 0); i < set->end; count++) {
        uint32_t next = passage_set_next(starts, i + 1);
        i = next < starts->end ? passage_set_next(set, next) : set->end;
    }
    return count;
}

static enum status count(struct searcher *searcher, struct selection *selection,
                         const struct rank_page *page, size_t *total, struct error *error) {
    enum status status = selection_collect(selection, searcher->collection.next_passage, error);
    if (status == STATUS_OK && page->by_document)
        status = read_document_starts(searcher, error);
    if (status == STATUS_OK)
        *total = page->by_document
                     ? count_documents(&searcher->document_starts, &selection->passages)
                     : passage_set_count(&selection->passages);
    return status;
}

/* ---- the best ---- */

static enum status collect(struct searcher *searcher, const struct selection *selection,
                           const struct rank_page *page, struct candidates *best,
                           struct error *error) {
    const struct evaluation evaluation = {
        .clauses = &selection->clauses,
        .set = selection->by_clauses && !selection->is_restricted ? NULL : &selection->passages,
        .collection = &searcher->collection,
        .lengths = &searcher->lengths,
    };
    enum status status = STATUS_OK;
    best->collector.offer = page->by_document ? offer_of_document : offer_passage;
    best->collector.in_order = page->by_document;
    best->index = &searcher->index;
    best->collector.least = selection->by_clauses ? 1 : 0; /* what a clause scores is more than 0 */
    if (page->by_document)
        status = index_prepare(&searcher->index, "SELECT document FROM passages WHERE id = ?1",
                               &best->select_document, error);
    if (status == STATUS_OK)
        status = evaluation_run(&evaluation, &best->collector, error);
    if (status == STATUS_OK)
        status = close_document(best, error);
    if (status == STATUS_OK)
        settle(best);
    return status;
}

/* How many leading passages are looked at to find the best `n_wanted`. The steps are large so that
 * the pages of an answer are of the same ranking. */
static size_t n_candidates(size_t n_wanted) {
    size_t n = RANKING_CANDIDATES;
    while (n < n_wanted && n <= SIZE_MAX / 2)
        n *= 2;
    return n < n_wanted ? n_wanted : n;
}

static int by_passage(const void *a, const void *b) {
    const struct candidate *left = a;
    const struct candidate *right = b;
    return (left->passage > right->passage) - (left->passage < right->passage);
}

/* Gives the best `best->collector.n_wanted` candidates their score of the second stage, and sorts
 * them; only those are kept that can be among the best `n_wanted` then. */
static enum status rescore(struct searcher *searcher, struct rescorer *rescorer, size_t n_wanted,
                           struct candidates *best, struct error *error) {
    enum status status =
        settle_ties(searcher, best, best->collector.n_wanted, best->collector.n_wanted, error);
    for (size_t i = 0; i < best->n_items; i++) {
        free(best->items[i].document);
        best->items[i].document = NULL;
    }
    if (best->n_items > best->collector.n_wanted)
        best->n_items = best->collector.n_wanted;
    struct rescored *items = calloc(best->n_items + 1, sizeof *items);
    if (!items && status == STATUS_OK)
        status = error_no_memory(error);
    if (best->n_items > 0)
        qsort(best->items, best->n_items, sizeof *best->items, by_passage);
    for (size_t i = 0; i < best->n_items && items; i++)
        items[i].passage = best->items[i].passage;
    if (status == STATUS_OK)
        status = rescorer_best(rescorer, items, &best->n_items, n_wanted, error);
    for (size_t i = 0; i < best->n_items && status == STATUS_OK; i++)
        best->items[i] = (struct candidate){.passage = items[i].passage, .score = items[i].score};
    free(items);
    if (best->n_items > 0)
        qsort(best->items, best->n_items, sizeof *best->items, by_score);
    return status;
}

enum status rank_passages(struct searcher *searcher, struct selection *selection,
                          const struct rank_page *page, struct rescorer *rescorer,
                          struct ranking *ranking, struct error *error) {
    size_t offset = page->offset;
    size_t n_wanted = page->limit == 0                  ? 0
                      : offset < SIZE_MAX - page->limit ? offset + page->limit
                                                        : SIZE_MAX;
    bool rescores = n_wanted > 0 && rescorer_is_needed(rescorer);
    struct candidates best = {.collector.n_wanted = rescores ? n_candidates(n_wanted) : n_wanted};
    enum status status = STATUS_OK;
    if (n_wanted > 0)
        status = collect(searcher, selection, page, &best, error);
    ranking->total = best.n_items < n_wanted ? best.n_items : n_wanted;
    if (status == STATUS_OK && page->count)
        status = count(searcher, selection, page, &ranking->total, error);
    if (status == STATUS_OK && rescores)
        status = rescore(searcher, rescorer, n_wanted, &best, error);
    if (status == STATUS_OK)
        status = settle_ties(searcher, &best, offset, n_wanted, error);
    if (status == STATUS_OK) {
        ranking->ranked = calloc(best.n_items + 1, sizeof *ranking->ranked);
        for (size_t i = offset; ranking->ranked && i < best.n_items && i < n_wanted; i++)
            ranking->ranked[ranking->n_ranked++] =
                (struct ranked){best.items[i].passage, score_to_double(best.items[i].score)};
        if (!ranking->ranked)
            status = error_no_memory(error);
    }
    candidates_free(&best);
    return status;
}

void ranking_free(struct ranking *ranking) {
    free(ranking->ranked);
    *ranking = (struct ranking){0};
}
