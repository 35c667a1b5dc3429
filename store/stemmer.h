/* libstemmer behind a cache: stemming costs hundreds of nanoseconds, and 98% of words are repeats.
 */
#ifndef OSLER_STORE_STEMMER_H
#define OSLER_STORE_STEMMER_H

#include <stddef.h>

#include "store/error.h"

struct stemmer; /* all languages; not for two threads at once */

enum status stemmer_open(struct stemmer **stemmer, struct error *error);
void stemmer_close(struct stemmer *stemmer); /* NULL is fine */

/* The stem of a folded word of `n_bytes` bytes in `language` (ISO 639-1 code, maybe with a region;
 * NULL: English). Sets `stem` (valid until the next call and as long as `word`) and `stem_bytes`;
 * in a language without a Snowball stemmer, or for a word over STEMMER_MAX_BYTES, the word itself.
 * Errors: STATUS_NO_MEMORY. */
enum status stemmer_stem(struct stemmer *stemmer, const char *language, const char *word,
                         size_t n_bytes, const char **stem, size_t *stem_bytes,
                         struct error *error);

/* Longer words are not natural language; they pass unstemmed. */
enum { STEMMER_MAX_BYTES = 60 };

#endif
