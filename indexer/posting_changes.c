/* See posting_changes.h. */
#include "indexer/posting_changes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/coded_posting.h"
#include "store/array.h"

void posting_changes_clear(struct posting_changes *changes) {
    for (size_t i = 0; i < changes->lexicon.n_terms; i++) {
        buffer_free(&changes->changes[i].added);
        free(changes->changes[i].removed);
    }
    changes->n_bytes = 0;
    lexicon_clear(&changes->lexicon);
}

void posting_changes_free(struct posting_changes *changes) {
    posting_changes_clear(changes);
    free(changes->changes);
    lexicon_free(&changes->lexicon);
    posting_list_free(&changes->list);
    *changes = (struct posting_changes){0};
}

/* The change of a term of `inversion`, made if there is none yet; NULL when memory is out. */
static struct posting_change *change_of(struct posting_changes *self,
                                        const struct inversion *inversion, size_t term) {
    const struct lexicon *lexicon = &inversion->lexicon;
    size_t n_before = self->lexicon.n_terms;
    struct posting_change *changes =
        array_grow(self->changes, n_before, &self->capacity, sizeof *changes);
    if (!changes)
        return NULL;
    self->changes = changes;
    uint32_t number = lexicon_add(&self->lexicon, lexicon_term(lexicon, term),
                                  lexicon->terms[term].n_bytes, lexicon->terms[term].hash);
    if (number == LEXICON_FAILED)
        return NULL;
    if (number == n_before)
        changes[number] = (struct posting_change){0};
    return &changes[number];
}

/* Appends the postings of a term, whose passages' ids follow each other from `first` on. */
static void append_all(struct posting_change *change, const struct inversion *inversion,
                       size_t term, uint32_t first) {
    const struct inverted_term *inverted = &inversion->terms[term];
    size_t end = term + 1 < inversion->lexicon.n_terms ? inverted[1].start : inversion->coded.size;
    size_t n_bytes = end - inverted->start;
    unsigned char *start =
        (unsigned char *)buffer_reserve(&change->added, CODED_HEAD_MAX_BYTES + n_bytes);
    if (!start)
        return;
    unsigned char *at = coded_posting_write_head(start, first + inverted->first - change->last,
                                                 inverted->first_is_plain);
    if (n_bytes > 0)
        memcpy(at, inversion->coded.data + inverted->start, n_bytes);
    change->added.size += (size_t)(at - start) + n_bytes;
    change->last = first + inverted->last;
    change->n_added += inverted->n_postings;
    change->cf_added += inverted->cf;
}

static void append(struct posting_change *change, const struct posting *posting) {
    unsigned char *start = (unsigned char *)buffer_reserve(&change->added, CODED_POSTING_MAX_BYTES);
    if (!start)
        return;
    bool is_plain = coded_posting_is_plain(posting->counts);
    unsigned char *at = coded_posting_write_head(start, posting->passage - change->last, is_plain);
    at = coded_posting_write_counts(at, posting->counts);
    change->added.size += (size_t)(at - start);
    change->last = posting->passage;
    change->n_added++;
    for (size_t column = 0; column < N_COLUMNS; column++)
        change->cf_added += posting->counts[column];
}

/* The same where some of the passages are not in the index. */
static enum status append_each(struct posting_changes *self, const struct inversion *inversion,
                               size_t term, struct error *error) {
    struct posting_list *list = &self->list;
    list->n_postings = 0;
    enum status status = inversion_postings(inversion, term, list, error);
    if (status != STATUS_OK || list->n_postings == 0)
        return status;
    struct posting_change *change = change_of(self, inversion, term);
    if (!change)
        return error_no_memory(error);
    for (size_t i = 0; i < list->n_postings; i++)
        append(change, &list->postings[i]);
    return change->added.failed ? error_no_memory(error) : STATUS_OK;
}

enum status posting_changes_add(struct posting_changes *changes, const struct inversion *inversion,
                                struct error *error) {
    bool is_contiguous = inversion_is_contiguous(inversion);
    uint32_t first = inversion->n_passages > 0 ? inversion->passages[0].id : 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < inversion->lexicon.n_terms && status == STATUS_OK; i++) {
        if (inversion->terms[i].n_postings == 0)
            continue;
        if (!is_contiguous) {
            status = append_each(changes, inversion, i, error);
            continue;
        }
        struct posting_change *change = change_of(changes, inversion, i);
        if (change)
            append_all(change, inversion, i, first);
        if (!change || change->added.failed)
            status = error_no_memory(error);
    }
    changes->n_bytes += inversion->coded.size;
    return status;
}

/* Notes the passages of self->list for removal. */
static enum status remove_each(struct posting_changes *self, const struct inversion *inversion,
                               size_t term, struct error *error) {
    struct posting_change *change = change_of(self, inversion, term);
    if (!change)
        return error_no_memory(error);
    for (size_t i = 0; i < self->list.n_postings; i++) {
        uint32_t *removed = array_grow(change->removed, change->n_removed,
                                       &change->removed_capacity, sizeof *removed);
        if (!removed)
            return error_no_memory(error);
        change->removed = removed;
        change->removed[change->n_removed++] = self->list.postings[i].passage;
        self->n_bytes += sizeof *removed;
    }
    return STATUS_OK;
}

enum status posting_changes_remove(struct posting_changes *changes,
                                   const struct inversion *inversion, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < inversion->lexicon.n_terms && status == STATUS_OK; i++) {
        if (inversion->terms[i].n_postings == 0)
            continue;
        struct posting_list *list = &changes->list;
        list->n_postings = 0;
        status = inversion_postings(inversion, i, list, error);
        if (status == STATUS_OK)
            status = remove_each(changes, inversion, i, error);
    }
    return status;
}

static int by_term(const void *a, const void *b) {
    const struct sorted_term *left = a;
    const struct sorted_term *right = b;
    if (left->beginning != right->beginning)
        return left->beginning < right->beginning ? -1 : 1;
    return strcmp(left->term, right->term);
}

struct sorted_term *posting_changes_sort(const struct posting_changes *changes) {
    const struct lexicon *lexicon = &changes->lexicon;
    struct sorted_term *sorted = malloc((lexicon->n_terms + 1) * sizeof *sorted);
    for (size_t i = 0; sorted && i < lexicon->n_terms; i++) {
        uint64_t beginning = 0;
        size_t n_bytes = lexicon->terms[i].n_bytes;
        const char *term = lexicon_term(lexicon, i);
        memcpy(&beginning, term, n_bytes < sizeof beginning ? n_bytes : sizeof beginning);
        sorted[i] = (struct sorted_term){be64toh(beginning), term, i};
    }
    if (sorted && lexicon->n_terms > 0)
        qsort(sorted, lexicon->n_terms, sizeof *sorted, by_term);
    return sorted;
}
