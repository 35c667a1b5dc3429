/* See sha256.h. */
#include "indexer/input/sha256.h"

#include <nettle/sha2.h>

void sha256_of(const char *bytes, size_t n_bytes, unsigned char digest[SHA256_BYTES]) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, n_bytes, (const uint8_t *)bytes);
    sha256_digest(&context, SHA256_BYTES, digest);
}
