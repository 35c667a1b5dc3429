/* See capture.h. */
#include "indexer/capture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "indexer/http_message.h"
#include "indexer/url.h"

void capture_date(int64_t seconds, char date[CAPTURE_DATE_BYTES]) {
    struct tm parts = {0};
    time_t time = (time_t)seconds;
    gmtime_r(&time, &parts);
    strftime(date, CAPTURE_DATE_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* A record's date to the second; "" for what is none. */
static const char *date_of(struct arena *arena, const char *text) {
    static const char shape[] = "0000-00-00T00:00:00";
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        char byte = text ? text[i] : '\0';
        if (shape[i] == '0' ? byte < '0' || byte > '9' : byte != shape[i])
            return "";
    }
    char date[CAPTURE_DATE_BYTES];
    snprintf(date, sizeof date, "%.19sZ", text);
    return arena_string(arena, date);
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

/* A copy of a header in `arena`. */
static const char *header_of(const struct http_message *message, const char *name,
                             struct arena *arena) {
    return arena_string(arena, header_fields_find(&message->headers, name));
}

static bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Reads the HTTP response that the block is. Of a revisit it may be missing. */
static enum status read_response(const struct warc_record *record, struct arena *arena,
                                 struct capture *capture, struct error *error) {
    struct http_message message = {0};
    struct error reason = {0};
    enum status status =
        http_message_read(buffer_string(&record->block), record->block.size, &message, &reason);
    if (status == STATUS_OK) {
        capture->status = message.status;
        capture->media_type = arena_string(arena, message.media_type);
        capture->etag = header_of(&message, "etag", arena);
        capture->last_modified = header_of(&message, "last-modified", arena);
        const char *location = header_fields_find(&message.headers, "location");
        struct url url;
        if (location && is_redirect(message.status)) {
            status = url_parse(arena, capture->url, location, &url, &reason);
            capture->location = status == STATUS_OK ? url.fetch : NULL;
        }
    }
    http_message_free(&message);
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

/* Our own record of a page that did not come. */
static enum status read_metadata(const struct warc_record *record, struct arena *arena,
                                 struct capture *capture, struct error *error) {
    struct header_fields fields = {0};
    size_t n_read = 0;
    enum status status = header_fields_read(buffer_string(&record->block), record->block.size,
                                            arena, &fields, &n_read, error);
    if (status == STATUS_OK)
        capture->outcome = header_fields_find(&fields, CAPTURE_OUTCOME_FIELD);
    return status;
}

static enum status read_by_type(const struct warc_record *record, struct arena *arena,
                                struct capture *capture, struct error *error) {
    enum status status = STATUS_OK;
    switch (record->type) {
    case WARC_RESPONSE:
        status = read_response(record, arena, capture, error);
        capture->has_content =
            capture->status >= 200 && capture->status < 300 && capture->status != 206;
        return status;
    case WARC_RESOURCE:
        capture->status = 200;
        capture->has_content = true;
        capture->media_type = arena_string(arena, record->content_type);
        return STATUS_OK;
    case WARC_REVISIT:
        status = read_response(record, arena, capture, error);
        capture->status = 304;
        capture->refers_to_date = date_of(arena, record->refers_to_date);
        return status == STATUS_OK && record->refers_to_target_uri
                   ? key_of(arena, record->refers_to_target_uri, &capture->refers_to_key, error)
                   : status;
    case WARC_METADATA:
        return read_metadata(record, arena, capture, error);
    default:
        return STATUS_OK;
    }
}

enum status capture_of(const struct warc_record *record, struct arena *arena,
                       struct capture *capture, bool *is_capture, struct error *error) {
    *capture = (struct capture){.place = record->place};
    *is_capture = false;
    enum status status = key_of(arena, record->target_uri, &capture->key, error);
    if (status != STATUS_OK || !capture->key)
        return status;
    capture->url = arena_string(arena, record->target_uri);
    capture->retrieved = date_of(arena, record->date);
    capture->record = arena_string(arena, record->id);
    capture->digest = arena_string(arena, record->payload_digest);
    if (!capture->url || !capture->retrieved)
        return error_no_memory(error);
    status = read_by_type(record, arena, capture, error);
    *is_capture = status == STATUS_OK && (capture->status > 0 || capture->outcome);
    return status;
}
