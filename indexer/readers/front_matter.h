/* Front matter: the metadata between two lines of --- (YAML) or of +++ (TOML) at the top of an
 * article.
 *
 *   ---
 *   title: "AI: the state of play"
 *   date: 2025-08-14
 *   author: [Jane Roe, John Doe]      also `authors`, a list of {name: ...}, or one string
 *   lang: en                          or `language`
 *   url: https://example.org/ai       or `canonical_url`
 *   ---                               or ... */
#ifndef OSLER_INDEXER_READERS_FRONT_MATTER_H
#define OSLER_INDEXER_READERS_FRONT_MATTER_H

#include <stddef.h>

#include "indexer/document/document.h"

/* Reads the front matter of `text` (valid UTF-8), if it has any, into the metadata of `document`,
 * and returns how many bytes of text it takes: where the article begins. The first line has to be
 * --- and the next a `key:` (a file may as well begin with a thematic break), or +++ and `key =`.
 * Front matter that is not closed or not YAML becomes a problem of `document`; unclosed, it is read
 * as text, and what is not YAML line by line. Sets document.failed if memory is out. */
size_t front_matter_read(const char *text, size_t n_bytes, struct document *document);

#endif
