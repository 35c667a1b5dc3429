/* Citations: the web links of a document, each with the claim that it supports.
 *
 * The claim is the sentence that holds the link, without the links after its stop; when that
 * sentence is nothing but links and words like "see" ("... improve outcomes. ([WHO](https://...))",
 * "... outcomes.[1][2]"), the sentence before it in the same section. A link in a heading has the
 * heading as its claim, one in a table the row.
 *
 * The links of the closing list of sources (section.is_sources) name the citations of the same URL:
 * a label that says nothing ("1", "[2]", "^3", "source", "here", the URL itself) is replaced by
 * theirs (or by the link's title). One that nothing in the text cites is a citation of the whole
 * document, once. URLs are the same if they differ in the scheme, the case of the host, a closing
 * slash or the fragment only. */
#ifndef OSLER_INDEXER_PASSAGES_CITATION_H
#define OSLER_INDEXER_PASSAGES_CITATION_H

#include <stddef.h>

#include "indexer/document/document.h"
#include "indexer/passages/passage.h"
#include "store/error.h"

#define NO_PASSAGE ((size_t)-1)

struct citation {
    const char *label; /* never NULL or empty: the URL's host at least; owned by the document */
    const char *url;   /* owned by the document */
    const char
        *key; /* of the page, see url.h, owned by the document; NULL: not asked for, or none */
    const char *no_key; /* why it is no URL that can be asked for, owned by the document, or NULL */
    size_t claim_start, claim_end; /* in document.text; equal: no claim */
    /* The passage that holds the claim's start, or without a claim the link's; for a citation of a
     * heading the first passage of its section; NO_PASSAGE: the document as a whole. */
    size_t passage;
    size_t source; /* byte of the source where the link begins, or NO_SOURCE */
};

struct citation_list {
    struct citation *citations; /* by rising place in the text */
    size_t n_citations, capacity;
};

/* Fills a zeroed `list`. Errors: STATUS_NO_MEMORY. */
enum status citations_of(struct document *document, const struct passage_list *passages,
                         struct citation_list *list, struct error *error);
void citation_list_free(struct citation_list *list); /* frees and zeroes */

#endif
