/* See prepare.h. */
#include "indexer/publish/prepare.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/document/date.h"
#include "indexer/document/readers.h"
#include "indexer/fetch/url.h"
#include "indexer/input/lines.h"
#include "indexer/passages/numbered_sources.h"
#include "indexer/postings/passage_inverter.h"
#include "store/line_starts.h"

/* The file's name without folders and suffix. */
static char *title_from_name(struct document *document, const char *name) {
    const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
    const char *dot = strchr(base + 1, '.');
    char *title = document_string(document, base, dot ? (size_t)(dot - base) : strlen(base));
    return title ? title : document_string(document, name, strlen(name));
}

/* A captured page is known by its URL, and what it links to is not followed. */
static enum status make_source(const struct input *input, struct document *document,
                               struct error *error) {
    struct url url;
    struct error reason;
    document->n_links = 0;
    document->url = arena_string(&document->arena, input->url);
    if (!document->title)
        document->title = document->url;
    if (document->site || !document->url)
        return document->url ? STATUS_OK : error_no_memory(error);
    enum status status = url_parse(&document->arena, NULL, input->url, &url, &reason);
    if (status == STATUS_OK)
        document->site = document_string(document, url.host, strlen(url.host));
    return status == STATUS_NO_MEMORY ? error_no_memory(error) : STATUS_OK;
}

/* Reads `input` with the reader of its format; the document gets a title at least. */
static enum status read_input(const struct input *input, struct document *document,
                              struct error *error) {
    enum status status = STATUS_OK;
    switch (input->kind) {
    case FILE_MARKDOWN:
        status = markdown_read(input->bytes, input->n_bytes, document, error);
        break;
    case FILE_HTML:
        status =
            html_read(input->bytes, input->n_bytes, input->charset, !input->url, document, error);
        if (!document->url && document->canonical && document_is_web_url(document->canonical))
            document->url = document->canonical;
        break;
    case FILE_PLAIN_TEXT:
        status = plain_text_read(input->bytes, input->n_bytes, document, error);
        break;
    case FILE_JSONL:
    case FILE_JSONL_GZIP:
        status = jsonl_read_line(input->bytes, input->n_bytes, document, error);
        break;
    case FILE_PDF:
        status = pdf_read(input->bytes, input->n_bytes, document, error);
        break;
    case FILE_WARC:
    case FILE_UNKNOWN:
        status = error_set(error, STATUS_INPUT, "not a kind of file that osler-index reads");
        break;
    }
    if (status == STATUS_OK && input->url)
        status = make_source(input, document, error);
    if (status == STATUS_OK && !document->title)
        document->title = document->id ? arena_string(&document->arena, document->id)
                                       : title_from_name(document, input->name);
    document->published = date_normalize(&document->arena, document->published);
    document->modified = date_normalize(&document->arena, document->modified);
    if (status == STATUS_OK && (document->failed || document->arena.failed || !document->title))
        status = error_no_memory(error);
    return status;
}

/* ---- places ---- */

/* A JSONL document stands on its line. */
static void place_on_line(const struct input *input, struct place *place) {
    *place = (struct place){.start = input->first_byte,
                            .end = input->first_byte + input->n_bytes,
                            .first_line = input->line,
                            .last_line = input->line};
}

static void place_passages(const struct input *input, const struct lines *lines,
                           struct prepared *prepared) {
    for (size_t i = 0; i < prepared->passages.n_passages; i++) {
        const struct passage *passage = &prepared->passages.passages[i];
        struct place *place = &prepared->passage_places[i];
        if (file_kind_is_lines(input->kind)) {
            place_on_line(input, place);
            continue;
        }
        place->start = input->url ? passage->start : passage->source_start;
        place->end = input->url ? passage->end : passage->source_end;
        place->first_line = lines_line(lines, place->start);
        place->last_line =
            lines_line(lines, place->end > place->start ? place->end - 1 : place->end);
    }
}

/* Appends the line starts of a passage that begins on `line`: its text is taken run by run, and
 * each run is asked for the lines that begin in it or before it. */
static void add_line_starts(const struct document *document, const struct lines *lines,
                            const struct passage *passage, size_t line, struct buffer *starts) {
    const struct source_run whole = {passage->start, passage->start, passage->end - passage->start};
    const struct source_run *run =
        document->n_runs > 0 ? document_run_at(document, passage->start) : &whole;
    if (!run) /* what the passage begins with has no place in the file */
        run = document->runs;
    const struct source_run *end =
        document->n_runs > 0 ? document->runs + document->n_runs : &whole + 1;
    size_t before = passage->start;
    size_t line_before = line;
    for (; run < end && run->text < passage->end; run++) {
        size_t run_bytes =
            run->text + run->n_bytes < passage->end ? run->n_bytes : passage->end - run->text;
        while (line < lines->n_lines && lines->starts[line] < run->source + run_bytes) {
            size_t at = run->text;
            if (lines->starts[line] > run->source)
                at += lines->starts[line] - run->source;
            line++;
            bool is_empty =
                line < lines->n_lines && (lines->starts[line] <= run->source ||
                                          lines->starts[line] == lines->starts[line - 1] + 1);
            if (at < passage->start || is_empty)
                continue;
            line_starts_append(starts, at - before, line - line_before);
            before = at;
            line_before = line;
        }
    }
}

static void place_line_starts(const struct input *input, const struct lines *lines,
                              struct prepared *prepared) {
    for (size_t i = 0; i < prepared->passages.n_passages; i++) {
        if (!file_kind_is_lines(input->kind))
            add_line_starts(&prepared->document, lines, &prepared->passages.passages[i],
                            prepared->passage_places[i].first_line, &prepared->line_starts);
        prepared->passage_line_starts[i] = prepared->line_starts.size;
    }
}

static void place_citations(const struct input *input, struct lines *lines,
                            struct prepared *prepared) {
    for (size_t i = 0; i < prepared->citations.n_citations; i++) {
        const struct citation *citation = &prepared->citations.citations[i];
        struct place *place = &prepared->citation_places[i];
        if (file_kind_is_lines(input->kind)) {
            place_on_line(input, place);
        } else if (citation->source != NO_SOURCE) {
            place->start = place->end = citation->source;
            place->first_line = place->last_line = lines_line(lines, citation->source);
            place->column = lines_column(lines, citation->source);
        }
    }
}

static enum status find_places(const struct input *input, struct prepared *prepared,
                               struct error *error) {
    struct document *document = &prepared->document;
    size_t n_passages = prepared->passages.n_passages;
    size_t n_citations = prepared->citations.n_citations;
    prepared->passage_places = calloc(n_passages + 1, sizeof *prepared->passage_places);
    prepared->citation_places = calloc(n_citations + 1, sizeof *prepared->citation_places);
    prepared->passage_line_starts = calloc(n_passages + 1, sizeof(size_t));
    if (!prepared->passage_places || !prepared->citation_places || !prepared->passage_line_starts)
        return error_no_memory(error);
    bool in_text = input->url || (input->kind == FILE_HTML && document->n_runs == 0);
    struct lines lines = {0};
    enum status status = lines_of(in_text ? buffer_string(&document->text) : input->bytes,
                                  in_text ? document->text.size : input->n_bytes, &lines, error);
    if (status == STATUS_OK) {
        place_passages(input, &lines, prepared);
        place_line_starts(input, &lines, prepared);
        place_citations(input, &lines, prepared);
    }
    if (status == STATUS_OK && prepared->line_starts.failed)
        status = error_no_memory(error);
    lines_free(&lines);
    return status;
}

/* ---- repeats ---- */

struct text_place {
    const char *text;
    size_t n_bytes, i_passage;
};

/* By text, equal ones by their place. */
static int by_text(const void *a, const void *b) {
    const struct text_place *left = a;
    const struct text_place *right = b;
    if (left->n_bytes != right->n_bytes)
        return left->n_bytes < right->n_bytes ? -1 : 1;
    int order = memcmp(left->text, right->text, left->n_bytes);
    if (order != 0)
        return order;
    return (left->i_passage > right->i_passage) - (left->i_passage < right->i_passage);
}

static enum status count_repeats(struct prepared *prepared, struct error *error) {
    const struct passage_list *passages = &prepared->passages;
    struct text_place *texts = calloc(passages->n_passages + 1, sizeof *texts);
    prepared->passage_repeats = calloc(passages->n_passages + 1, sizeof *prepared->passage_repeats);
    if (!texts || !prepared->passage_repeats) {
        free(texts);
        return error_no_memory(error);
    }
    for (size_t i = 0; i < passages->n_passages; i++)
        texts[i] = (struct text_place){prepared->document.text.data + passages->passages[i].start,
                                       passages->passages[i].end - passages->passages[i].start, i};
    qsort(texts, passages->n_passages, sizeof *texts, by_text);
    for (size_t i = 1; i < passages->n_passages; i++)
        if (texts[i].n_bytes == texts[i - 1].n_bytes &&
            memcmp(texts[i].text, texts[i - 1].text, texts[i].n_bytes) == 0)
            prepared->passage_repeats[texts[i].i_passage] =
                prepared->passage_repeats[texts[i - 1].i_passage] + 1;
    free(texts);
    return STATUS_OK;
}

/* ---- tokens ---- */

/* Takes in the passages but those that `earlier` keeps. */
static enum status invert(struct tokenizer *tokenizer, const struct earlier *earlier,
                          struct prepared *prepared, struct error *error) {
    const struct document *document = &prepared->document;
    const struct passage_list *passages = &prepared->passages;
    struct passage_inverter inverter = {.tokenizer = tokenizer,
                                        .inversion = prepared->inversion,
                                        .definitions = &prepared->definitions,
                                        .title = document->title,
                                        .language = document->language};
    enum status status = STATUS_OK;
    prepared->first_inverted = prepared->inversion->n_passages;
    for (size_t i = 0; i < passages->n_passages && status == STATUS_OK; i++) {
        const struct passage *passage = &passages->passages[i];
        if (!earlier_keeps(earlier, i))
            status = passage_inverter_add(&inverter, document->text.data + passage->start,
                                          passage->end - passage->start,
                                          passages->sections[passage->section].headings, error);
    }
    passage_inverter_free(&inverter);
    return status;
}

enum status prepare_untokenized(const struct input *input, struct prepared *prepared,
                                struct error *error) {
    enum status status = read_input(input, &prepared->document, error);
    if (status == STATUS_OK)
        status = passages_of(&prepared->document, &prepared->passages, error);
    if (status == STATUS_OK && prepared->passages.n_passages == 0 && !input->url)
        status = passages_of_headings(&prepared->document, &prepared->passages, error);
    if (status == STATUS_OK)
        status = numbered_sources_link(&prepared->document, &prepared->passages, error);
    if (status == STATUS_OK)
        status =
            citations_of(&prepared->document, &prepared->passages, &prepared->citations, error);
    if (status == STATUS_OK)
        status = find_places(input, prepared, error);
    if (status == STATUS_OK)
        status = count_repeats(prepared, error);
    return status;
}

/* Workers do this, for the writer has enough to do. */
static enum status find_keys(struct prepared *prepared, struct error *error) {
    for (size_t i = 0; i < prepared->citations.n_citations; i++) {
        struct citation *citation = &prepared->citations.citations[i];
        struct url url;
        struct error reason;
        enum status status =
            url_parse(&prepared->document.arena, NULL, citation->url, &url, &reason);
        if (status == STATUS_NO_MEMORY)
            return error_no_memory(error);
        citation->key = status == STATUS_OK ? url.key : NULL;
        if (!citation->key &&
            !(citation->no_key = arena_string(&prepared->document.arena, reason.text)))
            return error_no_memory(error);
    }
    return STATUS_OK;
}

enum status prepare(const struct input *input, struct earlier *earlier, struct tokenizer *tokenizer,
                    struct inversion *inversion, struct prepared *prepared, struct error *error) {
    prepared->inversion = inversion;
    enum status status = prepare_untokenized(input, prepared, error);
    if (status == STATUS_OK)
        status = find_keys(prepared, error);
    if (status == STATUS_OK)
        earlier_compare(earlier, &prepared->document, &prepared->passages);
    if (status == STATUS_OK)
        status = invert(tokenizer, earlier, prepared, error);
    /* A file's is known from reading it. */
    if (status == STATUS_OK && file_kind_is_lines(input->kind))
        sha256_of(input->bytes, input->n_bytes, prepared->sha256);
    const struct buffer *text = &prepared->document.text;
    if (status == STATUS_OK && input->url)
        sha256_of(buffer_string(text), text->size, prepared->sha256);
    if (status == STATUS_OK && input->url && prepared->passages.n_passages == 0)
        return error_set(error, STATUS_INPUT, "not indexed: no text was found in it");
    return status;
}

void prepared_free(struct prepared *prepared) {
    free(prepared->passage_places);
    free(prepared->passage_repeats);
    free(prepared->passage_line_starts);
    buffer_free(&prepared->line_starts);
    free(prepared->citation_places);
    definition_list_free(&prepared->definitions);
    citation_list_free(&prepared->citations);
    passage_list_free(&prepared->passages);
    document_free(&prepared->document);
    *prepared = (struct prepared){0};
}
