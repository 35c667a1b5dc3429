/* Filters on documents and citations, as sets of passages. */
#ifndef OSLER_QUERY_SELECT_FILTER_H
#define OSLER_QUERY_SELECT_FILTER_H

#include "query/language/parse.h"
#include "query/select/searcher.h"

/* Adds the passages that `filter` with operand `text` lets through to `set`:
 *   author         the author's name holds it, from the beginning of a word on, whatever the case,
 *                  accents and punctuation
 *   site           the URL's host is it or below it, or the site has that name, likewise
 *   kind, lang     the document's
 *   before, after  published before that day, month or year began; in it or after it
 *   cites          the passage cites that URL or host, in whatever spelling; if the document as a
 *                  whole does, all its passages
 *   cited-by       the document is cited by that document (its id, its path as it
 *                  is shown, or the end of that) */
enum status filter_run(struct searcher *searcher, enum query_filter filter, const char *text,
                       struct passage_set *set, struct error *error);

/* Adds all passages. */
enum status filter_everything(struct searcher *searcher, struct passage_set *set,
                              struct error *error);

/* Drops the sets that searcher->filters keeps: when the index has changed, and at the end. */
void filter_forget(struct searcher *searcher);

#endif
