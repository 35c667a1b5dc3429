/* See progress.h. */
#include "indexer/report/progress.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Often enough to look alive, seldom enough to cost nothing. */
enum { REDRAW_MS = 100 };

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool progress_when_from_name(const char *name, enum progress_when *when) {
    static const char *const names[] = {
        [PROGRESS_AUTO] = "auto", [PROGRESS_ALWAYS] = "always", [PROGRESS_NEVER] = "never"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0) {
            *when = (enum progress_when)i;
            return true;
        }
    return false;
}

void progress_start(struct progress *progress, FILE *stream, enum progress_when when,
                    size_t n_wanted) {
    bool show = when == PROGRESS_ALWAYS || (when == PROGRESS_AUTO && isatty(fileno(stream)));
    *progress = (struct progress){.stream = show ? stream : NULL};
    progress_restart(progress, "documents", n_wanted);
}

void progress_restart(struct progress *progress, const char *noun, size_t n_wanted) {
    int64_t now = now_ms();
    *progress = (struct progress){.stream = progress->stream,
                                  .noun = noun,
                                  .n_wanted = n_wanted,
                                  .started_ms = now,
                                  .drawn_ms = now,
                                  .is_drawn = progress->is_drawn};
}

/* `number` with a comma between thousands. */
static const char *with_commas(uint64_t number, char text[static 28]) {
    char digits[21];
    size_t n_digits = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t n = 0;
    for (size_t i = 0; i < n_digits; i++) {
        if (i > 0 && (n_digits - i) % 3 == 0)
            text[n++] = ',';
        text[n++] = digits[i];
    }
    text[n] = '\0';
    return text;
}

static void draw(const struct progress *progress, int64_t now) {
    char rate[28];
    int64_t elapsed_ms = now > progress->started_ms ? now - progress->started_ms : 1;
    uint64_t n_per_second = progress->n_done * UINT64_C(1000) / (uint64_t)elapsed_ms;
    fprintf(progress->stream, "\r\033[Kosler-index: %zu/%zu %s  %" PRIu64 " MB  %s/s",
            progress->n_done, progress->n_wanted, progress->noun, progress->n_bytes / 1000000,
            with_commas(n_per_second, rate));
    fflush(progress->stream);
}

void progress_step(struct progress *progress, size_t n_bytes) {
    progress->n_done++;
    progress->n_bytes += n_bytes;
    if (!progress->stream)
        return;
    int64_t now = now_ms();
    if (now - progress->drawn_ms < REDRAW_MS)
        return;
    draw(progress, now);
    progress->drawn_ms = now;
    progress->is_drawn = true;
}

void progress_clear(struct progress *progress) {
    if (!progress->stream || !progress->is_drawn)
        return;
    fputs("\r\033[K", progress->stream);
    fflush(progress->stream);
    progress->is_drawn = false;
}

void progress_finish(struct progress *progress) {
    progress_clear(progress);
    progress->stream = NULL;
}
