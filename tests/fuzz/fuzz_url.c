/* URLs on any bytes: the first line is a base, the second is relative to it; and what has been
 * normalized stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/fetch/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void check_printable(const char *text) {
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            abort();
}

/* Everything that holds for every URL that was accepted. */
static void check(struct arena *arena, const struct url *url) {
    struct url again;
    check_printable(url->fetch);
    check_printable(url->normalized);
    if (url->target[0] != '/' || strchr(url->fetch, '#') || !url->host[0] || url->host[0] == '.' ||
        strncmp(url->fetch, url->is_https ? "https://" : "http://", url->is_https ? 8 : 7) != 0)
        abort();
    if (strlen(url->normalized) <= URL_MAX_BYTES &&
        (url_parse(arena, NULL, url->normalized, &again, NULL) != STATUS_OK ||
         strcmp(again.normalized, url->normalized) != 0 || strcmp(again.key, url->key) != 0))
        abort();
    /* What is fetched is the same page. */
    if (strlen(url->fetch) <= URL_MAX_BYTES &&
        (url_parse(arena, NULL, url->fetch, &again, NULL) != STATUS_OK ||
         strcmp(again.key, url->key) != 0 || strcmp(again.fetch, url->fetch) != 0))
        abort();
}

/* Nothing that a URL may hold takes the memory. */
static bool parse(struct arena *arena, const char *base, const char *text, struct url *url) {
    enum status status = url_parse(arena, base, text, url, NULL);
    if (status != STATUS_OK && status != STATUS_INPUT)
        abort();
    return status == STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct arena arena = {0};
    struct url url;
    char *base = arena_copy(&arena, (const char *)data, n_bytes);
    char *newline = base ? strchr(base, '\n') : NULL;
    if (newline)
        *newline = '\0';
    if (base && parse(&arena, NULL, base, &url)) {
        check(&arena, &url);
        if (newline && parse(&arena, url.fetch, newline + 1, &url))
            check(&arena, &url);
    }
    arena_free(&arena);
    return 0;
}
