/* See note_marks.h. */
#include "query/print/note_marks.h"

#include <string.h>

/* Longer ones are no labels, to footnote.c of the indexer either. */
enum { LABEL_MAX_BYTES = 97 };

/* The bytes of the "[^label]" at `text`, or 0. */
static size_t mark_bytes(const char *text) {
    if (text[0] != '[' || text[1] != '^')
        return 0;
    const size_t label_bytes = strcspn(text + 2, " \n[]");
    const bool is_mark =
        label_bytes > 0 && label_bytes <= LABEL_MAX_BYTES && text[2 + label_bytes] == ']';
    return is_mark ? label_bytes + 3 : 0;
}

/* True if no space stands before what is at `text`: "children [^2]." becomes "children." */
static bool follows_directly(const char *text) {
    return *text == '\0' || strchr(" \n.,;:!?)", *text);
}

/* Copies `text` without its marks. places[i] is where byte i of it, or what stands next, went;
 * there is one for the closing NUL too. */
static void copy_without(const char *text, char *copy, size_t *places) {
    size_t n_copied = 0;
    size_t mark_end = 0;
    for (size_t i = 0; text[i]; i++) {
        const size_t n_bytes = i < mark_end ? 0 : mark_bytes(text + i);
        if (n_bytes > 0)
            mark_end = i + n_bytes;
        if (n_bytes > 0 && n_copied > 0 && copy[n_copied - 1] == ' ' &&
            follows_directly(text + mark_end))
            n_copied--;
        places[i] = n_copied;
        if (i >= mark_end)
            copy[n_copied++] = text[i];
    }
    places[strlen(text)] = n_copied;
    copy[n_copied] = '\0';
}

static bool move_highlights(struct hit *shown, const size_t *places, struct arena *arena) {
    const struct span *old = shown->passage.highlights;
    const size_t n_old = shown->passage.n_highlights;
    struct span *moved = arena_allocate(arena, (n_old + 1) * sizeof *moved);
    shown->passage.highlights = moved;
    shown->passage.n_highlights = 0;
    for (size_t i = 0; moved && i < n_old; i++) {
        const struct span span = {places[old[i].start], places[old[i].end]};
        if (span.start < span.end)
            moved[shown->passage.n_highlights++] = span;
    }
    return moved != NULL;
}

static bool move_lines(struct hit *shown, const size_t *places, size_t n_bytes,
                       struct arena *arena) {
    const size_t n_lines = shown->passage.n_line_starts;
    struct line_start *moved = arena_allocate(arena, (n_lines + 1) * sizeof *moved);
    for (size_t i = 0; moved && i < n_lines; i++) {
        moved[i] = shown->passage.line_starts[i];
        moved[i].byte = places[moved[i].byte < n_bytes ? moved[i].byte : n_bytes];
    }
    shown->passage.line_starts = moved;
    return moved != NULL;
}

bool note_marks_hide(const struct hit *hit, struct arena *arena, struct hit *shown) {
    *shown = *hit;
    if (hit->n_citations == 0 || !strstr(hit->passage.text, "[^"))
        return true;
    const size_t n_bytes = strlen(hit->passage.text);
    char *copy = arena_allocate(arena, n_bytes + 1);
    size_t *places = arena_allocate(arena, (n_bytes + 1) * sizeof *places);
    if (!copy || !places)
        return false;
    copy_without(hit->passage.text, copy, places);
    shown->passage.text = copy;
    return move_highlights(shown, places, arena) && move_lines(shown, places, n_bytes, arena);
}

const char *note_marks_hide_in(const char *claim, struct arena *arena) {
    if (!strstr(claim, "[^"))
        return claim;
    const size_t n_bytes = strlen(claim);
    char *copy = arena_allocate(arena, n_bytes + 1);
    size_t *places = arena_allocate(arena, (n_bytes + 1) * sizeof *places);
    if (copy && places)
        copy_without(claim, copy, places);
    return places ? copy : NULL;
}
