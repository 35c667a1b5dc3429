/* What must hold of every document that a reader leaves, whatever it was fed with. */
#ifndef OSLER_TESTS_FUZZ_CHECK_DOCUMENT_H
#define OSLER_TESTS_FUZZ_CHECK_DOCUMENT_H

#include <stdlib.h>

#include "indexer/document/document.h"
#include "indexer/passages/citation.h"
#include "indexer/passages/numbered_sources.h"
#include "indexer/passages/passage.h"

static inline void must_hold(bool condition) {
    if (!condition)
        abort();
}

static inline void check_blocks(const struct document *document) {
    size_t end = 0;
    for (size_t i = 0; i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        must_hold(block->start >= end && block->start < block->end);
        end = block->end;
    }
    must_hold(end <= document->text.size);
    for (size_t i = 0; i < document->n_links; i++) {
        const struct link *link = &document->links[i];
        must_hold(link->start <= link->end && link->end <= document->text.size);
        must_hold(link->block < document->n_blocks || document->n_blocks == 0);
        must_hold(document_is_web_url(link->url));
    }
}

/* A run says that bytes of the text stand in the source as they are. */
static inline void check_runs(const struct document *document, size_t n_bytes) {
    for (size_t i = 0; i < document->n_runs; i++) {
        const struct source_run *run = &document->runs[i];
        must_hold(run->text + run->n_bytes <= document->text.size);
        must_hold(run->source + run->n_bytes <= n_bytes);
        must_hold(i == 0 || run[-1].text + run[-1].n_bytes <= run->text);
    }
}

/* Checks `document`, cuts it up, checks the parts, and frees it. */
static inline void check_document(struct document *document, size_t n_bytes) {
    struct passage_list passages = {0};
    struct citation_list citations = {0};
    check_blocks(document);
    check_runs(document, n_bytes);
    enum status status = passages_of(document, &passages, NULL);
    if (status == STATUS_OK && passages.n_passages == 0)
        status = passages_of_headings(document, &passages, NULL);
    if (status == STATUS_OK)
        status = numbered_sources_link(document, &passages, NULL);
    check_blocks(document);
    if (status == STATUS_OK && citations_of(document, &passages, &citations, NULL) == STATUS_OK) {
        size_t end = 0;
        for (size_t i = 0; i < passages.n_passages; i++) {
            const struct passage *passage = &passages.passages[i];
            must_hold(passage->start >= end && passage->start < passage->end);
            must_hold(passage->section < passages.n_sections);
            must_hold(passage->source_start <= passage->source_end);
            end = passage->end;
        }
        must_hold(end <= document->text.size);
        for (size_t i = 0; i < citations.n_citations; i++) {
            const struct citation *citation = &citations.citations[i];
            must_hold(citation->label && citation->url);
            must_hold(citation->claim_start <= citation->claim_end);
            must_hold(citation->claim_end <= document->text.size);
            must_hold(citation->passage < passages.n_passages || citation->passage == NO_PASSAGE);
        }
    }
    citation_list_free(&citations);
    passage_list_free(&passages);
    document_free(document);
}

#endif
