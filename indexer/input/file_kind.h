/* What a file is read as. */
#ifndef OSLER_INDEXER_INPUT_FILE_KIND_H
#define OSLER_INDEXER_INPUT_FILE_KIND_H

#include <stdbool.h>

/* By the end of the name, in either case. */
enum file_kind {
    FILE_UNKNOWN,
    FILE_MARKDOWN,   /* .md .markdown */
    FILE_HTML,       /* .html .htm */
    FILE_PLAIN_TEXT, /* .txt */
    FILE_JSONL,      /* .jsonl */
    FILE_JSONL_GZIP, /* .jsonl.gz */
    FILE_WARC,       /* .warc .warc.gz */
    FILE_PDF,        /* of an archive only: papers that articles cite */
};

enum file_kind file_kind_from_name(const char *name);

/* True for a file with a document on each line. */
bool file_kind_is_lines(enum file_kind kind);

#endif
