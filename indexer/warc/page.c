/* See page.h. */
#include "indexer/warc/page.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "indexer/input/input_file.h"
#include "indexer/warc/warc_reader.h"

void page_free(struct page *page) {
    http_message_free(&page->message);
    warc_record_free(&page->record);
    *page = (struct page){0};
}

/* True if `media_type` is `name`, whatever its parameters. */
static bool is_type(const char *media_type, const char *name) {
    size_t n_bytes = strcspn(media_type, "; \t");
    return n_bytes == strlen(name) && strncasecmp(media_type, name, n_bytes) == 0;
}

static enum file_kind kind_of_media_type(const char *media_type) {
    static const struct {
        const char *media_type;
        enum file_kind kind;
    } kinds[] = {
        {"text/html", FILE_HTML},        {"application/xhtml+xml", FILE_HTML},
        {"text/plain", FILE_PLAIN_TEXT}, {"text/markdown", FILE_MARKDOWN},
        {"application/pdf", FILE_PDF},   {"application/x-pdf", FILE_PDF},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is_type(media_type, kinds[i].media_type))
            return kinds[i].kind;
    return FILE_UNKNOWN;
}

/* What servers say that do not know. */
static bool says_nothing(const char *media_type) {
    return !media_type || is_type(media_type, "") ||
           is_type(media_type, "application/octet-stream") ||
           is_type(media_type, "binary/octet-stream");
}

/* What the first bytes say. */
static enum file_kind kind_of_bytes(const char *bytes, size_t n_bytes) {
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    if (n_bytes >= 3 && memcmp(bytes, byte_order_mark, 3) == 0) {
        bytes += 3;
        n_bytes -= 3;
    }
    if (n_bytes >= 5 && memcmp(bytes, "%PDF-", 5) == 0)
        return FILE_PDF;
    while (n_bytes > 0 && *bytes && strchr(" \t\r\n\f", *bytes)) {
        bytes++;
        n_bytes--;
    }
    return n_bytes > 0 && *bytes == '<' ? FILE_HTML : FILE_UNKNOWN;
}

/* Takes the HTTP response of the record apart. */
static enum status read_response(struct page *page, struct error *error) {
    const struct buffer *block = &page->record.block;
    enum status status =
        http_message_read(buffer_string(block), block->size, &page->message, error);
    if (status == STATUS_OK)
        status = http_message_decode(&page->message, error);
    page->bytes = page->message.body;
    page->n_bytes = page->message.body_bytes;
    page->charset = page->message.charset;
    return status;
}

static enum status find_kind(struct page *page, const char *media_type, struct error *error) {
    page->kind = says_nothing(media_type) ? FILE_UNKNOWN : kind_of_media_type(media_type);
    /* A paper is often sent as something else, and nothing else begins so. */
    if (says_nothing(media_type) || kind_of_bytes(page->bytes, page->n_bytes) == FILE_PDF)
        page->kind = kind_of_bytes(page->bytes, page->n_bytes);
    if (page->kind == FILE_UNKNOWN)
        return error_set(error, STATUS_INPUT, "not indexed: %s",
                         says_nothing(media_type) ? "of no known type" : media_type);
    if (page->n_bytes > DOCUMENT_MAX_BYTES)
        return error_set(error, STATUS_INPUT, "not indexed: larger than %d MB",
                         DOCUMENT_MAX_BYTES >> 20);
    return STATUS_OK;
}

enum status page_read(const char *path, struct warc_place place, struct page *page,
                      struct error *error) {
    enum status status = warc_read_at(path, place, &page->record, error);
    if (status != STATUS_OK)
        return status;
    if (page->record.type == WARC_RESPONSE) {
        status = read_response(page, error);
        return status == STATUS_OK ? find_kind(page, page->message.media_type, error) : status;
    }
    page->bytes = buffer_string(&page->record.block);
    page->n_bytes = page->record.block.size;
    return find_kind(page, page->record.content_type, error);
}
