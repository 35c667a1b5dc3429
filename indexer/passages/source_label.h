/* What the sources of a document are called: labels of links, and the names that the closing list
 * of sources gives to URLs. */
#ifndef OSLER_INDEXER_PASSAGES_SOURCE_LABEL_H
#define OSLER_INDEXER_PASSAGES_SOURCE_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/document/document.h"

/* An entry of a list of sources: a URL with its name. */
struct source_entry {
    size_t link;       /* index into document.links */
    const char *label; /* owned by the document; NULL: it has no name */
    bool is_cited;     /* for the caller; false at first */
};

/* The entries of one document, one for each URL. */
struct source_entries {
    struct source_entry *entries;
    size_t n_entries, capacity;
};

/* The name that bytes [start, end) of the text, a paragraph of entries or one of them, give to a
 * link in it: its label, its title, or the text that belongs to it: on its line, before it or after
 * it as the entries have it, beyond the line only up to the next link. Owned by the document; NULL:
 * none.
 */
const char *source_name(struct document *document, size_t link, size_t start, size_t end);

/* Adds a link of the list of sources. False when memory is out. */
bool source_entries_add(struct source_entries *entries, struct document *document, size_t link);

/* Call once after the last add: sorts by URL and drops the repeated ones, of which the first with a
 * name stays. */
void source_entries_finish(struct source_entries *entries, const struct document *document);

/* The entry of the same URL as `url`, or NULL. */
struct source_entry *source_entries_find(const struct source_entries *entries,
                                         const struct document *document, const char *url);

void source_entries_free(struct source_entries *entries); /* frees and zeroes */

/* The label of a link: what it says (unless it is the mark of a footnote), or else the name that
 * `entry` (may be NULL) gives, the link's title, what it says after all, the host. Owned by the
 * document; NULL when memory is out. */
const char *source_label(struct document *document, const struct link *link,
                         const struct source_entry *entry);

#endif
