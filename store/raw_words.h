/* Text to raw words, as FTS5's `unicode61` finds and folds them, with two things added: digits and
 * letters that it leaves as they are ("CO₂", "ß") are made plain, and a clause of Chinese, which to
 * it is one word, falls into its characters. Words of ASCII are found here, for unicode61 takes
 * several times as long. */
#ifndef OSLER_STORE_RAW_WORDS_H
#define OSLER_STORE_RAW_WORDS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"

struct raw_word {
    uint32_t folded; /* offset in raw_words.folded */
    uint16_t folded_bytes;
    bool is_letters;     /* ASCII letters only */
    bool is_cjk;         /* one character of a script that has no spaces between words */
    uint32_t start, end; /* bytes of the text */
};

/* Zero-initialised it can be closed. */
struct raw_words {
    fts5_tokenizer unicode61;
    Fts5Tokenizer *instance;
    struct buffer folded; /* the words' folded forms, one after another */
    struct raw_word *words;
    size_t n_words, capacity;
    const char *text; /* of the run under way */
    size_t offset;    /* in it, of what unicode61 was given */
};

/* `connection` lends its FTS5; it must outlive this. */
enum status raw_words_open(struct raw_words *words, sqlite3 *connection, struct error *error);
void raw_words_close(struct raw_words *words);

/* Replaces the words by those of `text` (UTF-8, under 2 GB). Errors: STATUS_NO_MEMORY. */
enum status raw_words_find(struct raw_words *words, const char *text, size_t n_bytes,
                           struct error *error);

/* Longer words are cut: no one searches for them, and they would bloat the index. */
enum { TOKEN_MAX_BYTES = 120 };

#endif
