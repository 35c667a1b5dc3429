/* The query parser on anything that can be typed. */
#include <stdint.h>
#include <stdlib.h>

#include "query/language/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct arena arena = {0};
    struct query_tree tree = {0};
    char *query = arena_copy(&arena, (const char *)data, n_bytes);
    if (query && (query_parse(query, &arena, &tree, NULL) != STATUS_OK || !tree.root ||
                  tree.root->kind != QUERY_GROUP || !query_describe(&tree, &arena)))
        abort();
    arena_free(&arena);
    return 0;
}
