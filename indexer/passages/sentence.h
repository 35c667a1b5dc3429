/* Where sentences end. */
#ifndef OSLER_INDEXER_PASSAGES_SENTENCE_H
#define OSLER_INDEXER_PASSAGES_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

/* The end of the sentence that starts at `start` in text[0, n_bytes): the offset after its closing
 * punctuation, quotes, brackets and footnote marks ("[1]", "(World Economic Forum)"), before the
 * white space that follows; n_bytes if it is the last. White space at `start` is skipped, so the
 * end is beyond `start` unless `start` is n_bytes.
 *
 * A full stop after an abbreviation ("Dr.", "e.g.", "U.S.", "Inc.", "et al."), an initial or inside
 * a number ends nothing; after those that often close a sentence ("Inc.", "U.S.", "p.m."), only a
 * word that commonly opens one makes it an end. `language` says whose abbreviations these are, see
 * abbreviation.h. A newline always ends a sentence. UTF-8. */
size_t sentence_end(const char *text, size_t n_bytes, size_t start, const char *language);

/* True if a new sentence may begin at `offset`, after white space: no lower-case letter and no
 * comma stands there. Also true at n_bytes. */
bool sentence_may_begin(const char *text, size_t n_bytes, size_t offset);

#endif
