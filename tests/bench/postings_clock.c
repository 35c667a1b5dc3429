/* How long osler-index is busy with its own postings: linked into build/bench/osler-index, where
 * the linker (--wrap) leads the calls of postings_writer.h here, and those by which the workers
 * code postings. The times of all threads are added up, as if no two of them worked at once.
 * Printed when the program ends. */
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "indexer/postings_writer.h"

enum status __real_inversion_close(struct inversion *inversion, struct error *error);
enum status __real_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __real_postings_writer_flush(struct postings_writer *writer, struct error *error);
enum status __wrap_inversion_close(struct inversion *inversion, struct error *error);
enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error);

static atomic_ullong nanoseconds;

static unsigned long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (unsigned long long)time.tv_sec * 1000000000 + (unsigned long long)time.tv_nsec;
}

enum status __wrap_inversion_close(struct inversion *inversion, struct error *error) {
    unsigned long long start = now();
    enum status status = __real_inversion_close(inversion, error);
    nanoseconds += now() - start;
    return status;
}

enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error) {
    unsigned long long start = now();
    enum status status = __real_postings_writer_add(writer, inversion, error);
    nanoseconds += now() - start;
    return status;
}

enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error) {
    unsigned long long start = now();
    enum status status = __real_postings_writer_flush(writer, error);
    nanoseconds += now() - start;
    return status;
}

__attribute__((destructor)) static void print_seconds(void) {
    fprintf(stderr, "postings: %.3f s\n", (double)nanoseconds / 1e9);
}
