/* Finds words in a text as they were typed: byte by byte, far cheaper than tokenizing it.
 *
 * A run is as many letters, or as many digits, as follow each other; bytes of other scripts are
 * letters. Runs are compared without regard to the case of ASCII letters. Two runs are as far apart
 * as their numbers, whatever stands between: of "type 2 of diabetes" runs 0 and 3. */
#ifndef OSLER_QUERY_SCORE_SCAN_H
#define OSLER_QUERY_SCORE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next run of `text` from `*at` on: sets its bounds and leaves `*at` behind it. False at the
 * end. */
bool scan_next_run(const char *text, size_t n_bytes, size_t *at, size_t *start, size_t *end);

enum {
    SCAN_MAX_WORDS = 64,   /* of more, ranking looks at the first */
    SCAN_MAX_DISTANCE = 7, /* further apart words do not belong together */
    SCAN_NEAR = 2,         /* words so close do in any order: "risk of stroke", "stroke risk" */
};

/* Five bits of each of the first two bytes: the same for both cases. */
enum { SCAN_BEGINNINGS = 1 << 10 };

struct scan_word {
    const char *bytes; /* borrowed; one run, in lower case */
    size_t n_bytes;
};

/* The second word follows the first as their numbers differ by `distance`; or they stand, in any
 * order, at most SCAN_NEAR apart. */
struct scan_pair {
    uint8_t first, second; /* index into words */
    uint8_t distance;      /* 1 to SCAN_MAX_DISTANCE */
};

/* What is looked for. Zero-initialised it looks for nothing. */
struct scan {
    struct scan_word words[SCAN_MAX_WORDS];
    size_t n_words;
    struct scan_pair pairs[SCAN_MAX_WORDS];
    size_t n_pairs;
    uint64_t by_initial[256];     /* bit w: word w may begin with this byte */
    bool by_two[SCAN_BEGINNINGS]; /* a word may begin with two bytes of this hash */
};

/* The index of the word `bytes` (any case), added if it is new; SIZE_MAX if there is no room.
 * `bytes` must stay. */
size_t scan_add_word(struct scan *scan, const char *bytes, size_t n_bytes);

/* Does nothing if the pair is known, or the distance out of range. Its index, or SIZE_MAX. */
size_t scan_add_pair(struct scan *scan, size_t first, size_t second, size_t distance);

/* How often each word and each pair stands in a text; saturating. */
struct scan_counts {
    uint16_t words[SCAN_MAX_WORDS];
    uint16_t pairs[SCAN_MAX_WORDS];
};

void scan_text(const struct scan *scan, const char *text, size_t n_bytes,
               struct scan_counts *counts);

#endif
