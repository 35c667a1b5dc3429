/* Changes the segments of one term after another in table `postings`. */
#ifndef OSLER_INDEXER_POSTINGS_SEGMENT_WRITER_H
#define OSLER_INDEXER_POSTINGS_SEGMENT_WRITER_H

#include <stddef.h>

#include "indexer/postings/impacts.h"
#include "store/buffer.h"
#include "store/collection.h"
#include "store/error.h"
#include "store/index.h"
#include "store/postings.h"

struct segment_writer {
    struct index *index;
    struct lengths *lengths; /* of the passages that have postings now */
    struct impacts impacts;  /* set by the owner before anything is written */
    sqlite3_stmt *around, *insert, *write, *delete;
    struct posting_list list, merged; /* for the moment */
    struct buffer bytes, remade;      /* likewise: a segment that is read or written */
    uint32_t *passages;               /* likewise */
    size_t passages_capacity;
};

enum status segment_writer_open(struct segment_writer *writer, struct index *index,
                                struct lengths *lengths, struct error *error);
void segment_writer_close(struct segment_writer *writer); /* safe on a zeroed one */

/* Writes the postings of a term that has no segments; `added` get their impacts. */
enum status segment_writer_add(struct segment_writer *writer, struct term *term,
                               struct posting_list *added, struct error *error);

/* Takes `removed` out of the segments of a term and puts `added` in, both by rising passage; a
 * passage may be in both. STATUS_INDEX too if one of `removed` is not there, with `name` in the
 * message. Both keep df, cf and impact of `term`. */
enum status segment_writer_change(struct segment_writer *writer, struct term *term,
                                  const char *name, const struct posting_list *removed,
                                  const struct posting_list *added, struct error *error);

#endif
