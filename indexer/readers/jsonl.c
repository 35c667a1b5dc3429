/* The JSONL reader; see readers.h. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "indexer/document/decode.h"
#include "indexer/document/readers.h"
#include "indexer/readers/plain_text.h"
#include "store/schema.h"

/* Above it a double no longer tells whole numbers apart. */
#define MAX_EXACT_NUMBER 9007199254740992.0

/* The code unit of the "\uXXXX" at `at`, or -1. */
static long escaped_unit(const char *at, const char *end) {
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    long unit = 0;
    for (int i = 2; i < 6; i++) {
        char c = at[i];
        if (!isxdigit((unsigned char)c))
            return -1;
        unit = unit * 16 + (isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
}

/* cJSON would end a string at \u0000 and refuse the line for half a surrogate pair: both become
 * \uFFFD, which has the same length. */
static void repair_escapes(char *json, size_t n_bytes) {
    const char *end = json + n_bytes;
    char *at = json;
    while ((at = memchr(at, '\\', (size_t)(end - at)))) {
        long unit = escaped_unit(at, end);
        if (unit < 0) {
            at += end - at > 1 ? 2 : 1; /* the escaped character may be a backslash */
            continue;
        }
        bool is_high = unit >= 0xD800 && unit < 0xDC00;
        long next = is_high ? escaped_unit(at + 6, end) : -1;
        if (is_high && next >= 0xDC00 && next < 0xE000) {
            at += 12;
            continue;
        }
        if (unit == 0 || (unit >= 0xD800 && unit < 0xE000))
            memcpy(at + 2, "fffd", 4);
        at += 6;
    }
}

/* Characters of json[0, offset), plus one. */
static size_t column_of(const char *json, size_t offset) {
    size_t column = 1;
    for (size_t i = 0; i < offset; i++)
        column += ((unsigned char)json[i] & 0xC0) != 0x80;
    return column;
}

/* True if json[0, offset) ends inside a string. */
static bool is_in_string(const char *json, size_t offset) {
    bool is_in = false;
    for (size_t i = 0; i < offset; i++) {
        if (is_in && json[i] == '\\')
            i++;
        else if (json[i] == '"')
            is_in = !is_in;
    }
    return is_in;
}

/* Where a JSON text is wrong, from where cJSON gave up: at the start of a string that is wrong
 * further on, and one byte behind what should have been the quote of a key. */
static size_t fault_offset(const char *json, size_t n_bytes, size_t offset) {
    if (is_in_string(json, offset)) {
        for (size_t i = offset; i < n_bytes && json[i] != '"'; i++) {
            if (json[i] != '\\')
                continue;
            if (i + 1 < n_bytes && !strchr("\"\\/bfnrtu", json[i + 1]))
                return i;
            if (i + 1 < n_bytes && json[i + 1] == 'u' && escaped_unit(json + i, json + n_bytes) < 0)
                return i;
            i++;
        }
        return n_bytes; /* it has no end */
    }
    if (offset == 0)
        return offset;
    char last = json[offset - 1];
    size_t before = offset - 1;
    while (before > 0 && strchr(" \t\r\n", json[before - 1]))
        before--;
    bool is_key = before > 0 && !isdigit((unsigned char)last) && last != '"' && last != ' ' &&
                  (json[before - 1] == ',' || (json[before - 1] == '{' && last != '}'));
    return is_key ? offset - 1 : offset;
}

static enum status parse(const struct decoded *decoded, cJSON **object, struct error *error) {
    const char *json = buffer_string(&decoded->text);
    size_t n_bytes = decoded->text.size;
    const char *stop = json;
    errno = 0;
    *object = cJSON_ParseWithLengthOpts(json, n_bytes, &stop, false);
    if (!*object && errno == ENOMEM) /* the only sign of it that cJSON leaves */
        return error_no_memory(error);
    size_t offset = (size_t)(stop - json);
    while (*object && offset < n_bytes && strchr(" \t\r\n", json[offset]))
        offset++;
    if (*object && offset == n_bytes)
        return cJSON_IsObject(*object) ? STATUS_OK
                                       : error_set(error, STATUS_INPUT, "not an object");
    if (!*object)
        offset = fault_offset(json, n_bytes, offset);
    size_t last = n_bytes;
    while (last > 0 && strchr(" \t\r\n", json[last - 1]))
        last--;
    if (last == 0)
        return error_set(error, STATUS_INPUT, "not JSON: the line is empty");
    if (offset >= last)
        return error_set(error, STATUS_INPUT, "not JSON: the line ends too early");
    return error_set(error, STATUS_INPUT, "not JSON: unexpected character at column %zu",
                     column_of(json, offset));
}

/* The member `name`; one that is null counts as missing. */
static const cJSON *member(const cJSON *object, const char *name) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNull(value) ? NULL : value;
}

static enum status read_id(const cJSON *object, struct document *document, struct error *error) {
    const char *name = "_id";
    const cJSON *id = member(object, name);
    if (!id && (id = member(object, "id")))
        name = "id";
    if (!id)
        return error_set(error, STATUS_INPUT, "field \"_id\" is missing");
    if (cJSON_IsString(id) && id->valuestring[0]) {
        document->id = arena_string(&document->arena, id->valuestring);
    } else if (cJSON_IsString(id)) {
        return error_set(error, STATUS_INPUT, "field \"%s\" is empty", name);
    } else if (cJSON_IsNumber(id)) {
        if (!(fabs(id->valuedouble) <= MAX_EXACT_NUMBER))
            return error_set(error, STATUS_INPUT,
                             "field \"%s\" is too large for a number: write it as a string", name);
        char digits[32];
        snprintf(digits, sizeof digits, "%.16g", id->valuedouble);
        document->id = arena_string(&document->arena, digits);
    } else {
        return error_set(error, STATUS_INPUT, "field \"%s\" is not a string or a number", name);
    }
    return document->id ? STATUS_OK : error_no_memory(error);
}

/* Reads the optional string `name` into `field`. */
static enum status read_string(const cJSON *object, const char *name, struct document *document,
                               char **field, struct error *error) {
    const cJSON *value = member(object, name);
    if (!value)
        return STATUS_OK;
    if (!cJSON_IsString(value))
        return error_set(error, STATUS_INPUT, "field \"%s\" is not a string", name);
    *field = document_string(document, value->valuestring, strlen(value->valuestring));
    return STATUS_OK;
}

static enum status read_author(const cJSON *object, struct document *document,
                               struct error *error) {
    const cJSON *author = member(object, "author");
    if (!cJSON_IsArray(author))
        return author && !cJSON_IsString(author)
                   ? error_set(error, STATUS_INPUT,
                               "field \"author\" is not a string or an array of strings")
                   : read_string(object, "author", document, &document->author, error);
    struct buffer names = {0};
    enum status status = STATUS_OK;
    const cJSON *item;
    cJSON_ArrayForEach(item, author) {
        if (!cJSON_IsString(item)) {
            status = error_set(error, STATUS_INPUT,
                               "field \"author\" is not a string or an array of strings");
            break;
        }
        if (names.size > 0 && item->valuestring[0])
            buffer_append_string(&names, BETWEEN_AUTHORS);
        buffer_append_string(&names, item->valuestring);
    }
    if (status == STATUS_OK)
        document->author = document_string(document, names.data, names.size);
    if (names.failed)
        document->failed = true;
    buffer_free(&names);
    return status;
}

static enum status read_text(const cJSON *object, struct document *document, struct error *error) {
    const cJSON *text = member(object, "text");
    if (!text)
        return error_set(error, STATUS_INPUT, "field \"text\" is missing");
    if (!cJSON_IsString(text))
        return error_set(error, STATUS_INPUT, "field \"text\" is not a string");
    /* Escapes have no exact place in the line: nothing of it is a place in a source. */
    const struct decoded nowhere = {0};
    plain_text_append(document, &nowhere, text->valuestring, strlen(text->valuestring));
    /* A record without an abstract is found by its title. */
    if (document->n_blocks == 0 && document->title)
        plain_text_append(document, &nowhere, document->title, strlen(document->title));
    return STATUS_OK;
}

static enum status read_object(const cJSON *object, struct document *document,
                               struct error *error) {
    const struct {
        const char *name;
        char **field;
    } strings[] = {{"title", &document->title},
                   {"url", &document->url},
                   {"date", &document->published},
                   {"lang", &document->language}};
    enum status status = read_id(object, document, error);
    for (size_t i = 0; status == STATUS_OK && i < sizeof strings / sizeof strings[0]; i++)
        status = read_string(object, strings[i].name, document, strings[i].field, error);
    if (status == STATUS_OK)
        status = read_author(object, document, error);
    if (status == STATUS_OK)
        status = read_text(object, document, error);
    for (char *c = document->language; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (status == STATUS_OK && document->failed)
        status = error_no_memory(error);
    return status;
}

enum status jsonl_read_line(const char *bytes, size_t n_bytes, struct document *document,
                            struct error *error) {
    struct decoded decoded = {0};
    cJSON *object = NULL;
    enum status status = decode_text(bytes, n_bytes, document, &decoded, error);
    if (status == STATUS_OK) {
        /* Something has to follow the object: cJSON reports a line that ends too early at its last
         * byte, which may as well be a wrong one. */
        buffer_append_char(&decoded.text, ' ');
        if (decoded.text.failed) {
            status = error_no_memory(error);
        } else {
            repair_escapes(decoded.text.data, decoded.text.size);
            status = parse(&decoded, &object, error);
        }
    }
    if (status == STATUS_OK)
        status = read_object(object, document, error);
    cJSON_Delete(object);
    decoded_free(&decoded);
    return status;
}
