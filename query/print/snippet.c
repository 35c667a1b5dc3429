/* See snippet.h.
 *
 * Sentence ends are guessed from punctuation alone: a snippet that is cut after "Dr." is no harm.
 */
#include "query/print/snippet.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A passage has at most 300 words; highlights beyond this do not weigh in the choice. */
enum { MOST_HIGHLIGHTS = 1024, WORD_SLOTS = 2 * MOST_HIGHLIGHTS };

/* What a walk through the text may spend: a byte costs 1, the first newline of several row_cost. */
struct region {
    const char *text;
    size_t n_bytes;
    size_t row_cost;
    size_t most_waste; /* what may stay unused so that the snippet ends with a sentence */
};

struct window {
    struct span span;
    size_t cost;
    size_t n_distinct, n_highlights;
};

/* Where a walk from a place passed a good place to cut; `cost` is what lies between. */
struct cut {
    bool found;
    size_t at, cost;
};

static size_t byte_cost(const struct region *region, size_t i) {
    const bool is_row = region->text[i] == '\n' && (i == 0 || region->text[i - 1] != '\n');
    return is_row ? region->row_cost : 1;
}

static size_t span_cost(const struct region *region, size_t start, size_t end) {
    size_t cost = end - start;
    const char *newline = region->text + start;
    while ((newline = memchr(newline, '\n', (size_t)(region->text + end - newline)))) {
        cost += byte_cost(region, (size_t)(newline - region->text)) - 1;
        newline++;
    }
    return cost;
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t';
}

static bool is_character_start(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Bytes of the closing quotation mark or bracket before `end`, 0 if there is none. */
static size_t closing_bytes(const char *text, size_t end) {
    if (end > 0 && strchr("\"')]", text[end - 1]))
        return 1;
    if (end > 2 && (memcmp(text + end - 3, "”", 3) == 0 || memcmp(text + end - 3, "’", 3) == 0))
        return 3;
    return 0;
}

bool snippet_sentence_ends(const char *text, size_t at) {
    if (at == 0 || (text[at] != '\0' && !is_space(text[at])))
        return false;
    if (text[at] == '\0' || text[at] == '\n')
        return true;
    size_t end = at;
    while (closing_bytes(text, end) > 0)
        end -= closing_bytes(text, end);
    return end > 0 && strchr(".!?", text[end - 1]) != NULL;
}

bool snippet_sentence_begins(const char *text, size_t at) {
    if (at == 0 || text[at - 1] == '\n')
        return true;
    return at >= 2 && text[at - 1] == ' ' && !is_space(text[at]) &&
           snippet_sentence_ends(text, at - 1);
}

/* Numbers the distinct words of the highlights: ids[i] is that of highlight i. */
static void number_words(const char *text, const struct span *highlights, size_t n_highlights,
                         uint16_t *ids) {
    uint16_t slots[WORD_SLOTS] = {0}; /* a highlight's index + 1; 0 is free */
    for (size_t i = 0; i < n_highlights; i++) {
        const char *word = text + highlights[i].start;
        const size_t n_bytes = highlights[i].end - highlights[i].start;
        uint32_t hash = 2166136261u; /* FNV-1a */
        for (size_t k = 0; k < n_bytes; k++)
            hash = (hash ^ (uint32_t)tolower((unsigned char)word[k])) * 16777619u;
        size_t slot = hash % WORD_SLOTS;
        for (; slots[slot]; slot = (slot + 1) % WORD_SLOTS) {
            const struct span *other = &highlights[slots[slot] - 1];
            if (other->end - other->start == n_bytes &&
                strncasecmp(text + other->start, word, n_bytes) == 0)
                break;
        }
        if (!slots[slot])
            slots[slot] = (uint16_t)(i + 1);
        ids[i] = (uint16_t)(slots[slot] - 1);
    }
}

static bool is_better(const struct window *window, const struct window *best) {
    if (window->n_distinct != best->n_distinct)
        return window->n_distinct > best->n_distinct;
    return window->n_highlights > best->n_highlights;
}

/* The best run of highlights that costs at most `max_cost`, or of one. */
static struct window best_window(const struct region *region, const struct span *highlights,
                                 size_t n_highlights, size_t max_cost) {
    uint16_t ids[MOST_HIGHLIGHTS];
    uint16_t counts[MOST_HIGHLIGHTS] = {0};
    struct window best = {0};
    struct window window = {0};
    size_t first = 0;
    number_words(region->text, highlights, n_highlights, ids);
    for (size_t last = 0; last < n_highlights; last++) {
        const size_t from = last == first ? highlights[last].start : window.span.end;
        window.cost += span_cost(region, from, highlights[last].end);
        window.span.end = highlights[last].end;
        window.n_highlights++;
        window.n_distinct += counts[ids[last]]++ == 0;
        for (; window.cost > max_cost && first < last; first++) {
            window.cost -= span_cost(region, highlights[first].start, highlights[first + 1].start);
            window.n_highlights--;
            window.n_distinct -= --counts[ids[first]] == 0;
        }
        window.span.start = highlights[first].start;
        if (is_better(&window, &best))
            best = window;
    }
    return best;
}

/* Walks back from `from`, spending at most `room`: the nearest and farthest beginning of a
 * sentence, and the farthest beginning of a word. */
static void walk_back(const struct region *region, size_t from, size_t room, struct cut *nearest,
                      struct cut *farthest, struct cut *word) {
    size_t cost = 0;
    *nearest = *farthest = *word = (struct cut){0};
    for (size_t at = from;; at--) {
        if (!is_space(region->text[at])) {
            if (snippet_sentence_begins(region->text, at)) {
                *farthest = (struct cut){true, at, cost};
                if (!nearest->found)
                    *nearest = *farthest;
            }
            if (at == 0 || is_space(region->text[at - 1]))
                *word = (struct cut){true, at, cost};
        }
        if (at == 0)
            return;
        cost += byte_cost(region, at - 1);
        if (cost > room)
            return;
    }
}

/* Where the snippet ends that may spend `room` beyond `from`. */
static size_t end_of(const struct region *region, size_t from, size_t room) {
    struct cut sentence = {0};
    struct cut word = {0};
    size_t character = from;
    size_t cost = 0;
    for (size_t at = from;; at++) {
        if (at == region->n_bytes)
            return at;
        if (is_character_start(region->text[at]))
            character = at;
        const bool is_word_end =
            is_space(region->text[at]) && (at == 0 || !is_space(region->text[at - 1]));
        if (is_word_end)
            word = (struct cut){true, at, cost};
        if (is_word_end && snippet_sentence_ends(region->text, at))
            sentence = word;
        cost += byte_cost(region, at);
        if (cost > room)
            break;
    }
    if (sentence.found && room - sentence.cost <= region->most_waste)
        return sentence.at;
    return word.found ? word.at : character;
}

/* Where the snippet begins whose highlights begin at `from`, leaving room for what follows them. */
static struct cut beginning_of(const struct region *region, size_t from, size_t room) {
    struct cut nearest, farthest, word;
    walk_back(region, from, room * 2 / 3, &nearest, &farthest, &word);
    if (nearest.found)
        return nearest;
    walk_back(region, from, room / 3, &nearest, &farthest, &word);
    return word.found ? word : (struct cut){true, from, 0};
}

void snippet_of(const char *text, const struct span *highlights, size_t n_highlights,
                size_t max_bytes, struct span *span) {
    const struct region region = {text, strlen(text), max_bytes / SNIPPET_MAX_ROWS + 1,
                                  max_bytes / 4};
    *span = (struct span){0, region.n_bytes};
    if (span_cost(&region, 0, region.n_bytes) <= max_bytes)
        return;
    if (n_highlights > MOST_HIGHLIGHTS)
        n_highlights = MOST_HIGHLIGHTS;
    struct window core = best_window(&region, highlights, n_highlights, max_bytes);
    if (core.cost > max_bytes) { /* one highlight that is too long itself */
        *span = (struct span){core.span.start, end_of(&region, core.span.start, max_bytes)};
        return;
    }
    size_t room = max_bytes - core.cost;
    struct cut start = beginning_of(&region, core.span.start, room);
    room -= start.cost;
    span->start = start.at;
    span->end = end_of(&region, core.span.end, room);
    if (span->end == region.n_bytes) {
        struct cut nearest, farthest, word;
        room -= span_cost(&region, core.span.end, region.n_bytes);
        walk_back(&region, span->start, room, &nearest, &farthest, &word);
        if (farthest.found)
            span->start = farthest.at;
    }
}
