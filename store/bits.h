/* How many bits of a word are set: the processor's instruction for it is not in the first x86-64,
 * and the compiler's function is slower than these few operations (which it vectorizes in a loop).
 */
#ifndef OSLER_STORE_BITS_H
#define OSLER_STORE_BITS_H

#include <stdint.h>

/* Sums of neighbours, in fields of 2, 4, 8 bits; then of all bytes. */
static inline unsigned bits_count(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return (unsigned)(word * 0x0101010101010101 >> 56);
}

#endif
