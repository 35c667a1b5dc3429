/* A hash of short strings, a few instructions for each eight bytes. Not against an enemy: who
 * writes a corpus of colliding words slows down his own index. */
#ifndef OSLER_STORE_HASH_H
#define OSLER_STORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_load(const char *bytes, size_t n_bytes) {
    uint64_t number = 0;
    memcpy(&number, bytes, n_bytes);
    return number;
}

/* The last bytes are taken as numbers of a fixed size, which may overlap. */
static inline uint32_t hash_of(const char *bytes, size_t n_bytes) {
    const uint64_t factor = 0x9E3779B97F4A7C15; /* of Fibonacci hashing (Knuth, volume 3, 6.4) */
    uint64_t hash = n_bytes;
    for (; n_bytes >= 8; bytes += 8, n_bytes -= 8)
        hash = ((hash ^ hash_load(bytes, 8)) * factor) ^ hash >> 32;
    uint64_t rest = 0;
    if (n_bytes >= 4)
        rest = hash_load(bytes, 4) | hash_load(bytes + n_bytes - 4, 4) << 32;
    else if (n_bytes > 0)
        rest = hash_load(bytes, 1) | hash_load(bytes + n_bytes / 2, 1) << 8 |
               hash_load(bytes + n_bytes - 1, 1) << 16;
    hash = (hash ^ rest) * factor;
    return (uint32_t)(hash >> 32 ^ hash >> 15);
}

#endif
