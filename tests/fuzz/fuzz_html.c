/* The reader of web pages on any bytes, and what is made of its documents. */
#include <stdint.h>

#include "indexer/document/readers.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    const char *bytes = (const char *)data;
    struct document document = {0};
    enum status status = html_read(bytes, n_bytes, NULL, true, &document, NULL);
    if (status == STATUS_OK)
        check_document(&document, SIZE_MAX);
    else
        document_free(&document);
    return 0;
}
