/* See raw_words.h. */
#include "store/raw_words.h"

#include <stdlib.h>
#include <string.h>

#include "store/fts5_api.h"
#include "store/utf8.h"

enum status raw_words_unicode61(struct raw_words *words, struct error *error) {
    const char *arguments[] = {"remove_diacritics", "2"};
    void *context = NULL;
    fts5_api *api = NULL;
    enum status status = words->instance ? STATUS_OK : fts5_api_of(words->connection, &api, error);
    if (status != STATUS_OK || words->instance)
        return status;
    int result = api->xFindTokenizer(api, "unicode61", &context, &words->unicode61);
    if (result == SQLITE_OK)
        result = words->unicode61.xCreate(context, arguments, 2, &words->instance);
    if (result == SQLITE_NOMEM)
        return error_no_memory(error);
    return result == SQLITE_OK
               ? STATUS_OK
               : error_set(error, STATUS_INDEX, "this SQLite has no unicode61 tokenizer");
}

void raw_words_close(struct raw_words *words) {
    if (words->instance)
        words->unicode61.xDelete(words->instance);
    buffer_free(&words->folded);
    buffer_free(&words->kinds);
    free(words->words);
    *words = (struct raw_words){0};
}

/* At most TOKEN_MAX_BYTES of `n_bytes`, ending at a character. */
static size_t cut_word(const char *word, size_t n_bytes) {
    if (n_bytes <= TOKEN_MAX_BYTES)
        return n_bytes;
    size_t cut = TOKEN_MAX_BYTES;
    while (cut > 0 && ((unsigned char)word[cut] & 0xC0) == 0x80)
        cut--;
    return cut;
}

/* The digit that a raised or lowered one stands for ("CO₂", "m²"), else 0. */
static char plain_digit(uint32_t code_point) {
    static const char raised[] = "0\0\0\0"
                                 "456789"; /* from U+2070; 1, 2 and 3 are elsewhere */
    if (code_point >= 0x2080 && code_point <= 0x2089)
        return (char)('0' + (code_point - 0x2080));
    if (code_point >= 0x2070 && code_point <= 0x2079)
        return raised[code_point - 0x2070];
    return code_point == 0xB9 ? '1' : code_point == 0xB2 ? '2' : code_point == 0xB3 ? '3' : '\0';
}

/* What unicode61 does not fold: letters that people without them on their keyboard type otherwise.
 * No one is longer than the letter. NULL: nothing. */
static const char *plain_letters(uint32_t code_point) {
    switch (code_point) {
    case 0xDF:
        return "ss";
    case 0xE6:
        return "ae";
    case 0x153:
        return "oe";
    case 0xF8:
        return "o"; /* with a stroke, as l and d */
    case 0x142:
        return "l";
    case 0x111:
        return "d";
    default:
        return NULL;
    }
}

/* Keeps a word as unicode61 folds it, with plain digits and letters; returns its bytes. */
static size_t keep_folded(struct buffer *folded, const char *word, size_t n_bytes) {
    size_t before = folded->size;
    size_t plain = 0;
    while (plain < n_bytes && (unsigned char)word[plain] < 0x80)
        plain++;
    buffer_append(folded, word, plain);
    for (size_t i = plain, length; i < n_bytes; i += length) {
        uint32_t code_point = utf8_decode(word + i, n_bytes - i, &length);
        char digit = plain_digit(code_point);
        const char *letters = plain_letters(code_point);
        if (digit)
            buffer_append_char(folded, digit);
        else if (letters)
            buffer_append_string(folded, letters);
        else
            buffer_append(folded, word + i, length);
    }
    return folded->size - before;
}

/* Han, kana, bopomofo and Hangul. */
static bool is_cjk(uint32_t code_point) {
    static const uint32_t ranges[][2] = {
        {0x1100, 0x11FF}, {0x2E80, 0x2FDF}, {0x3005, 0x3007},   {0x3021, 0x3029}, {0x3031, 0x30FF},
        {0x3105, 0x318E}, {0x31A0, 0x31FF}, {0x3400, 0x4DBF},   {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF}, {0xFF66, 0xFFDC}, {0x20000, 0x3FFFD},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code_point >= ranges[i][0] && code_point <= ranges[i][1])
            return true;
    return false;
}

static bool is_letters(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (word[i] < 'a' || word[i] > 'z')
            return false;
    return true;
}

/* A place for one more word, not yet counted; NULL when memory is out. */
static struct raw_word *next_word(struct raw_words *self) {
    if (self->n_words == self->capacity) {
        size_t capacity = self->capacity ? self->capacity * 2 : 256;
        struct raw_word *words = realloc(self->words, capacity * sizeof *words);
        if (!words)
            return NULL;
        self->words = words;
        self->capacity = capacity;
    }
    return &self->words[self->n_words];
}

static int keep_word(struct raw_words *self, const char *folded, size_t n_bytes, bool cjk,
                     size_t start, size_t end) {
    struct raw_word *word = next_word(self);
    if (!word)
        return SQLITE_NOMEM;
    size_t place = self->folded.size;
    size_t used = keep_folded(&self->folded, folded, cut_word(folded, n_bytes));
    if (self->folded.failed)
        return SQLITE_NOMEM;
    *word = (struct raw_word){.folded = (uint32_t)place,
                              .folded_bytes = (uint16_t)used,
                              .is_letters = is_letters(self->folded.data + place, used),
                              .is_cjk = cjk,
                              .start = (uint32_t)start,
                              .end = (uint32_t)end};
    self->n_words++;
    return SQLITE_OK;
}

/* The bytes at the beginning of `text` that are one CJK character, or all before the next. */
static size_t script_bytes(const char *text, size_t n_bytes, bool *cjk) {
    size_t length;
    size_t at = 0;
    *cjk = is_cjk(utf8_decode(text, n_bytes, &length));
    if (*cjk)
        return length;
    while (at < n_bytes && !is_cjk(utf8_decode(text + at, n_bytes - at, &length)))
        at += length;
    return at;
}

static bool may_hold_cjk(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if ((unsigned char)word[i] >= 0xE1)
            return true;
    return false;
}

/* unicode61's callback. To it a whole clause of Chinese is a word: its characters are kept one by
 * one. Folding leaves them as they are, so that the word and the text fall into the same pieces. */
static int add_word(void *context, int flags, const char *word, int n_bytes, int start, int end) {
    (void)flags;
    struct raw_words *self = context;
    size_t n = (size_t)n_bytes;
    size_t place = self->offset + (size_t)start;
    size_t place_end = self->offset + (size_t)end;
    if (!may_hold_cjk(word, n))
        return keep_word(self, word, n, false, place, place_end);
    int result = SQLITE_OK;
    for (size_t i = 0; i < n && place < place_end && result == SQLITE_OK;) {
        bool cjk;
        size_t length = script_bytes(word + i, n - i, &cjk);
        size_t written = script_bytes(self->text + place, place_end - place, &cjk);
        result = keep_word(self, word + i, length, cjk, place, place + written);
        i += length;
        place += written;
    }
    return result;
}

/* ---- ASCII ---- */

enum { LETTER = 1, DIGIT = 2, OTHER = 4 /* not ASCII */ };

/* Folds the text, and says of each byte what it is in a word; 0: it is between words. Compilers do
 * this for many bytes at once. */
static bool fold_ascii(struct raw_words *self, const char *text, size_t n_bytes) {
    char *folded = buffer_reserve(&self->folded, n_bytes);
    char *kinds = buffer_reserve(&self->kinds, n_bytes);
    if (!folded || !kinds)
        return false;
    for (size_t i = 0; i < n_bytes; i++) {
        const unsigned char byte = (unsigned char)text[i];
        const unsigned char lower = byte | 0x20; /* digits have that bit */
        kinds[i] = (unsigned char)(lower - 'a') < 26  ? LETTER
                   : (unsigned char)(byte - '0') < 10 ? DIGIT
                   : byte >= 0x80                     ? OTHER
                                                      : 0;
        folded[i] = (char)lower;
    }
    kinds[n_bytes] = 0;
    self->folded.size = n_bytes;
    return true;
}

/* Keeps text[start, end), letters and digits, which stands so in what is folded. */
static int keep_ascii(struct raw_words *self, size_t start, size_t end, bool letters) {
    size_t n_bytes = end - start < TOKEN_MAX_BYTES ? end - start : TOKEN_MAX_BYTES;
    struct raw_word *word = next_word(self);
    if (!word)
        return SQLITE_NOMEM;
    *word = (struct raw_word){.folded = (uint32_t)start,
                              .folded_bytes = (uint16_t)n_bytes,
                              .is_letters = letters,
                              .start = (uint32_t)start,
                              .end = (uint32_t)end};
    self->n_words++;
    return SQLITE_OK;
}

/* Finds the words of text[start, end), which is not all ASCII. */
static enum status find_others(struct raw_words *self, size_t start, size_t end,
                               struct error *error) {
    enum status status = raw_words_unicode61(self, error);
    self->offset = start;
    if (status == STATUS_OK &&
        self->unicode61.xTokenize(self->instance, self, FTS5_TOKENIZE_DOCUMENT, self->text + start,
                                  (int)(end - start), add_word) != SQLITE_OK)
        status = error_no_memory(error);
    return status;
}

enum status raw_words_find(struct raw_words *words, const char *text, size_t n_bytes,
                           struct error *error) {
    buffer_clear(&words->folded);
    words->n_words = 0;
    words->text = text;
    enum status status = fold_ascii(words, text, n_bytes) ? STATUS_OK : error_no_memory(error);
    const char *kinds = words->kinds.data; /* ends with 0 */
    for (size_t i = 0, start; i < n_bytes && status == STATUS_OK; i++) {
        char all = 0;
        for (start = i; kinds[i]; i++)
            all |= kinds[i];
        /* What is not ASCII may be part of a word, or between words. */
        if (all & OTHER)
            status = find_others(words, start, i, error);
        else if (all && keep_ascii(words, start, i, all == LETTER) != SQLITE_OK)
            status = error_no_memory(error);
    }
    return status;
}
