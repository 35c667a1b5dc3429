/* SHA-256, by which contents are known to be the same. */
#ifndef OSLER_INDEXER_INPUT_SHA256_H
#define OSLER_INDEXER_INPUT_SHA256_H

#include <stddef.h>

enum { SHA256_BYTES = 32 };

void sha256_of(const char *bytes, size_t n_bytes, unsigned char digest[SHA256_BYTES]);

#endif
