/* Hits as people read them: without the marks of footnotes, "Drugs help.[^1]". What a mark leads to
 * is among the citations that stand below. */
#ifndef OSLER_QUERY_PRINT_NOTE_MARKS_H
#define OSLER_QUERY_PRINT_NOTE_MARKS_H

#include <stdbool.h>

#include "query/hits/answer.h"
#include "store/arena.h"

/* Sets `*shown` to `hit` with such a text, and highlights and lines to match; `arena` owns what
 * differs. A hit without citations has no marks: "[^a]" is what it says. False when memory is out.
 */
bool note_marks_hide(const struct hit *hit, struct arena *arena, struct hit *shown);

/* The same of a claim; NULL when memory is out. */
const char *note_marks_hide_in(const char *claim, struct arena *arena);

#endif
