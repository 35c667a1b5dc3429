/* --format json and jsonl, and errors as JSON. The grammar is doc/output-json.md; what changes it
 * changes JSON_FORMAT too, by the rule that stands there. */
#include "query/print/print_formats.h"
#include "store/json.h"

enum { JSON_FORMAT = 1, SCORE_DECIMALS = 6, TIME_DECIMALS = 3 };

static void add_passage(struct json *json, cJSON *object, const struct hit *hit) {
    cJSON *passage = json_add_object(json, object, "passage");
    json_add_string(json, passage, "id", hit->passage.id);
    json_add_string(json, passage, "text", hit->passage.text);
    cJSON *highlights = json_add_array(json, passage, "highlights");
    for (size_t i = 0; i < hit->passage.n_highlights; i++)
        json_append_pair(json, highlights, hit->passage.highlights[i].start,
                         hit->passage.highlights[i].end);
    cJSON *heading = json_add_array(json, passage, "heading");
    for (size_t i = 0; i < hit->passage.n_headings; i++)
        json_append_string(json, heading, hit->passage.headings[i]);
    json_add_pair(json, passage, "bytes", hit->passage.bytes.start, hit->passage.bytes.end);
    json_add_pair(json, passage, "lines", hit->passage.first_line, hit->passage.last_line);
    if (hit->passage.page > 0)
        json_add_size(json, passage, "page", hit->passage.page);
}

static void add_document(struct json *json, cJSON *object, const struct hit *hit) {
    cJSON *document = json_add_object(json, object, "document");
    json_add_string(json, document, "id", hit->document.id);
    json_add_string(json, document, "kind", hit->document.kind);
    json_add_string(json, document, "title", hit->document.title);
    json_add_string(json, document, "path", hit->document.path);
    json_add_string(json, document, "url", hit->document.url);
    json_add_string(json, document, "site", hit->document.site);
    json_add_string(json, document, "author", hit->document.author);
    json_add_string(json, document, "published", hit->document.published);
    json_add_string(json, document, "retrieved", hit->document.retrieved);
    json_add_string(json, document, "sha256", hit->document.sha256);
    if (hit->document.n_also_at > 0) {
        cJSON *also_at = json_add_array(json, document, "also_at");
        for (size_t i = 0; i < hit->document.n_also_at; i++)
            json_append_string(json, also_at, hit->document.also_at[i]);
    }
}

static void add_citations(struct json *json, cJSON *object, const struct hit *hit) {
    cJSON *citations = json_add_array(json, object, "citations");
    for (size_t i = 0; i < hit->n_citations; i++) {
        const struct hit_citation *citation = &hit->citations[i];
        cJSON *item = json_append_object(json, citations);
        json_add_string(json, item, "label", citation->label);
        json_add_string(json, item, "url", citation->url);
        json_add_string(json, item, "claim", citation->claim);
        json_add_string(json, item, "document", citation->document);
        json_add_string(json, item, "health", citation->health);
    }
}

static void add_cited_by(struct json *json, cJSON *object, const struct hit *hit) {
    cJSON *cited_by = json_add_array(json, object, "cited_by");
    for (size_t i = 0; i < hit->n_cited_by; i++) {
        const struct hit_citing *citing = &hit->cited_by[i];
        cJSON *item = json_append_object(json, cited_by);
        json_add_string(json, item, "document", citing->document);
        json_add_string(json, item, "title", citing->title);
        json_add_string(json, item, "path", citing->path);
        json_add_pair(json, item, "lines", citing->first_line, citing->last_line);
        json_add_string(json, item, "claim", citing->claim);
    }
}

void print_json(const struct answer *answer, const struct print_options *options, bool indented,
                struct buffer *out) {
    struct json json = {0};
    cJSON *root = json_object(&json);
    if (answer->query_id)
        json_add_string(&json, root, "id", answer->query_id);
    json_add_size(&json, root, "format", JSON_FORMAT);
    json_add_string(&json, root, "query", answer->query);
    json_add_size(&json, root, "total", answer->total);
    json_add_decimal(&json, root, "took_ms", answer->took_ms, TIME_DECIMALS);
    json_add_string(&json, root, "suggestion", answer->suggestion);
    cJSON *hits = json_add_array(&json, root, "hits");
    for (size_t i = 0; i < answer->n_hits; i++) {
        const struct hit *hit = &answer->hits[i];
        cJSON *object = json_append_object(&json, hits);
        json_add_size(&json, object, "rank", hit->rank);
        json_add_decimal(&json, object, "score", hit->score, SCORE_DECIMALS);
        add_passage(&json, object, hit);
        add_document(&json, object, hit);
        add_citations(&json, object, hit);
        add_cited_by(&json, object, hit);
        json_add_string(&json, object, "link", hit->link);
        if (options->explain)
            json_add_string(&json, object, "explanation", hit->explanation);
    }
    json_print(&json, root, indented, out);
}

static const char *status_name(enum status status) {
    switch (status) {
    case STATUS_OK:
        return "ok";
    case STATUS_INPUT:
        return "input";
    case STATUS_USAGE:
        return "usage";
    case STATUS_INDEX:
        return "index";
    case STATUS_BUSY:
        return "busy";
    case STATUS_NO_MEMORY:
        return "no-memory";
    }
    return "unknown";
}

enum status print_error_json(const struct error *failure, struct buffer *out, struct error *error) {
    struct json json = {0};
    cJSON *root = json_object(&json);
    json_add_size(&json, root, "format", JSON_FORMAT);
    cJSON *object = json_add_object(&json, root, "error");
    json_add_string(&json, object, "status", status_name(failure->status));
    json_add_string(&json, object, "message", failure->text);
    json_print(&json, root, false, out);
    return out->failed ? error_no_memory(error) : STATUS_OK;
}
