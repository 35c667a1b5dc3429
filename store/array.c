/* See array.h. */
#include "store/array.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_ITEMS = 16 };

void *array_grow(void *items, size_t n_items, size_t *capacity, size_t item_bytes) {
    if (n_items < *capacity)
        return items;
    if (*capacity > SIZE_MAX / 2 / item_bytes)
        return NULL;
    size_t grown = *capacity ? *capacity * 2 : FIRST_ITEMS;
    void *bigger = realloc(items, grown * item_bytes);
    if (bigger)
        *capacity = grown;
    return bigger;
}
