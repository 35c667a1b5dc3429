/* The URL of a web page: what to ask for, and the one spelling by which two citations of a page are
 * known to be the same. */
#ifndef OSLER_INDEXER_FETCH_URL_H
#define OSLER_INDEXER_FETCH_URL_H

#include <stdbool.h>

#include "store/arena.h"
#include "store/error.h"

/* RFC 9110 section 4.1 asks for at least 8000; what is longer carries data, and comes from a trap.
 */
enum { URL_MAX_BYTES = 8192 };

/* All strings are NUL-terminated printable ASCII. */
struct url {
    /* To be fetched: as cited, but without fragment and credentials, the host in lower-case
     * punycode, dot segments resolved, and what may not stand in a URL percent-encoded. */
    const char *fetch;
    /* `fetch` normalized as RFC 3986 section 6.2 allows, without tracking parameters. */
    const char *normalized;
    /* `normalized` without its scheme, "//host/path": the identity of the page. */
    const char *key;
    const char *host;      /* without a final dot; an IPv6 address in [ ] */
    const char *authority; /* the host, and its port unless that is the scheme's own */
    const char *target;    /* of `fetch`: path and query, beginning with '/' */
    bool is_https;
};

/* Fills `url` from `text` (NUL-terminated, any bytes), which is relative to `base` unless that is
 * NULL. The strings live in `arena`. Errors: STATUS_INPUT for what is not an http or https URL,
 * STATUS_NO_MEMORY. */
enum status url_parse(struct arena *arena, const char *base, const char *text, struct url *url,
                      struct error *error);

#endif
