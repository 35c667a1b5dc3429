/* How a transfer ended: from what libcurl and our own limits say to what is reported. */
#ifndef OSLER_INDEXER_FETCH_FETCH_OUTCOME_H
#define OSLER_INDEXER_FETCH_FETCH_OUTCOME_H

#include <curl/curl.h>

#include "indexer/fetch/fetch_transfer.h"
#include "store/error.h"

/* `code` is what libcurl said, which is nothing to go by if a limit of ours ended it. */
enum fetch_outcome fetch_outcome_of(const struct fetch_transfer *transfer, CURLcode code);

/* Writes one line into text->text about what happened to this host and URL. */
void fetch_outcome_describe(const struct fetch_transfer *transfer, enum fetch_outcome outcome,
                            CURLcode code, struct error *text);

#endif
