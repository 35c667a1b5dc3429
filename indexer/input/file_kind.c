/* See file_kind.h. */
#include "indexer/input/file_kind.h"

#include <string.h>
#include <strings.h>

enum file_kind file_kind_from_name(const char *name) {
    static const struct {
        const char *suffix;
        enum file_kind kind;
    } kinds[] = {
        {".md", FILE_MARKDOWN},         {".markdown", FILE_MARKDOWN},
        {".html", FILE_HTML},           {".htm", FILE_HTML},
        {".txt", FILE_PLAIN_TEXT},      {".jsonl", FILE_JSONL},
        {".jsonl.gz", FILE_JSONL_GZIP}, {".warc", FILE_WARC},
        {".warc.gz", FILE_WARC},
    };
    size_t n_bytes = strlen(name);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t suffix_bytes = strlen(kinds[i].suffix);
        if (n_bytes > suffix_bytes &&
            strcasecmp(name + n_bytes - suffix_bytes, kinds[i].suffix) == 0)
            return kinds[i].kind;
    }
    return FILE_UNKNOWN;
}

bool file_kind_is_lines(enum file_kind kind) {
    return kind == FILE_JSONL || kind == FILE_JSONL_GZIP;
}
