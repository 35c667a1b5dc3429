/* Another program, run with limits: bytes to its standard input, bytes from its standard output.
 *
 * There is no shell. The program gets no file of ours but those two (its standard error is thrown
 * away), may write no file, and is killed with all that it started when it exceeds a limit, and in
 * any case before this returns. Several threads may call it at once. */
#ifndef OSLER_INDEXER_READERS_CHILD_PROCESS_H
#define OSLER_INDEXER_READERS_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/buffer.h"
#include "store/error.h"

struct child_limits {
    int64_t wall_ms;
    unsigned cpu_s;
    size_t memory_bytes; /* address space */
    size_t output_bytes; /* what comes after them is not kept */
};

enum child_end {
    CHILD_EXITED, /* by itself, with `code` */
    CHILD_DIED,   /* of signal `code`; SIGXCPU: of its limit of CPU time */
    CHILD_TOO_SLOW,
    CHILD_TOO_MUCH_OUTPUT,
    CHILD_NOT_FOUND, /* there is no such program on the PATH */
};

struct child_result {
    enum child_end end;
    int code;
    struct buffer output; /* all of it, or what came before the end */
};

/* Runs arguments[0], found on the PATH, with `arguments` (NULL-terminated). Standard input is a
 * file in memory: a program that needs to seek can. Fills a zeroed `result`, whatever the program
 * does. Errors: STATUS_INPUT when the system lacks what it takes, STATUS_NO_MEMORY. */
enum status child_process_run(const char *const arguments[], const char *input, size_t n_bytes,
                              const struct child_limits *limits, struct child_result *result,
                              struct error *error);

/* True if the PATH has a program of that name. */
bool child_process_is_there(const char *name);

void child_result_free(struct child_result *result); /* frees and zeroes */

#endif
