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

/* Zero-initialised but for the connection, which lends its FTS5 and must outlive it. */
struct raw_words {
    sqlite3 *connection;
    fts5_tokenizer unicode61; /* once there is an instance */
    Fts5Tokenizer *instance;
    struct buffer folded; /* the text as far as it is ASCII, and behind it the other words */
    struct buffer kinds;  /* of the text's bytes */
    struct raw_word *words;
    size_t n_words, capacity;
    const char *text; /* of the run under way */
    size_t offset;    /* in it, of what unicode61 was given */
};

void raw_words_close(struct raw_words *words);

/* Sees to it that there is an instance: it is made when a text first needs it, which many queries
 * do not. Errors: STATUS_INDEX (an SQLite without FTS5), STATUS_NO_MEMORY. */
enum status raw_words_unicode61(struct raw_words *words, struct error *error);

/* Replaces the words by those of `text` (UTF-8, under 2 GB). Errors: as before. */
enum status raw_words_find(struct raw_words *words, const char *text, size_t n_bytes,
                           struct error *error);

/* Longer words are cut: no one searches for them, and they would bloat the index. */
enum { TOKEN_MAX_BYTES = 120 };

#endif
