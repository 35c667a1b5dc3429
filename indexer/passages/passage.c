/* See passage.h.
 *
 * A long section is taken apart into units (unit.h). Dynamic programming then finds the cheapest
 * way to put them together into passages: cuts in good places against passages of even length. It
 * looks back 300 words from each unit, and short units are joined, so that its time is linear in
 * the text. */
#include "indexer/passages/passage.h"

#include <math.h>
#include <stdlib.h>

#include "indexer/passages/section.h"
#include "indexer/passages/unit.h"
#include "store/array.h"

enum { MIN_WORDS = 100, MAX_WORDS = 300 };

/* A part as long as this leaves its neighbours some words of play. */
enum { FULL_WORDS = 280 };

/* A passage of fewer than MIN_WORDS costs more than any sum of cuts that could avoid it. */
static const double SHORT_COST = 100.0;

/* The cheapest cutting of each number of units from the first on. */
struct plan {
    double *cost;
    size_t *before; /* the number of units before the last passage of that cutting */
    size_t capacity;
};

static double length_cost(double n_words, double target) {
    double off = (n_words - target) / target;
    return off * off + (n_words < MIN_WORDS ? SHORT_COST * (2 - n_words / MIN_WORDS) : 0);
}

static bool plan_reserve(struct plan *plan, size_t n_units) {
    if (n_units < plan->capacity)
        return true;
    size_t capacity = 2 * n_units + 64;
    double *cost = realloc(plan->cost, capacity * sizeof *cost);
    if (cost)
        plan->cost = cost;
    size_t *before = realloc(plan->before, capacity * sizeof *before);
    if (before)
        plan->before = before;
    if (!cost || !before)
        return false;
    plan->capacity = capacity;
    return true;
}

/* Fills `plan` for passages of about `target` words. */
static void choose_cuts(struct plan *plan, const struct units *units, double target) {
    plan->cost[0] = 0;
    for (size_t end = 1; end <= units->n_units; end++) {
        plan->cost[end] = INFINITY;
        double n_words = 0;
        for (size_t first = end; first-- > 0;) {
            n_words += units->units[first].n_words;
            if (n_words > MAX_WORDS && first + 1 < end)
                break;
            double cost = plan->cost[first] + length_cost(n_words, target);
            if (cost < plan->cost[end]) {
                plan->cost[end] = cost;
                plan->before[end] = first;
            }
        }
        plan->cost[end] += units->units[end - 1].cut;
    }
}

static size_t size_min(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Fills source_start and source_end. A decoded entity at either end is left out: only its place
 * among the text is known, not its bytes. */
static void locate(const struct document *document, struct passage *passage) {
    passage->source_start = passage->start;
    passage->source_end = passage->end;
    if (document->n_runs == 0)
        return;
    const struct source_run *end_run = document->runs + document->n_runs;
    const struct source_run *first = document_run_at(document, passage->start);
    const struct source_run *last = document_run_at(document, passage->end - 1);
    bool is_inside = first && passage->start - first->text < first->n_bytes;
    const struct source_run *next = first ? first + 1 : document->runs;
    if (is_inside)
        passage->source_start = first->source + (passage->start - first->text);
    else if (next < end_run && next->text < passage->end)
        passage->source_start = next->source;
    else
        passage->source_start = document_source_offset(document, passage->start);
    size_t last_end = last ? last->source + size_min(passage->end - last->text, last->n_bytes) : 0;
    passage->source_end = last_end > passage->source_start ? last_end : passage->source_start;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool add_passage(struct passage_list *list, const struct document *document, size_t section,
                        size_t start, size_t end) {
    const char *text = document->text.data;
    while (start < end && is_space(text[start]))
        start++;
    while (end > start && is_space(text[end - 1]))
        end--;
    if (start == end)
        return true;
    struct passage *passages =
        array_grow(list->passages, list->n_passages, &list->passages_capacity, sizeof *passages);
    if (!passages)
        return false;
    list->passages = passages;
    struct passage passage = {.start = start, .end = end, .section = section};
    locate(document, &passage);
    passages[list->n_passages++] = passage;
    return true;
}

/* Cuts blocks [first, end) of a section, which hold `n_words`, more than MAX_WORDS. */
static bool cut_section(const struct document *document, struct passage_list *list,
                        struct units *units, struct plan *plan, size_t i_section, size_t n_words) {
    const struct section *section = &list->sections[i_section];
    const struct block *end = document->blocks + section->end_block;
    units->n_units = 0;
    for (const struct block *block = document->blocks + section->first_block; block < end; block++)
        units_add(units, document, block, end);
    if (units->failed || !plan_reserve(plan, units->n_units))
        return false;
    size_t n_parts = (n_words + FULL_WORDS - 1) / FULL_WORDS;
    choose_cuts(plan, units, (double)n_words / (double)n_parts);
    /* `before` leads from the last passage to the first: turn it round. */
    size_t last = units->n_units;
    size_t next = last;
    while (last > 0) {
        size_t first = plan->before[last];
        plan->before[last] = next;
        next = last;
        last = first;
    }
    size_t first = 0;
    for (size_t cut = next; first < units->n_units; cut = plan->before[cut]) {
        if (!add_passage(list, document, i_section, units->units[first].start,
                         units->units[cut - 1].end))
            return false;
        first = cut;
    }
    return true;
}

/* What cutting needs; zero-initialised it is ready. */
struct cutter {
    struct units units;
    struct plan plan;
};

static void cutter_free(struct cutter *cutter) {
    free(cutter->plan.before);
    free(cutter->plan.cost);
    units_free(&cutter->units);
}

/* Adds the passages of a section that has text. */
static bool add_section(const struct document *document, struct passage_list *list,
                        struct cutter *cutter, size_t i_section) {
    const struct section *section = &list->sections[i_section];
    size_t start = document->blocks[section->first_block].start;
    size_t end = document->blocks[section->end_block - 1].end;
    size_t n_words = units_count_words(document->text.data, start, end);
    if (n_words <= MAX_WORDS)
        return add_passage(list, document, i_section, start, end);
    return cut_section(document, list, &cutter->units, &cutter->plan, i_section, n_words);
}

enum status passages_of(struct document *document, struct passage_list *list, struct error *error) {
    struct cutter cutter = {0};
    enum status status = sections_of(document, list, error);
    for (size_t i = 0; i < list->n_sections && status == STATUS_OK; i++) {
        const struct section *section = &list->sections[i];
        bool has_text = !section->is_sources && section->first_block < section->end_block;
        if (has_text && !add_section(document, list, &cutter, i))
            status = error_no_memory(error);
    }
    cutter_free(&cutter);
    return status;
}

enum status passages_of_headings(const struct document *document, struct passage_list *list,
                                 struct error *error) {
    if (document->n_blocks == 0)
        return STATUS_OK;
    struct cutter cutter = {0};
    list->n_sections = 1; /* there is one for each heading */
    list->sections[0] = (struct section){.headings = "", .end_block = document->n_blocks};
    bool is_done = add_section(document, list, &cutter, 0);
    cutter_free(&cutter);
    return is_done ? STATUS_OK : error_no_memory(error);
}

void passage_list_free(struct passage_list *list) {
    free(list->passages);
    free(list->sections);
    *list = (struct passage_list){0};
}
