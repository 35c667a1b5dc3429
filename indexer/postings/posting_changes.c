/* See posting_changes.h. */
#include "indexer/postings/posting_changes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/postings/coded_posting.h"
#include "store/array.h"

void posting_changes_clear(struct posting_changes *changes) {
    for (size_t i = 0; i < changes->lexicon.n_terms; i++) {
        buffer_free(&changes->changes[i].added);
        posting_list_free(&changes->changes[i].removed);
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

/* Gives the postings of self->list, by rising place in the inversion, the impacts that they have in
 * the index: lengths there may be those of another text by now. */
static void set_impacts(struct posting_changes *self, const struct inversion *inversion,
                        const struct impacts *impacts) {
    const struct inverted_passage *passage = inversion->passages;
    for (size_t i = 0; i < self->list.n_postings; i++) {
        struct posting *posting = &self->list.postings[i];
        uint16_t tokens[N_COLUMNS];
        while (passage->id != posting->passage)
            passage++;
        inverted_passage_lengths(passage, tokens);
        posting->impact = impacts_find(impacts, posting->counts, tokens);
    }
}

enum status posting_changes_remove(struct posting_changes *changes,
                                   const struct inversion *inversion, const struct impacts *impacts,
                                   struct error *error) {
    enum status status = STATUS_OK;
    struct posting_list *list = &changes->list;
    for (size_t i = 0; i < inversion->lexicon.n_terms && status == STATUS_OK; i++) {
        list->n_postings = 0;
        if (inversion->terms[i].n_postings > 0)
            status = inversion_postings(inversion, i, list, error);
        if (status != STATUS_OK || list->n_postings == 0)
            continue;
        set_impacts(changes, inversion, impacts);
        struct posting_change *change = change_of(changes, inversion, i);
        if (!change)
            return error_no_memory(error);
        for (size_t j = 0; j < list->n_postings && status == STATUS_OK; j++)
            status = posting_list_add(&change->removed, list->postings[j], error);
        changes->n_bytes += list->n_postings * sizeof *list->postings;
    }
    return status;
}

/* ---- what is left of the changes of a term ---- */

static int by_passage(const void *a, const void *b) {
    uint32_t left = ((const struct posting *)a)->passage;
    uint32_t right = ((const struct posting *)b)->passage;
    return (left > right) - (left < right);
}

/* They mostly are by rising passage. */
static void sort(struct posting_list *list) {
    bool is_sorted = true;
    for (size_t i = 1; i < list->n_postings && is_sorted; i++)
        is_sorted = list->postings[i - 1].passage <= list->postings[i].passage;
    if (!is_sorted)
        qsort(list->postings, list->n_postings, sizeof *list->postings, by_passage);
}

/* Whether a passage has a posting as before, for which the index need not be changed. */
static enum status is_kept(const struct posting *removed, const struct posting *added,
                           const struct impacts *impacts, struct lengths *lengths, bool *kept,
                           struct error *error) {
    *kept = memcmp(removed->counts, added->counts, sizeof added->counts) == 0;
    if (!*kept)
        return STATUS_OK;
    const uint16_t *tokens;
    enum status status = lengths_of(lengths, added->passage, &tokens, error);
    if (status == STATUS_OK)
        *kept = impacts_find(impacts, added->counts, tokens) <= removed->impact;
    return status;
}

/* Takes out of both lists what the index need not be changed for. */
static enum status leave_out_kept(struct posting_list *removed, struct posting_list *added,
                                  const struct impacts *impacts, struct lengths *lengths,
                                  struct error *error) {
    struct posting *out = removed->postings; /* where the next one that is left goes */
    struct posting *in = added->postings;
    enum status status = STATUS_OK;
    size_t j = 0;
    for (size_t i = 0; i < removed->n_postings && status == STATUS_OK; i++) {
        const struct posting *posting = &removed->postings[i];
        bool kept = false;
        while (j < added->n_postings && added->postings[j].passage < posting->passage)
            *in++ = added->postings[j++];
        if (j < added->n_postings && added->postings[j].passage == posting->passage)
            status = is_kept(posting, &added->postings[j], impacts, lengths, &kept, error);
        j += kept;
        if (!kept)
            *out++ = *posting;
    }
    while (j < added->n_postings)
        *in++ = added->postings[j++];
    removed->n_postings = (size_t)(out - removed->postings);
    added->n_postings = (size_t)(in - added->postings);
    return status;
}

enum status posting_changes_of(const struct posting_changes *changes, size_t number,
                               const struct impacts *impacts, struct lengths *lengths,
                               struct posting_list *removed, struct posting_list *added,
                               struct error *error) {
    const struct posting_change *change = &changes->changes[number];
    const unsigned char *at = (const unsigned char *)change->added.data;
    uint32_t passage = 0;
    enum status status = change->added.failed ? error_no_memory(error) : STATUS_OK;
    if (status == STATUS_OK)
        status = posting_list_reserve(added, change->n_added, error);
    for (size_t i = 0; i < change->n_added && status == STATUS_OK; i++) {
        struct posting *posting = &added->postings[added->n_postings++];
        *posting = coded_posting_read(&at);
        posting->passage = passage += posting->passage;
    }
    for (size_t i = 0; i < change->removed.n_postings && status == STATUS_OK; i++)
        status = posting_list_add(removed, change->removed.postings[i], error);
    sort(removed);
    sort(added);
    if (status == STATUS_OK && removed->n_postings > 0 && added->n_postings > 0)
        status = leave_out_kept(removed, added, impacts, lengths, error);
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
