/* The citations of Markdown as text, for tests: "label <url> claim" a line. */
#ifndef OSLER_TESTS_UNIT_MARKDOWN_CITATIONS_H
#define OSLER_TESTS_UNIT_MARKDOWN_CITATIONS_H

#include <string.h>

#include "indexer/document/readers.h"
#include "indexer/passages/citation.h"

/* Asserts the citations, and unless that is NULL the text of the document. */
static inline void assert_citations(const char *markdown, const char *expected, const char *text) {
    struct document document = {0};
    struct passage_list passages = {0};
    struct citation_list list = {0};
    struct buffer found = {0};
    assert_int_equal(markdown_read(markdown, strlen(markdown), &document, NULL), STATUS_OK);
    assert_int_equal(passages_of(&document, &passages, NULL), STATUS_OK);
    assert_int_equal(citations_of(&document, &passages, &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.n_citations; i++) {
        const struct citation *citation = &list.citations[i];
        buffer_append_format(&found, "%s <%s> ", citation->label, citation->url);
        buffer_append(&found, document.text.data + citation->claim_start,
                      citation->claim_end - citation->claim_start);
        buffer_append_char(&found, '\n');
    }
    assert_string_equal(buffer_string(&found), expected);
    if (text)
        assert_string_equal(buffer_string(&document.text), text);
    buffer_free(&found);
    citation_list_free(&list);
    passage_list_free(&passages);
    document_free(&document);
}

#endif
