/* The one status enum and error record of Osler.
 *
 * A function that can fail returns an `enum status` and takes a `struct error *` as its last
 * argument, which it fills when (and only when) it fails. Nothing below main.c prints or exits. */
#ifndef OSLER_STORE_ERROR_H
#define OSLER_STORE_ERROR_H

enum status {
    STATUS_OK = 0,
    STATUS_INPUT,     /* an input could not be read or understood */
    STATUS_USAGE,     /* the caller asked for something that does not exist */
    STATUS_INDEX,     /* the index cannot be read or written */
    STATUS_BUSY,      /* another osler-index holds the index */
    STATUS_NO_MEMORY, /* an allocation failed */
};

enum { ERROR_TEXT_BYTES = 600 };

struct error {
    enum status status;
    char text[ERROR_TEXT_BYTES]; /* one line, NUL-terminated, cut at a character if too long */
};

/* Fills `error` (which may be NULL) and returns `status`, so that callers can
 * `return error_set(error, STATUS_INDEX, "%s: ...", path)`. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* error_set for a failed allocation. */
enum status error_no_memory(struct error *error);

#endif
