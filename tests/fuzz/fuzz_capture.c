/* What a record says of a page, whatever the record: the first byte is its type, then lines follow
 * for its URL, dates, id and digest, and the rest is the block. */
#include <stdint.h>
#include <string.h>

#include "indexer/fetch/url.h"
#include "indexer/warc/capture.h"
#include "indexer/warc/warc_date.h"
#include "tests/fuzz/check_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Takes a line off; NULL if it is empty. */
static const char *next_line(const uint8_t **data, size_t *n_bytes, struct arena *arena) {
    const uint8_t *newline = *n_bytes > 0 ? memchr(*data, '\n', *n_bytes) : NULL;
    size_t length = newline ? (size_t)(newline - *data) : *n_bytes;
    const char *line = length > 0 ? arena_copy(arena, (const char *)*data, length) : NULL;
    length += newline != NULL;
    *data += length;
    *n_bytes -= length;
    return line;
}

static void check_date(const char *date) {
    must_hold(date[0] == '\0' || (strlen(date) == WARC_DATE_BYTES - 1 && date[19] == 'Z'));
}

static void check_key(const char *key) {
    must_hold(strncmp(key, "//", 2) == 0);
    for (; *key; key++)
        must_hold(*key > ' ' && *key < 127);
}

static void check_capture(const struct capture *capture) {
    struct arena arena = {0};
    struct url url;
    check_key(capture->key);
    check_date(capture->retrieved);
    must_hold(capture->status == 0 || (capture->status >= 100 && capture->status <= 999));
    must_hold((capture->status == 0) == (capture->outcome != NULL));
    must_hold(!capture->has_content || (capture->status >= 200 && capture->status < 300));
    must_hold(url_parse(&arena, NULL, capture->url, &url, NULL) == STATUS_OK);
    must_hold(strcmp(url.key, capture->key) == 0);
    if (capture->location) {
        must_hold(!capture->has_content && capture->status >= 300 && capture->status < 400);
        must_hold(url_parse(&arena, NULL, capture->location, &url, NULL) == STATUS_OK);
        must_hold(strcmp(url.key, capture->key) != 0);
    }
    if (capture->refers_to_key)
        check_key(capture->refers_to_key);
    if (capture->refers_to_date)
        check_date(capture->refers_to_date);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct warc_record record = {0};
    struct capture capture;
    bool is_capture = false;
    if (n_bytes == 0)
        return 0;
    record.type = (enum warc_type)(data[0] % (WARC_CONTINUATION + 1));
    data++;
    n_bytes--;
    record.target_uri = next_line(&data, &n_bytes, &record.arena);
    record.date = next_line(&data, &n_bytes, &record.arena);
    record.id = next_line(&data, &n_bytes, &record.arena);
    record.payload_digest = next_line(&data, &n_bytes, &record.arena);
    record.profile = next_line(&data, &n_bytes, &record.arena);
    record.refers_to_target_uri = next_line(&data, &n_bytes, &record.arena);
    record.refers_to_date = next_line(&data, &n_bytes, &record.arena);
    record.content_type = next_line(&data, &n_bytes, &record.arena);
    buffer_append(&record.block, data, n_bytes);
    must_hold(capture_of(&record, &record.arena, &capture, &is_capture, NULL) == STATUS_OK);
    if (is_capture)
        check_capture(&capture);
    warc_record_free(&record);
    return 0;
}
