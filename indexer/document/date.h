/* Dates as people write them, to ISO 8601, so that they compare as text. */
#ifndef OSLER_INDEXER_DOCUMENT_DATE_H
#define OSLER_INDEXER_DOCUMENT_DATE_H

#include "store/arena.h"

/* A date that begins as ISO 8601 does ("2025-08", "2025-08-01T10:00Z") stays as it is; "August 1,
 * 2025", "1st of Aug. 2025", "2025/8/1", "20250801" and "Aug 2025" are rewritten; anything else, a
 * day that no month has, or NULL, gives NULL. In the arena; NULL also when memory is out. */
char *date_normalize(struct arena *arena, const char *text);

#endif
