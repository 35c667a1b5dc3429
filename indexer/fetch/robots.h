/* What a robots.txt lets us fetch: RFC 9309. What the lack of a robots.txt means is for the caller
 * to say; so is when it was fetched. Crawl-delay, which is no part of the RFC, is not read: fetch.h
 * has a delay of its own. */
#ifndef OSLER_INDEXER_FETCH_ROBOTS_H
#define OSLER_INDEXER_FETCH_ROBOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/buffer.h"
#include "store/error.h"

/* RFC 9309 section 2.5: a parser reads at least this much. The rest is not looked at. */
enum { ROBOTS_MAX_BYTES = 500 * 1024 };

/* The rules for one crawler. Zero-initialised it has none and allows everything. */
struct robots {
    struct buffer rules; /* see robots.c */
};

/* Reads the rules for the crawler with the product token `product` from `bytes`. Errors:
 * STATUS_NO_MEMORY. */
enum status robots_parse(struct robots *robots, const char *bytes, size_t n_bytes,
                         const char *product, struct error *error);
void robots_free(struct robots *robots); /* frees and zeroes; safe on a zeroed one */

/* `target` is the path and query of a URL. Sets `*allowed`. Takes time linear in the target for
 * each rule. Errors: STATUS_NO_MEMORY. */
enum status robots_allows(const struct robots *robots, const char *target, bool *allowed,
                          struct error *error);

#endif
