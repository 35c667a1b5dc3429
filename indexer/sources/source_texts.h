/* Which pages have the same text: a hash table of pages by the SHA-256 of their text. */
#ifndef OSLER_INDEXER_SOURCES_SOURCE_TEXTS_H
#define OSLER_INDEXER_SOURCES_SOURCE_TEXTS_H

#include <stddef.h>

#include "indexer/sources/source_keys.h"
#include "store/error.h"

struct source_texts {
    const struct source_page *pages; /* borrowed */
    size_t *slots;                   /* the first page of each text; SOURCE_NO_PAGE: empty */
    size_t n_slots;
};

/* Makes an empty table with room for all pages of `keys`, which must outlive it. Errors:
 * STATUS_NO_MEMORY. */
enum status source_texts_open(struct source_texts *texts, const struct source_keys *keys,
                              struct error *error);
void source_texts_close(struct source_texts *texts); /* safe on a zeroed one */

/* The first page that was asked about with the text of page `i_page`: itself if there was none. */
size_t source_texts_first(struct source_texts *texts, size_t i_page);

#endif
