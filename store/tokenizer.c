/* See tokenizer.h. Two passes: the text is cut into raw words as unicode61 does it, then each raw
 * word is looked at together with its neighbours and the punctuation between them, and becomes
 * tokens. */
#include "store/tokenizer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/fts5.h"
#include "store/function_words.h"
#include "store/stemmer.h"
#include "store/utf8.h"

/* A word as unicode61 cuts and folds it. */
struct raw {
    uint32_t folded; /* offset in tokenizer.folded */
    uint16_t folded_bytes;
    bool is_cjk;         /* one character of a script that has no spaces between words */
    uint32_t start, end; /* bytes of the text */
};

struct tokenizer {
    fts5_tokenizer unicode61;
    Fts5Tokenizer *instance;
    struct stemmer *stemmer;
    struct buffer folded; /* the raw words' folded forms, one after another */
    struct raw *raws;
    size_t n_raws, raws_capacity;
    const bool *initials; /* see tokenizer_limit */
    const char *text;     /* that unicode61 is asked about */
    size_t place;         /* of it in the text of the run under way */
};

/* What one tokenizer_run works on. */
struct run {
    struct tokenizer *tokenizer;
    const char *text;
    size_t n_bytes;
    const char *language;
    enum token_use use;
    struct token_list *list;
    struct error *error;
};

/* Capitals carry meaning that folding loses. */
enum letter_case { CASE_OTHER, CASE_CAPITALS, CASE_CAPITALS_PLURAL /* "GPs" */ };

enum status tokenizer_open(sqlite3 *connection, struct tokenizer **tokenizer, struct error *error) {
    struct tokenizer *self = calloc(1, sizeof *self);
    *tokenizer = self;
    if (!self)
        return error_no_memory(error);
    enum status status = stemmer_open(&self->stemmer, error);
    fts5_api *api = NULL;
    if (status == STATUS_OK)
        status = fts5_api_of(connection, &api, error);
    if (status == STATUS_OK) {
        const char *arguments[] = {"remove_diacritics", "2"};
        void *context = NULL;
        if (api->xFindTokenizer(api, "unicode61", &context, &self->unicode61) != SQLITE_OK ||
            self->unicode61.xCreate(context, arguments, 2, &self->instance) != SQLITE_OK)
            status = error_set(error, STATUS_INDEX, "this SQLite has no unicode61 tokenizer");
    }
    if (status != STATUS_OK) {
        tokenizer_close(self);
        *tokenizer = NULL;
    }
    return status;
}

void tokenizer_close(struct tokenizer *tokenizer) {
    if (!tokenizer)
        return;
    if (tokenizer->instance)
        tokenizer->unicode61.xDelete(tokenizer->instance);
    stemmer_close(tokenizer->stemmer);
    buffer_free(&tokenizer->folded);
    free(tokenizer->raws);
    free(tokenizer);
}

void tokenizer_limit(struct tokenizer *tokenizer, const bool *initials) {
    tokenizer->initials = initials;
}

void token_list_free(struct token_list *list) {
    free(list->tokens);
    buffer_free(&list->strings);
    *list = (struct token_list){0};
}

/* At most TOKEN_MAX_BYTES of `n_bytes`, ending at a character. */
static size_t cut_to_token(const char *word, size_t n_bytes) {
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

/* A new raw word at those bytes of what is being cut; NULL when memory is out. */
static struct raw *add_raw(struct tokenizer *self, size_t start, size_t end) {
    if (self->n_raws == self->raws_capacity) {
        size_t capacity = self->raws_capacity ? self->raws_capacity * 2 : 256;
        struct raw *raws = realloc(self->raws, capacity * sizeof *raws);
        if (!raws)
            return NULL;
        self->raws = raws;
        self->raws_capacity = capacity;
    }
    struct raw *raw = &self->raws[self->n_raws++];
    *raw = (struct raw){.folded = (uint32_t)self->folded.size,
                        .start = (uint32_t)(self->place + start),
                        .end = (uint32_t)(self->place + end)};
    return raw;
}

static int keep_raw(struct tokenizer *self, const char *word, size_t n_bytes, bool cjk,
                    size_t start, size_t end) {
    struct raw *raw = add_raw(self, start, end);
    if (!raw)
        return SQLITE_NOMEM;
    raw->folded_bytes = (uint16_t)keep_folded(&self->folded, word, cut_to_token(word, n_bytes));
    raw->is_cjk = cjk;
    return self->folded.failed ? SQLITE_NOMEM : SQLITE_OK;
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
static int keep_word(void *context, int flags, const char *word, int n_bytes, int start, int end) {
    (void)flags;
    struct tokenizer *self = context;
    size_t n = (size_t)n_bytes;
    if (!may_hold_cjk(word, n))
        return keep_raw(self, word, n, false, (size_t)start, (size_t)end);
    int result = SQLITE_OK;
    size_t place = (size_t)start;
    for (size_t i = 0; i < n && place < (size_t)end && result == SQLITE_OK;) {
        bool cjk;
        size_t length = script_bytes(word + i, n - i, &cjk);
        size_t written = script_bytes(self->text + place, (size_t)end - place, &cjk);
        result = keep_raw(self, word + i, length, cjk, place, place + written);
        i += length;
        place += written;
    }
    return result;
}

/* ASCII letters and digits, and all bytes that are not ASCII. */
static const bool is_word_byte[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, [0x80 ... 0xFF] = true};

/* Keeps a word of ASCII letters and digits. */
static bool keep_ascii(struct tokenizer *self, const char *word, size_t n_bytes) {
    enum { LOWER_CASE = 0x20 }; /* the bit is set in digits too */
    size_t n_kept = n_bytes < TOKEN_MAX_BYTES ? n_bytes : TOKEN_MAX_BYTES;
    struct raw *raw = add_raw(self, 0, n_bytes);
    char *folded = raw ? buffer_reserve(&self->folded, n_kept) : NULL;
    if (!folded)
        return false;
    for (size_t i = 0; i < n_kept; i++)
        folded[i] = (char)(word[i] | LOWER_CASE);
    folded[n_kept] = '\0';
    self->folded.size += n_kept;
    raw->folded_bytes = (uint16_t)n_kept;
    return true;
}

/* Cuts the text into raw words. To unicode61 other ASCII bytes always part words, so that it need
 * be asked only about what stands between them and is not all ASCII itself. */
static bool cut(struct tokenizer *self, const char *text, size_t n_bytes, int flags) {
    for (size_t i = 0; i < n_bytes; i++) {
        unsigned char all = 0; /* bits that are set in any byte */
        self->place = i;
        for (; i < n_bytes && is_word_byte[(unsigned char)text[i]]; i++)
            all |= (unsigned char)text[i];
        self->text = text + self->place;
        size_t length = i - self->place;
        bool kept = length == 0 ||
                    (all < 0x80 ? keep_ascii(self, self->text, length)
                                : self->unicode61.xTokenize(self->instance, self, flags, self->text,
                                                            (int)length, keep_word) == SQLITE_OK);
        if (!kept)
            return false;
    }
    return true;
}

static const char *folded_of(const struct run *run, const struct raw *raw) {
    return run->tokenizer->folded.data + raw->folded;
}

/* ---- emitting ---- */

static uint32_t keep_string(struct token_list *list, const char *string, size_t n_bytes) {
    uint32_t offset = (uint32_t)list->strings.size;
    char *place = buffer_reserve(&list->strings, n_bytes + 1);
    if (!place)
        return offset;
    memcpy(place, string, n_bytes);
    place[n_bytes] = '\0';
    list->strings.size += n_bytes + 1;
    return offset;
}

/* Adds a token at `position`, whose surface is at offset `surface` of the strings; a term that the
 * position already has is not added again. */
static enum status add_token(struct run *run, uint32_t position, const char *term, size_t n_bytes,
                             uint32_t surface, uint16_t surface_bytes, uint32_t start,
                             uint32_t end) {
    struct token_list *list = run->list;
    for (size_t i = list->n_tokens; i > 0 && list->tokens[i - 1].position == position; i--)
        if (list->tokens[i - 1].term_bytes == n_bytes &&
            memcmp(token_term(list, &list->tokens[i - 1]), term, n_bytes) == 0)
            return STATUS_OK;
    if (list->n_tokens == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 256;
        struct token *tokens = realloc(list->tokens, capacity * sizeof *tokens);
        if (!tokens)
            return error_no_memory(run->error);
        list->tokens = tokens;
        list->capacity = capacity;
    }
    bool is_surface = n_bytes == surface_bytes && list->strings.data &&
                      memcmp(list->strings.data + surface, term, n_bytes) == 0;
    uint32_t place = is_surface ? surface : keep_string(list, term, n_bytes);
    /* By the word as written: "Hims" is none though its stem is; an acronym in capitals is none. */
    bool is_acronym = term[0] >= 'A' && term[0] <= 'Z';
    bool is_function = !is_acronym && !list->strings.failed &&
                       is_function_word(list->strings.data + surface, surface_bytes);
    list->tokens[list->n_tokens++] =
        (struct token){.term = place,
                       .surface = surface,
                       .term_bytes = (uint16_t)n_bytes,
                       .surface_bytes = surface_bytes,
                       .position = position,
                       .is_function_word = is_function,
                       .in_fts5 = is_surface ? !is_function : !is_function_word(term, n_bytes),
                       .start = start,
                       .end = end};
    return list->strings.failed ? error_no_memory(run->error) : STATUS_OK;
}

static bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* How the text writes the word that folds to letters. */
static enum letter_case case_of(const struct run *run, uint32_t start, uint32_t end) {
    size_t n_capitals = 0;
    while (start + n_capitals < end && run->text[start + n_capitals] >= 'A' &&
           run->text[start + n_capitals] <= 'Z')
        n_capitals++;
    if (n_capitals < 2)
        return CASE_OTHER;
    if (start + n_capitals == end)
        return CASE_CAPITALS;
    bool plural = start + n_capitals + 1 == end && run->text[end - 1] == 's';
    return plural ? CASE_CAPITALS_PLURAL : CASE_OTHER;
}

/* A word of letters before it is emitted. */
struct word {
    const char *folded;
    size_t n_bytes;
    uint32_t start, end;
    enum letter_case letters;
    bool shouting; /* among other words in capitals: it need not be an acronym */
};

/* Emits the acronym `folded` in the form that is indexed: in capitals where its stem is another
 * word or the word is one of grammar, else in lower case. */
static enum status add_acronym(struct run *run, uint32_t position, const struct word *word,
                               size_t n_bytes, uint32_t surface) {
    const char *stem;
    size_t stem_bytes;
    enum status status = stemmer_stem(run->tokenizer->stemmer, run->language, word->folded, n_bytes,
                                      &stem, &stem_bytes, run->error);
    if (status != STATUS_OK)
        return status;
    char capitals[TOKEN_MAX_BYTES];
    bool damaged = stem_bytes != n_bytes || memcmp(stem, word->folded, n_bytes) != 0 ||
                   is_function_word(word->folded, n_bytes);
    for (size_t i = 0; i < n_bytes; i++)
        capitals[i] = damaged && word->folded[i] >= 'a' && word->folded[i] <= 'z'
                          ? (char)(word->folded[i] - 'a' + 'A')
                          : word->folded[i];
    return add_token(run, position, capitals, n_bytes, surface, (uint16_t)word->n_bytes,
                     word->start, word->end);
}

static enum status add_stem(struct run *run, uint32_t position, const struct word *word,
                            uint32_t surface, bool *changed) {
    const char *stem;
    size_t stem_bytes;
    enum status status = stemmer_stem(run->tokenizer->stemmer, run->language, word->folded,
                                      word->n_bytes, &stem, &stem_bytes, run->error);
    if (status != STATUS_OK)
        return status;
    *changed = stem_bytes != word->n_bytes || memcmp(stem, word->folded, stem_bytes) != 0;
    return add_token(run, position, stem, stem_bytes, surface, (uint16_t)word->n_bytes, word->start,
                     word->end);
}

static bool is_all_letters(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (!is_ascii_letter(word[i]))
            return false;
    return true;
}

static bool is_wanted(const struct run *run, const char *folded) {
    const bool *initials = run->tokenizer->initials;
    return !initials || initials[(unsigned char)folded[0]];
}

/* Longer ones are rare, and words in capitals for emphasis are not. */
enum { ACRONYM_MAX_BYTES = 6 };

/* Emits a word of letters and its alternatives at a new position. */
static enum status add_word(struct run *run, const struct word *word) {
    uint32_t position = run->list->n_positions++;
    if (!is_wanted(run, word->folded))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, word->folded, word->n_bytes);
    bool changed = false;
    if (word->letters == CASE_CAPITALS && !word->shouting && word->n_bytes <= ACRONYM_MAX_BYTES)
        return add_acronym(run, position, word, word->n_bytes, surface);
    if (word->letters == CASE_CAPITALS_PLURAL) {
        enum status status = add_acronym(run, position, word, word->n_bytes - 1, surface);
        return status == STATUS_OK ? add_stem(run, position, word, surface, &changed) : status;
    }
    enum status status = add_stem(run, position, word, surface, &changed);
    /* A function word in a shouted line is just that; in a query it may be "who" for WHO. */
    bool may_be_acronym = false;
    if (run->use == TOKENS_OF_QUERY)
        may_be_acronym = (changed || is_function_word(word->folded, word->n_bytes)) &&
                         is_all_letters(word->folded, word->n_bytes);
    else if (word->letters == CASE_CAPITALS)
        may_be_acronym = !is_function_word(word->folded, word->n_bytes);
    if (status == STATUS_OK && may_be_acronym)
        status = add_acronym(run, position, word, word->n_bytes, surface);
    return status;
}

/* ---- raw words to parts ---- */

static const char *const greek_names[] = {
    "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",   "theta", "iota",
    "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",    "rho",   "sigma",
    "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega",
};

/* The name of the lower-case Greek letter at `bytes` (two bytes), or NULL. */
static const char *greek_name(const char *bytes, size_t n_bytes) {
    if (n_bytes < 2)
        return NULL;
    unsigned lead = (unsigned char)bytes[0];
    unsigned code = (lead & 0x1F) << 6 | ((unsigned char)bytes[1] & 0x3F);
    if ((lead != 0xCE && lead != 0xCF) || code < 0x3B1 || code > 0x3C9)
        return NULL;
    return greek_names[code - 0x3B1];
}

/* The length of the part of `word` that begins at `from`: a run of digits, one Greek letter that
 * stands alone, or a run of other characters. `name` is set for the Greek letter. */
static size_t part_length(const char *word, size_t n_bytes, size_t from, const char **name) {
    size_t i = from;
    *name = NULL;
    if (is_digit(word[i])) {
        while (i < n_bytes && is_digit(word[i]))
            i++;
        return i - from;
    }
    const char *greek = greek_name(word + i, n_bytes - i);
    bool after_greek = from >= 2 && greek_name(word + from - 2, 2);
    if (greek && !after_greek && !greek_name(word + i + 2, n_bytes - i - 2)) {
        *name = greek;
        return 2;
    }
    bool in_greek = greek != NULL;
    while (i < n_bytes && !is_digit(word[i])) {
        bool lone = !in_greek && greek_name(word + i, n_bytes - i) &&
                    !greek_name(word + i + 2, n_bytes - i - 2);
        if (lone && i > from)
            break;
        i++;
    }
    return i - from;
}

/* A word like "a1b2c3d4" is a code, not a compound: it stays whole. */
enum { MAX_PARTS = 6 };

/* Appends what `raw` is called in a compound: folded, a lone Greek letter spelled out. */
static size_t append_spelled(const struct run *run, const struct raw *raw, char *out,
                             size_t capacity) {
    const char *word = folded_of(run, raw);
    size_t used = 0;
    for (size_t from = 0; from < raw->folded_bytes;) {
        const char *name;
        size_t length = part_length(word, raw->folded_bytes, from, &name);
        const char *spelled = name ? name : word + from;
        size_t spelled_bytes = name ? strlen(name) : length;
        if (used + spelled_bytes > capacity)
            return capacity + 1;
        memcpy(out + used, spelled, spelled_bytes);
        used += spelled_bytes;
        from += length;
    }
    return used;
}

/* The bytes between raw words `i` and `i + 1`; `*n_bytes` is their number. */
static const char *gap_after(const struct run *run, size_t i, size_t *n_bytes) {
    const struct raw *raws = run->tokenizer->raws;
    *n_bytes = raws[i + 1].start - raws[i].end;
    return run->text + raws[i].end;
}

static bool gap_is(const struct run *run, size_t i, const char *gap) {
    size_t n_bytes;
    const char *bytes = gap_after(run, i, &n_bytes);
    return n_bytes == strlen(gap) && memcmp(bytes, gap, n_bytes) == 0;
}

static bool is_hyphen_gap(const struct run *run, size_t i) {
    size_t n_bytes;
    const char *gap = gap_after(run, i, &n_bytes);
    if (n_bytes == 1)
        return *gap == '-';
    return n_bytes == 3 &&
           (memcmp(gap, "\xE2\x80\x90", 3) == 0 || memcmp(gap, "\xE2\x80\x91", 3) == 0);
}

static bool is_possessive(const struct run *run, size_t i) {
    const struct raw *raw = &run->tokenizer->raws[i];
    return i > 0 && raw->folded_bytes == 1 && folded_of(run, raw)[0] == 's' &&
           (gap_is(run, i - 1, "'") || gap_is(run, i - 1, "\xE2\x80\x99"));
}

static bool is_capitals(const struct run *run, size_t i) {
    const struct raw *raw = &run->tokenizer->raws[i];
    return case_of(run, raw->start, raw->end) == CASE_CAPITALS;
}

/* A word in capitals beside another one, with only a space between. */
static bool is_shouting(const struct run *run, size_t i) {
    char first = run->text[run->tokenizer->raws[i].start];
    if (first < 'A' || first > 'Z')
        return false;
    bool before = i > 0 && gap_is(run, i - 1, " ") && is_capitals(run, i - 1);
    bool after = i + 1 < run->tokenizer->n_raws && gap_is(run, i, " ") && is_capitals(run, i + 1);
    return before || after;
}

static bool is_all_digits(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (!is_digit(word[i]))
            return false;
    return true;
}

/* Adds `joined` as one word at `position`, stemmed if it is letters only. */
static enum status add_joined(struct run *run, uint32_t position, const char *joined,
                              size_t n_bytes, uint32_t start, uint32_t end) {
    if (!is_wanted(run, joined))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, joined, n_bytes);
    struct word word = {joined, n_bytes, start, end, CASE_OTHER, false};
    bool changed;
    if (is_all_letters(joined, n_bytes))
        return add_stem(run, position, &word, surface, &changed);
    return add_token(run, position, joined, n_bytes, surface, (uint16_t)n_bytes, start, end);
}

/* Adds the compound of raw words `i` and `i + 1` at `position`, if a hyphen joins them. */
static enum status add_compound(struct run *run, size_t i, uint32_t position) {
    const struct raw *raws = run->tokenizer->raws;
    if (i + 1 >= run->tokenizer->n_raws || !is_hyphen_gap(run, i) || raws[i + 1].is_cjk)
        return STATUS_OK;
    char joined[STEMMER_MAX_BYTES];
    size_t used = append_spelled(run, &raws[i], joined, sizeof joined);
    if (used > sizeof joined)
        return STATUS_OK;
    size_t second = append_spelled(run, &raws[i + 1], joined + used, sizeof joined - used);
    if (second > sizeof joined - used || is_all_digits(joined, used + second))
        return STATUS_OK;
    return add_joined(run, position, joined, used + second, raws[i].start, raws[i + 1].end);
}

/* Where byte `offset` of the folded word stands in the text: exact while folding keeps lengths,
 * which it does for all but some accented letters; else the nearer end of the word. */
static uint32_t place_of(const struct raw *raw, size_t offset) {
    bool same_length = raw->end - raw->start == raw->folded_bytes;
    if (same_length || offset == 0)
        return raw->start + (uint32_t)offset;
    return raw->end;
}

/* Emits raw word `i`, with its compounds. */
static enum status add_parts(struct run *run, size_t i) {
    const struct raw *raw = &run->tokenizer->raws[i];
    const char *word = folded_of(run, raw);
    size_t ends[MAX_PARTS];
    const char *names[MAX_PARTS];
    size_t n_parts = 0;
    for (size_t from = 0; from < raw->folded_bytes && n_parts < MAX_PARTS; n_parts++) {
        from += part_length(word, raw->folded_bytes, from, &names[n_parts]);
        ends[n_parts] = from;
    }
    if (n_parts == 0)
        return STATUS_OK;
    if (ends[n_parts - 1] < raw->folded_bytes) {
        n_parts = 1;
        ends[0] = raw->folded_bytes;
        names[0] = NULL;
    }
    enum status status = STATUS_OK;
    bool shouting = is_shouting(run, i);
    uint32_t first_position = run->list->n_positions;
    for (size_t part = 0; part < n_parts && status == STATUS_OK; part++) {
        size_t from = part > 0 ? ends[part - 1] : 0;
        uint32_t start = n_parts > 1 ? place_of(raw, from) : raw->start;
        uint32_t end = n_parts > 1 ? place_of(raw, ends[part]) : raw->end;
        if (start >= end) {
            start = raw->start;
            end = raw->end;
        }
        const char *folded = names[part] ? names[part] : word + from;
        struct word one = {folded, names[part] ? strlen(names[part]) : ends[part] - from, start,
                           end,    names[part] ? CASE_OTHER : case_of(run, start, end),   shouting};
        status = add_word(run, &one);
        if (part > 0 || status != STATUS_OK)
            continue;
        char whole[STEMMER_MAX_BYTES];
        size_t whole_bytes =
            n_parts > 1 ? append_spelled(run, raw, whole, sizeof whole) : sizeof whole + 1;
        if (whole_bytes <= sizeof whole)
            status = add_joined(run, first_position, whole, whole_bytes, raw->start, raw->end);
        if (status == STATUS_OK)
            status = add_compound(run, i, first_position);
    }
    return status;
}

/* The number of raw words from `i` on that spell a dotted acronym ("U.S."), or 0. */
static size_t dotted_length(const struct run *run, size_t i) {
    const struct raw *raws = run->tokenizer->raws;
    size_t n = 0;
    while (i + n < run->tokenizer->n_raws && n < MAX_PARTS) {
        const struct raw *raw = &raws[i + n];
        if (raw->end - raw->start != 1 || !is_ascii_letter(run->text[raw->start]))
            break;
        if (n > 0 && !gap_is(run, i + n - 1, "."))
            break;
        n++;
    }
    bool closed =
        n >= 2 && raws[i + n - 1].end < run->n_bytes && run->text[raws[i + n - 1].end] == '.';
    return n >= 3 || closed ? n : 0;
}

static enum status add_dotted(struct run *run, size_t i, size_t n_raws) {
    const struct raw *raws = run->tokenizer->raws;
    char letters[MAX_PARTS];
    bool capitals = true;
    for (size_t n = 0; n < n_raws; n++) {
        letters[n] = folded_of(run, &raws[i + n])[0];
        char written = run->text[raws[i + n].start];
        capitals = capitals && written >= 'A' && written <= 'Z';
    }
    struct word word = {letters,
                        n_raws,
                        raws[i].start,
                        raws[i + n_raws - 1].end,
                        capitals ? CASE_CAPITALS : CASE_OTHER,
                        false};
    return add_word(run, &word);
}

/* Adds `n_raws` characters from raw `i` on as a token at `position`. */
static enum status add_characters(struct run *run, uint32_t position, size_t i, size_t n_raws) {
    const struct raw *raws = run->tokenizer->raws;
    const char *characters = folded_of(run, &raws[i]);
    const struct raw *end = &raws[i + n_raws - 1];
    size_t n_bytes = end->folded + end->folded_bytes - raws[i].folded;
    if (!is_wanted(run, characters))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, characters, n_bytes);
    return add_token(run, position, characters, n_bytes, surface, (uint16_t)n_bytes, raws[i].start,
                     end->end);
}

static bool is_cjk_pair(const struct run *run, size_t i) {
    const struct raw *raws = run->tokenizer->raws;
    return i + 1 < run->tokenizer->n_raws && raws[i].is_cjk && raws[i + 1].is_cjk &&
           raws[i].end == raws[i + 1].start;
}

/* Adds the pair of characters that begins with raw `i`. A text has each of them alone, too, for
 * queries of one character. */
static enum status add_cjk(struct run *run, size_t i) {
    bool is_text = run->use == TOKENS_OF_TEXT;
    if (!is_cjk_pair(run, i)) {
        bool is_second = i > 0 && is_cjk_pair(run, i - 1);
        return is_second ? STATUS_OK : add_characters(run, run->list->n_positions++, i, 1);
    }
    uint32_t position = run->list->n_positions++;
    enum status status = add_characters(run, position, i, 2);
    if (status == STATUS_OK && is_text)
        status = add_characters(run, position, i, 1);
    if (status == STATUS_OK && is_text && !is_cjk_pair(run, i + 1))
        status = add_characters(run, position, i + 1, 1);
    return status;
}

/* True if raw word `i` gives nothing but a position: it and its compounds begin alike, and only
 * digits and Greek letters make parts. A single letter may be one of an acronym or a possessive. */
static bool is_passed_over(const struct run *run, size_t i) {
    const struct raw *raw = &run->tokenizer->raws[i];
    const char *folded = folded_of(run, raw);
    return run->tokenizer->initials && raw->folded_bytes > 1 && !is_wanted(run, folded) &&
           is_all_letters(folded, raw->folded_bytes);
}

/* Inserts `token` of `other` before list->tokens[place], whose position has the main form at
 * `main`. */
static enum status insert_form(struct token_list *list, size_t place, size_t main,
                               const struct token_list *other, const struct token *token,
                               struct error *error) {
    if (list->n_tokens == list->capacity) {
        size_t capacity = list->capacity * 2;
        struct token *tokens = realloc(list->tokens, capacity * sizeof *tokens);
        if (!tokens)
            return error_no_memory(error);
        list->tokens = tokens;
        list->capacity = capacity;
    }
    memmove(list->tokens + place + 1, list->tokens + place,
            (list->n_tokens - place) * sizeof *list->tokens);
    list->n_tokens++;
    list->tokens[place] = list->tokens[main];
    list->tokens[place].term = keep_string(list, token_term(other, token), token->term_bytes);
    list->tokens[place].term_bytes = token->term_bytes;
    list->tokens[place].in_fts5 = token->in_fts5;
    return list->strings.failed ? error_no_memory(error) : STATUS_OK;
}

enum status token_list_merge(struct token_list *list, const struct token_list *other,
                             struct error *error) {
    enum status status = STATUS_OK;
    size_t j = 0;
    for (size_t i = 0; i < list->n_tokens && status == STATUS_OK;) {
        size_t main = i;
        uint32_t position = list->tokens[i].position;
        while (j < other->n_tokens && other->tokens[j].position < position)
            j++;
        bool found = j == other->n_tokens || other->tokens[j].position != position;
        for (; i < list->n_tokens && list->tokens[i].position == position; i++)
            found = found || strcmp(token_term(list, &list->tokens[i]),
                                    token_term(other, &other->tokens[j])) == 0;
        if (found)
            continue;
        status = insert_form(list, main + 1, main, other, &other->tokens[j], error);
        i++;
    }
    return status;
}

/* Room for what the raw words will most likely give: a form or two each. */
static enum status make_room(const struct run *run) {
    struct token_list *list = run->list;
    size_t n_tokens = run->tokenizer->n_raws + run->tokenizer->n_raws / 8 + 8;
    buffer_reserve(&list->strings, run->tokenizer->folded.size * 2 + n_tokens);
    if (list->capacity < n_tokens) {
        struct token *tokens = realloc(list->tokens, n_tokens * sizeof *tokens);
        if (!tokens)
            return error_no_memory(run->error);
        list->tokens = tokens;
        list->capacity = n_tokens;
    }
    return list->strings.failed ? error_no_memory(run->error) : STATUS_OK;
}

enum status tokenizer_run(struct tokenizer *tokenizer, const char *text, size_t n_bytes,
                          const char *language, enum token_use use, struct token_list *list,
                          struct error *error) {
    struct run run = {tokenizer, text, n_bytes, language, use, list, error};
    list->n_tokens = 0;
    list->n_positions = 0;
    list->text_bytes = n_bytes;
    buffer_clear(&list->strings);
    buffer_clear(&tokenizer->folded);
    tokenizer->n_raws = 0;
    int flags = use == TOKENS_OF_QUERY ? FTS5_TOKENIZE_QUERY : FTS5_TOKENIZE_DOCUMENT;
    if (n_bytes > INT32_MAX)
        return error_set(error, STATUS_INPUT, "a text of over 2 GB");
    if (!cut(tokenizer, text, n_bytes, flags))
        return error_no_memory(error);
    enum status status = make_room(&run);
    for (size_t i = 0; i < tokenizer->n_raws && status == STATUS_OK;) {
        if (is_passed_over(&run, i)) {
            list->n_positions++;
            i++;
            continue;
        }
        size_t n_dotted = dotted_length(&run, i);
        if (n_dotted > 0)
            status = add_dotted(&run, i, n_dotted);
        else if (tokenizer->raws[i].is_cjk)
            status = add_cjk(&run, i);
        else if (!is_possessive(&run, i))
            status = add_parts(&run, i);
        i += n_dotted > 0 ? n_dotted : 1;
    }
    return status;
}
