/* The changes of one run to postings, term by term, kept in memory until they are written: added
 * postings as in coded_posting.h, and removed ones. */
#ifndef OSLER_INDEXER_POSTINGS_POSTING_CHANGES_H
#define OSLER_INDEXER_POSTINGS_POSTING_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/postings/impacts.h"
#include "indexer/postings/inversion.h"
#include "store/buffer.h"
#include "store/collection.h"
#include "store/error.h"
#include "store/lexicon.h"
#include "store/postings.h"

/* What happens to one term. */
struct posting_change {
    struct buffer added; /* coded */
    uint32_t last;       /* passage of them */
    uint32_t n_added;
    struct posting_list removed; /* in any order */
};

/* Zero-initialised it is empty and ready. */
struct posting_changes {
    struct lexicon lexicon;
    struct posting_change *changes; /* one for each of its terms */
    size_t capacity;
    size_t n_bytes;           /* that they take, about */
    struct posting_list list; /* for the moment */
};

/* Takes in the postings of passages that are added, under the ids that the inversion has. Errors:
 * STATUS_NO_MEMORY. */
enum status posting_changes_add(struct posting_changes *changes, const struct inversion *inversion,
                                struct error *error);

/* The same of passages that are removed; `impacts` are those of the index. */
enum status posting_changes_remove(struct posting_changes *changes,
                                   const struct inversion *inversion, const struct impacts *impacts,
                                   struct error *error);

/* Adds the postings that a term loses, and gets, to the empty lists, by rising passage. One that a
 * passage loses and gets with the same counts is in neither, unless its impact grows: impacts kept
 * in the index then bound it still. */
enum status posting_changes_of(const struct posting_changes *changes, size_t number,
                               const struct impacts *impacts, struct lengths *lengths,
                               struct posting_list *removed, struct posting_list *added,
                               struct error *error);

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
