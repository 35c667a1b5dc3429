/* robots.txt on any bytes: the first line is a target, the rest the file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    const uint8_t *newline = n_bytes > 0 ? memchr(data, '\n', n_bytes) : NULL;
    size_t target_bytes = newline ? (size_t)(newline - data) : n_bytes;
    struct buffer target = {0};
    buffer_append_char(&target, '/');
    buffer_append(&target, data, target_bytes);

    struct robots robots;
    const char *file = (const char *)data + target_bytes;
    if (robots_parse(&robots, file, n_bytes - target_bytes, "osler-index", NULL) != STATUS_OK)
        abort();
    bool allowed;
    bool again;
    if (robots_allows(&robots, buffer_string(&target), &allowed, NULL) != STATUS_OK ||
        robots_allows(&robots, buffer_string(&target), &again, NULL) != STATUS_OK ||
        allowed != again)
        abort();
    /* Without a rule against it everything is allowed. */
    if (!allowed && !memchr(file, ':', n_bytes - target_bytes))
        abort();
    /* Our own file always is. */
    if (robots_allows(&robots, "/robots.txt", &allowed, NULL) != STATUS_OK || !allowed)
        abort();
    robots_free(&robots);
    buffer_free(&target);
    return 0;
}
