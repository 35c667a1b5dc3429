/* Tokenizes the passages of one document into an inversion: title once, headings once for the
 * passages below them. */
#ifndef OSLER_INDEXER_POSTINGS_PASSAGE_INVERTER_H
#define OSLER_INDEXER_POSTINGS_PASSAGE_INVERTER_H

#include <stddef.h>

#include "indexer/passages/definition.h"
#include "indexer/postings/inversion.h"
#include "store/error.h"
#include "store/tokenizer.h"

/* The owner sets the first part, all borrowed. */
struct passage_inverter {
    struct tokenizer *tokenizer;
    struct inversion *inversion;
    struct definition_list *definitions; /* those in the bodies are added */
    const char *title, *language;        /* of the document; no language: NULL */

    const char *headings; /* of the passage before; NULL: there was none */
    struct inverted_text title_words, headings_words;
    struct token_list tokens; /* for the moment */
};

/* Adds a passage. `headings` must stay until the next one is added. Errors: STATUS_NO_MEMORY. */
enum status passage_inverter_add(struct passage_inverter *inverter, const char *text,
                                 size_t n_bytes, const char *headings, struct error *error);
void passage_inverter_free(struct passage_inverter *inverter);

#endif
