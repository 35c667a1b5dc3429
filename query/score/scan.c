/* See scan.h. */
#include "query/score/scan.h"

#include <endian.h>
#include <string.h>

/* What a byte is; MAYBE begins a character that may be no letter. */
enum kind { OTHER, LETTER, DIGIT, MAYBE };

static const uint8_t kind_of[256] = {
    ['0' ... '9'] = DIGIT,    ['A' ... 'Z'] = LETTER,   ['a' ... 'z'] = LETTER,
    [0x80 ... 0xC1] = LETTER, [0xC2] = MAYBE,           [0xC3 ... 0xE1] = LETTER,
    [0xE2] = MAYBE,           [0xE3 ... 0xFF] = LETTER,
};

static unsigned char lower(unsigned char byte) {
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
}

/* The bytes of a punctuation mark at `at` that is not ASCII: U+0080 to U+00BF and U+2000 to U+203F,
 * which are spaces, dashes and quotation marks; 0 if there is none. */
static size_t punctuation_bytes(const unsigned char *at, const unsigned char *end) {
    if (end - at >= 2 && at[0] == 0xC2)
        return 2;
    return end - at >= 3 && at[0] == 0xE2 && at[1] == 0x80 ? 3 : 0;
}

/* The kind of the character at `at`; `*n_bytes` is how many bytes can be passed over at once. */
static enum kind look_at(const unsigned char *at, const unsigned char *end, size_t *n_bytes) {
    enum kind kind = kind_of[*at];
    *n_bytes = 1;
    if (kind != MAYBE)
        return kind;
    size_t n_punctuation = punctuation_bytes(at, end);
    if (n_punctuation > 0)
        *n_bytes = n_punctuation;
    return n_punctuation > 0 ? OTHER : LETTER;
}

/* The end of the run at `at`. */
static const unsigned char *run_end(const unsigned char *at, const unsigned char *end) {
    size_t n_bytes;
    enum kind kind = look_at(at, end, &n_bytes);
    for (at++; at < end && look_at(at, end, &n_bytes) == kind;)
        at++;
    return at;
}

bool scan_next_run(const char *text, size_t n_bytes, size_t *at, size_t *start, size_t *end) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t i = *at;
    size_t passed;
    while (i < n_bytes && look_at(bytes + i, bytes + n_bytes, &passed) == OTHER)
        i += passed;
    *start = *end = *at = i;
    if (i == n_bytes)
        return false;
    *end = *at = (size_t)(run_end(bytes + i, bytes + n_bytes) - bytes);
    return true;
}

static bool is_word(const struct scan_word *word, const unsigned char *run, size_t n_bytes) {
    if (word->n_bytes != n_bytes)
        return false;
    for (size_t i = 0; i < n_bytes; i++)
        if (lower(run[i]) != (unsigned char)word->bytes[i])
            return false;
    return true;
}

/* The word that the run is, or SIZE_MAX. */
static size_t find_word(const struct scan *scan, const unsigned char *run, size_t n_bytes) {
    for (uint64_t left = scan->by_initial[*run]; left; left &= left - 1) {
        size_t i = (size_t)__builtin_ctzll(left);
        if (is_word(&scan->words[i], run, n_bytes))
            return i;
    }
    return SIZE_MAX;
}

static size_t hash_two(const unsigned char *at) {
    return (size_t)(at[0] & 0x1F) << 5 | (at[1] & 0x1F);
}

size_t scan_add_word(struct scan *scan, const char *bytes, size_t n_bytes) {
    unsigned char initial = n_bytes > 0 ? lower((unsigned char)bytes[0]) : 0;
    size_t known = n_bytes > 0 ? find_word(scan, (const unsigned char *)bytes, n_bytes) : SIZE_MAX;
    if (known != SIZE_MAX || n_bytes == 0 || scan->n_words == SCAN_MAX_WORDS)
        return known;
    uint64_t bit = (uint64_t)1 << scan->n_words;
    scan->by_initial[initial] |= bit;
    if (initial >= 'a' && initial <= 'z')
        scan->by_initial[initial - 'a' + 'A'] |= bit;
    /* A word of one byte: whatever follows it. */
    const unsigned char two[2] = {initial, n_bytes > 1 ? (unsigned char)bytes[1] : 0};
    memset(scan->by_two + hash_two(two), true, n_bytes > 1 ? 1 : 1 << 5);
    scan->words[scan->n_words] = (struct scan_word){bytes, n_bytes};
    return scan->n_words++;
}

size_t scan_add_pair(struct scan *scan, size_t first, size_t second, size_t distance) {
    if (distance == 0 || distance > SCAN_MAX_DISTANCE)
        return SIZE_MAX;
    struct scan_pair pair = {(uint8_t)first, (uint8_t)second, (uint8_t)distance};
    for (size_t i = 0; i < scan->n_pairs; i++)
        if (memcmp(&scan->pairs[i], &pair, sizeof pair) == 0)
            return SIZE_MAX;
    if (scan->n_pairs == SCAN_MAX_WORDS)
        return SIZE_MAX;
    scan->pairs[scan->n_pairs] = pair;
    return scan->n_pairs++;
}

static void count(uint16_t *counter) {
    *counter = (uint16_t)(*counter + (*counter < UINT16_MAX));
}

/* The words of the last runs; a slot may be of an older one. */
enum { RECENT = SCAN_MAX_DISTANCE + 1 };

struct recent {
    size_t run[RECENT]; /* its number, from 1 */
    size_t word[RECENT];
};

/* True if `word` is the run that is `distance` before run `n_runs`. */
static bool was(const struct recent *recent, size_t n_runs, size_t distance, size_t word) {
    size_t run = n_runs - distance;
    return n_runs > distance && recent->run[run % RECENT] == run &&
           recent->word[run % RECENT] == word;
}

/* True if run `n_runs`, which is `word`, ends the pair. */
static bool ends_pair(const struct scan_pair *pair, size_t word, size_t n_runs,
                      const struct recent *recent) {
    bool ends = pair->second == word && was(recent, n_runs, pair->distance, pair->first);
    for (size_t distance = 1; distance <= SCAN_NEAR && !ends; distance++)
        ends = (pair->second == word && was(recent, n_runs, distance, pair->first)) ||
               (pair->first == word && was(recent, n_runs, distance, pair->second));
    return ends;
}

static void count_pairs(const struct scan *scan, size_t word, size_t n_runs,
                        const struct recent *recent, struct scan_counts *counts) {
    for (size_t i = 0; i < scan->n_pairs; i++) {
        const struct scan_pair *pair = &scan->pairs[i];
        if ((pair->first == word || pair->second == word) && ends_pair(pair, word, n_runs, recent))
            count(&counts->pairs[i]);
    }
}

/* ---- where runs begin, of 64 bytes at a time ---- */

enum { PIECE = 64 };

/* A bit for each byte of a piece, and what the piece before leaves to it. */
struct piece {
    uint64_t letters, digits;
    uint64_t last_letter, last_digit; /* 0 or 1: of the byte before */
    size_t n_inside;                  /* bytes that belong to a mark which began before */
};

/* The high bit of each byte of `bytes`, all ASCII, that is from `first` to `last`, gathered. */
static uint64_t bits_between(uint64_t bytes, unsigned char first, unsigned char last) {
    const uint64_t each = 0x0101010101010101;
    uint64_t inside = (bytes + each * (0x80U - first)) & ~(bytes + each * (0x7FU - last));
    return ((inside & each << 7) >> 7) * 0x0102040810204080 >> 56;
}

/* Looks at up to 8 bytes, which are bits `shift` and up of the piece. */
static void look_at_few(struct piece *piece, const unsigned char *at, const unsigned char *end,
                        size_t shift) {
    for (size_t i = 0; i < 8 && at + i < end; i++) {
        size_t n_bytes;
        if (piece->n_inside > 0) {
            piece->n_inside--;
            continue;
        }
        enum kind kind = look_at(at + i, end, &n_bytes);
        piece->letters |= (uint64_t)(kind == LETTER) << (shift + i);
        piece->digits |= (uint64_t)(kind == DIGIT) << (shift + i);
        piece->n_inside = n_bytes - 1;
    }
}

/* Looks at the piece at `at`; returns a bit for each of its bytes that begins a run. */
static uint64_t starts_of(struct piece *piece, const unsigned char *at, const unsigned char *end) {
    piece->letters = piece->digits = 0;
    for (size_t i = 0; i < PIECE && at + i < end; i += 8) {
        uint64_t bytes;
        if (end - (at + i) < 8) {
            look_at_few(piece, at + i, end, i);
            break;
        }
        memcpy(&bytes, at + i, sizeof bytes);
        bytes = le64toh(bytes);
        if (piece->n_inside > 0 || bytes & 0x8080808080808080) {
            look_at_few(piece, at + i, end, i);
            continue;
        }
        piece->letters |= bits_between(bytes | 0x2020202020202020, 'a', 'z') << i;
        piece->digits |= bits_between(bytes, '0', '9') << i;
    }
    uint64_t starts = (piece->letters & ~(piece->letters << 1 | piece->last_letter)) |
                      (piece->digits & ~(piece->digits << 1 | piece->last_digit));
    piece->last_letter = piece->letters >> (PIECE - 1);
    piece->last_digit = piece->digits >> (PIECE - 1);
    return starts;
}

void scan_text(const struct scan *scan, const char *text, size_t n_bytes,
               struct scan_counts *counts) {
    const unsigned char *begin = (const unsigned char *)text;
    const unsigned char *end = begin + n_bytes;
    struct recent recent = {0};
    struct piece piece = {0};
    size_t n_runs = 0;
    memset(counts, 0, sizeof *counts);
    for (size_t i = 0; i < n_bytes; i += PIECE) {
        for (uint64_t left = starts_of(&piece, begin + i, end); left; left &= left - 1) {
            const unsigned char *at = begin + i + __builtin_ctzll(left);
            n_runs++;
            if (at + 1 < end && !scan->by_two[hash_two(at)])
                continue;
            size_t word = find_word(scan, at, (size_t)(run_end(at, end) - at));
            if (word == SIZE_MAX)
                continue;
            recent.run[n_runs % RECENT] = n_runs;
            recent.word[n_runs % RECENT] = word;
            count(&counts->words[word]);
            count_pairs(scan, word, n_runs, &recent, counts);
        }
    }
}
