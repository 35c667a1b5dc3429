/* A captured page: the bytes of its record in an archive, and which reader is for them. */
#ifndef OSLER_INDEXER_WARC_PAGE_H
#define OSLER_INDEXER_WARC_PAGE_H

#include <stddef.h>

#include "indexer/fetch/http_message.h"
#include "indexer/input/file_kind.h"
#include "indexer/warc/warc.h"
#include "store/error.h"

/* Zero-initialised it is empty. */
struct page {
    enum file_kind kind; /* the reader */
    const char *bytes;   /* without transfer and content coding */
    size_t n_bytes;
    const char *charset; /* what the HTTP header says, or NULL */
    struct warc_record record;
    struct http_message message;
};

/* Fills a zeroed `page` from the record at `place` of the archive file at `path`. Errors:
 * STATUS_INPUT, the text says why it cannot be indexed; STATUS_NO_MEMORY. */
enum status page_read(const char *path, struct warc_place place, struct page *page,
                      struct error *error);
void page_free(struct page *page); /* frees and zeroes; safe on a zeroed one */

#endif
