/* A document made ready for the index by a worker thread: read, cut into passages, its citations
 * found, everything tokenized and inverted. What is left to the writer is to write. */
#ifndef OSLER_INDEXER_PUBLISH_PREPARE_H
#define OSLER_INDEXER_PUBLISH_PREPARE_H

#include <stddef.h>
#include <stdint.h>

#include "indexer/document/document.h"
#include "indexer/input/file_kind.h"
#include "indexer/input/sha256.h"
#include "indexer/passages/citation.h"
#include "indexer/passages/definition.h"
#include "indexer/passages/passage.h"
#include "indexer/postings/inversion.h"
#include "indexer/publish/earlier.h"
#include "store/error.h"
#include "store/tokenizer.h"

/* Where a passage or link stands for the user; lines from 1. */
struct place {
    size_t start, end; /* bytes */
    size_t first_line, last_line;
    size_t column; /* of a link */
};

struct prepared {
    struct document document;
    struct passage_list passages;
    struct citation_list citations;
    struct place *passage_places, *citation_places; /* one for each */
    size_t *passage_repeats;            /* for each, how many before it have the same text */
    struct buffer line_starts;          /* of all passages, see store/line_starts.h */
    size_t *passage_line_starts;        /* where those of each end there */
    struct inversion *inversion;        /* has the tokens of what is new; borrowed */
    size_t first_inverted;              /* the number of the first passage there */
    struct definition_list definitions; /* in the bodies */
    unsigned char sha256[SHA256_BYTES]; /* of a JSONL line, or a source's text */
};

/* Bytes to read as one document. */
struct input {
    enum file_kind kind; /* FILE_JSONL: one line of such a file */
    const char *bytes;
    size_t n_bytes;
    const char *name;    /* the file's path: gives a title to a document without one */
    const char *url;     /* of a captured page: it is a source; else NULL */
    const char *charset; /* of a captured page, or NULL */
    size_t first_byte;   /* JSONL: of the line in its file */
    size_t line;         /* JSONL: the number of the line, from 1 */
};

/* Fills a zeroed `prepared`, and adds those of its passages that `earlier`, which it is compared
 * with, does not keep to `inversion`, which must outlive it. Errors: STATUS_INPUT (a JSONL line
 * that is no document), STATUS_NO_MEMORY. */
enum status prepare(const struct input *input, struct earlier *earlier, struct tokenizer *tokenizer,
                    struct inversion *inversion, struct prepared *prepared, struct error *error);

/* The same without tokens and hash, for looking at a document. */
enum status prepare_untokenized(const struct input *input, struct prepared *prepared,
                                struct error *error);

void prepared_free(struct prepared *prepared); /* frees and zeroes */

#endif
