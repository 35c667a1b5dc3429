/* The reader of stored HTTP responses on any bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/http_coding.h"
#include "indexer/fetch/http_message.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Header values are one line, names in lower case. */
static void check_headers(const struct http_message *message) {
    for (size_t i = 0; i < message->headers.n_fields; i++) {
        const struct header_field *field = &message->headers.fields[i];
        must_hold(field->name[0] != '\0' && !strpbrk(field->name, "ABCXYZ\n:"));
        must_hold(!strpbrk(field->value, "\r\n"));
        must_hold(field->value[0] != ' ');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct http_message message = {0};
    /* Exactly as long, so that a byte too many is seen. */
    char *block = malloc(n_bytes ? n_bytes : 1);
    must_hold(block);
    if (n_bytes > 0)
        memcpy(block, data, n_bytes);
    enum status status = http_message_read(block, n_bytes, &message, NULL);
    must_hold(status == STATUS_OK || status == STATUS_INPUT);
    if (status == STATUS_OK) {
        must_hold(message.status >= 100 && message.status <= 999);
        must_hold(message.head_bytes <= n_bytes && message.payload_bytes <= n_bytes);
        check_headers(&message);
        status = http_message_decode(&message, NULL);
        must_hold(status == STATUS_OK || status == STATUS_INPUT);
        must_hold(message.body_bytes <= HTTP_BODY_MAX_BYTES);
        /* Every byte may be looked at. */
        size_t n_nuls = 0;
        for (size_t i = 0; i < message.body_bytes; i++)
            n_nuls += message.body[i] == '\0';
        must_hold(n_nuls <= message.body_bytes);
    }
    http_message_free(&message);
    free(block);
    return 0;
}
