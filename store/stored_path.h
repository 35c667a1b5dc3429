/* Paths as the index stores them: relative to its folder if below it, so that both can be moved
 * together, else absolute. */
#ifndef OSLER_STORE_STORED_PATH_H
#define OSLER_STORE_STORED_PATH_H

#include <stdbool.h>

#include "store/arena.h"

/* True for `root` itself too; both absolute. */
bool path_is_below(const char *path, const char *root);

/* The stored form of an absolute path: a part of it. `folder` is the real path of the index's. */
const char *path_to_store(const char *path, const char *folder);

/* The absolute path of a stored one, in the arena; NULL when memory is out. */
char *path_from_stored(struct arena *arena, const char *stored, const char *folder);

/* The same as seen from the directory `working`: relative if below it; NULL: always absolute. */
const char *path_shown(struct arena *arena, const char *stored, const char *folder,
                       const char *working);

/* An absolute path as the working directory sees it: a part of it. */
const char *path_to_show(const char *path);

#endif
