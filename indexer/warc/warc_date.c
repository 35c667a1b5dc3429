/* See warc_date.h. */
#include "indexer/warc/warc_date.h"

#include <time.h>

static const char format[] = "%Y-%m-%dT%H:%M:%SZ";

/* The last second of the years that have four digits. */
#define LAST_SECOND INT64_C(253402300799)

void warc_date_write(int64_t seconds, char date[WARC_DATE_BYTES]) {
    struct tm parts = {0};
    time_t time = (time_t)(seconds < 0 ? 0 : seconds > LAST_SECOND ? LAST_SECOND : seconds);
    gmtime_r(&time, &parts);
    strftime(date, WARC_DATE_BYTES, format, &parts);
}

bool warc_date_read(const char *date, int64_t *seconds) {
    struct tm parts = {0};
    const char *end = strptime(date, format, &parts);
    *seconds = end ? (int64_t)timegm(&parts) : 0;
    return end && *end == '\0';
}
