/* See tokenizer.h. Two passes: raw_words.h cuts the text into raw words, then each of them is
 * looked at together with its neighbours and the punctuation between them, and becomes tokens. */
#include "store/tokenizer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/raw_words.h"
#include "store/stemmer.h"
#include "store/word_forms.h"
#include "store/word_parts.h"

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
    const struct raw_word *raws;
    size_t n_raws;
    struct token_list *list;
    struct word_forms forms; /* into the list */
};

enum status tokenizer_open(sqlite3 *connection, struct tokenizer **tokenizer, struct error *error) {
    struct tokenizer *self = calloc(1, sizeof *self);
    *tokenizer = self;
    if (!self)
        return error_no_memory(error);
    self->raw_words.connection = connection;
    enum status status = stemmer_open(&self->stemmer, error);
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

void tokenizer_limit(struct tokenizer *tokenizer, const struct token_limit *limit) {
    tokenizer->limit = limit;
}

static const char *folded_of(const struct run *run, const struct raw_word *raw) {
    return run->tokenizer->raw_words.folded.data + raw->folded;
}

static bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_english(const char *language) {
    return !language || !language[0] ||
           (strncasecmp(language, "en", 2) == 0 && strchr("-_", language[2]));
}

/* A word like "a1b2c3d4" is a code, not a compound: it stays whole. */
enum { MAX_PARTS = 6 };

/* What a raw word is called in a compound. */
static size_t spell(const struct run *run, const struct raw_word *raw, char *out, size_t capacity) {
    return word_parts_spell(folded_of(run, raw), raw->folded_bytes, out, capacity);
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
    return letter_case_of(run->text, raw->start, raw->end) == CASE_CAPITALS;
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

/* Adds a compound at `position`. */
static enum status add_joined(struct run *run, uint32_t position, const char *joined,
                              size_t n_bytes, uint32_t start, uint32_t end) {
    const struct written_word word = {joined, n_bytes, start, end, CASE_OTHER, false};
    return TOKENIZER_COMPOUNDS ? word_forms_add_joined(&run->forms, position, &word) : STATUS_OK;
}

/* Adds the compound of raw words `i` and `i + 1` at `position`, if a hyphen joins them. */
static enum status add_compound(struct run *run, size_t i, uint32_t position) {
    const struct raw_word *raws = run->raws;
    if (i + 1 >= run->n_raws || !is_hyphen_gap(run, i) || raws[i + 1].is_cjk)
        return STATUS_OK;
    char joined[STEMMER_MAX_BYTES];
    size_t used = spell(run, &raws[i], joined, sizeof joined);
    if (used > sizeof joined)
        return STATUS_OK;
    size_t second = spell(run, &raws[i + 1], joined + used, sizeof joined - used);
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
    const struct written_word word = {folded_of(run, raw),
                                      raw->folded_bytes,
                                      raw->start,
                                      raw->end,
                                      letter_case_of(run->text, raw->start, raw->end),
                                      is_shouting(run, i)};
    enum status status = word_forms_add(&run->forms, &word);
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
        from += word_part_length(word, raw->folded_bytes, from, &names[n_parts]);
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
        struct written_word one = {folded,
                                   names[part] ? strlen(names[part]) : ends[part] - from,
                                   start,
                                   end,
                                   names[part] ? CASE_OTHER : letter_case_of(run->text, start, end),
                                   shouting};
        status = word_forms_add(&run->forms, &one);
        if (part > 0 || status != STATUS_OK)
            continue;
        char whole[STEMMER_MAX_BYTES];
        size_t whole_bytes = n_parts > 1 ? spell(run, raw, whole, sizeof whole) : sizeof whole + 1;
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
    struct written_word word = {letters,
                                n_raws,
                                raws[i].start,
                                raws[i + n_raws - 1].end,
                                capitals ? CASE_CAPITALS : CASE_OTHER,
                                false};
    return word_forms_add(&run->forms, &word);
}

/* Adds `n_raws` characters from raw `i` on as a token at `position`. */
static enum status add_characters(struct run *run, uint32_t position, size_t i, size_t n_raws) {
    const struct raw_word *first = &run->raws[i];
    const struct raw_word *end = &run->raws[i + n_raws - 1];
    const struct written_word word = {.folded = folded_of(run, first),
                                      .n_bytes = end->folded + end->folded_bytes - first->folded,
                                      .start = first->start,
                                      .end = end->end};
    return word_forms_add_joined(&run->forms, position, &word);
}

static bool is_cjk_pair(const struct run *run, size_t i) {
    const struct raw_word *raws = run->raws;
    return i + 1 < run->n_raws && raws[i].is_cjk && raws[i + 1].is_cjk &&
           raws[i].end == raws[i + 1].start;
}

/* Adds the pair of characters that begins with raw `i`. A text has each of them alone, too, for
 * queries of one character. */
static enum status add_cjk(struct run *run, size_t i) {
    bool is_text = run->forms.use == TOKENS_OF_TEXT;
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
    return run->tokenizer->limit && raw->folded_bytes > 1 && raw->is_letters &&
           !word_forms_want(&run->forms, folded, raw->folded_bytes);
}

enum status tokenizer_run(struct tokenizer *tokenizer, const char *text, size_t n_bytes,
                          const char *language, enum token_use use, struct token_list *list,
                          struct error *error) {
    struct raw_words *raw_words = &tokenizer->raw_words;
    struct run run = {
        .tokenizer = tokenizer,
        .text = text,
        .n_bytes = n_bytes,
        .list = list,
        .forms = {tokenizer->stemmer, tokenizer->limit, is_english(language), use, list, error},
    };
    if (n_bytes > INT32_MAX)
        return error_set(error, STATUS_INPUT, "a text of over 2 GB");
    enum status status = stemmer_use(tokenizer->stemmer, language, error);
    if (status == STATUS_OK)
        status = raw_words_find(raw_words, text, n_bytes, error);
    run.raws = raw_words->words;
    run.n_raws = raw_words->n_words;
    /* Most raw words give a form or two. */
    size_t n_tokens = run.n_raws + run.n_raws / 8 + 8;
    if (status == STATUS_OK)
        status = token_list_start(list, n_bytes, n_tokens, n_bytes * 2 + n_tokens, error);
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
