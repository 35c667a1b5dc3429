/* See unit.h. */
#include "indexer/passages/unit.h"

#include <stdlib.h>
#include <string.h>

#include "indexer/passages/cited_sentence.h"
#include "store/array.h"

/* Runs longer than this are no words of an alphabet; each LONG_RUN_WORD_BYTES count as a word. */
enum { LONG_RUN_BYTES = 24, LONG_RUN_WORD_BYTES = 12 };

/* A longer sentence may be cut inside if nothing else helps: after this many words at a comma or
 * dash, or else after the second number. */
enum { LONG_SENTENCE_WORDS = 60, CLAUSE_WORDS = 20, PIECE_WORDS = 40 };

/* Neighbours are joined to units of this length, at paragraph ends of the second: it bounds how
 * many units the words of a passage can have. */
enum { SHORT_UNIT_WORDS = 8, TINY_UNIT_WORDS = 4 };

/* A paragraph this short without a stop at its end is a heading in disguise. */
enum { HEADING_WORDS = 8 };

/* What a cut costs; see struct unit. */
static const float CUT_PARAGRAPH = 0.0F;
static const float CUT_ITEM = 0.05F;
static const float CUT_LINE = 0.1F;
static const float CUT_SENTENCE = 0.15F;
static const float CUT_BEFORE_LIST = 0.3F;
static const float CUT_IN_ITEM = 0.4F;
static const float CUT_CLAUSE = 0.8F;
static const float CUT_INTRODUCTION = 1.0F; /* after "These are:" or a heading in disguise */
static const float CUT_WORDS = 1.5F;
static const float CUT_CITATION = 4.0F; /* before a paragraph that is only a citation */
static const float CUT_RUN = 5.0F;

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t run_words(size_t n_bytes) {
    return n_bytes > LONG_RUN_BYTES ? (n_bytes + LONG_RUN_WORD_BYTES - 1) / LONG_RUN_WORD_BYTES
                                    : n_bytes > 0;
}

static size_t run_end(const char *text, size_t at, size_t end) {
    while (at < end && !is_space(text[at]))
        at++;
    return at;
}

static size_t skip_space(const char *text, size_t at, size_t end) {
    while (at < end && is_space(text[at]))
        at++;
    return at;
}

/* Bytes that follow white space and are none. The compiler makes vectors of a loop without
 * branches. */
static size_t count_runs(const char *text, size_t start, size_t end) {
    size_t n_runs = start < end && !is_space(text[start]);
    for (size_t i = start + 1; i < end; i++)
        n_runs += is_space(text[i - 1]) > is_space(text[i]);
    return n_runs;
}

/* A run that is more than one word reaches over one of the bytes that are looked at: they are
 * LONG_RUN_BYTES apart. */
size_t units_count_words(const char *text, size_t start, size_t end) {
    size_t n_words = count_runs(text, start, end);
    for (size_t at = start + LONG_RUN_BYTES; at < end; at += LONG_RUN_BYTES + 1) {
        size_t run = at;
        while (run > start && !is_space(text[run - 1]))
            run--;
        at = run_end(text, at, end);
        if (at > run)
            n_words += run_words(at - run) - 1;
    }
    return n_words;
}

/* Adds a unit, or joins it to the one before if both are short. */
static void add_unit(struct units *units, size_t start, size_t end, size_t n_words, float cut) {
    if (units->n_units > 0) {
        struct unit *last = &units->units[units->n_units - 1];
        if (last->n_words + n_words <=
            (last->cut > CUT_PARAGRAPH ? SHORT_UNIT_WORDS : TINY_UNIT_WORDS)) {
            last->end = end;
            last->n_words += (uint32_t)n_words;
            last->cut = cut;
            return;
        }
    }
    struct unit *bigger =
        array_grow(units->units, units->n_units, &units->capacity, sizeof *bigger);
    if (!bigger) {
        units->failed = true;
        return;
    }
    units->units = bigger;
    units->units[units->n_units++] = (struct unit){start, end, (uint32_t)n_words, cut};
}

/* True for a place between two words where a clause or an entry of an inline list ends. */
static bool is_clause_end(const char *text, size_t at, size_t next, size_t end) {
    if (strchr(",;:", text[at - 1]))
        return true;
    static const char *const dashes[] = {"- ", "– ", "— ", "• ", "| ", "* "};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        size_t length = strlen(dashes[i]);
        if (end - next > length && memcmp(text + next, dashes[i], length) == 0)
            return true;
    }
    return false;
}

/* Cuts a run of bytes without white space into units of PIECE_WORDS, at characters; the last piece
 * is left. Returns where that begins. */
static size_t add_run(struct units *units, const char *text, size_t start, size_t end) {
    while (end - start > 2 * PIECE_WORDS * LONG_RUN_WORD_BYTES) {
        size_t cut = start + PIECE_WORDS * LONG_RUN_WORD_BYTES;
        while (cut > start + 1 && ((unsigned char)text[cut] & 0xC0) == 0x80)
            cut--;
        add_unit(units, start, cut, PIECE_WORDS, CUT_RUN);
        start = cut;
    }
    return start;
}

/* Adds a sentence in pieces where it may be cut if nothing else helps. */
static void add_long_sentence(struct units *units, const char *text, size_t start, size_t end,
                              float cut) {
    size_t n_words = 0;
    for (size_t at = start; at < end;) {
        size_t run = at;
        at = run_end(text, at, end);
        if (run_words(at - run) > 2 * PIECE_WORDS) {
            if (run > start)
                add_unit(units, start, run - 1, n_words, CUT_WORDS);
            start = run = add_run(units, text, run, at);
            n_words = 0;
        }
        n_words += run_words(at - run);
        size_t next = skip_space(text, at, end);
        if (next >= end)
            break;
        bool is_clause = n_words >= CLAUSE_WORDS && is_clause_end(text, at, next, end);
        if (is_clause || n_words >= PIECE_WORDS) {
            add_unit(units, start, at, n_words, is_clause ? CUT_CLAUSE : CUT_WORDS);
            start = next;
            n_words = 0;
        }
        at = next;
    }
    add_unit(units, start, end, n_words, cut);
}

static void add_sentence(struct units *units, const char *text, size_t start, size_t end,
                         float cut) {
    size_t n_words = units_count_words(text, start, end);
    if (n_words > LONG_SENTENCE_WORDS)
        add_long_sentence(units, text, start, end, cut);
    else if (n_words > 0)
        add_unit(units, start, end, n_words, cut);
}

static void add_code(struct units *units, const char *text, size_t start, size_t end) {
    while (start < end) {
        const char *newline = memchr(text + start, '\n', end - start);
        size_t line_end = newline ? (size_t)(newline - text) : end;
        bool is_paragraph = line_end + 1 < end && text[line_end + 1] == '\n';
        add_sentence(units, text, start, line_end, is_paragraph ? CUT_ITEM : CUT_LINE);
        start = line_end + 1;
    }
}

static bool is_list(const struct block *block) {
    return block->kind == BLOCK_ITEM || block->kind == BLOCK_ROW;
}

/* True for a short paragraph that says nothing but where the text before comes from. */
static bool is_citation(const struct document *document, const struct block *block) {
    size_t i = cited_sentence_link(document, block->start);
    return i < document->n_links && document->links[i].start < block->end &&
           block->end - block->start < 400 &&
           !cited_sentence_says(document, block->start, block->end, block->kind == BLOCK_ROW);
}

/* What it costs to cut after `block`, in the section that ends before `end`. */
static float block_cut(const struct document *document, const struct block *block,
                       const struct block *end) {
    const struct block *next = block + 1;
    const char *text = document->text.data;
    if (next == end)
        return CUT_PARAGRAPH;
    if (is_citation(document, next))
        return CUT_CITATION;
    char last = text[block->end - 1];
    bool is_short = block->end - block->start < HEADING_WORDS * LONG_RUN_BYTES &&
                    units_count_words(text, block->start, block->end) <= HEADING_WORDS;
    bool is_heading = block->kind == BLOCK_PARAGRAPH && is_short && !strchr(".!?)", last) &&
                      (unsigned char)last < 0x80;
    if (last == ':' || is_heading)
        return CUT_INTRODUCTION;
    if (is_list(block) && is_list(next))
        return CUT_ITEM;
    return is_list(next) ? CUT_BEFORE_LIST : CUT_PARAGRAPH;
}

void units_add(struct units *units, const struct document *document, const struct block *block,
               const struct block *end) {
    const char *text = document->text.data;
    if (block->kind == BLOCK_CODE) {
        add_code(units, text, block->start, block->end);
    } else {
        float cut = is_list(block) ? CUT_IN_ITEM : CUT_SENTENCE;
        struct cited_sentence sentence = {.end = block->start};
        while (!units->failed && cited_sentence_next(document, sentence.end, block->end, &sentence))
            add_sentence(units, text, sentence.start, sentence.end, cut);
    }
    if (units->n_units > 0 && units->units[units->n_units - 1].end > block->start)
        units->units[units->n_units - 1].cut = block_cut(document, block, end);
}

void units_free(struct units *units) {
    free(units->units);
    *units = (struct units){0};
}
