/* Writes documents into the index: all rows, FTS5, postings and totals of one run, which is one
 * transaction. */
#ifndef OSLER_INDEXER_PUBLISH_PUBLICATION_H
#define OSLER_INDEXER_PUBLISH_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/input/input_file.h"
#include "indexer/publish/document_rows.h"
#include "indexer/publish/earlier.h"
#include "indexer/publish/prepare.h"
#include "store/index.h"

struct publication;

/* Begins a transaction on `index`, which must outlive the publication. */
enum status publication_open(struct publication **publication, struct index *index,
                             struct error *error);

/* Forgets the sources that no document cites any more. */
enum status publication_forget_sources(struct publication *publication, struct error *error);

/* Commits. */
enum status publication_commit(struct publication *publication, struct error *error);

/* Ends; what was not committed is undone (in a new index: the caller throws the file away). NULL is
 * fine. */
void publication_close(struct publication *publication);

/* Adds a file's row, or renews it, and returns its id; `file` is 0 for a new file. */
enum status publication_set_file(struct publication *publication, const struct file_state *state,
                                 int64_t *file, struct error *error);

/* The first passage of a file's documents, 0 if it has none. */
enum status publication_first_passage(struct publication *publication, int64_t file,
                                      int64_t *first_passage, struct error *error);

/* Removes the documents, captures and problems of a file. Its row stays, as of a file that is not
 * known, until publication_set_file: should it not be read after all, the next run does. */
enum status publication_clear_file(struct publication *publication, int64_t file,
                                   struct error *error);

/* Forgets what was wrong with a file. */
enum status publication_clear_problems(struct publication *publication, int64_t file,
                                       struct error *error);

/* Removes a file's row too. */
enum status publication_remove_file(struct publication *publication, int64_t file,
                                    struct error *error);

/* True if captures were removed since this was last asked. */
bool publication_removed_captures(struct publication *publication);

/* Adds a document, sets its id, and gives its passages theirs in its inversion. STATUS_INPUT: the
 * file has one of that name already; nothing was added. */
enum status publication_add(struct publication *publication, const struct document_row *row,
                            const struct prepared *prepared, int64_t *document,
                            struct error *error);

/* Reads the document that a file has in the index into a zeroed `earlier`. */
enum status publication_find_earlier(struct publication *publication, int64_t file,
                                     struct earlier *earlier, struct error *error);

/* Removes that document, none of whose passages stay; `leaving` has them. */
enum status publication_remove(struct publication *publication, const struct earlier *earlier,
                               const struct inversion *leaving, struct error *error);

/* Puts a document in its place. */
enum status publication_replace(struct publication *publication, const struct document_row *row,
                                const struct prepared *prepared, const struct earlier *earlier,
                                const struct inversion *leaving, struct error *error);

/* Adds the postings of the documents of an inversion that were added, or removes those of removed
 * ones, once for all of them. */
enum status publication_add_postings(struct publication *publication,
                                     const struct inversion *inversion, struct error *error);
enum status publication_remove_postings(struct publication *publication,
                                        const struct inversion *inversion, struct error *error);

enum status publication_remove_document(struct publication *publication, int64_t document,
                                        struct error *error);

enum status publication_add_problem(struct publication *publication, int64_t file, size_t line,
                                    const char *text, struct error *error);

#endif
