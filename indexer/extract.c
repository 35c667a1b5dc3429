/* See extract.h. */
#include "indexer/extract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "indexer/input/input_file.h"
#include "indexer/publish/prepare.h"
#include "store/json.h"

static void add_headings(const struct document *document, struct json *json) {
    json_begin_array(json, "headings");
    for (size_t i = 0; i < document->n_blocks; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind != BLOCK_HEADING)
            continue;
        json_begin_object(json, NULL);
        json_size(json, "level", (size_t)block->level);
        json_text(json, "text", document->text.data + block->start, block->end - block->start);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_links(const struct prepared *prepared, struct json *json) {
    const char *text = buffer_string(&prepared->document.text);
    json_begin_array(json, "links");
    for (size_t i = 0; i < prepared->citations.n_citations; i++) {
        const struct citation *citation = &prepared->citations.citations[i];
        const struct place *place = &prepared->citation_places[i];
        bool has_claim = citation->claim_end > citation->claim_start;
        json_begin_object(json, NULL);
        json_string(json, "label", citation->label);
        json_string(json, "url", citation->url);
        json_size_or_null(json, "line", place->first_line);
        json_size_or_null(json, "column", place->column);
        json_text(json, "claim", has_claim ? text + citation->claim_start : NULL,
                  citation->claim_end - citation->claim_start);
        json_end_object(json);
    }
    json_end_array(json);
}

/* The text without the lists of sources, which are not searched. */
static void append_text(const struct prepared *prepared, struct buffer *out) {
    const struct document *document = &prepared->document;
    const struct passage_list *passages = &prepared->passages;
    const char *text = buffer_string(&document->text);
    for (size_t i = 0; i < passages->n_sections; i++) {
        const struct section *section = &passages->sections[i];
        size_t first = section->first_block;
        bool has_heading = first > 0 && document->blocks[first - 1].kind == BLOCK_HEADING;
        first -= has_heading;
        if (section->is_sources || first == section->end_block)
            continue;
        if (out->size > 0)
            buffer_append_string(out, "\n\n");
        size_t start = document->blocks[first].start;
        buffer_append(out, text + start, document->blocks[section->end_block - 1].end - start);
    }
}

static void print_json(const struct prepared *prepared, struct buffer *out) {
    const struct document *document = &prepared->document;
    struct json json = {.out = out, .is_indented = true};
    struct buffer text = {0};
    append_text(prepared, &text);
    json_begin_object(&json, NULL);
    json_string(&json, "title", document->title);
    json_string(&json, "author", document->author);
    json_string(&json, "published", document->published);
    json_string(&json, "modified", document->modified);
    json_string(&json, "site", document->site);
    json_string(&json, "language", document->language);
    json_string(&json, "canonical", document->canonical ? document->canonical : document->url);
    json_text(&json, "text", buffer_string(&text), text.size);
    add_headings(document, &json);
    add_links(prepared, &json);
    json_end_object(&json);
    buffer_append_char(out, '\n');
    out->failed = out->failed || text.failed;
    buffer_free(&text);
}

/* Standard input may be a pipe. */
static enum status read_standard_input(struct buffer *bytes, struct error *error) {
    char some[1 << 14];
    size_t n_read;
    while (bytes->size <= DOCUMENT_MAX_BYTES && (n_read = fread(some, 1, sizeof some, stdin)) > 0)
        buffer_append(bytes, some, n_read);
    if (bytes->failed)
        return error_no_memory(error);
    if (ferror(stdin))
        return error_set(error, STATUS_INPUT, "%s", strerror(errno));
    if (bytes->size > DOCUMENT_MAX_BYTES)
        return error_set(error, STATUS_INPUT, "larger than %d MB", DOCUMENT_MAX_BYTES >> 20);
    return STATUS_OK;
}

static enum status read_bytes(const char *path, struct buffer *bytes, struct error *error) {
    struct file_state state = {0};
    struct error reason = {0};
    enum status status =
        path ? input_file_read(path, bytes, &state, &reason) : read_standard_input(bytes, &reason);
    if (status == STATUS_OK)
        return STATUS_OK;
    return error_set(error, status, "%s: %s", path ? path : "stdin", reason.text);
}

enum status extract_print(const char *path, bool json, struct report *report, struct buffer *out,
                          struct error *error) {
    struct buffer bytes = {0};
    struct prepared prepared = {0};
    enum file_kind kind = path ? file_kind_from_name(path) : FILE_HTML;
    enum status status = STATUS_OK;
    if (path && access(path, F_OK) != 0)
        status = error_set(error, STATUS_INPUT, "%s: %s", path, strerror(errno));
    else if (kind != FILE_MARKDOWN && kind != FILE_HTML && kind != FILE_PLAIN_TEXT)
        status = error_set(error, STATUS_INPUT, "%s: not a single page or article", path);
    if (status == STATUS_OK)
        status = read_bytes(path, &bytes, error);
    struct input input = {.kind = kind,
                          .bytes = buffer_string(&bytes),
                          .n_bytes = bytes.size,
                          .name = path ? path : "stdin"};
    if (status == STATUS_OK)
        status = prepare_untokenized(&input, &prepared, error);
    for (size_t i = 0; status == STATUS_OK && i < prepared.document.n_problems; i++)
        report_problem(report, input.name, prepared.document.problems[i].line,
                       prepared.document.problems[i].text);
    if (status == STATUS_OK && json) {
        print_json(&prepared, out);
    } else if (status == STATUS_OK) {
        append_text(&prepared, out);
        buffer_append_char(out, '\n');
    }
    if (status == STATUS_OK && out->failed)
        status = error_no_memory(error);
    prepared_free(&prepared);
    buffer_free(&bytes);
    return status;
}
