/* What pdftotext may print of any PDF, up to the document that is made of it. */
#include <stdint.h>

#include "indexer/readers/pdf_layout.h"
#include "indexer/readers/pdf_paragraphs.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct buffer output = {0};
    struct pdf_layout layout = {0};
    struct document document = {0};
    buffer_append(&output, data, n_bytes);
    if (pdf_layout_read(&output, &layout, NULL) == STATUS_OK &&
        pdf_paragraphs_append(&layout, &document, NULL) == STATUS_OK) {
        must_hold(document.n_pages == layout.n_pages);
        for (size_t i = 1; i < document.n_pages; i++)
            must_hold(document.pages[i - 1] <= document.pages[i]);
        check_document(&document, 0);
    } else {
        document_free(&document);
    }
    pdf_layout_free(&layout);
    buffer_free(&output);
    return 0;
}
