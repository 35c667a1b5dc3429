/* Bare URLs, and whether md4c can read those of a text in reasonable time.
 *
 * It compares each bare URL ("https://..." or "www...." without brackets) with all the marks of its
 * paragraph: 100,000 URLs in a paragraph of 1.2 MB take it 3 s, three times as many 30 s. */
#ifndef OSLER_INDEXER_READERS_BARE_URLS_H
#define OSLER_INDEXER_READERS_BARE_URLS_H

#include <stdbool.h>
#include <stddef.h>

bool bare_urls_are_too_many(const char *text, size_t n_bytes);

/* True if there is a "://" or "www." outside of "](...", "<..." and "]: ...". */
bool bare_urls_are_there(const char *text, size_t n_bytes);

/* The bytes of the bare URL that `text` begins with, without the punctuation of the sentence around
 * it: the ");" of "(see https://who.int/a);". Brackets that are a pair within the URL belong to it.
 */
size_t bare_url_bytes(const char *text, size_t n_bytes);

#endif
