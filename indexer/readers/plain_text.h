/* Running text without markup: paragraphs, and the web addresses in them. */
#ifndef OSLER_INDEXER_READERS_PLAIN_TEXT_H
#define OSLER_INDEXER_READERS_PLAIN_TEXT_H

#include <stddef.h>

#include "indexer/document/decode.h"
#include "indexer/document/document.h"

/* Appends the paragraphs of `text` (valid UTF-8), separated by blank lines. Each http or https URL
 * is a link labelled by itself; punctuation after it is not part of it, nor a closing bracket that
 * was opened before it. Source places are known if `text` lies in decoded->text. */
void plain_text_append(struct document *document, const struct decoded *decoded, const char *text,
                       size_t n_bytes);

#endif
