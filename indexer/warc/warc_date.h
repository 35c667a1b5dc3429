/* Times as archives and the index write them: "YYYY-MM-DDThh:mm:ssZ". They sort like what they
 * mean. */
#ifndef OSLER_INDEXER_WARC_WARC_DATE_H
#define OSLER_INDEXER_WARC_WARC_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { WARC_DATE_BYTES = sizeof "YYYY-MM-DDThh:mm:ssZ" };

/* The time `seconds` since 1970; before that and after the year 9999 the nearest. */
void warc_date_write(int64_t seconds, char date[WARC_DATE_BYTES]);

/* False for what is no such time. */
bool warc_date_read(const char *date, int64_t *seconds);

#endif
