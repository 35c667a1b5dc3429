/* What a record of a web archive says of a page: that it came, or did not, when, and what decides
 * whether to ask again. */
#ifndef OSLER_INDEXER_WARC_CAPTURE_H
#define OSLER_INDEXER_WARC_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/warc/warc.h"
#include "store/arena.h"
#include "store/error.h"

/* The field of a metadata record of ours that says why a page did not come. */
#define CAPTURE_OUTCOME_FIELD "osler-outcome"

/* Strings are NULL where the record does not say. */
struct capture {
    struct warc_place place;
    const char *url;       /* that was asked for */
    const char *key;       /* of the page, see url.h */
    const char *retrieved; /* "YYYY-MM-DDThh:mm:ssZ", or "" */
    int status;            /* of HTTP; 304 for whatever says that the page has not changed; or 0 */
    const char *outcome;   /* status 0: why, as fetch_outcome_name calls it */
    const char *location;  /* status 3xx: to which other page, absolute */
    const char *media_type, *etag, *last_modified, *record;
    const char *retry_after;   /* the host asks to be left alone until this date */
    const char *digest;        /* of the payload; of an answer without one: NULL */
    bool has_content;          /* the record has a page */
    const char *refers_to_key; /* status 304: the page, and when it was captured; or "" */
    const char *refers_to_date;
};

enum {
    /* Longer pauses are shortened to this: what failed is tried again after a day anyway. */
    CAPTURE_PAUSE_MAX_S = 24 * 60 * 60,
};

/* Reads `record` into `capture`, whose strings live in `arena`. `*is_capture` is false for a record
 * that says nothing of a page. Errors: STATUS_NO_MEMORY. */
enum status capture_of(const struct warc_record *record, struct arena *arena,
                       struct capture *capture, bool *is_capture, struct error *error);

#endif
