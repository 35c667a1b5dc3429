/* One line on a terminal that says how far a long run is, redrawn in place:
 *
 *   osler-index: 1234/5486 documents  35 MB  2,345/s
 */
#ifndef OSLER_INDEXER_REPORT_PROGRESS_H
#define OSLER_INDEXER_REPORT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum progress_when { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* Zero-initialised it shows nothing. */
struct progress {
    FILE *stream;     /* not owned; NULL shows nothing */
    const char *noun; /* what is counted, in the plural; not owned */
    size_t n_wanted, n_done;
    uint64_t n_bytes;
    int64_t started_ms, drawn_ms; /* of a clock that is never set back */
    bool is_drawn;
};

/* False for a name that is none of auto, always, never. */
bool progress_when_from_name(const char *name, enum progress_when *when);

/* Begins a run over `n_wanted` documents. PROGRESS_AUTO shows it only if `stream` is a terminal. */
void progress_start(struct progress *progress, FILE *stream, enum progress_when when,
                    size_t n_wanted);

/* Begins to count something else. */
void progress_restart(struct progress *progress, const char *noun, size_t n_wanted);

/* One more of `n_bytes` is done. Redraws at most ten times a second. */
void progress_step(struct progress *progress, size_t n_bytes);

/* Clears the line, so that a message can take its place; the next step may draw it again. */
void progress_clear(struct progress *progress);

/* Clears the line and shows nothing more. */
void progress_finish(struct progress *progress);

#endif
