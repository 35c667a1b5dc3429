/* See warc_digest.h. */
#include "indexer/warc/warc_digest.h"

#include <nettle/sha1.h>
#include <string.h>

#include "indexer/fetch/http_message.h"

/* RFC 4648 base32; a SHA-1 is four groups of 5 bytes, so nothing is padded. */
static void write_base32(const uint8_t *bytes, char *to) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < SHA1_DIGEST_SIZE; i += 5) {
        uint64_t group = 0;
        for (size_t j = 0; j < 5; j++)
            group = group << 8 | bytes[i + j];
        for (int shift = 35; shift >= 0; shift -= 5)
            *to++ = letters[group >> shift & 31];
    }
    *to = '\0';
}

void warc_digest(const char *bytes, size_t n_bytes, char digest[WARC_DIGEST_BYTES]) {
    struct sha1_ctx context;
    uint8_t sha1[SHA1_DIGEST_SIZE];
    sha1_init(&context);
    sha1_update(&context, n_bytes, (const uint8_t *)bytes);
    sha1_digest(&context, sizeof sha1, sha1);
    memcpy(digest, "sha1:", 5);
    write_base32(sha1, digest + 5);
}

enum status warc_payload_digest(const char *block, size_t n_bytes, char digest[WARC_DIGEST_BYTES],
                                struct error *error) {
    struct http_message message = {0};
    enum status status = http_message_read(block, n_bytes, &message, NULL);
    digest[0] = '\0';
    if (status == STATUS_OK)
        warc_digest(message.payload, message.payload_bytes, digest);
    http_message_free(&message);
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}
