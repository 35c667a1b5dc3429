/* The readers of Markdown and of plain text on any bytes, and what is made of their documents: what
 * check_document.h asks for, and places in the source that are exact. */
#include <stdint.h>
#include <string.h>

#include "indexer/document/readers.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* The bytes of a run are those of the source. */
static void check_places(const struct document *document, const char *source, size_t n_bytes) {
    for (size_t i = 0; i < document->n_runs; i++) {
        const struct source_run *run = &document->runs[i];
        must_hold(run->n_bytes > 0 && run->source + run->n_bytes <= n_bytes);
        must_hold(memcmp(document->text.data + run->text, source + run->source, run->n_bytes) == 0);
    }
    for (size_t i = 0; i < document->n_links; i++) {
        const struct link *link = &document->links[i];
        must_hold(link->source == NO_SOURCE || link->source < n_bytes);
        must_hold(link->block < document->n_blocks);
        const struct block *block = &document->blocks[link->block];
        must_hold(block->start <= link->start && link->end <= block->end);
    }
}

/* UTF-8 without NULs, as far as lead and continuation bytes go. */
static void check_utf8(const struct document *document) {
    size_t n_continuations = 0;
    for (size_t i = 0; i < document->text.size; i++) {
        unsigned char byte = (unsigned char)document->text.data[i];
        bool is_continuation = (byte & 0xC0) == 0x80;
        must_hold(byte != 0 && is_continuation == (n_continuations > 0));
        if (is_continuation)
            n_continuations--;
        else
            n_continuations = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
    }
    must_hold(n_continuations == 0);
}

static void check(struct document *document, const char *source, size_t n_bytes) {
    check_places(document, source, n_bytes);
    check_utf8(document);
    check_document(document, n_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    const char *source = (const char *)data;
    struct document document = {0};
    must_hold(markdown_read(source, n_bytes, &document, NULL) == STATUS_OK);
    check(&document, source, n_bytes);
    must_hold(plain_text_read(source, n_bytes, &document, NULL) == STATUS_OK);
    check(&document, source, n_bytes);
    return 0;
}
