/* Named fields as HTTP and WARC write them: lines "Name: value" up to a blank line. */
#ifndef OSLER_INDEXER_FETCH_HEADER_FIELDS_H
#define OSLER_INDEXER_FETCH_HEADER_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/arena.h"
#include "store/error.h"

/* What is kept of one head. Servers send some 2 KB, browsers accept about 256 KB; the rest of a
 * flood is passed over. */
enum { HEADER_FIELDS_MAX_BYTES = 256 << 10 };

struct header_field {
    const char *name;  /* in lower case */
    const char *value; /* without white space around it; bytes as they came, but no control ones */
};

struct header_fields {
    struct header_field *fields; /* in their order; owned by the arena, as all strings are */
    size_t n_fields;
    bool is_cut; /* some were passed over */
};

/* Fills `fields` from bytes[0, n_bytes). `*n_read` is where the blank line ends, n_bytes if there
 * is none. Lines end with "\r\n" or "\n"; one that begins with white space goes on with the field
 * before it; one without a colon or a name is ignored. Errors: STATUS_NO_MEMORY. */
enum status header_fields_read(const char *bytes, size_t n_bytes, struct arena *arena,
                               struct header_fields *fields, size_t *n_read, struct error *error);

/* The value of the first field called `name` (in lower case), or NULL. */
const char *header_fields_find(const struct header_fields *fields, const char *name);

/* The number that is all of `value`: decimal digits, at most INT64_MAX. False if it is none; NULL
 * is none. */
bool header_value_number(const char *value, size_t *number);

/* bytes[0, n_bytes) in lower case (ASCII), or NULL when memory is out. */
char *header_lower_case(const char *bytes, size_t n_bytes, struct arena *arena);

#endif
