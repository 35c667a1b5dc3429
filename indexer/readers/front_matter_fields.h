/* What front matter can say of an article, in whatever syntax. */
#ifndef OSLER_INDEXER_READERS_FRONT_MATTER_FIELDS_H
#define OSLER_INDEXER_READERS_FRONT_MATTER_FIELDS_H

#include <stddef.h>

#include "indexer/document/document.h"
#include "store/buffer.h"

enum front_matter_key {
    KEY_OTHER,
    KEY_TITLE,
    KEY_DATE,
    KEY_AUTHOR,
    KEY_LANGUAGE,
    KEY_URL,
    KEY_CANONICAL,
};

/* Starts with a document and zeroes. */
struct front_matter_fields {
    struct document *document;
    struct buffer authors; /* so far */
};

enum front_matter_key front_matter_key_named(const char *name, size_t n_bytes);

/* Takes a value of `key`: the first of each, and all authors. */
void front_matter_set(struct front_matter_fields *fields, enum front_matter_key key,
                      const char *text, size_t n_bytes);

/* Forgets what was taken. */
void front_matter_clear(struct front_matter_fields *fields);

/* Call once at the end: hands the authors to the document, and frees. When memory was out,
 * document->failed is set. */
void front_matter_finish(struct front_matter_fields *fields);

#endif
