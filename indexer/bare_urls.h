/* Whether md4c can read the bare URLs of a text in reasonable time.
 *
 * It compares each bare URL ("https://..." or "www...." without brackets) with all the marks of its
 * paragraph: 100,000 URLs in a paragraph of 1.2 MB take it 3 s, three times as many 30 s. */
#ifndef OSLER_INDEXER_BARE_URLS_H
#define OSLER_INDEXER_BARE_URLS_H

#include <stdbool.h>
#include <stddef.h>

bool bare_urls_are_too_many(const char *text, size_t n_bytes);

#endif
