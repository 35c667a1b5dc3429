/* See capture.h. */
#include "indexer/warc/capture.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "indexer/fetch/fetch.h"
#include "indexer/fetch/http_message.h"
#include "indexer/fetch/url.h"
#include "indexer/warc/warc_date.h"

/* What a record says of its page in one value has some hundred bytes at most: entity tags, dates,
 * media types, ids. A longer one is no use, and a flood of them would fill the index. */
enum { VALUE_MAX_BYTES = 1024 };

/* True for a time that a clock can show, written "YYYY-MM-DDThh:mm:ss". */
static bool is_date(const char *text) {
    static const char least[] = "0000-01-01T00:00:00";
    static const struct {
        size_t start;
        const char *most;
    } parts[] = {{5, "12"}, {8, "31"}, {11, "23"}, {14, "59"}, {17, "60"}};
    for (size_t i = 0; i < sizeof least - 1; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (least[i] >= '0' && least[i] <= '9' ? !is_digit : text[i] != least[i])
            return false;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strncmp(text + parts[i].start, least + parts[i].start, 2) < 0 ||
            strncmp(text + parts[i].start, parts[i].most, 2) > 0)
            return false;
    return true;
}

/* A record's date to the second; "" for what is none. */
static const char *date_of(struct arena *arena, const char *text) {
    char date[WARC_DATE_BYTES];
    if (!text || !is_date(text))
        return "";
    snprintf(date, sizeof date, "%.19sZ", text);
    return arena_string(arena, date);
}

/* A copy of a record's or header's value; NULL if there is none to be kept. `*failed` is set when
 * memory is out. */
static const char *value_of(struct arena *arena, const char *text, bool *failed) {
    if (!text || !*text || strlen(text) > VALUE_MAX_BYTES)
        return NULL;
    const char *copy = arena_string(arena, text);
    *failed = *failed || !copy;
    return copy;
}

/* The key of `text`, or NULL for what is no URL. */
static enum status key_of(struct arena *arena, const char *text, const char **key,
                          struct error *error) {
    struct url url;
    struct error reason;
    enum status status =
        text ? url_parse(arena, NULL, text, &url, &reason) : (enum status)STATUS_INPUT;
    *key = status == STATUS_OK ? url.key : NULL;
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Where a redirect leads; nowhere if to the same page, by another scheme perhaps. */
static enum status read_location(const struct http_message *message, struct arena *arena,
                                 struct capture *capture, struct error *error) {
    const char *location = header_fields_find(&message->headers, "location");
    struct url url;
    struct error reason;
    if (!location || !is_redirect(message->status))
        return STATUS_OK;
    enum status status = url_parse(arena, capture->url, location, &url, &reason);
    if (status == STATUS_OK && strcmp(url.key, capture->key) != 0)
        capture->location = url.fetch;
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

/* The seconds that a Retry-After asks for: a number, or a date (RFC 9110 section 10.2.3). */
static int64_t pause_s(const char *value, int64_t retrieved) {
    size_t seconds = 0;
    if (header_value_number(value, &seconds))
        return seconds < CAPTURE_PAUSE_MAX_S ? (int64_t)seconds : CAPTURE_PAUSE_MAX_S;
    time_t date = value ? curl_getdate(value, NULL) : -1;
    int64_t ahead_s = date < 0 ? 0 : (int64_t)date - retrieved;
    return ahead_s < CAPTURE_PAUSE_MAX_S ? ahead_s : CAPTURE_PAUSE_MAX_S;
}

/* Until when a busy server asks to be left alone. A pause that a run waits for is none to keep. */
static enum status read_retry_after(const struct http_message *message, struct arena *arena,
                                    struct capture *capture, struct error *error) {
    char date[WARC_DATE_BYTES];
    int64_t retrieved;
    if ((message->status != 429 && message->status != 503) ||
        !warc_date_read(capture->retrieved, &retrieved))
        return STATUS_OK;
    int64_t ahead_s = pause_s(header_fields_find(&message->headers, "retry-after"), retrieved);
    if (ahead_s <= FETCH_PAUSE_MAX_S)
        return STATUS_OK;
    warc_date_write(retrieved + ahead_s, date);
    capture->retry_after = arena_string(arena, date);
    return capture->retry_after ? STATUS_OK : error_no_memory(error);
}

/* Reads the HTTP response that the block is. Of a revisit it may be missing. */
static enum status read_response(const struct warc_record *record, struct arena *arena,
                                 struct capture *capture, struct error *error) {
    struct http_message message = {0};
    struct error reason = {0};
    bool failed = false;
    enum status status =
        http_message_read(buffer_string(&record->block), record->block.size, &message, &reason);
    if (status == STATUS_OK) {
        const struct header_fields *headers = &message.headers;
        capture->status = message.status;
        capture->media_type = value_of(arena, message.media_type, &failed);
        capture->etag = value_of(arena, header_fields_find(headers, "etag"), &failed);
        capture->last_modified =
            value_of(arena, header_fields_find(headers, "last-modified"), &failed);
        status = read_location(&message, arena, capture, error);
        if (status == STATUS_OK)
            status = read_retry_after(&message, arena, capture, error);
    }
    http_message_free(&message);
    return failed || status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

static bool has_page(int status) {
    return status >= 200 && status < 300 && status != 206;
}

/* A revisit says that the page is one that was captured before; or, of crawlers that look at
 * digests only, that a redirect or a failure came again. */
static enum status read_revisit(const struct warc_record *record, struct arena *arena,
                                struct capture *capture, struct error *error) {
    enum status status = read_response(record, arena, capture, error);
    bool is_unchanged = capture->status == 304;
    if (status != STATUS_OK || (capture->status > 0 && !is_unchanged && !has_page(capture->status)))
        return status;
    is_unchanged = is_unchanged || (record->profile && strstr(record->profile, "not-modified"));
    if (is_unchanged)
        capture->digest = NULL;
    capture->status = 304;
    capture->refers_to_date = date_of(arena, record->refers_to_date);
    if (!capture->refers_to_date)
        return error_no_memory(error);
    return record->refers_to_target_uri
               ? key_of(arena, record->refers_to_target_uri, &capture->refers_to_key, error)
               : STATUS_OK;
}

/* Our own record of a page that did not come. */
static enum status read_metadata(const struct warc_record *record, struct arena *arena,
                                 struct capture *capture, struct error *error) {
    struct header_fields fields = {0};
    size_t n_read = 0;
    bool failed = false;
    enum status status = header_fields_read(buffer_string(&record->block), record->block.size,
                                            arena, &fields, &n_read, error);
    if (status == STATUS_OK)
        capture->outcome =
            value_of(arena, header_fields_find(&fields, CAPTURE_OUTCOME_FIELD), &failed);
    return failed ? error_no_memory(error) : status;
}

static enum status read_by_type(const struct warc_record *record, struct arena *arena,
                                struct capture *capture, struct error *error) {
    enum status status = STATUS_OK;
    bool failed = false;
    switch (record->type) {
    case WARC_RESPONSE:
        status = read_response(record, arena, capture, error);
        capture->has_content = has_page(capture->status);
        if (capture->status == 304)
            capture->digest = NULL;
        return status;
    case WARC_RESOURCE:
        capture->status = 200;
        capture->has_content = true;
        capture->media_type = value_of(arena, record->content_type, &failed);
        return failed ? error_no_memory(error) : STATUS_OK;
    case WARC_REVISIT:
        return read_revisit(record, arena, capture, error);
    case WARC_METADATA:
        return read_metadata(record, arena, capture, error);
    default:
        return STATUS_OK;
    }
}

enum status capture_of(const struct warc_record *record, struct arena *arena,
                       struct capture *capture, bool *is_capture, struct error *error) {
    bool failed = false;
    *capture = (struct capture){.place = record->place};
    *is_capture = false;
    enum status status = key_of(arena, record->target_uri, &capture->key, error);
    if (status != STATUS_OK || !capture->key)
        return status;
    capture->url = arena_string(arena, record->target_uri);
    capture->retrieved = date_of(arena, record->date);
    capture->record = value_of(arena, record->id, &failed);
    capture->digest = value_of(arena, record->payload_digest, &failed);
    if (!capture->url || !capture->retrieved || failed)
        return error_no_memory(error);
    status = read_by_type(record, arena, capture, error);
    *is_capture = status == STATUS_OK && (capture->status > 0 || capture->outcome);
    return status;
}
