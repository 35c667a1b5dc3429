/* --format json and jsonl, and errors as JSON. The grammar is doc/output-json.md; what changes it
 * changes JSON_FORMAT too, by the rule that stands there. */
#include "query/print/print_formats.h"
#include "store/json.h"

enum { JSON_FORMAT = 1, SCORE_DECIMALS = 6, TIME_DECIMALS = 3 };

static void add_strings(struct json *json, const char *name, const char *const *strings, size_t n) {
    json_begin_array(json, name);
    for (size_t i = 0; i < n; i++)
        json_string(json, NULL, strings[i]);
    json_end_array(json);
}

static void add_passage(struct json *json, const struct hit *hit) {
    json_begin_object(json, "passage");
    json_string(json, "id", hit->passage.id);
    json_string(json, "text", hit->passage.text);
    json_begin_array(json, "highlights");
    for (size_t i = 0; i < hit->passage.n_highlights; i++)
        json_pair(json, NULL, hit->passage.highlights[i].start, hit->passage.highlights[i].end);
    json_end_array(json);
    add_strings(json, "heading", hit->passage.headings, hit->passage.n_headings);
    json_pair(json, "bytes", hit->passage.bytes.start, hit->passage.bytes.end);
    json_pair(json, "lines", hit->passage.first_line, hit->passage.last_line);
    if (hit->passage.page > 0)
        json_size(json, "page", hit->passage.page);
    json_end_object(json);
}

static void add_document(struct json *json, const struct hit *hit) {
    json_begin_object(json, "document");
    json_string(json, "id", hit->document.id);
    json_string(json, "kind", hit->document.kind);
    json_string(json, "title", hit->document.title);
    json_string(json, "path", hit->document.path);
    json_string(json, "url", hit->document.url);
    json_string(json, "site", hit->document.site);
    json_string(json, "author", hit->document.author);
    json_string(json, "published", hit->document.published);
    json_string(json, "retrieved", hit->document.retrieved);
    json_string(json, "sha256", hit->document.sha256);
    if (hit->document.n_also_at > 0)
        add_strings(json, "also_at", hit->document.also_at, hit->document.n_also_at);
    json_end_object(json);
}

static void add_citations(struct json *json, const struct hit *hit) {
    json_begin_array(json, "citations");
    for (size_t i = 0; i < hit->n_citations; i++) {
        const struct hit_citation *citation = &hit->citations[i];
        json_begin_object(json, NULL);
        json_string(json, "label", citation->label);
        json_string(json, "url", citation->url);
        json_string(json, "claim", citation->claim);
        json_string(json, "document", citation->document);
        json_string(json, "health", citation->health);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_cited_by(struct json *json, const struct hit *hit) {
    json_begin_array(json, "cited_by");
    for (size_t i = 0; i < hit->n_cited_by; i++) {
        const struct hit_citing *citing = &hit->cited_by[i];
        json_begin_object(json, NULL);
        json_string(json, "document", citing->document);
        json_string(json, "title", citing->title);
        json_string(json, "path", citing->path);
        json_pair(json, "lines", citing->first_line, citing->last_line);
        json_string(json, "claim", citing->claim);
        json_end_object(json);
    }
    json_end_array(json);
}

static void add_hit(struct json *json, const struct hit *hit, bool explain) {
    json_begin_object(json, NULL);
    json_size(json, "rank", hit->rank);
    json_decimal(json, "score", hit->score, SCORE_DECIMALS);
    add_passage(json, hit);
    add_document(json, hit);
    add_citations(json, hit);
    add_cited_by(json, hit);
    json_string(json, "link", hit->link);
    if (explain)
        json_string(json, "explanation", hit->explanation);
    json_end_object(json);
}

void print_json(const struct answer *answer, const struct print_options *options, bool indented,
                struct buffer *out) {
    struct json json = {.out = out, .is_indented = indented};
    json_begin_object(&json, NULL);
    if (answer->query_id)
        json_string(&json, "id", answer->query_id);
    json_size(&json, "format", JSON_FORMAT);
    json_string(&json, "query", answer->query);
    json_size(&json, "total", answer->total);
    json_decimal(&json, "took_ms", answer->took_ms, TIME_DECIMALS);
    json_string(&json, "suggestion", answer->suggestion);
    json_begin_array(&json, "hits");
    for (size_t i = 0; i < answer->n_hits; i++)
        add_hit(&json, &answer->hits[i], options->explain);
    json_end_array(&json);
    json_end_object(&json);
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

void print_error_json(const struct error *failure, struct buffer *out) {
    struct json json = {.out = out};
    json_begin_object(&json, NULL);
    json_size(&json, "format", JSON_FORMAT);
    json_begin_object(&json, "error");
    json_string(&json, "status", status_name(failure->status));
    json_string(&json, "message", failure->text);
    json_end_object(&json);
    json_end_object(&json);
}
