/* See warc.h. */
#include "indexer/warc/warc.h"

#include <stdbool.h>
#include <string.h>

#include "indexer/fetch/header_fields.h"

static const char *const type_names[] = {
    [WARC_INFO] = "warcinfo",         [WARC_RESPONSE] = "response",
    [WARC_RESOURCE] = "resource",     [WARC_REQUEST] = "request",
    [WARC_METADATA] = "metadata",     [WARC_REVISIT] = "revisit",
    [WARC_CONVERSION] = "conversion", [WARC_CONTINUATION] = "continuation",
};
enum { N_TYPES = sizeof type_names / sizeof type_names[0] };

/* The fields that are strings, in the order in which they are written. */
static const struct {
    const char *name;
    size_t member; /* offset in struct warc_record */
    bool is_uri;   /* of a kind that WARC puts into angle brackets */
} fields[] = {
    {"WARC-Record-ID", offsetof(struct warc_record, id), true},
    {"WARC-Date", offsetof(struct warc_record, date), false},
    {"WARC-Filename", offsetof(struct warc_record, file_name), false},
    {"WARC-Target-URI", offsetof(struct warc_record, target_uri), false},
    {"WARC-IP-Address", offsetof(struct warc_record, ip_address), false},
    {"WARC-Concurrent-To", offsetof(struct warc_record, concurrent_to), true},
    {"WARC-Refers-To", offsetof(struct warc_record, refers_to), true},
    {"WARC-Refers-To-Target-URI", offsetof(struct warc_record, refers_to_target_uri), false},
    {"WARC-Refers-To-Date", offsetof(struct warc_record, refers_to_date), false},
    {"WARC-Profile", offsetof(struct warc_record, profile), false},
    {"WARC-Truncated", offsetof(struct warc_record, truncated), false},
    {"WARC-Payload-Digest", offsetof(struct warc_record, payload_digest), false},
    {"WARC-Block-Digest", offsetof(struct warc_record, block_digest), false},
    {"Content-Type", offsetof(struct warc_record, content_type), false},
};
enum { N_FIELDS = sizeof fields / sizeof fields[0] };

static const char **member_of(struct warc_record *record, size_t i_field) {
    return (const char **)(void *)((char *)record + fields[i_field].member);
}

static const char *value_of(const struct warc_record *record, size_t i_field) {
    return *(const char *const *)(const void *)((const char *)record + fields[i_field].member);
}

void warc_record_free(struct warc_record *record) {
    buffer_free(&record->block);
    arena_free(&record->arena);
    *record = (struct warc_record){0};
}

void warc_record_clear(struct warc_record *record) {
    struct buffer block = record->block;
    arena_free(&record->arena);
    *record = (struct warc_record){0};
    buffer_clear(&block);
    record->block = block;
}

/* ---- reading ---- */

/* `value` without the angle brackets that WARC/1.0 has around URIs; wget puts them around all. */
static const char *without_brackets(const char *value, struct arena *arena) {
    size_t n_bytes = strlen(value);
    if (n_bytes < 2 || value[0] != '<' || value[n_bytes - 1] != '>')
        return value;
    return arena_copy(arena, value + 1, n_bytes - 2);
}

static enum warc_type type_of(const char *name) {
    for (size_t i = WARC_OTHER + 1; name && i < N_TYPES; i++)
        if (strcasecmp(name, type_names[i]) == 0)
            return (enum warc_type)i;
    return WARC_OTHER;
}

/* Keeps one field. A header that ends early runs into the next record's, and then says things
 * twice: taken together they would give one page to the URL of another. */
static enum status keep(struct warc_record *record, const struct header_field *field,
                        struct error *error) {
    size_t i = 0;
    while (i < N_FIELDS && strcasecmp(fields[i].name, field->name) != 0)
        i++;
    if (i == N_FIELDS)
        return STATUS_OK;
    const char **member = member_of(record, i);
    if (*member && strcmp(field->name, "warc-concurrent-to") == 0)
        return STATUS_OK;
    if (*member)
        return error_set(error, STATUS_INPUT, "the header has %s twice", fields[i].name);
    *member = without_brackets(field->value, &record->arena);
    return *member ? STATUS_OK : error_no_memory(error);
}

static size_t count(const struct header_fields *header, const char *name) {
    size_t n_found = 0;
    for (size_t i = 0; i < header->n_fields; i++)
        n_found += strcmp(header->fields[i].name, name) == 0;
    return n_found;
}

enum status warc_record_parse(struct warc_record *record, const char *bytes, size_t n_bytes,
                              struct error *error) {
    struct header_fields header;
    size_t n_read;
    enum status status = STATUS_OK;
    const char *newline = memchr(bytes, '\n', n_bytes);
    size_t start = newline ? (size_t)(newline - bytes) + 1 : n_bytes;
    enum status memory =
        header_fields_read(bytes + start, n_bytes - start, &record->arena, &header, &n_read, error);
    if (memory != STATUS_OK)
        return memory;
    for (size_t i = 0; i < header.n_fields && status != STATUS_NO_MEMORY; i++) {
        enum status kept = keep(record, &header.fields[i], error);
        status = kept == STATUS_OK ? status : kept;
    }
    record->type = type_of(header_fields_find(&header, "warc-type"));
    if (status != STATUS_OK)
        return status;
    size_t length;
    const char *stated = header_fields_find(&header, "content-length");
    if (!header_value_number(stated, &length))
        return error_set(error, STATUS_INPUT, "the header has no Content-Length");
    record->content_length = length;
    if (count(&header, "content-length") > 1 || count(&header, "warc-type") > 1)
        return error_set(error, STATUS_INPUT, "the header has Content-Length or WARC-Type twice");
    return STATUS_OK;
}

/* ---- writing ---- */

static bool has_control(const char *value) {
    for (; *value; value++)
        if (((unsigned char)*value < ' ' && *value != '\t') || *value == 127)
            return true;
    return false;
}

enum status warc_record_format(const struct warc_record *record, struct buffer *out,
                               struct error *error) {
    if (record->type == WARC_OTHER)
        return error_set(error, STATUS_INPUT, "a record without a type");
    buffer_append_format(out, "WARC/1.1\r\nWARC-Type: %s\r\n", type_names[record->type]);
    for (size_t i = 0; i < N_FIELDS; i++) {
        const char *value = value_of(record, i);
        if (value && has_control(value))
            return error_set(error, STATUS_INPUT, "%s has a control character", fields[i].name);
        if (value)
            buffer_append_format(out, fields[i].is_uri ? "%s: <%s>\r\n" : "%s: %s\r\n",
                                 fields[i].name, value);
    }
    buffer_append_format(out, "Content-Length: %zu\r\n\r\n", record->block.size);
    return out->failed ? error_no_memory(error) : STATUS_OK;
}
