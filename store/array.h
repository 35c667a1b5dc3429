/* Arrays on the heap that grow by doubling. */
#ifndef OSLER_STORE_ARRAY_H
#define OSLER_STORE_ARRAY_H

#include <stddef.h>

/* `items` (NULL: none yet), which may have moved, with room for one more behind the `n_items` that
 * are there; `*capacity` is for how many there is room. NULL when memory is out: then `items` is as
 * it was. The caller frees. */
void *array_grow(void *items, size_t n_items, size_t *capacity, size_t item_bytes);

#endif
