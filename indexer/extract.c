/* See extract.h. */
#include "indexer/extract.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "indexer/input_file.h"
#include "indexer/prepare.h"

/* cJSON's adders return NULL when memory is out; `*failed` remembers it. */
static void add_text(cJSON *object, const char *name, const char *text, size_t n_bytes,
                     bool *failed) {
    struct buffer copy = {0};
    buffer_append(&copy, text, text ? n_bytes : 0);
    cJSON *added = text ? cJSON_AddStringToObject(object, name, buffer_string(&copy))
                        : cJSON_AddNullToObject(object, name);
    *failed = *failed || copy.failed || !added;
    buffer_free(&copy);
}

static void add_string(cJSON *object, const char *name, const char *text, bool *failed) {
    add_text(object, name, text, text ? strlen(text) : 0, failed);
}

static cJSON *add_object(cJSON *array, bool *failed) {
    cJSON *object = cJSON_CreateObject();
    *failed = *failed || !object || !cJSON_AddItemToArray(array, object);
    return object;
}

static void add_headings(const struct document *document, cJSON *root, bool *failed) {
    cJSON *headings = cJSON_AddArrayToObject(root, "headings");
    *failed = *failed || !headings;
    for (size_t i = 0; i < document->n_blocks && !*failed; i++) {
        const struct block *block = &document->blocks[i];
        if (block->kind != BLOCK_HEADING)
            continue;
        cJSON *heading = add_object(headings, failed);
        *failed = *failed || !cJSON_AddNumberToObject(heading, "level", block->level);
        add_text(heading, "text", document->text.data + block->start, block->end - block->start,
                 failed);
    }
}

static void add_number_or_null(cJSON *object, const char *name, size_t value, bool *failed) {
    cJSON *added = value > 0 ? cJSON_AddNumberToObject(object, name, (double)value)
                             : cJSON_AddNullToObject(object, name);
    *failed = *failed || !added;
}

static void add_links(const struct prepared *prepared, cJSON *root, bool *failed) {
    const char *text = buffer_string(&prepared->document.text);
    cJSON *links = cJSON_AddArrayToObject(root, "links");
    *failed = *failed || !links;
    for (size_t i = 0; i < prepared->citations.n_citations && !*failed; i++) {
        const struct citation *citation = &prepared->citations.citations[i];
        const struct place *place = &prepared->citation_places[i];
        bool has_claim = citation->claim_end > citation->claim_start;
        cJSON *link = add_object(links, failed);
        add_string(link, "label", citation->label, failed);
        add_string(link, "url", citation->url, failed);
        add_number_or_null(link, "line", place->first_line, failed);
        add_number_or_null(link, "column", place->column, failed);
        add_text(link, "claim", has_claim ? text + citation->claim_start : NULL,
                 citation->claim_end - citation->claim_start, failed);
    }
}

static enum status print_json(const struct prepared *prepared, struct buffer *out,
                              struct error *error) {
    const struct document *document = &prepared->document;
    cJSON *root = cJSON_CreateObject();
    bool failed = !root;
    add_string(root, "title", document->title, &failed);
    add_string(root, "author", document->author, &failed);
    add_string(root, "published", document->published, &failed);
    add_string(root, "modified", document->modified, &failed);
    add_string(root, "site", document->site, &failed);
    add_string(root, "language", document->language, &failed);
    add_string(root, "canonical", document->canonical ? document->canonical : document->url,
               &failed);
    add_text(root, "text", buffer_string(&document->text), document->text.size, &failed);
    add_headings(document, root, &failed);
    add_links(prepared, root, &failed);
    char *text = failed ? NULL : cJSON_Print(root);
    buffer_append_string(out, text);
    failed = !text;
    cJSON_free(text);
    cJSON_Delete(root);
    return failed ? error_no_memory(error) : STATUS_OK;
}

enum status extract_print(const char *path, bool json, struct report *report, struct buffer *out,
                          struct error *error) {
    struct buffer bytes = {0};
    struct prepared prepared = {0};
    struct file_state state = {0};
    enum file_kind kind = path ? file_kind_from_name(path) : FILE_HTML;
    enum status status = STATUS_OK;
    if (kind == FILE_JSONL || kind == FILE_JSONL_GZIP || kind == FILE_UNKNOWN)
        status = error_set(error, STATUS_INPUT, "%s: not a single page or article", path);
    if (status == STATUS_OK)
        status = input_file_read(path ? path : "/dev/stdin", &bytes, &state, error);
    struct input input = {.kind = kind,
                          .bytes = buffer_string(&bytes),
                          .n_bytes = bytes.size,
                          .name = path ? path : "stdin"};
    if (status == STATUS_OK)
        status = prepare_untokenized(&input, &prepared, error);
    for (size_t i = 0; status == STATUS_OK && i < prepared.document.n_problems; i++)
        report_problem(report, input.name, prepared.document.problems[i].line,
                       prepared.document.problems[i].text);
    if (status == STATUS_OK && json)
        status = print_json(&prepared, out, error);
    else if (status == STATUS_OK)
        buffer_append(out, buffer_string(&prepared.document.text), prepared.document.text.size);
    buffer_append_char(out, '\n');
    if (status == STATUS_OK && out->failed)
        status = error_no_memory(error);
    prepared_free(&prepared);
    buffer_free(&bytes);
    return status;
}
