/* See archive.h. A fetched page becomes, for each redirect and for the answer, a response and the
 * request that it came for; a page that has not changed becomes a revisit; one that did not come,
 * a metadata record that says why (ISO 28500, 6.3 to 6.7). What a record says of its page goes into
 * the index at once, as archive_scan would put it there: reading it back would take longer than
 * writing it. If the run comes to nothing, so does that, and the next run reads the file. */
#include "indexer/sources/archive.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "indexer/fetch/url.h"
#include "indexer/warc/warc_date.h"
#include "indexer/warc/warc_writer.h"
#include "store/visible.h"

struct archive_writer {
    struct archive *archive;
    struct index *index;
    struct captures *captures;
    struct warc_writer *warc; /* NULL before the first record */
    struct archive_file file; /* that is written; zeroed before the first record */
    bool is_known;            /* the index has all that is in it */
};

enum status archive_writer_open(struct archive_writer **writer, struct archive *archive,
                                struct index *index, struct captures *captures,
                                struct error *error) {
    struct archive_writer *self = calloc(1, sizeof *self);
    *writer = self;
    if (!self)
        return error_no_memory(error);
    *self = (struct archive_writer){.archive = archive, .index = index, .captures = captures};
    return STATUS_OK;
}

void archive_writer_close(struct archive_writer *writer) {
    if (!writer)
        return;
    warc_writer_close(writer->warc);
    free(writer);
}

static enum status note_file(struct archive_writer *self, struct error *error) {
    return self->is_known ? archive_note(self->index, &self->file, error) : STATUS_OK;
}

enum status archive_sync(struct archive_writer *writer, struct error *error) {
    enum status status = writer->warc ? warc_writer_sync(writer->warc, error) : STATUS_OK;
    return status == STATUS_OK ? note_file(writer, error) : status;
}

/* Goes on to the file of a record. One that is older may have records that the index lacks. */
static enum status enter_file(struct archive_writer *self, const struct warc_written *written,
                              struct error *error) {
    enum status status = note_file(self, error);
    self->is_known = false;
    if (status == STATUS_OK)
        status = archive_enter(self->archive, self->index, written->file, &self->file, error);
    self->is_known = status == STATUS_OK && self->file.n_read == (int64_t)written->begin;
    return status;
}

/* Puts what a record says of its page into the index. */
static enum status add_capture(struct archive_writer *self, struct warc_record record,
                               const struct warc_written *written, struct error *error) {
    struct arena arena = {0};
    struct capture capture;
    bool is_capture = false;
    record.place = written->place;
    record.id = record.id ? record.id : written->id;
    if (!record.payload_digest && written->payload_digest[0])
        record.payload_digest = written->payload_digest;
    enum status status = capture_of(&record, &arena, &capture, &is_capture, error);
    if (status == STATUS_OK && is_capture)
        status = captures_add(self->captures, self->file.row, &capture, error);
    arena_free(&arena);
    return status;
}

static enum status append(struct archive_writer *self, const struct warc_record *record,
                          struct warc_written *written, struct error *error) {
    enum status status = warc_writer_append(self->warc, record, written, error);
    if (status == STATUS_OK &&
        (!self->file.path || strcmp(strrchr(self->file.path, '/') + 1, written->file) != 0))
        status = enter_file(self, written, error);
    if (status != STATUS_OK || !self->is_known)
        return status;
    self->file.size = self->file.seen_size = self->file.n_read = (int64_t)written->end;
    return add_capture(self, *record, written, error);
}

/* Makes `record` a revisit of `same`, whose page it is. */
static void revisit(struct warc_record *record, const struct capture *same, const char *profile) {
    record->type = WARC_REVISIT;
    record->profile = profile;
    record->refers_to = same->record;
    record->refers_to_target_uri = same->url;
    record->refers_to_date = same->retrieved;
}

/* Decides whether an exchange is a page, or says that an earlier one has not changed. */
static enum status choose_type(struct archive_writer *self, const struct fetch_exchange *exchange,
                               size_t head_bytes, struct arena *arena, struct warc_record *record,
                               struct error *error) {
    bool is_unchanged = exchange->status == 304;
    struct url url;
    struct capture same;
    int64_t capture = 0;
    enum status status = url_parse(arena, NULL, exchange->url, &url, error);
    if (status == STATUS_OK && exchange->status == 200) {
        char *digest = arena_allocate(arena, WARC_DIGEST_BYTES);
        if (!digest)
            return error_no_memory(error);
        status = warc_payload_digest(record->block.data, record->block.size, digest, error);
        record->payload_digest = digest[0] ? digest : NULL;
    }
    if (status == STATUS_OK && (is_unchanged || record->payload_digest))
        status = captures_find_same(self->captures, url.key, record->payload_digest, arena, &same,
                                    &capture, error);
    if (status != STATUS_OK || capture == 0)
        return status;
    revisit(record, &same, is_unchanged ? WARC_NOT_MODIFIED : WARC_IDENTICAL_PAYLOAD);
    record->block.size = head_bytes;
    return STATUS_OK;
}

static enum status write_request(struct archive_writer *self, const struct fetch_exchange *exchange,
                                 const char *date, const char *response, struct error *error) {
    struct warc_record request = {.type = WARC_REQUEST,
                                  .target_uri = exchange->url,
                                  .date = date,
                                  .concurrent_to = response,
                                  .block = exchange->request};
    struct warc_written written;
    return append(self, &request, &written, error);
}

/* Appends the head of a response. The body has no chunks any more, so the header that speaks of
 * them gets the name that archives give to what they have changed. */
static void append_head(struct buffer *block, const struct buffer *head) {
    static const char chunked[] = "transfer-encoding:";
    const char *end = head->data + head->size;
    for (const char *line = head->data; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *next = newline ? newline + 1 : end;
        size_t n_bytes = (size_t)(next - line);
        if (n_bytes > sizeof chunked - 1 && strncasecmp(line, chunked, sizeof chunked - 1) == 0)
            buffer_append_string(block, "X-Archive-Orig-");
        buffer_append(block, line, n_bytes);
        line = next;
    }
}

static enum status write_exchange(struct archive_writer *self,
                                  const struct fetch_exchange *exchange, char id[WARC_ID_BYTES],
                                  struct error *error) {
    char date[WARC_DATE_BYTES];
    struct arena arena = {0};
    struct warc_written written = {0};
    warc_date_write(exchange->retrieved, date);
    struct warc_record record = {.type = WARC_RESPONSE,
                                 .target_uri = exchange->url,
                                 .date = date,
                                 .ip_address = exchange->address[0] ? exchange->address : NULL,
                                 .truncated = exchange->body_is_cut ? "length" : NULL};
    append_head(&record.block, &exchange->headers);
    size_t head_bytes = record.block.size;
    buffer_append(&record.block, exchange->body.data, exchange->body.size);
    enum status status = record.block.failed ? error_no_memory(error) : STATUS_OK;
    if (status == STATUS_OK)
        status = choose_type(self, exchange, head_bytes, &arena, &record, error);
    if (status == STATUS_OK)
        status = append(self, &record, &written, error);
    memcpy(id, written.id, WARC_ID_BYTES);
    if (status == STATUS_OK)
        status = write_request(self, exchange, date, id, error);
    buffer_free(&record.block);
    arena_free(&arena);
    return status;
}

/* On one line, whatever an article cites. */
static void append_field(struct buffer *block, const char *name, const char *value) {
    buffer_append_format(block, "%s: ", name);
    visible_append(block, value, strlen(value), false);
    buffer_append_string(block, "\r\n");
}

/* Says what was asked for, and what came of it where no response can say so. */
static enum status write_metadata(struct archive_writer *self, const struct fetch_result *result,
                                  const char *response, struct error *error) {
    char date[WARC_DATE_BYTES];
    struct warc_written written;
    bool answered = result->outcome == FETCH_ANSWERED;
    warc_date_write(answered ? result->exchanges[result->n_exchanges - 1].retrieved : time(NULL),
                    date);
    struct warc_record metadata = {.type = WARC_METADATA,
                                   .target_uri = result->final_url,
                                   .date = date,
                                   .content_type = "application/warc-fields",
                                   .concurrent_to = *response ? response : NULL};
    append_field(&metadata.block, "osler-cited-as", result->request->url);
    if (!answered) {
        append_field(&metadata.block, CAPTURE_OUTCOME_FIELD, fetch_outcome_name(result->outcome));
        append_field(&metadata.block, "osler-text", result->text);
    }
    enum status status =
        metadata.block.failed ? error_no_memory(error) : append(self, &metadata, &written, error);
    buffer_free(&metadata.block);
    return status;
}

/* `id` is that of the last response, "" if the last answer was known. */
static enum status write_exchanges(struct archive_writer *self, const struct fetch_result *result,
                                   char id[WARC_ID_BYTES], struct error *error) {
    const struct warc_writer_options options = {
        .folder = self->archive->folder, .name = "sources", .software = "osler-index"};
    enum status status = self->warc ? STATUS_OK : warc_writer_open(&options, &self->warc, error);
    id[0] = '\0';
    for (size_t i = 0; i < result->n_exchanges && status == STATUS_OK; i++) {
        id[0] = '\0';
        if (!result->exchanges[i].is_known)
            status = write_exchange(self, &result->exchanges[i], id, error);
    }
    return status;
}

enum status archive_write(struct archive_writer *writer, const struct fetch_result *result,
                          struct error *error) {
    char id[WARC_ID_BYTES];
    enum status status = write_exchanges(writer, result, id, error);
    return status == STATUS_OK ? write_metadata(writer, result, id, error) : status;
}

enum status archive_write_robots(struct archive_writer *writer, const struct fetch_result *result,
                                 struct error *error) {
    char id[WARC_ID_BYTES];
    return result->n_exchanges > 0 ? write_exchanges(writer, result, id, error) : STATUS_OK;
}
