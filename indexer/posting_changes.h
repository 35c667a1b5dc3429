/* The changes of one run to postings, term by term, kept in memory until they are written: added
 * postings as in coded_posting.h, and the passages that lose theirs. */
#ifndef OSLER_INDEXER_POSTING_CHANGES_H
#define OSLER_INDEXER_POSTING_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/inversion.h"
#include "store/buffer.h"
#include "store/error.h"
#include "store/lexicon.h"
#include "store/postings.h"

/* What happens to one term. */
struct posting_change {
    struct buffer added; /* coded */
    uint32_t last;       /* passage of them */
    uint32_t n_added;
    uint64_t cf_added;
    uint32_t *removed; /* passages, in any order */
    size_t n_removed, removed_capacity;
};

/* Zero-initialised it is empty and ready. */
struct posting_changes {
    struct lexicon lexicon;
    struct posting_change *changes; /* one for each of its terms */
    size_t capacity;
    size_t n_bytes;           /* that they take, about */
    struct posting_list list; /* for the moment */
};

/* Take in the postings of passages that are added, by rising id, or removed, under the ids that the
 * inversion has. Errors: STATUS_NO_MEMORY. */
enum status posting_changes_add(struct posting_changes *changes, const struct inversion *inversion,
                                struct error *error);
enum status posting_changes_remove(struct posting_changes *changes,
                                   const struct inversion *inversion, struct error *error);

/* A term and its first bytes as a number, by which most are told apart. */
struct sorted_term {
    uint64_t beginning;
    const char *term;
    size_t number;
};

/* The terms by rising bytes, which is the order of table `terms`; NULL when memory is out. The
 * caller frees. */
struct sorted_term *posting_changes_sort(const struct posting_changes *changes);

void posting_changes_clear(struct posting_changes *changes); /* keeps the memory of the tables */
void posting_changes_free(struct posting_changes *changes);  /* frees and zeroes */

#endif
