/* How many bits of words are set: the processor's instruction for it is not in the first x86-64,
 * and the compiler's function is slower than these few operations. */
#ifndef OSLER_STORE_BITS_H
#define OSLER_STORE_BITS_H

#include <stddef.h>
#include <stdint.h>

/* Of each byte how many of its bits are set: sums of neighbours, in fields of 2, 4, 8 bits. */
static inline uint64_t bits_by_byte(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    return (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F;
}

static inline unsigned bits_count(uint64_t word) {
    return (unsigned)(bits_by_byte(word) * 0x0101010101010101 >> 56);
}

/* The same of many: bytes of the sum of 31 words do not overflow, and compilers add several words
 * at once. */
static inline size_t bits_count_all(const uint64_t *words, size_t n_words) {
    size_t count = 0;
    for (size_t i = 0; i < n_words;) {
        size_t end = n_words - i < 31 ? n_words : i + 31;
        uint64_t bytes = 0;
        for (; i < end; i++)
            bytes += bits_by_byte(words[i]);
        bytes = (bytes & 0x00FF00FF00FF00FF) + (bytes >> 8 & 0x00FF00FF00FF00FF);
        count += (size_t)(bytes * 0x0001000100010001 >> 48);
    }
    return count;
}

#endif
