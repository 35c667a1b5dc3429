/* The reader of JSONL on any line, and what is made of its documents. */
#include <stdint.h>

#include "indexer/document/readers.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    const char *bytes = (const char *)data;
    struct document document = {0};
    enum status status = jsonl_read_line(bytes, n_bytes, &document, NULL);
    if (status == STATUS_OK)
        check_document(&document, n_bytes);
    else
        document_free(&document);
    return 0;
}
