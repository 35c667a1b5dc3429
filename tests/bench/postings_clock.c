/* How long osler-index is busy with its own postings: linked into build/bench/osler-index, where
 * the linker (--wrap) leads the calls of postings_writer.h here. Printed when the program ends. */
#include <stdio.h>
#include <time.h>

#include "indexer/postings_writer.h"

enum status __real_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __real_postings_writer_flush(struct postings_writer *writer, struct error *error);
enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error);

static double seconds; /* all calls are made by the one writing thread */

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error) {
    double start = now();
    enum status status = __real_postings_writer_add(writer, inversion, error);
    seconds += now() - start;
    return status;
}

enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error) {
    double start = now();
    enum status status = __real_postings_writer_flush(writer, error);
    seconds += now() - start;
    return status;
}

__attribute__((destructor)) static void print_seconds(void) {
    fprintf(stderr, "postings: %.3f s\n", seconds);
}
