/* How many slips of a typist two words are apart. */
#ifndef OSLER_QUERY_EDITS_H
#define OSLER_QUERY_EDITS_H

#include <stdbool.h>
#include <stddef.h>

/* More are another word; longer words are none. */
enum { EDITS_MOST = 2, EDITS_MAX_BYTES = 30 };

/* The edits between `a` and `b` of at most EDITS_MAX_BYTES: a letter added, left out, or another,
 * or two exchanged (Damerau 1964; no letter is edited twice). If `is_prefix`, between `a` and the
 * beginning of `b` that is most like it. EDITS_MOST + 1 if there are more. */
size_t edits_count(const char *a, size_t n_a, const char *b, size_t n_b, bool is_prefix);

#endif
