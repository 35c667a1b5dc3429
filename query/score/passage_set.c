/* See passage_set.h. */
#include "query/score/passage_set.h"

#include <stdlib.h>
#include <string.h>

#include "store/bits.h"

static size_t n_words(const struct passage_set *set) {
    return (size_t)set->end / 64 + 1;
}

bool passage_set_init(struct passage_set *set, uint32_t end) {
    set->end = end;
    set->words = calloc(n_words(set), sizeof *set->words);
    return set->words != NULL;
}

void passage_set_free(struct passage_set *set) {
    free(set->words);
    *set = (struct passage_set){0};
}

void passage_set_fill(struct passage_set *set) {
    memset(set->words, 0xFF, n_words(set) * sizeof *set->words);
    set->words[set->end / 64] = ((uint64_t)1 << set->end % 64) - 1;
}

void passage_set_remove(struct passage_set *set, uint32_t passage) {
    set->words[passage / 64] &= ~((uint64_t)1 << passage % 64);
}

void passage_set_add(struct passage_set *set, uint32_t passage) {
    if (passage < set->end)
        set->words[passage / 64] |= (uint64_t)1 << passage % 64;
}

void passage_set_add_rising(struct passage_set *set, const uint32_t *passages, size_t n_passages) {
    uint32_t i_word = 0;
    uint64_t word = 0; /* what is to be added to that one: most follow each other in one word */
    while (n_passages > 0 && passages[n_passages - 1] >= set->end)
        n_passages--;
    for (size_t i = 0; i < n_passages; i++) {
        if (passages[i] / 64 != i_word) {
            set->words[i_word] |= word;
            i_word = passages[i] / 64;
            word = 0;
        }
        word |= (uint64_t)1 << passages[i] % 64;
    }
    set->words[i_word] |= word;
}

void passage_set_add_words(struct passage_set *set, uint32_t first, const uint64_t *words,
                           size_t count) {
    uint64_t *at = set->words + first / 64;
    unsigned shift = first % 64;
    uint64_t carry = 0;
    if (first + (uint64_t)count * 64 > set->end) { /* the last of the ids, or beyond them */
        for (size_t i = 0; i < count; i++)
            for (uint64_t word = words[i]; word; word &= word - 1) {
                uint64_t passage = first + i * 64 + (uint64_t)__builtin_ctzll(word);
                if (passage < set->end)
                    passage_set_add(set, (uint32_t)passage);
            }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at[i] |= words[i] << shift | carry;
        carry = shift > 0 ? words[i] >> (64 - shift) : 0;
    }
    at[count] |= carry;
}

void passage_set_add_range(struct passage_set *set, uint32_t first, uint32_t n_passages) {
    for (uint32_t i = 0; i < n_passages && first < set->end; i++, first++)
        passage_set_add(set, first);
}

void passage_set_and(struct passage_set *set, const struct passage_set *other) {
    for (size_t i = 0; i < n_words(set); i++)
        set->words[i] &= other->words[i];
}

void passage_set_or(struct passage_set *set, const struct passage_set *other) {
    for (size_t i = 0; i < n_words(set); i++)
        set->words[i] |= other->words[i];
}

void passage_set_or_common(struct passage_set *set, const struct passage_set *one,
                           const struct passage_set *other) {
    for (size_t i = 0; i < n_words(set); i++)
        set->words[i] |= one->words[i] & other->words[i];
}

void passage_set_minus(struct passage_set *set, const struct passage_set *other) {
    for (size_t i = 0; i < n_words(set); i++)
        set->words[i] &= ~other->words[i];
}

size_t passage_set_count(const struct passage_set *set) {
    return bits_count_all(set->words, n_words(set));
}

uint32_t passage_set_next(const struct passage_set *set, uint32_t from) {
    if (from >= set->end)
        return set->end;
    size_t i = from / 64;
    uint64_t word = set->words[i] & ~(uint64_t)0 << from % 64;
    while (word == 0 && ++i < n_words(set))
        word = set->words[i];
    return word ? (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word)) : set->end;
}

uint32_t passage_set_previous(const struct passage_set *set, uint32_t from) {
    if (from >= set->end)
        return set->end;
    size_t i = from / 64;
    uint64_t word = set->words[i] & ~(uint64_t)0 >> (63 - from % 64);
    while (word == 0 && i > 0)
        word = set->words[--i];
    return word ? (uint32_t)(i * 64 + 63 - (size_t)__builtin_clzll(word)) : set->end;
}
