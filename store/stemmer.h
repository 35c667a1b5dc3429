/* libstemmer behind a cache: stemming costs hundreds of nanoseconds, and 98% of words are repeats.
 */
#ifndef OSLER_STORE_STEMMER_H
#define OSLER_STORE_STEMMER_H

#include <stdbool.h>
#include <stddef.h>

#include "store/error.h"

struct stemmer; /* all languages; not for two threads at once */

enum status stemmer_open(struct stemmer **stemmer, struct error *error);
void stemmer_close(struct stemmer *stemmer); /* NULL is fine */

enum { STEMMER_CODE_BYTES = 2 };

/* The code that a language (an ISO 639-1 code, maybe with a region; NULL or "": English) goes by,
 * in lower case; "--", which has no stemmer, for what is no such code. */
void stemmer_code(const char *language, char code[STEMMER_CODE_BYTES + 1]);

/* From now on words are of `language`: an ISO 639-1 code, maybe with a region; NULL: English. A new
 * stemmer's are English. Errors: STATUS_NO_MEMORY. */
enum status stemmer_use(struct stemmer *stemmer, const char *language, struct error *error);

/* What is known of a folded word. */
struct stem {
    const char *bytes; /* valid until the next call and as long as the word; not NUL-terminated */
    size_t n_bytes;
    bool differs; /* from the word */
    bool is_function_word, word_is_function_word;
};

/* The stem of a folded word of `n_bytes` bytes; in a language without a Snowball stemmer, or for a
 * word over STEMMER_MAX_BYTES, the word itself. Errors: STATUS_NO_MEMORY. */
enum status stemmer_stem(struct stemmer *stemmer, const char *word, size_t n_bytes,
                         struct stem *stem, struct error *error);

/* Longer words are not natural language; they pass unstemmed. */
enum { STEMMER_MAX_BYTES = 60 };

#endif
