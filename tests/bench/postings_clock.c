/* What share of osler-index's work its own postings are: linked into build/bench/osler-index, where
 * the linker (--wrap) leads here all calls by which workers number the terms of a text and code
 * their postings, and those by which the writer collects, merges and writes them. What counts is
 * the CPU time of the threads there, over that of the whole process: elapsed time of several
 * threads added up would be the share of nothing. Numbering terms is counted whole, though what
 * FTS5 is handed needs the numbers too. Printed when the program ends. */
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "indexer/postings/postings_writer.h"

enum status __real_inversion_add_text(struct inversion *inversion, const struct token_list *tokens,
                                      struct inverted_text *text, struct error *error);
enum status __real_inversion_close(struct inversion *inversion, struct error *error);
enum status __real_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __real_postings_writer_flush(struct postings_writer *writer, struct error *error);
enum status __wrap_inversion_add_text(struct inversion *inversion, const struct token_list *tokens,
                                      struct inverted_text *text, struct error *error);
enum status __wrap_inversion_close(struct inversion *inversion, struct error *error);
enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error);
enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error);

/* Texts are many and take microseconds, as the clock of a thread does, which is a system call: one
 * of so many is timed, by the clock that is none. That goes on while the thread has to wait for a
 * core, so what takes so long that it must have waited is not counted. */
enum { TEXTS_PER_SAMPLE = 4, WAITED_NS = 1000000 };

static atomic_ullong nanoseconds;

static unsigned long long now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (unsigned long long)time.tv_sec * 1000000000 + (unsigned long long)time.tv_nsec;
}

enum status __wrap_inversion_add_text(struct inversion *inversion, const struct token_list *tokens,
                                      struct inverted_text *text, struct error *error) {
    static _Thread_local unsigned n_texts;
    if (n_texts++ % TEXTS_PER_SAMPLE != 0)
        return __real_inversion_add_text(inversion, tokens, text, error);
    unsigned long long start = now(CLOCK_MONOTONIC);
    enum status status = __real_inversion_add_text(inversion, tokens, text, error);
    unsigned long long taken = now(CLOCK_MONOTONIC) - start;
    nanoseconds += taken < WAITED_NS ? taken * TEXTS_PER_SAMPLE : 0;
    return status;
}

enum status __wrap_inversion_close(struct inversion *inversion, struct error *error) {
    unsigned long long start = now(CLOCK_THREAD_CPUTIME_ID);
    enum status status = __real_inversion_close(inversion, error);
    nanoseconds += now(CLOCK_THREAD_CPUTIME_ID) - start;
    return status;
}

enum status __wrap_postings_writer_add(struct postings_writer *writer,
                                       const struct inversion *inversion, struct error *error) {
    unsigned long long start = now(CLOCK_THREAD_CPUTIME_ID);
    enum status status = __real_postings_writer_add(writer, inversion, error);
    nanoseconds += now(CLOCK_THREAD_CPUTIME_ID) - start;
    return status;
}

enum status __wrap_postings_writer_flush(struct postings_writer *writer, struct error *error) {
    unsigned long long start = now(CLOCK_THREAD_CPUTIME_ID);
    enum status status = __real_postings_writer_flush(writer, error);
    nanoseconds += now(CLOCK_THREAD_CPUTIME_ID) - start;
    return status;
}

__attribute__((destructor)) static void print_seconds(void) {
    fprintf(stderr, "postings: %.3f of %.3f s\n", (double)nanoseconds / 1e9,
            (double)now(CLOCK_PROCESS_CPUTIME_ID) / 1e9);
}
