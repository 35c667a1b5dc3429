/* A set of passages, as a bitmap over their ids. */
#ifndef OSLER_QUERY_SCORE_PASSAGE_SET_H
#define OSLER_QUERY_SCORE_PASSAGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct passage_set {
    uint64_t *words; /* owned; bit i of word w is passage 64 w + i */
    uint32_t end;    /* ids are below it */
};

/* An empty set for ids below `end`; false when memory is out. */
bool passage_set_init(struct passage_set *set, uint32_t end);
void passage_set_free(struct passage_set *set); /* frees and zeroes */

void passage_set_fill(struct passage_set *set);                     /* adds all ids */
void passage_set_remove(struct passage_set *set, uint32_t passage); /* of a member */
void passage_set_add(struct passage_set *set, uint32_t passage); /* ids from `end` on are ignored */

/* The same for passages that rise. */
void passage_set_add_rising(struct passage_set *set, const uint32_t *passages, size_t n_passages);

/* Adds passage `first` + i for each bit i that is set in the words. */
void passage_set_add_words(struct passage_set *set, uint32_t first, const uint64_t *words,
                           size_t n_words);
void passage_set_add_range(struct passage_set *set, uint32_t first, uint32_t n_passages);

static inline bool passage_set_has(const struct passage_set *set, uint32_t passage) {
    return passage < set->end && (set->words[passage / 64] >> (passage % 64) & 1);
}

/* The sets have the same `end`; the result is in the first. */
void passage_set_and(struct passage_set *set, const struct passage_set *other);
void passage_set_or(struct passage_set *set, const struct passage_set *other);
/* Adds what both of the others have. */
void passage_set_or_common(struct passage_set *set, const struct passage_set *one,
                           const struct passage_set *other);
void passage_set_minus(struct passage_set *set, const struct passage_set *other);

size_t passage_set_count(const struct passage_set *set);

/* The first member from `from` on, or `end`. */
uint32_t passage_set_next(const struct passage_set *set, uint32_t from);

/* The last member up to and including `from`, or `end` if there is none. */
uint32_t passage_set_previous(const struct passage_set *set, uint32_t from);

#endif
