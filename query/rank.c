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

/* The best so far: every passage that scores no less than the n_wanted-th best of those seen. */
struct candidates {
    struct candidate *items;
    size_t n_items, capacity;
    size_t n_wanted;
    double floor; /* n_wanted passages score this at least: known from the start */
    double *heap; /* the n_wanted best scores, the least at the root */
    size_t n_heap, heap_capacity;
};

static void candidates_free(struct candidates *candidates) {
    for (size_t i = 0; i < candidates->n_items; i++)
        free(candidates->items[i].document);
    free(candidates->items);
    free(candidates->heap);
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

/* Moves the root's score down to where it belongs. */
static void sift_down(double *heap, size_t n, size_t root) {
    double score = heap[root];
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

static void sift_up(double *heap, size_t leaf) {
    double score = heap[leaf];
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
        double *heap = realloc(best->heap, capacity * sizeof *heap);
        if (!heap)
            return false;
        best->heap = heap;
        best->heap_capacity = capacity;
    }
    return true;
}

/* The score that a passage needs to be among the best. */
static double least_score(const struct candidates *best) {
    bool is_full = best->n_heap == best->n_wanted;
    return is_full && best->heap[0] > best->floor ? best->heap[0] : best->floor;
}

static enum status offer(struct candidates *best, uint32_t passage, double score,
                         struct error *error) {
    if (best->n_wanted == 0 || score < least_score(best))
        return STATUS_OK;
    if (!make_room(best))
        return error_no_memory(error);
    best->items[best->n_items++] = (struct candidate){.ranked = {passage, score}};
    if (best->n_heap < best->n_wanted) {
        best->heap[best->n_heap] = score;
        sift_up(best->heap, best->n_heap++);
    } else if (score > best->heap[0]) {
        best->heap[0] = score;
        sift_down(best->heap, best->n_heap, 0);
    }
    return STATUS_OK;
}

/* Drops what was good enough only for a while, and sorts. */
static void settle(struct candidates *best) {
    size_t n_kept = 0;
    for (size_t i = 0; i < best->n_items; i++)
        if (best->items[i].ranked.score >= least_score(best))
            best->items[n_kept++] = best->items[i];
    best->n_items = n_kept;
    if (n_kept > 0)
        qsort(best->items, n_kept, sizeof *best->items, by_score);
}

static const char place_sql[] =
    "SELECT coalesce(d.name, f.path), p.start FROM passages AS p JOIN documents AS d"
    " ON d.id = p.document JOIN files AS f ON f.id = d.file WHERE p.id = ?1";

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
    enum status status = STATUS_OK;
    for (size_t i = 0; i < best->n_items && status == STATUS_OK;) {
        size_t end = i + 1;
        while (end < best->n_items && best->items[end].ranked.score == best->items[i].ranked.score)
            end++;
        if (end - i > 1 && !place)
            status = index_prepare(&searcher->index, place_sql, &place, error);
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

/* Offers the best passage of each document, the first of equals. A document's passages follow each
 * other. */
static enum status rank_documents(struct searcher *searcher, const struct passage_set *set,
                                  struct scorer *scorer, struct candidates *best, size_t *total,
                                  struct error *error) {
    enum status status = read_document_starts(searcher, error);
    struct ranked current = {0};
    uint32_t current_document = set->end;
    for (uint32_t i = passage_set_next(set, 0); i < set->end && status == STATUS_OK;
         i = passage_set_next(set, i + 1)) {
        uint32_t document = passage_set_previous(&searcher->document_starts, i);
        double score = 0;
        if (best->n_wanted > 0)
            status = scorer_score(scorer, i, least_score(best), &score, error);
        if (document != current_document) {
            if (status == STATUS_OK && *total > 0)
                status = offer(best, current.passage, current.score, error);
            ++*total;
            current = (struct ranked){i, score};
            current_document = document;
        } else if (score > current.score) {
            current = (struct ranked){i, score};
        }
    }
    if (status == STATUS_OK && *total > 0)
        status = offer(best, current.passage, current.score, error);
    return status;
}

/* The clause that can give the most, of those that enough passages have; NULL if there is none. */
static const struct clause *leading_clause(const struct clause_list *list, size_t n_wanted) {
    const struct clause *leading = NULL;
    for (size_t i = 0; i < list->n_clauses; i++) {
        const struct clause *clause = &list->clauses[i];
        if (clause->postings.n_postings >= n_wanted && (!leading || clause->idf > leading->idf))
            leading = clause;
    }
    return leading;
}

/* Sets best->floor from the passages of the leading clause alone: then most of the others need no
 * look. */
static enum status find_floor(const struct searcher *searcher, const struct passage_set *set,
                              const struct scorer *scorer, struct candidates *best,
                              struct error *error) {
    const struct clause *leading = leading_clause(scorer->list, best->n_wanted);
    struct candidates first = {.n_wanted = best->n_wanted};
    struct scorer own = {0};
    if (!leading || scorer->list->n_clauses < 2)
        return STATUS_OK;
    enum status status =
        scorer_open(&own, scorer->list, &searcher->collection, scorer->lengths, error);
    for (size_t i = 0; i < leading->postings.n_postings && status == STATUS_OK; i++) {
        uint32_t passage = leading->postings.postings[i].passage;
        double score;
        if (!passage_set_has(set, passage))
            continue;
        status = scorer_score(&own, passage, least_score(&first), &score, error);
        if (status == STATUS_OK)
            status = offer(&first, passage, score, error);
    }
    if (status == STATUS_OK && first.n_heap == first.n_wanted)
        best->floor = first.heap[0];
    candidates_free(&first);
    scorer_close(&own);
    return status;
}

static enum status rank_each(const struct searcher *searcher, const struct passage_set *set,
                             struct scorer *scorer, struct candidates *best, size_t *total,
                             struct error *error) {
    enum status status = STATUS_OK;
    *total = passage_set_count(set);
    if (best->n_wanted == 0)
        return STATUS_OK;
    status = find_floor(searcher, set, scorer, best, error);
    for (uint32_t i = passage_set_next(set, 0); i < set->end && status == STATUS_OK;) {
        uint32_t next = scorer_next(scorer, i, least_score(best));
        if (next > i) {
            i = passage_set_next(set, next);
            continue;
        }
        double score;
        status = scorer_score(scorer, i, least_score(best), &score, error);
        if (status == STATUS_OK)
            status = offer(best, i, score, error);
        i = passage_set_next(set, i + 1);
    }
    return status;
}

enum status rank_passages(struct searcher *searcher, const struct selection *selection,
                          size_t offset, size_t limit, bool by_document, struct ranking *ranking,
                          struct error *error) {
    struct scorer scorer = {0};
    const struct passage_set *set = &selection->passages;
    struct candidates best = {.n_wanted = limit == 0                  ? 0
                                          : limit < SIZE_MAX - offset ? offset + limit
                                                                      : SIZE_MAX};
    enum status status =
        scorer_open(&scorer, &selection->clauses, &searcher->collection, &searcher->lengths, error);
    if (status == STATUS_OK)
        status = by_document ? rank_documents(searcher, set, &scorer, &best, &ranking->total, error)
                             : rank_each(searcher, set, &scorer, &best, &ranking->total, error);
    if (status == STATUS_OK) {
        settle(&best);
        status = settle_ties(searcher, &best, error);
    }
    if (status == STATUS_OK) {
        ranking->ranked = calloc(best.n_items + 1, sizeof *ranking->ranked);
        for (size_t i = offset; ranking->ranked && i < best.n_items && i < best.n_wanted; i++)
            ranking->ranked[ranking->n_ranked++] = best.items[i].ranked;
        if (!ranking->ranked)
            status = error_no_memory(error);
    }
    candidates_free(&best);
    scorer_close(&scorer);
    return status;
}

void ranking_free(struct ranking *ranking) {
    free(ranking->ranked);
    *ranking = (struct ranking){0};
}
