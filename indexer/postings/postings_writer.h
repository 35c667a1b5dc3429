/* Collects the changes of one run to terms and postings, and writes them in the order of the terms.
 *
 * Additions come by rising passage id; removals in any order. They are kept in memory in their
 * coded form and written at the latest when they exceed POSTINGS_WRITER_BYTES. */
#ifndef OSLER_INDEXER_POSTINGS_POSTINGS_WRITER_H
#define OSLER_INDEXER_POSTINGS_POSTINGS_WRITER_H

#include "indexer/postings/inversion.h"
#include "store/collection.h"
#include "store/index.h"
#include "store/postings.h"

struct postings_writer;

/* Coded postings in memory: over 15 million, so that a corpus of some 150,000 passages is written
 * in one go and a larger one in a few. */
enum { POSTINGS_WRITER_BYTES = 28 << 20 };

/* `collection` gives the ids of new terms and the reference of impacts, which it gets with the
 * first write, `lengths` the lengths of the passages that are added. All must outlive the writer.
 */
enum status postings_writer_open(struct postings_writer **writer, struct index *index,
                                 struct collection *collection, struct lengths *lengths,
                                 struct error *error);
void postings_writer_close(
    struct postings_writer *writer); /* NULL is fine; drops what is unwritten */

/* The postings of passages that are added, or removed, under the ids that the inversion has. The
 * lengths of those that are added are set before. */
enum status postings_writer_add(struct postings_writer *writer, const struct inversion *inversion,
                                struct error *error);
enum status postings_writer_remove(struct postings_writer *writer,
                                   const struct inversion *inversion, struct error *error);

/* Writes everything. */
enum status postings_writer_flush(struct postings_writer *writer, struct error *error);

#endif
