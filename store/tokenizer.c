/* See tokenizer.h. Two passes: raw_words.h cuts the text into raw words, then each of them is
 * looked at together with its neighbours and the punctuation between them, and becomes tokens. */
#include "store/tokenizer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/function_words.h"
#include "store/raw_words.h"
#include "store/stemmer.h"

struct tokenizer {
    struct raw_words raw_words;
    struct stemmer *stemmer;
    const struct token_limit *limit; /* see tokenizer_limit */
};

/* What one tokenizer_run works on. */
struct run {
    struct tokenizer *tokenizer;
    const char *text;
    size_t n_bytes;
    bool is_english;
    enum token_use use;
    struct token_list *list;
    struct error *error;
    const struct raw_word *raws;
    size_t n_raws;
};

/* Capitals carry meaning that folding loses. */
enum letter_case { CASE_OTHER, CASE_CAPITALS, CASE_CAPITALS_PLURAL /* "GPs" */ };

enum status tokenizer_open(sqlite3 *connection, struct tokenizer **tokenizer, struct error *error) {
    struct tokenizer *self = calloc(1, sizeof *self);
    *tokenizer = self;
    if (!self)
        return error_no_memory(error);
    enum status status = stemmer_open(&self->stemmer, error);
    if (status == STATUS_OK)
        status = raw_words_open(&self->raw_words, connection, error);
    if (status != STATUS_OK) {
        tokenizer_close(self);
        *tokenizer = NULL;
    }
    return status;
}

void tokenizer_close(struct tokenizer *tokenizer) {
    if (!tokenizer)
        return;
    raw_words_close(&tokenizer->raw_words);
    stemmer_close(tokenizer->stemmer);
    free(tokenizer);
}

static int letter_number(char c) {
    return c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' : -1;
}

static void add_beginning(struct token_limit *limit, int first, int second) {
    limit->initials['a' + first] = true;
    limit->seconds[first] |= 1u << second;
}

static void add_third(struct token_limit *limit, int first, int third) {
    limit->thirds[first] |= third < 0 ? UINT32_MAX : 1u << third;
    if (third == 'a' - 'a') /* greyish */
        limit->thirds[first] |= 1u << ('e' - 'a');
    if (third == 'l' - 'a') /* moulding */
        limit->thirds[first] |= 1u << ('u' - 'a');
}

void token_limit_add(struct token_limit *limit, const char *term, size_t n_bytes) {
    /* What words have where their term has another letter: haemo-, foet-, dying, sceptic. */
    static const struct {
        char of_term, of_word;
    } others[] = {{'e', 'a'}, {'e', 'o'}, {'i', 'y'}, {'k', 'c'}};
    const int first = n_bytes > 0 ? letter_number(term[0]) : -1;
    const int second = n_bytes > 1 ? letter_number(term[1]) : -1;
    if (n_bytes > 0)
        limit->initials[first < 0 ? (unsigned char)term[0] : 'a' + first] = true;
    if (first >= 0 && n_bytes == 1) /* "AEDs" ends up as "a" */
        limit->seconds[first] = limit->thirds[first] = UINT32_MAX;
    if (first < 0 || second < 0)
        return;
    add_beginning(limit, first, second);
    add_third(limit, first, n_bytes > 2 ? letter_number(term[2]) : -1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].of_term - 'a' == second)
            add_beginning(limit, first, others[i].of_word - 'a');
    if (first == 'e' - 'a') { /* oestrogen, aetiology */
        add_beginning(limit, 'o' - 'a', first);
        add_beginning(limit, 'a' - 'a', first);
    }
}

void tokenizer_limit(struct tokenizer *tokenizer, const struct token_limit *limit) {
    tokenizer->limit = limit;
}

void token_list_free(struct token_list *list) {
    free(list->tokens);
    buffer_free(&list->strings);
    *list = (struct token_list){0};
}

static const char *folded_of(const struct run *run, const struct raw_word *raw) {
    return run->tokenizer->raw_words.folded.data + raw->folded;
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

/* A form of a word before it is a token. */
struct form {
    const char *term;
    size_t n_bytes;
    uint32_t surface; /* offset in the strings */
    uint16_t surface_bytes;
    bool is_surface; /* the term is the surface */
    bool is_function_word, in_fts5;
    uint32_t start, end;
};

static bool has_term(const struct token_list *list, uint32_t position, const struct form *form) {
    for (size_t i = list->n_tokens; i > 0 && list->tokens[i - 1].position == position; i--)
        if (list->tokens[i - 1].term_bytes == form->n_bytes &&
            memcmp(token_term(list, &list->tokens[i - 1]), form->term, form->n_bytes) == 0)
            return true;
    return false;
}

/* Adds a token at `position`; a term that the position already has is not added again. */
static enum status add_form(struct run *run, uint32_t position, const struct form *form) {
    struct token_list *list = run->list;
    if (has_term(list, position, form))
        return STATUS_OK;
    if (list->n_tokens == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 256;
        struct token *tokens = realloc(list->tokens, capacity * sizeof *tokens);
        if (!tokens)
            return error_no_memory(run->error);
        list->tokens = tokens;
        list->capacity = capacity;
    }
    uint32_t place =
        form->is_surface ? form->surface : keep_string(list, form->term, form->n_bytes);
    list->tokens[list->n_tokens++] = (struct token){.term = place,
                                                    .surface = form->surface,
                                                    .term_bytes = (uint16_t)form->n_bytes,
                                                    .surface_bytes = form->surface_bytes,
                                                    .position = position,
                                                    .is_function_word = form->is_function_word,
                                                    .in_fts5 = form->in_fts5,
                                                    .start = form->start,
                                                    .end = form->end};
    return list->strings.failed ? error_no_memory(run->error) : STATUS_OK;
}

/* Adds a term that is no stem. */
static enum status add_term(struct run *run, uint32_t position, const char *term, size_t n_bytes,
                            uint32_t surface, uint16_t surface_bytes, uint32_t start,
                            uint32_t end) {
    if (run->list->strings.failed)
        return error_no_memory(run->error);
    const char *written = run->list->strings.data + surface;
    /* By the word as written: "Hims" is none though its stem is; an acronym in capitals is none. */
    bool is_acronym = term[0] >= 'A' && term[0] <= 'Z';
    const struct form form = {
        .term = term,
        .n_bytes = n_bytes,
        .surface = surface,
        .surface_bytes = surface_bytes,
        .is_surface = n_bytes == surface_bytes && memcmp(written, term, n_bytes) == 0,
        .is_function_word = !is_acronym && is_function_word(written, surface_bytes),
        .in_fts5 = !is_function_word(term, n_bytes),
        .start = start,
        .end = end,
    };
    return add_form(run, position, &form);
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
    struct stem stem;
    enum status status =
        stemmer_stem(run->tokenizer->stemmer, word->folded, n_bytes, &stem, run->error);
    if (status != STATUS_OK)
        return status;
    char capitals[TOKEN_MAX_BYTES];
    bool damaged = stem.differs || stem.word_is_function_word;
    for (size_t i = 0; i < n_bytes; i++)
        capitals[i] = damaged && word->folded[i] >= 'a' && word->folded[i] <= 'z'
                          ? (char)(word->folded[i] - 'a' + 'A')
                          : word->folded[i];
    return add_term(run, position, capitals, n_bytes, surface, (uint16_t)word->n_bytes, word->start,
                    word->end);
}

/* Adds a word, whose surface it is, as its stem; `*stem` is that. */
static enum status add_stem(struct run *run, uint32_t position, const struct word *word,
                            uint32_t surface, struct stem *stem) {
    enum status status =
        stemmer_stem(run->tokenizer->stemmer, word->folded, word->n_bytes, stem, run->error);
    if (status != STATUS_OK)
        return status;
    const struct form form = {
        .term = stem->bytes,
        .n_bytes = stem->n_bytes,
        .surface = surface,
        .surface_bytes = (uint16_t)word->n_bytes,
        .is_surface = !stem->differs,
        .is_function_word = stem->word_is_function_word,
        .in_fts5 = !stem->is_function_word,
        .start = word->start,
        .end = word->end,
    };
    return add_form(run, position, &form);
}

static bool is_all_letters(const char *word, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (!is_ascii_letter(word[i]))
            return false;
    return true;
}

static bool is_english(const char *language) {
    return !language || !language[0] ||
           (strncasecmp(language, "en", 2) == 0 && strchr("-_", language[2]));
}

/* True if one of the first three letters begins an "ae" or "oe", which Americans write as one
 * letter.
 */
static bool begins_british(const char *folded) {
    for (size_t i = 0; i < 3; i++)
        if (folded[i + 1] == 'e' && (folded[i] == 'a' || folded[i] == 'o'))
            return true;
    return false;
}

static bool is_wanted(const struct run *run, const char *folded, size_t n_bytes) {
    enum { LONG_WORD = 7 }; /* no ending reaches back to the third letter */
    const struct token_limit *limit = run->tokenizer->limit;
    if (!limit || !limit->initials[(unsigned char)folded[0]])
        return !limit;
    const int first = letter_number(folded[0]);
    const int second = n_bytes > 1 ? letter_number(folded[1]) : -1;
    if (first < 0 || second < 0 || !run->is_english)
        return true;
    if (!(limit->seconds[first] >> second & 1))
        return false;
    const int third = n_bytes >= LONG_WORD ? letter_number(folded[2]) : -1;
    return third < 0 || limit->thirds[first] >> third & 1 || begins_british(folded);
}

/* Longer ones are rare, and words in capitals for emphasis are not. */
enum { ACRONYM_MAX_BYTES = 6 };

/* Emits a word of letters and its alternatives at a new position. */
static enum status add_word(struct run *run, const struct word *word) {
    uint32_t position = run->list->n_positions++;
    if (!is_wanted(run, word->folded, word->n_bytes))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, word->folded, word->n_bytes);
    struct stem stem;
    if (word->letters == CASE_CAPITALS && !word->shouting && word->n_bytes <= ACRONYM_MAX_BYTES)
        return add_acronym(run, position, word, word->n_bytes, surface);
    if (word->letters == CASE_CAPITALS_PLURAL) {
        enum status status = add_acronym(run, position, word, word->n_bytes - 1, surface);
        return status == STATUS_OK ? add_stem(run, position, word, surface, &stem) : status;
    }
    enum status status = add_stem(run, position, word, surface, &stem);
    /* A function word in a shouted line is just that; in a query it may be "who" for WHO. */
    bool may_be_acronym = false;
    if (status == STATUS_OK && run->use == TOKENS_OF_QUERY)
        may_be_acronym = (stem.differs || stem.word_is_function_word) &&
                         is_all_letters(word->folded, word->n_bytes);
    else if (status == STATUS_OK && word->letters == CASE_CAPITALS)
        may_be_acronym = !stem.word_is_function_word;
    if (may_be_acronym)
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
static size_t append_spelled(const struct run *run, const struct raw_word *raw, char *out,
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
    const struct raw_word *raws = run->raws;
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
    const struct raw_word *raw = &run->raws[i];
    return i > 0 && raw->folded_bytes == 1 && folded_of(run, raw)[0] == 's' &&
           (gap_is(run, i - 1, "'") || gap_is(run, i - 1, "\xE2\x80\x99"));
}

static bool is_capitals(const struct run *run, size_t i) {
    const struct raw_word *raw = &run->raws[i];
    return case_of(run, raw->start, raw->end) == CASE_CAPITALS;
}

/* A word in capitals beside another one, with only a space between. */
static bool is_shouting(const struct run *run, size_t i) {
    char first = run->text[run->raws[i].start];
    if (first < 'A' || first > 'Z')
        return false;
    bool before = i > 0 && gap_is(run, i - 1, " ") && is_capitals(run, i - 1);
    bool after = i + 1 < run->n_raws && gap_is(run, i, " ") && is_capitals(run, i + 1);
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
    if (!TOKENIZER_COMPOUNDS || !is_wanted(run, joined, n_bytes))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, joined, n_bytes);
    struct word word = {joined, n_bytes, start, end, CASE_OTHER, false};
    struct stem stem;
    if (is_all_letters(joined, n_bytes))
        return add_stem(run, position, &word, surface, &stem);
    return add_term(run, position, joined, n_bytes, surface, (uint16_t)n_bytes, start, end);
}

/* Adds the compound of raw words `i` and `i + 1` at `position`, if a hyphen joins them. */
static enum status add_compound(struct run *run, size_t i, uint32_t position) {
    const struct raw_word *raws = run->raws;
    if (i + 1 >= run->n_raws || !is_hyphen_gap(run, i) || raws[i + 1].is_cjk)
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
static uint32_t place_of(const struct raw_word *raw, size_t offset) {
    bool same_length = raw->end - raw->start == raw->folded_bytes;
    if (same_length || offset == 0)
        return raw->start + (uint32_t)offset;
    return raw->end;
}

/* Emits raw word `i`, of letters only, as most are, with its compound. */
static enum status add_letters(struct run *run, size_t i) {
    const struct raw_word *raw = &run->raws[i];
    uint32_t position = run->list->n_positions;
    const struct word word = {folded_of(run, raw),
                              raw->folded_bytes,
                              raw->start,
                              raw->end,
                              case_of(run, raw->start, raw->end),
                              is_shouting(run, i)};
    enum status status = add_word(run, &word);
    return status == STATUS_OK ? add_compound(run, i, position) : status;
}

/* Emits raw word `i`, part by part, with its compounds. */
static enum status add_parts(struct run *run, size_t i) {
    const struct raw_word *raw = &run->raws[i];
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
    const struct raw_word *raws = run->raws;
    size_t n = 0;
    while (i + n < run->n_raws && n < MAX_PARTS) {
        const struct raw_word *raw = &raws[i + n];
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
    const struct raw_word *raws = run->raws;
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
    const struct raw_word *raws = run->raws;
    const char *characters = folded_of(run, &raws[i]);
    const struct raw_word *end = &raws[i + n_raws - 1];
    size_t n_bytes = end->folded + end->folded_bytes - raws[i].folded;
    if (!is_wanted(run, characters, n_bytes))
        return STATUS_OK;
    uint32_t surface = keep_string(run->list, characters, n_bytes);
    return add_term(run, position, characters, n_bytes, surface, (uint16_t)n_bytes, raws[i].start,
                    end->end);
}

static bool is_cjk_pair(const struct run *run, size_t i) {
    const struct raw_word *raws = run->raws;
    return i + 1 < run->n_raws && raws[i].is_cjk && raws[i + 1].is_cjk &&
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
    const struct raw_word *raw = &run->raws[i];
    const char *folded = folded_of(run, raw);
    return run->tokenizer->limit && raw->folded_bytes > 1 &&
           !is_wanted(run, folded, raw->folded_bytes) && is_all_letters(folded, raw->folded_bytes);
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
    size_t n_tokens = run->n_raws + run->n_raws / 8 + 8;
    buffer_reserve(&list->strings, run->tokenizer->raw_words.folded.size * 2 + n_tokens);
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
    struct run run = {tokenizer, text, n_bytes, is_english(language), use, list, error, NULL, 0};
    list->n_tokens = 0;
    list->n_positions = 0;
    list->text_bytes = n_bytes;
    buffer_clear(&list->strings);
    if (n_bytes > INT32_MAX)
        return error_set(error, STATUS_INPUT, "a text of over 2 GB");
    enum status status = stemmer_use(tokenizer->stemmer, language, error);
    if (status == STATUS_OK)
        status = raw_words_find(&tokenizer->raw_words, text, n_bytes, error);
    run.raws = tokenizer->raw_words.words;
    run.n_raws = tokenizer->raw_words.n_words;
    if (status == STATUS_OK)
        status = make_room(&run);
    for (size_t i = 0; i < run.n_raws && status == STATUS_OK;) {
        if (is_passed_over(&run, i)) {
            list->n_positions++;
            i++;
            continue;
        }
        size_t n_dotted = dotted_length(&run, i);
        if (n_dotted > 0)
            status = add_dotted(&run, i, n_dotted);
        else if (run.raws[i].is_cjk)
            status = add_cjk(&run, i);
        else if (!is_possessive(&run, i))
            status = run.raws[i].is_letters ? add_letters(&run, i) : add_parts(&run, i);
        i += n_dotted > 0 ? n_dotted : 1;
    }
    return status;
}
